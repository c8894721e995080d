"""The Map page in a real browser: what is fetched, what pointing and clicking do, and that it fits."""

import gzip
import json
import re

import pytest
from playwright.sync_api import expect

import comparator

from .conftest import PHONE
from .test_compare import choose, query

SNAPSHOT = comparator.open_snapshot()
KENT = "/map?force=kent&measure=residential-burglary&to=2025-12"
HEXES = f"{KENT}&shape=Equal+hexagons"
SHAPES = "[data-testid=stVegaLiteChart] g.shapes_marks path"
TOOLTIP = "#vg-tooltip-element"


def shape(page, force):
    """Return the shape of a force; shapes are drawn in the order of the snapshot's forces."""
    return page.locator(SHAPES).nth(list(SNAPSHOT.forces).index(force))


@pytest.mark.parametrize("path", [KENT, HEXES])
def test_every_force_is_drawn_and_can_be_seen(server, open_page, path):
    page = open_page(server + path)
    expect(page.locator(SHAPES)).to_have_count(43)
    boxes = [shape(page, force).bounding_box() for force in SNAPSHOT.forces]
    assert all(box["width"] > 1 and box["height"] > 1 for box in boxes)
    if path == HEXES:
        assert len({(round(box["width"]), round(box["height"])) for box in boxes}) == 1


def test_pointing_at_a_force_tells_its_name_figures_and_verdict(server, open_page):
    page = open_page(server + HEXES)
    shape(page, "cleveland").hover()
    tooltip = page.locator(TOOLTIP)
    expect(tooltip).to_contain_text("Cleveland")
    for told in ("4.3", "the highest of 42", "+70.9%", "+34.8%", "In line with similar forces"):
        expect(tooltip).to_contain_text(told)
    shape(page, "city-of-london").hover()
    expect(tooltip).to_contain_text("few residents, so not compared per head")


def test_clicking_a_force_chooses_it_again_and_again(server, open_page):
    page = open_page(server + HEXES)
    sentence = page.get_by_test_id("stMarkdownContainer")
    shape(page, "essex").click()
    expect(sentence.filter(has_text="Essex has")).to_be_visible()
    assert query(page)["force"] == "essex"
    choose(page, "Police force", "Kent")
    expect(sentence.filter(has_text="Kent has")).to_be_visible()
    shape(page, "essex").click()
    expect(sentence.filter(has_text="Essex has")).to_be_visible()
    page.mouse.move(1, 1)  # the tooltip of Essex covers its neighbour
    shape(page, "city-of-london").click()
    expect(sentence.filter(has_text="City of London is not ranked")).to_be_visible()
    assert query(page)["force"] == "city-of-london"


def test_the_city_of_london_can_be_clicked_on_the_map_of_areas(server, open_page):
    page = open_page(server + KENT)
    shape(page, "city-of-london").click(force=True)
    expect(page).to_have_url(re.compile("force=city-of-london"))


def test_the_slider_changes_figures_without_fetching_the_boundaries_again(server, open_page):
    page = open_page(server + "/?force=kent")
    fetched, sent = [], []
    page.on("request", lambda request: fetched.append(request.url) if "topojson" in request.url else None)
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sent.append(len(frame))))
    page.goto(server + KENT)
    expect(page.locator(SHAPES)).to_have_count(43)
    page.wait_for_timeout(500)
    sent.clear()
    page.get_by_role("slider").press("ArrowLeft")
    expect(page.get_by_role("heading", name="year ending December 2024")).to_be_visible()
    expect(page.get_by_text("In the year ending December 2024 rates went from")).to_be_visible()
    assert query(page)["to"] == "2024-12"
    shape(page, "cleveland").hover()
    expect(page.locator(TOOLTIP)).to_contain_text("Cleveland")
    assert len(fetched) == 1
    assert 0 < sum(sent) <= 40_000


def test_the_slider_follows_the_period_chosen_in_the_bar(server, open_page):
    page = open_page(server + KENT)
    choose(page, "Period", "Year ending March 2020")
    expect(page.get_by_role("heading", name="year ending March 2020")).to_be_visible()
    expect(page.get_by_test_id("stSlider")).to_contain_text("March 2020")


def test_scale_and_shape_stand_in_the_address(server, open_page):
    page = open_page(server + KENT)
    page.get_by_role("radio", name="From similar forces").click()
    page.get_by_role("radio", name="Equal hexagons").click()
    expect(page.get_by_text("Difference from its group of similar forces")).to_be_attached()
    expect(page).to_have_url(re.compile(r"shape=Equal(\+|%20)hexagons"))
    again = open_page(page.url)
    expect(again.get_by_text("Difference from its group of similar forces")).to_be_attached()
    expect(again.get_by_text("Northants")).to_have_count(2)


def test_the_boundaries_are_kept_by_the_browser_and_compressed(server, browser):
    request = browser.new_context().request
    page = browser.new_context().new_page()
    with page.expect_request(re.compile("topojson")) as fetch:
        page.goto(server + KENT)
    address = fetch.value.url
    answer = request.get(address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.body() == SNAPSHOT.topojson
    plain = request.get(address, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.body() == SNAPSHOT.topojson
    assert len(json.loads(plain.text())["objects"]["areas"]["geometries"]) == 43
    assert len(gzip.compress(plain.body())) < 40_000
    assert request.get(address.replace("areas-", "areas-0")).status == 404
    assert request.get(f"{server}/assets/app.py").status == 404


@pytest.mark.parametrize("width", [360, 390, 1280])
@pytest.mark.parametrize("path", [KENT, HEXES])
def test_nothing_scrolls_sideways_and_the_map_fills_its_width(server, open_page, width, path):
    page = open_page(server + path, viewport={"width": width, "height": 3000})
    expect(page.locator(SHAPES)).to_have_count(43)
    page.get_by_text("All 43 forces as a table").click()
    expect(page.get_by_role("table")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    chart = page.locator("[data-testid=stVegaLiteChart] svg").bounding_box()
    boxes = [shape(page, force).bounding_box() for force in SNAPSHOT.forces]
    left, right = min(box["x"] for box in boxes), max(box["x"] + box["width"] for box in boxes)
    assert chart["x"] - 1 <= left
    assert right <= chart["x"] + chart["width"] + 1 <= width + 1
    assert right - left > min(330, width - 60)
    assert page.evaluate(
        "[...document.querySelectorAll('[data-testid=stTable] > *')].every(e => e.scrollWidth <= e.clientWidth + 1)"
    )


def test_the_page_works_on_a_phone_in_the_dark(server, open_page):
    page = open_page(server + HEXES, viewport=PHONE, colours="dark")
    shape(page, "gwent").click()
    expect(page).to_have_url(re.compile("force=gwent"))
