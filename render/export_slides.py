"""The region on a few slides: where its firms are, what they make, what they hold, and what nobody knows.

The charts are PowerPoint's own, so that whoever shows them can change them; behind each lies a workbook with its
figures and nothing else. The notes say what was counted.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeAlias

from render.export_firms import Figures, figures, firms_of
from render.export_picture import ACCENT, INK, MAP, PAPER, QUIET, drawn_map, known_of, notes_of, title_of, words_of
from render.lettering import cut, legible, lines, measure
from render.region_drawing import Drawing, drawing
from render.taken import Taken
from render.workbooks import in_xml
from texts import Texts

WIDE, HIGH = 960.0, 540.0  # points: 16:9, as PowerPoint has it
SIDE, TOP, TITLE_HIGH, FOOT = 46.0, 26.0, 74.0, 26.0
WHOLE = WIDE - 2 * SIDE
CHART_TOP = TOP + TITLE_HIGH + 8
CHART_HIGH = HIGH - CHART_TOP - FOOT - 34
Place: TypeAlias = tuple[float, float, float, float]
"""Left, top, width, height in points."""
Bar: TypeAlias = tuple[str, int]
"""What is counted, and how many firms."""
HEAD: Place = (SIDE, TOP, WHOLE, TITLE_HIGH)
INSET = 16.0  # of a frame's width, left free
SIZES, LEAST_SIZE, MOST_LINES = (30, 26, 22, 18), 9, 99
MOST_BARS, BAR_HIGH, LONGEST_LABEL = 15, 40.0, 48
TITLE_SLIDE, TITLE_ONLY = 0, 5  # of python-pptx' own layouts
OTHERS = ("/thumbnail", "/extended-properties", "/printerSettings")
"""What that template brings of another's machine."""
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # that a ZIP knows


def slides(taken: Taken, texts: Texts) -> bytes:
    """The slides as PPTX."""
    told = figures(taken, firms_of(taken))
    drawn = drawing(taken, told)
    show = _Show(taken, told, texts)
    show.title()
    show.map(drawn)
    if told.firms:
        show.chart("municipality", told.by_municipality)
    if families := told.by_family(texts):
        show.chart("family", families)
    if told.by_certificate:
        show.chart("certificate", told.by_certificate)
    show.not_known(drawn)
    return show.save()


def plain(text: str) -> str:
    """A text of the data as a slide may hold it: on one line, without what XML has no room for."""
    return " ".join(in_xml(text).split())


