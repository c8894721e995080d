"""What is measured, as data, and the loader that validates it."""

from comparator.catalogue.loader import Catalogue, CatalogueError, load
from comparator.catalogue.model import (
    CITY_OF_LONDON,
    ENGLAND_AND_WALES,
    Caveat,
    Force,
    Hex,
    Measure,
    Offence,
    Source,
    Table,
    Theme,
)

__all__ = [
    "CITY_OF_LONDON",
    "ENGLAND_AND_WALES",
    "Catalogue",
    "CatalogueError",
    "Caveat",
    "Force",
    "Hex",
    "Measure",
    "Offence",
    "Source",
    "Table",
    "Theme",
    "load",
]
