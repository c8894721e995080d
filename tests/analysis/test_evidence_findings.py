"""The sentences about interventions: each claims what the entry claims, and says how sure that is."""

import pytest

import comparator
from comparator.analysis.evidence import Asked, standing_out, what_works
from comparator.analysis.evidence_findings import against, confirmation, of_intervention, of_list, of_standing_out

SNAPSHOT = comparator.open_snapshot()


def told(slug):
    found = of_intervention(SNAPSHOT.evidence[slug])
    return found.headline, " ".join(found.sentences)


def test_a_list_says_how_many_work_which_are_best_supported_and_which_to_avoid():
    found = of_list(what_works(SNAPSHOT, problem="youth offending"), Asked(problems=("youth offending",)))
    assert found.headline == "What is known to work against youth offending"
    first, best, avoid = found.sentences
    assert first.startswith("Of 30 ways of tackling youth offending listed here, ")
    assert "2 make things worse" in first
    assert best.startswith("Best supported, with high certainty: Early family and parent training, ")
    assert best.endswith(" and one more.")
    assert "Scared Straight and prison awareness visits" in avoid
    assert avoid.startswith("To avoid, because things got worse: ")


def test_the_numbers_of_a_list_are_those_of_its_entries():
    entries = what_works(SNAPSHOT, problem="burglary")
    first, best = of_list(entries, Asked(problems=("burglary",))).sentences
    assert first == (
        "Of 18 ways of tackling burglary listed here, 14 reduce the crime or harm that was measured, 2 have mixed "
        "results and 2 were judged on something other than crime."
    )
    assert best == (
        "Best supported, with high certainty: Problem-oriented policing, CCTV and Restorative justice conferencing."
    )


def test_one_intervention_and_none_are_told_without_counting():
    found = of_list([SNAPSHOT.evidence["scared-straight"]], Asked())
    assert found.sentences[0] == "The one way of tackling crime listed here makes things worse."
    assert of_list([], Asked()).sentences == (
        "No intervention fits all of these choices. Take one of them away to see more.",
    )


def test_a_single_study_is_never_named_as_best_supported():
    found = of_list([SNAPSHOT.evidence["home-security"]], Asked())
    assert not any("Best supported" in sentence for sentence in found.sentences)


def test_problems_are_named_in_plain_words():
    assert against(("ASB", "drugs", "burglary")) == "anti-social behaviour, drug crime and burglary"
    assert against(()) == "crime"


@pytest.mark.parametrize(
    ("slug", "headline", "sentences"),
    [
        ("cctv", "CCTV: reduces crime in camera areas", ["High certainty:", "only in part confirmed"]),
        ("scared-straight", "Scared Straight and prison awareness visits: increases offending of those who take part",
         ["participants reoffended 68% more", "Moderate certainty:"]),
        ("boot-camps", "Boot camps: no effect found", ["odds ratio 1.02", "The review is of 2005: later studies"]),
        ("home-security", "Target hardening of homes: reduces burglary with entry", ["single study or a few"]),
        ("gun-buybacks", "Gun buybacks and weapon amnesties: no effect found",
         ["Low certainty:", "The effect is not yet confirmed against the source."]),
        ("trauma-informed-training", "Trauma-informed training and service redesign: too little evidence to tell",
         ["Very low certainty:", "The year of the review is not known."]),
        ("rapid-response", "Faster response to calls: judged on something other than crime", ["4.7 percentage points"]),
    ],
)  # fmt: skip
def test_an_intervention_says_what_it_claims_how_sure_that_is_and_what_limits_it(slug, headline, sentences):
    found, text = told(slug)
    assert found == headline
    for sentence in sentences:
        assert sentence in text


def test_every_intervention_is_told_with_its_finding_and_its_certainty():
    for entry in SNAPSHOT.evidence.values():
        found = of_intervention(entry)
        assert found.headline.startswith(f"{entry.name}: ")
        assert found.sentences[0] == entry.headline_effect
        assert found.sentences[1].casefold().startswith(f"{entry.certainty} certainty: ")
        said = any("confirmed" in sentence for sentence in found.sentences[2:])
        assert said == bool(confirmation(entry, "effect")), entry.slug


def test_where_a_problem_stands_out_is_counted_and_what_has_no_figures_is_said():
    problems = ("burglary", "youth offending")
    found = standing_out(SNAPSHOT, problems)
    some = sum(bool(one.forces) for one in found)
    first, second = of_standing_out(found, problems, SNAPSHOT.measures)
    assert f"{some or 'none'} of {len(found)} measures of burglary stood out as high in some force" in first
    assert second == "This site has no figures by force that are judged high or low on youth offending."
