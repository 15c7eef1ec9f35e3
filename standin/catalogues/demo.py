"""The three roasters of the demo: a few fixed, well-kept coffees each, then a catalogue like any other."""

import json
from dataclasses import dataclass, replace
from decimal import Decimal

from standin.catalogues.generator import generate, with_handles
from standin.catalogues.pictures import picture_names
from standin.catalogues.seeds import OptionSeed, ProductSeed, VariantSeed
from standin.catalogues.sizes import Bag


@dataclass(frozen=True, slots=True)
class DemoRoaster:
    """A partner of the demo; `coffees` are the fixed ones, `size` counts all products."""

    domain: str
    name: str
    currency: str
    size: int
    seed: int
    code: str
    bags: tuple[Bag, ...]
    grinds: tuple[str, ...]
    coffees: tuple[tuple[str, str, str, str, int], ...]

    def catalogue(self) -> list[ProductSeed]:
        """The whole catalogue, fixed coffees first; no other product is called like one of them."""
        fixed = [_fixed(self, *coffee) for coffee in self.coffees]
        taken = {product.title for product in fixed}
        rest = generate(self.size - len(fixed), self.seed, currency=self.currency, vendor=self.name)
        return with_handles(fixed + [_renamed(product) if product.title in taken else product for product in rest])


def _renamed(product: ProductSeed) -> ProductSeed:
    return replace(product, title=f"{product.title} Reserve")


def _fixed(roaster: DemoRoaster, code: str, title: str, tasting: str, origin: str, dollars: int) -> ProductSeed:
    """A clean coffee: true weights, a SKU on every variant, plenty of stock."""
    labels = tuple(f"{bag.amount} {bag.unit}" for bag in roaster.bags)
    options = [OptionSeed("Size", labels)]
    if roaster.grinds:
        options.append(OptionSeed("Grind", roaster.grinds))
    smallest = roaster.bags[0].grams
    variants = []
    for rank, (bag, label) in enumerate(zip(roaster.bags, labels, strict=True)):
        price = Decimal(round(dollars * (bag.grams / smallest) ** 0.86)) - Decimal("0.50")
        for grind in roaster.grinds or ("",):
            sku = "-".join(filter(None, (roaster.code, code, f"{bag.amount}{bag.unit}".upper(), grind[:2].upper())))
            variants.append(
                VariantSeed(
                    values=(label, grind) if grind else (label,),
                    price=price,
                    sku=sku,
                    weight=float(round(bag.grams)),
                    available=(120, 60, 40)[rank],
                    taxable=False,
                )
            )
    return ProductSeed(
        kind="coffee",
        title=title,
        vendor=roaster.name,
        options=tuple(options),
        variants=tuple(variants),
        product_type="Coffee",
        description_html=f"<p>{tasting}</p><p><strong>Origin</strong> {origin}</p>",
        tags=("single origin", origin.split(", ")[-1]),
        pictures=picture_names(roaster.name, title, "bag", 2),
        metafields=(
            ("origin", "single_line_text_field", origin),
            ("tasting_notes", "list.single_line_text_field", json.dumps(_notes(tasting))),
        ),
        weeks_on_sale=1,
    )


def _notes(tasting: str) -> list[str]:
    """ "Peach, black tea and lemon." -> Peach, black tea, lemon."""
    return tasting.rstrip(".").replace(" and ", ", ").split(", ")


DEMO_ROASTERS = (
    DemoRoaster(
        domain="milk-road-coffee.myshopify.com",
        name="Milk Road Coffee",
        currency="USD",
        size=28,
        seed=28,
        code="MILK",
        bags=(Bag(12, "oz"), Bag(2, "lb")),
        grinds=("Whole Bean", "Filter"),
        coffees=(
            ("DEMEKA", "Demeka Becha", "Apricot, jasmine and honey.", "Bench Maji, Ethiopia", 22),
            ("AGUSTIN", "San Agustín", "Caramel, red apple and orange.", "Huila, Colombia", 19),
            ("GATOMBOYA", "Gatomboya", "Blackcurrant, grapefruit and brown sugar.", "Nyeri, Kenya", 24),
            ("INJERTO", "El Injerto", "Milk chocolate, plum and almond.", "Huehuetenango, Guatemala", 21),
        ),
    ),
    DemoRoaster(
        domain="onda-roasters.myshopify.com",
        name="Onda Roasters",
        currency="USD",
        size=45,
        seed=45,
        code="ONDA",
        bags=(Bag(250, "g"), Bag(1, "kg")),
        grinds=(),
        coffees=(
            ("SIDAMO", "Sidamo", "Peach, black tea and lemon.", "Sidama, Ethiopia", 18),
            ("TARRAZU", "Tarrazú Las Lajas", "Raspberry, cane sugar and vanilla.", "Tarrazú, Costa Rica", 21),
            ("RAINHA", "Fazenda Rainha", "Hazelnut, cocoa and toffee.", "Mantiqueira, Brazil", 16),
            ("GITESI", "Gitesi", "Mandarin, hibiscus and honey.", "Nyamasheke, Rwanda", 19),
            ("MAMACATA", "Mama Cata Geisha", "Bergamot, jasmine and papaya.", "Boquete, Panama", 48),
        ),
    ),
    DemoRoaster(
        domain="kestrel-and-co.myshopify.com",
        name="Kestrel & Co",
        currency="USD",
        size=120,
        seed=120,
        code="KEST",
        bags=(Bag(10, "oz"), Bag(2, "lb"), Bag(5, "lb")),
        grinds=(),
        coffees=(
            ("KAINAMUI", "Kainamui", "Cranberry, lime and molasses.", "Kirinyaga, Kenya", 23),
            ("BUESACO", "Buesaco", "Cherry, panela and violet.", "Nariño, Colombia", 20),
            ("WORKA", "Worka Sakaro", "Blueberry, cocoa and rose.", "Yirgacheffe, Ethiopia", 22),
            ("PIRINEOS", "Los Pirineos", "Nectarine, caramel and walnut.", "Santa Ana, El Salvador", 20),
            ("KERINCI", "Kerinci Bukit Kaba", "Cedar, dark chocolate and fig.", "Kerinci, Indonesia", 18),
        ),
    ),
)


def demo_catalogue(domain: str) -> list[ProductSeed]:
    """The catalogue of a demo roaster by its shop domain; KeyError for any other shop."""
    return {roaster.domain: roaster for roaster in DEMO_ROASTERS}[domain].catalogue()
