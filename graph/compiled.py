"""How do loops over columns run at the speed of the machine? Compiled by numba, once on each computer.

What is compiled at the first call is kept on the disk, beside the source or else in the user's cache, for the
processes after. A compiled function takes and gives numbers and arrays, lets other threads run meanwhile, and calls
only compiled functions and reads only constants of its own file: it is compiled anew when that file changes, and for
nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

Takes = ParamSpec("Takes")
Gives = TypeVar("Gives")


def compiled(function: Callable[Takes, Gives]) -> Callable[Takes, Gives]:
    """The function as machine code; where nothing can be kept on the disk, each process compiles it for itself."""
    try:
        made = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder to write in
        made = njit(nogil=True)(function)
    return cast("Callable[Takes, Gives]", made)
