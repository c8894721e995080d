"""What a briefing says, as plain sentences and table cells made from its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from comparator import periods
from comparator.analysis import case_findings, evidence_findings, findings, value_findings, words
from comparator.analysis.cases import Case
from comparator.analysis.comparison import Comparison
from comparator.analysis.profile import Line, Profile
from comparator.analysis.trend import Trend
from comparator.analysis.value_for_money import NET, ValueForMoney
from comparator.analysis.value_for_money import Line as MoneyLine
from comparator.catalogue import CITY_OF_LONDON, Caveat, Force, Intervention, Measure, Problem

COLUMNS_OF_PERFORMANCE = (
    "Measure", "Recorded", "Per 1,000 people", "Group's average", "Place", "Beside peers", "On a year before",
)  # fmt: skip
WIDTHS_OF_PERFORMANCE = (3.9, 1.35, 1.2, 1.2, 1.0, 1.35, 1.7)
COLUMNS_OF_MONEY = ("Line", "This force", "Group's average", "England", "Difference in a year", "Place")
WIDTHS_OF_MONEY = (3.6, 1.3, 1.3, 1.3, 2.0, 2.3)

_NOT_KNOWN = "–"
_WHAT_IS_MONITORED = (
    "Monitoring looks at single kinds of crime of which more is worse, not at totals, nor at what shows police "
    "activity as well as crime."
)
_VERDICTS = {
    "far-above": "far above",
    "above": "above",
    "in-line": "in line",
    "below": "below",
    "far-below": "far below",
    None: _NOT_KNOWN,
}
_PLAIN_CASES = 3
_PLAIN_GOOD = 4
_WHOLE_FROM = 10
_MANY_YEARS = 12


def subtitle(period_end: str, basis: str, peers: Sequence[str], force: Force, forces: Mapping[str, Force]) -> str:
    """Return period and peers in words, the peers by name where they are few."""
    when = f"Year ending {periods.month_name(period_end)}"
    if force.id == CITY_OF_LONDON:
        return f"{when}, not compared with other forces"
    if basis == "all":
        return f"{when}, beside {findings.group_name(basis, force)}"
    names = words.listed([forces[peer].name for peer in peers])
    if not names:
        return f"{when}. It has no peers on this basis"
    return f"{when}, beside {findings.group_name(basis, force)}: {names}"


def gravity(case: Case) -> str:
    """Return how grave and lasting a case is: "enduring and severe (3 of 3)", "new, severity 1 of 3"."""
    if case.enduring_and_severe:
        return f"enduring and severe ({case.severity} of 3)"
    return f"{case.status}, severity {case.severity} of 3"


def number_of_cases(
    flagged: Sequence[Case], measures: Mapping[str, Measure], judged: int, by_chance: float, force: Force
) -> tuple[str, str]:
    """Return how many measures are flagged, which are enduring and severe, and how many chance alone would flag."""
    if force.id == CITY_OF_LONDON:
        return (
            f"{force.name} is not monitored.",
            "Far fewer people live there than come in to work, so its rates per head are compared with nobody's.",
        )
    if not judged:
        return "No measure chosen is monitored.", _WHAT_IS_MONITORED
    if not flagged:
        return "No measure is flagged.", f"Not one of {judged} measures of crime stands out for the worse."
    grave = [case for case in flagged if case.enduring_and_severe]
    number = words.upper_first(words.counted_in_words(len(flagged), "measure is", "measures are"))
    lead = f"{number} flagged for the worse, {words.number(len(grave)) if grave else 'none'} enduring and severe."
    told = [f"Enduring and severe: {_named([case.measure for case in grave], measures)}."] if grave else []
    others = [case.measure for case in flagged if not case.enduring_and_severe]
    if others:
        told.append(f"{'Also flagged' if grave else 'Flagged'}: {_named(others, measures)}.")
    told.append(f"Of {judged} measures looked at, about {words.about(by_chance)} would be flagged by chance alone.")
    return lead, " ".join(told)


def _named(names: Sequence[str], measures: Mapping[str, Measure]) -> str:
    return words.listed([measures[name].named for name in names])


def of_total(comparison: Comparison, moved: Trend, measure: Measure, force: Force) -> tuple[str, str]:
    """Return where all recorded crime stands beside the peers, and how it has changed."""
    level = findings.of_comparison(comparison, measure, force)
    change = findings.of_trend(moved, measure, force)
    # The first sentence of a trend tells the level again; what is new in it is the change.
    on_year = moved.change_on_year_percent
    if force.id == CITY_OF_LONDON:
        return f"{force.name} is shown on its own.", " ".join((*change.sentences[:1], *level.sentences[1:]))
    told = [level.sentences[0]]
    if on_year is not None:
        told.append(f"That is {words.change(on_year)} a year before.")
    told.append(f"{words.upper_first(change.headline.removeprefix(f'{force.name}: '))}.")
    return f"{level.headline}.", " ".join(told)


def of_money(
    profile: ValueForMoney | None, measures: Mapping[str, Measure], caveats: Mapping[str, Caveat], force: Force
) -> tuple[str, str] | None:
    """Return what the force spent beside its peers; None where that is not known."""
    if profile is None or profile.line(NET).numerator is None:
        return None
    told = value_findings.of_profile(profile, measures, caveats, force)
    lead = "What it spent" if force.id == CITY_OF_LONDON else told.headline
    faults = [sentence for sentence in told.sentences[1:] if sentence.startswith("Beware")]
    return f"{lead}.", " ".join((told.sentences[0], *faults))


def of_real_changes(profile: Profile, measures: Mapping[str, Measure], force: Force) -> tuple[str, str]:
    """Return the largest real changes."""
    return "What has really changed.", findings.of_profile(profile, measures, force).sentences[-1]


def no_case(force: Force, judged: int) -> str:
    """Return that nothing stands out for the worse."""
    if force.id == CITY_OF_LONDON:
        return f"{force.name} has too few residents for rates per head, so monitoring does not judge it."
    if not judged:
        return f"No measure chosen is monitored. {_WHAT_IS_MONITORED}"
    return f"Not one of {judged} measures of crime in {force.name} is flagged for the worse this quarter."


def how_many_by_chance(flagged: int, judged: int, by_chance: float, peers: str) -> str:
    """Return how many measures are flagged against what chance would produce, and what a flag is."""
    number = words.upper_first(words.counted_in_words(flagged, "measure", "measures"))
    among = "" if peers == "similar" else " Monitoring always compares with similar forces, whatever peers are chosen."
    return (
        f"{number} of {judged} {'is' if flagged == 1 else 'are'} flagged; about {words.about(by_chance)} would be "
        f"if the force differed from others only as forces ordinarily do and nothing changed.{among} A flag is a "
        "reason to ask, not a verdict: the cause may be recording or police work as well as crime."
    )


def caption(drawing: str, measure: Measure, period_end: str, force: Force) -> str:
    """Return the caption of a picture."""
    if drawing == "peers":
        return (
            f"{measure.title} {measure.unit}, {periods.describe(period_end, 'year')}: {force.name} and similar forces"
        )
    return f"{measure.title} in {force.name}: quarters to {periods.month_name(period_end)}, the season taken out"


def moved_among_peers(line: Line, was: str, measure: Measure, basis: str, force: Force) -> str:
    """Return how a measure's place beside the peers changed since the quarter before."""
    return (
        f"{measure.title}: {_VERDICTS[line.verdict_peers]} {_preposition(line.verdict_peers)}"
        f"{findings.group_name(basis, force)}, {_VERDICTS[was]} a quarter before "
        f"({words.rate(line.value or 0.0, measure.decimals)} {measure.unit})."
    )


