"""A web server that answers as GOV.UK, ONS and data.police.uk do, and misbehaves when told to."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType

ODS = "application/vnd.oasis.opendocument.spreadsheet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GOV_UK = "https://www.gov.uk/api/content/government/statistical-data-sets/"
ASSETS = "https://assets.publishing.service.gov.uk/media/"
CRIME_PAGE = GOV_UK + "police-recorded-crime-and-outcomes-open-data-tables"
WORKFORCE_PAGE = GOV_UK + "police-workforce-open-data-tables"
SERVICES = "https://services1.arcgis.com/ESMARspQHYMw9BZ9/arcgis/rest/services"
FORCES = "https://data.police.uk/api/forces"


@dataclass
class Offer:
    """What lies at an address, and the faults that the next requests for it meet, one each."""

    content: bytes
    kind: str = "application/json"
    etag: str = '"edition-1"'
    ranges: bool = True
    faults: list[Callable[["Handler", "Offer"], None]] = field(default_factory=list)


@dataclass
class Publishers:
    """The server: what it offers by address, and the requests it got as (address, headers)."""

    base: str
    offers: dict[str, Offer] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    sent_half: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    @property
    def mirrors(self) -> dict[str, str]:
        return {"https://": f"{self.base}/"}

    def asked(self, address: str) -> list[dict[str, str]]:
        """Return the headers of every request for an address."""
        return [headers for asked, headers in self.requests if asked == address]


class Handler(BaseHTTPRequestHandler):
    """Answers GET with what is offered, whole, as a part, or as unchanged."""

    protocol_version = "HTTP/1.1"
    publishers: Publishers

    def do_GET(self):
        address = "https:/" + self.path
        self.publishers.requests.append((address, dict(self.headers)))
        offer = self.publishers.offers.get(address)
        if offer is None:
            status(404)(self, Offer(b""))
        elif offer.faults:
            offer.faults.pop(0)(self, offer)
        else:
            self.answer(offer)

    def answer(self, offer):
        if offer.etag and self.headers.get("If-None-Match") == offer.etag:
            self.begin(304, {"ETag": offer.etag})
            return
        start = 0
        asked = self.headers.get("Range")
        if asked and offer.ranges and self.headers.get("If-Range") == offer.etag:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(offer.content):
                self.begin(416, {"Content-Range": f"bytes */{len(offer.content)}", "Content-Length": "0"})
                return
        self.begin(206 if start else 200, self.headers_of(offer, start))
        self.wfile.write(offer.content[start:])

    def headers_of(self, offer, start=0):
        size = len(offer.content)
        part = {"Content-Range": f"bytes {start}-{size - 1}/{size}"} if start else {}
        tag = {"ETag": offer.etag} if offer.etag else {}
        return {"Content-Type": offer.kind, "Content-Length": str(size - start), **tag, **part}

    def begin(self, code, headers):
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_):
        pass


def status(code):
    """Answer with a status and a page that says so."""

    def fault(handler, _offer):
        page = f"<!DOCTYPE html><title>{code}</title>".encode()
        handler.begin(code, {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(page))})
        handler.wfile.write(page)

    return fault


def cut_off(handler, offer):
    """Promise the whole file, send half of it and hang up."""
    handler.begin(200, handler.headers_of(offer))
    handler.wfile.write(offer.content[: len(offer.content) // 2])
    handler.close_connection = True


def silent(handler, _offer):
    """Send nothing until the test ends."""
    handler.publishers.let_go.wait(30)
    handler.close_connection = True


def half_then_silent(handler, offer):
    """Send half of the file, tell the test, and nothing more until it ends."""
    handler.begin(200, handler.headers_of(offer))
    handler.wfile.write(offer.content[: len(offer.content) // 2])
    handler.wfile.flush()
    handler.publishers.sent_half.set()
    silent(handler, offer)


def endless(handler, offer):
    """Send blocks for ever, without saying how many."""
    handler.begin(200, {"Content-Type": offer.kind, "Transfer-Encoding": "chunked"})
    try:
        while True:
            handler.wfile.write(b"10000\r\n" + bytes(0x10000) + b"\r\n")
    except OSError:  # the reader has seen enough
        handler.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Say nothing of readers who hang up."""


@contextmanager
def serving(offers: Mapping[str, Offer] = MappingProxyType({})) -> Iterator[Publishers]:
    """Serve on a free port of this machine until the block ends."""
    server = _Server(("127.0.0.1", 0), type("Bound", (Handler,), {}))
    publishers = Publishers(f"http://127.0.0.1:{server.server_port}", dict(offers))
    server.RequestHandlerClass.publishers = publishers
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield publishers
    finally:
        publishers.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()


def attachment(name, kind=XLSX, size=1000):
    """Return an attachment as GOV.UK's content API lists it."""
    return {
        "accessible": False,
        "alternative_format_contact_email": "statistics@example.org",
        "attachment_type": "file",
        "content_type": kind,
        "file_size": size,
        "filename": name,
        "id": name,
        "title": name,
        "url": ASSETS + f"68f1{len(name):020x}/{name}",
    }


def page(*attachments, updated="2026-07-23T09:30:02+01:00"):
    """Return a page as GOV.UK's content API gives it."""
    said = {
        "base_path": "/government/statistical-data-sets/a-page",
        "content_id": "5fec0a0e-7631-11e4-a3cb-005056011aef",
        "document_type": "statistical_data_set",
        "schema_name": "statistical_data_set",
        "locale": "en",
        "title": "Open data tables",
        "public_updated_at": updated,
        "updated_at": updated,
        "details": {"attachments": list(attachments), "body": "<h2>Open data tables</h2>"},
        "links": {},
    }
    return Offer(json.dumps(said).encode(), "application/json; charset=utf-8", etag='W/"page"')


def services(*names):
    """Return a list of ArcGIS services as ONS's server gives it."""
    listed = [
        {"name": name, "type": "FeatureServer", "url": f"{SERVICES}/{name}/FeatureServer"}
        for name in ("Wards_December_2023_Boundaries_UK_BGC", *names)
    ]
    return Offer(json.dumps({"currentVersion": 11.5, "services": listed}).encode(), etag="")


def areas_address(service):
    return f"{SERVICES}/{service}/FeatureServer/0/query?where=1%3D1&outFields=*&f=geojson"


def without_proxy(monkeypatch):
    """Let requests reach this machine even where a proxy is set."""
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
