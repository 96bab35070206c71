"""What is taken along to be looked at: a picture, printed pages and slides say what the region is, and fit.

What they must not hold is in test_leaks.py; what they hold is counted here anew, from the records.
"""

from __future__ import annotations

import io
import re
import struct
import sys
import zipfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from typing import Any

import numpy as np
import openpyxl
import pytest
from PIL import Image, ImageDraw
from pptx import Presentation
from reportlab.pdfbase.pdfmetrics import stringWidth

from graph.audience import Viewer
from graph.gazetteer import Gazetteer
from graph.model import REGION_KINDS, Certificate, Company, Level, Offer, Record, Region, Workplace
from graph.store import Snapshot
from graph.taxonomy import taxonomy
from render import export_picture, lettering
from render.export_firms import figures, firms_of
from render.export_picture import HOME, MAP, labels, title_of
from render.exports import FILES
from render.lettering import fonts, legible, letters, lines
from render.plain import process_name
from render.region_drawing import drawing, fit, names
from render.region_map import middle_of
from render.taken import Taken
from tests import pdf_text
from tests.regions import Built, built_region, own_data
from tests.test_app import PAYLOADS
from texts import LANGUAGES, load

__all__ = ["built_region", "own_data"]

DAY = "2026-11-20"
PUBLIC, MANAGER = Viewer(Level.PUBLIC), Viewer(Level.MANAGER)
KINDS = (".png", ".pdf", ".pptx")
COUNTY = ("1814", "1860", "1861", "1862", "1863", "1864", "1880", "1881", "1882", "1883", "1884", "1885")
LONG = "Mekaniskaverkstadsaktiebolaget" * 8
FOREIGN = "東京 Őz\x07\u202eAB\ud800"


def taken_of(*records: Record, viewer: Viewer = PUBLIC) -> Taken:
    kinds = {kind: [each for each in records if type(each) is kind] for kind in REGION_KINDS}
    return Taken(Snapshot(1, kinds), viewer, DAY)


def firm(number: int, name: str | None, municipality: str | None = "1883", **more: Any) -> Company:
    return Company(f"org:40990{number:05}", name=name, municipality=municipality, **more)


def site(of: Company, latitude: float, longitude: float, locality: str | None = None) -> Workplace:
    return Workplace(f"{of.company_id}/main", of.company_id, latitude=latitude, longitude=longitude, locality=locality)


def home(*codes: str, name: str = "Provlän") -> Region:
    return Region(f"region:{name}", name=name, municipalities=codes, is_home=True)


@pytest.fixture(scope="module", name="whole")
def whole_region(built: Built) -> Taken:
    return Taken(built.snapshot, MANAGER, DAY)


# -- counted anew ----------------------------------------------------------------------------------------------------


def members(taken: Taken) -> dict[str, str]:
    """The active firms whose municipality is the region's, with it."""
    codes = {code for each in taken.snapshot.of(Region) if each.is_home is not False for code in each.municipalities}
    found = {}
    for company in taken.snapshot.of(Company):
        sites = [each.municipality for each in taken.snapshot.of(Workplace) if each.company_id == company.company_id]
        code = company.municipality or (sites[0] if sites else None)
        if (
            company.ended_on is None
            and company.winding_up is None
            and code in codes
            and company.country in (None, "SE")
        ):
            found[company.company_id] = code or ""
    return found


def by_municipality(taken: Taken) -> dict[str, int]:
    counted = Counter(members(taken).values())
    return {Gazetteer.default().municipality_name(code) or code: count for code, count in counted.items()}


def by_family(taken: Taken, language: str) -> dict[str, int]:
    firms = members(taken)
    table = taxonomy()
    pairs = {(each.company_id, table.processes[each.capability or ""].family) for each in taken.snapshot.of(Offer)}
    counted = Counter(family for company, family in pairs if company in firms)
    names = {key: each.name_sv if language == "sv" else each.name_en for key, each in table.families.items()}
    return {names[key][:1].upper() + names[key][1:]: count for key, count in counted.items()}


def by_certificate(taken: Taken) -> dict[str, int]:
    firms = members(taken)
    pairs = {
        (each.company_id, each.standard)
        for each in taken.snapshot.of(Certificate)
        if each.standard and (each.valid_until is None or each.valid_until >= DAY)
    }
    return dict(Counter(standard or "" for company, standard in pairs if company in firms))