def _preposition(verdict: str | None) -> str:
    return "with " if verdict == "in-line" else ""


def nothing_moved(period_end: str) -> str:
    """Return that nothing changed since the quarter before."""
    when = periods.describe(period_end, "quarter")
    return f"No measure changed its status under monitoring or its standing beside peers in {when}."


def no_good_news(force: Force) -> str:
    """Return that nothing stands out for the better, or that it is not judged."""
    if force.id == CITY_OF_LONDON:
        return f"{force.name} is not judged by monitoring, for the better or the worse."
    return "No measure stands out for the better this quarter without also being flagged for the worse."


def good_news(case: Case, line: Line, measure: Measure) -> tuple[str, str]:
    """Return what is good about a measure, with its figures."""
    told = [f"{words.rate(line.value or 0.0, measure.decimals)} {measure.unit}"]
    if line.group_average is not None:
        told.append(f"its group's average {words.rate(line.group_average, measure.decimals)}")
    change = line.change_on_year_percent
    if change is not None:
        # A real change is judged against three years, so the last of them may have gone the other way.
        against = "though " if change > 0 and measure.polarity == "higher-worse" else ""
        told.append(f"{against}{words.signed(change)} on a year before")
    why = words.upper_first(case_findings.better_in_words(case))
    return f"{measure.title}.", f"{why} ({', '.join(told)})."


