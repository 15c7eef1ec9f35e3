"""The living demonstration: a week in two minutes, then both programs in real time until Ctrl-C."""

import json
import shutil
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from standin.demo.programs import HUB, ROOT, Programs, free_port
from standin.demo.week import Day, Week

PLACE = ROOT / ".demo"
SPEED = 7200
DAYS = 7
# So many times a day things happen.
ROUNDS = 3
# How much of the last day is left out: stopping the programs takes some seconds, which are hours on their clock.
MARGIN = timedelta(hours=14)


def live(*, fresh: bool, place: Path = PLACE) -> None:
    """Go on with what is there, or build it; serve it until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ready = place / "ready.json"
    if fresh or not ready.exists():
        shutil.rmtree(place, ignore_errors=True)
        ports = {"standin_port": free_port(4000), "app_port": free_port(8000)}
    else:
        ports = json.loads(ready.read_text())
        for port in ports.values():
            if free_port(port) != port:
                raise SystemExit(f"port {port} is taken, perhaps by another bin/demo; end that one, or use --fresh")
    programs = Programs(place, clock="real", seed="demo", state=place / "standin.state", **ports)
    try:
        if not ready.exists():
            build(programs)
        _start(programs)
        if not ready.exists():
            print(f"today         {Week(programs).today()}", flush=True)
            ready.write_text(json.dumps(ports))
        print(_welcome(programs), flush=True)
        while True:
            time.sleep(1)
            for name in programs.revive():
                print(f"the {name} had ended; it runs again", flush=True)
    except KeyboardInterrupt:
        print()
    except AssertionError as error:
        raise SystemExit(f"the demonstration did not get ready: {error}; the logs in {place} tell more") from error
    finally:
        programs.stop()


def build(programs: Programs) -> None:
    """Set the hub up in real time, let a week pass on both programs, and stop them when their clock is about to meet
    the real one."""
    print(f"building a week of trade; this takes about {DAYS * 86400 // SPEED + 40} seconds, once", flush=True)
    _start_at(programs, datetime.now(UTC) - timedelta(days=DAYS) - MARGIN, speed=1)
    week = Week(programs)
    _say(week, week.begin())
    opened = week.now() + timedelta(minutes=1)
    programs.stop()
    _start_at(programs, opened, speed=SPEED)
    while week.now() < datetime.now(UTC) - MARGIN:
        day = Day()
        for _ in range(ROUNDS):
            began = week.now()
            week.trade(day)
            _wait(week, until=began + timedelta(days=1) / ROUNDS)
        _say(week, day.line())
    programs.stop()
    programs.clock = "real"


def _start_at(programs: Programs, moment: datetime, speed: int) -> None:
    programs.clock = f"{moment.isoformat()}@{speed}@{datetime.now(UTC).isoformat()}"
    _start(programs)


def _wait(week: Week, until: datetime) -> None:
    until = min(until, datetime.now(UTC) - MARGIN)
    time.sleep(max(0.0, (until - week.now()).total_seconds() / SPEED))


def _start(programs: Programs) -> None:
    programs.start_standin()
    programs.start_app()


def _say(week: Week, figures: str) -> None:
    print(f"{week.now():%a %d %b}    {figures}", flush=True)


def _welcome(programs: Programs) -> str:
    admin, key = programs.standin_url, programs.api_key
    store = HUB.partition(".")[0]
    return f"""
the owner     {admin}/store/{store}/apps/{key}
a roaster     {admin}/store/milk-road-coffee/apps/{key}
the console   {admin}/console?shop={HUB}

1 Home shows who needs you: let Harbour Lane Coffee in, or leave it waiting.
2 Partners, Kestrel & Co, See the range: search, and import a coffee in its row.
3 In the console let a customer buy, or a roaster sell out: the hub's stock follows within seconds.
4 Orders, Partner orders: open the one being filled, and place it now.
5 Products: open a coffee to see why its stock and its price are what they are.

Ctrl-C ends both; bin/demo goes on from there, bin/demo --fresh begins anew. Logs are in {programs.folder}."""
