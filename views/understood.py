"""What was understood of a part, and from which words: shown above the answer, for the user to correct."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from graph.demands import Demand
from graph.taxonomy import taxonomy
from render.plain import material_name, material_names, process_name, process_names
from texts import Texts
from views.common import plain, say
from views.teach import remember_words

LEFT, ADDED = "demands_left", "added"
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
    words: Mapping[str, str] = field(default_factory=dict)  # of each other demand
    value_sek: int | None = None  # at stake, a year


def understood(asked: Asked, mode: str, sentences: Texts) -> Asked:
    """Show what was understood and from which words; the demand as the user leaves it."""
    with st.container(key="understood"):
        row = st.container(horizontal=True, vertical_alignment="center")
        with row:
            say(sentences("find.other_demands" if mode == "processes" else "find.understood"), "label", narrow=True)
            kept = _process_pills(asked, mode, sentences)
            if mode == "text":
                remember_words(asked, kept, sentences)
            chosen = replace(asked.demand, processes=kept, deciding=_deciding(asked.demand, kept))
            demand = _as_left(chosen, asked.identity)
            key = _key("demands", asked.identity)
            fields = st.popover(sentences("find.change"), type="tertiary", key=key, on_change="rerun")
            if fields.open:  # ten widgets that every other run does without
                with fields:
                    demand = _changed(demand, asked, sentences, by_text=mode == "text")
        say(_facts(demand, asked, sentences), "facts")
        open_questions = [
            sentences(f"find.ask.{each}")
            for each in asked.questions
            if not getattr(demand, ANSWERED_BY.get(each, ""), None)
        ]
        if open_questions and demand.processes:
            say(sentences("find.tell_more", questions=" ".join(open_questions)), "note")
    return replace(asked, demand=demand)


def _deciding(demand: Demand, kept: tuple[tuple[str, float], ...]) -> int | None:
    """How many of the processes kept decide who can make it: those that did, and what the user has added."""
    known = [code for code, _ in demand.processes]
    lesser = set() if demand.deciding is None else set(known[demand.deciding :])
    return sum(code not in lesser for code, _ in kept) or None


def _process_pills(asked: Asked, mode: str, sentences: Texts) -> tuple[tuple[str, float], ...]:
    """The processes understood, to be clicked away, and what the user has added."""
    weights = dict(asked.demand.processes)
    if mode == "processes":
        return asked.demand.processes
    added = [each for each in _left(asked.identity).get(ADDED, ()) if each not in weights]
    codes = [*added, *weights]
    if not codes:
        return ()

    def label(code: str) -> str:
        words = sentences("find.by_you") if code in added else asked.why.get(code)
        return plain(process_name(code, sentences) + (f" ← {words}" if words else ""))

    kept = st.pills(
        sentences("find.processes"),
        codes,
        selection_mode="multi",
        default=codes,
        format_func=label,
        key=_key(f"processes_{len(added)}", asked.identity),
        label_visibility="collapsed",
        help=sentences("find.untick"),
        width="content",
    )
    return tuple((code, weights.get(code, 1.0)) for code in codes if code in kept)


def _key(name: str, identity: str) -> str:
    """A widget's key that is new for a new question, so that it starts from what was understood of that."""
    return f"{name}_{zlib.crc32(identity.encode()):08x}"


def _left(identity: str) -> Mapping[str, Any]:
    """What the user has changed of the question, by field; :data:`ADDED` are processes."""
    said: Mapping[str, Any] = st.session_state.get(LEFT, {}).get(identity, {})
    return said


def _as_left(demand: Demand, identity: str) -> Demand:
    """The demand with what the user has changed of it, also while the fields are closed."""
    return replace(demand, **{name: value for name, value in _left(identity).items() if name != ADDED})


def _changed(demand: Demand, asked: Asked, sentences: Texts, *, by_text: bool) -> Demand:
    """More processes, material, certificates, sizes and quantity as the user leaves them."""
    identity = asked.identity
    added = _added(identity, sentences) if by_text else []
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
    first, second = st.columns(2)
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
        for column, name in ((first, "length_mm"), (second, "piece_weight_kg"))
    )
    tolerance = first.text_input(
        sentences("find.fields.tolerance"), value=demand.tolerance or "", key=_key("tolerance", identity), max_chars=40
    )
    quantity = second.number_input(
        sentences("find.fields.annual_quantity"),
        min_value=0,
        value=demand.annual_quantity,
        key=_key("annual_quantity", identity),
        placeholder=sentences("find.any"),
    )
    said: dict[str, Any] = {
        "material": material,
        "certificates": tuple(certificates),
        "length_mm": length or None,
        "piece_weight_kg": weight or None,
        "tolerance": tolerance.strip() or None,
        "annual_quantity": quantity or None,
    }
    changed = {name: value for name, value in said.items() if value != getattr(asked.demand, name)}
    left = {**changed, ADDED: added} if added else changed
    if added != list(_left(identity).get(ADDED, [])):
        st.session_state[LEFT] = {**st.session_state.get(LEFT, {}), identity: left}
        st.rerun()  # the processes stand above
    st.session_state[LEFT] = {**st.session_state.get(LEFT, {}), identity: left}
    return replace(demand, **said)


def _added(identity: str, sentences: Texts) -> list[str]:
    names = process_names(sentences)
    return st.multiselect(
        sentences("find.add_process"),
        list(names),
        default=_left(identity).get(ADDED, []),
        format_func=names.__getitem__,
        key=_key("added", identity),
        placeholder=sentences("find.processes_example"),
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
    told = [sentences("find.told.value_sek", value=asked.value_sek)] if asked.value_sek else []
    for name, value in said.items():
        if not value:
            continue
        fact = sentences(f"find.told.{name}", value=value)
        words = asked.words.get(name) if getattr(demand, name) == getattr(asked.demand, name) else None
        plainly = words is None or words.casefold() in fact.casefold()
        told.append(fact if plainly else sentences("find.told_from", fact=fact, words=words))
    return " · ".join(told) or sentences("find.nothing_else")
