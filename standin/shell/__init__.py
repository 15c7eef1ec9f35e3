"""What people see of the stand-in: the admin with the app in it, the console, and stubs of Shopify's two scripts."""

from starlette.routing import BaseRoute

from standin.shell import console, embedding, pages, scripts

routes: list[BaseRoute] = [*pages.routes, *embedding.routes, *scripts.routes, *console.routes]
