"""What the catalogue is made of. The same classes read its files and the tables of a snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from comparator.catalogue.evidence import Problem
from comparator.periods import Window

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
PeriodEnd = Annotated[str, StringConstraints(pattern=r"^\d{4}-(03|06|09|12)$")]
Month = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Address = Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]

CITY_OF_LONDON = "city-of-london"
ENGLAND_AND_WALES = "england-and-wales"


class Columns(NamedTuple):
    """Where a table that is counted from holds its period ends, codes and numbers, and the windows it can fill."""

    period: str
    code: str
    number: str
    windows: tuple[Window, ...]


CountedTable = Literal["offences", "offences_rolling_year", "finance", "workforce", "outcomes"]
COLUMNS: Mapping[CountedTable, Columns] = {
    "offences": Columns("period_end", "code", "number", ("year", "quarter", "financial-year")),
    "offences_rolling_year": Columns("period_end", "offence", "number", ("year",)),
    # Reserves are what is held on the last day of the year.
    "finance": Columns("year_end", "line", "amount", ("financial-year", "date")),
    # People in post on 31 March are what the financial year that ends then is divided by.
    "workforce": Columns("date", "kind", "fte", ("date", "financial-year")),
    # Years are compared by the date of the outcome, because crimes of the latest years still await theirs.
    "outcomes": Columns("year_end", "outcome", "by_date_of_outcome", ("financial-year",)),
}


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Force(_Entry):
    """One of the 43 territorial police forces."""

    id: Id
    code: Annotated[str, StringConstraints(pattern=r"^[EW]\d{8}$")]
    name: Text
    full_name: Text
    region: Text
    country: Literal["England", "Wales"]
    policing_body: Text
    website: str
    governance: Text
    aliases: tuple[str, ...]


class Hex(_Entry):
    """Where a force stands on the map of equal hexagons: odd rows are shifted half a hexagon to the east."""

    force: Id
    column: Annotated[int, Field(ge=0)]
    row: Annotated[int, Field(ge=0)]
    short: Annotated[str, StringConstraints(min_length=1, max_length=9, strip_whitespace=True)]


class Theme(_Entry):
    """A group of measures."""

    id: Id
    title: Text


class Offence(_Entry):
    """An offence code in the subgroup and group in which the Home Office publishes it."""

    code: Text
    subgroup: Text
    group: Text
    description: Text
    aliases: tuple[str, ...] = Field(description="other descriptions under which it was published")


class Count(_Entry):
    """What is counted: the codes of a source table, or the sum of other measures.

    Codes are offence codes, in "offences_rolling_year" names of offences, else values that tables.toml explains.
    """

    table: CountedTable
    codes: tuple[Text, ...] = ()
    parts: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _codes_or_parts(self) -> Count:
        if bool(self.codes) == bool(self.parts):
            raise ValueError("give either codes or parts")
        return self


class Measure(_Entry):
    """A defined figure: a numerator over a denominator, times a multiplier."""

    id: Id
    title: Text
    short_title: Text
    theme: Id
    definition: Text
    one: Text = Field(description="what is counted, one of it, as in '1 robbery'")
    many: Text = Field(description="what is counted, several of it, as in '2 robberies'")
    numerator: Count
    denominator: Literal["population"] | Count
    unit: Text
    multiplier: Annotated[int, Field(gt=0)]
    kind: Literal["count-rate", "proportion", "money", "level"]
    compared: Literal["england-and-wales", "england"] = Field(
        default="england-and-wales", description="whose forces are alike enough in this figure to be compared"
    )
    polarity: Literal["higher-worse", "higher-better", "neutral"]
    windows: Annotated[tuple[Window, ...], Field(min_length=1)]
    first_period: PeriodEnd
    last_period: PeriodEnd | None = None
    decimals: Annotated[int, Field(ge=0, le=4)]
    sources: Annotated[tuple[Id, ...], Field(min_length=1)]
    problems: tuple[Problem, ...] = Field(
        default=(), description="crime problems under which the evidence speaks of it"
    )

    @property
    def named(self) -> str:
        """The title as it stands within a sentence."""
        return self.title[0].lower() + self.title[1:]


class ValueLine(_Entry):
    """A line of the Value for Money profile: a measure, the line that it is a part of, and what to ask about it.

    `above` and `below` are questions to ask where a force stands out on that side.
    """

    measure: Id
    part: Literal["spending", "funding", "people", "demand", "results"]
    under: Id | None = None
    above: Annotated[tuple[Text, ...], Field(min_length=1)]
    below: Annotated[tuple[Text, ...], Field(min_length=1)]


class Questions(_Entry):
    """Questions to ask about a case of monitoring, by the theme or the measure that it is about."""

    about: Id
    ask: Annotated[tuple[Text, ...], Field(min_length=1)]


class Refresh(_Entry):
    """Where the newest release of a source is found.

    `publisher` says how the address answers: "gov-uk" as a page of GOV.UK's content API, whose newest attachment named
    as in the source's `files` is taken; "arcgis" as a list of ArcGIS services, likewise; "file" as the file itself.
    """

    publisher: Literal["gov-uk", "arcgis", "file"]
    address: Address
    largest_megabytes: Annotated[int, Field(gt=0)] = 100
    extract_of: Text | None = Field(
        default=None, description="name of the published file from which `files` are made by hand: it is only told of"
    )


class Source(_Entry):
    """A publisher's file from which figures are taken or against which they are checked."""

    id: Id
    title: Text
    publisher: Text
    release: Text
    release_date: date | None = None
    licence: Text
    address: Address
    attribution: str = ""
    files: Annotated[tuple[Text, ...], Field(min_length=1)]
    role: Literal["table", "check"]
    optional: bool = False
    refresh: Refresh | None = None
    other_bodies: tuple[Text, ...] = ()
    wider_bodies: Mapping[Text, Id] = Field(
        default={}, description="by published code, bodies that do more than police the area of the force given"
    )


