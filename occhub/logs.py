"""What is logged and what never is: tokens, secrets, signatures, invitation codes, and addresses that carry them."""

import logging
import re

# They tell addresses, headers or values of rows at their lower levels.
_TALKATIVE = ("httpx", "httpcore", "huey", "peewee", "asyncio")
LEVELS = tuple(logging.getLevelNamesMapping())
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_SECRET = re.compile(
    r"""(?P<keep>\b(?:id_token|hmac|code|access_token|refresh_token|client_secret|session)["']?\s*[=:]\s*["']?|Bearer\s+|/invitations/)"""
    r"""[^\s&"',}]+|\beyJ[\w-]+\.[\w-]+\.[\w-]+|\bshp(?:at|ca|ss|pa|ua)_\w+""",
    re.IGNORECASE,
)


class Redacting(logging.Formatter):
    """Takes out of each line what could open a store, tracebacks included: the last guard, whoever wrote the line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line without secrets."""
        return _SECRET.sub(lambda found: f"{found['keep'] or ''}[redacted]", super().format(record))


def configure_logging(level: str) -> None:
    """Let the process log to stderr from this level on."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacting(_FORMAT))
    logging.basicConfig(level=level, handlers=[handler])
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
