"""Which published effects may stand on one axis: those of one metric, read in one direction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comparator.catalogue import Intervention


@dataclass(frozen=True)
class Scale:
    """A metric under the names by which it was published, where on it there is no difference, and how to read it.

    `opposite` are interventions that published it with the other sign; they are not drawn.
    """

    id: str
    title: str
    none: float
    reading: str
    metrics: tuple[str, ...]
    opposite: tuple[str, ...] = ()


@dataclass(frozen=True)
class ComparableEffect:
    """One published figure on a scale, with its interval where that was published and what follows the number."""

    slug: str
    name: str
    value: float
    low: float | None
    high: float | None
    published: str
    interval: str


SCALES: tuple[Scale, ...] = (
    Scale(
        id="percent",
        title="Crime compared with places or groups without it, per cent",
        none=0.0,
        reading="Left of 0: less crime than in the comparison group.",
        metrics=(
            "% change relative to control",
            "% change relative to control (poorer neighbourhoods)",
            "% change relative to comparison area (Liverpool evaluation)",
            "% change in crime in treated places",
            "relative change in crime incidents (one randomised trial)",
        ),
    ),
    Scale(
        id="yef",
        title="Average change in the Youth Endowment Fund's Toolkit, per cent",
        none=0.0,
        reading="Left of 0: less violence or offending.",
        metrics=("average % change (YEF Toolkit, 44 studies)", "average % change (YEF Toolkit)"),
    ),
    Scale(
        id="odds",
        title="Odds ratio in favour of treatment",
        none=1.0,
        reading="Right of 1: less reoffending among those treated.",
        metrics=("odds ratio (favouring treatment)",),
    ),
    Scale(
        id="d",
        title="Cohen's d",
        none=0.0,
        reading="Right of 0: better with the programme. About 0.2 is called small, 0.5 medium.",
        metrics=("Cohen's d",),
        opposite=("restorative-justice-conferencing",),
    ),
    Scale(
        id="smd",
        title="Standardised mean difference",
        none=0.0,
        reading="Right of 0: better with the programme. About 0.2 is called small, 0.5 medium.",
        metrics=("standardised mean difference", "standardised mean difference (delinquency)"),
    ),
)


def scale_of(entry: Intervention) -> Scale | None:
    """Return the scale on which an intervention's figures can stand beside others; None if there is none."""
    return next((scale for scale in SCALES if _stands_on(entry, scale)), None)


def on_scale(entries: Iterable[Intervention], scale: Scale) -> list[ComparableEffect]:
    """Return the published figures of these interventions that stand on a scale, in the order given."""
    return [
        ComparableEffect(entry.slug, entry.name, number, low, high, published, interval)
        for entry in entries
        if _stands_on(entry, scale)
        for published, interval, number, low, high in entry.figures
        if number is not None
    ]


def _stands_on(entry: Intervention, scale: Scale) -> bool:
    return entry.effect_metric in scale.metrics and entry.slug not in scale.opposite