# -- all three -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", KINDS)
def test_the_same_region_gives_the_same_bytes(whole: Taken, ending: str) -> None:
    made = [FILES[ending].make(whole, load("sv")) for _ in range(2)]
    assert made[0] == made[1]


@pytest.mark.parametrize("ending", KINDS)
def test_sessions_that_take_along_at_once_get_their_own(ending: str) -> None:
    regions = [
        taken_of(home("1883", name=name), *(firm(number, f"{name} nummer {number} AB") for number in range(80)))
        for name in ("Alfa", "Beta", "Gamma")
    ]
    alone = [FILES[ending].make(each, load("sv")) for each in regions]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(3) as sessions:
            assert list(sessions.map(lambda each: FILES[ending].make(each, load("sv")), regions)) == alone
    finally:
        sys.setswitchinterval(before)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", KINDS)
def test_an_empty_region_gives_a_file_that_says_so(ending: str, language: str) -> None:
    texts = load(language)
    for region in ((), (home(*COUNTY),)):
        taken = taken_of(*region)
        none = texts("export.picture.none", region="Provlän" if region else texts("export.region"))
        assert none in " ".join(said_by(FILES[ending].make(taken, texts), taken, language))


def said_by(made: bytes, taken: Taken, language: str) -> list[str]:
    if made.startswith(b"%PDF"):
        return [each.replace("\n", " ") for each in pdf_text.pages(made)]
    if made.startswith(b"PK"):
        return [
            shape.text_frame.text for slide in show_of(made).slides for shape in slide.shapes if shape.has_text_frame
        ]
    assert Image.open(io.BytesIO(made)).size == (1920, 1080)
    return labels(taken, load(language))


@pytest.mark.parametrize("ending", KINDS)
def test_no_name_is_mark_up_too_long_or_of_letters_that_break_the_file(ending: str) -> None:
    firms = [firm(number, name) for number, name in enumerate((*PAYLOADS, LONG, FOREIGN, None))]
    held = [Certificate(f"{e.company_id}/c{n}", e.company_id, e.name) for n, e in enumerate(firms)]
    made = [Offer(f"{each.company_id}/o", each.company_id, "turning", tolerance=each.name) for each in firms]
    for name in (*PAYLOADS, LONG, FOREIGN):
        taken = taken_of(home("1883", name=name), *firms, *held, *made)
        text = " ".join(said_by(FILES[ending].make(taken, load("sv")), taken, "sv"))
        assert text
        if ending != ".png":
            assert re.sub(r"\s", "", PAYLOADS[0]) in re.sub(r"\s", "", text) or ending == ".pptx"


# -- letters ---------------------------------------------------------------------------------------------------------


def test_what_the_letters_lack_is_written_with_what_they_have() -> None:
    assert legible("Åäö é Ł ß № Ő") == "Åäö é Ł ß No O"
    assert legible("東京\x00AB") == "?? AB"
    assert legible("\u202eAB\u200b") == "AB"
    for letter in map(chr, range(1, 0x3000)):
        assert all(ord(each) in lettering._known() for each in legible(letter))


@pytest.mark.parametrize("width", [3, 7, 20])
def test_no_line_is_longer_than_its_column_and_no_word_is_lost(width: int) -> None:
    text = "Ett mycket långt namn på Mekaniskaverkstadsaktiebolaget i Örebro"
    made = lines(text, width, len, 99)
    assert max(map(len, made)) <= width
    assert "".join(made).replace(" ", "") == text.replace(" ", "")
    assert len(lines(text, width, len, 2)) == 2
    assert lines(text, width, len, 2)[-1].endswith("…")


def test_every_colour_of_text_can_be_read() -> None:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    grounds = (export_picture.PAPER, "#ffffff", export_picture.LAND, export_picture.AROUND)
    for ground in grounds:
        for text in (export_picture.INK, export_picture.QUIET, export_picture.ACCENT):
            assert (light(ground) + 0.05) / (light(text) + 0.05) >= 4.5, (text, ground)


# -- the map ---------------------------------------------------------------------------------------------------------


