"""Every page can be used with the keyboard alone: each choice and link is reached in turn, and none holds the focus."""

import pytest
from playwright.sync_api import expect

from comparator.ui.pages import PAGES

from .conftest import settle

MOST_STEPS = 400
FOCUSED = """() => {
    const e = document.activeElement;
    const name = (e.getAttribute('aria-label') || e.innerText || '').trim().slice(0, 60);
    return [e.tagName, name, e.getAttribute('href') || ''];
}"""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.file)
def test_the_tab_key_reaches_every_link_and_choice_and_comes_round(server, open_page, page):
    shown = open_page(f"{server}/{page.path}?force=cleveland&measure=shoplifting")
    settle(shown)
    addresses = shown.eval_on_selector_all(
        "[data-testid=stMain] a[href]:not([tabindex='-1'])",
        "links => links.filter(l => l.offsetParent && !l.closest('svg')).map(l => l.getAttribute('href'))",
    )
    choices = shown.locator("[data-testid=stMain] [data-testid=stSelectbox] input").count()
    reached, boxes = set(), set()
    for _ in range(MOST_STEPS):
        shown.keyboard.press("Tab")
        tag, name, address = shown.evaluate(FOCUSED)
        if address:
            reached.add(address)
        if tag == "INPUT":
            boxes.add(name)
        if tag == "BODY" and reached:
            break
    else:
        pytest.fail("the focus did not come round")
    assert {one for one in addresses if not one.startswith("#")} <= reached
    assert len(boxes) >= min(choices, 1)


def test_another_force_is_chosen_with_the_keyboard_alone(server, open_page):
    shown = open_page(f"{server}/compare?force=cleveland&measure=shoplifting")
    settle(shown)
    for _ in range(40):
        shown.keyboard.press("Tab")
        if "Police force" in (shown.evaluate("document.activeElement.getAttribute('aria-label')") or ""):
            break
    shown.keyboard.type("Kent")
    shown.keyboard.press("Enter")
    expect(shown.locator("h2").first).to_contain_text("Kent")
