"""What do a firm's customers require of it, what does it need, who can help, and what is to be noted next?"""

from __future__ import annotations

import html

import streamlit as st

from graph.gaps import Standing, by_firm, themes_of
from graph.model import Need, SupportCase
from graph.needs import Needs
from graph.support import NeedMatch
from render.answers import company_name
from render.company import Wording
from render.needs import (
    ON_SCREEN,
    as_table,
    asked_text,
    buyers_text,
    firm_headline,
    gap_rows,
    match_text,
    when_text,
    why_text,
)
from render.needs_sheet import left_off, needs_sheet
from render.plain import capital, choice_name, theme_name
from texts import Texts
from views.common import Region, firm_param, headline, open_firm, say, section
from views.downloads import download, downloads
from views.edit import Editing, form_if_open, open_form, undo_row
from views.table import Column, table

MOST_GAPS = 12


def firm_needs(here: Region, found: Needs, company_id: str, sentences: Texts) -> None:
    """The firm's sentence, its gaps with what to do about each, its needs, and the support that fits."""
    own, names = found.of(company_id), here.names
    judged = [each for each in own.standings if each.company_id == company_id]
    cases = [each for each in here.snapshot.of(SupportCase) if each.company_id == company_id]
    helps = own.helps(company_id)
    headline(firm_headline(own, company_id, names, sentences))
    undo_row()
    with st.container(horizontal=True, key="needs_ways"):
        if st.button(sentences("needs.to_region"), type="tertiary", icon=":material/arrow_back:", key="to_region"):
            st.switch_page("views/needs.py")
        if st.button(sentences("needs.to_company"), key="needs_to_company"):
            open_firm(company_id)
        if st.button(sentences("needs.to_interview"), key="needs_to_interview"):
            st.switch_page("views/interview.py", query_params={"firm": firm_param(company_id)})
        download(
            sentences("needs.sheet"),
            lambda: needs_sheet(own, company_id, cases, names, sentences, here.day),
            f"{sentences('needs.sheet_file')}.html",
            "text/html",
            "needs_sheet",
        )
    if hidden := left_off(own, company_id):
        say(sentences("needs.sheet_left_off", count=hidden), "note")
    left, right = st.columns(2, gap="large")
    with left:
        _gaps(here, own, judged, names, sentences)
        _stated(own, sentences)
    with right:
        _helps(here, company_id, helps, sentences)
        _cases(cases, sentences)
    _suppliers(here, own, company_id, names, sentences)
    form_if_open(
        here, Wording(sentences, lambda each: company_name(names.get(here.company_of.get(each, each)), sentences))
    )


def _item(title: str, told: str) -> None:
    """A fact in a line, and a quieter one below it."""
    st.html(f'<p class="nv-item"><b>{html.escape(title)}</b><small>{html.escape(told)}</small></p>')


def _gaps(here: Region, own: Needs, judged: list[Standing], names: dict[str, str | None], sentences: Texts) -> None:
    section(sentences("needs.firm_asks"), term="gap")
    if not judged:
        say(sentences("needs.firm_asks_none"), "note")
        return
    gaps = by_firm(each for each in judged if each.is_gap)
    for number, group in enumerate(gaps[:MOST_GAPS]):
        each, buyers = group[0], buyers_text(group, names, sentences)
        with st.container(horizontal=True, vertical_alignment="center", key=f"needs_row_{number}"):
            _item(
                f"{asked_text(each, sentences)}: {when_text(each, sentences)}",
                f"{capital(why_text(each, sentences))}. {sentences('needs.asked_by', buyers=buyers)}",
            )
            if st.button(sentences("needs.keep"), key=f"needs_keep_{number}"):
                open_buyers = [one for one in group if one.buyer_id not in own.support.sensitive]
                _keep(here, each, buyers_text(open_buyers, names, sentences), sentences)
    if not gaps:
        say(sentences("needs.no_gaps"), "note")
    met = len(by_firm(each for each in judged if each.status == "met"))
    unknown = len(by_firm(each for each in judged if each.status == "unknown"))
    if met or unknown:
        say(sentences("needs.firm_more", met=met, unknown=unknown), "note")


def _suppliers(here: Region, own: Needs, company_id: str, names: dict[str, str | None], sentences: Texts) -> None:
    """What the firm asks of others and they do not meet, where it is a buyer."""
    asked = [each for each in own.gaps if each.buyer_id == company_id]
    if not asked:
        return
    section(sentences("needs.buyer_gaps"), term="gap")
    rows = gap_rows(asked, own.support, names, sentences)
    columns = [
        Column(each, sentences(f"needs.columns.{each}"), firm=each == "name", quiet=each in ("why", "help"))
        for each in ON_SCREEN["gaps"]
        if each != "buyer"
    ]
    clicked = table("needs_of_suppliers", columns, rows, alt=sentences("needs.buyer_gaps"))
    downloads(lambda: as_table(rows, "gaps", sentences), f"{sentences('needs.file')}_gaps")
    if clicked and clicked in here.companies:
        st.switch_page("views/needs.py", query_params={"firm": firm_param(clicked)})


def _keep(here: Region, gap: Standing, buyers: str, sentences: Texts) -> None:
    """Open the form for a need of the firm, filled in with what it lacks; a sensitive buyer is not named."""
    asked, why = asked_text(gap, sentences), why_text(gap, sentences)
    key = "needs.gap_words" if buyers else "needs.gap_words_unnamed"
    words = sentences(key, asked=asked, buyer=buyers, why=why)
    suggested = (("theme", next(iter(themes_of(gap)), "")), ("description", words))
    open_form(Editing(Need, about=gap.company_id, suggested=suggested), here)


def _stated(own: Needs, sentences: Texts) -> None:
    section(sentences("needs.firm_needs"), term="needs")
    if not own.stated:
        say(sentences("needs.firm_needs_none"), "note")
    for each in own.stated:
        shared = sentences("needs.nobody_asked") if each.may_share is None else sentences.text(each.may_share)
        notes = [f"{sentences('needs.columns.may_share')}: {shared}"]
        if each.priority is not None:
            notes.insert(0, f"{sentences('needs.columns.priority')} {each.priority}")
        if each.stated_on:
            notes.insert(0, each.stated_on)
        _item(": ".join(filter(None, (theme_name(each.theme, sentences), each.description))), " · ".join(notes))


def _helps(here: Region, company_id: str, helps: tuple[NeedMatch, ...], sentences: Texts) -> None:
    section(sentences("needs.firm_helps"), term="missed_support")
    if not helps:
        say(sentences("needs.firm_helps_none"), "note")
    for number, each in enumerate(helps):
        with st.container(horizontal=True, vertical_alignment="center", key=f"needs_row_help_{number}"):
            _item(theme_name(each.offer.theme, sentences), match_text(each, sentences))
            if each.case is None and st.button(sentences("needs.case"), key=f"needs_case_{number}"):
                suggested = {
                    "actor": each.actor.name,
                    "theme": each.offer.theme,
                    "description": each.offer.description,
                    "status": "advised",
                    "changed_on": here.day,
                }
                filled = tuple((field, value) for field, value in suggested.items() if value)
                open_form(Editing(SupportCase, about=company_id, suggested=filled), here)


def _cases(cases: list[SupportCase], sentences: Texts) -> None:
    if not cases:
        return
    section(sentences("needs.firm_cases"))
    for each in cases:
        title = ": ".join(filter(None, (each.actor, each.description)))
        status = choice_name(each.status, sentences)
        money = sentences("money.sek", amount=each.amount_sek) if each.amount_sek else ""
        _item(title, " · ".join(filter(None, (status, each.changed_on, money, each.result))))