class Caveat(_Entry):
    """A known fault of the data, with the measures, areas and months that it touches (none named: all).

    A "gap" tells why there are no figures in its months, and touches none that are there.
    """

    id: Id
    title: Text
    text: Text
    kind: Literal["fault", "gap", "break", "reading"]
    measures: tuple[Id, ...] = ()
    sources: tuple[Id, ...] = ()
    areas: tuple[Id, ...] = ()
    first_month: Month | None = None
    last_month: Month | None = None
    condition: Literal["population-carried-forward", "negative-count"] | None = None
    cites: Annotated[tuple[Address, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _months_fit_kind(self) -> Caveat:
        given = (self.first_month is not None, self.last_month is not None)
        months = {"fault": (True, True), "gap": (True, True), "break": (True, False), "reading": (False, False)}
        if given != months[self.kind]:
            raise ValueError(
                "a fault or a gap needs first_month and last_month, a break needs first_month only, "
                "a reading needs neither"
            )
        if self.first_month and self.last_month and self.last_month < self.first_month:
            raise ValueError("last_month lies before first_month")
        if not self.measures and not self.sources:
            raise ValueError("name the measures or the sources that it touches")
        return self


class TableField(_Entry):
    """A field of a snapshot table."""

    name: Text
    type: Literal["string", "integer", "number", "boolean", "array", "object", "geometry"]
    unit: str = ""
    description: Text
    values: Mapping[Text, Text] = Field(default={}, description="every value that it can have, and what it means")


class Table(_Entry):
    """A table of the snapshot, its rows in the order of its key."""

    id: Text
    description: Text
    key: tuple[Text, ...]
    fields: tuple[TableField, ...]

    @model_validator(mode="after")
    def _key_is_made_of_fields(self) -> Table:
        unknown = set(self.key) - {field.name for field in self.fields}
        if unknown:
            raise ValueError(f"key: {', '.join(sorted(unknown))} is not a field")
        return self
