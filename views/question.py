"""What is asked for, and near what: the fields of a search, and its link.

The link of a question holds process, place and radius; never free text, a firm's name or a part. What it may not hold
can be saved: then the link is an id that tells nothing, see :mod:`graph.questions`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from graph.demands import Demand, demand_of, demand_of_part
from graph.errors import AmbiguousName, NarverkError, UnknownName
from graph.geo import radius_km
from graph.lookup import Origin, find_origin
from graph.model import ImportedPart
from graph.questions import SavedQuestion, save_question, saved_question
from graph.taxonomy import fold, taxonomy
from graph.understanding import Understanding, understand
from render.answers import company_name
from render.plain import error_sentence, process_names
from texts import Texts
from views.common import Region, firm_of_link, firm_param, plain, say, store, texts, viewer, warn
from views.understood import Asked, understood

MODES = ("text", "part", "processes")
RADII = ("10 km", "20 km", "30 km", "40 km", "50 km", "75 km", "100 km", "150 km", "200 km")
START_RADIUS = "40 km"
LINKED = ("process", "near", "within", "q")
FIELDS = ("mode", "text", "part", "processes", "near", "near_part", "within")
MOST_PARTS = 50
LENGTHS = ("length_mm", "diameter_mm", "width_mm", "height_mm")
_KEY = re.compile(r", ((?:org|vat|name|person):[^()]+)\)$")


@dataclass(frozen=True, slots=True)
class Question:
    """A demand near a place."""

    demand: Demand
    origin: Origin
    within_km: float


# -- links ---------------------------------------------------------------------------------------------------------


def read_link(here: Region) -> None:
    """Take the question over from the address bar, where it is not the one that stands there already.

    Not where a field was just changed: then the browser may still send the address of the question before.
    """
    linked = {name: st.query_params.get(name, "") for name in LINKED}
    if linked == st.session_state.get("linked", dict.fromkeys(LINKED, "")):
        return
    if st.session_state.get("stood", _standing()) != _standing():
        return
    st.session_state["linked"] = linked
    if linked["q"]:
        _read_saved(linked["q"])
        return
    known = [each for each in linked["process"].split(",") if each in taxonomy().processes]
    if linked["process"]:
        st.session_state["mode"], st.session_state["processes"] = "processes", known
        if not known:
            warn(texts()("find.bad_link"))
    if linked["near"]:
        st.session_state["near"] = _near_of_link(here, linked["near"])
    if linked["within"]:
        st.session_state["within"] = linked["within"]


def _near_of_link(here: Region, linked: str) -> str:
    """A place as it is written, or a firm by its name where nobody else has that."""
    company_id = firm_of_link(here, linked)
    if company_id is None:
        return linked
    name = here.companies[company_id].name
    namesakes = sum(each.name == name for each in here.companies.values())
    return name if name and namesakes == 1 else company_id


def _read_saved(question_id: str) -> None:
    try:
        saved = saved_question(store(), viewer(), question_id)
    except NarverkError as error:
        warn(error_sentence(error, texts()))
        return
    near = "near_part" if saved.mode == "part" else "near"
    st.session_state.update(
        {"mode": saved.mode, "text": saved.text, "part": saved.part_id or None, "processes": list(saved.processes)}
        | {near: saved.near, "within": saved.within}
    )
    st.session_state["saved"] = (question_id, _standing())


def _standing() -> list[object]:
    """What the fields hold."""
    return [st.session_state.get(name) for name in FIELDS]


def write_link(mode: str, question: Question | None) -> None:
    """Put process, place and radius into the address bar; of a part nothing, of a text no more than where."""
    linked = dict.fromkeys(LINKED, "")
    saved_id, saved_fields = st.session_state.get("saved", ("", None))
    if question is not None and saved_id and saved_fields == _standing():
        linked["q"] = saved_id
    elif question is not None and mode != "part":
        firm = question.origin.company_id
        linked["near"] = firm_param(firm) if firm else st.session_state["near"].strip()
        linked["within"] = f"{question.within_km:g} km"
        if mode == "processes":
            linked["process"] = ",".join(code for code, _ in question.demand.processes)
    for name, value in linked.items():
        if st.query_params.get(name, "") != value:
            if value:
                st.query_params[name] = value
            else:
                del st.query_params[name]
    st.session_state["linked"] = linked
    st.session_state["stood"] = _standing()


def save_button(mode: str, question: Question) -> None:
    """A button that saves a question whose link cannot hold it, and says that the address leads back to it."""
    sentences = texts()
    if mode == "processes":
        return
    if st.session_state.get("saved", ("", None))[1] == _standing():
        say(sentences("find.saved"), "note")
        return

    def save() -> None:
        near = "near_part" if mode == "part" else "near"
        said = SavedQuestion(
            mode,
            text=st.session_state.get("text") or "" if mode == "text" else "",
            part_id=st.session_state.get("part") or "" if mode == "part" else "",
            near=st.session_state.get(near) or "",
            within=f"{question.within_km:g} km",
        )
        try:
            st.session_state["saved"] = (save_question(store(), viewer(), said), _standing())
        except NarverkError as error:
            st.session_state["saved"] = ("", None)
            warn(error_sentence(error, sentences))

    st.button(sentences("find.save"), on_click=save, help=sentences("find.save_help"), type="tertiary", key="save")


# -- fields -------------------------------------------------------------------------------------------------------


def ask(region: Region) -> tuple[str, Asked | None, Question | None]:
    """The fields of the search; the mode, what was understood, and the whole question where it is one."""
    read_link(region)
    sentences = texts()
    st.session_state.setdefault("near", region.main_place)
    st.session_state.setdefault("mode", MODES[0])
    st.session_state.setdefault("within", START_RADIUS)
    modes = [each for each in MODES if each != "part" or region.parts]
    with st.container(key="fields"):
        what, near, within = st.columns([6, 2.4, 1.4], vertical_alignment="bottom")
    with what:
        chosen = st.segmented_control(
            sentences("find.mode"),
            modes,
            format_func=lambda each: plain(sentences(f"find.modes.{each}")),
            key="mode",
            label_visibility="collapsed",
            persist_state="session",
        )
        mode = chosen or MODES[0]
        asked = _asked(mode, region, sentences)
    with near:
        origin_text = _near_field(mode, sentences)
    with within:
        radius_text = _within_field(sentences)
    if asked is None:
        return mode, None, None
    asked = understood(asked, mode, sentences)
    question = _question(asked, region, origin_text, radius_text)
    write_link(mode, question)
    return mode, asked, question


def _asked(mode: str, region: Region, sentences: Texts) -> Asked | None:
    if mode == "part":
        return _part_field(region, sentences)
    if mode == "processes":
        return _process_field(sentences)
    text = st.text_input(
        sentences("find.text"),
        key="text",
        placeholder=sentences("find.text_example"),
        label_visibility="collapsed",
        persist_state="session",
    ).strip()
    if not text:
        return None
    said = region.kept(("understood", text), lambda: understand(text, learned=region.learned))
    return Asked(demand_of(said, text), text, _why(said, sentences), _grade(said), said.questions, _words(said))


def _words(said: Understanding) -> dict[str, str]:
    """From which words of the text each demand beside the processes was read."""
    words = dict(said.measure_words)
    found = {
        "material": ", ".join(dict.fromkeys(each.words for each in said.materials[:1])),
        "certificates": ", ".join(each for _, each in said.certificate_words),
        "length_mm": next((words[name] for name in LENGTHS if name in words), ""),
        "piece_weight_kg": words.get("weight_kg", ""),
        "tolerance": words.get("tolerance", ""),
        "annual_quantity": words.get("annual_quantity", ""),
    }
    return {name: each for name, each in found.items() if each}


def _why(said: Understanding, sentences: Texts) -> dict[str, str]:
    return {each.process: ", ".join(each.why[:3]) or sentences("find.by_kind") for each in said.processes}


def _grade(said: Understanding) -> str | None:
    return next((each.grade for each in said.materials), None)


def _process_field(sentences: Texts) -> Asked | None:
    names = process_names(sentences)
    chosen = st.multiselect(
        sentences("find.processes"),
        list(names),
        format_func=names.__getitem__,
        key="processes",
        placeholder=sentences("find.processes_example"),
        label_visibility="collapsed",
        persist_state="session",
    )
    if not chosen:
        return None
    return Asked(Demand(tuple((code, 1.0) for code in chosen)), ",".join(chosen))


def _part_field(region: Region, sentences: Texts) -> Asked | None:
    left, right = st.columns([2, 5])
    wanted = left.text_input(
        sentences("find.part_filter"),
        key="part_filter",
        placeholder=sentences("find.part_filter_example"),
        label_visibility="collapsed",
        persist_state="session",
    )
    found = _matching_parts(region, wanted)
    part_id = right.selectbox(
        sentences("find.part"),
        [each.part_id for each in found],
        index=None,
        format_func=lambda key: _part_label(region.parts[key], region, sentences),
        key="part",
        persist_state="session",
        placeholder=sentences("find.part_example" if found else "find.part_none"),
        label_visibility="collapsed",
    )
    part = region.parts.get(part_id or "")
    if part is None:
        return None
    said = understand(part.description or "", cn_code=part.cn_code, learned=region.learned)
    listed = dict.fromkeys(part.capabilities, sentences("find.by_list"))
    return Asked(
        demand_of_part(part, learned=region.learned),
        part.part_id,
        listed or _why(said, sentences),
        _grade(said),
        value_sek=part.value_sek,
    )


def _matching_parts(region: Region, wanted: str) -> list[ImportedPart]:
    words = fold(wanted).split()
    found = [each for each in region.parts.values() if all(word in _part_words(each, region) for word in words)]
    return sorted(found, key=lambda each: (-(each.value_sek or 0), each.part_id))[:MOST_PARTS]


def _part_words(part: ImportedPart, region: Region) -> str:
    buyer = region.companies.get(part.company_id or "")
    said = (part.part_number, part.description, part.cn_code, part.origin_country, buyer.name if buyer else None)
    return fold(" ".join(filter(None, said)))


def _part_label(part: ImportedPart, region: Region, sentences: Texts) -> str:
    buyer = region.companies.get(part.company_id or "")
    worth = None if part.value_sek is None else sentences("find.worth", sek=part.value_sek)
    said = (part.description, company_name(buyer.name if buyer else None, sentences), part.part_number, worth)
    return " · ".join(filter(None, said))


def _near_field(mode: str, sentences: Texts) -> str:
    by_buyer = mode == "part"
    return st.text_input(
        sentences("find.near"),
        key="near_part" if by_buyer else "near",
        placeholder=sentences("find.near_buyer" if by_buyer else "find.near_example"),
        persist_state="session",
    ).strip()


def _within_field(sentences: Texts) -> str:
    stands = st.session_state["within"] or START_RADIUS
    radii = list(dict.fromkeys((*RADII, stands)))  # one that was written stays in the list
    chosen = st.selectbox(
        sentences("find.within"),
        radii,
        index=radii.index(stands),  # the browser falls back on it where a first run was cut short
        key="within",
        persist_state="session",
        accept_new_options=True,
        help=sentences("find.within_help"),
    )
    return chosen or START_RADIUS


# -- the whole question ---------------------------------------------------------------------------------------------


def _question(asked: Asked, region: Region, near: str, within: str) -> Question | None:
    """The whole question; where the place or the radius is not understood, a banner that says how to write it."""
    sentences = texts()
    if not asked.demand.processes:
        warn(sentences("find.no_process"))
        return None
    near = near or asked.demand.buyer_id or ""
    if not near:
        warn(sentences("find.no_place"))
        return None
    try:
        origin = region.kept(("origin", near), lambda: find_origin(region.snapshot, near))
        return Question(asked.demand, origin, radius_km(within))
    except (AmbiguousName, UnknownName) as error:
        warn(error_sentence(error, sentences))
        said = error.values.get("candidates") or error.values.get("suggestions") or ()
        _offer([str(each) for each in said] if isinstance(said, Sequence) else [], bool(asked.demand.buyer_id))
    except NarverkError as error:
        warn(error_sentence(error, sentences))
    return None


def _offer(names: Sequence[str], by_buyer: bool) -> None:
    """A button for each place or firm that may have been meant."""

    def take(name: str) -> None:
        st.session_state["near_part" if by_buyer else "near"] = name

    with st.container(horizontal=True, key="candidates"):
        for number, name in enumerate(names):
            key = _KEY.search(name)
            st.button(plain(name), on_click=take, args=(key[1] if key else name,), key=f"candidate_{number}")
