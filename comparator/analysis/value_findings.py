"""What a Value for Money profile found, as plain sentences made from its figures; none presumes that more is worse."""

from __future__ import annotations

from collections.abc import Mapping

from comparator import periods
from comparator.analysis import words
from comparator.analysis.findings import Finding, group_name
from comparator.analysis.value_for_money import INCOME, NET, OTHER, PAY, Line, Quadrant, ValueForMoney, WhatIf
from comparator.catalogue import CITY_OF_LONDON, Caveat, Force, Measure

# What would be rounded to nothing is not named as a difference.
_LEAST_POUNDS = 0.5
_LEAST_MILLIONS = 50_000


def figure(value: float, measure: Measure) -> str:
    """Return a value in its measure's unit for reading: "£318.73", "£125,883", "2.53"."""
    if measure.kind == "money":
        return words.pounds(value, 2 if measure.denominator == "population" else 0)
    return words.rate(value, measure.decimals).replace("-", "−")


def in_a_year(line: Line, measure: Measure) -> str:
    """Return the difference from the group's average for the whole force: "+£15.9 million", "−27 officers"."""
    if line.difference_total is None:
        return ""
    if measure.kind == "money":
        return words.with_sign(words.millions(line.difference_total))
    size = words.counted(round(abs(line.difference_total)), measure.one, measure.many)
    return size if size.startswith("0 ") else f"{'−' if line.difference_total < 0 else '+'}{size}"


def missing(line: Line, caveats: Mapping[str, Caveat]) -> str:
    """Return why a line has no figure: the known reasons, else that it is not published."""
    reasons = [caveats[name].title for name in line.caveats] or ["Not published for this year yet"]
    return " ".join(f"{sentence}." for sentence in ("Not available", *reasons))


def when(line: Line, profile: ValueForMoney) -> str:
    """Return the date of a count, and the year of anything that is not the profile's own."""
    own_year = line.period_end == profile.year_end and line.window != "date"
    return "" if own_year else periods.describe(line.period_end, line.window)


def side_of(line: Line) -> str:
    """Return the side on which a line stands out, in words; empty if it does not."""
    return {"high": "highest", "low": "lowest", None: ""}[line.outlier]


def of_line(
    line: Line, profile: ValueForMoney, measures: Mapping[str, Measure], caveats: Mapping[str, Caveat], force: Force
) -> Finding:
    """Return one line of a profile in words: the figure, beside its group and England, and its place."""
    measure = measures[line.measure]
    period = when(line, profile) or periods.describe(profile.year_end, "financial-year")
    if line.value is None:
        if line.numerator is None:
            return Finding(f"{measure.title}: no figure", (missing(line, caveats),))
        total = words.millions(line.numerator) if measure.kind == "money" else words.count(line.numerator)
        return Finding(f"{measure.title}: {total} in all", (f"{force.name} is not compared per head.",))
    sentences = [f"{force.name}, {period}."]
    if line.difference is not None and line.peers_average is not None:
        average = figure(line.peers_average, measure)
        if figure(line.value, measure) == average:
            sentences.append(f"The same as its group's average of {average}.")
        else:
            side = "more" if line.difference > 0 else "less"
            gap, total = figure(abs(line.difference), measure), in_a_year(line, measure).lstrip("+−")
            in_all = "fewer" if side == "less" and measure.kind != "money" else side
            sentences.append(f"{gap} {side} than its group's average of {average}: {total} {in_all} in all.")
    if line.rank is not None:
        place = words.place(line.rank - 1, line.of - line.rank, line.of)
        sentences.append(f"That is {place} of the {line.of} forces compared.")
    if line.england is not None:
        sentences.append(f"England: {figure(line.england, measure)}.")
    if line.outlier is not None:
        sentences.append(f"It stands out by HMIC's rule: among the {side_of(line)} tenth of forces.")
    return Finding(f"{measure.title}: {figure(line.value, measure)} {measure.unit}", tuple(sentences))


def of_profile(
    profile: ValueForMoney, measures: Mapping[str, Measure], caveats: Mapping[str, Caveat], force: Force
) -> Finding:
    """Return what a force spent beside its peers, of what the difference is made, and what stands out."""
    net = profile.line(NET)
    year = periods.describe(profile.year_end, "financial-year")
    outliers = _outliers(profile, measures)
    if net.numerator is None:
        reasons = tuple(caveats[name].text for name in net.caveats)
        return Finding(f"What {force.name} spent in {year} is not available", (*reasons, outliers))
    spent = f"{force.name} spent {words.millions(net.numerator)} net on policing in {year}"
    if net.value is None:
        reason = "It has too few residents for a figure per person, so its spending is not compared."
        return Finding(f"{force.name} is shown on its own", (f"{spent}. {reason}", outliers))
    headline = f"{force.name} spent {words.pounds(net.value)} on policing for every person in {year}"
    sentences = [f"{spent}."]
    if net.rank is not None:
        place = words.place(net.rank - 1, net.of - net.rank, net.of)
        sentences[0] += f" For every person that is {place} of {net.of} English forces."
    if net.difference is not None and net.difference_total is not None:
        sentences[0] += f" {_beside_peers(net, profile, force)}"
        parts = _parts(profile)
        if parts:
            sentences.append(parts)
    return Finding(headline, (*sentences, *_faults(net, caveats, force), outliers))


