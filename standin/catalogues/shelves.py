"""Stock numbers as roasters have them: bursts around a weekly release, then nothing."""

from random import Random

SOLD_OUT, LAST_BAGS, FRESH, STEADY = "sold out", "last bags", "fresh", "steady"


def moment_of(rng: Random) -> str:
    """Where a coffee is between two releases."""
    return rng.choices((SOLD_OUT, LAST_BAGS, FRESH, STEADY), weights=(22, 18, 25, 35))[0]


def available(moment: str, rank: int, rng: Random) -> int:
    """Units of the variant at that moment; `rank` 0 is the smallest bag, larger bags are fewer."""
    share = 1 / (1 + rank)
    match moment:
        case "sold out":
            return 0
        case "last bags":
            return rng.choice((0, 0, 0, 1, 1, 2, 3, 5))
        case "fresh":
            return int(rng.randint(60, 240) * share)
        case _:
            return int(rng.randint(8, 70) * share)
