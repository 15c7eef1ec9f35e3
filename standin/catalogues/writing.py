"""Titles, tags, descriptions and handles as roasters write them, mess included."""

import re
import unicodedata
from dataclasses import dataclass
from random import Random

from standin.catalogues import words
from standin.catalogues.house import DESCRIPTION_STYLES, TAG_STYLES, TITLE_STYLES, House, habit

EMPTY_DESCRIPTIONS = 0.25


@dataclass(frozen=True, slots=True)
class Lot:
    """One coffee of one harvest before it has a title."""

    name: str
    country: str
    flag: str
    region: str
    variety: str
    process: str
    year: int


def slug(text: str) -> str:
    """A handle as Shopify makes it: lower case, accents dropped, everything else a hyphen."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "product"


def title_of(lot: Lot, house: House, rng: Random) -> str:
    """The coffee's title in the house's style."""
    if not lot.country:
        return lot.name.upper() if house.title_style == "capitals" else lot.name
    match habit(house.title_style, TITLE_STYLES, rng):
        case "country":
            return f"{lot.country} {lot.name}"
        case "year in front":
            return f"{lot.year} {lot.name} - {lot.country}"
        case "pipes":
            return f"LIMITED | {lot.country.upper()} | {lot.name} | {lot.variety} | {lot.process}"
        case "process behind":
            return f"{lot.name} - {lot.process} Process - {lot.year}"
        case "capitals":
            return f"{lot.name}, {lot.country}".upper()
        case "emoji":
            return f"{lot.flag} {lot.name} {rng.choice(words.EMOJI)}"
        case "region":
            return f"{lot.name} ({lot.region}, {lot.country})"
        case _:
            return lot.name


def tags_of(lot: Lot, house: House, rng: Random) -> tuple[str, ...]:
    """The coffee's tags in the house's style; some houses never tag."""
    style = house.tag_style if house.tag_style == "none" else habit(house.tag_style, TAG_STYLES[1:], rng)
    country = lot.country or "Blend"
    match style:
        case "none":
            return ()
        case "process":
            second = ("Process: Anaerobic",) if rng.random() < 0.3 else ()
            return (f"Process: {lot.process}", *second, country)
        case "prefixed":
            return (f"origin__{slug(country)}", f"process__{slug(lot.process)}", f"harvest__{lot.year}")
        case "countries":
            return (country,)
        case _:
            return (*rng.sample(words.INTERNAL_TAGS, rng.randint(4, 12)), country)


def description_of(lot: Lot, house: House, rng: Random) -> str:
    """The coffee's HTML: empty for a quarter, else a story with whatever the house pastes around it."""
    if rng.random() < EMPTY_DESCRIPTIONS:
        return ""
    first, second, third = rng.sample(words.NOTES, 3)
    place = f"{lot.region}, {lot.country}" if lot.country else "several seasons and farms"
    story = (
        f"<p>{first.capitalize()}, {second} and {third}. {lot.variety} from {place}, {lot.process.lower()} process.</p>"
    )
    match habit(house.description_style, DESCRIPTION_STYLES, rng):
        case "table":
            rows = (("Region", place), ("Variety", lot.variety), ("Process", lot.process), ("Harvest", lot.year))
            cells = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in rows)
            return f"{story}<table border='1' width='100%'><tbody>{cells}</tbody></table>"
        case "disclosure":
            fob, farmgate = rng.uniform(3.2, 9.5), rng.uniform(2.1, 3.1)
            return (
                f"{story}<p>FOB cost: ${fob:.2f}lb<br>Farmgate: ${farmgate:.2f}lb<br>"
                f"Lot size: {rng.randint(4, 90)} bags (69kg)<br>Prices subject to change.</p>"
            )
        case "inline":
            return (
                '<meta charset="utf-8"><p style="font-family: Helvetica; font-size: 14px; color: #333;">'
                f'<span style="background-color: #fffef0;">ROASTED TO ORDER, MONDAY &amp; THURSDAY.</span></p>{story}'
            )
        case "pasted":
            if rng.random() < 0.25:
                story += "<script>window.reviews && window.reviews.load('widget')</script>"
            video = '<iframe src="https://video.invalid/embed/harvest" width="560" height="315"></iframe>'
            return f'{story}<div onclick="track(this)">{video}</div><p>&nbsp;</p>'
        case _:
            return f"<h2>{lot.name}</h2>{story}<ul><li>{first}</li><li>{second}</li><li>{third}</li></ul>"
