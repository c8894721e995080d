"""What is measured, as data, and the loader that validates it."""

from comparator.catalogue.loader import Catalogue, CatalogueError, load
from comparator.catalogue.model import (
    CITY_OF_LONDON,
    COLUMNS,
    ENGLAND_AND_WALES,
    Caveat,
    Columns,
    Count,
    CountedTable,
    Force,
    Hex,
    Measure,
    Offence,
    Source,
    Table,
    Theme,
    ValueLine,
)

__all__ = [
    "CITY_OF_LONDON",
    "COLUMNS",
    "ENGLAND_AND_WALES",
    "Catalogue",
    "CatalogueError",
    "Caveat",
    "Columns",
    "Count",
    "CountedTable",
    "Force",
    "Hex",
    "Measure",
    "Offence",
    "Source",
    "Table",
    "Theme",
    "ValueLine",
    "load",
]
