"""The Force profile in a real browser: its pictures, its links, on a phone, and on paper."""

import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from .conftest import PHONE

PROFILE = "/profile?force=cleveland&to=2025-12"
PICTURES = "() => [...document.querySelectorAll('.profile img')]"


def wait_for_pictures(page):
    page.wait_for_function(f"({PICTURES})().length > 0 && ({PICTURES})().every(e => e.complete && e.naturalWidth > 0)")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_row_has_its_strip_and_its_line_from_one_file(server, open_page, colours):
    page = open_page(server, colours=colours)
    fetched = []
    page.on("request", lambda request: fetched.append(request.url) if "/strips/" in request.url else None)
    page.goto(server + PROFILE)
    page.wait_for_selector(".profile table")
    wait_for_pictures(page)
    assert page.locator(".profile img").count() == 62
    assert len({url.split("#")[0] for url in fetched}) == 1
    assert f"/{colours}.svg" in fetched[0]


def test_a_row_leads_to_compare_and_its_line_to_trends(server, open_page):
    page = open_page(server + PROFILE + "&peers=region")
    page.get_by_role("link", name="Residential burglary", exact=True).click()
    expect(page.locator("h1")).to_have_text("Compare")
    expect(page.locator("h2").first).to_contain_text("residential burglary")
    query = parse_qs(urlsplit(page.url).query)
    assert (query["force"], query["peers"], query["measure"]) == (["cleveland"], ["region"], ["residential-burglary"])
    page = open_page(server + PROFILE)
    page.get_by_role("link", name=re.compile("^Residential burglary over time")).click()
    expect(page.locator("h1")).to_have_text("Trends")


@pytest.mark.parametrize("width", [360, 390, 1280])
@pytest.mark.parametrize("force", ["devon-and-cornwall", "city-of-london"])
def test_nothing_is_cut_off_at_the_side(server, open_page, width, force):
    page = open_page(f"{server}/profile?force={force}", viewport={"width": width, "height": 3000})
    page.wait_for_selector(".profile table")
    wider = page.evaluate(
        """() => [...document.querySelectorAll('.profile *')]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && e.getBoundingClientRect().width > 1)
            .map(e => e.tagName + ' ' + e.textContent.slice(0, 30)).slice(0, 5)"""
    )
    assert wider == []


def test_on_a_phone_each_figure_says_what_it_is(server, open_page):
    page = open_page(server + PROFILE, viewport=PHONE)
    page.wait_for_selector(".profile table")
    said = page.evaluate(
        "() => [...document.querySelector('.profile tbody tr:not(.theme)').querySelectorAll('td')]"
        ".map(e => getComputedStyle(e, '::before').content)"
    )
    assert '"Rank among peers"' in said
    assert '"Against its peers"' in said
    assert '"On a year before"' in said


def test_it_prints_on_two_pages_without_the_controls(server, open_page):
    page = open_page(server + PROFILE)
    page.wait_for_selector(".profile table")
    wait_for_pictures(page)
    printed = PdfReader(io.BytesIO(page.pdf(format="A4")))
    text = " ".join(" ".join(sheet.extract_text() for sheet in printed.pages).split())
    assert len(printed.pages) <= 2
    assert "Miscellaneous crimes against society" in text
    assert "In order" not in text
