"""A visitor without a browser: speaks the protocol of Streamlit's front end over its socket and measures each run.

    async with Session.connected("127.0.0.1:8501") as visitor:
        first = await visitor.open("compare", "force=essex")
        again = await visitor.select("Police force", "Kent")

It does what the front end does and counts: it sends the state of all choices with each request, and keeps the large
messages of the last runs so that the server may refer to them. It draws nothing and fetches nothing else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Selectbox_pb2 import Selectbox
from websockets.asyncio.client import ClientConnection, connect

_ERROR_ALERT = 1
_RETRY_SECONDS = 0.03


class SessionError(RuntimeError):
    """The server failed, answered with an error, or shows something else than was asked for."""


@dataclass(frozen=True)
class Run:
    """What one run of a page cost its visitor.

    `seconds` from the request sent to the message that the script has finished; `messages` is the bytes of all messages
    since, as a browser unpacks them; `wire` the bytes that came over the connection, fewer if the server compresses.
    """

    seconds: float
    messages: int
    wire: int


class _CountingConnection(ClientConnection):
    """A connection that counts what it receives, still compressed and in frames."""

    received = 0

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        super().data_received(data)


@dataclass
class _Kept:
    """A message that the server may refer to, and the run in which it was last used."""

    message: ForwardMsg
    used: int


class _MessageCache:
    """The front end's cache of messages that the server marks as worth keeping."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._run = 0
        self.oldest = 2

    def hashes(self) -> list[str]:
        """Return the names of the messages that need not be sent again."""
        return list(self._kept)

    def resolved(self, message: ForwardMsg) -> ForwardMsg:
        """Return the message that this one stands for, and keep it if it is worth that."""
        if message.WhichOneof("type") == "ref_hash":
            kept = self._kept[message.ref_hash]
            kept.used = self._run
            meant = ForwardMsg()
            meant.CopyFrom(kept.message)
            meant.metadata.CopyFrom(message.metadata)
            return meant
        if message.metadata.cacheable:
            self._kept[message.hash] = _Kept(message, self._run)
        return message

    def finish_run(self) -> None:
        """Drop what has not been used for too many runs."""
        self._run += 1
        self._kept = {name: kept for name, kept in self._kept.items() if self._run - kept.used <= self.oldest}


