"""The briefing: a force's figures of a quarter as a document. `comparator/documents` makes files of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from comparator import periods
from comparator.analysis import briefing_findings as say
from comparator.analysis import case_findings, cases, value_findings, words
from comparator.analysis.cases import Case
from comparator.analysis.comparison import Comparison, chosen_peers, compare
from comparator.analysis.document import (
    Block,
    Bullets,
    Document,
    Drawing,
    Group,
    Heading,
    Paragraph,
    Picture,
    Section,
    Table,
)
from comparator.analysis.evidence import Asked as Sought
from comparator.analysis.evidence import matching, ordered, problems_standing_out
from comparator.analysis.monitoring import is_counted
from comparator.analysis.names import check
from comparator.analysis.profile import Line, Profile, profile
from comparator.analysis.trend import Trend, trend
from comparator.analysis.value_for_money import (
    COST_OF_AN_OFFICER,
    INCOME,
    NET,
    OTHER,
    PAY,
    ValueForMoney,
    value_for_money,
    years,
)
from comparator.analysis.value_for_money import Line as MoneyLine
from comparator.catalogue import CITY_OF_LONDON, Force, Measure, Problem
from comparator.snapshot import Snapshot

SectionName = Literal[
    "in-short", "stands-out", "changes", "good-news", "performance", "money", "what-works", "questions", "about"
]
SECTIONS: tuple[SectionName, ...] = get_args(SectionName)
TITLES: Mapping[SectionName, str] = {
    "in-short": "Three things to know",
    "stands-out": "What stands out",
    "changes": "What changed since last quarter",
    "good-news": "Good news",
    "performance": "Performance beside peers",
    "money": "Value for money",
    "what-works": "What works",
    "questions": "Questions for the Chief Constable",
    "about": "About the figures",
}
TOTAL = "all-crime-excluding-fraud"

_IN_FULL = 3
_PICTURED = 2
_PROBLEMS = 3
_INTERVENTIONS = 3
_QUESTIONS_OF_A_CASE = 2
_QUESTIONS_OF_MONEY = 1
_LINES_OF_MONEY_ASKED = 3
# What is recorded and how it changed: all that is told of a force that is not compared.
_COLUMNS_OF_COUNTS = (0, 1, 6)
_MONEY_LINES = (NET, PAY, OTHER, INCOME, COST_OF_AN_OFFICER)


@dataclass(frozen=True)
class Asked:
    """What a document is asked for: force, quarter, peers as in an address, sections and measures (none named: all)."""

    force: str
    period_end: str
    peers: str
    sections: tuple[SectionName, ...] = SECTIONS
    measures: tuple[str, ...] = ()


def asked(
    snapshot: Snapshot,
    *,
    force: str,
    period: str | None = None,
    peers: str = "similar",
    sections: Sequence[str] = (),
    measures: Sequence[str] = (),
) -> Asked:
    """Return a checked choice: the newest quarter if `period` is None, all sections and measures if none is named.

    Raises UnknownNameError for a force, quarter, section or measure that does not exist and PeersError for unusable
    peers.
    """
    check("force", force, snapshot.forces)
    known = cases.quarters_monitored(snapshot)
    period = check("period", known[-1] if period is None else period, reversed(known))
    chosen_peers(snapshot, force, peers)
    for section in sections:
        check("section", section, SECTIONS)
    offered = measures_offered(snapshot, period)
    for measure in measures:
        check("measure", measure, offered)
    return Asked(
        force=force,
        period_end=period,
        peers=peers,
        sections=tuple(section for section in SECTIONS if not sections or section in sections),
        measures=tuple(measure for measure in offered if measure in measures),
    )


def measures_offered(snapshot: Snapshot, period: str) -> tuple[str, ...]:
    """Return the measures that a briefing of a quarter can be about."""
    return tuple(line.measure for line in profile(snapshot, force=next(iter(snapshot.forces)), period=period).lines)


def briefing(snapshot: Snapshot, asked: Asked) -> Document:
    """Return the briefing of a force for a quarter, with the sections asked for, none of them empty."""
    found = _Found(snapshot, asked)
    sections = tuple(Section(TITLES[name], tuple(_SECTIONS[name](found))) for name in asked.sections)
    return _document(found, f"Policing briefing: {found.force.name}", sections)


def speaking_notes(snapshot: Snapshot, asked: Asked) -> Document:
    """Return half a page of a force's figures for a public meeting, in words that anybody follows."""
    found = _Found(snapshot, asked)
    money = None if found.money is None else found.money.line(NET)
    told = [
        *say.plainly_of_total(found.comparison(TOTAL), found.trend(TOTAL), found.force),
        *say.plainly_of_cases(
            [(case, found.comparison(case.measure)) for case in found.flagged], found.measures, found.force
        ),
        *say.plainly_of_good_news([found.line(case.measure) for case in found.good], found.measures),
        *say.plainly_of_money(money, found.money, found.force),
        say.plainly_of_limits(),
    ]
    notes = Section("For the meeting", tuple(Paragraph(text, lead) for lead, text in told))
    return _document(found, f"Speaking notes: {found.force.name}", (notes,))


