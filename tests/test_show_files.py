"""A show's files: each says what the others say, slide by slide, and is what its kind of file should be."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from pptx import Presentation
from pptx.oxml import parse_xml

from graph.ledger import publish
from graph.model import Claim, Level, Source
from graph.show import OWN, Step
from graph.stores.sqlite import SqliteStore
from graph.story import Story, story
from render.lettering import CUT, legible, lines, measure
from render.powerpoint import LONGEST_LABEL, plain
from render.show_deck import Bar, Bars, Cards, Deck, Flows, Slide, figures_on
from render.show_marks import HIGH, WIDE, Dots
from render.show_page import show_page
from render.show_pdf import show_pdf
from render.show_pptx import show_pptx
from render.show_scene import scene
from render.show_shapes import FINE, UNIT
from render.show_slides import deck
from tests import pdf_text
from tests.test_app import PAYLOADS
from tests.test_show import DAY, MEMBERS, SHOW, lived, made, told
from texts import LANGUAGES, load

__all__ = ["lived", "made", "told"]

KARLSKOGA = {"latitude": 59.3267, "longitude": 14.5239, "location_uncertainty_km": 1.0}
LONG = "Mekaniskaverkstadsaktiebolaget i Karlskoga 東京 " * 4
IMPORTS = Bars(
    (
        Bar("Stål", 39_000_000, "39 miljoner kr", 20_000_000, "20 miljoner kr kunde göras nära"),
        Bar("Plast", 4_000_000, "4 miljoner kr"),
    ),
    "Import om året",
    "Någon inom 50 km kan",
)


# -- what each says ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """A slide of a file: its title, all that is said on it and of its picture, and what is said to it."""

    title: str
    lines: tuple[str, ...]
    notes: tuple[str, ...] = ()


def of_pptx(file: bytes) -> list[Said]:
    found = []
    for page in Presentation(io.BytesIO(file)).slides:
        said = [each for shape in page.shapes for each in in_shape(shape)]
        notes = page.notes_slide.notes_text_frame.text.split("\n") if page.has_notes_slide else ()
        found.append(Said(page.shapes.title.text_frame.text, tuple(said), tuple(notes)))
    return found


def in_shape(shape: Any) -> Iterator[str]:
    """What it says, what is written in it, and what its chart tells."""
    yield shape._element._nvXxPr.cNvPr.get("descr", "")
    if shape.shape_type == 6:  # a group
        for each in shape.shapes:
            yield from in_shape(each)
    elif shape.has_text_frame:
        yield from shape.text_frame.text.split("\n")
    elif shape.has_chart:
        (plot,) = shape.chart.plots
        yield from plot.categories
        yield from (f"{value:,.0f}" for series in plot.series for value in series.values)
        yield from (each.text for each in shape.chart._chartSpace.iter("{*}t"))


def of_pdf(file: bytes) -> list[Said]:
    pages = pdf_text.pages(file)
    return [Said(title, tuple(page.split("\n"))) for title, page in zip(outline(file), pages, strict=True)]


def outline(file: bytes) -> list[str]:
    """The titles in the list of contents, in its order."""
    entries = [body for body in pdf_text.objects(file).values() if b"/Dest" in body and b"/Title" in body]
    written = [next(pdf_text.strings(b"1 0 obj" + each + b"endobj")) for each in entries]
    return [each.decode("utf-16" if each.startswith(b"\xfe\xff") else "latin-1") for each in written]


def of_html(file: bytes) -> list[Said]:
    found = []
    for section in re.findall(r"<section data-kind=.*?</section>", file.decode(), re.DOTALL):
        whole, _, notes = section.partition("<details>")
        pieces = [unescape(re.sub(r"<[^>]*>", "", each)) for each in re.split(r"(?=<)", whole) if each]
        title = re.search(r"<h2[^>]*>(.*?)</h2>", whole, re.DOTALL)
        assert title
        said = re.findall(r"<p>(.*?)</p>", notes, re.DOTALL)
        found.append(Said(unescape(title[1]), tuple(pieces), tuple(map(unescape, said))))
    return found


@dataclass(frozen=True)
class Medium:
    """A way of showing a deck, and how what it says is read."""

    write: Callable[[Deck, Any], bytes]
    read: Callable[[bytes], list[Said]]
    has_notes: bool = True
    has_ribbons: bool = True  # says in words how much each ribbon is


MEDIA = {
    "pptx": Medium(show_pptx, of_pptx),
    "pdf": Medium(show_pdf, of_pdf, has_notes=False, has_ribbons=False),
    "html": Medium(show_page, of_html),
}


def squeezed(text: str) -> str:
    """The text as letters, whatever lies between them."""
    return "".join(legible(text).split())


def is_said(figure: str, on: Said) -> bool:
    """Whether it is there, over several lines or so far as there was room."""
    wanted = squeezed(figure)
    cut = [squeezed(each.removesuffix(CUT)) for each in on.lines if each.endswith(CUT)]
    return wanted in squeezed("".join(on.lines)) or any(len(each) > 5 and each in wanted for each in cut)


def figures_in(slide: Slide, medium: Medium) -> list[str]:
    """What the medium has to say of a slide."""
    if isinstance(slide.picture, Flows) and not medium.has_ribbons:
        ends = {each for flow in slide.picture.flows for each in (flow.source, flow.target)}
        amounts = sorted({each.amount for each in slide.picture.flows})[-2:]  # the widest have room for theirs
        return [slide.picture.ends[each] for each in ends] + [*slide.picture.heads, *map(str, amounts)]
    return figures_on(slide)


@pytest.mark.parametrize("kind", MEDIA)
def test_every_file_has_the_same_slides_and_figures(kind: str, made: Deck) -> None:
    medium = MEDIA[kind]
    found = medium.read(medium.write(made, load(made.language)))
    assert [squeezed(each.title) for each in found] == [squeezed(each.title) for each in made.slides]
    checked = 0
    for slide, said in zip(made.slides, found, strict=True):
        for told_so in (*figures_in(slide, medium), *slide.lines):
            assert is_said(told_so, said), (slide.key, told_so)
            checked += 1
        notes = tuple(map(plain, said.notes))
        assert notes == (tuple(map(plain, slide.notes)) if medium.has_notes else ())
    assert checked > 80


def test_what_is_for_who_speaks_is_not_on_paper(made: Deck) -> None:
    pages = squeezed("".join(pdf_text.pages(show_pdf(made, load(made.language)))))
    assert not [note for slide in made.slides for note in slide.notes if squeezed(note) in pages]


@pytest.mark.parametrize("kind", MEDIA)
def test_the_same_show_gives_the_same_bytes(kind: str, made: Deck, told: Story) -> None:
    texts = load(made.language)
    assert MEDIA[kind].write(made, texts) == MEDIA[kind].write(deck(SHOW, told, texts), texts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("firms", [0, 1])
def test_a_region_with_hardly_anything_has_a_show_too(firms: int, language: str, tmp_path: Path) -> None:
    store, texts = SqliteStore(tmp_path / "region.sqlite"), load(language)
    if firms:
        claims = [Claim("org:4099000001", "Company", "", {"name": "Ensam AB", "municipality": "1883", "sni": "25530"}),
                  Claim("org:4099000001", "Workplace", "w", {"municipality": "1883", **KARLSKOGA})]  # fmt: skip
        publish(store, [Source("members", "network", Level.PUBLIC)], claims)
    shown = replace(SHOW, steps=(*SHOW.steps, Step(OWN, lines=("Bara en rad",))))
    found = deck(shown, story(store, MEMBERS, DAY), texts)
    store.close()
    kinds = [each.kind for each in found.slides]
    assert kinds == ["first", *(["glance"] if firms else []), "ask", OWN]
    for medium in MEDIA.values():
        said = medium.read(medium.write(found, texts))
        assert len(said) == len(found.slides)
        assert all(is_said(each, said[-1]) for each in ("Bara en rad",))


def with_names(made: Deck, names: Sequence[str]) -> Deck:
    """The deck in which everything that a person or a list has named is named so."""
    first, second = names[0], names[-1]

    def named(slide: Slide) -> Slide:
        picture: Any = slide.picture
        if isinstance(picture, Bars):
            bars = [replace(bar, name=names[at % len(names)]) for at, bar in enumerate(picture.bars)]
            picture = replace(picture, bars=tuple(bars), series=second)
        elif isinstance(picture, Cards):
            picture = replace(
                picture, cards=tuple(replace(card, head=first, lines=(second,)) for card in picture.cards)
            )
        elif isinstance(picture, Flows):
            picture = replace(picture, ends=tuple(first[:40] for _ in picture.ends))
        elif slide.kind == "parts":
            makers = tuple(replace(each, name=second) for each in picture.makers)
            picture = replace(picture, buyer=first, makers=makers)
        return replace(slide, title=first, lines=(second,), alt=first, notes=(first, second), picture=picture)

    return replace(made, title=first, slides=tuple(map(named, made.slides)))


def test_names_that_are_programs_are_text(made: Deck) -> None:
    for names in (PAYLOADS[:3], PAYLOADS[3:]):
        hurt, texts = with_names(made, names), load(made.language)
        file = show_pptx(hurt, texts)
        for slide, said in zip(hurt.slides, of_pptx(file), strict=True):
            assert said.title == names[0]
            assert said.notes == (names[0], names[-1])
            assert is_said(names[-1], said)
            assert slide.kind != "who" or names[1] in said.lines
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            for name in archive.namelist():
                part = archive.read(name)
                assert b"hlinkClick" not in part
                assert b'TargetMode="External"' not in part
                if "embeddings" in name:
                    (page,) = openpyxl.load_workbook(io.BytesIO(part)).worksheets
                    cells = [each for row in page.iter_rows() for each in row if isinstance(each.value, str)]
                    assert {each.data_type for each in cells} == {"s"}
                    assert all(each.quotePrefix for each in cells)
        printed = show_pdf(hurt, texts)
        assert outline(printed) == [legible(names[0])] * len(hurt.slides)
        for word in (b"/URI", b"/JavaScript", b"/JS", b"/Launch"):
            assert not [body for body in pdf_text.objects(printed).values() if word in body.partition(b"stream")[0]]


# -- slides of PowerPoint ----------------------------------------------------------------------------------------------


def pages_of(made: Deck) -> list[Any]:
    return list(Presentation(io.BytesIO(show_pptx(made, load(made.language)))).slides)


def charts_on(page: Any) -> list[Any]:
    return [shape.chart for shape in page.shapes if shape.has_chart]


def test_the_charts_have_the_decks_amounts(made: Deck) -> None:
    slides = tuple(replace(each, picture=IMPORTS) if each.kind == "imports" else each for each in made.slides)
    checked = []
    for slide, page in zip(slides, pages_of(replace(made, slides=slides)), strict=True):
        if not isinstance(slide.picture, Bars):
            assert not charts_on(page)
            continue
        (chart,) = charts_on(page)
        (plot,) = chart.plots
        bars, expected = slide.picture.bars, {slide.picture.series: [each.amount for each in slide.picture.bars]}
        if slide.picture.part:
            expected[slide.picture.part] = [each.part for each in bars]
        assert {each.name: [*each.values] for each in plot.series} == expected
        assert [*plot.categories] == [each.name for each in bars]
        (sheet,) = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).worksheets
        assert [*sheet.iter_rows(values_only=True)] == [
            (None, *expected), *zip([each.name for each in bars], *expected.values(), strict=True)
        ]  # fmt: skip
        assert chart.has_legend == bool(slide.picture.part)
        checked.append(slide.kind)
    assert checked == ["who", "makes", "imports"]


def test_two_names_that_begin_alike_are_two_bars(made: Deck) -> None:
    slide = next(each for each in made.slides if each.kind == "makes")
    assert isinstance(slide.picture, Bars)
    bars = tuple(replace(each, name=f"{number} {LONG}") for number, each in enumerate(slide.picture.bars))
    (page,) = pages_of(replace(made, slides=(replace(slide, picture=replace(slide.picture, bars=bars)),)))
    names = [*charts_on(page)[0].plots[0].categories]
    assert len(set(names)) == len(bars)
    assert max(map(len, names)) <= LONGEST_LABEL + len(CUT)


def test_the_sentence_is_the_title_and_comes_first(made: Deck) -> None:
    for number, (slide, page) in enumerate(zip(made.slides, pages_of(made), strict=True), 1):
        first, *_, foot, last = page.shapes
        assert first == page.shapes.title
        assert plain(first.text_frame.text) == plain(slide.title)
        assert (foot.is_placeholder, foot.text_frame.text) == (True, plain(made.foot))
        assert (last.is_placeholder, last._element.xpath("string(.//a:fld[@type='slidenum'])")) == (True, str(number))
        described = [each for each in page.shapes if each._element._nvXxPr.cNvPr.get("descr")]
        assert [each._element._nvXxPr.cNvPr.get("descr") for each in described] == (
            [plain(slide.alt)] if slide.alt else []
        )
        assert {each.shape_type for each in described} <= {6, 3}  # groups and charts


def test_nothing_leaves_the_slide_and_every_text_has_room(made: Deck) -> None:
    for deck_so in (made, with_names(made, (LONG, LONG))):
        for page in pages_of(deck_so):
            for shape in page.shapes:
                assert shape.left >= 0
                assert shape.top >= 0
                assert shape.left + shape.width <= WIDE * UNIT
                assert shape.top + shape.height <= HIGH * UNIT
                for each in shape.shapes if shape.shape_type == 6 else (shape,):
                    if each.has_text_frame and each.text_frame.text and each.text_frame.word_wrap:
                        assert high(each) <= each.height.pt + 1, each.text_frame.text


def test_so_many_lines_that_the_picture_has_no_room_still_make_a_file_that_opens(made: Deck) -> None:
    slides = tuple(replace(each, title=LONG, lines=(LONG,) * 12) for each in made.slides)
    for page in pages_of(replace(made, slides=slides)):
        for each in page.shapes._spTree.xpath(".//a:ext[@cx] | .//p:xfrm/a:ext | .//a:chExt"):
            assert int(each.get("cx")) >= 0
            assert int(each.get("cy")) >= 0


def high(shape: Any) -> float:
    """How much of its height a text needs, in points, in the widest letters that it may come to stand in."""
    room = shape.width.pt - shape.text_frame.margin_left.pt - shape.text_frame.margin_right.pt
    needed: float = shape.text_frame.margin_top.pt
    for each in shape.text_frame.paragraphs:
        (run,) = each.runs or [None]
        if run:
            wide = room - (each._p.pPr.get("marL") and int(each._p.pPr.get("marL")) / 12700)
            rows = lines(legible(each.text), wide, measure(run.font.size.pt, bold=run.font.bold), 99)
            needed += each.line_spacing.pt * len(rows) + each.space_after.pt
    return needed - float(shape.text_frame.paragraphs[-1].space_after.pt)


def test_a_firm_stands_where_it_stands_everywhere(made: Deck) -> None:
    number, slide = next((at, each) for at, each in enumerate(made.slides) if each.kind == "glance")
    (dots,) = (each for each in scene(made, slide, load(made.language)) if isinstance(each, Dots))
    (group,) = (each for each in pages_of(made)[number].shapes if each.shape_type == 6)
    starts, towns = [], [each for each in group.shapes if each.name.startswith("firms:")]
    for each in towns:
        (path,) = each._element.xpath(".//a:path")
        assert int(path.get("w")) / FINE == pytest.approx(each.width / UNIT, abs=0.1)
        points = [(int(point.get("x")), int(point.get("y"))) for point in path.xpath("./a:moveTo/a:pt")]
        assert len(points) == len(path.xpath("./a:arcTo"))
        starts += (np.array(points) / FINE + np.array((each.left, each.top)) / UNIT - (dots.radius, 0)).tolist()
    placed = dots.points[~np.isnan(dots.points[:, 0])]
    assert len(starts) == len(placed) > 200
    assert len(towns) == len(made.drawing.discs)
    away = np.hypot(*(np.array(starts)[:, None] - placed[None]).transpose(2, 0, 1))
    assert max(away.min(axis=0).max(), away.min(axis=1).max()) < 0.15


def test_the_package_is_whole_and_says_nothing_of_who_made_it(made: Deck) -> None:
    with zipfile.ZipFile(io.BytesIO(show_pptx(made, load(made.language)))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert len(parts) == len(set(parts))
    targets(parts)
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")):
            root = parse_xml(part)
            ids = [each.get("id") for each in root.iter("{*}cNvPr")]
            assert len(ids) == len(set(ids)), name
            if re.match(r"ppt/(slides|notesSlides)/[^/]*\.xml", name):
                tag = {"sv": "sv-SE", "en": "en-GB"}[made.language]
                assert {each.get("lang") for each in root.iter("{*}rPr", "{*}endParaRPr")} == {tag}
            assert all(int(each.get("val")) >= 0 for each in root.iter("{*}axId", "{*}crossAx"))
        for word in (b"Macintosh", b"python-pptx", b"Canny"):
            assert word not in part
    assert not [name for name in parts if "thumbnail" in name or "printer" in name or name == "docProps/app.xml"]
    assert {name.partition(".")[2] for name in parts} <= {"xml", "xml.rels", "rels", "xlsx"}


def targets(parts: Mapping[str, bytes]) -> None:
    """Every part has a type and is reached, and what is reached is there."""
    types = parse_xml(parts["[Content_Types].xml"])
    known = {each.get("PartName").lstrip("/") for each in types.iter("{*}Override")}
    endings = {each.get("Extension") for each in types.iter("{*}Default")}
    reached = set()
    for name, part in parts.items():
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            for each in parse_xml(part):
                target = each.get("Target")
                path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                reached.add(posixpath.normpath(path))
    assert reached == {each for each in parts if not each.endswith(".rels")} - {"[Content_Types].xml"}
    assert known <= reached
    assert all(each in known or each.rpartition(".")[2] in endings for each in reached)


# -- on paper ----------------------------------------------------------------------------------------------------------


def test_the_hand_outs_can_be_searched_and_say_nothing_of_who_made_them(made: Deck) -> None:
    file = show_pdf(made, load(made.language))
    written = b"".join(body.partition(b"stream")[0] for body in pdf_text.objects(file).values())
    assert f"/Lang ({made.language})".encode() in written
    assert re.findall(rb"/Author \((.*?)\)", written) == [b""]
    assert re.findall(rb"/CreationDate \((.*?)\)", written) == [b"D:20000101000000+00'00'"]
    assert b"/Helvetica" not in written
    assert len(re.findall(rb"/FontFile2", written)) >= 2
    assert SHOW.name in [each.decode("latin-1") for each in pdf_text.strings(file)]
    pages = pdf_text.pages(file)
    for number, page in enumerate(pages, 1):
        assert squeezed(made.foot) in squeezed(page)
        assert f"{number} / {len(pages)}" in page
