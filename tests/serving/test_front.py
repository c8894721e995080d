"""The start pages that browsers, search engines and previews of links get, and the headers around them."""

import base64
import gzip
import hashlib
import re

import pytest
from lxml import etree
from starlette.datastructures import Headers

from comparator.serving import front
from comparator.serving.headers import security_headers
from comparator.ui.frame import PAGES as FILES
from comparator.ui.pages import PAGES

GZIP = Headers({"accept-encoding": "gzip, br"})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.file)
def test_each_start_page_has_its_title_description_language_and_preview(page):
    root = etree.HTML(front.start_page(page, "https://comparator.example"))
    assert root.get("lang") == "en-GB"
    title = root.findtext(".//title")
    assert title.endswith("Crime and Policing Comparator")
    assert (page.title in title) == bool(page.path)
    meta = {one.get("name") or one.get("property"): one.get("content") for one in root.iter("meta")}
    assert meta["description"] == meta["og:description"] == page.about
    assert meta["og:title"] == title
    assert meta["og:url"] == f"https://comparator.example/{page.path}"
    assert meta["og:image"] == "https://comparator.example/preview.png"
    assert root.xpath("//noscript//a/@href")[:2] == ["/", "/profile"]
    assert "Streamlit" not in (title + page.about)


def test_a_site_that_does_not_know_its_address_claims_none():
    text = front.start_page(PAGES[0], "")
    assert "og:url" not in text
    assert "og:image" not in text
    assert "canonical" not in text


def test_every_file_of_a_page_is_in_the_list_of_pages():
    assert {path.stem for path in FILES.glob("*.py")} == {page.file for page in PAGES}
    assert len({page.about for page in PAGES}) == len(PAGES)


def test_the_policy_allows_no_script_but_those_of_the_start_page():
    policy = security_headers(front.index(), "'none'")["Content-Security-Policy"]
    scripts = re.search(r"script-src ([^;]+);", policy).group(1).split()
    inline = re.findall(r"<script>(.*?)</script>", front.start_page(PAGES[0], ""), re.DOTALL)
    hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in inline}
    assert set(scripts) == {"'self'", *hashes}
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy


def test_a_static_file_is_sent_packed_and_may_be_kept_for_a_year():
    file = next((front.STATIC / "static" / "js").glob("index.*.js"))
    answer = front.packed(f"js/{file.name}", GZIP)
    assert gzip.decompress(answer.body) == file.read_bytes()
    assert answer.headers["cache-control"] == "public, immutable, max-age=31536000"
    assert answer.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("../index.html", GZIP),
        ("../../../../etc/passwd.js", GZIP),
        ("js/nowhere.js", GZIP),
        ("js", GZIP),
        ("media/font.woff2", GZIP),
        ("js/index.js", Headers({})),
    ],
)
def test_what_is_no_such_file_or_not_wanted_packed_is_left_to_streamlit(name, headers):
    assert front.packed(name, headers) is None
