"""Is the app well? One answer for the platform's check and for people."""

from starlette.responses import JSONResponse, Response

from occhub import __version__, backup, clock, database, queue, schedule
from occhub.web import Visit

# The clock ticks every minute; after so many of them without one the machine is not doing its work.
_SILENT_MINUTES = 5


def show(visit: Visit) -> Response:
    """200 with the facts, or 503 saying what is wrong."""
    wrong: list[str] = []
    facts: dict[str, object] = {"version": __version__}
    try:
        facts["database"] = database.sqlite_version() or "postgresql"
        if copied := backup.restored_from():
            facts["restored_from"] = copied.isoformat()
        tick = schedule.last_tick()
        facts["last_tick"] = tick.isoformat() if tick else None
        if tick is None or (clock.now() - tick).total_seconds() > max(_SILENT_MINUTES * 60, 60 * clock.speed()):
            wrong.append("the clock has not ticked for five minutes")
    except Exception as error:
        wrong.append(f"the database does not answer: {type(error).__name__}")
    try:
        facts["queue"] = queue.ping()
    except Exception as error:
        wrong.append(f"the queue does not answer: {type(error).__name__}")
    return JSONResponse(facts | {"ok": not wrong, "wrong": wrong}, status_code=503 if wrong else 200)
