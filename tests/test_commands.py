"""The operator's commands: what is wrong is a sentence, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.conftest import ROOT, SECRETS

COMMANDS = ("serve", "worker", "migrate", "sync", "route", "rotate-key")


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return subprocess.run(
        [sys.executable, "-m", "occhub", *arguments],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def good(folder: Path) -> dict[str, str]:
    key = Fernet.generate_key().decode()
    return {**SECRETS, "APP_ENV": "test", "HUB_SHOP": "hub.myshopify.com", "TOKEN_KEY": key, "DATA_DIR": str(folder)}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_missing_variable_ends_the_command_with_its_name(command: str) -> None:
    ended = run(command)
    assert ended.returncode == 1
    assert "cannot start:\n  SHOPIFY_API_KEY is missing" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_level_of_logging_there_is_not_is_named() -> None:
    ended = run("migrate", LOG_LEVEL="chatty")
    assert ended.returncode == 1
    assert "LOG_LEVEL 'CHATTY' is none of" in ended.stderr


def test_a_new_key_is_one_that_the_settings_take() -> None:
    Fernet(run("make-key").stdout.strip())


def test_migrating_makes_the_database_where_it_belongs(tmp_path: Path) -> None:
    ended = run("migrate", **good(tmp_path / "new"))
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "new/occhub.db").exists()


def test_another_hub_on_the_same_database_is_refused(tmp_path: Path) -> None:
    environment = good(tmp_path)
    run("migrate", **environment)
    ended = run("migrate", **environment | {"HUB_SHOP": "other.myshopify.com"})
    assert ended.returncode == 1
    assert "HUB_SHOP is other.myshopify.com, but this database belongs to hub.myshopify.com" in ended.stderr


def test_a_command_there_is_not_is_told_with_those_there_are() -> None:
    ended = run("sing")
    assert ended.returncode == 2
    assert "serve" in ended.stderr
