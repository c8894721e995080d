"""Small files of inspections in the layout of the compilations that the build reads."""

from pathlib import Path

import pandas as pd

from comparator import catalogue

ENGAGE = Path("hmicfrs/engage-timeline-test.csv")
GRADES = Path("hmicfrs/peel-grades-test.csv")


def engage() -> pd.DataFrame:
    """Return three spells of enhanced monitoring: ended, with two sources; still open; in a force with an alias."""
    return pd.DataFrame(
        {
            "force": ["Cleveland", "Wiltshire", "Metropolitan Police"],
            "entered_engage_as_stated": ["2019", "June 2022", "28 June 2022"],
            "entered_iso_if_exact": ["", "", "2022-06-28"],
            "left_engage_as_stated": ["September 2023", "", "23 January 2025"],
            "source_urls": [
                "https://example.org/a ; https://example.org/b",
                "https://example.org/c",
                "https://example.org/d",
            ],
            "note": ["", "as reported", ""],
        }
    )


def grades() -> pd.DataFrame:
    """Return one grade of every force."""
    return pd.DataFrame(
        [
            ("PEEL 2016", "Effectiveness (overall pillar)", force.name, "Good", "https://example.org/peel")
            for force in catalogue.load().forces.values()
        ],
        columns=["cycle", "pillar_or_question", "force", "grade", "source_url"],
    )


def write(folder: Path) -> None:
    """Write both files below the folder of sources."""
    for path, rows in ((ENGAGE, engage()), (GRADES, grades())):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        rows.to_csv(folder / path, index=False)
