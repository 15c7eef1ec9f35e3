"""What the documents say is there is there."""

import re
from pathlib import Path

import pytest

from occhub import settings

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
FURNITURE = {"__init__", "models", "routes", "tasks"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "docs/map.md", "docs/operations.md"])
def test_every_file_and_command_named_exists(name: str) -> None:
    text = (ROOT / name).read_text()
    named = set(re.findall(r"(?<![\w./])(?:occhub|standin|tests|templates|static|bin|docs)/[\w./-]*\w", text))
    assert len(named) > 3
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_map_shows_every_act_of_every_room() -> None:
    text = (ROOT / "docs" / "map.md").read_text()
    rooms = [routes.parent for routes in (ROOT / "occhub").glob("*/models.py")]
    acts = {act.stem for room in rooms for act in room.glob("*.py")} - FURNITURE
    assert len(acts) > 30
    assert sorted(act for act in acts if f"`{act}`" not in text) == []


def test_the_readme_lists_every_variable_and_no_other() -> None:
    read = set(re.findall(r'source\.\w+\("([A-Z_]+)"', Path(settings.__file__).read_text()))
    told = set(re.findall(r"^\| (.+?) \|", (ROOT / "README.md").read_text().split("## Environment")[1], re.MULTILINE))
    assert {name.strip("`") for cell in told for name in cell.split(", ")} - {"LOG_LEVEL", "variable", "---"} == read


def test_a_decision_is_one_page_with_a_number_of_its_own() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("0*.md"))
    assert [int(page.name[:4]) for page in decisions] == list(range(1, len(decisions) + 1))
    assert [page.name for page in decisions if len(page.read_text().splitlines()) > 15] == []
