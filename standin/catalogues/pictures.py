"""Product pictures drawn on demand: an SVG whose colours and label follow from the picture's name."""

from collections.abc import Callable
from hashlib import sha256
from html import escape
from textwrap import wrap

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from standin.catalogues.writing import slug

PATH = "/cdn/pictures/{name}.svg"


def picture_names(vendor: str, title: str, subject: str, count: int) -> tuple[str, ...]:
    """Names of a product's pictures: vendor, title, then what is drawn and which view of it."""
    start = f"{slug(vendor)[:32]}--{slug(title)[:40]}--{subject}"
    return tuple(f"{start}-{view}" for view in range(1, count + 1))


def picture_svg(name: str) -> str:
    """The picture as an SVG document; any name gives a picture, the same name always the same one."""
    vendor, title, subject, view = _read(name)
    digest = sha256(f"{vendor}--{title}".encode()).digest()
    palette = _Palette(hue=digest[0] * 360 // 256, turn=40 + digest[1] % 140, view=view)
    draw = _DRAWINGS.get(subject, _bag)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600" width="1200" height="1200">'
        f'<rect width="600" height="600" fill="{palette.wall}"/>'
        f'<ellipse cx="300" cy="520" rx="190" ry="22" fill="{palette.shadow}"/>'
        f"{draw(palette, vendor, title)}</svg>"
    )


async def picture(request: Request) -> Response:
    """Answer a picture; whatever a CDN would be asked to do by query parameters is ignored."""
    headers = {"Cache-Control": "public, max-age=86400", "Access-Control-Allow-Origin": "*"}
    return Response(picture_svg(request.path_params["name"]), media_type="image/svg+xml", headers=headers)


routes = [Route(PATH, picture, name="picture")]


class _Palette:
    """Colours around one hue; each view of a product stands before another wall."""

    def __init__(self, *, hue: int, turn: int, view: int) -> None:
        self.wall = f"hsl({(hue + 30 * view) % 360} 32% {93 - 3 * view}%)"
        self.shadow = f"hsl({hue} 20% 60% / .35)"
        self.body = f"hsl({hue} 34% 42%)"
        self.dark = f"hsl({hue} 38% 27%)"
        self.paper = f"hsl({(hue + 40) % 360} 40% 95%)"
        self.accent = f"hsl({(hue + turn) % 360} 58% 56%)"
        self.tilt = (0, -4, 4, -8)[(view - 1) % 4]


def _read(name: str) -> tuple[str, str, str, int]:
    """Vendor, title, subject and view of a picture's name; a foreign name is a title."""
    parts = name.split("--")
    if len(parts) != 3:
        return "", name.replace("-", " ").title(), "bag", 1
    subject, _, view = parts[2].rpartition("-")
    words = [part.replace("-", " ").title() for part in parts[:2]]
    return words[0], words[1], subject, int(view) if view.isdecimal() and len(view) < 3 else 1


def _label(text: str, *, top: int, size: int, colour: str, width: int) -> str:
    lines = wrap(text, width)[:3]
    spans = "".join(f'<tspan x="300" dy="{size * 1.15:.0f}">{escape(line)}</tspan>' for line in lines)
    return (
        f'<text y="{top}" text-anchor="middle" font-family="Georgia, serif" font-size="{size}" fill="{colour}">'
        f"{spans}</text>"
    )


def _bag(palette: _Palette, vendor: str, title: str) -> str:
    return (
        f'<g transform="rotate({palette.tilt} 300 500)">'
        f'<path d="M160 130 Q300 118 440 130 L452 505 Q300 528 148 505 Z" fill="{palette.body}"/>'
        f'<path d="M160 130 Q300 118 440 130 L438 92 Q300 82 162 92 Z" fill="{palette.dark}"/>'
        f'<path d="M160 130 L148 505 Q162 510 178 512 L184 131 Z" fill="{palette.dark}" opacity=".45"/>'
        f'<circle cx="300" cy="165" r="9" fill="{palette.dark}"/>'
        f'<rect x="196" y="205" width="208" height="230" rx="6" fill="{palette.paper}"/>'
        f'<rect x="196" y="205" width="208" height="14" fill="{palette.accent}"/>'
        f'<g fill="{palette.accent}" transform="translate(300 398) rotate(-24)"><ellipse rx="17" ry="24"/>'
        f'<path d="M0 -24 Q9 0 0 24" stroke="{palette.paper}" stroke-width="3" fill="none"/></g>'
        + _label(title, top=226, size=36, colour=palette.dark, width=11)
        + _label(vendor, top=450, size=20, colour=palette.paper, width=28)
        + "</g>"
    )


def _mug(palette: _Palette, vendor: str, title: str) -> str:
    return (
        f'<path d="M410 270 h40 a60 60 0 0 1 0 150 h-40" fill="none" stroke="{palette.body}" stroke-width="26"/>'
        f'<path d="M170 210 h250 v230 a70 70 0 0 1 -70 70 h-110 a70 70 0 0 1 -70 -70 Z" fill="{palette.body}"/>'
        f'<ellipse cx="295" cy="210" rx="125" ry="22" fill="{palette.dark}"/>'
        + _label(vendor or title, top=310, size=28, colour=palette.paper, width=14)
    )


def _shirt(palette: _Palette, vendor: str, title: str) -> str:
    return (
        '<path d="M220 110 Q300 160 380 110 L500 170 L460 270 L420 250 V500 H180 V250 L140 270 L100 170 Z" '
        f'fill="{palette.body}"/>' + _label(vendor or title, top=250, size=28, colour=palette.paper, width=12)
    )


def _brewer(palette: _Palette, vendor: str, title: str) -> str:
    return (
        f'<path d="M180 150 H420 L345 310 H255 Z" fill="{palette.body}"/>'
        f'<rect x="220" y="310" width="160" height="16" rx="8" fill="{palette.dark}"/>'
        f'<path d="M235 330 H365 L400 500 H200 Z" fill="{palette.paper}" stroke="{palette.dark}" stroke-width="6"/>'
        f'<path d="M214 430 H386 L400 500 H200 Z" fill="{palette.dark}"/>'
        + _label(title, top=60, size=26, colour=palette.dark, width=26)
    )


def _card(palette: _Palette, vendor: str, title: str) -> str:
    return (
        f'<rect x="110" y="190" width="380" height="240" rx="18" fill="{palette.body}"/>'
        f'<rect x="110" y="240" width="380" height="26" fill="{palette.accent}"/>'
        + _label(title, top=280, size=38, colour=palette.paper, width=18)
        + _label(vendor, top=370, size=20, colour=palette.paper, width=32)
    )


def _box(palette: _Palette, vendor: str, title: str) -> str:
    return (
        f'<path d="M130 230 L300 170 L470 230 L300 285 Z" fill="{palette.accent}"/>'
        f'<path d="M130 230 L300 285 V520 L130 450 Z" fill="{palette.dark}"/>'
        f'<path d="M470 230 L300 285 V520 L470 450 Z" fill="{palette.body}"/>'
        + _label(title, top=60, size=28, colour=palette.dark, width=28)
    )


_DRAWINGS: dict[str, Callable[[_Palette, str, str], str]] = {
    "bag": _bag,
    "mug": _mug,
    "shirt": _shirt,
    "brewer": _brewer,
    "card": _card,
    "box": _box,
}
