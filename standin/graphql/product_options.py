"""The options of a product as productSet describes them, and how its variants fill them."""

from dataclasses import dataclass
from typing import Any

from standin.graphql.registry import Call
from standin.graphql.variant_input import Problem
from standin.world import Option, OptionValue, Product

MOST_OPTIONS = 3


@dataclass(frozen=True, slots=True)
class Layout:
    """Option names with their values, in order; and for each variant its (option, value) pairs."""

    options: list[tuple[str, list[str]]]
    choices: list[list[tuple[str, str]]]

    @classmethod
    def without_options(cls) -> "Layout":
        """That of a product with a single variant."""
        return cls([("Title", ["Default Title"])], [[("Title", "Default Title")]])


def read_layout(options: list[dict[str, Any]], rows: list[dict[str, Any]]) -> tuple[Layout, list[Problem]]:
    """Options and variants of a productSet, and what is wrong with them."""
    problems: list[Problem] = []
    at = ["input", "productOptions"]
    ordered = sorted(options, key=lambda option: option.get("position") or 0)
    named = [
        (option.get("name") or "", [v.get("name") or "" for v in option.get("values") or ()]) for option in ordered
    ]
    if len(named) > MOST_OPTIONS:
        problems.append((at, f"Can only specify a maximum of {MOST_OPTIONS} options", "OPTIONS_OVER_LIMIT"))
    if len({name.casefold() for name, _ in named}) < len(named):
        problems.append((at, "Option names must be unique", "DUPLICATED_OPTION_NAME"))
    for index, (name, values) in enumerate(named):
        here = [*at, str(index)]
        if not name:
            problems.append(([*here, "name"], "Option name can't be blank", "INVALID_INPUT"))
        if not values:
            problems.append(([*here, "values"], "Option values are missing", "OPTION_VALUES_MISSING"))
        if len({value.casefold() for value in values}) < len(values):
            problems.append(([*here, "values"], "Option values must be unique", "DUPLICATED_OPTION_VALUE"))
    if not rows:
        problems.append((["input", "variants"], "At least one variant is required", "VARIANTS_INPUT_MISSING"))
    choices = [_chosen(named, row, index, problems) for index, row in enumerate(rows)]
    _note_twins(choices, problems)
    return Layout(named, choices), problems


def write_options(call: Call, product: Product, layout: Layout) -> None:
    """Give a product these options; those of the same name, and their values, keep their ids."""
    kept = {option.name: option for option in product.options}
    product.options = []
    for position, (name, values) in enumerate(layout.options, 1):
        option = kept.get(name) or Option(call.shop.next_id(), name, position)
        known = {value.name: value for value in option.values}
        option.position = position
        option.values = [known.get(value) or OptionValue(call.shop.next_id(), value) for value in values]
        product.options.append(option)


def _names(values: list[dict[str, Any]]) -> list[str]:
    return [value.get("name") or "" for value in values]


def _chosen(
    named: list[tuple[str, list[str]]], row: dict[str, Any], index: int, problems: list[Problem]
) -> list[tuple[str, str]]:
    at = ["input", "variants", str(index), "optionValues"]
    given = {each.get("optionName") or "": each.get("name") or "" for each in row["optionValues"]}
    for place, option in enumerate(given):
        if option not in [name for name, _ in named]:
            path = [*at, str(place), "optionName"]
            problems.append((path, f"Option does not exist: {option}", "OPTION_DOES_NOT_EXIST"))
    for name, values in named:
        if name not in given:
            problems.append((at, f"Option value for {name} is missing", "OPTION_VALUES_MISSING"))
        elif given[name] not in values:
            problems.append((at, f"Option value does not exist: {given[name]}", "OPTION_VALUE_DOES_NOT_EXIST"))
    return [(name, given.get(name, "")) for name, _ in named]


def _note_twins(choices: list[list[tuple[str, str]]], problems: list[Problem]) -> None:
    seen = set()
    for index, chosen in enumerate(choices):
        values = tuple(value.casefold() for _, value in chosen)
        if values in seen:
            title = " / ".join(value for _, value in chosen)
            path = ["input", "variants", str(index)]
            problems.append((path, f"The variant '{title}' already exists.", "INVALID_VARIANT"))
        seen.add(values)
