"""The pages of the site: where each lies, what it is called, and how search engines and links describe it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A page: its file in pages/, its title, its address ("" is the first page), and one sentence about it."""

    file: str
    title: str
    path: str
    about: str
    in_menu: bool = True


PAGES = (
    Page(
        "home", "Home", "", "See in a minute how a police force in England and Wales compares, and whether it matters."
    ),
    Page(
        "profile", "Force profile", "profile", "Every measure of recorded crime of one police force, beside its peers."
    ),
    Page("compare", "Compare", "compare", "One police force beside similar forces and all forces, on one measure."),
    Page("map", "Map", "map", "All police forces of England and Wales on a map, by one measure."),
    Page(
        "trends",
        "Trends",
        "trends",
        "Has a police force's recorded crime really changed, or is it ordinary ups and downs?",
    ),
    Page(
        "value_for_money",
        "Value for money",
        "value-for-money",
        "What a police force spends, has, faces and achieves, beside similar forces.",
    ),
    Page(
        "monitoring", "Monitoring", "monitoring", "Which police forces stand out this quarter, on what, and since when."
    ),
    Page(
        "case",
        "Case",
        "case",
        "Why one police force stands out on one measure, and what else it could be.",
        in_menu=False,
    ),
    Page("what_works", "What works", "what-works", "What is known to reduce crime, and how sure that is."),
    Page("briefing", "Briefing", "briefing", "A police force's figures as a document: Word, PDF or web page."),
    Page(
        "data_and_methods",
        "Data and methods",
        "data-and-methods",
        "What every figure is, where it comes from, how it is made, and the data themselves.",
    ),
)
