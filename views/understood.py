"""What was understood of a part, and from which words: shown above the answer, for the user to correct."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import streamlit as st

from graph.demands import Demand
from graph.taxonomy import taxonomy
from render.plain import material_name, material_names, process_name
from texts import Texts
from views.common import plain, say

ANSWERED_BY = {
    "which_material": "material",
    "how_heavy": "piece_weight_kg",
    "how_large": "length_mm",
    "how_many": "annual_quantity",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A demand, and the words that spoke for it."""

    demand: Demand
    identity: str  # of the question: the same for the same words
    why: Mapping[str, str] = field(default_factory=dict)
    grade: str | None = None
    questions: tuple[str, ...] = ()


def understood(asked: Asked, mode: str, sentences: Texts) -> Asked:
    """Show what was understood and from which words; the demand as the user leaves it."""
    with st.container(key="understood"):
        row = st.container(horizontal=True, vertical_alignment="center")
        with row:
            say(sentences("find.other_demands" if mode == "processes" else "find.understood"), "label", narrow=True)
            kept = _process_pills(asked, mode, sentences)
            with st.popover(sentences("find.change"), type="tertiary"):
                demand = _changed(replace(asked.demand, processes=kept), asked.identity, sentences)
        say(_facts(demand, asked, sentences), "facts")
        open_questions = [
            sentences(f"find.ask.{each}")
            for each in asked.questions
            if not getattr(demand, ANSWERED_BY.get(each, ""), None)
        ]
        if open_questions and demand.processes:
            say(sentences("find.tell_more", questions=" ".join(open_questions)), "note")
    return replace(asked, demand=demand)


def _process_pills(asked: Asked, mode: str, sentences: Texts) -> tuple[tuple[str, float], ...]:
    weights = dict(asked.demand.processes)
    if mode == "processes" or not weights:
        return asked.demand.processes

    def label(code: str) -> str:
        words = asked.why.get(code)
        return plain(process_name(code, sentences) + (f" ← {words}" if words else ""))

    kept = st.pills(
        sentences("find.processes"),
        list(weights),
        selection_mode="multi",
        default=list(weights),
        format_func=label,
        key=_key("processes", asked.identity),
        label_visibility="collapsed",
        help=sentences("find.untick"),
        width="content",
    )
    return tuple((code, weight) for code, weight in asked.demand.processes if code in kept)


def _key(name: str, identity: str) -> str:
    """A widget's key that is new for a new question, so that it starts from what was understood of that."""
    return f"{name}_{zlib.crc32(identity.encode()):08x}"


def _changed(demand: Demand, identity: str, sentences: Texts) -> Demand:
    """Material, certificates, sizes and quantity as the user leaves them."""
    names = material_names(sentences)
    materials = list(names)
    material = st.selectbox(
        sentences("find.fields.material"),
        materials,
        index=materials.index(demand.material) if demand.material in materials else None,
        format_func=names.__getitem__,
        key=_key("material", identity),
        placeholder=sentences("find.any"),
    )
    certificates = st.multiselect(
        sentences("find.fields.certificates"),
        list(dict.fromkeys((*demand.certificates, *taxonomy().standards))),
        default=list(demand.certificates),
        key=_key("certificates", identity),
        placeholder=sentences("find.any"),
    )
    left, right = st.columns(2)
    length, weight = (
        column.number_input(
            sentences(f"find.fields.{name}"),
            min_value=0.0,
            value=getattr(demand, name),
            step=None,
            format="%g",
            key=_key(name, identity),
            placeholder=sentences("find.any"),
        )
        for column, name in ((left, "length_mm"), (right, "piece_weight_kg"))
    )
    tolerance = left.text_input(
        sentences("find.fields.tolerance"), value=demand.tolerance or "", key=_key("tolerance", identity), max_chars=40
    )
    quantity = right.number_input(
        sentences("find.fields.annual_quantity"),
        min_value=0,
        value=demand.annual_quantity,
        key=_key("annual_quantity", identity),
        placeholder=sentences("find.any"),
    )
    return replace(
        demand,
        material=material,
        certificates=tuple(certificates),
        length_mm=length or None,
        piece_weight_kg=weight or None,
        tolerance=tolerance.strip() or None,
        annual_quantity=quantity or None,
    )


def _facts(demand: Demand, asked: Asked, sentences: Texts) -> str:
    """The other demands in one line."""
    material = material_name(demand.material, sentences) if demand.material else None
    if material and asked.grade and demand.material == asked.demand.material:
        material = f"{material} ({asked.grade})"
    said = {
        "material": material,
        "certificates": ", ".join(demand.certificates) or None,
        "length_mm": demand.length_mm,
        "piece_weight_kg": demand.piece_weight_kg,
        "tolerance": demand.tolerance,
        "annual_quantity": demand.annual_quantity,
    }
    told = [sentences(f"find.told.{name}", value=value) for name, value in said.items() if value]
    return " · ".join(told) or sentences("find.nothing_else")
