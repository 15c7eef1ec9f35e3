"""What the app did wrong, and what it asked for that the stand-in does not model."""

from dataclasses import asdict, dataclass, field

KEPT = 500


@dataclass(slots=True)
class Violation:
    """A rule the app broke; the same one again only raises `times`."""

    rule: str
    shop: str
    operation: str
    detail: str
    times: int = 1


@dataclass(slots=True)
class Unmodelled:
    """A field or mutation of the schema that was asked for and has no behaviour here."""

    type: str
    field: str
    operation: str
    times: int = 1


@dataclass(slots=True)
class Report:
    """Both lists. A test run that ends with violations has failed."""

    violations: dict[tuple[str, str, str, str], Violation] = field(default_factory=dict)
    unmodelled: dict[tuple[str, str, str], Unmodelled] = field(default_factory=dict)

    def violation(self, rule: str, shop: str, operation: str, detail: str) -> None:
        """Note that the app broke a rule."""
        key = (rule, shop, operation, detail)
        if key in self.violations:
            self.violations[key].times += 1
        elif len(self.violations) < KEPT:
            self.violations[key] = Violation(*key)

    def missing(self, type_name: str, field_name: str, operation: str) -> None:
        """Note that something unmodelled was asked for."""
        key = (type_name, field_name, operation)
        if key in self.unmodelled:
            self.unmodelled[key].times += 1
        elif len(self.unmodelled) < KEPT:
            self.unmodelled[key] = Unmodelled(*key)

    def clear(self) -> None:
        """Forget everything."""
        self.violations.clear()
        self.unmodelled.clear()

    def as_json(self) -> dict[str, list[dict[str, object]]]:
        """Both lists, ready for JSON."""
        return {
            "violations": [asdict(violation) for violation in self.violations.values()],
            "unmodelled": [asdict(missing) for missing in self.unmodelled.values()],
        }
