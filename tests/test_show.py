"""A show: what is kept of it, what its slides say, and where everything on them stands."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest

from graph.audience import Viewer, view
from graph.errors import NotAllowed, RevisionMoved, UnknownName, UserMistake
from graph.model import Company, Decision, ImportedPart, Introduction, Level, Load, SnapshotName, Trade
from graph.moments import moments
from graph.show import KINDS, OWN, Show, Step, drop_show, find_show, keep_show, shows
from graph.store import open_store
from graph.stores.sqlite import SqliteStore
from graph.story import Story, story
from graph.suppression import TOTAL
from graph.totals import NEAR
from graph.transfer import backup
from ingest.demo.since import half_a_year
from render.lettering import measure
from render.show_deck import Bars, Cards, Deck, Flows, Journey, Places, figures_on
from render.show_marks import COLOURS, HIGH, LEAST_SIZE, WIDE, Area, Circle, Dots, Mark, Stroke, Text, fitted
from render.show_scene import AROUND, scene
from render.show_slides import deck
from tests.test_app import PAYLOADS, invent_region
from texts import LANGUAGES, load

DAY = "2026-11-20"
MANAGER, MEMBERS = Viewer(Level.MANAGER), Viewer(Level.MEMBERS)
SHOW = Show("Höstmötet", Level.MEMBERS, "2026-11-26")


# -- what is kept ----------------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "region.sqlite")
    yield made
    made.close()


def test_a_show_is_kept_as_it_was_made(store: SqliteStore) -> None:
    steps = (
        Step("ask", True, "Hjälp oss", ("  En sak ", "", "En till"), "Le."),
        Step("glance", False),
        Step(OWN, True, "Fika"),
    )
    kept = keep_show(store, MANAGER, replace(SHOW, steps=steps, since=3))
    assert kept.steps[0].lines == ("En sak", "En till")
    assert shows(store, MANAGER) == [kept]
    assert store.revision() == 0
    again = keep_show(store, MANAGER, replace(kept, name="Vårmötet", held_on="2027-03-01"))
    assert (again.version, shows(store, MANAGER)) == (2, [again])
    other = keep_show(store, MANAGER, SHOW)
    assert shows(store, MANAGER) == [again, other]
    assert find_show(shows(store, MANAGER), "Höstmötet") == other
    drop_show(store, MANAGER, again.show_id)
    assert shows(store, MANAGER) == [other]
    for name in ("Vårmötet", again.show_id):
        with pytest.raises(UnknownName):
            find_show(shows(store, MANAGER), name)
    with pytest.raises(UnknownName):
        drop_show(store, MANAGER, again.show_id)


def test_the_second_to_keep_a_show_is_told_that_it_has_changed(store: SqliteStore) -> None:
    kept = keep_show(store, MANAGER, SHOW)
    keep_show(store, MANAGER, replace(kept, name="Hennes"))
    with pytest.raises(RevisionMoved):
        keep_show(store, MANAGER, replace(kept, name="Hans"))
    assert [each.name for each in shows(store, MANAGER)] == ["Hennes"]


@pytest.mark.parametrize(
    ("code", "show"),
    [
        ("show_without_name", replace(SHOW, name="  ")),
        ("show_bad_day", replace(SHOW, held_on="26/11")),
        ("show_bad_day", replace(SHOW, held_on="2026-13-01")),
        ("show_bad_steps", replace(SHOW, steps=(Step("glance"), Step("glance")))),
        ("show_bad_steps", replace(SHOW, steps=(Step("firewalk"),))),
        ("show_too_long", replace(SHOW, steps=(Step("ask", title="x" * 2001),))),
        ("show_too_long", replace(SHOW, steps=(Step("ask", lines=("x",) * 13),))),
    ],
)
def test_what_no_show_can_be_is_refused(store: SqliteStore, code: str, show: Show) -> None:
    with pytest.raises(UserMistake) as caught:
        keep_show(store, MANAGER, show)
    assert caught.value.code == code
    assert shows(store, MANAGER) == []


def test_shows_are_the_managers(store: SqliteStore) -> None:
    kept = keep_show(store, MANAGER, SHOW)
    for ask in (lambda: shows(store, MEMBERS), lambda: keep_show(store, MEMBERS, SHOW),
                lambda: drop_show(store, MEMBERS, kept.show_id)):  # fmt: skip
        with pytest.raises(NotAllowed):
            ask()


def test_a_show_goes_along_in_a_copy(store: SqliteStore, tmp_path: Path) -> None:
    kept = keep_show(store, MANAGER, SHOW)
    backup(store, tmp_path / "copy.sqlite")
    copy = SqliteStore(tmp_path / "copy.sqlite")
    assert shows(copy, MANAGER) == [kept]
    copy.close()


def test_the_invented_half_year_is_the_same_for_the_same_region(tmp_path: Path) -> None:
    """What its firms have said and what became of it; nobody who is sensitive is among them."""
    folder = invent_region(tmp_path)
    seen = []
    for name in ("one", "two"):
        shutil.copy(folder / "demo.sqlite", tmp_path / f"{name}.sqlite")
        store = open_store(f"sqlite:{tmp_path / name}.sqlite")
        half_a_year(store)
        seen.append({kind: view(store, MEMBERS).of(kind) for kind in (Company, ImportedPart, Trade, Introduction)})
        sensitive = {each.company_id for each in view(store, MANAGER).of(Company) if each.sensitive}
        pairs = view(store, MEMBERS).of(Introduction)
        store.close()
    assert seen[0] == seen[1]
    assert len(seen[0][ImportedPart]) >= 3
    assert len(pairs) >= 3
    named = {firm for each in pairs for firm in (each.company_id, each.other_id)}
    assert not named & sensitive


# -- what the slides say ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented region half a year after its last meeting."""
    folder = invent_region(tmp_path_factory.mktemp("data"))
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}")
    half_a_year(store)
    store.close()
    return folder


