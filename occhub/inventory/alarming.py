"""Telling the owner of shortages at once: each once, and again only when it has grown."""

import logging

from occhub import alerts
from occhub.database import write
from occhub.inventory.models import Shortage
from occhub.inventory.shortages import ShortGood, open_shortages

log = logging.getLogger(__name__)

_ORDERS = 20  # named in one message


def is_news() -> bool:
    """Whether anything is short that the owner could be told of and was not."""
    untold = Shortage.ended_at.is_null() & (Shortage.units > Shortage.told)
    return alerts.is_wanted() and Shortage.select().where(untold).exists()


def tell_shortages(link: str) -> int:
    """Send what the owner was not told yet, in one message that ends with `link`; answers how many shortages.

    What could not be sent stays untold, for the next time. Without an address to send to nothing is done.
    """
    if not is_news():
        return 0
    news = [good for good in open_shortages() if good.shortage.units > good.shortage.told]
    try:
        alerts.send("\n".join(["More was sold than there is.", *map(sentence, news), link]))
    except alerts.Unsent as failure:
        log.warning("%d shortages could not be told: %s", len(news), failure)
        return 0
    with write():
        for good in news:
            Shortage.update(told=good.shortage.units).where(Shortage.id == good.shortage.id).execute()
    return len(news)


def sentence(good: ShortGood) -> str:
    """One shortage in words: how many of what, and whose orders, the oldest first."""
    named = ", ".join(f"{row.order.name} ({row.short})" for row in good.orders[:_ORDERS])
    more = f" and {len(good.orders) - _ORDERS} more" if len(good.orders) > _ORDERS else ""
    return f"{good.mapping.title} of {good.mapping.partner.name}: {good.shortage.units} short. Orders: {named}{more}."