def caption_of_performance(period_end: str, basis: str, force: Force) -> str:
    """Return the caption of the table of measures."""
    when = periods.describe(period_end, "year")
    if force.id == CITY_OF_LONDON:
        return f"{force.name}: what was recorded in the {when}"
    return f"{force.name} beside {findings.group_name(basis, force)}, {when}"


def row_of_line(line: Line, measure: Measure) -> tuple[str, ...]:
    """Return a measure as a row of the table of performance, by COLUMNS_OF_PERFORMANCE."""
    real = ", real" if line.really_changed else ""
    change = line.change_on_year_percent
    return (
        measure.title,
        _NOT_KNOWN if line.numerator is None else words.count(line.numerator),
        _NOT_KNOWN if line.value is None else words.rate(line.value, measure.decimals),
        _NOT_KNOWN if line.group_average is None else words.rate(line.group_average, measure.decimals),
        _NOT_KNOWN if line.rank is None else f"{line.rank} of {line.of}",
        _VERDICTS[line.verdict_peers],
        _NOT_KNOWN if change is None else f"{words.signed(change)}{real}",
    )


def reading_of_performance(force: Force) -> str:
    """Return how to read the table of performance."""
    if force.id == CITY_OF_LONDON:
        return "“Real” marks changes that a control chart of the quarters tells from ordinary ups and downs."
    return (
        "Place 1 is the highest rate of the group. “Above” and “below” mean outside the range in which four such "
        "forces in five would lie, “far above” and “far below” outside that of 19 in 20; so in a table of 31 measures "
        "about six are outside by chance alone. “Real” marks changes that a control chart of the quarters tells from "
        "ordinary ups and downs. More drug or weapon offences can be the result of more police work: for those a high "
        "rate is neither good nor bad."
    )


def no_money(period_end: str) -> str:
    """Return that no financial year with figures had ended by the quarter."""
    return f"There are no figures of spending for a financial year that had ended by {periods.month_name(period_end)}."


def caption_of_money(profile: ValueForMoney, force: Force) -> str:
    """Return the caption of the table of money."""
    year = periods.describe(profile.year_end, "financial-year")
    if profile.force == CITY_OF_LONDON:
        return f"{force.name} in {year}"
    return f"{force.name} beside {findings.group_name(profile.basis, force)} in {year}"


def row_of_money(line: MoneyLine, profile: ValueForMoney, measure: Measure) -> tuple[str, ...]:
    """Return a line of the Value for Money profile as a row of a table."""
    when = value_findings.when(line, profile)
    named = measure.title if measure.title.endswith(measure.unit) else f"{measure.title}, {measure.unit}"
    side = value_findings.side_of(line)
    place = _NOT_KNOWN if line.rank is None else f"{line.rank} of {line.of}"
    return (
        f"{named}{f' ({when})' if when else ''}",
        *(
            _NOT_KNOWN if value is None else value_findings.figure(value, measure)
            for value in (line.value, line.peers_average, line.england)
        ),
        value_findings.in_a_year(line, measure) or _NOT_KNOWN,
        f"{place} ({side} tenth)" if side else place,
    )


