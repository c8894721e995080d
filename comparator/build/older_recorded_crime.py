"""Reads the older recorded crime, 2003 to 2018: the Home Office's totals of 12 months by force and offence."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from comparator.build.errors import BuildError
from comparator.build.tables import only_forces, read_columns
from comparator.catalogue import Catalogue, Source

TABLE = "offences_rolling_year"
FRAUD = "Fraud offences"

_PUBLISHED = {
    "12 months ending": "end",
    "PFA": "force",
    "Offence": "offence",
    "Rolling year total number of offences": "number",
}


def load(path: Path, source: Source, catalogue: Catalogue) -> pd.DataFrame:
    """Return recorded offences of 12 months by `period_end, force, offence, number`, sorted so, without fraud.

    Raises BuildError for a missing column, an unknown force or offence, a date or number that is none, a figure that
    stands twice, a force that lacks one, or a measure of an offence that the file has not.
    """
    rows = read_columns(path, list(_PUBLISHED)).rename(columns=_PUBLISHED)
    rows = rows.fillna({"end": "", "force": "", "offence": ""})
    rows = only_forces(rows, path, source, catalogue)
    rows = rows[rows["offence"] != FRAUD].copy()
    if rows.empty:
        raise BuildError(f"{path}: holds no offences of any force; is it the right file?")
    _check_offences(rows, path, catalogue)
    ends = {end: _period_end(str(end), path) for end in rows["end"].unique()}
    rows["period_end"] = rows["end"].map(ends)
    rows["number"] = _numbers(rows, path)
    rows = rows[["period_end", "force", "offence", "number"]].sort_values(
        ["period_end", "force", "offence"], ignore_index=True
    )
    _check_each_figure_is_there_once(rows, path, catalogue)
    return rows


def _check_offences(rows: pd.DataFrame, path: Path, catalogue: Catalogue) -> None:
    """Hold the file's offences against the catalogue, whose measures are the only list of them."""
    published = set(rows["offence"])
    counted: set[str] = set()
    for measure in catalogue.measures.values():
        if measure.numerator.table != TABLE:
            continue
        counted.update(measure.numerator.codes)
        unknown = sorted(set(measure.numerator.codes) - published)
        if unknown:
            raise BuildError(
                f"measures.toml: [{measure.id}] numerator.codes: {', '.join(map(repr, unknown))} "
                f"is no offence of {path}; write it as there"
            )
    new = sorted(published - counted)
    if new:
        raise BuildError(
            f"{path}: unknown offence {', '.join(map(repr, new))}; add it to a measure of {TABLE} in measures.toml"
        )


def _period_end(end: str, path: Path) -> str:
    # The last day is not held against the month, because December 2017 is misprinted as ending on the 30th.
    match = re.fullmatch(r"3[01]-(03|06|09|12)-(\d{4})", end)
    if match is None:
        raise BuildError(f"{path}: 12 months ending {end!r}: not the last day of a quarter, written as 31-03-2003")
    return f"{match[2]}-{match[1]}"


def _numbers(rows: pd.DataFrame, path: Path) -> pd.Series[int]:
    numbers = pd.to_numeric(rows["number"], errors="coerce")
    wrong = numbers.isna() | (numbers % 1 != 0)
    if wrong.any():
        row = rows[wrong].iloc[0]
        raise BuildError(
            f"{path}: number of offences {str(row['number'])!r} is not a whole number "
            f"({row['force']}, 12 months ending {row['end']}, {row['offence']}); fetch the file again"
        )
    return numbers.astype("int64")


def _check_each_figure_is_there_once(rows: pd.DataFrame, path: Path, catalogue: Catalogue) -> None:
    twice = rows.duplicated(["period_end", "force", "offence"])
    if twice.any():
        row = rows[twice].iloc[0]
        raise BuildError(
            f"{path}: {int(twice.sum())} rows stand twice, first {row['force']}, 12 months ending "
            f"{row['period_end']}, {row['offence']}; fetch the file again"
        )
    ends = rows["period_end"].unique().tolist()
    for offence, figures in rows.groupby("offence"):
        forces = figures.groupby("period_end")["force"].agg(set)
        # A class of offence may begin late, as residential burglary did, but none goes missing again.
        for end in ends[ends.index(forces.index[0]) :]:
            missing = sorted(set(catalogue.forces) - forces.get(end, set()))
            if missing:
                raise BuildError(
                    f"{path}: no figure for {', '.join(missing)}, 12 months ending {end}, {offence}; "
                    "fetch the file again"
                )
