"""Shopify's two CDN scripts, each put together from the files of its folder, and the shell's own assets."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from standin.shell.rendering import HERE

HEADERS = {
    "Cache-Control": "no-cache",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def assemble(folder: str) -> str:
    """The files of a folder in the order of their names, in one scope of their own."""
    body = "\n".join(path.read_text() for path in sorted((HERE / folder).glob("*.js")))
    return f'(() => {{\n"use strict";\n{body}\n}})();\n'


async def app_bridge(request: Request) -> Response:
    """The App Bridge stub; runs again in every document that names it."""
    return Response(assemble("app_bridge"), media_type="text/javascript", headers=HEADERS)


async def polaris(request: Request) -> Response:
    """The Polaris stub."""
    return Response(assemble("polaris"), media_type="text/javascript", headers=HEADERS)


routes: list[Route | Mount] = [
    Route("/shopifycloud/app-bridge.js", app_bridge),
    Route("/shopifycloud/polaris-1.js", polaris),
    Mount("/_shell/static", StaticFiles(directory=HERE / "static")),
]
