"""A store kept as it is now, and put back as it was: many tests begin in the same world without building it again."""

import copy
from typing import Any

from standin.control.asking import Ask, Missing

Json = dict[str, Any]


def remember(ask: Ask) -> Json:
    """Keep the store as it is now, with the tokens given out for it."""
    shop, world = ask.shop, ask.world
    ours = [{key: token for key, token in kept.items() if token.shop == shop.domain} for kept in _tokens(ask)]
    world.memories[shop.domain] = copy.deepcopy((shop, *ours))
    return {"remembered": shop.domain}


def recall(ask: Ask) -> Json:
    """Put the store back as it was remembered; its budget is full again. Raises Missing."""
    shop, world = ask.shop, ask.world
    if shop.domain not in world.memories:
        raise Missing(f"nobody remembers {shop.domain}")
    world.shops[shop.domain], *ours = copy.deepcopy(world.memories[shop.domain])
    for kept, remembered in zip(_tokens(ask), ours, strict=True):
        for key in [key for key, token in kept.items() if token.shop == shop.domain]:
            del kept[key]
        kept.update(remembered)
    for place in [place for place in world.buckets if shop.domain in place]:
        del world.buckets[place]
    return {"recalled": shop.domain}


def _tokens(ask: Ask) -> tuple[dict[str, Any], dict[str, Any]]:
    return ask.world.tokens, ask.world.refresh_tokens
