"""The areas of the snapshot: forces, regions, and England and Wales, with the forces that each is the sum of."""

from __future__ import annotations

import pandas as pd

from comparator.analysis.comparison import compared_forces
from comparator.catalogue import ENGLAND_AND_WALES, Catalogue
from comparator.catalogue.loader import kebab_case


def region_id(region: str) -> str:
    """Return the area id of a region; "region-" tells West Midlands the region from the force."""
    return f"region-{kebab_case(region)}"


def members(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Return the forces of which each area is the sum, areas sorted by id.

    Regions and the nation leave City of London out, because their rates are per head.
    """
    areas: dict[str, tuple[str, ...]] = {force: (force,) for force in catalogue.forces}
    compared = compared_forces(catalogue.forces)
    areas[ENGLAND_AND_WALES] = compared
    for region in {force.region for force in catalogue.forces.values()}:
        areas[region_id(region)] = tuple(force for force in compared if catalogue.forces[force].region == region)
    return dict(sorted(areas.items()))


def table(catalogue: Catalogue) -> pd.DataFrame:
    """Return the areas table."""
    blank = {"code": "", "full_name": "", "policing_body": "", "website": "", "governance": "", "aliases": ()}
    rows = [{"kind": "force", **force.model_dump()} for force in catalogue.forces.values()]
    rows += [
        {**blank, "id": region_id(name), "kind": "region", "name": name, "region": name, "country": country}
        for name, country in {force.region: force.country for force in catalogue.forces.values()}.items()
    ]
    rows.append(
        {**blank, "id": ENGLAND_AND_WALES, "kind": "nation", "name": "England and Wales", "region": "", "country": ""}
    )
    return pd.DataFrame(rows).sort_values("id", ignore_index=True)