def test_a_disc_stands_where_its_firms_lie_and_its_area_says_how_many() -> None:
    town, lone = (59.3267, 14.5239), (59.52, 15.04)
    firms = [firm(number, f"F{number}") for number in range(9)] + [firm(10, "N", "1884"), firm(11, "unplaced")]
    sites = [site(each, *town, "Karlskoga") for each in firms[:9]] + [site(firms[9], *lone)]
    taken = taken_of(home("1883", "1884"), *firms, *sites)
    drawn = drawing(taken, figures(taken, firms_of(taken)))
    nine, one = drawn.discs
    assert (nine.count, one.count, drawn.placed) == (9, 1, 10)
    assert one.y - nine.y == pytest.approx((town[0] - lone[0]) * 111.2, abs=0.05)  # a degree north is 111 km
    assert one.x - nine.x == pytest.approx((lone[1] - town[1]) * 111.2 * np.cos(np.radians(59.4)), abs=0.3)
    laid = fit(drawn, HOME)
    assert laid.radius(9) / laid.radius(1) == pytest.approx(3)
    image = Image.open(io.BytesIO(FILES[".png"].make(taken, load("sv")))).convert("RGB")
    placed = laid.place(nine)
    red, green, blue = pixel(image, placed.x, placed.y)
    assert red < 80 < green < 140
    assert blue > 80
    assert pixel(image, placed.x + placed.radius + 3, placed.y)[0] > 150
    assert texts_missing(taken) == load("sv")("export.picture.not_placed", count=1)


def test_a_site_elsewhere_is_not_drawn_and_a_point_far_off_lies_on_no_word() -> None:
    moved, lost = firm(1, "A"), firm(2, "B")
    away = Workplace("a/1", moved.company_id, latitude=57.7, longitude=11.97, municipality="1480")
    here = Workplace("a/2", moved.company_id, latitude=59.33, longitude=14.52, municipality="1883")
    taken = taken_of(home("1883"), moved, lost, away, here, site(lost, 59.33, 13.6))
    drawn = drawing(taken, figures(taken, firms_of(taken)))
    laid = fit(drawn, HOME)
    points = [laid.place(each) for each in drawn.discs]
    assert sum(HOME[0] < each.x < HOME[2] and HOME[1] < each.y < HOME[3] for each in points) == 1
    image = Image.open(io.BytesIO(FILES[".png"].make(taken, load("sv")))).convert("RGB")
    far = min(points, key=lambda each: each.x)
    assert far.x < MAP[0] - far.radius
    if far.x > 0:
        assert pixel(image, far.x, far.y) == (0xFA, 0xFA, 0xF7)


def pixel(image: Image.Image, x: float, y: float) -> tuple[int, int, int]:
    found = image.getpixel((round(x), round(y)))
    assert isinstance(found, tuple)
    return int(found[0]), int(found[1]), int(found[2])


def texts_missing(taken: Taken) -> str:
    return next(each for each in labels(taken, load("sv")) if "inte utsatta" in each)


def test_where_a_natural_person_works_is_not_on_the_map() -> None:
    """It is often a home: it moves no disc, and stands in the middle of the municipality where it is alone."""
    person = Company("person:ab12", name="Kim Ek", municipality="1883")
    home = site(person, 59.3712, 14.6012, "Valåsen")
    drawn = drawing(taken := taken_of(person, home), figures(taken, firms_of(taken)))
    (disc,) = drawn.discs
    middle = middle_of(next(e for e in Gazetteer.default().outlines() if e["properties"]["code"] == "1883"))
    np.testing.assert_allclose((disc.x, disc.y), np.array(middle) * drawn.scale)
    other = firm(1, "Verkstan AB", "1883")
    drawn = drawing(taken := taken_of(person, home, other, site(other, 59.33, 14.52, "Valåsen")),
                    figures(taken, firms_of(taken)))  # fmt: skip
    (disc,) = drawn.discs
    np.testing.assert_allclose((disc.x, disc.y), drawn.km((59.33, 14.52)))
    assert disc.count == 2


