"""How does a page that was made here get a window of its own? At an address that nobody can guess, for a while.

Pages of the app allow no script but the app's own; a show is a whole page with its own, so it is served beside them.
The address opens in the browser that it was made for alone: who has logged in there, and only as long as that lasts.
It is kept in memory, so that it ends with the program, and never shared by a link.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

LOG_IN = "_streamlit_user"  # the cookies by which Streamlit knows who has logged in begin so
KEPT_S = 12 * 60 * 60.0
MOST_KEPT, ID_BYTES = 40, 32
POLICY = "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
"""Beside what the page says of itself: what it may load stands in it."""


class _Lent(NamedTuple):
    """A page, whose it is, and until when it is there (seconds of :func:`time.monotonic`)."""

    page: bytes
    whose: str
    until: float


_pages: OrderedDict[str, _Lent] = OrderedDict()
_lock = Lock()


def lend(page: bytes) -> str:
    """The address (below the app's own) at which who looks now finds the page."""
    whose = _whose(_here())
    with _lock:
        now = time.monotonic()
        for name in [name for name, each in _pages.items() if each.until < now]:
            del _pages[name]
        for name, each in _pages.items():
            if each.page == page and each.whose == whose:
                _pages.move_to_end(name)
                return f"/own-window/{name}"
        name = secrets.token_urlsafe(ID_BYTES)
        _pages[name] = _Lent(page, whose, now + KEPT_S)
        while len(_pages) > MOST_KEPT:
            _pages.popitem(last=False)
    return f"/own-window/{name}"


def _here() -> Mapping[str, str]:
    """The cookies of who looks now."""
    return st.context.cookies


def _whose(cookies: Mapping[str, str]) -> str:
    """Stands for who has logged in, "" where nobody has; a long cookie comes in parts."""
    parts = sorted((name, value) for name, value in cookies.items() if name.startswith(LOG_IN))
    return hashlib.sha256(repr(parts).encode()).hexdigest() if parts else ""


async def show(request: Request) -> Response:
    """The page, to the browser it was made for; to any other there is none."""
    found = _pages.get(request.path_params["name"])
    if found is None or found.until < time.monotonic() or found.whose != _whose(request.cookies):
        return PlainTextResponse("Not found\n", 404, {"Cache-Control": "no-store"})
    return HTMLResponse(found.page, headers={"Cache-Control": "no-store", "Content-Security-Policy": POLICY})


ROUTE = Route("/own-window/{name}", show)
