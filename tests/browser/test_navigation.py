"""Going from page to page keeps what was chosen, and the first choice on the next page changes only itself."""

import pytest
from playwright.sync_api import expect

from .test_compare import CHART, choose, query

KENT = {"force": "kent", "measure": "shoplifting", "peers": "region", "window": "year", "to": "2024-03"}
ADDRESS = "&".join(f"{key}={value}" for key, value in KENT.items())


def go(page, name):
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator("h1")).to_have_text(name)
    page.wait_for_selector("[data-testid=stVegaLiteChart] svg, .profile table")


@pytest.mark.parametrize(("start", "then"), [("compare", "Trends"), ("trends", "Map"), ("map", "Compare")])
def test_another_measure_on_the_next_page_leaves_the_rest_as_it_was(server, open_page, start, then):
    page = open_page(f"{server}/{start}?{ADDRESS}")
    go(page, then)
    choose(page, "Measure", "Bicycle theft")
    expect(page.locator("h2").first).to_contain_text("bicycle theft")
    page.wait_for_url("**measure=bicycle-theft**")
    assert {key: query(page)[key] for key in KENT} == {**KENT, "measure": "bicycle-theft"}


def test_a_page_s_own_option_leaves_the_selection_as_it_was(server, open_page):
    page = open_page(f"{server}/compare?{ADDRESS}")
    go(page, "Map")
    page.get_by_text("Equal hexagons", exact=True).click()
    page.wait_for_url("**shape=Equal+hexagons**")
    assert {key: query(page)[key] for key in KENT} == KENT
    go(page, "Trends")
    page.get_by_text("Each peer", exact=True).click()
    page.wait_for_url("**view=Each+peer**")
    assert {key: query(page)[key] for key in KENT} == KENT


def test_a_choice_of_one_s_own_peers_is_kept(server, open_page):
    page = open_page(f"{server}/compare?force=kent&measure=shoplifting&peers=essex,surrey")
    go(page, "Trends")
    choose(page, "Measure", "Bicycle theft")
    expect(page.locator("h2").first).to_contain_text("bicycle theft")
    assert query(page)["peers"] == "essex,surrey"
    go(page, "Force profile")
    assert query(page)["peers"] == "essex,surrey"


def test_the_options_of_a_trend_come_back_with_its_address(server, open_page):
    options = "view=Several+forces&with=Essex&with=Surrey&index=true"
    page = open_page(f"{server}/trends?{ADDRESS}&{options}")
    expect(page.locator("h3").first).to_contain_text("index, year ending March 2013 = 100")
    expect(page.locator(CHART).first).to_contain_text("Surrey")
    again = open_page(page.url)
    expect(again.locator("h3").first).to_contain_text("index, year ending March 2013 = 100")
    expect(again.locator(CHART).first).to_contain_text("Surrey")
