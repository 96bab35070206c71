"""Who has been asked, who is to be asked again, and what has come home?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from graph.enquiries import ENDED, STATUSES, Enquiry, Home, came_home, due, enquiries
from render.plain import capital
from render.tables import Cell
from texts import Texts
from views.bars import Bar, bars
from views.common import Region, headline, plain, region, section, store, texts, viewer
from views.downloads import downloads
from views.enquiry import enquiry_if_open, firm_name, open_enquiry, part_words, status_words, undo_row
from views.file_field import dress
from views.table import Column, Value, table

FILTER = "enquiry_filter"
ALL, DUE = "all", "due"
COLUMNS = ("part", "firm", "status", "follow_up", "value")
TAKEN_ALONG = (*COLUMNS, "since", "buyer", "tonne_km", "words")
STYLE = (Path(__file__).parent / "enquiries.css").read_text(encoding="utf-8")


def page() -> None:
    """What waits and what came home, in a sentence, a picture and a table."""
    here = region()
    sentences = texts()
    dress()
    st.html(f"<style>{STYLE}</style>")
    known = enquiries(store(), viewer())
    undo_row()
    if not known:
        headline(sentences("enquiry.empty"), sentences("enquiry.empty_what"))
        st.page_link("views/find.py", label=sentences("page.find"))
        return
    homes = came_home(known)
    headline(_sentence(known, here.day, sentences), _came_home(homes, here.day, sentences))
    _pictures(homes, known, sentences)
    _list(here, known, sentences)
    enquiry_if_open(here, known)


def _sentence(known: Sequence[Enquiry], day: str, sentences: Texts) -> str:
    """How many wait for an answer, and how many are to be followed up."""
    waiting = sum(each.status == "contacted" for each in known)
    late = len(due(known, day))
    said = [sentences(f"enquiry.waiting.{_how_many(waiting)}", count=waiting)]
    if late:
        said.append(sentences(f"enquiry.late.{_how_many(late)}", count=late))
    return " ".join(said)


def _how_many(count: int) -> str:
    return ("none", "one")[count] if count < 2 else "many"


def _came_home(homes: Sequence[Home], day: str, sentences: Texts) -> str:
    """What this year's orders brought home."""
    found = next((each for each in homes if each.year == int(day[:4])), None)
    if found is None:
        return sentences("enquiry.nothing_home")
    said = [sentences(f"enquiry.home.{_how_many(found.orders)}", count=found.orders)]
    if found.value_sek:
        said.append(sentences("enquiry.worth", sek=found.value_sek))
    if found.unvalued:
        said.append(sentences("enquiry.unvalued", count=found.unvalued))
    return " ".join(said)


# -- the pictures ----------------------------------------------------------------------------------------------------


def _pictures(homes: Sequence[Home], known: Sequence[Enquiry], sentences: Texts) -> None:
    """Kronor and tonne-kilometres home by year, and why others came to nothing."""
    refused = _refused(known, sentences)
    if not homes and not refused:
        return
    with st.container(key="enquiry_pictures"):
        columns = iter(st.columns(2 * bool(homes) + bool(refused), gap="large"))
    if homes:
        with next(columns):
            _by_year("sek", homes, lambda each: each.value_sek, sentences)
        with next(columns):
            _by_year("tonne_km", homes, lambda each: each.tonne_km, sentences)
    if refused:
        with next(columns), st.container(key="enquiry_refused"):
            section(sentences("enquiry.refused"))
            bars(refused, sentences("enquiry.refused"))


def _by_year(name: str, homes: Sequence[Home], of: Callable[[Home], float], sentences: Texts) -> None:
    title = sentences(f"enquiry.home_by_year.{name}")
    most = max(*map(of, homes), 1)
    section(title)
    bars([Bar(str(each.year), of(each) / most, sentences.number(of(each), 0)) for each in homes], title)


def _refused(known: Sequence[Enquiry], sentences: Texts) -> list[Bar]:
    """The reasons, the commonest first."""
    counts = Counter(each.last.reason for each in known if each.status == "refused")
    most = max(counts.values(), default=1)
    return [
        Bar(capital(sentences(f"enquiry.reason.{reason}")), count / most, sentences.number(count))
        for reason, count in sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    ]


# -- the list --------------------------------------------------------------------------------------------------------


def _list(here: Region, known: Sequence[Enquiry], sentences: Texts) -> None:
    late = {each.enquiry_id for each in due(known, here.day)}
    chosen = _filter(known, late, sentences)
    shown = [each for each in known if chosen in (ALL, each.status) or (chosen == DUE and each.enquiry_id in late)]
    shown.sort(key=_urgency)
    rows = [_row(here, each, each.enquiry_id in late, sentences) for each in shown]
    heads = {each: sentences(f"enquiry.columns.{each}") for each in TAKEN_ALONG}
    columns = [Column(each, heads[each], firm=each == "part", number=each == "value") for each in COLUMNS]
    clicked = table("enquiries", columns, rows, alt=sentences("page.enquiries"))
    downloads(lambda: _taken_along(rows, heads), sentences("enquiry.file"))
    if clicked:
        open_enquiry(clicked)


def _filter(known: Sequence[Enquiry], late: set[str], sentences: Texts) -> str:
    counts = {ALL: len(known), DUE: len(late)}
    counts |= {status: sum(each.status == status for each in known) for status in STATUSES}
    chosen = st.segmented_control(
        sentences("enquiry.filter"),
        list(counts),
        default=None if FILTER in st.session_state else ALL,
        format_func=lambda each: plain(f"{sentences(f'enquiry.shown.{each}')} {counts[each]}"),
        key=FILTER,
        label_visibility="collapsed",
        required=True,
    )
    return chosen or ALL


def _urgency(enquiry: Enquiry) -> tuple[int, str]:
    """Those with a day to follow up first, the oldest on top, then what goes on, then what has ended."""
    day = enquiry.last.follow_up_on
    return (0 if day else 1 + (enquiry.status in ENDED), day or "")


def _row(here: Region, enquiry: Enquiry, is_late: bool, sentences: Texts) -> dict[str, Value]:
    sought = enquiry.sought
    day = enquiry.last.follow_up_on
    return {
        "company_id": enquiry.enquiry_id,
        "part": part_words(enquiry, sentences),
        "firm": firm_name(here, sought.supplier_id, sentences),
        "status": status_words(enquiry.last, sentences),
        "follow_up": sentences("enquiry.day_late", day=day) if day and is_late else day,
        "value": sought.value_sek,
        "since": enquiry.since,
        "buyer": firm_name(here, sought.buyer_id, sentences) if sought.buyer_id else None,
        "tonne_km": enquiry.tonne_km_spared,
        "words": enquiry.last.words or None,
    }


def _taken_along(rows: Sequence[dict[str, Value]], heads: dict[str, str]) -> list[list[Cell]]:
    return [list(heads.values()), *([row[each] for each in heads] for row in rows)]


page()