class _Show:
    """The slides one after the other."""

    def __init__(self, taken: Taken, told: Figures, texts: Texts) -> None:
        from pptx import Presentation

        self.taken, self.told, self.texts = taken, told, texts
        self.made = Presentation()
        self.region = plain(taken.region or texts("export.region"))
        self.shown = plain(texts("export.page.shown", level=taken.shown_to(texts), day=taken.day))
        _widen(self.made)

    # -- the slides --------------------------------------------------------------------------------------------------

    def title(self) -> None:
        """What it is, whose view of which day, and what whoever shows it must know."""
        slide = self._slide(TITLE_SLIDE, title_of(self.taken, self.told, self.texts),
                            (SIDE, 140, WHOLE, 88), (40, 34, 28, 22))  # fmt: skip
        under = slide.placeholders[1]
        _place(under, SIDE, 232, WHOLE, 80)
        told = [each for each in (known_of(self.told, self.texts), self.shown) if each]
        self._write(under.text_frame, told, 20, QUIET)
        notes = [plain(each) for each in self.taken.notes(self.texts)]
        self._box(slide, (SIDE, 350, WHOLE, 140), notes, 14)
        self._say(slide)

    def map(self, drawn: Drawing) -> None:
        """The map as a picture, and beside it what it shows."""
        words = words_of(self.taken, self.told, drawn, self.texts)
        wide = HIGH * (MAP[2] - MAP[0]) / (MAP[3] - MAP[1])
        column = WIDE - wide - SIDE - 8
        slide = self._slide(TITLE_ONLY, self.texts("export.slides.where"), (SIDE, 60, column, 84))
        image = io.BytesIO(drawn_map(drawn, words))
        picture = slide.shapes.add_picture(image, *_points(WIDE - wide, 0, wide, HIGH))
        told = self._bars([(name, count) for name, count, _ in words.rows])
        _describe(picture, self.texts("export.slides.map", region=self.region, told=told))
        key = [self.texts("export.picture.key")] if drawn.discs else []
        said = [title_of(self.taken, self.told, self.texts), *key]
        said += notes_of(self.taken, self.told, drawn, self.texts)
        self._box(slide, (SIDE, 156, column, 330), [plain(each) for each in said], 16)
        self._say(slide, "map")

    def chart(self, what: str, counts: Mapping[str, int]) -> None:
        """Counts as bars, the largest first, under a sentence about the largest."""
        bars = [(cut(plain(name), LONGEST_LABEL, len), count) for name, count in islice(counts.items(), MOST_BARS)]
        name, count = bars[0]
        headline = self.texts(f"export.slides.most.{what}", name=name, count=count, all=len(self.told.firms))
        slide = self._slide(TITLE_ONLY, headline)
        frame = _bar_chart(slide, bars, self.texts("export.slides.companies"), self.taken.day)
        _describe(frame, self.texts("export.slides.chart", told=self._bars(bars)))
        if len(counts) > len(bars):
            left = self.texts("export.slides.first", count=len(bars), all=len(counts))
            self._box(slide, (SIDE, HIGH - FOOT - 30, WHOLE, 24), [left], 12)
        self._foot(slide)
        self._say(slide, what)

    def not_known(self, drawn: Drawing) -> None:
        """Of how many what is not known, and where more stands."""
        slide = self._slide(TITLE_ONLY, self.texts("export.slides.not_known"))
        count, texts = len(self.told.firms), self.texts
        said = [] if count else [title_of(self.taken, self.told, texts)]
        if missing := count - self.told.known:
            said.append(texts("export.slides.no_offers", count=missing, all=count))
        if missing := count - self.told.certified:
            said.append(texts("export.slides.no_standard", count=missing, all=count))
        said += list(notes_of(self.taken, self.told, drawn, texts))[:-1]
        self._box(slide, (SIDE, CHART_TOP, WHOLE, 250), [plain(each) for each in said], 20)
        last = [texts("export.note.unknown"), texts("export.slides.further")]
        self._box(slide, (SIDE, CHART_TOP + 262, WHOLE, 90), last, 16)
        self._foot(slide)
        self._say(slide)

    # -- what stands on them -----------------------------------------------------------------------------------------

    def _slide(self, layout: int, headline: str, place: Place = HEAD, sizes: Sequence[int] = SIZES) -> Any:
        """A slide with its headline, on two lines at most."""
        slide = self.made.slides.add_slide(self.made.slide_layouts[layout])
        slide.background.fill.solid()
        slide.background.fill.fore_color.rgb = _colour(PAPER)
        said, wide = plain(headline), place[2] - INSET
        size = next((each for each in sizes if _rows(said, wide, each, bold=True) <= 2), sizes[-1])
        if _rows(said, wide, size, bold=True) > 2:
            said = " ".join(lines(said, wide, _wide(size, bold=True), 2))
        _place(slide.shapes.title, *place)
        self._write(slide.shapes.title.text_frame, [said], size, INK, bold=True)
        return slide

    def _write(self, frame: Any, said: Sequence[str], size: float, colour: str, *, bold: bool = False) -> None:
        """Paragraphs in a frame, aligned to the left."""
        from pptx.enum.lang import MSO_LANGUAGE_ID
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
        from pptx.util import Pt

        frame.word_wrap = True
        frame.vertical_anchor = MSO_ANCHOR.BOTTOM if bold else MSO_ANCHOR.TOP
        for index, text in enumerate(said):
            paragraph = frame.add_paragraph() if index else frame.paragraphs[0]
            paragraph.alignment = PP_ALIGN.LEFT
            paragraph.space_after = Pt(size / 2)
            run = paragraph.add_run()
            run.text = text
            run.font.size, run.font.bold = Pt(size), bold
            run.font.color.rgb = _colour(colour)
            swedish = self.texts.language == "sv"
            run.font.language_id = MSO_LANGUAGE_ID.SWEDISH if swedish else MSO_LANGUAGE_ID.ENGLISH_UK

    def _box(self, slide: Any, place: Place, said: Sequence[str], size: float) -> None:
        """A box of paragraphs, in smaller letters where there are too many for it."""
        wide = place[2] - INSET
        while size > LEAST_SIZE and sum(_rows(each, wide, size) * size * 1.25 + size / 2 for each in said) > place[3]:
            size -= 1
        box = slide.shapes.add_textbox(*_points(*place))
        self._write(box.text_frame, said, size, INK)

    def _foot(self, slide: Any) -> None:
        told = cut(self.shown, WHOLE - 20, _wide(11))
        box = slide.shapes.add_textbox(*_points(SIDE, HIGH - FOOT - 4, WHOLE, 22))
        self._write(box.text_frame, [told], 11, QUIET)

    def _say(self, slide: Any, what: str = "") -> None:
        """The notes: where the figures come from."""
        level, count = self.taken.shown_to(self.texts), len(self.told.firms)
        said = [
            self.texts("export.slides.source.all", count=count, region=self.region, level=level, day=self.taken.day)
        ]
        said += [self.texts(f"export.slides.source.{what}")] if what else []
        slide.notes_slide.notes_text_frame.text = plain(" ".join(said))

    def _bars(self, bars: Sequence[Bar]) -> str:
        return "; ".join(self.texts("export.slides.bar", name=name, count=count) for name, count in bars)

    def save(self) -> bytes:
        """The file, with nothing of who made it or when but the day."""
        told, day = self.made.core_properties, datetime.fromisoformat(self.taken.day)
        told.title, told.language = plain(title_of(self.taken, self.told, self.texts))[:255], self.texts.language
        told.author = told.last_modified_by = told.comments = told.keywords = told.subject = told.category = ""
        told.created = told.modified = day
        told.revision = 1
        for holder in (self.made.part.package, self.made.part):
            for key, relation in list(holder._rels.items()):
                if relation.reltype.endswith(OTHERS):
                    holder._rels.pop(key)
        out = io.BytesIO()
        self.made.save(out)
        return _without_hour(out.getvalue())