def _faults(net: Line, caveats: Mapping[str, Caveat], force: Force) -> list[str]:
    """Return the faults of the force's own accounts, which a reader must know before the figure is used."""
    own = [caveats[name] for name in net.caveats if force.id in caveats[name].areas]
    return [f"Beware: {caveat.text}" for caveat in own if caveat.kind == "fault"]


def _beside_peers(net: Line, profile: ValueForMoney, force: Force) -> str:
    difference, total = net.difference or 0.0, net.difference_total or 0.0
    known = net.peers_known
    told = f"{words.number(known)} of {words.number(len(profile.peers))} " if known < len(profile.peers) else ""
    group = f"the average of {force.name} and {told}{group_name(profile.basis, force)}"
    if abs(difference) < _LEAST_POUNDS:
        return f"It is about the same as {group}."
    side = "more" if difference > 0 else "less"
    in_all = words.millions(abs(total))
    return f"It is {words.pounds(abs(difference))} {side} than {group}, which comes to {in_all} a year."


def _parts(profile: ValueForMoney) -> str:
    """Return how pay, other costs and income make up the difference, the largest part first."""
    named = []
    for measure, name in ((PAY, "pay"), (OTHER, "other costs"), (INCOME, "income")):
        total = profile.line(measure).difference_total
        if total is None:
            return ""
        named.append((total, name))
    named.sort(key=lambda part: -abs(part[0]))
    told = [
        f"{name} about the same"
        if abs(total) < _LEAST_MILLIONS
        else f"{name} {words.millions(abs(total))} {'higher' if total > 0 else 'lower'}"
        for total, name in named
    ]
    return f"Against that average it is made of: {words.listed(told)}. Higher income lowers net spending."


def _outliers(profile: ValueForMoney, measures: Mapping[str, Measure]) -> str:
    if profile.force == CITY_OF_LONDON:
        return "It is left out of averages and ranks."
    found = [line for line in profile.lines if line.outlier is not None]
    if not found:
        return "No line stands out by HMIC's rule: among the highest or lowest tenth of forces and worth £1 a head."
    told = [
        words.listed([measures[line.measure].named for line in lines]) + f" (among the {side} tenth of forces)"
        for side, lines in (
            ("highest", [line for line in found if line.outlier == "high"]),
            ("lowest", [line for line in found if line.outlier == "low"]),
        )
        if lines
    ]
    lines = "One line stands out" if len(found) == 1 else f"{words.number(len(found)).capitalize()} lines stand out"
    return f"{lines} by HMIC's rule: {'; '.join(told)}."


def of_quadrant(quadrant: Quadrant, measures: Mapping[str, Measure], force: Force) -> str:
    """Return where a force lies in its quadrant, in words."""
    own = next((point for point in quadrant.points if point.force == quadrant.force), None)
    if own is None or quadrant.average_across is None or quadrant.average_up is None:
        return f"{force.name} does not have both figures for this year."
    across, up = measures[quadrant.across], measures[quadrant.up]
    return (
        f"{force.name}'s {across.named} of {figure(own.across, across)} {across.unit} is "
        f"{_side(own.across, quadrant.average_across, across)}, and its {up.named} of {figure(own.up, up)} "
        f"{up.unit} is {_side(own.up, quadrant.average_up, up)}. The two beside each other do not say that one "
        "causes the other."
    )


def _side(value: float, average: float, measure: Measure) -> str:
    shown = figure(average, measure)
    if figure(value, measure) == shown:
        return f"the same as its group's average of {shown}"
    return f"{'above' if value > average else 'below'} its group's average of {shown}"


def of_what_if(found: WhatIf, line: Line, target: float, measure: Measure, force: Force) -> str:
    """Return a what-if as a sentence with its assumptions: arithmetic, not a forecast."""
    moved = f"If {force.name}'s {measure.named} moved from {figure(line.value or 0.0, measure)} to "
    moved += f"{figure(target, measure)} {measure.unit}"
    if abs(found.pounds) < _LEAST_MILLIONS:
        return f"{moved}, the difference would be less than £0.1 million a year."
    side = "less" if found.pounds > 0 else "more"
    sentence = f"{moved}, the difference would be {words.millions(abs(found.pounds))} a year {side}"
    if found.officers is None or found.cost_of_an_officer is None:
        return f"{sentence}. How many officers that is cannot be told: there is no count of them for this year."
    officers = words.counted(round(abs(found.officers)), "officer", "officers")
    return (
        f"{sentence}, as much as {officers} cost at this force's own net spending per officer of "
        f"{words.pounds(found.cost_of_an_officer)}."
    )
