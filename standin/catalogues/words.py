"""The words coffee catalogues are written in: origins, lots, processes, blends and shop furniture."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """A producing country with the lots, regions and varieties a roaster would name."""

    country: str
    flag: str
    regions: tuple[str, ...]
    lots: tuple[str, ...]
    varieties: tuple[str, ...]


def _split(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


def _origin(country: str, flag: str, regions: str, lots: str, varieties: str) -> Origin:
    return Origin(country, flag, _split(regions), _split(lots), _split(varieties))


ORIGINS = (
    _origin(
        "Ethiopia",
        "🇪🇹",
        "Yirgacheffe, Sidama, Guji, Jimma, Bench Maji",
        "Demeka Becha, Chelbesa, Worka Sakaro, Uraga Raro, Hamasho, Gora Kone, Aricha, Bombe, Duromina, Kayon Mountain",
        "74158, 74110, Kurume, Dega, Heirloom",
    ),
    _origin(
        "Colombia",
        "🇨🇴",
        "Huila, Nariño, Cauca, Tolima, Antioquia",
        "San Agustín, El Diviso, Las Flores, Finca Tamana, La Palma y El Tucán, El Vergel, Jairo Arcila, Monteblanco, "
        "Inzá de Cauca, Buesaco",
        "Caturra, Pink Bourbon, Castillo, Geisha, Chiroso, Sidra",
    ),
    _origin(
        "Kenya",
        "🇰🇪",
        "Nyeri, Kirinyaga, Murang'a, Embu",
        "Gachatha AA, Kainamui, Karimikui, Gatomboya, Ndaroini, Kamwangi, Thiriku, Kiamabara",
        "SL28, SL34, Ruiru 11, Batian",
    ),
    _origin(
        "Panama",
        "🇵🇦",
        "Boquete, Volcán, Renacimiento",
        "Mama Cata, Kerehaklu, Finca Deborah, Elida Estate, Hartmann, Janson, Lost Origin",
        "Pacamara, Geisha, Catuai",
    ),
    _origin(
        "Guatemala",
        "🇬🇹",
        "Huehuetenango, Antigua, Acatenango, Atitlán",
        "El Injerto, La Bolsa, Santa Felisa, San José Poaquil, Hunapú, Cuevitas, La Senda",
        "Bourbon, Caturra, Pacamara, Maragogype",
    ),
    _origin(
        "Costa Rica",
        "🇨🇷",
        "Tarrazú, Chirripó, West Valley",
        "Las Lajas, Don Eli, La Minilla, El Cerro, Volcán Azul, Cumbres del Poás",
        "Catuai, Villa Sarchi, Milenio, SL28",
    ),
    _origin(
        "Rwanda",
        "🇷🇼",
        "Nyamasheke, Huye, Rutsiro",
        "Gitesi, Kanyege, Cyato, Nyungwe Peaberry, Mahembe, Rugali",
        "Red Bourbon, Jackson",
    ),
    _origin(
        "Brazil",
        "🇧🇷",
        "Cerrado, Sul de Minas, Mantiqueira",
        "Fazenda Rainha, Irmãs Pereira, Daterra, Sítio Canaã, Ipanema, Rio Brilhante",
        "Yellow Bourbon, Mundo Novo, Catuaí, Arara",
    ),
    _origin(
        "Peru",
        "🇵🇪",
        "Cajamarca, Cusco, Amazonas",
        "El Morito, Valle Inca, La Lúcuma, Finca Churupampa, Chirinos, Ocumal",
        "Bourbon, Typica, Geisha, Caturra",
    ),
    _origin(
        "Honduras",
        "🇭🇳",
        "Santa Bárbara, Marcala, Copán",
        "El Puente, Pedro Moreno, Benjamin Paz, La Orquídea, Cielito Lindo",
        "Pacas, Parainema, Bourbon",
    ),
    _origin(
        "Indonesia",
        "🇮🇩",
        "Aceh, Kerinci, Bali, Flores",
        "Wahana Estate, Bukit Kaba, Frinsa, Gayo Atu Lintang, Kintamani",
        "Sigarar Utang, Ateng, S795",
    ),
    _origin(
        "El Salvador",
        "🇸🇻",
        "Santa Ana, Chalatenango, Apaneca",
        "Los Pirineos, Himalaya, El Manzano, Loma Larga, Kilimanjaro",
        "Pacamara, Bourbon, SL28",
    ),
)

PROCESSES = _split(
    "Washed, Washed, Washed, Natural, Natural, Honey, Anaerobic Natural, ASD Natural, Carbonic Maceration, Wet Hulled"
)
BLENDS = _split(
    "Southern Weather, Night Shift, Big Truck, Common Ground, Postcard, Sugarcane Decaf, Tandem, Sunday Best, "
    "Half Caff, Harbor Espresso, Geometry Lesson, Monarch, Black Cat, Holiday Blend, Copper Kettle, Snowmelt, "
    "Stockton, Porch Light"
)
NOTES = _split(
    "blueberry, jasmine, bergamot, black tea, brown sugar, milk chocolate, red apple, peach, cane sugar, lime, "
    "hibiscus, roasted almond, toffee, mandarin, strawberry, cocoa nib, honeysuckle, plum, vanilla, guava"
)
GRINDS = _split("Whole Bean, Drip, Espresso, French Press, Pour Over, AeroPress, Ground for Filter")
INTERNAL_TAGS = _split(
    "ship-tuesday, no-discount, YGroup_core, pos-hide, TEST, spring26, Flavor: Fruity, bfcm, price-sync, WS-hide, "
    "loox-skip, Roast 3/10, subs_ok, featured-home, klaviyo:launch, single origin, Single-Origin, coffee"
)
BREWERS = _split(
    "Hario V60 Dripper, Kalita Wave 185, Fellow Stagg EKG, AeroPress Go, Chemex Six Cup, Moccamaster KBGV, "
    "Origami Dripper S"
)
GRINDERS = _split("Fellow Ode Gen 2, Baratza Encore ESP, Comandante C40, 1Zpresso JX, Timemore C2")
MUGS = _split("Diner Mug, Enamel Camp Mug, notNeutral Lino Cup, Stoneware Tumbler, MiiR Travel Cup, Logo Tin (empty)")
SHIRTS = _split("Logo Tee, Crewneck, Roastery Cap, Tote Bag, Bandana, Beanie")
EMOJI = ("☕", "🍑", "✨", "🎉", "❄️", "🫐")
