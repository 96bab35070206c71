"""What is known of this company, who says so, and what is to be said anew? Without one: which company is meant?"""

from __future__ import annotations

from functools import partial
from typing import NoReturn

import streamlit as st

from graph.audience import may_see
from graph.errors import NarverkError
from graph.geo import Point
from graph.model import Company, ImportedPart, Offer, Record
from graph.neighbours import ties
from graph.own_account import provenance_for
from graph.own_word import may_tell
from graph.provenance import Provenance
from graph.taxonomy import taxonomy
from render.answers import company_name
from render.company import PARTS, Wording, place_of, sentence
from render.maps import Marker
from render.plain import error_sentence
from texts import Texts
from views.captured import take_up
from views.choose_firm import choose_firm
from views.common import (
    Region,
    firm_name,
    firm_of_link,
    firm_param,
    headline,
    open_firm,
    region,
    say,
    stop,
    store,
    texts,
    viewer,
    warn,
)
from views.conclusions import ask_conclusions
from views.edit import Editing, close_form, forget_saved, form_if_open, just_made, open_form, undo_row
from views.facts import Act, facts, just_asked
from views.firm_consent import close_choice, who_sees_what
from views.firm_known import Known, firms_known
from views.firm_map import firm_map
from views.firm_parts import Records, may_add, parts_of, take_along
from views.picture import neighbourhood_of, picture

SHOWN = "company_shown"
WAYS = {"network": "network", "without": "resilience", "needs": "needs", "interview": "needs"}
"""Pages that tell of one firm, and the kind of result that each shows."""


def page() -> None:
    """The firm that the link means, or the way to one."""
    here = region()
    sentences = texts()
    if made := just_made():
        st.session_state[SHOWN] = here.company_of.get(made, made)
        open_firm(st.session_state[SHOWN])
    linked = st.query_params.get("firm", "")
    chosen = firm_of_link(here, linked) if linked else None
    if st.session_state.get(SHOWN) != chosen:
        st.session_state[SHOWN] = chosen
        forget_saved()
        close_form()
        close_choice()
    take_up(here)
    wording = Wording(sentences, partial(firm_name, here))
    if chosen is not None:
        _firm(here, here.companies[chosen], wording, sentences)
    else:
        if linked:
            warn(sentences("company.bad_link"), sentences("company.bad_link_what"))
        choose_firm(here, wording)
    if may_tell(viewer(), chosen or ""):
        form_if_open(here, wording)


def _firm(here: Region, company: Company, wording: Wording, sentences: Texts) -> None:
    told = _told(here, company, sentences) if may_tell(viewer(), company.company_id) else None
    about = firms_known(here)
    records = about.records.get(company.company_id, {})
    if asked := just_asked():
        _do(here, company, asked, records, told)
    offers = [each for each in records.get(Offer, ()) if isinstance(each, Offer)]
    name, place = company_name(company.name, sentences), place_of(company) or sentences("find.place_unknown")
    headline(sentence(company, name, offers, place, sentences), _note(company, sentences))
    _ways(company)
    undo_row()
    _pictures(here, company, name, about, sentences)
    if told is not None and may_tell(viewer()):
        ask_conclusions(here, company, records.get(Offer, ()), told, wording)
    facts("company_facts", parts_of(here, company, records, told, wording))
    if told is not None:
        who_sees_what(here, company, records, told, wording)
    take_along(company, records, told, wording)


def _ways(company: Company) -> None:
    """What else can be asked about the firm, for who may."""
    ways = [name for name, result in WAYS.items() if may_see(viewer(), result)]
    if ways:
        with st.container(horizontal=True, key="company_ways"):
            for name in ways:
                link = {"firm": firm_param(company.company_id)}
                st.page_link(f"views/{name}.py", label=texts()(f"company.ways.{name}"), query_params=link)


