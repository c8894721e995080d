"""The Briefing page in a real browser: from the choice to the file, and its preview."""

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect
from pypdf import PdfReader

from .conftest import PHONE, settle

BRIEFING = "/briefing?force=gwent&to=2025-12"


def test_documents_are_made_with_progress_and_downloaded(server, open_page, tmp_path):
    page = open_page(server + BRIEFING)
    page.get_by_role("button", name="Make the documents").click()
    expect(page.locator("[data-testid=stProgress]")).to_contain_text("Making the documents")
    link = page.get_by_role("link", name="PDF").first
    expect(link).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "gwent-2025-12-briefing.pdf"
    download.value.save_as(tmp_path / "gwent.pdf")
    text = PdfReader(tmp_path / "gwent.pdf").pages[0].extract_text()
    assert "Gwent recorded 56,813 crimes" in " ".join(text.split())


def test_a_choice_of_sections_is_kept_in_the_address(server, open_page):
    page = open_page(server + BRIEFING)
    page.get_by_text("Choose sections and measures").click()
    remove = page.get_by_role("button", name="Remove Value for money")
    settle(page)
    remove.click()
    expect(page.get_by_role("heading", name="Value for money")).to_have_count(0)
    assert "Value for money" not in parse_qs(urlsplit(page.url).query)["sections"]
    again = open_page(page.url)
    expect(again.get_by_role("heading", name="What works")).to_be_visible()
    expect(again.get_by_role("heading", name="Value for money")).to_have_count(0)


def test_the_preview_shows_its_charts_and_fits_a_phone(server, open_page):
    page = open_page(server + BRIEFING, viewport=PHONE)
    picture = page.locator(".briefing img").first
    picture.scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('.briefing img').naturalWidth > 0")
    assert "Gwent" in picture.get_attribute("alt")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
