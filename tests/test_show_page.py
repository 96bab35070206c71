"""The show as one page: does it say what the deck says, the same every time, to whoever reads it and whatever is said?

What it does when it is opened is in test_browser_show.py.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from graph.show import OWN, Show, Step
from graph.stores.sqlite import SqliteStore
from graph.story import Story, story
from render.export_firms import firms_of
from render.show_deck import Deck, figures_on
from render.show_marks import COLOURS, Dots, Text
from render.show_packed import Packed
from render.show_page import file_name, show_page, zipped
from render.show_scene import scene
from render.show_slides import deck
from tests.test_app import PAYLOADS
from tests.test_colours import contrast, read
from tests.test_show import DAY, MEMBERS, SHOW, lived, made, told
from texts import load

__all__ = ["lived", "made", "told"]  # fixtures

NASTY = (*PAYLOADS, "</script><script>window.hacked=1</script>", "<!-- \u2028 -->")
BYTES_A_FIRM = 900  # of the search, of two pictures with a dot each, and of what the slides name
CONTRAST = re.compile(r":root\.contrast \{(.*?)\}", re.DOTALL)
TOLD_APART = (("accent", "warm"), ("accent_mid", "warm"), ("accent_soft", "warm"), ("accent", "accent_mid"),
              ("accent", "accent_soft"), ("accent_mid", "accent_soft"))  # fmt: skip
APART = 14.0  # in CIE L*a*b*: 2.3 is just seen side by side
SEEN_AS = {  # by who lacks one kind of cones; linear light (G. Machado, M. Oliveira and L. Fernandes, 2009)
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


class Read(HTMLParser):
    """The text of each section, the page's language, and what its script is handed."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.sections: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._data: list[str] = []
        self._inside = ""
        self.feed(page.decode())
        self.data: dict[str, Any] = json.loads("".join(self._data))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "section":
            self.sections.append("")
        if tag in ("section", "script"):
            self._inside = dict(attrs).get("id") or "" if tag == "script" else tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag in ("section", "script") else self._inside

    def handle_data(self, data: str) -> None:
        if self._inside == "section":
            self.sections[-1] += f"{data}\n"
        elif self._inside == "data":
            self._data.append(data)


@pytest.fixture(scope="module", name="page")
def page_of_the_deck(made: Deck) -> bytes:
    return show_page(made, load(made.language))


def test_every_slide_says_as_text_what_its_picture_shows(made: Deck, page: bytes) -> None:
    found = Read(page)
    assert len(found.sections) == len(made.slides)
    for slide, said in zip(made.slides, found.sections, strict=True):
        for text in (slide.title, *slide.lines, slide.alt, *slide.notes, *figures_on(slide)):
            assert text in said, (slide.key, text)
    assert ("html", {"lang": made.language}) in found.tags


def test_every_slide_has_the_marks_of_its_scene_in_their_order(made: Deck, page: bytes) -> None:
    texts, data = load(made.language), Read(page).data
    for slide, numbers in zip(made.slides, data["slides"], strict=True):
        marks, packed = scene(made, slide, texts), [data["marks"][each] for each in numbers]
        assert [each["key"] for each in packed] == [each.key for each in marks]
        written = [(each["text"], each["x"]) for each in packed if each["kind"] == "text"]
        assert written == [(e.text, pytest.approx(e.x, abs=0.051)) for e in marks if isinstance(e, Text)]


def test_what_slides_share_is_on_the_page_once(made: Deck, page: bytes) -> None:
    texts, data = load(made.language), Read(page).data
    land = [each for each in data["marks"] if each["key"].startswith("land:")]
    assert len(land) == len({each["key"] for each in land}) > 10
    packed, slide = Packed(), made.slides[1]
    assert packed.put(scene(made, slide, texts)) == packed.put(scene(made, slide, texts))


def test_a_firm_has_the_same_dot_in_the_search_and_on_the_map(made: Deck, page: bytes) -> None:
    data = Read(page).data
    firms, dots, search = firms_of(made.taken), data["find"]["dots"], data["find"]["data"]["firms"]
    assert [each.get("name") for each in search] == [each.company.name for each in firms]
    shown = {at: firm for firm, at in enumerate(dots) if at >= 0}
    order = [firms[shown[at]].company.company_id for at in range(len(made.figures.firms))]
    assert order == [each.company.company_id for each in made.figures.firms]
    (mark,) = (e for e in scene(made, made.slides[1], load(made.language)) if isinstance(e, Dots))
    behind = [data["marks"][each] for each in data["find"]["behind"]]
    (drawn,) = (each for each in behind if each["kind"] == "dots")
    known = [None if x != x else pytest.approx(x, abs=0.051) for x in mark.points.reshape(-1).tolist()]  # noqa: PLR0124
    assert drawn["points"] == known
    assert {each.get("role", "") for each in behind} <= {"", "foot"}


