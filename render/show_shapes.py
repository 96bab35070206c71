"""What are a slide's marks in PowerPoint? Its own shapes, which whoever shows them can move, restyle and write in.

Areas, dots and lines are freeforms, discs are ovals and texts are text boxes. The marks of a picture are one group with
the picture in words for who does not see it. Lengths are points of the ground of 1600 by 900.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, assert_never
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from render.lettering import measure
from render.powerpoint import LANGUAGE_TAGS, plain
from render.region_drawing import Box, Points
from render.show_marks import COLOURS, LINE, SHEER, Area, Circle, Dots, Mark, Stroke, Text

UNIT = 7620
"""How many of PowerPoint's lengths (EMU) a point of the ground is."""
LETTER = 60  # hundredths of PowerPoint's points, in which letters are, in a point of the ground
FINE = 10  # parts of a point that a freeform is drawn in
ABOVE = 0.8  # of a line's height: what lies above its base
MIDDLE = 0.36  # of the letters' size: how far above its base a line has its middle
ROOM = 1.3  # height of a box around one line, in sizes of its letters
EDGE, HALO = 1.0, 4.0
TURN = 21_600_000  # a whole one, in PowerPoint's angles
_SPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
_ALIGNED = {"start": "l", "middle": "ctr", "end": "r"}
_RECTANGLE, _OVAL = (f'<a:prstGeom prst="{each}"><a:avLst/></a:prstGeom>' for each in ("rect", "ellipse"))
_NO_LINE = "<a:ln><a:noFill/></a:ln>"
_NUMBER_FIELD = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"  # any will do, as long as it is one
Insets: TypeAlias = tuple[float, float]
"""What is left free on both sides, and above."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text in letters of one kind; ``after`` it comes so much, ``indent`` hangs it after a dash."""

    text: str
    size: float
    tone: str = "ink"
    is_bold: bool = False
    after: float = 0.0
    indent: float = 0.0
    line: float = LINE  # its height, in sizes of the letters
    align: str = "l"


@dataclass(frozen=True, slots=True)
class Inside:
    """What is written in a shape: from its upper left corner on, or in its middle where there are no insets."""

    paragraphs: tuple[Paragraph, ...]
    insets: Insets | None = None


@dataclass(frozen=True, slots=True)
class _Shape:
    """A shape: what it is called, where it is, its outline with fill and line, and its text."""

    name: str
    box: Box
    outline: str
    text: str = ""


