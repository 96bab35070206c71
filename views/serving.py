"""What stands around the pages? A health address, bounds on what comes in, headers on what goes out, and a clean end.

Every request and every session passes through here, whichever page it is for; who may see what is no matter of this.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import signal
import threading
import time
import tomllib
import webbrowser
from base64 import b64encode
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, ClassVar

import streamlit as st
import uvicorn
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from graph.errors import NarverkError
from graph.supply import compile_ahead
from ingest.apart import end_readers
from views import lent
from views.common import close_stores, standing_revision
from views.jobs import end_jobs
from views.uploads import remove_folders

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ROOT = Path(__file__).resolve().parents[1]
HEALTH_LIMIT_S = 3.0  # a store that takes longer is not well
HEALTH_KEPT_S = 1.0  # so a flood of questions is one question a second to the store
UPLOADS = "/_stcore/upload_file/"
MOST_ELSEWHERE_BYTES = 64 * 1024  # only uploads have a body worth the name
AROUND_A_FILE_BYTES = 1024 * 1024  # what a form adds to the file in it
LEAVE_S = 5.0  # so long may what is under way take when the program is asked to end
POLICY = "Content-Security-Policy"
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


# -- how is it? ------------------------------------------------------------------------------------------------------


class Pulse:
    """The region's revision, asked of the store by one thread at a time, however many want to know."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "narverk health")
        self._asking: asyncio.Future[int] | None = None
        self._known: tuple[float, int] = (float("-inf"), 0)

    async def revision(self) -> int:
        """The revision; at most :data:`HEALTH_KEPT_S` old.

        Raises:
            TimeoutError: the store has not answered within :data:`HEALTH_LIMIT_S`.
            NarverkError: what the store said instead.
        """
        if time.monotonic() - self._known[0] < HEALTH_KEPT_S:
            return self._known[1]
        if self._asking is None or self._asking.done():
            self._asking = asyncio.get_running_loop().run_in_executor(self._thread, standing_revision)
        found = await asyncio.wait_for(asyncio.shield(self._asking), HEALTH_LIMIT_S)
        self._known = (time.monotonic(), found)
        return found


_pulse = Pulse()


@cache
def version() -> str:
    """Which Närverk this is."""
    project: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["version"]


async def health(_request: Request) -> JSONResponse:
    """Whether the region can be read: 200 with its revision, else 503 with a code; never an address or a path."""
    try:
        return _told({"status": "ok", "revision": await _pulse.revision(), "version": version()}, 200)
    except TimeoutError:
        code = "store_slow"
    except NarverkError as error:
        code = error.code
    except Exception:  # whatever it is, nobody is served
        code = "unexpected"
    return _told({"status": "unavailable", "code": code, "version": version()}, 503)


def _told(answer: dict[str, str | int], status: int) -> JSONResponse:
    return JSONResponse(answer, status, {"Cache-Control": "no-store"})


# -- what comes in and what goes out ---------------------------------------------------------------------------------


