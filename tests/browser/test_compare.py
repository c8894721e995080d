"""The Compare page in a real browser."""

import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from .conftest import PHONE, settle

CLEVELAND = "/compare?force=cleveland&measure=residential-burglary&peers=similar&to=2025-12"
CHART = "[data-testid=stVegaLiteChart] svg"


def choose(page, label, typed):
    """Choose an option as a keyboard user does, once nothing moves: focus, type, Enter."""
    settle(page)
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(typed)
    page.get_by_role("option", name=re.compile(typed)).first.wait_for()
    box.press("Enter")


def query(page):
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def test_choosing_a_force_changes_sentence_chart_and_address(server, open_page):
    page = open_page(server + CLEVELAND)
    expect(page.locator("h2").first).to_contain_text("Cleveland")
    before = page.locator(CHART).first.text_content()
    assert "South Wales" in before
    choose(page, "Police force", "Kent")
    expect(page.locator("h2").first).to_contain_text("Kent: the rate of residential burglary")
    expect(page.locator(CHART).first).to_contain_text("Kent")
    expect(page.locator(CHART).first).not_to_contain_text("Cleveland")
    assert query(page)["force"] == "kent"
    assert page.title().startswith("Kent, Residential burglary")


def test_a_measure_is_found_by_typing_and_grouped_by_theme(server, open_page):
    page = open_page(server + CLEVELAND)
    choose(page, "Measure", "Shoplifting")
    expect(page.locator("h2").first).to_contain_text("shoplifting")
    page.get_by_role("combobox", name="Measure").click()
    page.get_by_role("combobox", name="Measure").fill("Violence:")
    expect(page.get_by_role("option", name="Violence: Homicide")).to_be_visible()


def test_the_address_opens_the_same_view_in_a_new_browser(server, open_page):
    page = open_page(server + CLEVELAND)
    choose(page, "Compared with", "All forces")
    expect(page.locator("h2").first).to_contain_text("taken together")
    choose(page, "Period", "Year ending March 2024")
    expect(page.get_by_text("in the year ending March 2024")).to_be_visible()
    again = open_page(page.url)
    expect(again.get_by_text("in the year ending March 2024")).to_be_visible()
    assert again.locator("h2").first.text_content() == page.locator("h2").first.text_content()
    assert query(again) == query(page) == {
        "force": "cleveland", "measure": "residential-burglary", "peers": "all", "window": "year", "to": "2024-03",
    }  # fmt: skip


def test_going_to_home_and_back_keeps_the_selection(server, open_page):
    page = open_page(server + CLEVELAND)
    page.get_by_role("link", name="Home").click()
    expect(page.locator("h1")).to_contain_text("How does your police force compare?")
    expect(page.locator("h2").first).to_contain_text("Cleveland")
    page.get_by_role("link", name="Compare", exact=True).click()
    expect(page.locator("h2").first).to_contain_text("Cleveland: the rate of residential burglary")
    assert query(page)["measure"] == "residential-burglary"


def test_hostile_values_in_the_address_show_a_notice_and_nothing_runs(server, open_page):
    page = open_page(f"{server}/compare?force=<img src=x onerror=alert(1)>&peers='%3B--&to=2025-99")
    expect(page.get_by_text("The address asks for an unknown force")).to_be_visible()
    expect(page.get_by_text("peers that cannot be compared with")).to_be_visible()
    expect(page.get_by_text("a period that does not exist")).to_be_visible()
    assert page.locator("img[src=x]").count() == 0


def test_the_interval_shows_when_a_bar_is_pointed_at(server, open_page):
    page = open_page(server + CLEVELAND)
    page.locator(f"{CHART} path[aria-roledescription=bar]").first.hover()
    expect(page.locator("#vg-tooltip-element")).to_contain_text("4.10 to 4.43")


def test_the_funnel_is_drawn_behind_its_tab(server, open_page):
    page = open_page(server + CLEVELAND)
    page.get_by_role("tab", name="Funnel").click()
    expect(page.get_by_text("Small populations vary more by chance")).to_be_visible()
    expect(page.locator("[data-testid=stVegaLiteChart]").nth(1)).to_be_visible()


@pytest.mark.parametrize("width", [360, 390, 1280])
@pytest.mark.parametrize("path", [CLEVELAND, "/?force=city-of-london", CLEVELAND + "&peers=all"])
def test_nothing_scrolls_sideways(server, open_page, width, path):
    page = open_page(server + path, viewport={"width": width, "height": 3000})
    page.wait_for_timeout(300)
    wider = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] *')]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1
                && e.getBoundingClientRect().width > 0 && !e.closest('svg') && !e.closest('[role=tooltip]'))
            .map(e => e.tagName + ' ' + e.className).slice(0, 5)"""
    )
    assert wider == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    tables = page.evaluate(
        "[...document.querySelectorAll('[data-testid=stTable] > *')].every(e => e.scrollWidth <= e.clientWidth + 1)"
    )
    assert tables


def test_population_and_distance_are_shown_on_request(server, open_page):
    page = open_page(server + CLEVELAND)
    page.get_by_text("Population, and how alike the forces are").click()
    expect(page.get_by_role("cell", name="600,369")).to_be_visible()
    expect(page.get_by_role("cell", name="1.25")).to_be_visible()


def test_downloads_hold_what_the_page_shows(server, open_page):
    page = open_page(server + CLEVELAND, viewport=PHONE)
    content = {}
    for name in ("Figures as CSV", "PNG", "SVG"):
        link = page.get_by_role("link", name=name).first.get_attribute("href")
        answer = page.request.get(server + link)
        assert answer.ok
        assert "cleveland-residential-burglary-year-2025-12-similar-" in answer.headers["content-disposition"]
        content[name] = answer.body()
    lines = io.StringIO(content["Figures as CSV"].decode()).read().splitlines()
    assert lines[0].startswith("role,force,measure,period_end,window,numerator,denominator")
    assert lines[1].startswith("force,cleveland,residential-burglary,2025-12,year,2559,600369,2024,4.2623")
    assert len(lines) == 9
    assert content["PNG"].startswith(b"\x89PNG")
    svg = content["SVG"].decode()
    assert "Cleveland: Residential burglary, per 1,000 people, year ending" in svg
    assert "Compared with similar forces. Source: Home Office and Office for National Statistics" in svg


@pytest.mark.parametrize(
    "path",
    [
        "comparison.csv?force=nowhere",
        "comparison.csv?force=cleveland&peers=cleveland",
        "comparison.exe?force=cleveland",
        "elsewhere.png?force=cleveland",
        "peers.png?force=city-of-london",
        "funnel.svg?force=city-of-london",
        "peers.svg?force=metropolitan&peers=region",
        "comparison.csv?force=cleveland&window=month",
        "comparison.csv?force=cleveland&to=",
        "..%2f..%2fetc%2fpasswd.csv",
    ],
)
def test_a_download_that_does_not_exist_is_refused_in_plain_text(server, browser, path):
    answer = browser.new_context().request.get(f"{server}/download/{path}")
    assert 400 <= answer.status < 500
    assert "Traceback" not in answer.text()
    assert "root:" not in answer.text()
