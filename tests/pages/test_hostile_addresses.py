"""Whatever an address holds, every page answers with a page: no exception, and nothing of it becomes markup."""

import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from comparator.ui.pages import PAGES

CORPUS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE forces; --",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "{{7*7}}${7*7}#{7*7}<%= 7*7 %>",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "%00%0d%0aSet-Cookie: a=b",
    "\x00\x1b[31m\u202e\U0001f47e",
    "A" * 5000,
    "-1e309",
    "NaN",
    "cleveland,cleveland,,,",
    "kent\u0000",
    "__class__.__mro__",
)
KEYS = (
    "force", "measure", "peers", "window", "to", "view", "others", "index", "scale", "shape", "year", "picture", "line",
    "workshop", "scope", "order", "problem", "q", "kind", "certainty", "direction", "read", "beside", "part", "theme",
    "sections", "measures", "across", "up", "show", "reading",
)  # fmt: skip
FILES = [page.file for page in PAGES]


def assert_harmless(app, given):
    assert not app.exception
    for element in app.get("html"):
        root = etree.HTML(f"<div>{element.proto.body}</div>")
        assert root.xpath("//script | //iframe | //object | //embed") == []
        for node in root.iter():
            for name, value in node.attrib.items():
                assert not name.lower().startswith("on")
                assert not value.strip().lower().startswith("javascript:")
    if len(given) > 3 and any(sign in given for sign in "<>"):
        assert all(given not in element.value for element in (*app.markdown, *app.title, *app.header, *app.caption))


@pytest.mark.parametrize("page", FILES)
def test_a_page_answers_each_known_attack_on_all_its_values_at_once(visit, page):
    for attack in CORPUS:
        assert_harmless(visit(page, **dict.fromkeys(KEYS, attack)), attack)


@pytest.mark.parametrize("page", FILES)
def test_a_page_answers_whatever_is_in_single_values(visit, page):
    anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.text(string.printable, max_size=60)

    @settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.sampled_from(KEYS), anything, min_size=1, max_size=6))
    def answers(query):
        assert_harmless(visit(page, **query), "")

    answers()
