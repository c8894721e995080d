"""Monitoring in a real browser: the matrix and its links, on a phone, and the feeds."""

from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest
import requests
from playwright.sync_api import expect

from .conftest import PHONE

MONITORING = "/monitoring?force=cleveland&to=2025-12"


def test_a_cell_leads_to_its_case_and_the_case_to_the_force(server, open_page):
    page = open_page(server + MONITORING)
    row = page.locator(".matrix tr", has=page.get_by_role("rowheader", name="Gwent", exact=True))
    row.locator("td.s3 a").first.click()
    expect(page.locator("h2").first).to_have_text("Gwent, arson: an enduring and severe case")
    expect(page).to_have_title("Gwent, Arson · Case · Crime and Policing Comparator")
    page.get_by_role("link", name="All cases of this force").click()
    expect(page.locator("h2").first).to_contain_text("Gwent: ")
    query = parse_qs(urlsplit(page.url).query)
    assert (query["force"], query["scope"]) == (["gwent"], ["One force"])


def test_severities_are_shapes_for_the_eye_and_digits_for_a_screen_reader(server, open_page):
    page = open_page(server + MONITORING)
    link = page.locator(".matrix td.s3 a").first
    assert link.text_content() == "3"
    assert "●" in link.evaluate("e => getComputedStyle(e, '::before').content")
    assert page.locator(".matrix td.s3").first.evaluate("e => getComputedStyle(e).fontSize") == "0px"


@pytest.mark.parametrize("query", ["", "&scope=One+force"])
def test_on_a_phone_only_the_table_scrolls_sideways(server, open_page, query):
    page = open_page(server + MONITORING + query, viewport=PHONE)
    page.wait_for_selector(".monitoring .wide")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    wide = page.locator(".monitoring .wide")
    assert wide.get_attribute("tabindex") == "0"
    if query:
        assert wide.evaluate("e => e.scrollWidth <= e.clientWidth + 1")


def test_feeds_are_served_under_stable_addresses(server):
    answer = requests.get(f"{server}/feeds/kent.atom", timeout=10)
    assert answer.headers["content-type"] == "application/atom+xml"
    assert ET.fromstring(answer.content).tag.endswith("feed")  # noqa: S314 - our own feed
    again = requests.get(f"{server}/feeds/kent.atom", headers={"If-None-Match": answer.headers["etag"]}, timeout=10)
    assert (again.status_code, again.content) == (304, b"")
    json_feed = requests.get(f"{server}/feeds/all-forces.json", timeout=10)
    assert json_feed.headers["content-type"] == "application/feed+json"
    assert len(json_feed.json()["items"]) == 8
    for nothing in ("city-of-london.atom", "kent.xml", "current"):
        assert requests.get(f"{server}/feeds/{nothing}", timeout=10).status_code == 404
