"""The one way a store says no to something that was asked of an order or a draft."""


class Refusal(Exception):
    """What was asked breaks a rule of the store; nothing was changed. `field` is the path of a GraphQL user error."""

    def __init__(self, message: str, field: list[str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class OutOfStock(Refusal):
    """A variant that may not be oversold has fewer units than were asked for."""
