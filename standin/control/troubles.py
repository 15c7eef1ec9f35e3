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
    """That it is up."""
    return {"status": "ok", "shops": len(ask.world.shops), "now": plain(ask.world.now())}


def report(ask: Ask) -> Json:
    """What the app did wrong and what was not modelled."""
    return dict(ask.world.report.as_json())


def clear_report(ask: Ask) -> Json:
    """Forget both."""
    ask.world.report.clear()
    return report(ask)


def clock(ask: Ask) -> Json:
    """The world's time."""
    clock = ask.world.clock
    return {"spec": clock.spec, "speed": clock.speed, "now": plain(clock.now())}


def set_clock(ask: Ask) -> Json:
    """Set it: `spec` as in CLOCK. Raises Wrong."""
    try:
        ask.world.clock = Clock.parse(ask.value("spec", str))
    except ValueError as error:
        raise Wrong(f"spec: {error}") from error
    return clock(ask)


def faults(ask: Ask) -> Json:
    """The troubles still to come."""
    return {"faults": plain(ask.world.faults)}


def add_fault(ask: Ask) -> Json:
    """One more trouble. Raises Wrong for a kind there is not."""
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
        mentions=ask.value("mentions", str, ""),
    )
    if fault.times < 1 or fault.seconds < 0:
        raise Wrong("times must be at least 1, seconds at least 0")
    ask.world.faults.append(fault)
    return dict(plain(fault))


def clear_faults(ask: Ask) -> Json:
    """No troubles any more."""
    ask.world.faults.clear()
    return faults(ask)


def latency(ask: Ask) -> Json:
    """How long every Admin API request is held up, in real milliseconds."""
    return {"milliseconds": ask.world.latency_milliseconds}


def set_latency(ask: Ask) -> Json:
    """Set that."""
    milliseconds = ask.value("milliseconds", float)
    if milliseconds < 0:
        raise Wrong("milliseconds must be at least 0")
    ask.world.latency_milliseconds = milliseconds
    return latency(ask)


def rules(ask: Ask) -> Json:
    """What Shopify does not promise: how far its search lags, how long a draft is computed, how `nodes` is priced."""
    return {
        "index_lag_seconds": ask.world.index_lag_seconds,
        "draft_ready_seconds": ask.world.draft_ready_seconds,
        "nodes_per_id": ask.world.nodes_priced_per_id,
    }


def set_rules(ask: Ask) -> Json:
    """Suppose otherwise; what is not named stays."""
    for name in ("index_lag_seconds", "draft_ready_seconds"):
        seconds = ask.value(name, float, getattr(ask.world, name))
        if seconds < 0:
            raise Wrong(f"{name} must be at least 0")
        setattr(ask.world, name, seconds)
    ask.world.nodes_priced_per_id = ask.value("nodes_per_id", bool, ask.world.nodes_priced_per_id)
    return rules(ask)


def deliveries(ask: Ask) -> Json:
    """The last 200 webhooks and how they are disturbed."""
    return {
        "settings": plain(ask.world.deliveries),
        "undelivered": len(ask.world.undelivered) + len(ask.world.outgoing),
        "deliveries": [delivery(each) for each in ask.world.delivery_log],
    }


def set_deliveries(ask: Ask) -> Json:
    """Disturb webhooks otherwise; what is not named stays."""
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
    """Try everything triggered so far once, now; delays and pauses do not count."""
    tried = await ask.courier.flush()
    return {"tried": tried, **deliveries(ask)}
