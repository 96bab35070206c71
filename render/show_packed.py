"""How are the marks of a show handed to a browser? As plain values, each mark once however many slides have it.

Two slides that share a mark name the same one, so that the browser sees at once what stands still. The values are
those of :mod:`render.show_marks` with coordinates to a tenth of a point; what is as usual is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isnan
from typing import Any, assert_never

import orjson

from render.region_drawing import Points
from render.show_marks import Area, Circle, Dots, Mark, Stroke, Text

DECIMALS = 1
ON_MAP = "map"  # the role of a text that must be told from a map


class Packed:
    """Marks that are kept once; :attr:`marks` are those that were put in so far."""

    def __init__(self) -> None:
        self.marks: list[dict[str, Any]] = []
        self._numbers: dict[bytes, int] = {}

    def put(self, scene: Iterable[Mark]) -> list[int]:
        """The numbers of a slide's marks, in drawing order."""
        return [self._number(_values(each)) for each in scene]

    def _number(self, values: dict[str, Any]) -> int:
        kept = {name: value for name, value in values.items() if name == "text" or (value != "" and value is not False)}
        written = orjson.dumps(kept)
        if written not in self._numbers:
            self._numbers[written] = len(self.marks)
            self.marks.append(kept)
        return self._numbers[written]


def _values(mark: Mark) -> dict[str, Any]:
    match mark:
        case Text():
            anchor = "" if mark.anchor == "start" else mark.anchor
            words = {"text": mark.text, "size": _short(mark.size), "bold": mark.is_bold, "anchor": anchor}
            more = words | {"onMap": mark.role == ON_MAP, "role": "" if mark.role == ON_MAP else mark.role}
            return {"kind": "text", "key": mark.key, "x": _short(mark.x), "y": _short(mark.y), "tone": mark.tone} | more
        case Area():
            shape = {"rings": [_flat(each) for each in mark.rings], "edge": mark.edge, "sheer": mark.is_sheer}
            return {"kind": "area", "key": mark.key, "tone": mark.tone} | shape
        case Circle():
            at = {"x": _short(mark.x), "y": _short(mark.y), "radius": _short(mark.radius)}
            return {"kind": "circle", "key": mark.key, "tone": mark.tone} | at
        case Stroke():
            line = {"points": _flat(mark.points), "width": _short(mark.width), "dashed": mark.is_dashed}
            return {"kind": "stroke", "key": mark.key, "tone": mark.tone} | line
        case Dots():
            strong = "".join("01"[each] for each in mark.strong)
            return {"kind": "dots", "key": mark.key, "points": _flat(mark.points), "strong": strong,
                    "radius": round(mark.radius, 2)}  # fmt: skip
    assert_never(mark)


def _flat(points: Points) -> list[float | None]:
    """x, y, x, y and so on; None where there is no place."""
    flat: Sequence[float] = points.reshape(-1).tolist()
    return [None if isnan(each) else _short(each) for each in flat]


def _short(value: float) -> float:
    """To a tenth of a point, and written without one where there is none."""
    rounded = round(float(value), DECIMALS)
    return int(rounded) if rounded.is_integer() else rounded