def told_by(path: Path, viewer: Viewer = MEMBERS) -> Story:
    store = open_store(f"sqlite:{path}")
    known = moments(store.snapshot(Load, Decision, SnapshotName))
    told = story(store, viewer, DAY, next(each for each in known if each.kind == "named"))
    store.close()
    return told


@pytest.fixture(scope="module")
def told(lived: Path) -> Story:
    return told_by(lived / "demo.sqlite")


@pytest.fixture(scope="module", params=LANGUAGES)
def made(told: Story, request: pytest.FixtureRequest) -> Deck:
    return deck(SHOW, told, load(request.param))


def test_every_step_has_something_to_tell(made: Deck) -> None:
    assert made.empty == ()
    kinds = list(dict.fromkeys(each.kind for each in made.slides))
    assert kinds == ["first", *KINDS]
    assert len({each.key for each in made.slides}) == len(made.slides)
    for each in made.slides:
        assert each.title
        assert each.notes
        assert each.alt or each.picture is None


def test_the_first_slide_names_audience_day_and_data(made: Deck) -> None:
    texts = load(made.language)
    said = " ".join(made.slides[0].lines)
    assert texts("status.level.MEMBERS") in said
    for day in ("2026", "26 ", "20 "):
        assert day in said
    assert DAY in made.foot
    assert texts("status.level.MEMBERS") in made.foot


def test_the_figures_are_the_regions_own(made: Deck, told: Story, lived: Path) -> None:
    store = open_store(f"sqlite:{lived / 'demo.sqlite'}")
    seen = view(store, MEMBERS)
    store.close()
    pictures = {each.kind: each.picture for each in made.slides}
    who, imports, trades = pictures["who"], pictures["imports"], pictures["trades"]
    assert isinstance(who, Bars)
    assert sum(each.amount for each in who.bars) == len(made.figures.firms) == len(who.firms)
    names = {each.name for each in seen.of(Company)}
    assert {each.company.name for each in made.figures.firms} <= names
    assert isinstance(imports, Bars)
    assert isinstance(trades, Flows)
    near, whole = told.totals.homes.cells[TOTAL, NEAR], told.totals.homes.whole
    assert near is not None
    assert whole is not None
    assert near[0] <= whole[0]
    parts = [each for each in made.slides if each.kind == "parts"]
    opened = {each.description for each in seen.of(ImportedPart)}
    assert {each.title for each in parts} <= opened
    assert 0 < len(parts) <= 4
    for each in parts:
        assert isinstance(each.picture, Journey)
        assert each.picture.buyer in names
        assert {maker.name for maker in each.picture.makers} <= names


def test_a_person_chooses_order_and_words_but_no_figures(told: Story) -> None:
    texts = load("sv")
    steps = (
        Step("ask", title="Hjälp oss", lines=("Ta med en granne",)),
        Step(OWN, title="Fika", lines=("Bullar & te",), notes="Le."),
        Step("glance", title=PAYLOADS[0], notes="En\nTvå"),
        Step("who", is_shown=False),
    )
    own, plain = deck(replace(SHOW, steps=steps), told, texts), deck(SHOW, told, texts)
    assert [each.kind for each in own.slides] == ["first", "ask", OWN, "glance"]
    assert [each.title for each in own.slides[1:]] == ["Hjälp oss", "Fika", PAYLOADS[0]]
    assert own.slides[1].lines == ("Ta med en granne",)
    assert own.slides[2].notes == ("Le.",)
    glance = next(each for each in plain.slides if each.kind == "glance")
    assert own.slides[3].notes == ("En", "Två", *glance.notes)
    assert figures_on(own.slides[3]) == figures_on(glance)