def _document(found: _Found, title: str, sections: tuple[Section, ...]) -> Document:
    return Document(
        force=found.force.id,
        period_end=found.asked.period_end,
        title=title,
        subtitle=say.subtitle(found.asked.period_end, found.profile.basis, found.peers, found.force, found.forces),
        made_from=f"Made from the snapshot of public data {found.snapshot.name}.",
        sections=sections,
    )


class _Found:
    """All that a document of one choice rests on, each looked up when first needed."""

    def __init__(self, snapshot: Snapshot, asked: Asked) -> None:
        self.snapshot, self.asked = snapshot, asked
        self.force: Force = snapshot.forces[asked.force]
        self.forces: Mapping[str, Force] = snapshot.forces
        self.measures: Mapping[str, Measure] = snapshot.measures
        _, self.peers = chosen_peers(snapshot, asked.force, asked.peers)
        self._comparisons: dict[str, Comparison] = {}
        self._trends: dict[str, Trend] = {}

    def measure(self, name: str) -> Measure:
        return self.measures[name]

    def wanted(self, measure: str) -> bool:
        return not self.asked.measures or measure in self.asked.measures

    @cached_property
    def profile(self) -> Profile:
        return self._profile(self.asked.period_end)

    @cached_property
    def profile_before(self) -> Profile | None:
        before = periods.from_ordinal(periods.ordinal(self.asked.period_end) - 3)
        known = before in cases.quarters_monitored(self.snapshot)
        return self._profile(before) if known else None

    def _profile(self, period: str) -> Profile:
        return profile(self.snapshot, force=self.force.id, period=period, peers=self.asked.peers)

    def line(self, measure: str) -> Line:
        return next(line for line in self.profile.lines if line.measure == measure)

    def comparison(self, measure: str) -> Comparison:
        """Return how the force compares over the 12 months among the peers chosen."""
        if measure not in self._comparisons:
            self._comparisons[measure] = compare(
                self.snapshot,
                force=self.force.id,
                measure=measure,
                period=self.asked.period_end,
                peers=self.asked.peers,
                window="year",
            )
        return self._comparisons[measure]

    def among_similar(self, measure: str) -> Comparison:
        """Return how the force compares among similar forces, which is what monitoring judges by."""
        if self.asked.peers == "similar":
            return self.comparison(measure)
        return compare(self.snapshot, force=self.force.id, measure=measure, period=self.asked.period_end, window="year")

    def trend(self, measure: str) -> Trend:
        if measure not in self._trends:
            self._trends[measure] = trend(
                self.snapshot,
                force=self.force.id,
                measure=measure,
                period=self.asked.period_end,
                counts=self.force.id == CITY_OF_LONDON,
            )
        return self._trends[measure]

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The cases of the measures chosen that are no sums of others, gravest first."""
        found = cases.monitor(self.snapshot, period=self.asked.period_end, force=self.force.id).cases
        return tuple(case for case in found if self.wanted(case.measure) and is_counted(self.measures[case.measure]))

    @property
    def flagged(self) -> tuple[Case, ...]:
        return tuple(case for case in self.cases if case.severity)

    @cached_property
    def judged(self) -> tuple[int, float]:
        """How many measures monitoring judges, and how many of them chance alone would flag."""
        return cases.judged_of_force(
            self.snapshot, self.force.id, self.asked.period_end, self.asked.measures or tuple(self.measures)
        )

    @cached_property
    def good(self) -> tuple[Case, ...]:
        """The measures with a signal for the better and none for the worse."""
        if self.force.id == CITY_OF_LONDON:
            return ()
        better = cases.for_the_better(self.snapshot, self.force.id, self.asked.period_end)
        return tuple(
            case
            for case in better
            if not case.severity and self.wanted(case.measure) and is_counted(self.measures[case.measure])
        )

    @cached_property
    def money(self) -> ValueForMoney | None:
        """The profile of the newest financial year with spending that had ended by the quarter, if there is one."""
        block = self.snapshot.blocks[NET, "financial-year"]
        ended = [end for end in years(self.snapshot) if end <= self.asked.period_end and end in block.row]
        if not ended:
            return None
        year = periods.describe(ended[-1], "financial-year")
        return value_for_money(self.snapshot, force=self.force.id, year=year, peers=self.asked.peers)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """The crime problems of what stands out most: of the cases, else of the measures above their range."""
        of_cases = dict.fromkeys(problem for case in self.flagged for problem in self.measures[case.measure].problems)
        if of_cases:
            return tuple(of_cases)
        lines = [line for line in self.profile.lines if self.wanted(line.measure)]
        return problems_standing_out(lines, self.measures)

    @cached_property
    def caveats(self) -> tuple[str, ...]:
        """The caveats that touch what the document says, in catalogue order."""
        shown = [line for line in self.profile.lines if self.wanted(line.measure)]
        touched = {name for line in shown for name in line.caveats}
        if self.money is not None and "money" in self.asked.sections:
            touched.update(name for line in _shown_of_money(self.money) for name in line.caveats)
        return tuple(name for name in self.snapshot.caveats if name in touched)


def _in_short(found: _Found) -> list[Block]:
    judged, by_chance = found.judged
    points = [
        say.number_of_cases(found.flagged, found.measures, judged, by_chance, found.force),
        say.of_total(found.comparison(TOTAL), found.trend(TOTAL), found.measure(TOTAL), found.force),
        say.of_money(found.money, found.measures, found.snapshot.caveats, found.force)
        or say.of_real_changes(found.profile, found.measures, found.force),
    ]
    return [Bullets(tuple(Paragraph(text, lead) for lead, text in points), numbered=True)]


def _stands_out(found: _Found) -> list[Block]:
    judged, by_chance = found.judged
    if not found.flagged:
        return [Paragraph(say.no_case(found.force, judged))]
    blocks: list[Block] = [Paragraph(say.how_many_by_chance(len(found.flagged), judged, by_chance, found.asked.peers))]
    for place, case in enumerate(found.flagged[:_IN_FULL]):
        blocks += _case(found, case, pictured=place < _PICTURED)
    if others := found.flagged[_IN_FULL:]:
        rows = tuple(
            (
                found.measure(case.measure).title,
                f"{case_findings.STATUS_NAMES[case.status or 'new']}, severity {case.severity}",
                periods.month_name(case.since or case.period_end),
                words.upper_first(case_findings.grounds_in_words(case)),
            )
            for case in others
        )
        columns = ("Measure", "Status", "Since", "Why it is flagged")
        others_flagged = "Other measures that are flagged"
        blocks.append(Table(others_flagged, columns, (3, 2, 1.5, 3.5), (Group("", rows),), of_words=len(columns)))
    return blocks


def _case(found: _Found, case: Case, *, pictured: bool) -> list[Block]:
    measure = found.measure(case.measure)
    comparison, moved = found.among_similar(case.measure), found.trend(case.measure)
    explaining = cases.explaining(found.snapshot, case, moved, tuple(peer.force for peer in comparison.peers))
    told = case_findings.of_case(case, comparison, moved, measure, found.force)
    history = cases.along(found.snapshot, case.force, case.measure, case.period_end)
    changed = cases.forces_changed(found.snapshot, case.measure, case.period_end)
    doubts = [
        *case_findings.of_many_tests(case),
        *case_findings.could_be_something_else(case, comparison, changed, measure, recorded=bool(explaining)),
    ]
    blocks: list[Block] = [
        Heading(f"{measure.title}: {say.gravity(case)}"),
        Paragraph(" ".join((*told.sentences, case_findings.of_duration(case, history)))),
    ]
    if pictured:
        drawing: Drawing = "change" if case.worse == ("change",) else "peers"
        blocks.append(Picture(drawing, case.measure, say.caption(drawing, measure, case.period_end, found.force)))
    if explaining:
        known = words.listed([words.lower_first(found.snapshot.caveats[name].title) for name in explaining])
        doubts.insert(0, f"Known of these months: {known}.")
    # What is true of every recorded crime is told once, under "About the figures".
    blocks.append(Paragraph(" ".join(doubts[:-1]) or doubts[-1], "What else it could be."))
    return blocks


def _changes(found: _Found) -> list[Block]:
    moved = [
        Paragraph(f"{case_findings.change_in_words(case, found.measure(case.measure), None)}.")
        for case in found.cases
        if case.changed
    ]
    if found.profile_before is not None:
        before = {line.measure: line.verdict_peers for line in found.profile_before.lines}
        moved += [
            Paragraph(say.moved_among_peers(line, was, found.measure(line.measure), found.profile.basis, found.force))
            for line in found.profile.lines
            if found.wanted(line.measure)
            for was in [before.get(line.measure)]
            if was is not None and line.verdict_peers is not None and was != line.verdict_peers
        ]
    if moved:
        return [Bullets(tuple(moved))]
    return [Paragraph(say.nothing_moved(found.asked.period_end))]


def _good_news(found: _Found) -> list[Block]:
    if not found.good:
        return [Paragraph(say.no_good_news(found.force))]
    items = [
        Paragraph(text, lead)
        for case in found.good
        for lead, text in [say.good_news(case, found.line(case.measure), found.measure(case.measure))]
    ]
    return [Bullets(tuple(items))]


def _performance(found: _Found) -> list[Block]:
    shown = _COLUMNS_OF_COUNTS if found.force.id == CITY_OF_LONDON else range(len(say.COLUMNS_OF_PERFORMANCE))
    columns = tuple(say.COLUMNS_OF_PERFORMANCE[column] for column in shown)
    widths = tuple(say.WIDTHS_OF_PERFORMANCE[column] for column in shown)
    groups = []
    for theme in found.snapshot.themes.values():
        lines = [
            line
            for line in found.profile.lines
            if found.measure(line.measure).theme == theme.id and found.wanted(line.measure)
        ]
        if lines:
            rows = (say.row_of_line(line, found.measure(line.measure)) for line in lines)
            groups.append(Group(theme.title, tuple(tuple(row[column] for column in shown) for row in rows)))
    caption = say.caption_of_performance(found.asked.period_end, found.profile.basis, found.force)
    return [
        Table(caption, columns, widths, tuple(groups)),
        Paragraph(say.reading_of_performance(found.force)),
    ]


def _money(found: _Found) -> list[Block]:
    if found.money is None:
        return [Paragraph(say.no_money(found.asked.period_end))]
    told = value_findings.of_profile(found.money, found.measures, found.snapshot.caveats, found.force)
    blocks: list[Block] = [Paragraph(" ".join(told.sentences), f"{told.headline}.")]
    lines = [line for line in _shown_of_money(found.money) if line.value is not None]
    if lines:
        rows = tuple(say.row_of_money(line, found.money, found.measure(line.measure)) for line in lines)
        caption = say.caption_of_money(found.money, found.force)
        blocks.append(Table(caption, say.COLUMNS_OF_MONEY, say.WIDTHS_OF_MONEY, (Group("", rows),)))
    return blocks


def _shown_of_money(profile: ValueForMoney) -> list[MoneyLine]:
    return [line for line in profile.lines if line.measure in _MONEY_LINES or line.outlier is not None]


def _what_works(found: _Found) -> list[Block]:
    if not found.problems:
        return [Paragraph(say.no_problem())]
    blocks: list[Block] = [Paragraph(say.how_to_read_evidence(found.problems[:_PROBLEMS], found.problems[_PROBLEMS:]))]
    for problem in found.problems[:_PROBLEMS]:
        entries = ordered(matching(found.snapshot.evidence.values(), Sought(problems=(problem,))))
        blocks.append(Heading(say.against_problem(problem)))
        best = [entry for entry in entries if entry.effect_direction == "reduces"][:_INTERVENTIONS]
        items = [Paragraph(text, lead, entry.ref_url) for entry in best for lead, text in [say.intervention(entry)]]
        blocks.append(Bullets(tuple(items)) if items else Paragraph(say.nothing_known_to_reduce(problem)))
        if harmful := [entry.name for entry in entries if entry.effect_direction == "increases"]:
            blocks.append(Paragraph(f"{words.listed(harmful)}.", "To avoid, because things got worse:"))
    return blocks


def _questions(found: _Found) -> list[Block]:
    blocks: list[Block] = []
    for case in found.flagged[:_IN_FULL]:
        measure = found.measure(case.measure)
        asks = cases.questions(found.snapshot, measure)[:_QUESTIONS_OF_A_CASE]
        blocks += _list_of_questions(measure.title, asks)
    outlying = [] if found.money is None else [line for line in found.money.lines if line.outlier is not None]
    for line in outlying[:_LINES_OF_MONEY_ASKED]:
        declared = found.snapshot.value_lines[line.measure]
        asks = (declared.above if line.outlier == "high" else declared.below)[:_QUESTIONS_OF_MONEY]
        side = value_findings.side_of(line)
        blocks += _list_of_questions(f"{found.measure(line.measure).title} (among the {side} tenth of forces)", asks)
    if not blocks:
        asks = cases.questions(found.snapshot, found.measure(TOTAL))
        return [Paragraph(say.no_question()), Bullets(tuple(Paragraph(ask) for ask in asks))]
    return blocks


def _list_of_questions(about: str, asks: Sequence[str]) -> list[Block]:
    return [Heading(about), Bullets(tuple(Paragraph(ask) for ask in asks))]


def _about(found: _Found) -> list[Block]:
    snapshot = found.snapshot
    caveats = [snapshot.caveats[name] for name in found.caveats]
    blocks: list[Block] = [Bullets(tuple(Paragraph(text, lead) for lead, text in say.method()))]
    if caveats:
        blocks += [
            Heading("Known problems of these figures"),
            Bullets(tuple(Paragraph(caveat.text, f"{caveat.title}.") for caveat in caveats)),
        ]
    sources = [snapshot.sources[name] for name in _sources(found)]
    blocks += [
        Heading("Sources"),
        Bullets(
            tuple(
                Paragraph(f"{source.publisher}, {source.release}.", f"{source.title}.", source.address)
                for source in sources
            )
        ),
        Paragraph(say.licence([source.attribution for source in sources if source.attribution])),
    ]
    return blocks


def _sources(found: _Found) -> list[str]:
    """Return the sources of the figures in the sections asked for, in the order of the snapshot."""
    used = {source for line in found.profile.lines for source in found.measure(line.measure).sources}
    # A comparison also rests on what its group was found from.
    used.update(found.comparison(TOTAL).sources)
    if found.money is not None and "money" in found.asked.sections:
        shown = _shown_of_money(found.money)
        used.update(source for line in shown for source in found.measure(line.measure).sources)
    return [name for name in found.snapshot.sources if name in used]


_SECTIONS: Mapping[SectionName, Callable[[_Found], list[Block]]] = {
    "in-short": _in_short,
    "stands-out": _stands_out,
    "changes": _changes,
    "good-news": _good_news,
    "performance": _performance,
    "money": _money,
    "what-works": _what_works,
    "questions": _questions,
    "about": _about,
}