@pytest.mark.parametrize("county", sorted(Gazetteer.default().counties))
def test_in_any_county_no_name_covers_another_and_all_lies_on_the_paper(county: str) -> None:
    codes = [each.municipality or "" for each in Gazetteer.default().municipalities if each.county == county]
    assert codes
    firms = [firm(number, "F", code) for number, code in enumerate(codes)]
    places = {each.municipality: each for each in Gazetteer.default().municipalities}
    sites = [site(each, *places[each.municipality].point) for each in firms]
    taken = taken_of(home(*codes), *firms, *sites)
    drawn = drawing(taken, figures(taken, firms_of(taken)))
    laid = fit(drawn, HOME)
    for land in drawn.home:
        for ring in land.rings:
            points = laid.points(ring)
            assert (points >= np.array(HOME[:2]) - 1e-6).all()
            assert (points <= np.array(HOME[2:]) + 1e-6).all()

    def size(text: str) -> tuple[float, float]:
        return 13.0 * len(text), 27.0

    written = names(drawn, laid, HOME, size)
    assert len(written) >= 0.6 * len(codes)
    for one, other in combinations(written, 2):
        wide = (size(one.text)[0] + size(other.text)[0]) / 2
        assert abs(one.x - other.x) >= wide - 1e-6 or abs(one.y - other.y) >= 27 - 1e-6, (one, other)