def test_a_step_with_nothing_to_tell_is_left_out_and_said(tmp_path: Path) -> None:
    empty = SqliteStore(tmp_path / "empty.sqlite")
    found = deck(SHOW, story(empty, MEMBERS, DAY), load("sv"))
    empty.close()
    assert [each.kind for each in found.slides] == ["first", "ask"]
    assert found.empty == tuple(each for each in KINDS if each != "ask")
    assert all(scene(found, each, load("sv")) for each in found.slides)


def test_nothing_that_only_the_manager_sees_is_on_a_members_slide(lived: Path, made: Deck) -> None:
    store = open_store(f"sqlite:{lived / 'demo.sqlite'}")
    parts, seen = view(store, MANAGER).of(ImportedPart), view(store, MEMBERS).of(ImportedPart)
    store.close()
    hidden = {each.description for each in parts} - {each.description for each in seen} - {None}
    hidden |= {each.part_number for each in parts if each.part_number} | {
        each.supplier for each in parts if each.supplier
    }
    said = " ".join(text for each in made.slides for text in (each.title, *each.lines, each.alt, *figures_on(each)))
    assert len(hidden) > 50
    assert not [each for each in hidden if each and each in said]


# -- where everything stands -------------------------------------------------------------------------------------------


def box(mark: Mark) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a mark."""
    if isinstance(mark, Text):
        wide = measure(mark.size, bold=mark.is_bold)(mark.text)
        left = mark.x - {"start": 0.0, "middle": wide / 2, "end": wide}[mark.anchor]
        return left, mark.y - 0.75 * mark.size, left + wide, mark.y + 0.25 * mark.size
    if isinstance(mark, Circle):
        return mark.x - mark.radius, mark.y - mark.radius, mark.x + mark.radius, mark.y + mark.radius
    points = np.concatenate(mark.rings) if isinstance(mark, Area) else mark.points
    low, high = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def is_on_ground(mark: Mark) -> bool:
    left, top, right, bottom = box(mark)
    return left >= -1 and top >= -1 and right <= WIDE + 1 and bottom <= HIGH + 1


def test_all_stands_on_the_ground_and_can_be_read(made: Deck) -> None:
    for slide in made.slides:
        marks = scene(made, slide, load(made.language))
        keys = [each.key for each in marks]
        assert len(set(keys)) == len(keys), slide.key
        for mark in marks:
            assert is_on_ground(mark), (slide.key, mark)
            if isinstance(mark, Text):
                assert mark.size >= LEAST_SIZE
                assert mark.text.strip()
            if not isinstance(mark, Dots):
                assert mark.tone in COLOURS


@pytest.mark.parametrize(
    "title", ["Djupdragen kopp DC04 t=1,5", "Granitskiva 30 mm polerad kant", "En två tre fyra fem"]
)
def test_a_sentence_is_parted_between_its_words_into_lines_of_like_length(title: str) -> None:
    size, written = fitted(title, 560.0, (60.0, 52.0), 3)
    assert " ".join(written) == title
    wide = [measure(size, bold=True)(each) for each in written]
    assert max(wide) <= 560
    words = title.split(" ")
    ways = (  # all that have as many lines
        [" ".join(words[start:end]) for start, end in pairwise((0, *cuts, len(words)))]
        for cuts in combinations(range(1, len(words)), len(written) - 1)
    )
    best = min(max(measure(size, bold=True)(line) for line in way) for way in ways)
    assert max(wide) <= best + 560 / 100


def test_rings_around_a_firm_at_the_border_stay_on_the_map(made: Deck) -> None:
    slide = next(each for each in made.slides if each.kind == "parts")
    assert isinstance(slide.picture, Journey)
    south = replace(slide, picture=replace(slide.picture, point=(58.75, 15.0)))
    rings = [
        each for each in scene(made, south, load(made.language)) if isinstance(each, Stroke) and "ring" in each.key
    ]
    assert len(rings) >= 2
    for each in rings:
        left, top, right, bottom = box(each)
        assert AROUND[0] <= left < right <= AROUND[2]
        assert AROUND[1] <= top < bottom <= AROUND[3]


def test_many_words_are_written_smaller_and_stay_on_the_slide(told: Story) -> None:
    """As many and as long lines as a step may have, on every kind of slide."""
    long = ("Det här är en mening som någon har skrivit, och den är inte kort. " * 4).strip()
    steps = tuple(Step(kind, lines=(long,) * 12) for kind in (*KINDS, OWN))
    made = deck(replace(SHOW, steps=steps), told, load("sv"))
    assert len(made.slides) > len(KINDS)
    for slide in made.slides[1:]:
        marks = scene(made, slide, load("sv"))
        assert any(isinstance(each, Text) and each.role == "line" for each in marks), slide.key
        for mark in marks:
            assert is_on_ground(mark), (slide.key, mark)
        bars = [each for each in marks if isinstance(each, Area) and each.key.startswith(("bar", "card:"))]
        assert all(box(each)[3] - box(each)[1] > 15 for each in bars), slide.key


def test_no_text_covers_another(made: Deck) -> None:
    for slide in made.slides:
        texts = [each for each in scene(made, slide, load(made.language)) if isinstance(each, Text)]
        texts = [each for each in texts if not (each.role == "map" or each.tone == "paper")]
        boxes = [box(each) for each in texts]
        for number, one in enumerate(boxes):
            for other in range(number):
                two = boxes[other]
                apart = one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] + 2 or two[3] <= one[1] + 2
                assert apart, (slide.key, texts[number], texts[other])


def test_a_firm_stands_in_the_same_place_every_time(told: Story, lived: Path, tmp_path: Path) -> None:
    def dots_of(made: Deck, kind: str) -> Dots:
        slide = next(each for each in made.slides if each.kind == kind)
        (found,) = (each for each in scene(made, slide, load("sv")) if isinstance(each, Dots))
        return found

    made = deck(SHOW, told, load("sv"))
    english = deck(replace(SHOW, steps=(Step("glance"),)), told, load("en"))
    np.testing.assert_array_equal(dots_of(made, "glance").points, dots_of(english, "glance").points)
    shutil.copy(lived / "demo.sqlite", tmp_path / "copy.sqlite")
    copied = deck(SHOW, told_by(tmp_path / "copy.sqlite"), load("sv"))
    np.testing.assert_array_equal(dots_of(made, "glance").points, dots_of(copied, "glance").points)
    map_dots, bars = dots_of(made, "glance"), dots_of(made, "who")
    assert len(map_dots.points) == len(bars.points) == len(made.figures.firms)
    assert not np.isnan(bars.points).any()
    placed = map_dots.points[~np.isnan(map_dots.points[:, 0])]
    assert len(placed) > 0.9 * len(map_dots.points)
    assert (placed >= AROUND[:2]).all()
    lands = [
        {each.key: each for each in scene(made, slide, load("sv")) if isinstance(each, Area)}
        for slide in made.slides
        if isinstance(slide.picture, Places | Journey)
    ]
    for one, other in pairwise(lands):
        assert one.keys() == other.keys()
        for key, area in one.items():
            for ring, same in zip(area.rings, other[key].rings, strict=True):
                np.testing.assert_array_equal(ring, same)


def test_dots_do_not_cover_each_other(made: Deck) -> None:
    for slide in made.slides:
        for each in scene(made, slide, load(made.language)):
            if isinstance(each, Dots) and slide.kind == "who":
                points = each.points
                near = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)) + 1e9 * np.eye(len(points))
                assert near.min() >= 1.99 * each.radius


def test_long_names_and_foreign_letters_have_room(made: Deck) -> None:
    """Every card, bar and name as long as a name can be."""
    long = "Mekaniskaverkstadsaktiebolaget 東京 " * 4
    texts = load(made.language)
    for slide in made.slides:
        picture = slide.picture
        if isinstance(picture, Bars):
            picture = replace(picture, bars=tuple(replace(each, name=long) for each in picture.bars))
        elif isinstance(picture, Cards):
            cards = (replace(each, head=long, lines=(long, long)) for each in picture.cards)
            picture = replace(picture, cards=tuple(cards))
        elif isinstance(picture, Flows):
            picture = replace(picture, ends=tuple(long[:40] for _ in picture.ends))
        elif isinstance(picture, Journey):
            picture = replace(picture, buyer=long, makers=tuple(replace(each, name=long) for each in picture.makers))
        stretched = replace(slide, picture=picture, title=long, lines=(long, long) if slide.lines else ())
        for mark in scene(made, stretched, texts):
            if isinstance(mark, Text):
                left, _, right, bottom = box(mark)
                assert left >= 0, (slide.key, mark)
                assert right <= WIDE, (slide.key, mark)
                assert bottom <= HIGH, (slide.key, mark)
