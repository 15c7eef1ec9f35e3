"""The people who buy: invented, so that what the real webhooks carry about persons is in ours too."""

from dataclasses import dataclass

from standin.world import Address, Order, Shop

_PEOPLE = (
    ("Ada", "Winterbloem", "Lindengracht 12", "1015 KH", "Amsterdam", "NL"),
    ("Bram", "Oosterveld", "Oudegracht 201", "3511 NH", "Utrecht", "NL"),
    ("Clara", "Vandenbossche", "Kloosterstraat 44", "2000", "Antwerpen", "BE"),
    ("Dirk", "Hagendoorn", "Witte de Withstraat 9", "3012 BM", "Rotterdam", "NL"),
    ("Elif", "Sonnenschein", "Weserstraße 118", "12047", "Berlin", "DE"),
    ("Freya", "Lindqvist", "Jægersborggade 30", "2200", "København", "DK"),
    ("Gilles", "Tournesol", "Rue de Flandre 77", "1000", "Bruxelles", "BE"),
    ("Hanneke", "Zonderland", "Vismarkt 3", "9711 KV", "Groningen", "NL"),
)


@dataclass(frozen=True, slots=True)
class Customer:
    """A person who orders, with everything a parcel needs."""

    id: int
    email: str
    phone: str
    address: Address


def customer_of_order(shop: Shop, number: int) -> Customer:
    """Whoever placed the order with this number; the same people come back."""
    place = number % len(_PEOPLE)
    first, last, street, postcode, city, country = _PEOPLE[place]
    phone = f"+3161234{number % 10_000:04d}"
    return Customer(
        id=shop.number * 1_000_000 + place + 1,
        email=f"{first}.{last}@example.com".lower(),
        phone=phone,
        address=Address(first, last, None, street, None, city, postcode, None, country, phone),
    )


def customer_payload(order: Order) -> dict[str, object] | None:
    """The `customer` of a webhook's order; None for an order nobody is known to have placed."""
    if order.customer_id is None:
        return None
    address = order.shipping_address
    return {
        "id": order.customer_id,
        "admin_graphql_api_id": f"gid://shopify/Customer/{order.customer_id}",
        "email": order.email,
        "phone": order.phone,
        "first_name": address.first_name if address else None,
        "last_name": address.last_name if address else None,
        "default_address": address_payload(address),
        "tags": "",
        "verified_email": True,
    }


def address_payload(address: Address | None) -> dict[str, object] | None:
    """An address as webhooks write it."""
    if address is None:
        return None
    return {
        "first_name": address.first_name,
        "last_name": address.last_name,
        "name": " ".join(part for part in (address.first_name, address.last_name) if part),
        "company": address.company,
        "address1": address.address1,
        "address2": address.address2,
        "city": address.city,
        "province": None,
        "province_code": address.province_code,
        "zip": address.zip,
        "country": address.country_code,
        "country_code": address.country_code,
        "phone": address.phone,
        "latitude": None,
        "longitude": None,
    }