def no_problem() -> str:
    """Return that no crime problem stands out that the evidence could speak of."""
    return (
        "No measure stands out for the worse on which the collected evidence speaks. The page What works lists all "
        "interventions."
    )


def how_to_read_evidence(shown: Sequence[Problem], others: Sequence[Problem]) -> str:
    """Return what the list of interventions is, and which problems are left out of it."""
    left = f" Also on the page What works: {evidence_findings.against(others)}." if others else ""
    return (
        f"What is known to reduce {evidence_findings.against(shown)}, the best supported first. What worked elsewhere "
        f"may not work here, and weak evidence is called weak.{left}"
    )


def against_problem(problem: Problem) -> str:
    """Return the heading of the interventions against a problem."""
    return f"Against {evidence_findings.problem_name(problem)}"


def intervention(entry: Intervention) -> tuple[str, str]:
    """Return an intervention with what was found and how sure that is."""
    found = evidence_findings.of_intervention(entry)
    sure = found.sentences[1].split(":")[0]
    limits = "" if entry.systematic_review else " Not from a systematic review."
    unconfirmed = evidence_findings.confirmation(entry, "effect")
    return f"{entry.name}.", f"{entry.headline_effect} {sure}.{limits}{f' {unconfirmed}.' if unconfirmed else ''}"


def nothing_known_to_reduce(problem: Problem) -> str:
    """Return that the evidence knows of nothing that reduces a problem."""
    return f"Nothing among the interventions listed is known to reduce {evidence_findings.problem_name(problem)}."


def no_question() -> str:
    """Return what questions are given where nothing stands out."""
    return "Nothing stands out that calls for questions of its own. These may be asked in any quarter:"


def method() -> tuple[tuple[str, str], ...]:
    """Return the methods in plain words, each under its name."""
    return (
        (
            "Recorded crime",
            (
                "is what was reported to the police or found by them, and written down. Better recording, more "
                "trust or more police work raise it, so a high figure is a reason to ask."
            ),
        ),
        (
            "Rates",
            "are offences in 12 months for every 1,000 residents. Visitors and commuters are not counted as residents.",
        ),
        (
            "Peers",
            (
                "give the range in which a force like them would be expected. By chance alone one force in five lies "
                "outside it, and one in 20 far outside."
            ),
        ),
        (
            "A real change",
            "is one that a control chart of quarterly rates, the season taken out, tells from ordinary ups and downs.",
        ),
        (
            "A flag",
            (
                "is raised by any of three signals: a rate that stands out among all forces (z of 1.96 or more), one "
                "far above similar forces, or a real change for the worse. Flagged four quarters in a row is enduring; "
                "two signals, or z of 2.58 or more, are severe."
            ),
        ),
        (
            "Value for money",
            (
                "sets spending, people and results beside averages weighted by population. A line stands out by HMIC's "
                "rule: among the highest or lowest tenth of forces and, for money, worth £1 a head."
            ),
        ),
    )


def licence(attributions: Sequence[str]) -> str:
    """Return the licence of the figures with the attributions that it asks for."""
    return " ".join(
        (
            "Contains public sector information licensed under the Open Government Licence v3.0.",
            *(f"{text.rstrip('.')}." for text in dict.fromkeys(attributions)),
        )
    )


