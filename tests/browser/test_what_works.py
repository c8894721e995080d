"""From an outlier to what is known to work, and there: filters, an intervention, and back, in a real browser."""

import re

from playwright.sync_api import expect

from .conftest import PHONE, settle
from .test_compare import query


def rows(page):
    return page.locator(".evidence .list tbody tr:not(.section)")


def choose(page, label, option):
    """Choose an option with the mouse, once nothing moves: a list closes that slides away while it is clicked."""
    settle(page)
    page.get_by_label(label, exact=True).click()
    page.get_by_role("option", name=re.compile(option)).click()
    page.keyboard.press("Escape")


def test_one_click_leads_from_residential_burglary_to_the_best_supported_responses(server, open_page):
    page = open_page(f"{server}/compare?force=cleveland&measure=residential-burglary")
    page.get_by_role("link", name="What is known to work against burglary").click()
    expect(page.locator("h1")).to_have_text("What works")
    expect(rows(page)).to_have_count(18)
    expect(rows(page).first).to_contain_text("Problem-oriented policing")
    expect(rows(page).first).to_contain_text("reduces")
    expect(rows(page).first).to_contain_text("high")
    assert query(page)["problem"] == "burglary"
    assert query(page)["force"] == "cleveland"


def test_filters_add_up_though_their_counts_change_and_the_address_reproduces_them(server, open_page):
    page = open_page(f"{server}/what-works?problem=burglary")
    page.get_by_text("More filters").click()
    choose(page, "Certainty", r"^High \(3\)")
    expect(rows(page)).to_have_count(3)
    choose(page, "Kind of intervention", r"^Policing tactic \(1\)")
    expect(rows(page)).to_have_count(1)
    choose(page, "Crime problem", r"^Violence \(")
    page.wait_for_url("**problem=burglary%2Cviolence**")
    expect(rows(page)).to_have_count(2)
    again = open_page(page.url)
    expect(rows(again)).to_have_count(2)
    assert query(again) == query(page)


def test_an_intervention_is_read_and_the_back_button_returns_to_the_same_list(server, open_page):
    page = open_page(f"{server}/what-works?problem=robbery&order=name", viewport=PHONE)
    number = rows(page).count()
    page.get_by_role("link", name="Hot spots policing", exact=True).click()
    expect(page.locator("h2").first).to_contain_text("Hot spots policing: reduces")
    expect(page).to_have_title("Hot spots policing · What works · Crime and Policing Comparator")
    page.go_back()
    expect(rows(page)).to_have_count(number)
    assert query(page)["order"] == "name"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
