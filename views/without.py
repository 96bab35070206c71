"""What happens if a firm stops? The hardest to do without, one firm and those it takes with it, and what-if."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from graph.resilience import Critical, Impact, Resilience
from render.impact_picture import impact_drawing
from render.network import as_table
from render.resilience import (
    Row,
    affected_rows,
    bridge_rows,
    critical_bars,
    critical_rows,
    esri_sentence,
    firm_headline,
    firm_notes,
    part_rows,
    region_headline,
    region_notes,
    single_rows,
    supplier_rows,
    way_rows,
)
from texts import Texts
from views.bars import Bar, bars
from views.common import (
    Region,
    firm_of_link,
    firm_param,
    headline,
    is_dark,
    open_firm,
    plain,
    region,
    say,
    section,
    texts,
    warn,
)
from views.downloads import downloads
from views.firm_field import FIRM, firm_field, firms_meant
from views.picture import at_work, layout_of, picture
from views.table import Column, table
from views.what_if import what_if_panel

STYLE = (Path(__file__).parent / "load.css").read_text(encoding="utf-8")
FIELD = "without"
RADII_KM = (30, 50, 100)
USUAL_KM = 50
NUMBERS = ("stranded", "unknown", "buyers", "value_sek", "esri", "bridges", "partners", "found", "knock_on", "share",
           "customers", "steps")  # fmt: skip
TERMS = {"stranded": "stranded", "esri": "esri", "value_sek": "trade_value"}
AFFECTED = ("name", "process", "alternatives")
LISTS = {
    "critical": ("name", "stranded", "unknown", "buyers", "value_sek", "esri"),
    "single": ("buyer", "process", "name", "value_sek"),
    "parts": ("part", "name", "supplier", "country", "value_sek"),
    "bridges": ("name", "bridges", "partners"),
}


def page() -> None:
    """The region's weak points, or what one firm takes with it."""
    here = region()
    sentences = texts()
    st.html(f"<style>{STYLE}</style>")
    if here.is_empty:
        headline(sentences("without.empty"), sentences("without.empty_what"))
        return
    if not here.network.number_of_edges():
        headline(sentences("without.no_trades"), sentences("without.empty_what"))
        return
    linked = st.query_params.get(FIRM, "")
    firm = firm_of_link(here, linked) if linked else None
    if linked and firm is None:
        warn(sentences("without.bad_link"))
    with at_work(here):
        known = _resilience(here, st.session_state.get("without_within", USUAL_KM))
    if firm is None:
        _whole(here, known, sentences)
    else:
        _firm(here, known, firm, sentences)
    what_if_panel(here, known.within_km, firm)


def _resilience(here: Region, within_km: float) -> Resilience:
    def make() -> Resilience:
        return Resilience(here.snapshot, within_km, network=here.network, learned=here.learned)

    return here.kept(("resilience", within_km), make)


# -- what is asked ----------------------------------------------------------------------------------------------------


def _controls(sentences: Texts, *, whole: bool) -> bool:
    """The firm, the distance, and whether services count."""
    with st.container(horizontal=True, vertical_alignment="center", key="without_controls"):
        firm_field(FIELD, sentences("without.search_example"))
        st.segmented_control(
            sentences("without.within"),
            RADII_KM,
            default=USUAL_KM,
            format_func=lambda km: sentences("without.radius", km=km),
            key="without_within",
            label_visibility="collapsed",
            required=True,
        )
        services = False
        if whole:
            label, told = sentences("without.services"), sentences("without.services_what")
            services = st.toggle(label, key="without_services", help=told)
    firms_meant(FIELD)
    return services


def _look_at_all() -> None:
    st.query_params.pop(FIRM, None)


# -- the region -------------------------------------------------------------------------------------------------------


def _whole(here: Region, known: Resilience, sentences: Texts) -> None:
    ranked = _ranked(here, known, services=bool(st.session_state.get("without_services")))
    headline(region_headline(ranked, known.within_km, sentences), " ".join(region_notes(known, ranked, sentences)))
    services = _controls(sentences, whole=True)
    rows = [Bar(*each) for each in critical_bars(ranked, sentences)]
    if rows:
        section(sentences("without.picture"), term="stranded")
        bars(rows, sentences("without.bars_alt"))
    chosen = st.segmented_control(
        sentences("without.show"),
        list(LISTS),
        default="critical",
        format_func=lambda each: sentences(f"without.tables.{each}"),
        key="without_list",
        label_visibility="collapsed",
        required=True,
    )
    _list(here, known, str(chosen), services, sentences)