# -- what PowerPoint needs -------------------------------------------------------------------------------------------


def _bar_chart(slide: Any, bars: Sequence[Bar], series: str, day: str) -> Any:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
    from pptx.util import Pt

    data = CategoryChartData()
    data.categories = [name for name, _ in bars]
    data.add_series(series, [count for _, count in bars])
    place = _points(SIDE, CHART_TOP, WHOLE, min(CHART_HIGH, BAR_HIGH * (len(bars) + 1)))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *place, data)
    chart = frame.chart
    chart.part.chart_workbook.update_from_xlsx_blob(_workbook(bars, series, day))
    chart.has_legend = chart.has_title = False
    chart.font.size = Pt(14 if len(bars) < 13 else 12)
    chart.font.color.rgb = _colour(INK)
    chart.category_axis.reverse_order = True
    chart.category_axis.format.line.fill.background()
    chart.category_axis.has_major_gridlines = chart.value_axis.has_major_gridlines = False
    chart.value_axis.visible = False
    chart.value_axis.minimum_scale = 0
    (plot,) = chart.plots
    plot.gap_width = 45
    plot.has_data_labels = True
    plot.data_labels.show_value = True
    plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
    fill = plot.series[0].format.fill
    fill.solid()
    fill.fore_color.rgb = _colour(ACCENT)
    return frame


def _workbook(bars: Sequence[Bar], series: str, day: str) -> bytes:
    """The figures as the chart refers to them; a name is a text, whatever it begins with."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": datetime.fromisoformat(day)})
        text = book.add_format({"quote_prefix": True})
        page = book.add_worksheet("Sheet1")
        page.write_string(0, 1, series)
        for row, (name, count) in enumerate(bars, 1):
            page.write_string(row, 0, name, text)
            page.write_number(row, 1, count)
    return out.getvalue()


def _widen(made: Any) -> None:
    """The template is 4:3: what its master and layouts place is drawn as wide as the slides."""
    before = made.slide_width
    made.slide_width, made.slide_height = _points(WIDE, HIGH)
    wider, higher = made.slide_width / before, 1.0
    for each in (made.slide_master, *made.slide_layouts):
        for shape in each.shapes:
            if shape._element.spPr.xfrm is not None:
                place = (shape.left * wider, shape.top * higher, shape.width * wider, shape.height * higher)
                shape.left, shape.top, shape.width, shape.height = map(round, place)


def _place(shape: Any, *place: float) -> None:
    shape.left, shape.top, shape.width, shape.height = _points(*place)


def _points(*lengths: float) -> tuple[Any, ...]:
    from pptx.util import Pt

    return tuple(Pt(each) for each in lengths)


def _describe(shape: Any, told: str) -> None:
    """What somebody is told who does not see it."""
    shape._element._nvXxPr.cNvPr.set("descr", plain(told))


def _wide(size: float, *, bold: bool = False) -> Any:
    """How wide a text is at most: PowerPoint's letters are narrower than those measured with."""
    width = measure(size, bold=bold)
    return lambda text: width(legible(text))


def _rows(text: str, wide: float, size: float, *, bold: bool = False) -> int:
    return len(lines(text, wide, _wide(size, bold=bold), MOST_LINES))


def _colour(written: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(written[1:])


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
