"""The smallest embedded app: pages behind an ID token, the bounce page, and a place that refuses a token once."""

from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from standin.signing import InvalidToken, decode_id_token

NAV = """<s-app-nav><s-link href="/" rel="home">Home</s-link><s-link href="/second">Second</s-link></s-app-nav>"""


class TinyApp:
    """An app that believes nobody without an ID token; `seen` keeps how each document and call was proven."""

    def __init__(self, api_key: str, secret: str, shell: str) -> None:
        self.api_key, self.secret, self.shell = api_key, secret, shell
        self.seen: list[tuple[str, str]] = []
        self.refusals = 0
        self.bodies: dict[str, str] = {"/": "<s-page heading='Home of the app'><p id=here>home</p></s-page>"}
        routes = [
            Route("/bounce", self.bounce),
            Route("/call", self.call, methods=["GET", "POST"]),
            Route("/elsewhere", self.elsewhere),
            Route("/deferred", self.deferred),
            Route("/{path:path}", self.document),
        ]
        self.app = Starlette(routes=routes)

    def claims(self, request: Request) -> dict[str, object] | None:
        """What the token says, from the header or the address; None without a good one."""
        header = request.headers.get("Authorization", "")
        token = header.removeprefix("Bearer ") if header else request.query_params.get("id_token", "")
        try:
            return decode_id_token(token, self.secret)
        except InvalidToken:
            return None

    async def document(self, request: Request) -> Response:
        """A page; without a token it comes back through the bounce page."""
        path = request.url.path
        if self.claims(request) is None:
            query = {key: value for key, value in request.query_params.items() if key != "id_token"}
            reload = path + (f"?{urlencode(query)}" if query else "")
            return RedirectResponse(f"/bounce?{urlencode(query | {'shopify-reload': reload})}")
        proof = "bounce" if "X-Shopify-Bounce" in request.headers else "launch"
        self.seen.append((path, proof))
        body = self.bodies.get(path, f"<s-page heading='{path}'><p id=here>{path}</p></s-page>")
        return HTMLResponse(
            f"""<!doctype html><html lang="en"><head><title>Tiny</title>
            <meta name="shopify-api-key" content="{self.api_key}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <script src="{self.shell}/shopifycloud/app-bridge.js"></script>
            <script src="{self.shell}/shopifycloud/polaris-1.js"></script></head><body>{NAV}{body}</body></html>"""
        )

    async def bounce(self, request: Request) -> Response:
        """The page that is nothing but App Bridge."""
        script = f'<script data-api-key="{self.api_key}" src="{self.shell}/shopifycloud/app-bridge.js"></script>'
        return HTMLResponse(script)

    async def call(self, request: Request) -> Response:
        """A call that refuses as many tokens as asked, then answers who called."""
        claims = self.claims(request)
        if claims is None or self.refusals > 0:
            self.refusals -= 1
            return Response("", 401, {"X-Shopify-Retry-Invalid-Session-Request": "1"})
        body = (await request.body()).decode()
        return JSONResponse({"dest": claims["dest"], "language": request.headers.get("Accept-Language"), "body": body})

    async def elsewhere(self, request: Request) -> Response:
        """A call that wants the person to leave the frame."""
        url = "https://admin.shopify.com/store/roaster/orders"
        return Response("", 401, {"X-Shopify-API-Request-Failure-Reauthorize-Url": url})

    async def deferred(self, request: Request) -> Response:
        """A page that includes App Bridge in a way it does not work."""
        script = f'<script defer src="{self.shell}/shopifycloud/app-bridge.js"></script>'
        return HTMLResponse(f'<meta name="shopify-api-key" content="{self.api_key}">{script}')