def _list(here: Region, known: Resilience, name: str, services: bool, sentences: Texts) -> None:
    """One of the region's lists; a click looks at the firm."""
    rows = _rows(here, known, name, services, sentences)
    if not rows:
        say(sentences(f"without.none.{name}"), "intro")
        return
    say(sentences(f"without.what.{name}"), "note")
    clicked = _table(f"without_{name}", LISTS[name], rows, sentences(f"without.tables.{name}"), sentences,
                     seller=name == "single")  # fmt: skip
    if clicked:
        st.query_params[FIRM] = firm_param(clicked)
        st.rerun()


def _ranked(here: Region, known: Resilience, *, services: bool) -> list[Critical]:
    return here.kept(("critical", known.within_km, services), lambda: known.critical(services=services))


def _rows(here: Region, known: Resilience, name: str, services: bool, sentences: Texts) -> list[Row]:
    def make() -> list[Row]:
        if name == "critical":
            return critical_rows(known, _ranked(here, known, services=services), sentences)
        if name == "single":
            return single_rows(known, known.single_source(services=services), sentences)
        return part_rows(known, sentences) if name == "parts" else bridge_rows(known, sentences)

    return here.kept(("without_rows", name, known.within_km, services, sentences.language), make)


# -- one firm ---------------------------------------------------------------------------------------------------------


def _firm(here: Region, known: Resilience, company_id: str, sentences: Texts) -> None:
    impact = here.kept(("impact", known.within_km, company_id), lambda: known.impact(company_id))
    headline(firm_headline(impact, sentences), " ".join(firm_notes(impact, sentences)))
    _controls(sentences, whole=False)
    left, right = st.columns([6, 7], gap="medium")
    with left:
        clicked = _picture(here, impact, sentences)
        (esri,) = here.kept(("esri", company_id), lambda: known.esri([company_id]))
        say(esri_sentence(known, esri, sentences), "note")
    with right:
        with st.container(horizontal=True, key="without_ways"):
            st.button(sentences("without.back"), on_click=_look_at_all, key="without_back")
            if st.button(sentences("without.open"), key="without_open"):
                open_firm(company_id)
        clicked = _tables(known, impact, sentences) or clicked
    if clicked and clicked != company_id:
        st.query_params[FIRM] = firm_param(clicked)
        st.rerun()


def _picture(here: Region, impact: Impact, sentences: Texts) -> str | None:
    dark = is_dark()
    key = ("impact_drawing", impact.within_km, impact.company_id, sentences.language, dark)
    drawing = here.kept(key, lambda: impact_drawing(here.network, layout_of(here), impact, sentences, dark=dark))
    clicked = picture("without_picture", drawing)
    legend = [sentences("without.legend", name=impact.name)]
    legend += [sentences("without.not_drawn", count=drawing.left_out)] if drawing.left_out else []
    say(" ".join(legend), "note")
    return clicked


def _tables(known: Resilience, impact: Impact, sentences: Texts) -> str | None:
    """The buyers, then those further on, then the suppliers."""
    carried = ("knock_on",) if any(each.knock_on for each in impact.affected) else ()
    further = [each for each in way_rows(impact, known, sentences) if each["steps"] != 1]
    clicked = None
    for name, rows, shown, more in (
        (
            "affected",
            affected_rows(impact, known, sentences),
            (*AFFECTED, *carried),
            ("found", "value_sek", "known_by"),
        ),
        ("ways", further, ("name", "way"), ("steps",)),
        ("suppliers", supplier_rows(impact, sentences), ("name", "share", "customers", "value_sek"), ()),
    ):
        if rows:
            title = sentences(f"without.{name}")
            section(title)
            clicked = _table(f"without_{name}", shown, rows, title, sentences, more=more) or clicked
    return clicked


def _table(
    key: str,
    fields: Sequence[str],
    rows: Sequence[Row],
    title: str,
    sentences: Texts,
    *,
    more: Sequence[str] = (),
    seller: bool = False,
) -> str | None:
    """The rows with a click that looks at a firm, and all of them to take along."""
    heads = {each: sentences(f"without.columns.{each}") for each in (*fields, *more, "company_id")}
    if seller:
        heads["name"] = sentences("without.columns.seller")
    columns = [
        Column(
            each,
            heads[each],
            firm=each == "name",
            number=each in NUMBERS,
            quiet=each in ("process", "way"),
            term=TERMS.get(each, ""),
        )
        for each in fields
    ]
    clicked = table(key, columns, rows, alt=plain(title))
    downloads(lambda: as_table(rows, heads), f"{sentences('without.file')}-{key.removeprefix('without_')}")
    return clicked


page()
