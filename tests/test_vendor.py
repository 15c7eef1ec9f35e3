"""What others wrote and we ship is what its authors published."""

import hashlib
import re

from tests.conftest import ROOT

VENDOR = ROOT / "static/vendor"
ROW = re.compile(r"^\| (?P<file>\S+) \|.*\| (?P<sha256>[0-9a-f]{64}) \|$", re.MULTILINE)


def listed() -> dict[str, str]:
    return {row["file"]: row["sha256"] for row in ROW.finditer((VENDOR / "VENDOR.md").read_text())}


def test_each_vendored_file_is_unchanged() -> None:
    files = listed()
    assert files
    assert {file: hashlib.sha256((VENDOR / file).read_bytes()).hexdigest() for file in files} == files


def test_nothing_else_is_there_but_licences() -> None:
    there = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    others = there - set(listed()) - {"VENDOR.md"}
    assert {file.rpartition("/")[2] for file in others} == {"LICENSE"}


def test_each_version_stands_in_its_path() -> None:
    assert all(re.match(r"[\w.-]+@\d+\.\d+\.\d+/", file) for file in listed())