class Shapes:
    """The shapes of one slide, each after those that were there before."""

    def __init__(self, slide: Any, language: str) -> None:
        self._slide, self._tree = slide, slide.shapes._spTree
        self._tag = LANGUAGE_TAGS[language]

    def write(self, shape: Any, paragraphs: Sequence[Paragraph], box: Box | None = None) -> None:
        """Paragraphs in a place that the layout has for them, moved to a box."""
        from pptx.oxml import parse_xml

        if box:
            left, top, right, bottom = _lengths(box)
            shape.left, shape.top, shape.width, shape.height = left, top, right - left, bottom - top
        element = shape._element
        element.replace(element.txBody, parse_xml(self._body(Inside(tuple(paragraphs), (0.0, 0.0)), _SPACES)))

    def text_box(self, name: str, box: Box, paragraphs: Sequence[Paragraph]) -> None:
        """Paragraphs from the upper left corner of a box on."""
        text = self._body(Inside(tuple(paragraphs), (0.0, 0.0)))
        self._put(_written(_Shape(name, box, _RECTANGLE, text), self._free(), spaces=_SPACES))

    def foot(self, kind: str, number: int, box: Box, paragraph: Paragraph) -> None:
        """What stands below every slide, in the layout's place of a kind and a number; a slide's number goes along."""
        text = self._body(Inside((paragraph,), (0.0, 0.0)))
        if kind == "sldNum":
            run = f'<a:fld id="{_NUMBER_FIELD}" type="slidenum">'
            text = text.replace("<a:r>", run).replace("</a:r>", "</a:fld>")
        place = f'<p:ph type="{kind}" sz="quarter" idx="{number}"/>'
        self._put(_written(_Shape(kind, box, _RECTANGLE, text), self._free(), place, _SPACES))

    def group(self, name: str, alt: str, marks: Iterable[Mark], inside: Mapping[str, Inside]) -> None:
        """Marks that belong together, and what is written ``inside`` those of these keys."""
        drawn = [each for mark in marks for each in self._drawn(mark, inside)]
        if not drawn:
            return
        free = self._free()
        boxes = np.array([each.box for each in drawn])
        low, high = boxes[:, :2].min(axis=0).tolist(), boxes[:, 2:].max(axis=0).tolist()
        place = _place((*low, *high))
        place += place.replace("a:off", "a:chOff").replace("a:ext", "a:chExt")
        self._put(
            f"<p:grpSp {_SPACES}><p:nvGrpSpPr>{_named(free, name, alt)}<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"
            f"<p:grpSpPr><a:xfrm>{place}</a:xfrm></p:grpSpPr>"
            f"{''.join(_written(each, number) for number, each in enumerate(drawn, free + 1))}</p:grpSp>"
        )

    def fade_in(self) -> None:
        """The slide comes softly, so that what two slides share stands still."""
        from pptx.oxml import parse_xml

        self._slide._element.append(parse_xml(f'<p:transition {_SPACES} spd="med"><p:fade/></p:transition>'))

    def _free(self) -> int:
        """A number that no shape has, nor a larger one."""
        return 1 + max(int(each) for each in self._tree.xpath("//p:cNvPr/@id"))

    def _put(self, written: str) -> None:
        from pptx.oxml import parse_xml

        self._tree.append(parse_xml(written))

    # -- marks ---------------------------------------------------------------------------------------------------------

    def _drawn(self, mark: Mark, inside: Mapping[str, Inside]) -> Iterator[_Shape]:
        text = self._body(inside[mark.key]) if mark.key in inside else ""
        match mark:
            case Text():
                yield self._line(mark)
            case Area():
                points = np.concatenate(mark.rings)
                box = _around(points)
                line = _line(mark.edge, EDGE) if mark.edge else _NO_LINE
                outline = _RECTANGLE if _is_upright(points) else _freeform(box, map(_closed, mark.rings))
                yield _Shape(mark.key, box, outline + _fill(mark.tone, SHEER if mark.is_sheer else 1.0) + line, text)
            case Circle():
                yield _Shape(mark.key, _square(mark.x, mark.y, mark.radius), _OVAL + _fill(mark.tone) + _NO_LINE, text)
            case Stroke():
                box = _around(mark.points)
                outline = _freeform(box, [mark.points], is_closed=False)
                yield _Shape(mark.key, box, outline + _line(mark.tone, mark.width, mark.is_dashed))
            case Dots():
                placed, strong = ~np.isnan(mark.points[:, 0]), np.array(mark.strong, dtype=bool)
                for tone, chosen in (("accent", placed & strong), ("accent_mid", placed & ~strong)):
                    if chosen.any():
                        yield _dots(mark, mark.points[chosen], tone)
            case _:
                assert_never(mark)

    def _line(self, mark: Text) -> _Shape:
        """A line of text about where it stands; on a map with paper under it."""
        wide, high = measure(mark.size, bold=mark.is_bold)(mark.text), ROOM * mark.size
        left = mark.x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[mark.anchor]
        middle, halo = mark.y - MIDDLE * mark.size, HALO if mark.role == "map" else 0.0
        box = (left - halo, middle - high / 2, left + wide + halo, middle + high / 2)
        paragraph = Paragraph(mark.text, mark.size, mark.tone, mark.is_bold, align=_ALIGNED[mark.anchor], line=1.0)
        text = self._body(Inside((paragraph,)))
        return _Shape(mark.key, box, _RECTANGLE + (_fill("paper", SHEER) if halo else "<a:noFill/>"), text)

    # -- texts ---------------------------------------------------------------------------------------------------------

    def _body(self, inside: Inside, spaces: str = "") -> str:
        side, above = inside.insets or (0.0, 0.0)
        wraps, anchor = ("square", "t") if inside.insets else ("none", "ctr")
        return (
            f'<p:txBody {spaces}><a:bodyPr wrap="{wraps}" lIns="{round(side * UNIT)}" tIns="{round(above * UNIT)}" '
            f'rIns="{round(side * UNIT)}" bIns="0" anchor="{anchor}"><a:noAutofit/></a:bodyPr><a:lstStyle/>'
            f"{''.join(map(self._paragraph, inside.paragraphs))}</p:txBody>"
        )

    def _paragraph(self, each: Paragraph) -> str:
        hung = round(each.indent * UNIT)
        line = f'<a:lnSpc><a:spcPts val="{round(each.line * each.size * LETTER)}"/></a:lnSpc>'
        after = f'<a:spcPts val="{round(each.after * LETTER)}"/>'
        space = f'<a:spcBef><a:spcPts val="0"/></a:spcBef><a:spcAft>{after}</a:spcAft>'
        dash = f'<a:buClr>{_colour("accent")}</a:buClr><a:buChar char="–"/>' if hung else "<a:buNone/>"
        letters = (
            f'lang="{self._tag}" sz="{round(each.size * LETTER)}" b="{each.is_bold:d}"',
            f"<a:solidFill>{_colour(each.tone)}</a:solidFill>",
        )
        run = f"<a:r><a:rPr {letters[0]}>{letters[1]}</a:rPr><a:t>{escape(plain(each.text))}</a:t></a:r>"
        return (
            f'<a:p><a:pPr marL="{hung}" indent="{-hung}" algn="{each.align}">{line}{space}{dash}</a:pPr>'
            f"{run if each.text else ''}<a:endParaRPr {letters[0]}>{letters[1]}</a:endParaRPr></a:p>"
        )


