"""Downloads from a real server that misbehaves in every way that a publisher's might."""

import io
import itertools
import json
import zipfile

import pytest

from comparator.build.download import Access, Wanted, fetch
from comparator.build.errors import BuildError
from tests.build import publisher_server as server
from tests.build.publisher_server import Offer

ADDRESS = server.ASSETS + "tables.ods"
LARGEST = 1_000_000


def workbook(mark=server.ODS, fill=b"x" * 200_000):
    """Return a zip file as a spreadsheet is one, its parts not compressed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", mark)
        archive.writestr("content.xml", fill)
    return file.getvalue()


BOOK = workbook()


@pytest.fixture
def publishers(monkeypatch):
    server.without_proxy(monkeypatch)
    with server.serving() as publishers:
        publishers.offers[ADDRESS] = Offer(BOOK, server.ODS)
        yield publishers


@pytest.fixture
def to(tmp_path):
    return tmp_path / "downloads" / "home-office" / "tables.ods"


def get(publishers, to, address=ADDRESS):
    access = Access(mirrors=publishers.mirrors, pauses=(0, 0, 0), timeout=(5, 0.3))
    fetch(Wanted("workforce", address, LARGEST), to, access)


def refused(publishers, to, address=ADDRESS):
    """Return the message of a download that must fail, after checking that it tells source, address and remedy."""
    with pytest.raises(BuildError) as raised:
        get(publishers, to, address)
    message = str(raised.value)
    assert message.startswith(f"workforce: {address}: ")
    assert message.endswith(", or put the file into the folder of sources and give --by-hand workforce")
    return message


def left(to):
    """Return the names of all files that a download left behind, but for notes."""
    return sorted(path.name for path in to.parent.iterdir() if path.suffix != ".note") if to.parent.exists() else []


def first_byte(headers):
    """Return from which byte on a request asked for the file."""
    return int(headers["Range"].removeprefix("bytes=").removesuffix("-"))


def test_a_file_is_downloaded_whole_and_nothing_else_stays(publishers, to):
    get(publishers, to)
    assert to.read_bytes() == BOOK
    assert left(to) == ["tables.ods"]


def test_a_file_that_is_still_the_publishers_is_not_downloaded_again(publishers, to):
    get(publishers, to)
    before = to.stat().st_mtime_ns
    get(publishers, to)
    assert publishers.requests[-1][1]["If-None-Match"] == '"edition-1"'
    assert to.stat().st_mtime_ns == before


def test_a_file_that_the_publisher_replaced_is_downloaded_anew(publishers, to):
    get(publishers, to)
    newer = workbook(fill=b"newer")
    publishers.offers[ADDRESS] = Offer(newer, server.ODS, etag='"edition-2"')
    get(publishers, to)
    assert to.read_bytes() == newer


def test_the_file_of_another_address_is_never_taken_for_this_one(publishers, to):
    get(publishers, to)
    other = ADDRESS.replace("tables", "others")
    publishers.offers[other] = Offer(workbook(fill=b"other"), server.ODS)
    get(publishers, to, other)
    assert "If-None-Match" not in publishers.requests[-1][1]
    assert to.read_bytes() == workbook(fill=b"other")


@pytest.mark.parametrize("fault", [server.status(500), server.status(503), server.status(429), server.silent])
def test_a_failure_that_may_pass_is_tried_again(publishers, to, fault, capsys):
    publishers.offers[ADDRESS].faults = [fault, fault]
    get(publishers, to)
    assert to.read_bytes() == BOOK
    assert len(publishers.requests) == 3
    assert capsys.readouterr().err.count("trying again in 0 s") == 2


def test_pauses_between_attempts_grow():
    pauses = Access().pauses
    assert all(later == 2 * earlier for earlier, later in itertools.pairwise(pauses))


@pytest.mark.parametrize(
    ("fault", "told"),
    [(server.status(500), "answered 500"), (server.silent, "did not answer in time")],
    ids=["500", "slow"],
)
def test_a_failure_that_does_not_pass_is_given_up_and_told(publishers, to, fault, told):
    publishers.offers[ADDRESS].faults = [fault] * 10
    message = refused(publishers, to)
    assert told in message
    assert "(4 attempts)" in message
    assert len(publishers.requests) == 4
    assert left(to) == []


def test_a_publisher_that_cannot_be_reached_is_told(to, monkeypatch):
    server.without_proxy(monkeypatch)
    with server.serving() as gone:
        pass
    assert "cannot be reached" in refused(gone, to)


@pytest.mark.parametrize("code", [404, 410, 403])
def test_a_file_that_is_not_there_is_told_at_once(publishers, to, code):
    publishers.offers[ADDRESS].faults = [server.status(code)]
    message = refused(publishers, to)
    assert f"answered {code}" in message
    assert "look whether the publisher's page has moved" in message
    assert len(publishers.requests) == 1
    assert left(to) == []


class TestCutOff:
    def test_a_cut_off_download_is_resumed(self, publishers, to):
        publishers.offers[ADDRESS].faults = [server.cut_off]
        get(publishers, to)
        assert to.read_bytes() == BOOK
        assert left(to) == ["tables.ods"]
        resumed = publishers.requests[1][1]
        assert 0 < first_byte(resumed) <= len(BOOK) // 2
        assert resumed["If-Range"] == '"edition-1"'

    def test_it_is_resumed_by_a_later_run_too(self, publishers, to):
        publishers.offers[ADDRESS].faults = [server.cut_off, *[server.status(500)] * 3]
        assert "goes on from what has come" in refused(publishers, to)
        assert left(to) == ["tables.ods.part"]
        get(publishers, to)
        assert to.read_bytes() == BOOK
        assert 0 < first_byte(publishers.requests[-1][1]) <= len(BOOK) // 2

    def test_a_file_replaced_meanwhile_is_begun_anew(self, publishers, to):
        publishers.offers[ADDRESS].faults = [server.cut_off, *[server.status(500)] * 3]
        refused(publishers, to)
        newer = workbook(fill=b"newer" * 50_000)
        publishers.offers[ADDRESS] = Offer(newer, server.ODS, etag='"edition-2"')
        get(publishers, to)
        assert to.read_bytes() == newer

    @pytest.mark.parametrize("spoil", [{"ranges": False}, {"etag": ""}, {"etag": 'W/"weak"'}], ids=str)
    def test_a_server_that_cannot_send_the_rest_sends_all(self, publishers, to, spoil):
        publishers.offers[ADDRESS] = Offer(BOOK, server.ODS, **spoil, faults=[server.cut_off])
        get(publishers, to)
        assert to.read_bytes() == BOOK

    def test_a_part_that_was_already_whole_is_begun_anew(self, publishers, to):
        publishers.offers[ADDRESS].faults = [server.cut_off, *[server.status(500)] * 3]
        refused(publishers, to)
        to.with_name("tables.ods.part").write_bytes(BOOK)
        get(publishers, to)
        assert to.read_bytes() == BOOK

    def test_what_was_there_before_stays_until_the_new_one_is_whole(self, publishers, to):
        get(publishers, to)
        newer = workbook(fill=b"newer" * 50_000)
        publishers.offers[ADDRESS] = Offer(newer, server.ODS, '"edition-2"', faults=[server.cut_off] * 4)
        publishers.offers[ADDRESS].ranges = False
        refused(publishers, to)
        assert to.read_bytes() == BOOK


class TestType:
    @pytest.mark.parametrize(
        ("content", "kind", "told"),
        [
            (b"<!DOCTYPE html><title>Sorry</title>", "text/html; charset=utf-8", "is an HTML page, not a file"),
            (b"\n<html><body>Sign in", server.ODS, "is an HTML page, not a file"),
            (b"%PDF-1.7 ...", server.ODS, "is no .ods workbook (File is not a zip file); it begins with b'%PDF-1.7"),
            (workbook("application/vnd.oasis.opendocument.text"), server.ODS, "is no .ods workbook; it begins with"),
            (BOOK.replace(b"xxxx", b"xyxx", 1), server.ODS, "is a damaged .ods workbook (part content.xml)"),
            (b"", server.ODS, "is no .ods workbook"),
        ],
        ids=["HTML", "HTML that says it is a workbook", "PDF", "another document", "a flipped byte", "nothing"],
    )
    def test_what_is_no_workbook_is_refused_and_not_kept(self, publishers, to, content, kind, told):
        publishers.offers[ADDRESS] = Offer(content, kind)
        assert told in refused(publishers, to)
        assert left(to) == []
        assert len(publishers.requests) == 1

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ({"error": {"code": 400, "message": "Invalid URL", "details": []}}, "tells an error, "),
            ({"type": "FeatureCollection", "features": [], "exceededTransferLimit": True}, "only a part of the areas"),
            (
                {"type": "FeatureCollection", "features": [], "properties": {"exceededTransferLimit": True}},
                "only a part of the areas",
            ),
            ({"features": []}, "is no GeoJSON"),
            ([], "is no GeoJSON"),
        ],
        ids=["an error with status 200", "a part", "a part, as newer servers tell", "no GeoJSON", "a list"],
    )
    def test_what_is_no_whole_map_is_refused(self, publishers, tmp_path, said, told):
        publishers.offers[ADDRESS] = Offer(json.dumps(said).encode())
        assert told in refused(publishers, tmp_path / "areas.geojson")

    def test_what_is_no_json_is_refused(self, publishers, tmp_path):
        publishers.offers[ADDRESS] = Offer(b'{"details":')
        assert "is no JSON" in refused(publishers, tmp_path / "page.json")

    def test_a_kept_file_that_was_damaged_since_is_refused_once_and_then_downloaded(self, publishers, to):
        get(publishers, to)
        to.write_bytes(BOOK.replace(b"xxxx", b"xyxx", 1))
        assert "damaged" in refused(publishers, to)
        get(publishers, to)
        assert to.read_bytes() == BOOK


class TestSize:
    def test_an_absurd_size_is_refused_before_a_byte_is_taken(self, publishers, to):
        def absurd(handler, offer):
            handler.begin(200, {"Content-Type": offer.kind, "Content-Length": str(10**15)})
            handler.close_connection = True

        publishers.offers[ADDRESS].faults = [absurd]
        message = refused(publishers, to)
        assert "has 1,000,000,000,000,000 bytes or more, where 1,000,000 are allowed" in message
        assert "raise largest_megabytes in sources.toml" in message
        assert left(to) == []

    def test_a_file_that_never_ends_is_refused_at_the_limit(self, publishers, to):
        publishers.offers[ADDRESS].faults = [server.endless]
        assert "bytes or more, where 1,000,000 are allowed" in refused(publishers, to)
        assert left(to) == []


def test_a_place_where_nothing_can_be_kept_is_told(publishers, to):
    to.parent.parent.mkdir()
    to.parent.write_text("a file where the folder should be", encoding="utf-8")
    assert f"cannot be kept as {to} (File exists); make room there" in refused(publishers, to)


def test_an_address_without_https_is_refused_unasked(publishers, to):
    assert "is not an address with https" in refused(publishers, to, "http://www.gov.uk/tables.ods")
    assert publishers.requests == []


def test_only_addresses_that_begin_so_are_reached_at_a_mirror():
    access = Access(mirrors={"https://www.gov.uk/": "https://mirror.example/gov/"})
    assert access.reached_at("https://www.gov.uk/api/a") == "https://mirror.example/gov/api/a"
    assert access.reached_at("https://data.police.uk/api/a") == "https://data.police.uk/api/a"
