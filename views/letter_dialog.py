"""How is this firm asked? A window with a letter to edit, whom it goes to, and the shortlist."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from graph.audience import may_see
from graph.demands import Demand
from graph.enquiries import Enquiry, Event, Sought, alike, enquire, enquiries, sought_of, told
from graph.errors import NarverkError
from graph.footprint import import_km
from graph.geo import Point, road_km
from graph.model import ImportedPart
from graph.replacement import Replacement
from render.answers import company_name
from render.plain import error_sentence
from texts import Texts
from views.common import Region, guarded, plain, say, store, texts, viewer, warn
from views.letter import DAYS_TO_ANSWER, letter_fields, say_contact


def write_letter(
    here: Region, demand: Demand, hit: Replacement, words: str, part: ImportedPart | None, home: Point
) -> None:
    """Open a window with the letter that asks the firm for what is demanded.

    ``words`` are the buyer's own, ``home`` is where the part is wanted (latitude, longitude).
    """
    sentences = texts()
    title = plain(sentences("letter.title", name=company_name(hit.name, sentences)))
    st.dialog(title, width="large")(_window)(here, _sought(demand, hit, words, part, home))


def _sought(demand: Demand, hit: Replacement, words: str, part: ImportedPart | None, home: Point) -> Sought:
    return sought_of(
        demand,
        hit.company_id,
        words=((part.description if part else None) or words).strip(),
        part_id=part.part_id if part else None,
        value_sek=part.value_sek if part else None,
        supplier_now=part.supplier if part else None,
        tonne_km=_tonne_km(demand, hit, home),
    )


def _tonne_km(demand: Demand, hit: Replacement, home: Point) -> tuple[float | None, float | None]:
    """Tonne-kilometres a year from the present origin, and from the firm."""
    if demand.mass_kg is None:
        return None, None
    tonnes = demand.mass_kg / 1000
    imported = import_km(demand.origin_country, demand.transport_mode, home) if demand.origin_country else None
    now = None if imported is None else round(tonnes * imported, 1)
    return now, round(tonnes * road_km(hit.distance_km), 1)


def _window(here: Region, sought: Sought) -> None:
    with guarded():
        sentences = texts()
        say_contact(here, sought.supplier_id, sentences)
        if may_see(viewer(), "enquiries"):
            letter_fields(here, sought, lambda answer_by: _keep(here, sought, answer_by, sentences))
        else:
            letter_fields(here, sought)


def _keep(here: Region, sought: Sought, answer_by: str, sentences: Texts) -> None:
    """Buttons that put the enquiry on the shortlist or note that the letter has gone, and how it stands."""
    with st.container(horizontal=True, key="letter_keep"):
        listed = st.button(sentences("letter.note.shortlisted"), key="letter_shortlisted")
        sent = st.button(sentences("letter.note.contacted"), type="primary", key="letter_contacted")
    try:
        standing = alike(enquiries(store(), viewer()), sought)
        if sent or (listed and standing is None):
            _note(here, sought, standing, answer_by if sent else None)
            standing = alike(enquiries(store(), viewer()), sought)
    except NarverkError as error:
        warn(error_sentence(error, sentences))
        return
    if standing is not None:
        status = sentences(f"enquiry.status.{standing.status}")
        with st.container(horizontal=True, vertical_alignment="center", key="letter_kept"):
            say(sentences("letter.kept", status=status, day=standing.since), "saved", role="status", narrow=True)
            if st.button(sentences("letter.to_enquiries"), type="tertiary", key="letter_to_enquiries"):
                st.switch_page("views/enquiries.py")


def _note(here: Region, sought: Sought, standing: Enquiry | None, answer_by: str | None) -> None:
    """Keep the enquiry: on the shortlist, or (with a day to answer by, "" for the usual one) as sent."""
    event = Event("shortlisted", here.day)
    if answer_by is not None:
        event = Event("contacted", here.day, follow_up_on=answer_by or _later(here.day))
    if standing is None:
        enquire(store(), viewer(), sought, event, today=here.day)
    else:
        told(store(), viewer(), standing.enquiry_id, event, today=here.day)


def _later(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=DAYS_TO_ANSWER)).isoformat()
