"""How does a meeting's show open where there is no network? As one page that holds all of it and asks nobody.

What every slide says stands on the page as text (:mod:`render.show_told`); a script draws the same marks as every other
way of showing it, moves from slide to slide, and answers "who can ...?" from what the show's audience may see.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from html import escape
from typing import Any

from render import offline_search
from render.catalogue import ABOUT_KM, WITHIN_KM
from render.export_firms import Firm, firms_of
from render.offline_page import offline_page, part
from render.region_drawing import fit
from render.show_deck import Deck, Places, Slide
from render.show_marks import COLOURS, SHEER, Text
from render.show_packed import Packed
from render.show_scene import AROUND, MAP, scene
from render.show_told import told
from texts import Texts

SCRIPTS = ("show_stage.js", "show_find.js", "show_speaker.js", "show_page.js")
CONTROLS = {
    "back": "M15 5l-7 7 7 7",
    "next": "M9 5l7 7-7 7",
    "find": "M4.5 10.5a6 6 0 1 0 12 0a6 6 0 1 0-12 0M15 15l5 5",
    "overview": "M4 5h7v6H4zM13 5h7v6h-7zM4 13h7v6H4zM13 13h7v6h-7z",
    "notes": "M5 6h14M5 11h14M5 16h9",
    "speaker": "M4 5h11v9H4zM9 18h11V9M6 18h1",
    "contrast": "M4 12a8 8 0 1 0 16 0a8 8 0 1 0-16 0M12 4v16M12 8h6M12 12h8M12 16h6",
    "black": "M4 6h16v12H4zM8 15l8-6",
    "full": "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
    "help": "M9 9a3 3 0 1 1 4.2 2.7c-.8.4-1.2 1-1.2 2.3M12 17.5v.5",
}
"""The buttons, in their order, and what is drawn on each in a square of 24."""
STATES = ("notes", "contrast", "full")  # what is on or off
KEYS = ("next", "back", "ends", "find", "overview", "notes", "speaker", "black", "contrast", "full", "help", "close")
SAID = ("or", "and", "none", "found_one", "km_less", "km_same", "km_unknown", "place_unknown")
FILLED = {"found": "count", "missing": "words", "km": "km", "km_about": "km"}
OWN_FILLED = {"after": "title", "near_place": "place", "within_km": "km"}
"""Sentences of the scripts, and the one value that they put in place of a #."""
LONGEST_NAME = 80
SOFTLY = 130  # points in which what lies around the region comes out of the paper
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def show_page(deck: Deck, texts: Texts) -> bytes:
    """The page as UTF-8."""
    script = "\n".join((offline_search.script(), *map(part, SCRIPTS)))
    body = "\n".join((*_room(texts), *_document(deck, texts), *_dialogs(texts)))
    data = offline_search.embedded(_data(deck, texts))
    return offline_page(
        deck.title, deck.language, style=f"{_colours()}\n{part('show_page.css')}", body=body, data=data, script=script
    )


def zipped(page: bytes, name: str, day: str) -> bytes:
    """The page as the one file of a ZIP, for mail stops pages; the same page and day (ISO) give the same bytes."""
    when = date.fromisoformat(day)
    entry = zipfile.ZipInfo(f"{file_name(name)}.html", (when.year, when.month, when.day, 0, 0, 0))
    entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(entry, page)
    return made.getvalue()


def file_name(name: str) -> str:
    """A name as every file system takes it, without an ending.

    >>> file_name('Höst: "mötet"/2026. '), file_name("../"), file_name("nul")
    ('Höst mötet 2026', 'show', 'show')
    """
    said = " ".join(_NOT_IN_NAMES.sub(" ", name).split())[:LONGEST_NAME].strip(" .")
    return "show" if not said or _DEVICES.fullmatch(said) else said


def _colours() -> str:
    """The tones as the style sheet knows them."""
    tones = " ".join(f"--{tone}: {colour};" for tone, colour in COLOURS.items())
    return f":root {{ {tones} --sheer: {SHEER}; }}"


# -- what the scripts read -------------------------------------------------------------------------------------------


def _data(deck: Deck, texts: Texts) -> dict[str, Any]:
    packed = Packed()
    slides = [packed.put(scene(deck, each, texts)) for each in deck.slides]
    places = scene(deck, Slide("find", "find", "", picture=Places()), texts)
    behind = packed.put(each for each in places if not (isinstance(each, Text) and each.role == "title"))
    said = {name: texts(f"export.page.{name}") for name in SAID}
    said |= {name: texts(f"export.page.{name}", **{value: "#"}) for name, value in FILLED.items()}
    said |= {name: texts(f"show.page.{name}", **{value: "#"}) for name, value in OWN_FILLED.items()}
    said |= {"last": texts("show.page.last"), "unnamed": texts("find.unnamed")}
    return {
        "marks": packed.marks,
        "slides": slides,
        "said": said,
        "find": {"behind": behind, **_search(deck, texts)},
    }