def _told(here: Region, company: Company, sentences: Texts) -> Provenance:
    """Who says what of the firm; a store that cannot be read ends the page with one sentence."""
    try:
        return here.kept(
            ("provenance", company.company_id), lambda: provenance_for(store(), viewer(), company.company_id)
        )
    except NarverkError as error:
        stop(error_sentence(error, sentences), sentences("app.store_what"))


def _note(company: Company, sentences: Texts) -> str:
    """Number, trade and membership in a line."""
    said = []
    kind, _, number = company.company_id.partition(":")
    if kind == "org":
        said.append(sentences("company.number", number=f"{number[:6]}-{number[6:]}"))
    elif kind == "vat":
        said.append(sentences("company.vat", number=number))
    if company.sni:
        label = taxonomy().sni_label(company.sni, company.sni_version or "2025", sentences.language)
        said.append(" ".join(filter(None, ("SNI", company.sni, label))))
    if company.member_until:
        said.append(sentences("company.member_until", day=company.member_until))
    elif company.member_since:
        said.append(sentences("company.member_since", day=company.member_since))
    if company.sensitive:
        said.append(sentences("company.sensitive"))
    return " · ".join(said)


def _do(here: Region, company: Company, asked: Act, records: Records, told: Provenance | None) -> None:
    """What a click in the tables asks for."""
    if asked.do == "firm" and asked.key in here.companies:
        open_firm(asked.key)
    if told is None:
        return
    if asked.do == "replace" and asked.key in here.parts:
        _ask_for(here.parts[asked.key])
    elif asked.do == "add" and asked.key == "facts":
        open_form(Editing(Company, company.company_id), here)
    elif asked.do == "add":
        part = next(each for each in PARTS if each.name == asked.key)
        if may_add(part.kind, told):
            open_form(Editing(part.kind, about=company.company_id, hidden=_follows(part.role)), here)
    elif asked.do == "edit" and (kind := _kind_of(asked.key, records)):
        open_form(Editing(kind, asked.key), here)


def _ask_for(part: ImportedPart) -> NoReturn:
    """Go to the search for who could make the part; its filter lists few parts, and this one among them."""
    st.session_state.update(mode="part", part=part.part_id, part_filter=part.part_number or part.description or "")
    st.switch_page("views/find.py")


def _follows(role: str) -> tuple[str, ...]:
    return (role,) if role else ()


def _kind_of(key: str, records: Records) -> type[Record] | None:
    kinds = (kind for kind, those in records.items() if any(each.key == key for each in those))
    return next(kinds, None)


def _pictures(here: Region, company: Company, name: str, about: Known, sentences: Texts) -> None:
    """Where it and its partners lie, and with whom it trades; a click opens a partner."""
    firm = company.company_id
    key = ("placed", firm, sentences.language)
    markers, centre, reach_km = here.kept(key, lambda: _placed(here, firm, about, sentences))
    partners = may_see(viewer(), "network") and bool(here.network.succ[firm] or here.network.pred[firm])
    with st.container(key="company_pictures"):
        left, right = st.columns(2, gap="medium") if partners else (st.container(), None)
    clicked = None
    with left:
        if centre is None:
            say(sentences("company.unplaced"), "note")
        else:
            alt = sentences("company.map_alt", name=name, count=len(markers) - 1)
            legend = [sentences("company.map_legend")] if partners else []
            clicked = firm_map("company_map", markers, centre, reach_km, alt=alt, rings=False, legend=legend)
    if right is not None:
        with right:
            clicked = picture("company_picture", neighbourhood_of(here, firm, sentences)) or clicked
            say(sentences("company.picture_legend"), "note")
    if clicked and clicked != firm and clicked in here.companies:
        open_firm(clicked)


def _placed(here: Region, firm: str, about: Known, sentences: Texts) -> tuple[list[Marker], Point | None, float]:
    partners = ties(here.network, firm) if may_see(viewer(), "network") else []
    return about.map_of(here, firm, [each.company_id for each in partners], sentences)


page()
