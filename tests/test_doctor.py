"""`occhub doctor`: each trouble is named with what to do about it, and looking changes nothing."""

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from occhub import backup, clock, database, schedule
from occhub.database import open_database, session
from occhub.doctor import LOOK, WELL, WRONG, Finding, examine, report
from occhub.inbox import FAILED, InboxEvent
from occhub.partners.models import ATTENTION, Hub, Partner
from occhub.schedule import DueJob
from occhub.settings import Settings
from occhub.shopify.scopes import HUB_SCOPES_OPTIONAL
from occhub.shopify.tokens import StoreToken
from tests.conftest import SECRETS, Cast, Standin
from tests.test_commands import good, run

Look = Callable[..., list[Finding]]


@pytest.fixture
def look(settings: Settings, standin: Standin, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Ask the doctor about an app that is well, with these variables changed."""
    Hub.create(shop=cast.hub)
    schedule._remember_tick(clock.now())
    mine = database.db.obj

    def ask(**changed: str) -> list[Finding]:
        environment = {
            **SECRETS,
            "APP_ENV": "test",
            "HUB_SHOP": cast.hub,
            "TOKEN_KEY": settings.token_keys[0],
            "DATA_DIR": str(settings.data_dir),
            "SHOPIFY_GATEWAY_URL": standin.url,
        }
        with monkeypatch.context() as patched:
            # The doctor opens the database as a process of its own would; this thread's session is another.
            patched.setattr(database.db, "obj", mine)
            try:
                return list(examine(environment | changed))
            finally:
                database.db.initialize(mine)

    return ask


def wrong(findings: list[Finding], state: str = WRONG) -> dict[str, str]:
    return {finding.subject: finding.sentence for finding in findings if finding.state == state}


def test_of_an_app_that_is_well_nothing_is_wrong(look: Look) -> None:
    findings = look()
    assert wrong(findings) == {}
    assert {finding.subject for finding in findings if finding.state == WELL} >= {"database", "clock", "keys", "hub"}


def test_every_wrong_setting_is_named_and_nothing_else_is_tried() -> None:
    findings = list(examine({"HUB_SHOP": "no shop"}))
    assert {finding.subject for finding in findings} == {"settings"}
    told = " ".join(finding.sentence for finding in findings)
    assert all(name in told for name in ("SHOPIFY_API_KEY", "TOKEN_KEY", "HUB_SHOP"))


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    findings = list(examine(good(tmp_path / "nothing")))
    assert "start the app once" in wrong(findings)["database"]
    assert not (tmp_path / "nothing").exists()


def test_a_damaged_database_is_found(tmp_path: Path, empty_database: Path) -> None:
    shutil.copy(empty_database, tmp_path / "occhub.db")
    with (tmp_path / "occhub.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"x" * 40_960)
    assert "database" in wrong(list(examine(good(tmp_path))))


def test_tables_that_are_missing_ask_for_migrate(tmp_path: Path) -> None:
    open_database(f"cysqlite:///{tmp_path}/occhub.db")
    with session():
        database.db.execute_sql("create table another (id integer)")
    assert "python -m occhub migrate" in wrong(list(examine(good(tmp_path))))["database"]


def test_a_password_in_the_address_is_not_told(tmp_path: Path) -> None:
    environment = good(tmp_path) | {"DATABASE_URL": "postgresql://occhub:hunter2@127.0.0.1:9/occhub"}
    findings = list(examine(environment))
    assert "check DATABASE_URL" in wrong(findings)["database"]
    assert "hunter2" not in str(findings)


def test_a_queue_that_is_no_queue_is_named(look: Look, settings: Settings) -> None:
    (settings.data_dir / "queue.db").write_bytes(b"no database at all" * 100)
    assert "check QUEUE_URL" in wrong(look())["queue"]


def test_a_clock_that_stands_still_is_named(look: Look) -> None:
    DueJob.update(started_at=clock.now() - timedelta(minutes=6)).execute()
    assert "no app or worker is running" in wrong(look())["clock"]


def test_a_clock_that_is_not_shopifys_is_named(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    right = clock.now
    monkeypatch.setattr(clock, "now", lambda: right() + timedelta(seconds=40))
    assert "off Shopify's" in wrong(look())["clock"]


def test_a_lost_key_is_named_with_the_stores_it_closes(look: Look, cast: Cast) -> None:
    said = wrong(look(TOKEN_KEY=Fernet.generate_key().decode()))["keys"]
    assert cast.partner in said
    assert "add the old key" in said


def test_a_rotation_of_the_client_secret_that_was_not_ended_wants_a_look(look: Look, cast: Cast) -> None:
    assert "keys" not in wrong(look(), LOOK)
    assert "revoke the old secret" in wrong(look(SHOPIFY_API_SECRET_OLD="the one before, long enough"), LOOK)["keys"]


def test_another_stores_database_is_named(look: Look, cast: Cast) -> None:
    Hub.update(shop="another.myshopify.com").execute()
    assert f"HUB_SHOP is {cast.hub}, but this database belongs to another" in wrong(look())["settings"]


def test_a_hub_that_does_not_let_us_in_is_named(look: Look, cast: Cast) -> None:
    StoreToken.delete().where(StoreToken.shop == cast.hub).execute()
    assert "open the app once in the hub's admin" in wrong(look())["hub"]


def test_a_hub_that_has_not_granted_all_is_named(look: Look, cast: Cast, standin: Standin) -> None:
    address = f"{standin.url}/_shell/{cast.hub.removesuffix('.myshopify.com')}/scopes"
    assert standin.http.request("DELETE", address, json={"scopes": [HUB_SCOPES_OPTIONAL[0]]}).is_success
    assert "has not granted" in wrong(look())["hub"]


def test_what_only_wants_a_look_is_no_error(look: Look, cast: Cast) -> None:
    now = clock.now()
    facts: dict[str, Any] = {"shop": cast.hub, "topic": "orders/create", "received_at": now, "next_at": now}
    InboxEvent.create(webhook_id="a", state=FAILED, **facts)
    Partner.create(name="Onda", created_at=now, state=ATTENTION, attention="Ask them to open the app.")
    DueJob.create(name="claims", next_at=now, error="the store is closed")
    backup.mark_restored(now)
    findings = look()
    assert wrong(findings) == {}
    assert {"work", "partners", "restore", "backup"} <= wrong(findings, LOOK).keys()


def test_a_copy_of_late_is_well_and_an_old_one_wants_a_look(look: Look, cast: Cast, tmp_path: Path) -> None:
    backup.copy_database(tmp_path / "copy.db")
    assert "backup" not in wrong(look(), LOOK)
    backup.MadeCopy.update(made_at=clock.now() - 2 * backup.OLD).execute()
    assert "the last copy was made on" in wrong(look(), LOOK)["backup"]


def test_the_report_ends_with_a_verdict(tmp_path: Path) -> None:
    lines: list[str] = []
    assert not report(good(tmp_path), lines.append)
    assert lines[-1] == "Wrong: 1."


def test_the_command_ends_with_1_when_something_is_wrong(tmp_path: Path) -> None:
    environment = good(tmp_path)
    ended = run("doctor", **environment)
    assert ended.returncode == 1
    assert "WRONG database" in ended.stdout
    assert "Traceback" not in ended.stderr
    assert os.listdir(tmp_path) == []
