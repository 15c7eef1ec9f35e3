"""Coffee catalogues of any size from a seed, shaped after an audit of twenty real roasters' stores."""

from standin.catalogues.demo import DEMO_ROASTERS, DemoRoaster, demo_catalogue
from standin.catalogues.generator import generate
from standin.catalogues.pictures import picture_svg, routes
from standin.catalogues.seeds import OptionSeed, ProductSeed, VariantSeed
from standin.catalogues.stocking import stock

__all__ = [
    "DEMO_ROASTERS",
    "DemoRoaster",
    "OptionSeed",
    "ProductSeed",
    "VariantSeed",
    "demo_catalogue",
    "generate",
    "picture_svg",
    "routes",
    "stock",
]
