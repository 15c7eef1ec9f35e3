"""One set of models on two databases: their tables, short writes, moments, and the connection of each thread."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from peewee import IntegrityError, InterfaceError
from playhouse.schema_diff import diff_models

import occhub.app  # noqa: F401  (every room, and so every model)
from occhub import database as base
from occhub.catalog.models import Import, ProductMapping
from occhub.database import BaseModel, db, migrate, open_database, session, write
from occhub.errors import Misconfigured
from occhub.orders.models import PLACED, MasterOrder
from occhub.partners.models import Partner
from tests.conftest import ROOT

NOW = datetime(2026, 11, 2, 12, 30, 15, 123456, tzinfo=UTC)


def test_a_migrated_database_equals_the_models(either_database: str) -> None:
    assert str(diff_models(db.obj, BaseModel.__subclasses__())) == ""


def test_migrating_twice_changes_nothing(either_database: str) -> None:
    assert migrate() == []


def test_a_partner_has_one_unplaced_master_order_at_most(either_database: str) -> None:
    partner = Partner.create(name="Onda", created_at=NOW)
    facts = {"partner": partner, "opens_at": NOW, "cutoff_at": NOW, "currency": "USD"}
    MasterOrder.create(number=1, state=PLACED, **facts)
    MasterOrder.create(number=2, **facts)
    with pytest.raises(IntegrityError), write():
        MasterOrder.create(number=3, **facts)


def test_a_moment_comes_back_as_it_was_and_compares(either_database: str) -> None:
    Partner.create(name="Onda", created_at=NOW)
    partner = Partner.get(Partner.created_at <= NOW)
    assert partner.created_at == NOW
    assert partner.approved_at is None
    assert not Partner.select().where(Partner.created_at < NOW).exists()


def test_a_list_comes_back_as_it_was(either_database: str) -> None:
    Partner.create(name="Onda", created_at=NOW, location_ids=["gid://shopify/Location/1"])
    assert Partner.get().location_ids == ["gid://shopify/Location/1"]


def test_what_fails_inside_a_write_leaves_nothing(either_database: str) -> None:
    row = {"name": "Onda", "shop": "onda.myshopify.com", "created_at": NOW}
    with pytest.raises(IntegrityError), write():
        [Partner.create(**row) for _ in range(2)]
    assert Partner.select().count() == 0


def test_a_write_inside_a_write_is_refused(database: None) -> None:
    with write(), pytest.raises(RuntimeError, match="inside write"), write():
        pass


def test_in_write_tells_of_this_thread_only(database: None) -> None:
    seen: list[bool] = []
    with write():
        assert base.in_write()
        other = threading.Thread(target=lambda: seen.append(base.in_write()))
        other.start()
        other.join()
    assert seen == [False]
    assert not base.in_write()


def test_a_thread_without_a_session_is_told_so_at_once(database: None) -> None:
    failures: list[BaseException] = []

    def forgetful() -> None:
        try:
            Partner.select().count()
        except InterfaceError as error:
            failures.append(error)

    thread = threading.Thread(target=forgetful)
    thread.start()
    thread.join()
    assert len(failures) == 1


def test_a_session_in_a_session_is_the_same_one(database: None) -> None:
    with session(), session():
        assert Partner.select().count() == 0
    assert Partner.select().count() == 0


def test_sqlite_commits_survive_a_power_cut(database: None) -> None:
    assert db.execute_sql("pragma journal_mode").fetchone()[0] == "wal"
    assert db.execute_sql("pragma synchronous").fetchone()[0] == 2, "FULL"
    assert db.execute_sql("pragma foreign_keys").fetchone()[0] == 1


def test_what_would_only_be_done_again_does_not_wait_for_the_disk(database: None) -> None:
    with write(durable=False):
        Partner.create(name="Ada", created_at=NOW)
        assert db.execute_sql("pragma synchronous").fetchone() == (1,)  # normal
    assert db.execute_sql("pragma synchronous").fetchone() == (2,)  # full
    with pytest.raises(IntegrityError), write(durable=False):
        Partner.create(name=None, created_at=NOW)
    assert db.execute_sql("pragma synchronous").fetchone() == (2,)
    assert [partner.name for partner in Partner.select()] == ["Ada"]


def test_on_both_databases_such_a_write_is_all_or_nothing(either_database: str) -> None:
    def rename_both() -> None:
        with write(durable=False):
            Partner.update(name="Ada").execute()
            Partner.create(name=None, created_at=NOW)

    Partner.create(name="Bo", created_at=NOW)
    with pytest.raises(IntegrityError):
        rename_both()
    assert [partner.name for partner in Partner.select()] == ["Bo"]


def test_sqlites_version_is_free_of_the_wal_reset_bug(database: None) -> None:
    version = tuple(int(part) for part in str(base.sqlite_version()).split("."))
    assert version >= (3, 51, 3)


def test_postgresql_has_no_sqlite_version(postgres_url: str) -> None:
    opened = open_database(postgres_url.format(name="empty"))
    assert base.sqlite_version() is None
    opened.close_all()


def test_an_unknown_database_is_refused_by_name() -> None:
    with pytest.raises(Misconfigured, match="DATABASE_URL: 'mysql'"):
        open_database("mysql://root@localhost/x")


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_processes_that_migrate_at_once_all_succeed(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if kind == "sqlite":
        url = f"cysqlite:///{tmp_path}/new.db"
    else:
        url = request.getfixturevalue("postgres_url").format(name="postgres")
    program = "import sys; from occhub import database as d; d.open_database(sys.argv[1]); print(len(d.migrate()))"
    command = [sys.executable, "-W", "ignore", "-c", program, url]
    together = [
        subprocess.Popen(command, cwd=ROOT, env=os.environ.copy(), stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    counts = sorted(process.communicate(timeout=60)[0].strip() for process in together)
    assert counts == ["0", "0", "1"]


def test_a_loop_over_rows_may_write_although_others_write_too(either_database: str) -> None:
    for name in ("Kestrel", "Milk Road", "Onda"):
        Partner.create(name=name, created_at=NOW)

    def elsewhere() -> None:
        with session(), write():
            Partner.update(attention="seen").execute()

    for partner in Partner.select():
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join()
        with write():
            Partner.update(name=f"{partner.name} Coffee").where(Partner.id == partner.id).execute()
    assert [partner.name for partner in Partner.select().order_by(Partner.id)] == [
        "Kestrel Coffee",
        "Milk Road Coffee",
        "Onda Coffee",
    ]


def test_the_longest_names_shopify_allows_fit_together(either_database: str) -> None:
    partner = Partner.create(name="Onda", created_at=NOW)
    facts = {"created_at": NOW, "planned_at": NOW, "changed_at": NOW, "markup_bp": 4000}
    listing = Import.create(partner=partner, product_remote_id="gid://shopify/Product/1", title="x" * 255, **facts)
    ProductMapping.create(
        listing=listing,
        partner=partner,
        title=f"{'x' * 255} – {'y' * 255}",
        **{name: name for name in ("partner_variant_id", "partner_item_id", "hub_variant_id", "hub_item_id", "sku")},
        **{"cost_minor": 700, "price_minor": 1200, "currency": "USD", "created_at": NOW},
    )
    assert len(ProductMapping.get().title) == 513
