"""The image holds the app and nothing else, and the machine it runs on never sleeps."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STAGE = re.compile(r"^FROM (?P<base>\S+)(?: AS (?P<name>\S+))?$")


def stages() -> list[tuple[str, str, list[str]]]:
    """Each stage of the Dockerfile: its base, its name, its instructions with continued lines joined."""
    found: list[tuple[str, str, list[str]]] = []
    for line in (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines():
        if start := STAGE.match(line):
            found.append((start["base"], start["name"] or "", []))
        elif line and not line.startswith("#"):
            found[-1][2].append(line)
    return found


def instructions(stage: tuple[str, str, list[str]]) -> list[str]:
    """The stage's instructions after those of the stages it builds upon."""
    base, _, lines = stage
    below = [other for other in stages() if other[1] == base]
    return [*(instructions(below[0]) if below else []), *lines]


def target(name: str) -> list[str]:
    return instructions(next(stage for stage in stages() if stage[1] == name))


def copied(lines: list[str]) -> set[str]:
    """What the stage takes from the repository."""
    return {
        source for line in lines if line.startswith("COPY ") and "--from=" not in line for source in line.split()[1:-1]
    }


def names(requirements: list[str]) -> set[str]:
    """The bare names of requirements such as `psycopg[binary]`."""
    return {re.split(r"[\[<>=!~; ]", requirement)[0].lower() for requirement in requirements}


def pinned(file: str) -> set[str]:
    return {line.split("==")[0] for line in (ROOT / file).read_text().splitlines() if "==" in line}


def test_everything_copied_into_the_image_is_in_the_repository() -> None:
    sources = {source for _, _, lines in stages() for source in copied(lines)}
    assert len(sources) > 5
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_the_default_image_holds_the_app_alone() -> None:
    assert copied(instructions(stages()[-1])) == {"occhub", "templates", "static", "shopify.app.toml"}


def test_only_the_demo_image_holds_the_stand_in() -> None:
    assert "standin" in copied(target("demo"))
    assert "tests" not in copied(target("demo"))


def test_the_image_runs_without_root_and_tells_its_health() -> None:
    default = instructions(stages()[-1])
    assert [line for line in default if line.startswith("USER ")][-1] == "USER occhub"
    assert any("/healthz" in line for line in default if line.startswith("HEALTHCHECK "))
    assert [line for line in default if line.startswith("CMD ")] == ['CMD ["python", "-m", "occhub", "serve"]']


def test_packages_enter_the_image_by_their_hashes_only() -> None:
    installs = [line for _, _, lines in stages() for line in lines if "pip install" in line]
    assert len(installs) == 2
    assert all("--require-hashes" in line for line in installs)


def test_what_the_image_copies_reaches_the_builder() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {source for _, _, lines in stages() for source in copied(lines)} == let_in


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_with_hashes_and_name_no_index(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    packages = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert len(packages) > 20
    assert all(re.match(r"^[a-z0-9._-]+==\S+", package) for package in packages)
    assert "://" not in "\n".join(lines)


def test_every_package_the_app_imports_is_pinned_for_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    shipped, tools = project["dependencies"], project["optional-dependencies"]["dev"]
    assert pinned("requirements.txt") >= names(shipped)
    assert pinned("requirements-dev.txt") >= names(shipped) | names(tools) | pinned("requirements.txt")
    # What is imported by another name than it is installed by.
    known_as = {"shopify_app": "shopifyapp", "jwt": "pyjwt", "playhouse": "peewee"}
    sources = [path.read_text() for path in (ROOT / "occhub").rglob("*.py")]
    imported = {name for source in sources for name in re.findall(r"^(?:from|import) (\w+)", source, re.MULTILINE)}
    packages = {known_as.get(name, name) for name in imported - sys.stdlib_module_names - {"occhub"}}
    assert packages <= pinned("requirements.txt")


class TestMachine:
    fly = tomllib.loads((ROOT / "fly.toml").read_text())

    def test_one_machine_never_sleeps_because_the_clock_lives_in_it(self) -> None:
        service = self.fly["http_service"]
        assert service["auto_stop_machines"] == "off"
        assert service["min_machines_running"] == 1
        assert service["internal_port"] == int(self.fly["env"]["PORT"])
        assert service["force_https"] is True

    def test_the_data_directory_is_the_volume(self) -> None:
        assert [mount["destination"] for mount in self.fly["mounts"]] == ["/data"]
        assert self.fly["env"]["DATA_DIR"] == "/data"

    def test_a_sick_app_is_noticed(self) -> None:
        assert [check["path"] for check in self.fly["http_service"]["checks"]] == ["/healthz"]

    def test_the_app_is_asked_to_stop_and_given_the_time_it_needs(self) -> None:
        assert self.fly["kill_signal"] == "SIGTERM"
        assert self.fly["kill_timeout"] == "5s"

    def test_no_secret_is_written_down(self) -> None:
        assert not {"SHOPIFY_API_SECRET", "SHOPIFY_API_SECRET_OLD", "TOKEN_KEY"} & self.fly["env"].keys()

    def test_the_address_is_the_one_shopify_is_told(self) -> None:
        told = tomllib.loads((ROOT / "shopify.app.toml").read_text())["application_url"]
        assert self.fly["env"]["SHOPIFY_APP_URL"] == told