def test_the_picture_has_no_words_but_its_labels(whole: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    draw = ImageDraw.ImageDraw.text

    def noted(self: Any, xy: Any, text: str, *args: Any, **more: Any) -> Any:
        written.append(text)
        return draw(self, xy, text, *args, **more)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", noted)
    long = taken_of(home("1883", name=LONG), firm(1, "A"))
    for taken in (whole, long):
        for language in LANGUAGES:
            written.clear()
            FILES[".png"].make(taken, load(language))
            allowed = labels(taken, load(language))
            assert len(written) > 5
            for each in written:
                assert any(each.removesuffix("…") in label for label in allowed), each
    assert title_of(whole, figures(whole, firms_of(whole)), load("sv")).startswith(f"{len(members(whole))} företag i ")


def test_the_picture_says_nothing_of_who_made_it(whole: Taken) -> None:
    made = FILES[".png"].make(whole, load("sv"))
    image = Image.open(io.BytesIO(made))
    assert (image.size, image.mode, image.info) == ((1920, 1080), "RGB", {})
    assert {name for name, _ in chunks(made)} == {b"IHDR", b"IDAT", b"IEND"}
    assert made.endswith(b"IEND\xaeB`\x82")


def chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        found.append((png[at + 4 : at + 8], png[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


# -- printed ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_printed_catalogue_says_who_makes_what_and_its_index_where(whole: Taken, language: str) -> None:
    texts = load(language)
    made = FILES[".pdf"].make(whole, texts)
    pages = pdf_text.pages(made)
    flat = [each.replace("\n", " ") for each in pages]
    for name, count in by_family(whole, language).items():
        assert f"{name} {texts.number(count)}" in flat[0]
    for name in by_municipality(whole):
        assert name in flat[0]
    index = next(number for number, each in enumerate(pages) if each.startswith(texts("export.print.index")))
    listed = " ".join(flat[index:])
    offers: dict[str, set[str]] = {}
    for offer in whole.snapshot.of(Offer):
        offers.setdefault(offer.company_id or "", set()).add(process_name(offer.capability or "", texts))
    checked = 0
    for company in whole.snapshot.of(Company):
        if company.is_active and company.name:
            on = [number for number, each in enumerate(flat[1:index], 2) if company.name in each]
            assert on, company.name
            for process in offers.get(company.company_id, ()):
                assert any(re.search(rf"{re.escape(company.name)}\s{page}\b", listed) for page in on), company.name
                assert process in listed
                checked += 1
    assert checked > 100
    (kids,) = re.findall(rb"/Kids \[(.*?)\]", made, re.DOTALL)
    leaves = re.findall(rb"(\d+) 0 R", kids)
    links = re.findall(rb"/Dest \[ (\d+) 0 R /Fit \] /Rect", made)
    assert {leaves.index(each) for each in links} <= set(range(1, index))  # the pages that firms stand on
    assert len(links) >= checked


def test_the_municipalities_stand_in_order_in_the_list_of_contents(whole: Taken) -> None:
    titles = [each.decode("latin-1") for each in pdf_text.strings(FILES[".pdf"].make(whole, load("sv")))]
    own = [each for each in titles if each in by_municipality(whole)]
    assert own == sorted(own, key=lambda name: name.casefold())  # Å, Ä and Ö come last in both orders
    assert len(own) == len(by_municipality(whole))
    assert "Process för process" in titles
    assert "Utanför regionen" in titles


def test_the_letters_are_in_the_file_and_nothing_of_the_machine(whole: Taken) -> None:
    made = FILES[".pdf"].make(whole, load("sv"))
    written = b"".join(body.partition(b"stream")[0] for body in pdf_text.objects(made).values())
    assert set(re.findall(rb"/BaseFont /(\S+)", written)) == {
        b"AAAAAA+BitstreamVeraSans-Roman", b"AAAAAA+BitstreamVeraSans-Bold"
    } or len(re.findall(rb"/FontFile2", written)) >= 2  # fmt: skip
    assert b"/Helvetica" not in written
    assert b"/Lang (sv)" in written
    assert re.findall(rb"/Author \((.*?)\)", written) == [b""]
    assert re.findall(rb"/CreationDate \((.*?)\)", written) == [b"D:20000101000000+00'00'"]


def test_no_printed_line_runs_out_of_its_column() -> None:
    firms = [firm(number, LONG) for number in range(3)]
    made = [Offer(f"{e.company_id}/o", e.company_id, "turning", ("steel", "aluminium"), tolerance=LONG) for e in firms]
    taken = taken_of(home("1883", name=LONG), *firms, *made)
    first, *others = pdf_text.drawn(FILES[".pdf"].make(taken, load("sv")))
    assert max(map(long_as, first)) <= 499  # A4 without its edges
    for page in others:
        *lines_in_columns, foot, _ = page
        assert max(map(long_as, lines_in_columns)) <= 239
        assert long_as(foot) <= 499


def long_as(line: Sequence[pdf_text.Run]) -> float:
    """How long a line is, in points."""
    plain, bold = fonts()
    return float(sum(stringWidth(each.text, bold if "Bold" in each.font else plain, each.size) for each in line))


@pytest.mark.parametrize("ending", KINDS)
def test_a_name_of_many_pages_ends_some_time(ending: str) -> None:
    endless = "ab" * 10_000
    company = firm(1, endless, website=endless)
    taken = taken_of(home("1883", name=endless), company, Offer("o", company.company_id, "turning", tolerance=endless))
    assert len(FILES[ending].make(taken, load("sv"))) < 2_000_000


def test_letters_that_are_not_there_are_no_boxes_in_print() -> None:
    company = firm(1, FOREIGN)
    pages = pdf_text.pages(FILES[".pdf"].make(taken_of(home("1883"), company), load("sv")))
    assert "?? Oz AB?" in pages[1]


def test_a_firm_elsewhere_or_of_no_known_place_is_listed_but_not_counted() -> None:
    inside, outside, unknown = firm(1, "Inne AB"), firm(2, "Ute AB", "0180"), firm(3, "Var AB", None)
    ended = firm(4, "Slut AB", ended_on="2026-01-01")
    taken = taken_of(home("1883"), inside, outside, unknown, ended)
    texts = load("sv")
    pages = pdf_text.pages(FILES[".pdf"].make(taken, texts))
    assert texts("export.picture.one", region="Provlän") in pages[0].replace("\n", " ")
    assert texts("export.picture.elsewhere", count=1) in pages[0]
    assert texts("export.picture.place_unknown", count=1) in pages[0]
    order = [pages[1].index(each) for each in ("Karlskoga", "Inne AB", texts("export.print.elsewhere"), "Ute AB",
                                               texts("export.print.place_unknown"), "Var AB")]  # fmt: skip
    assert order == sorted(order)
    assert "Slut AB" not in "".join(pages)


# -- slides ----------------------------------------------------------------------------------------------------------


def show_of(made: bytes) -> Any:
    return Presentation(io.BytesIO(made))


def charts_of(show: Any) -> list[Any]:
    return [shape.chart for slide in show.slides for shape in slide.shapes if shape.has_chart]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_charts_show_what_the_records_hold(whole: Taken, language: str) -> None:
    show = show_of(FILES[".pptx"].make(whole, load(language)))
    assert 5 <= len(show.slides) <= 7
    counted = (by_municipality(whole), by_family(whole, language), by_certificate(whole))
    for chart, counts in zip(charts_of(show), counted, strict=True):
        (plot,) = chart.plots
        shown = dict(zip(plot.categories, map(int, plot.series[0].values), strict=True))
        assert shown.items() <= counts.items()
        assert len(shown) == min(15, len(counts))
        assert list(shown.values()) == sorted(counts.values(), reverse=True)[: len(shown)]
        book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        (page,) = book.worksheets
        assert [*page.iter_rows(values_only=True)][1:] == list(shown.items())
        assert next(page.iter_rows(values_only=True)) == (None, load(language)("export.slides.companies"))
    last = "\n".join(shape.text_frame.text for shape in show.slides[-1].shapes)
    firms = members(whole)
    nothing = len(firms) - len({each.company_id for each in whole.snapshot.of(Offer)} & firms.keys())
    assert load(language)("export.slides.no_offers", count=nothing, all=len(firms)) in last


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_slide_is_titled_told_and_within_its_edges(whole: Taken, language: str) -> None:
    long = taken_of(home("1883", name=LONG), firm(1, LONG), Certificate("c", "org:4099000001", LONG),
                    Offer("o", "org:4099000001", "turning"), viewer=MANAGER)  # fmt: skip
    for taken in (whole, long, taken_of()):
        show = show_of(FILES[".pptx"].make(taken, load(language)))
        assert show.slide_width / show.slide_height == pytest.approx(16 / 9)
        for slide in show.slides:
            assert slide.shapes.title.text_frame.text
            assert DAY in slide.notes_slide.notes_text_frame.text
            fits(show, list(slide.shapes))
            for shape in slide.shapes:
                if shape.has_chart or shape.shape_type == 13:  # a picture
                    assert len(shape._element._nvXxPr.cNvPr.get("descr")) > 15


def fits(show: Any, shapes: Sequence[Any]) -> None:
    """Nothing leaves the slide or lies on something else, nor does any text need more room than it has."""
    boxes = [(each.left, each.top, each.left + each.width, each.top + each.height) for each in shapes]
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= show.slide_width + 1
        assert 0 <= top < bottom <= show.slide_height + 1
    for one, other in combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    for shape in shapes:
        if shape.has_text_frame:
            high = 0.0
            for paragraph in shape.text_frame.paragraphs:
                size = paragraph.runs[0].font.size.pt
                font = fonts()[bool(paragraph.runs[0].font.bold)]
                room = shape.width.pt - 14.4  # PowerPoint's own margins
                high += 1.2 * size * len(lines(legible(paragraph.text), room, wide(font, size), 99))
            assert high <= shape.height.pt + 1, shape.text_frame.text


def wide(font: str, size: float) -> Any:
    return lambda text: stringWidth(text, font, size)


def test_a_name_in_a_chart_is_no_formula_and_two_that_begin_alike_are_two() -> None:
    standards = ["=1+1", "+46 70", "@x", f"{LONG} 1", f"{LONG} 2"]
    company = firm(1, "A")
    held = [Certificate(f"{company.company_id}/{n}", company.company_id, each) for n, each in enumerate(standards)]
    (_, chart) = charts_of(show_of(FILES[".pptx"].make(taken_of(home("1883"), company, *held), load("sv"))))
    assert len(chart.plots[0].categories) == 5
    page = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).worksheets[0]
    cells = [page.cell(row, 1) for row in range(2, 7)]
    assert {each.data_type for each in cells} == {"s"}
    assert all(each.quotePrefix for each in cells)
    assert max(len(str(each.value)) for each in cells) <= 49


def test_the_slides_say_nothing_of_who_made_them(whole: Taken) -> None:
    made = FILES[".pptx"].make(whole, load("sv"))
    told = show_of(made).core_properties
    assert (told.author, told.last_modified_by, told.comments, told.keywords) == ("", "", "", "")
    assert told.created.isoformat()[:19] == told.modified.isoformat()[:19] == f"{DAY}T00:00:00"
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        names_in = archive.namelist()
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        text = b"".join(archive.read(each) for each in names_in if each.endswith((".xml", ".rels")))
    assert not [each for each in names_in if "thumbnail" in each or "printer" in each or each == "docProps/app.xml"]
    for word in (b"Macintosh", b"python-pptx", b"Canny"):
        assert word not in text


def test_plain_and_bold_letters_are_two() -> None:
    assert len({letters(lettering.REGULAR), letters(lettering.BOLD)}) == 2
