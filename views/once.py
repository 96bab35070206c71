"""What a page asks again and again while it is made, and who looks above all, is worked out once a run.

A run is the script of a page, or of a fragment that runs without its page; callbacks come before it, and ask anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")
_known: ContextVar[dict[Hashable, object] | None] = ContextVar("known_in_this_run", default=None)


@contextmanager
def a_run() -> Iterator[None]:
    """While it lasts, what is worked out :func:`once_a_run` is kept; one within another is the same run."""
    if _known.get() is not None:
        yield
        return
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def once_a_run(function: Callable[P, T]) -> Callable[P, T]:
    """The function, asked at most once a run for the same arguments; outside of a run it is asked every time."""

    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        known = _known.get()
        if known is None:
            return function(*args, **kwargs)
        key = (function, args, *kwargs.items())
        if key not in known:
            known[key] = function(*args, **kwargs)
        return cast("T", known[key])

    return asked


def ask_anew() -> None:
    """Let go of what this run has worked out: what it rests on has just changed here."""
    known = _known.get()
    if known is not None:
        known.clear()