def _search(deck: Deck, texts: Texts) -> dict[str, Any]:
    """All firms that the audience may see; each has its town, and its dot on the map, -1 where it has none."""
    firms = firms_of(deck.taken)
    dot_of = {each.company.company_id: number for number, each in enumerate(deck.figures.firms)}
    return {
        "data": offline_search.data(deck.taken.snapshot, firms, texts),
        "dots": [dot_of.get(each.company.company_id, -1) for each in firms],
        "towns": [_town(each) for each in firms],
        "aboutKm": ABOUT_KM,
        "ground": _ground(deck),
    }


def _ground(deck: Deck) -> dict[str, Any]:
    """Where a longitude (x) and a latitude (y) lie on the map: a factor and what is added; and points a kilometre."""
    laid, (across, down) = fit(deck.drawing, MAP), deck.drawing.scale
    return {"x": [across * laid.scale, laid.left], "y": [down * laid.scale, laid.top], "km": laid.scale}


def _town(firm: Firm) -> str:
    return firm.company.locality or firm.place


# -- the page --------------------------------------------------------------------------------------------------------


def _room(texts: Texts) -> Iterator[str]:
    """The stage, its buttons and the speaker's notes."""
    yield f'<svg class="defs" aria-hidden="true"><defs>{_gradient("around")}</defs></svg>'
    yield '<div class="hall" hidden><div class="room"><div class="stage" aria-hidden="true"></div>'
    yield f'<nav class="controls" aria-label="{escape(texts("show.page.controls"))}">'
    for name in CONTROLS:
        yield _button(name, texts)
        if name == "back":
            yield '<span class="count"></span>'
    yield '</nav><div class="progress" aria-hidden="true"><div></div></div></div>'
    label = escape(texts("show.page.notes"))
    yield f'<aside class="notes" aria-label="{label}" tabindex="0" hidden><div class="told-notes"></div>'
    yield '<p class="after"></p></aside></div>'
    yield f'<button type="button" class="black" aria-label="{escape(texts("show.page.lighten"))}" hidden></button>'
    yield '<p class="spoken" role="status"></p>'


def _gradient(tone: str) -> str:
    """From nothing at the left edge of what is drawn around the region to its full tone."""
    ends = f'x1="{AROUND[0]:.0f}" x2="{AROUND[0] + SOFTLY:.0f}" y1="0" y2="0"'
    stops = f'<stop offset="0" stop-opacity="0" class="{tone}"/><stop offset="1" class="{tone}"/>'
    return f'<linearGradient id="{tone}" gradientUnits="userSpaceOnUse" {ends}>{stops}</linearGradient>'


def _button(name: str, texts: Texts) -> str:
    label = escape(texts(f"show.page.{name}"))
    state = ' aria-pressed="false"' if name in STATES else ""
    icon = f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{CONTROLS[name]}"/></svg>'
    return f'<button type="button" data-do="{name}" aria-label="{label}" title="{label}"{state}>{icon}</button>'


def _document(deck: Deck, texts: Texts) -> Iterator[str]:
    yield f"<main><h1>{escape(deck.title)}</h1>"
    yield from (told(each, number, texts) for number, each in enumerate(deck.slides, 1))
    yield f"<footer>{escape(deck.foot)}</footer></main>"


def _dialogs(texts: Texts) -> Iterator[str]:
    yield from _dialog("overview", "<ol></ol>", texts)
    keys = "".join(
        f"<div><dt>{escape(texts(f'show.page.{name}'))}</dt><dd>{escape(texts(f'show.page.keys.{name}'))}</dd></div>"
        for name in KEYS
    )
    yield from _dialog("help", f"<dl>{keys}</dl>", texts)
    yield from _dialog("find", "".join(_finding(texts)), texts)


def _dialog(name: str, body: str, texts: Texts) -> Iterator[str]:
    title, close = escape(texts(f"show.page.{name}")), escape(texts("show.page.close"))
    yield f'<dialog class="{name}" aria-labelledby="{name}-title"><header><h2 id="{name}-title">{title}</h2>'
    yield f'<button type="button" data-close>{close}</button></header>{body}</dialog>'


def _finding(texts: Texts) -> Iterator[str]:
    """What is asked for, what was understood of it, and who can."""
    yield '<form role="search">'
    label, example = escape(texts("show.page.text")), escape(texts("show.page.text_example"))
    yield f'<input type="search" name="text" autocomplete="off" aria-label="{label}" placeholder="{example}">'
    near, town = escape(texts("show.page.near")), escape(texts("show.page.near_example"))
    yield f'<label>{near}<input name="near" list="towns" autocomplete="off" placeholder="{town}"></label>'
    anywhere = escape(texts("export.page.within_any"))
    options = "".join(f'<option value="{km}">{escape(texts("export.page.km", km=km))}</option>' for km in WITHIN_KM)
    within = escape(texts("export.page.within"))
    yield f'<label>{within}<select name="within"><option value="">{anywhere}</option>{options}</select></label>'
    yield '<datalist id="towns"></datalist></form><p class="read"></p>'
    yield '<div class="found"><output aria-live="polite"></output>'
    for by, name in ((-1, "sooner"), (1, "later")):
        yield f'<button type="button" data-turn="{by}" hidden>{escape(texts(f"show.page.{name}"))}</button>'
    yield "</div><ol></ol>"
