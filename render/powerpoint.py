"""What does PowerPoint need, whatever is shown? An empty show as wide as a wall, native bar charts, and a file.

The charts are PowerPoint's own, so that whoever shows them can change them; behind each lies a workbook with its
figures and nothing else. The file says nothing of who made it, nor at what hour.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from render.workbooks import in_xml

WIDE, HIGH = 960.0, 540.0  # points: 16:9, as PowerPoint has it
TITLE_SLIDE, TITLE_ONLY = 0, 5  # of python-pptx' own layouts
LONGEST_LABEL = 48
OTHERS = ("/thumbnail", "/extended-properties", "/printerSettings")
"""What that template brings of another's machine."""
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # that a ZIP knows
LANGUAGE_TAGS = {"sv": "sv-SE", "en": "en-GB"}
_LETTERS, _SCHEME = re.compile(rb'<a:latin typeface="[^"]*"/>'), re.compile(rb"(<a:(\w+)>)<a:s\w+Clr [^>]*/>(</a:\2>)")
Place: TypeAlias = tuple[float, float, float, float]
"""Left, top, width, height in points."""


@dataclass(frozen=True, slots=True)
class Series:
    """Bars of one colour: what they count, and as much for each name."""

    name: str
    values: Sequence[int]
    colour: str


def plain(text: str) -> str:
    """A text of the data as a slide may hold it: on one line, without what XML has no room for."""
    return " ".join(in_xml(text).split())


def empty_show() -> Any:
    """No slides yet. The template is 4:3: what its master and layouts place is drawn as wide as the slides."""
    from pptx import Presentation

    made = Presentation()
    before = made.slide_width
    made.slide_width, made.slide_height = points(WIDE, HIGH)
    del made._element.sldSz.attrib["type"]  # 4:3
    wider, higher = made.slide_width / before, 1.0
    for each in (made.slide_master, *made.slide_layouts):
        for shape in each.shapes:
            if shape._element.spPr.xfrm is not None:
                lengths = (shape.left * wider, shape.top * higher, shape.width * wider, shape.height * higher)
                shape.left, shape.top, shape.width, shape.height = map(round, lengths)
    return made


def dress(made: Any, letters: str, colours: Mapping[str, str]) -> None:
    """Letters and colours for all that stands on the slides and is put there later; colours by the theme's names."""
    from pptx.opc.constants import RELATIONSHIP_TYPE

    def coloured(found: re.Match[bytes]) -> bytes:
        chosen = colours.get(found[2].decode())
        return b'%s<a:srgbClr val="%s"/>%s' % (found[1], chosen[1:].encode(), found[3]) if chosen else found[0]

    theme = made.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme._blob = _LETTERS.sub(f'<a:latin typeface="{letters}"/>'.encode(), _SCHEME.sub(coloured, theme.blob))


def add_slide(made: Any, layout: int, ground: str) -> Any:
    """A slide on a ground of a colour."""
    slide = made.slides.add_slide(made.slide_layouts[layout])
    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = rgb(ground)
    return slide


def bar_chart(slide: Any, where: Place, names: Sequence[str], series: Sequence[Series], day: str) -> Any:
    """A chart of lying bars, the first on top; a later series lies on those before it, whose ends are told."""
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION

    data = CategoryChartData()
    data.categories = names
    for each in series:
        data.add_series(each.name, each.values)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *points(*where), data)
    chart = frame.chart
    chart.part.chart_workbook.update_from_xlsx_blob(_workbook(names, series, day))
    chart.has_legend = chart.has_title = False
    chart.category_axis.reverse_order = True
    chart.category_axis.format.line.fill.background()
    chart.category_axis.has_major_gridlines = chart.value_axis.has_major_gridlines = False
    chart.value_axis.visible = False
    chart.value_axis.minimum_scale = 0
    (plot,) = chart.plots
    plot.gap_width, plot.overlap = 45, 100
    for drawn, each in zip(plot.series, series, strict=True):
        drawn.format.fill.solid()
        drawn.format.fill.fore_color.rgb = rgb(each.colour)
    labels = plot.series[0].data_labels
    labels.show_value = True
    labels.position = XL_LABEL_POSITION.OUTSIDE_END
    for axis in chart._chartSpace.xpath("//c:axId | //c:crossAx"):
        axis.set("val", axis.get("val").removeprefix("-"))  # python-pptx' own are less than the format knows
    return frame


def show_legend(chart: Any) -> None:
    """What the series are, over the bars."""
    from pptx.enum.chart import XL_LEGEND_POSITION

    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.TOP
    chart.legend.include_in_layout = False


def lay_plot(chart: Any, where: Place) -> None:
    """Put the bars in a part of the chart's frame: left, top, width and height as shares of it."""
    from pptx.oxml import parse_xml

    lengths = "".join(f'<c:{name} val="{share:.4f}"/>' for name, share in zip("xywh", where, strict=True))
    layout = parse_xml(
        f'<c:layout xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:manualLayout>'
        f'<c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>{lengths}</c:manualLayout></c:layout>'
    )
    area = chart._chartSpace.chart.plotArea
    for before in area.xpath("c:layout"):
        area.remove(before)
    area.insert(0, layout)


def _workbook(names: Sequence[str], series: Sequence[Series], day: str) -> bytes:
    """The figures as the chart refers to them; a name is a text, whatever it begins with."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": datetime.fromisoformat(day)})
        text = book.add_format({"quote_prefix": True})
        page = book.add_worksheet("Sheet1")
        for row, name in enumerate(names, 1):
            page.write_string(row, 0, name, text)
        for column, each in enumerate(series, 1):
            page.write_string(0, column, each.name, text)
            for row, value in enumerate(each.values, 1):
                page.write_number(row, column, value)
    return out.getvalue()


def lay(shape: Any, *lengths: float) -> None:
    """Put a shape where its left, top, width and height (points) say."""
    shape.left, shape.top, shape.width, shape.height = points(*lengths)


def points(*lengths: float) -> tuple[Any, ...]:
    """Lengths in points as PowerPoint counts them."""
    from pptx.util import Pt

    return tuple(Pt(each) for each in lengths)


def describe(shape: Any, told: str) -> None:
    """What somebody is told who does not see it."""
    shape._element._nvXxPr.cNvPr.set("descr", plain(told))


def rgb(written: str) -> Any:
    """A colour that is written as in HTML."""
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(written[1:])


def saved(made: Any, title: str, language: str, day: str) -> bytes:
    """The file, with nothing of who made it or when but the day."""
    told = made.core_properties
    told.title, told.language = plain(title)[:255], language
    told.author = told.last_modified_by = told.comments = told.keywords = told.subject = told.category = ""
    told.created = told.modified = datetime.fromisoformat(day)
    told.revision = 1
    for holder in (made.part.package, made.part):
        for key, relation in list(holder._rels.items()):
            if relation.reltype.endswith(OTHERS):
                holder._rels.pop(key)
    out = io.BytesIO()
    made.save(out)
    return _without_hour(out.getvalue())


def _without_hour(package: bytes) -> bytes:
    """The same ZIP, its parts dated alike."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in made.namelist():
            part = zipfile.ZipInfo(name, FIRST_DAY)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 0
            archive.writestr(part, made.read(name))
    return out.getvalue()