@dataclass
class Session:
    """One visitor's connection, with what the page shows and what has been chosen on it.

    `elements` are those of the last run, in the order in which they came; `query` is the address's query now.
    """

    connection: _CountingConnection
    elements: list[Element] = field(default_factory=list)
    query: str = ""
    _page_hash: str = ""
    _choices: dict[str, str] = field(default_factory=dict)
    _groups: dict[str, list[str]] = field(default_factory=dict)
    _cache: _MessageCache = field(default_factory=_MessageCache)

    @classmethod
    @asynccontextmanager
    async def connected(cls, address: str, patience: float = 0.0) -> AsyncIterator[Session]:
        """Give a session with the server at host:port, waiting up to `patience` seconds for it to come up."""
        until = time.monotonic() + patience
        while True:
            try:
                connection = await connect(
                    f"ws://{address}/_stcore/stream",
                    create_connection=_CountingConnection,
                    max_size=None,
                    proxy=None,
                )
                break
            except OSError as error:
                if time.monotonic() > until:
                    raise SessionError(f"no server answers at {address}: {error}") from error
                await asyncio.sleep(_RETRY_SECONDS)
        async with connection:
            if not isinstance(connection, _CountingConnection):
                raise SessionError("the connection does not count what it receives")
            yield cls(connection)

    async def open(self, page: str = "", query: str = "") -> Run:
        """Open a page ("" is the first one) with a query string, as a visitor who follows a link."""
        self.query, self._page_hash = query, ""
        self._choices.clear()
        self._groups.clear()
        return await self._run(page)

    async def select(self, label: str, option: str) -> Run:
        """Choose an option, named as shown, in the select box with this label."""
        box = self.selectbox(label)
        if option not in box.options:
            raise SessionError(f"{label!r} offers no {option!r}")
        self._choices[box.id] = option
        return await self._run()

    async def rerun(self) -> Run:
        """Run the page again with nothing changed."""
        return await self._run()

    def selectbox(self, label: str) -> Selectbox:
        """Return the select box with this label."""
        for element in self.elements:
            if element.WhichOneof("type") == "selectbox" and element.selectbox.label == label:
                return element.selectbox
        raise SessionError(f"the page has no select box {label!r}")

    def texts(self) -> list[str]:
        """Return the headings and paragraphs that the page shows, in order."""
        bodies = {"heading": lambda element: element.heading.body, "markdown": lambda element: element.markdown.body}
        kinds = [(element, element.WhichOneof("type")) for element in self.elements]
        return [str(bodies[kind](element)).strip() for element, kind in kinds if kind in bodies]

    async def _run(self, page: str = "") -> Run:
        request = self._request(page)
        self.elements = []
        messages, wire = 0, self.connection.received
        start = time.perf_counter()
        await self.connection.send(request.SerializeToString())
        while True:
            payload = await self.connection.recv(decode=False)
            messages += len(payload)
            message = self._cache.resolved(ForwardMsg.FromString(payload))
            if self._has_finished(message):
                seconds = time.perf_counter() - start
                break
            self._take(message)
        self._cache.finish_run()
        self._remember_choices()
        return Run(seconds, messages, self.connection.received - wire)

    def _request(self, page: str) -> BackMsg:
        request = BackMsg()
        state = request.rerun_script
        state.query_string = self.query
        state.page_name = page
        state.page_script_hash = self._page_hash
        state.cached_message_hashes.extend(self._cache.hashes())
        state.context_info.timezone = "Europe/London"
        state.context_info.locale = "en-GB"
        state.context_info.color_scheme = "light"
        for name, chosen in self._choices.items():
            state.widget_states.widgets.add(id=name, string_value=chosen)
        for name, pressed in self._groups.items():
            state.widget_states.widgets.add(id=name).string_array_value.data.extend(pressed)
        return request

    def _has_finished(self, message: ForwardMsg) -> bool:
        if message.WhichOneof("type") != "script_finished":
            return False
        if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            raise SessionError("the page's script does not compile")
        # A script that asks to be run again finishes early; the run that the visitor waits for follows.
        return message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._show(message.delta.new_element)
        elif kind == "new_session":
            self.elements = []
            self._page_hash = message.new_session.page_script_hash
            self._cache.oldest = message.new_session.config.max_cached_message_age
        elif kind == "navigation":
            self._page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "page_not_found":
            raise SessionError(f"there is no page {message.page_not_found.page_name!r}")

    def _show(self, element: Element) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise SessionError(f"the page shows {element.exception.type}: {element.exception.message}")
        if kind == "alert" and element.alert.format == _ERROR_ALERT:
            raise SessionError(f"the page shows an error: {element.alert.body}")
        self.elements.append(element)

    def _remember_choices(self) -> None:
        """Keep the state of each choice on the page: what the server sets, else what was chosen, else its start."""
        shown = [element.selectbox for element in self.elements if element.WhichOneof("type") == "selectbox"]
        self._choices = {box.id: choice for box in shown if (choice := self._choice(box)) is not None}
        groups = [element.button_group for element in self.elements if element.WhichOneof("type") == "button_group"]
        self._groups = {
            group.id: list(group.raw_values)
            if group.set_value
            else self._groups.get(group.id, [group.options[index].content for index in group.default])
            for group in groups
        }

    def _choice(self, box: Selectbox) -> str | None:
        if box.set_value:
            return box.raw_value
        if box.id in self._choices:
            return self._choices[box.id]
        return box.options[box.default] if box.HasField("default") else None
