"""The templates by rule: only components that exist, nothing a content security policy forbids, nothing left over."""

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
POLARIS: dict[str, Any] = json.loads((ROOT / "tests/data/polaris-1.1.json").read_text())
# App Bridge's own element, not one of Polaris's.
TAGS: dict[str, Any] = POLARIS["tags"] | {"s-app-nav": {"attributes": {}, "slots": []}}
# What any element may carry.
EVERYWHERE = re.compile(r"(id|class|slot|rel|hidden|title|style|hx-[a-z:-]+|data-[a-z-]+|aria-[a-z]+)")
DYNAMIC = "\x01"


@dataclass
class Element:
    """A tag as the template writes it; what Jinja computes stands as DYNAMIC."""

    tag: str
    attributes: dict[str, str | None]
    parent: "Element | None"
    line: int
    text: str = field(default="")


class Reader(HTMLParser):
    """Reads a template as HTML, whatever Jinja says between."""

    VOID = frozenset(("br", "hr", "img", "input", "link", "meta"))

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[Element] = []
        source = re.sub(r"\{#.*?#\}", lambda found: re.sub(r"[^\n]", " ", found[0]), source, flags=re.DOTALL)
        self.feed(re.sub(r"\{\{.*?\}\}|\{%.*?%\}", f" {DYNAMIC} ", source, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value for name, value in attrs if name != DYNAMIC}
        element = Element(tag, attributes, self.open[-1] if self.open else None, self.getpos()[0])
        self.elements.append(element)
        if tag not in self.VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open:
            self.open[-1].text += data


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


def wrong_with(element: Element) -> list[str]:
    """What Polaris would not understand of this element."""
    known = TAGS.get(element.tag)
    if known is None:
        return [f"there is no <{element.tag}>"]
    problems = []
    for name, value in element.attributes.items():
        if name in known["attributes"]:
            allowed = known["attributes"][name]
            words = POLARIS["icons"] if allowed == "icon" else allowed
            if words and value and DYNAMIC not in value and value not in words:
                problems.append(f'<{element.tag} {name}="{value}"> is none of {", ".join(words[:20])}')
        elif not EVERYWHERE.fullmatch(name):
            problems.append(f"<{element.tag}> has no attribute {name}")
    parent, slot = element.parent, element.attributes.get("slot")
    if slot and parent is not None and parent.tag in TAGS and slot not in TAGS[parent.tag]["slots"]:
        problems.append(f"<{parent.tag}> has no slot {slot}")
    return problems


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_only_components_attributes_and_words_that_polaris_has(path: Path) -> None:
    components = [each for each in Reader(path.read_text()).elements if each.tag.startswith("s-")]
    assert [f"line {each.line}: {problem}" for each in components for problem in wrong_with(each)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_runtime_script_nothing_that_the_policy_forbids(path: Path) -> None:
    for element in Reader(path.read_text()).elements:
        where = f"line {element.line}: <{element.tag}>"
        assert element.tag not in ("iframe", "object", "embed", "base", "style"), where
        if element.tag == "script":
            assert "src" in element.attributes, f"{where} is inline"
            assert not element.text.replace(DYNAMIC, "").strip(), f"{where} is inline"
        for name, value in element.attributes.items():
            assert not name.startswith(("on", "hx-on")), f"{where} has {name}"
            assert not re.match(r"\s*(js|javascript):", value or ""), f"{where} {name} is a script"


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_unsafe_innerhtml_everything_is_escaped(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"\|\s*safe\b|autoescape|Markup\(", source)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_each_id_stands_once_in_a_template(path: Path) -> None:
    ids = [each.attributes["id"] for each in Reader(path.read_text()).elements if "id" in each.attributes]
    fixed = [each for each in ids if each and DYNAMIC not in each]
    # The branches of an if may each show the element.
    if "{% else %}" not in path.read_text() and "{% elif" not in path.read_text():
        assert sorted(set(fixed)) == sorted(fixed)


def test_every_template_is_shown_by_a_page_or_a_handler() -> None:
    code = "\n".join(path.read_text() for path in (ROOT / "occhub").rglob("*.py"))
    used = set(re.findall(r'"([\w/.-]+\.html)"', code))
    for path in TEMPLATES:
        used |= set(re.findall(r'{%-?\s*(?:include|extends|import|from)\s+"([^"]+)"', path.read_text()))
    assert [name_of(path) for path in TEMPLATES if name_of(path) not in used] == []


def test_every_template_that_is_named_is_there() -> None:
    there = {name_of(path) for path in TEMPLATES}
    for path in TEMPLATES:
        named = set(re.findall(r'{%-?\s*(?:include|extends|import|from)\s+"([^"]+)"', path.read_text()))
        assert named <= there, path


def test_a_page_shows_the_fragments_its_handler_returns() -> None:
    """A handler that names a page and a fragment for it: the page includes that very fragment."""
    code = "\n".join(path.read_text() for path in (ROOT / "occhub").rglob("*.py"))
    pairs = re.findall(r'"([\w/]+\.html)",\s*fragment="([\w/]+\.html)"', code)
    assert pairs
    for page, fragment in pairs:
        assert f'include "{fragment}"' in (ROOT / "templates" / page).read_text(), f"{page} without {fragment}"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("<s-buton>Go</s-buton>", "no <s-buton>"),
        ('<s-button colour="red">Go</s-button>', "no attribute colour"),
        ('<s-badge tone="angry">Oh</s-badge>', "is none of"),
        ('<s-badge {% if x %}tone="{{ tone }}" colour{% endif %}>Oh</s-badge>', "no attribute colour"),
        ('<s-page><s-button slot="somewhere">Go</s-button></s-page>', "no slot somewhere"),
    ],
)
def test_the_rule_finds_what_it_is_for(source: str, problem: str) -> None:
    found = [each for element in Reader(source).elements for each in wrong_with(element)]
    assert problem in " ".join(found)
