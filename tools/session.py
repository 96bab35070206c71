"""How does one use the app without a browser? A session over WebSocket, as a browser opens it.

It goes to pages, writes into their fields, and reads what comes back as the browser would, but draws nothing: fifty of
them cost less than one browser.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

ANSWER_LIMIT_S = 300


class Failed(Exception):
    """An interaction ended otherwise than it should; says how."""


@dataclass
class Session:
    """A browser's session, without the browser: where it is, what stands in its fields."""

    connection: ClientConnection
    page: str = ""
    query: str = ""
    fields: dict[str, str] = field(default_factory=dict)  # identifiers of the page's widgets by their keys
    filled: dict[str, str] = field(default_factory=dict)  # what was written, by identifier
    texts: list[str] = field(default_factory=list)  # what the page says, as HTML
    elements: int = 0  # that the last answer drew, and what holds them

    async def open(self, page: str, query: str = "") -> tuple[float, int]:
        """Go to a page by its address; seconds and bytes of the answer."""
        self.page, self.query = page, query
        self.fields, self.filled = {}, {}
        return await self.rerun()

    async def fill(self, key: str, text: str) -> tuple[float, int]:
        """Write into the field of that key; seconds and bytes of the answer."""
        self.filled[self.fields[key]] = text
        return await self.rerun()

    async def rerun(self) -> tuple[float, int]:
        """Have the page run; seconds and bytes of the answer.

        Raises:
            Failed: an exception or a warning is shown, or the run ended in an error.
        """
        message = BackMsg()
        message.rerun_script.query_string, message.rerun_script.page_name = self.query, self.page
        for identifier, text in self.filled.items():
            message.rerun_script.widget_states.widgets.add(id=identifier, string_value=text)
        self.texts, self.elements, started, received = [], 0, time.perf_counter(), 0
        await self.connection.send(message.SerializeToString())
        async for said, size in self._answer():
            received += size
            self._note(said)
        return time.perf_counter() - started, received

    async def _answer(self) -> AsyncIterator[tuple[ForwardMsg, int]]:
        """Messages and their sizes, until a run of the script has ended for good."""
        while True:
            _acknowledge_at_once(self.connection)
            data = await asyncio.wait_for(self.connection.recv(decode=False), ANSWER_LIMIT_S)
            said = ForwardMsg.FromString(data)
            yield said, len(data)
            if said.WhichOneof("type") == "script_finished":
                if said.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                if said.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    raise Failed("the script does not compile")
                return

    def _note(self, said: ForwardMsg) -> None:
        if said.WhichOneof("type") == "page_not_found":
            raise Failed(f"no page {self.page}")
        if said.WhichOneof("type") != "delta":
            return
        self.elements += 1
        if said.delta.WhichOneof("type") != "new_element":
            return
        kind = said.delta.new_element.WhichOneof("type") or ""
        shown = getattr(said.delta.new_element, kind, None)
        if kind == "exception":
            raise Failed(f"{self.page}: {shown.type if shown else ''}")
        if kind == "html" and shown:
            self.texts.append(shown.body)
            if 'role="alert"' in shown.body:
                raise Failed(f"{self.page}: {shown.body[:120]}")
        if identifier := str(getattr(shown, "id", "")):
            self.fields[identifier.rpartition("-")[2]] = identifier


def _acknowledge_at_once(connection: ClientConnection) -> None:
    """Else Linux waits 40 ms before it tells the server that a small message arrived."""
    raw = connection.transport.get_extra_info("socket")
    if hasattr(socket, "TCP_QUICKACK"):
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


@contextlib.asynccontextmanager
async def session(address: str, headers: Mapping[str, str] | None = None) -> AsyncIterator[Session]:
    """A session at the app's address (``http://127.0.0.1:8501``), opened as a browser does."""
    url = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    async with connect(
        url,
        subprotocols=["streamlit"],  # type: ignore[list-item]
        origin=address,  # type: ignore[arg-type]
        additional_headers=headers,
        max_size=None,
        proxy=None,
    ) as connection:
        yield Session(connection)
