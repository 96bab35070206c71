"""Which firm is meant? A search field, the way to a new firm, and what belongs to no firm at all."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from graph.audience import may_see
from graph.model import KIND_BY_NAME, Activity, Company, Record, Region, SupportActor, SupportOffer
from graph.search import search
from render.company import Part, Wording, row_of
from texts import Texts
from views import common
from views.common import headline, texts, viewer, warn
from views.edit import Editing, open_form, undo_row
from views.facts import Act, facts, just_asked, part_data
from views.overview import all_firms, firms_found

UNBOUND: tuple[Part, ...] = (
    Part("actors", SupportActor, ("name", "actor_type", "municipality", "website")),
    Part("support", SupportOffer, ("actor_id", "theme", "description", "deadline", "amount_sek", "municipalities")),
    Part("gatherings", Activity, ("name", "activity_type", "held_on")),
    Part("regions", Region, ("name", "municipalities")),
)
"""What belongs to no company."""


def choose_firm(here: common.Region, wording: Wording) -> None:
    """The search field and what it finds; for the manager also what is nobody's."""
    sentences = texts()
    may_edit = may_see(viewer(), "ledger")
    headline(sentences("company.which"), sentences("company.empty") if here.is_empty else "")
    undo_row()
    with st.container(horizontal=True, vertical_alignment="bottom", key="company_choose"):
        text = st.text_input(
            sentences("company.search"),
            key="company_search",
            placeholder=sentences("company.search_example"),
            label_visibility="collapsed",
            icon=":material/search:",
        ).strip()
        if may_edit and st.button(sentences("company.new"), key="company_new"):
            open_form(Editing(Company), here)
    if text:
        _found(here, text, sentences)
    elif not here.is_empty:
        all_firms(here, "company_all")
    if may_edit:
        _unbound(here, wording, sentences)


def _found(here: common.Region, text: str, sentences: Texts) -> None:
    firms = search(here.companies.values(), text).firms
    if firms:
        firms_found(here, "company_found", firms)
    else:
        warn(sentences("company.nobody", text=text), sentences("company.nobody_what"))


def _unbound(here: common.Region, wording: Wording, sentences: Texts) -> None:
    """Support actors with what they give, activities nobody took part in, regions."""
    records: dict[str, list[Record]] = {part.name: list(here.snapshot.of(part.kind)) for part in UNBOUND}
    records["gatherings"] = [each for each in here.snapshot.of(Activity) if not each.participants]
    if asked := just_asked():
        _do(here, asked, records)
    offer = sentences("company.add_support")
    parts = []
    for part in UNBOUND:
        rows = [row_of(each, None, wording, sentences, here.day) for each in records[part.name]]
        extra = {each.key: ("", offer) for each in rows} if part.kind is SupportActor else None
        data = part_data(part, rows, wording, may_edit=True, extra=extra)
        parts.append({**data, "act": "" if part.kind is SupportOffer else data["act"]})
    with st.expander(sentences("company.unbound")):
        facts("company_unbound", parts)


def _do(here: common.Region, asked: Act, records: Mapping[str, list[Record]]) -> None:
    if asked.do == "add":
        kind = next(part.kind for part in UNBOUND if part.name == asked.key)
        open_form(Editing(KIND_BY_NAME[kind.__name__]), here)
    elif asked.do == "replace":
        open_form(Editing(SupportOffer, about=asked.key), here)
    elif asked.do == "edit":
        kinds = (part.kind for part in UNBOUND if any(each.key == asked.key for each in records[part.name]))
        if (found := next(kinds, None)) is not None:
            open_form(Editing(found, asked.key), here)
