"""R18: the size of a bag is read from its name first, the weight field second."""

import pytest

from occhub.catalog.sizing import bag_grams, disagree, field_grams, grams_in, named_grams


@pytest.mark.parametrize(
    ("words", "grams"),
    [
        ("12 oz.", 340),
        ("12oz", 340),
        ("12-ounce", 340),
        ("10 OZ / Whole Bean", 283),
        ("10 OZ / Drip", 283),
        ("Whole Bean / 12oz", 340),
        ("2lb", 907),
        ("2lb / Whole Bean", 907),
        ("5 lb.", 2268),
        ("1/2 lb", 227),
        ("½ lb", 227),
        ("1½ lb", 680),
        ("1 1/2 lb", 680),
        ("250gms / Whole Bean", 250),
        ("125 g", 125),
        ("125g", 125),
        ("1kg", 1000),
        ("1,5 kg", 1500),
        ("340g (12oz)", 340),
        ("6 x 250 g", 1500),
        ("10oz Case Pack (6)", 1701),
    ],
)
def test_r18_the_size_is_read_from_the_spellings_of_real_stores(words: str, grams: int) -> None:
    assert grams_in(words) == grams


@pytest.mark.parametrize(
    "words", ["Default Title", "2026 Demeka Becha", "V60", "5 bags", "Whole Bean", "0 g", "1/0 lb", ""]
)
def test_r18_words_without_a_size_say_none(words: str) -> None:
    assert grams_in(words) is None


@pytest.mark.parametrize(
    ("title", "weight", "unit", "grams"),
    [
        ("12 oz.", 397.0, "GRAMS", 340),
        ("125g", 454.0, "GRAMS", 125),
        ("2lb / Whole Bean", 340.0, "GRAMS", 907),
        ("12 oz", 0.0, "POUNDS", 340),
        ("Default Title", 0.75, "POUNDS", 340),
        ("Default Title", 172_365.0, "GRAMS", 172_365),
        ("Default Title", 0.0, "GRAMS", None),
    ],
)
def test_r18_the_name_wins_over_the_weight_field(title: str, weight: float, unit: str, grams: int | None) -> None:
    assert bag_grams(title, (), weight, unit) == grams


def test_r18_option_values_are_read_before_the_title() -> None:
    assert named_grams("Sampler 100 g", (("Grind", "Drip"), ("Bag Size", "1 kg"))) == 1000


def test_a_weight_unit_we_do_not_know_says_nothing() -> None:
    assert field_grams(12.0, "STONES") is None


@pytest.mark.parametrize(
    ("named", "field", "differ"),
    [(340, 397, True), (340, 340, False), (340, 380, False), (340, 381, True), (None, 1, False), (340, None, False)],
)
def test_r18_they_disagree_beyond_twelve_percent(named: int | None, field: int | None, differ: bool) -> None:
    assert disagree(named, field) is differ