# -- as it is written --------------------------------------------------------------------------------------------------


def _written(shape: _Shape, number: int, place: str = "", spaces: str = "") -> str:
    own = '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>' if place else "<p:cNvSpPr/>"
    return (
        f"<p:sp {spaces}><p:nvSpPr>{_named(number, shape.name)}{own}<p:nvPr>{place}</p:nvPr></p:nvSpPr>"
        f"<p:spPr><a:xfrm>{_place(shape.box)}</a:xfrm>{shape.outline}</p:spPr>{shape.text}</p:sp>"
    )


def _named(number: int, name: str, alt: str = "") -> str:
    described = f" descr={quoteattr(plain(alt))}" if alt else ""
    return f'<p:cNvPr id="{number}" name={quoteattr(plain(name))}{described}/>'


def _place(box: Box) -> str:
    left, top, right, bottom = _lengths(box)
    return f'<a:off x="{left}" y="{top}"/><a:ext cx="{right - left}" cy="{bottom - top}"/>'


def _lengths(box: Sequence[float]) -> list[int]:
    return [round(each * UNIT) for each in box]


def _freeform(box: Box, rings: Iterable[Points], *, is_closed: bool = True) -> str:
    """Lines through points, all of one shape."""
    drawn = []
    for ring in rings:
        (x, y), *others = _fine(ring, box)
        lines = "".join(f'<a:lnTo><a:pt x="{right}" y="{down}"/></a:lnTo>' for right, down in others)
        drawn.append(f'<a:moveTo><a:pt x="{x}" y="{y}"/></a:moveTo>{lines}{"<a:close/>" if is_closed else ""}')
    return _custom(box, "".join(drawn), "" if is_closed else ' fill="none"')


def _dots(mark: Dots, points: Points, tone: str) -> _Shape:
    """Many discs of one size as one shape: a thousand ovals would be slow to show."""
    low, high = points.min(axis=0) - mark.radius, points.max(axis=0) + mark.radius
    box: Box = (*low.tolist(), *high.tolist())
    radius = round(mark.radius * FINE)
    round_it = f'<a:arcTo wR="{radius}" hR="{radius}" stAng="0" swAng="{TURN}"/><a:close/>'
    starts = _fine(points + np.array((mark.radius, 0.0)), box)
    drawn = "".join(f'<a:moveTo><a:pt x="{x}" y="{y}"/></a:moveTo>{round_it}' for x, y in starts)
    return _Shape(f"{mark.key} {tone}", box, _custom(box, drawn) + _fill(tone) + _NO_LINE)


def _custom(box: Box, drawn: str, filled: str = "") -> str:
    wide, high = (max(1, round((box[at + 2] - box[at]) * FINE)) for at in (0, 1))
    path = f'<a:pathLst><a:path w="{wide}" h="{high}"{filled}>{drawn}</a:path></a:pathLst>'
    room = '<a:rect l="0" t="0" r="r" b="b"/>'
    return f"<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>{room}{path}</a:custGeom>"


def _fine(points: Points, box: Box) -> list[list[int]]:
    """Points from the corner of a box on, in parts; one that falls on the one before it is left out."""
    parts = np.rint((points - box[:2]) * FINE).astype(int)
    differ = np.append(True, (parts[1:] != parts[:-1]).any(axis=1))
    found: list[list[int]] = parts[differ].tolist()
    return found


def _closed(ring: Points) -> Points:
    """An outline without its first point once more at the end."""
    return ring[:-1] if len(ring) > 1 and (ring[0] == ring[-1]).all() else ring


def _is_upright(points: Points) -> bool:
    """Whether four points are the corners of an upright rectangle."""
    return len(points) == 4 and all(len(set(points[:, axis].tolist())) == 2 for axis in (0, 1))


def _around(points: Points) -> Box:
    low, high = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return (*low, *high)


def _square(x: float, y: float, half: float) -> Box:
    return (x - half, y - half, x + half, y + half)


def _fill(tone: str, covers: float = 1.0) -> str:
    return f"<a:solidFill>{_colour(tone, covers)}</a:solidFill>"


def _line(tone: str, wide: float, is_dashed: bool = False) -> str:
    dash = '<a:prstDash val="dash"/>' if is_dashed else ""
    return f'<a:ln w="{round(wide * UNIT)}" cap="rnd">{_fill(tone)}{dash}<a:round/></a:ln>'


def _colour(tone: str, covers: float = 1.0) -> str:
    sheer = f'<a:alpha val="{round(covers * 100_000)}"/>' if covers < 1 else ""
    return f'<a:srgbClr val="{COLOURS[tone][1:].upper()}">{sheer}</a:srgbClr>'