def plainly_of_total(comparison: Comparison, moved: Trend, force: Force) -> tuple[tuple[str, str], ...]:
    """Return all recorded crime in words for a public meeting."""
    when = periods.month_name(comparison.period_end)
    number = words.about(comparison.numerator or 0)
    told = [f"In the year to {when} {force.full_name} recorded about {number} crimes, fraud left out."]
    if comparison.value is not None and comparison.group_average is not None:
        told.append(f"That is about {_plain(comparison.value)} for every 1,000 people who live here.")
        told.append(f"In this group of forces the average is {_plain(comparison.group_average)}.")
    if moved.change_on_year_percent is not None:
        told.append(f"It is {words.change(moved.change_on_year_percent, 'fewer')} the year before.")
    told.append(
        {
            "rising": "The rise is more than the usual ups and downs.",
            "falling": "The fall is more than the usual ups and downs.",
        }.get(moved.verdict or "", "Taking the last few years together, that is within the usual ups and downs.")
    )
    return (("How much crime is recorded here?", " ".join(told)),)


def plainly_of_cases(
    cases: Sequence[tuple[Case, Comparison]], measures: Mapping[str, Measure], force: Force
) -> tuple[tuple[str, str], ...]:
    """Return the gravest cases in words for a public meeting; nothing of a force that is not monitored."""
    if force.id == CITY_OF_LONDON:
        return ()
    if not cases:
        return (("What are we asking about?", "No kind of crime stands out for the worse in these figures."),)
    told = []
    for case, comparison in cases[:_PLAIN_CASES]:
        measure = measures[case.measure]
        value, average = comparison.value or 0.0, comparison.group_average
        beside = "" if average is None else f", where the average of this group of forces is {_plain(average)}"
        told.append(f"{measure.title}: about {_plain(value)} for every 1,000 people{beside}. {_how_long(case)}.")
    if others := len(cases[_PLAIN_CASES:]):
        number = words.counted_in_words(others, "other measure is", "other measures are")
        told.append(f"{words.upper_first(number)} flagged too.")
    return (("What are we asking about?", " ".join(told)),)


def _how_long(case: Case) -> str:
    if case.quarters == 1 or case.since is None:
        return "This is new"
    if case.quarters >= _MANY_YEARS:
        return f"It has stood out for {words.number(case.quarters // 4)} years"
    return f"It has stood out since {periods.month_name(case.since)}"


def plainly_of_good_news(lines: Sequence[Line], measures: Mapping[str, Measure]) -> tuple[tuple[str, str], ...]:
    """Return the largest falls among what stands out for the better in words for a public meeting."""
    fallen = sorted(
        (line for line in lines if (line.change_on_year_percent or 0.0) < 0 and line.really_changed),
        key=lambda line: line.change_on_year_percent or 0.0,
    )
    if not fallen:
        return ()
    named = [
        f"{measures[line.measure].named} (down {abs(line.change_on_year_percent or 0.0):.0f}%)"
        for line in fallen[:_PLAIN_GOOD]
    ]
    return (("What has got better?", f"Clearly lower than a year before: {words.listed(named)}."),)


def plainly_of_money(net: MoneyLine | None, profile: ValueForMoney | None, force: Force) -> tuple[tuple[str, str], ...]:
    """Return what is spent in words for a public meeting; nothing where it is not known."""
    if net is None or profile is None or net.numerator is None:
        return ()
    year = periods.describe(profile.year_end, "financial-year")
    told = [f"In {year} {force.full_name} cost about {words.millions(net.numerator)} after its own income."]
    if net.value is not None and net.peers_average is not None:
        told.append(
            f"That is {words.pounds(net.value)} for each person, where the average of its group is "
            f"{words.pounds(net.peers_average)}."
        )
    return (("What does it cost?", " ".join(told)),)


def plainly_of_limits() -> tuple[str, str]:
    """Return what the figures cannot tell, in words for a public meeting."""
    return (
        "What can these figures not tell?",
        (
            "They count what is reported to the police or found by them. When people report more, or the police look "
            "harder, the figures rise. They do not show how safe people feel, or why something happened."
        ),
    )


def _plain(value: float) -> str:
    return words.rate(value, 0 if value >= _WHOLE_FROM else 1 if value >= 1 else 2)