def test_the_same_show_is_the_same_page(made: Deck, page: bytes) -> None:
    assert show_page(made, load(made.language)) == page
    name, day = 'Höst: "mötet" ../2026', "2026-11-26"
    assert zipped(page, name, day) == zipped(page, name, day)
    with zipfile.ZipFile(io.BytesIO(zipped(page, name, day))) as archive:
        (entry,) = archive.infolist()
        assert entry.filename == "Höst mötet .. 2026.html"
        assert entry.date_time[:3] == (2026, 11, 26)
        assert archive.read(entry) == page


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("CON", "show"), ("lpt1.x", "show"), ("..", "show"), ("a\x00b\nc", "a b c"), ("x" * 300, "x" * 80), ("Å ", "Å")],
)
def test_the_files_name_is_one_that_every_system_takes(name: str, wanted: str) -> None:
    assert file_name(name) == wanted


def test_the_page_is_as_large_as_its_firms_need(made: Deck, page: bytes, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "empty.sqlite")
    empty = deck(SHOW, story(store, MEMBERS, DAY), load(made.language))
    store.close()
    nothing = show_page(empty, load(made.language))
    assert (len(page) - len(nothing)) / len(firms_of(made.taken)) < BYTES_A_FIRM
    assert len(Read(nothing).sections) == len(empty.slides)


def test_nothing_that_anybody_wrote_is_markup(told: Story) -> None:
    steps = tuple(Step(OWN, True, name, NASTY, "\n".join(NASTY)) for name in NASTY)
    page = show_page(deck(Show(NASTY[-2], MEMBERS.level, "", steps), told, load("sv")), load("sv"))
    found = Read(page)
    assert page.count(b"<script") == 2
    assert not {tag for tag, _ in found.tags} & {"img", "iframe", "object", "link"}
    assert not [attrs for _, attrs in found.tags if any(name.startswith("on") or name == "style" for name in attrs)]
    for said in found.sections[1:]:
        assert all(name in said for name in NASTY)
    written = " ".join(each["text"] for each in found.data["marks"] if each["kind"] == "text")
    assert PAYLOADS[0][:20] in written


def test_the_page_names_no_other_place(page: bytes) -> None:
    addresses = set(re.findall(rb"https?://[^\s\"'<>\\)]+", page.partition(b'<script type="application/json"')[0]))
    addresses |= set(re.findall(rb"https?://[^\s\"'<>\\)]+", page.rpartition(b"<script>")[2]))
    assert addresses == {b"http://www.w3.org/2000/svg"}
    assert b"default-src 'none'" in page


# -- colours ---------------------------------------------------------------------------------------------------------


def themes(page: bytes) -> Iterator[dict[str, str]]:
    found = CONTRAST.search(page.decode())
    assert found
    yield dict(COLOURS)
    yield {**COLOURS, **dict(re.findall(r"--(\w+): (#\w{6})", found[1]))}


def lightness(colour: str, seen_as: str = "") -> tuple[float, float, float]:
    """CIE L*a*b* of a colour as it is seen by who has all cones or lacks one kind."""
    light = [e / 12.92 if e <= 0.04045 else ((e + 0.055) / 1.055) ** 2.4 for e in (each / 255 for each in read(colour))]
    if seen_as:
        light = [min(1.0, max(0.0, _sum(row, light))) for row in SEEN_AS[seen_as]]
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    scaled = (_sum(row, light) / white for row, white in zip(rows, (0.95047, 1.0, 1.08883), strict=True))
    x, y, z = (e ** (1 / 3) if e > 216 / 24389 else (24389 / 27 * e + 16) / 116 for e in scaled)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _sum(row: Sequence[float], values: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(row, values, strict=True))


def test_tones_are_told_apart_by_who_sees_fewer_colours(page: bytes) -> None:
    for theme, seen_as in itertools.product(themes(page), ("", *SEEN_AS)):
        for one, other in TOLD_APART:
            pair = zip(lightness(theme[one], seen_as), lightness(theme[other], seen_as), strict=True)
            assert sum((a - b) ** 2 for a, b in pair) ** 0.5 > APART, (one, other, seen_as)


def test_words_and_marks_are_told_from_what_they_stand_on(page: bytes) -> None:
    plain, strong = themes(page)
    assert all(strong[tone] != plain[tone] for tone in COLOURS)
    for theme, words, marks in ((plain, 4.5, 3.0), (strong, 6.5, 4.5)):
        for tone in ("ink", "quiet", "accent", "warm"):
            assert contrast(read(theme[tone]), read(theme["paper"])) >= words, tone
        assert contrast(read(theme["accent_mid"]), read(theme["paper"])) >= marks
        assert contrast(read(theme["accent"]), read(theme["land"])) >= marks
