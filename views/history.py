"""What was loaded and decided here, and what happens if it is taken back?

Every load, decision and named snapshot, the newest first. Undoing is tried first, so that the question "are you sure?"
says what would go.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
import streamlit as st

from graph import ledger
from graph.errors import NarverkError
from graph.learned import Lesson
from graph.ledger import Publication
from graph.lessons import MEANS
from graph.model import Decision, Load, SnapshotName
from graph.resolve import live_decisions
from ingest.mapping import COLUMNS, ColumnMapping
from ingest.pipeline import Progress
from render.loads import difference_parts, history_table, load_name
from render.plain import error_sentence, process_name
from texts import Texts
from views.common import Region, say, section, store, texts, warn
from views.doubts import called
from views.downloads import downloads
from views.jobs import desk, show

PLACE = "history"
SHOWN = 6


@dataclass(frozen=True)
class Kept:
    """The ledger as the page needs it, the newest first."""

    loads: list[Load]
    decisions: list[Decision]
    snapshots: list[SnapshotName]

    @cached_property
    def live_loads(self) -> set[str]:
        """Loads that count."""
        return {each.load_id for each in self.loads if each.withdrawn is None}

    @cached_property
    def decided_pairs(self) -> set[frozenset[str]]:
        """Pairs of identifiers that a person has said are one company, or are not."""
        live = live_decisions(self.decisions)
        return {frozenset(each.subjects) for each in live if each.verb in ("same", "not_same")}


def kept_ledger(here: Region) -> Kept:
    """Loads, decisions and snapshots of the region as it is now, the newest first."""
    return here.kept("ledger", _kept)


def _kept() -> Kept:
    found = store().snapshot(Load, Decision, SnapshotName)
    return Kept(
        sorted(found.of(Load), key=lambda each: -each.revision),
        sorted(found.of(Decision), key=lambda each: -each.revision),
        sorted(found.of(SnapshotName), key=lambda each: (-each.at, each.name)),
    )


def history(here: Region) -> None:
    """Loads with undo, decisions with the way back, snapshots."""
    sentences = texts()
    kept = kept_ledger(here)
    section(sentences("history.title"), term="undo")
    if failed := st.session_state.pop("history_failed", None):
        warn(failed)
    undoing("list")
    if not kept.loads:
        say(sentences("history.nothing"), "note")
    else:
        _loads(kept, sentences)
    if kept.decisions:
        _decisions(here, kept, sentences)
    if kept.loads:
        _snapshots(kept, sentences)


# -- loads -----------------------------------------------------------------------------------------------------------


def _loads(kept: Kept, sentences: Texts) -> None:
    shown = kept.loads if st.session_state.get("all_loads") else kept.loads[:SHOWN]
    for each in shown:
        line = sentences("history.load", load=each.load_id, on=each.loaded_on, what=load_name(each, sentences),
                         claims=each.claims)  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="center", key=f"history_row_{each.load_id}"):
            if each.withdrawn is None:
                say(line, "line")
                st.button(
                    sentences("history.undo"),
                    on_click=ask_to_undo,
                    args=(each.load_id,),
                    key=f"undo_{each.load_id}",
                    type="tertiary",
                )
            else:
                say(f"{line} – {sentences('load.is_undone')}", "line nv-quiet")
    if len(shown) < len(kept.loads):
        label = sentences("history.all", count=len(kept.loads))
        st.button(
            label, on_click=lambda: st.session_state.update(all_loads=True), key="all_loads_button", type="tertiary"
        )
    downloads(lambda: history_table(kept.loads, sentences), sentences("history.file"))


def ask_to_undo(load_id: str, where: str = "list") -> None:
    """Find out what undoing a load would do, and ask where the page calls :func:`undoing` with the same ``where``."""
    opened = store()

    def work(progress: Progress) -> Publication:
        progress("weighing", "", 0, 1)
        return ledger.withdraw(opened, load_id, dry_run=True)

    if not desk().start(PLACE, "weigh", work, about=(load_id, where)):
        st.session_state["history_failed"] = texts()("job.busy")


def _undo(load_id: str, where: str) -> None:
    opened = store()

    def work(progress: Progress) -> Publication:
        progress("undoing", "", 0, 1)
        return ledger.withdraw(opened, load_id)

    desk().put_away(PLACE)
    if not desk().start(PLACE, "undo", work, about=(load_id, where)):
        st.session_state["history_failed"] = texts()("job.busy")


def undoing(where: str) -> None:
    """The question whether to undo, or what came of it, if it was asked from this place of the page."""
    sentences = texts()
    job = desk().of(PLACE)
    if job is None or job.about[1] != where:
        return
    if not job.is_done:
        show(job)
        return
    with st.container(key="undo"):
        if job.error is not None:
            say(job.sentence(), "facts", role="alert")
        elif job.name == "weigh":
            say(sentences("history.sure", load=job.about[0]), "label")
            for line in difference_parts(job.result.difference, sentences) or [sentences("history.no_change")]:
                say(line, "facts")
            say(sentences("history.sure_what"), "note")
        else:
            say(sentences("history.undone", load=job.about[0]), "label")
            for line in difference_parts(job.result.difference, sentences):
                say(line, "facts")
        with st.container(horizontal=True):
            if job.name == "weigh" and job.error is None:
                st.button(sentences("history.do_undo"), on_click=_undo, args=job.about, type="primary", key="do_undo")
            label = "history.keep" if job.name == "weigh" else "history.close"
            st.button(sentences(label), on_click=desk().put_away, args=(PLACE,), key="keep_load")


# -- decisions -------------------------------------------------------------------------------------------------------


def _decisions(here: Region, kept: Kept, sentences: Texts) -> None:
    live = [each for each in kept.decisions if each.withdrawn is None]
    section(sentences("history.decisions"), term="decisions")
    if not live:
        say(sentences("history.no_decisions"), "note")
    shown = live if st.session_state.get("all_decisions") else live[:SHOWN]
    for each in shown:
        with st.container(horizontal=True, vertical_alignment="center", key=f"history_row_{each.decision_id}"):
            say(_decision_line(here, each, sentences), "line")
            st.button(
                sentences("history.retract"),
                on_click=_retract,
                args=(each.decision_id,),
                key=f"retract_{each.decision_id}",
                type="tertiary",
            )
    if len(shown) < len(live):
        label = sentences("history.all", count=len(live))
        st.button(
            label,
            on_click=lambda: st.session_state.update(all_decisions=True),
            key="all_decisions_button",
            type="tertiary",
        )


def _decision_line(here: Region, each: Decision, sentences: Texts) -> str:
    firms = " — ".join(called(here, subject) for subject in each.subjects)
    by = sentences("history.by", who=each.decided_by) if each.decided_by else ""
    if each.verb == "correct":
        field = f"field.{each.field}"
        name = sentences(field) if sentences.has(field) else each.field
        said = sentences("history.correct", firm=firms, field=name, value=sentences.text(_value(each)))
    elif each.verb == COLUMNS:
        said = sentences("history.columns", columns=tuple(ColumnMapping(**_value(each)).columns))
    elif each.verb == MEANS:
        lesson = Lesson.from_json(_value(each))
        said = sentences(
            "history.means",
            words=lesson.words,
            means=[process_name(code, sentences) for code in lesson.means] or "–",
            others=[process_name(code, sentences) for code in lesson.not_] or "–",
        )
    else:
        said = sentences(f"history.{each.verb}", firms=firms)
    return f"{each.decided_on} · {said}{by}"


def _value(each: Decision) -> Any:
    return orjson.loads(each.value or "null")


def _retract(decision_id: str) -> None:
    try:
        ledger.retract(store(), decision_id)
    except NarverkError as error:
        st.session_state["history_failed"] = error_sentence(error, texts())


# -- snapshots -------------------------------------------------------------------------------------------------------


def _snapshots(kept: Kept, sentences: Texts) -> None:
    label = sentences("history.snapshots", count=len(kept.snapshots))
    with st.expander(label, on_change="rerun", key="snapshots_box") as box:
        if not box.open:
            return
        say(sentences("history.snapshots_what"), "note")
        for each in kept.snapshots[:SHOWN]:
            with st.container(horizontal=True, vertical_alignment="center", key=f"history_row_{each.at}_{each.name}"):
                say(sentences("history.snapshot", name=each.name, at=each.at), "line")
                label = sentences("history.compare")
                st.button(label, on_click=_compare, args=(each,), key=f"compare_{each.name}", type="tertiary")
        _compared(sentences)
        _name_field(sentences)


def _name_field(sentences: Texts) -> None:
    with st.form("snapshot_form", border=False, clear_on_submit=True), st.container(horizontal=True):
        name = st.text_input(
            sentences("history.snapshot_name"),
            placeholder=sentences("history.snapshot_example"),
            label_visibility="collapsed",
            key="snapshot_name",
            max_chars=60,
        )
        if st.form_submit_button(sentences("history.snapshot_keep"), key="snapshot_keep"):
            _name(name)


def _name(name: str) -> None:
    try:
        ledger.name_snapshot(store(), name)
    except NarverkError as error:
        warn(error_sentence(error, texts()))
    else:
        st.rerun()


def _compare(snapshot: SnapshotName) -> None:
    opened = store()

    def work(progress: Progress) -> ledger.Difference:
        progress("comparing", snapshot.name, 0, 1)
        return ledger.difference(ledger.records_at(opened, snapshot.at), ledger.records_at(opened))

    if not desk().start("compare", "compare", work, about=snapshot.name):
        st.session_state["history_failed"] = texts()("job.busy")


def _compared(sentences: Texts) -> None:
    job = desk().of("compare")
    if job is None:
        return
    if not job.is_done:
        show(job)
        return
    with st.container(key="compared", border=True):
        say(sentences("history.since", name=job.about), "label")
        lines = [job.sentence()] if job.error else difference_parts(job.result, sentences)
        for line in lines or [sentences("history.no_change")]:
            say(line, "facts")
        st.button(
            sentences("history.close"),
            on_click=desk().put_away,
            args=("compare",),
            key="close_compare",
            type="tertiary",
        )
