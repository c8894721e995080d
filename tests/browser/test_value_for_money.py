"""The Value for Money page in a real browser: led from the keyboard, on a phone, and on paper."""

import io
import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from .conftest import settle

WORKSHOP = "/value-for-money?force=cleveland&workshop=true"


def test_a_workshop_is_led_from_the_keyboard_alone(server, open_page):
    page = open_page(server + WORKSHOP)
    heading = page.locator("h2").first
    expect(heading).to_have_text("Net police spending: £318.73 per person")
    expect(page.locator("[data-testid=stHeader]")).to_be_hidden()
    settle(page)
    page.keyboard.press("ArrowRight")
    expect(heading).to_have_text("Gross police spending: £329.70 per person")
    page.keyboard.press("ArrowLeft")
    expect(heading).to_have_text("Net police spending: £318.73 per person")
    page.keyboard.press("ArrowLeft")
    expect(heading).to_have_text("Outcomes assigned: 99.9 per 100 crimes")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("p", has_text="Cumbria, 2024-25.")).to_be_visible()
    expect(heading).to_contain_text("Outcomes assigned")
    expect(page).to_have_url(
        re.compile("force=cumbria.*line=Outcomes\\+assigned|line=Outcomes\\+assigned.*force=cumbria")
    )
    page.keyboard.press("Escape")
    expect(heading).to_contain_text("Cumbria spent")
    expect(page.locator("[data-testid=stHeader]")).to_be_visible()


def test_the_address_of_a_step_opens_that_step(server, open_page):
    page = open_page(f"{server}{WORKSHOP}&line=Police+officers&peers=region&year=2022-23")
    expect(page.locator("h2").first).to_contain_text("Police officers: ")
    expect(page.locator("p", has_text="Cleveland, 31 March 2023.")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("query", ["force=metropolitan", "force=city-of-london", "force=kent&workshop=true"])
def test_nothing_is_cut_off_at_the_side(server, open_page, width, query):
    page = open_page(f"{server}/value-for-money?{query}", viewport={"width": width, "height": 3000})
    settle(page)
    wider = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] *')]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && e.getBoundingClientRect().width > 1)
            .map(e => e.tagName + ' ' + e.textContent.slice(0, 30)).slice(0, 5)"""
    )
    assert wider == []


@pytest.mark.parametrize("force", ["metropolitan", "gwent"])
def test_the_handout_is_one_page_with_the_table_the_questions_and_the_sources(server, open_page, force):
    page = open_page(f"{server}/value-for-money?force={force}")
    page.wait_for_selector(".value table")
    settle(page)
    paper = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    assert len(paper.pages) == 1
    text = "".join(paper.pages[0].extract_text().split())
    assert all(told in text for told in ("Allcrimeexcludingfraud", "Questionstoask", "Sources", "Snapshot"))
    assert "Whatif" not in text