@cache
def headers() -> dict[str, str]:
    """What every answer carries.

    Scripts come from here alone: from files, from the texts of our own components (``blob:``), and the one that stands
    in Streamlit's page, by its hash; maps are drawn by WebAssembly. Styles are set by scripts, hence in the page.
    """
    policy = {
        "default-src": "'none'",
        "script-src": f"'self' blob: 'wasm-unsafe-eval' {' '.join(_hashes_of_scripts())}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "frame-src": "'self'",
        "worker-src": "'none'",
        "form-action": "'self'",
        "base-uri": "'self'",
        "frame-ancestors": "'none'",
    }
    unused = ("camera", "geolocation", "microphone", "payment", "usb")
    return {
        POLICY: "; ".join(f"{name} {sources}" for name, sources in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{each}=()" for each in unused),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def _hashes_of_scripts() -> list[str]:
    page = Path(st.__file__).with_name("static") / "index.html"
    scripts = INLINE_SCRIPT.findall(page.read_text(encoding="utf-8"))
    return [f"'sha256-{b64encode(hashlib.sha256(each.encode()).digest()).decode()}'" for each in scripts]


class TooLarge(Exception):
    """More came than may come."""


class Around:
    """Around every request and session: bounds, headers, and a list of what is under way."""

    under_way: ClassVar[set[asyncio.Task[Any]]] = set()

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or a session."""
        task = asyncio.current_task()
        if scope["type"] == "lifespan" or task is None:
            await self._app(scope, receive, send)
            return
        self.under_way.add(task)
        try:
            await (self._bounded if scope["type"] == "http" else self._app)(scope, receive, send)
        finally:
            self.under_way.discard(task)

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        most, came, answered = _most_bytes(scope["path"]), 0, False

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > most:
                raise TooLarge
            return message

        async def dressed(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                sent = MutableHeaders(scope=message)
                own_policy = sent.get(POLICY)
                sent.update(headers())
                if own_policy:  # of a page with scripts of its own
                    sent[POLICY] = own_policy
            await send(message)

        try:
            if _said_length(Headers(scope=scope)) > most:
                raise TooLarge
            await self._app(scope, counted, dressed)
        except TooLarge:
            if not answered:
                refusal = PlainTextResponse("Too large\n", 413, {"Connection": "close"})
                await refusal(scope, receive, dressed)


def _most_bytes(path: str) -> int:
    if UPLOADS not in path:
        return MOST_ELSEWHERE_BYTES
    return int(st.get_option("server.maxUploadSize")) * 1024 * 1024 + AROUND_A_FILE_BYTES


def _said_length(asked: Headers) -> int:
    said = asked.get("content-length", "0")
    return int(said) if said.isascii() and said.isdigit() else 0


# -- beginning and end -----------------------------------------------------------------------------------------------


@asynccontextmanager
async def from_start_to_end(_app: object) -> AsyncIterator[None]:
    """Open a browser where a person sits; when asked to end, leave nothing behind and nothing half done."""
    _leave_in_time(asyncio.get_running_loop())
    threading.Thread(target=compile_ahead, daemon=True).start()
    if not st.get_option("server.headless"):
        threading.Thread(target=webbrowser.open, args=(_own_address(),), daemon=True).start()
    try:
        yield
    finally:
        await asyncio.to_thread(end_jobs, LEAVE_S)
        end_readers()
        remove_folders()
        close_stores()


def _leave_in_time(loop: asyncio.AbstractEventLoop) -> None:
    """End as a program does that has nothing more to do, and at last without what will not end, as a slow upload.

    Uvicorn's own answer to a signal is to die of it once all is served: nothing that is to be done at the end is done.
    """
    if threading.current_thread() is not threading.main_thread():
        return

    def cut() -> None:
        for each in set(Around.under_way):
            each.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        usual = signal.getsignal(number)

        def asked(number: int, frame: FrameType | None, usual: Any = usual) -> None:
            server = getattr(usual, "__self__", None)
            if isinstance(server, uvicorn.Server) and not server.should_exit:
                server.should_exit = True
                loop.call_soon_threadsafe(loop.call_later, LEAVE_S, cut)
                last = threading.Timer(2 * LEAVE_S, os._exit, (0,))
                last.daemon = True
                last.start()
            elif callable(usual):
                usual(number, frame)

        signal.signal(number, asked)


def _own_address() -> str:
    """Where a browser on this machine finds the app."""
    host = st.get_option("server.address")
    if host in {None, "0.0.0.0", "::"}:  # noqa: S104 - every address: this machine's own is among them
        host = "localhost"
    return f"http://{host}:{st.get_option('server.port')}/{st.get_option('server.baseUrlPath')}"


ROUTES = [Route("/health", health), lent.ROUTE]
MIDDLEWARE = [Middleware(Around)]
