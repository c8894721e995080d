"""Documents over HTTP: their addresses, the bounded queue, and a maker that dies."""

import os
import signal
import threading

import pytest

import comparator
from comparator.analysis.briefing import asked
from comparator.ui import briefings

SNAPSHOT = comparator.open_snapshot()
NOTES = {"force": "kent", "to": "2025-12", "peers": "similar"}


@pytest.fixture
def get(serve):
    """Return a function that asks a real server of the documents' routes, none of which has been made yet."""
    briefings._files.clear()
    with serve(briefings.routes()) as ask:
        yield ask
    briefings.close()


def test_an_address_answers_with_the_document_that_it_names(get):
    choice = asked(SNAPSHOT, force="kent", period="2025-12", sections=["money"], measures=["shoplifting"])
    answer = get(briefings.address(choice, "briefing", "html"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="kent-2025-12-briefing.html"'
    assert "Kent spent £224 on policing for every person in 2024-25." in answer.text
    assert "What stands out" not in answer.text


def test_the_same_document_is_made_once(get):
    first = get("/documents/speaking-notes.docx", params=NOTES).content
    assert first[:2] == b"PK"
    # A Word file holds the time at which it was made, so that a second making would differ.
    assert get("/documents/speaking-notes.docx", params=NOTES).content == first
    assert len(briefings._files) == 1


@pytest.mark.parametrize(
    "address",
    [
        "briefing.exe",
        "secret.pdf",
        "..%2f..%2fetc%2fpasswd.pdf",
        "briefing.pdf?force=nowhere",
        "briefing.pdf?force=kent&to=2025-11",
        "briefing.pdf?force=kent&sections=weather",
        "briefing.pdf?force=kent&measures=<script>",
        "briefing.pdf?force=kent&peers=kent",
    ],
)
def test_what_does_not_exist_is_refused_in_plain_text(get, address):
    answer = get(f"/documents/{address}")
    assert answer.status_code == 404
    assert answer.headers.get("content-type", "text/plain").startswith("text/plain")
    assert not briefings._files


def test_a_crowd_is_asked_to_wait_and_what_is_queued_is_still_made(get, monkeypatch):
    monkeypatch.setattr(briefings, "MOST_WAITING", 3)
    answers = []

    def ask(force):
        answers.append(get("/documents/speaking-notes.docx", params={**NOTES, "force": force}))

    crowd = [threading.Thread(target=ask, args=(force,)) for force in list(SNAPSHOT.forces)[:12]]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    refused = [answer for answer in answers if answer.status_code == 503]
    assert refused
    assert {answer.status_code for answer in answers} == {200, 503}
    assert sum(answer.status_code == 200 for answer in answers) >= 3
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    assert all("try again in a minute" in answer.text for answer in refused)


def test_a_maker_that_dies_is_replaced(get):
    assert get("/documents/speaking-notes.html", params=NOTES).status_code == 200
    for process in list(briefings._maker()._processes):
        os.kill(process, signal.SIGKILL)
    statuses = [
        get("/documents/speaking-notes.html", params={**NOTES, "force": force}).status_code
        for force in ("essex", "surrey", "sussex")
    ]
    assert statuses[-1] == 200
    assert set(statuses) <= {200, 503}
