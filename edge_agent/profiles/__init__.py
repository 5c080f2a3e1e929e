"""Which devices a hub reads, and how each likes to be treated: data, in one place.

A device of a standard measuring service (`services`) needs no entry. One that strays from its standard
needs one entry in `products`, and where its bytes are wrong, a repair in `repairs`.
"""

from edge_agent.profiles.products import PRODUCTS, Product, product_of
from edge_agent.profiles.services import SERVICES, MeasuringService, Pairing, Retention, service_of

__all__ = [
    "PRODUCTS",
    "SERVICES",
    "MeasuringService",
    "Pairing",
    "Product",
    "Retention",
    "product_of",
    "service_of",
]
