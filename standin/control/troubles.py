"""What goes wrong on request: the report of what the app did wrong, time, faults, slowness, webhook trouble."""

from dataclasses import fields
from typing import Any

from standin.clock import Clock
from standin.control.asking import Ask, Wrong
from standin.control.picture import delivery, plain
from standin.faults import KINDS
from standin.world import DeliverySettings, Fault

Json = dict[str, Any]


def health(ask: Ask) -> Json:
    return {"status": "ok", "shops": len(ask.world.shops), "now": plain(ask.world.now())}


def report(ask: Ask) -> Json:
    return dict(ask.world.report.as_json())


def clear_report(ask: Ask) -> Json:
    ask.world.report.clear()
    return report(ask)


def clock(ask: Ask) -> Json:
    clock = ask.world.clock
    return {"spec": clock.spec, "speed": clock.speed, "now": plain(clock.now())}


def set_clock(ask: Ask) -> Json:
    try:
        ask.world.clock = Clock.parse(ask.value("spec", str))
    except ValueError as error:
        raise Wrong(f"spec: {error}") from error
    return clock(ask)


def faults(ask: Ask) -> Json:
    return {"faults": plain(ask.world.faults)}


def add_fault(ask: Ask) -> Json:
    kind = ask.value("kind", str)
    if kind not in KINDS:
        raise Wrong(f"no fault of the kind {kind}; there are {', '.join(KINDS)}")
    shop = ask.value("shop", str, None)
    fault = Fault(
        id=max((fault.id for fault in ask.world.faults), default=0) + 1,
        kind=kind,
        shop=ask.shop_named(shop).domain if shop else None,
        operation=ask.value("operation", str, None),
        times=ask.value("times", int, 1),
        seconds=ask.value("seconds", float, 0.0),
    )
    if fault.times < 1 or fault.seconds < 0:
        raise Wrong("times must be at least 1, seconds at least 0")
    ask.world.faults.append(fault)
    return dict(plain(fault))


def clear_faults(ask: Ask) -> Json:
    ask.world.faults.clear()
    return faults(ask)


def latency(ask: Ask) -> Json:
    return {"milliseconds": ask.world.latency_milliseconds}


def set_latency(ask: Ask) -> Json:
    milliseconds = ask.value("milliseconds", float)
    if milliseconds < 0:
        raise Wrong("milliseconds must be at least 0")
    ask.world.latency_milliseconds = milliseconds
    return latency(ask)


def deliveries(ask: Ask) -> Json:
    return {
        "settings": plain(ask.world.deliveries),
        "undelivered": len(ask.world.undelivered) + len(ask.world.outgoing),
        "deliveries": [delivery(each) for each in ask.world.delivery_log],
    }


def set_deliveries(ask: Ask) -> Json:
    settings = ask.world.deliveries
    kinds = {"duplicate": int, "delay": float, "shuffle": bool, "drop_every": int, "paused": bool}
    values: Json = {
        field.name: ask.value(field.name, kinds[field.name], getattr(settings, field.name))
        for field in fields(DeliverySettings)
    }
    if any(values[name] < 0 for name in ("duplicate", "delay", "drop_every")):
        raise Wrong("duplicate, delay and drop_every must be at least 0")
    ask.world.deliveries = DeliverySettings(**values)
    return deliveries(ask)


async def flush(ask: Ask) -> Json:
    tried = await ask.courier.flush()
    return {"tried": tried, **deliveries(ask)}
