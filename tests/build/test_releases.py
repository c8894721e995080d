"""Which release is the newest, out of what the publishers' pages offer."""

import json
from datetime import date

import pytest

from comparator.build.download import Access
from comparator.build.errors import BuildError
from comparator.build.releases import newest
from tests.build import publisher_server as server
from tests.build.publisher_server import Offer, attachment, page, services
from tests.build.publishers import CATALOGUE

PFA = "prc-pfa-mar2013-onwards-tables"


@pytest.fixture
def publishers(monkeypatch):
    server.without_proxy(monkeypatch)
    with server.serving() as publishers:
        yield publishers


@pytest.fixture
def found(publishers, tmp_path):
    """Return a function that finds the newest release of a source, given what its page answers."""

    def find(name, offer):
        source = CATALOGUE.sources[name]
        publishers.offers[source.refresh.address] = offer
        access = Access(mirrors=publishers.mirrors, pauses=(0,), timeout=(5, 5))
        return newest(source, source.refresh, tmp_path, access)

    return find


class TestGovUk:
    def test_it_is_the_attachment_of_the_latest_day_in_its_name_whatever_the_order(self, found):
        names = [f"{PFA}-230126.ods", f"{PFA}-230426.ods", f"{PFA}-241025.ods", "prc-csp-onwards-tables-230726.ods"]
        release = found("recorded-crime", page(*map(attachment, names)))
        assert release.name == f"{PFA}-230426.ods"
        assert release.address == attachment(release.name)["url"]
        assert (release.edition, release.day) == ("23 April 2026", date(2026, 4, 23))

    def test_a_name_without_a_day_has_that_of_the_page(self, found):
        release = found("recorded-crime", page(attachment(f"{PFA}-final.xlsx"), updated="2026-07-23T09:30:00+01:00"))
        assert (release.edition, release.day) == ("23 July 2026", date(2026, 7, 23))

    def test_a_release_of_a_later_year_goes_before_a_later_correction_of_an_earlier_one(self, found):
        names = ["prc-outcomes-open-data-mar2026-tables-230726.ods", "prc-outcomes-open-data-mar2025-tables-010826.ods"]
        assert found("outcomes-2024-25", page(*map(attachment, names))).name == names[0]

    def test_two_files_of_the_same_day_are_both_named_and_none_is_taken(self, found):
        offer = page(attachment(f"{PFA}-230426.ods"), attachment(f"{PFA}-230426.xlsx"))
        with pytest.raises(BuildError, match=rf"none is the newest: {PFA}-230426.ods, {PFA}-230426.xlsx"):
            found("recorded-crime", offer)

    def test_a_page_without_such_a_file_is_told_with_what_it_offers(self, found):
        with pytest.raises(BuildError) as raised:
            found("recorded-crime", page(attachment("police-crime-2026.ods")))
        message = str(raised.value)
        assert message.startswith(f"recorded-crime: {server.CRIME_PAGE}: offers no file named {PFA}-*.ods or")
        assert "its files: police-crime-2026.ods; if the publisher renamed it, change sources.toml" in message

    @pytest.mark.parametrize(
        "name", ["..%2F..%2Fprc-pfa-mar2013-onwards-tables-230426.ods", f"{PFA}-..\\..\\x.ods", f"{PFA}- 1.ods"]
    )
    def test_a_name_that_could_lead_elsewhere_is_no_offer(self, found, name):
        with pytest.raises(BuildError, match="its files: none"):
            found("recorded-crime", page(attachment(name)))

    @pytest.mark.parametrize(
        "said",
        [
            {"document_type": "redirect", "redirects": [{"path": "/government/a-page", "destination": "/elsewhere"}]},
            {"details": {"attachments": ["a.ods"]}, "public_updated_at": "2026-07-23T09:30:00+01:00"},
            {"details": {"attachments": []}, "public_updated_at": "yesterday"},
            [],
        ],
        ids=["moved", "no attachments as before", "no date", "a list"],
    )
    def test_a_page_of_another_shape_is_told(self, found, said):
        with pytest.raises(BuildError, match=r"^recorded-crime: https://www\.gov\.uk/api/.*is no list of files"):
            found("recorded-crime", Offer(json.dumps(said).encode()))


class TestArcGis:
    def test_it_is_the_newest_edition_of_the_ultra_generalised_boundaries(self, found):
        names = ["2022_EW_BUC", "2024_EW_BUC", "2023_EW_BUC", "2025_EW_BFC"]
        release = found("boundaries", services(*(f"Police_Force_Areas_December_{name}" for name in names)))
        assert release.name == "Police_Force_Areas_December_2024_EW_BUC.geojson"
        assert release.address == server.areas_address("Police_Force_Areas_December_2024_EW_BUC")
        assert (release.edition, release.day) == ("December 2024 edition", None)

    def test_what_the_catalogue_knows_of_an_edition_is_kept(self, found):
        source = CATALOGUE.sources["boundaries"]
        release = found("boundaries", services("Police_Force_Areas_December_2023_EW_BUC"))
        assert (release.edition, release.day) == (source.release, source.release_date)

    def test_a_list_without_them_is_told(self, found):
        with pytest.raises(
            BuildError, match=r"offers no file named .*Police_Force_Areas_\*_EW_BUC\.geojson; its files"
        ):
            found("boundaries", services())


def test_a_list_of_forces_is_the_file_itself(found, publishers):
    release = found("police-uk-forces", Offer(b"[]"))
    assert (release.name, release.address) == ("forces.json", server.FORCES)
    assert publishers.requests == []


@pytest.mark.parametrize("source", [source for source in CATALOGUE.sources.values() if source.refresh], ids=str)
def test_every_rule_of_the_catalogue_has_a_publisher_that_the_server_of_these_tests_replays(source):
    assert source.refresh.address in {
        server.CRIME_PAGE, server.WORKFORCE_PAGE, f"{server.SERVICES}?f=json", server.FORCES
    }  # fmt: skip
