"""The living demonstration of `bin/demo`: its hub is set up and trades, before its clock is let run."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from standin.demo import acts
from standin.demo.people import soon
from standin.demo.programs import APP, Programs
from standin.demo.week import ROASTERS, Day, Week


@pytest.mark.slow
def test_the_week_begins_with_every_coffee_on_sale_and_customers_who_buy(tmp_path: Path) -> None:
    start = datetime.now(UTC) - timedelta(days=7)
    programs = Programs(tmp_path, clock=f"{start.isoformat()}@1@{datetime.now(UTC).isoformat()}", seed="demo")
    try:
        programs.start_standin()
        programs.start_app()
        week, day = Week(programs), Day()
        wanted = sum(len(roaster.coffees) for roaster in ROASTERS)
        assert week.begin() == f"{len(ROASTERS)} roasters connected, {wanted} coffees on sale"
        assert {product["title"] for product in acts.on_sale(week.hub)} == {
            title for roaster in ROASTERS for title in roaster.coffees
        }
        week.trade(day)
        week.trade(day)
        assert day.bags >= day.orders >= 4
        soon("captured", lambda: week.hub.state()["orders"][-1]["name"] in week.owner.read("/orders"), 60)
        assert "Harbour Lane Coffee asks to connect" in week.today()
        assert "Harbour Lane Coffee" in week.owner.read("/")
    finally:
        programs.stop()
        print(f"the app's log ends:\n{programs.log('app')[-4000:]}")


@pytest.mark.slow
def test_a_killed_app_is_started_again_where_it_was(tmp_path: Path) -> None:
    programs = Programs(tmp_path, clock="real", seed="demo")
    try:
        programs.start_standin()
        programs.start_app()
        assert programs.revive() == []
        week = Week(programs)
        acts.allow(week.owner)
        programs.kill(APP)
        assert soon("its end is noticed", programs.revive) == [APP]
        assert "Done Allow the app" in week.owner.read("/")
    finally:
        programs.stop()
