"""What do the columns mean that were not read? Said once, it holds for all lists with the same headings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from graph.errors import NarverkError, UserMistake
from ingest.headings import SHEETS
from ingest.mapping import SKIPPED, ColumnUse, check_columns, remember
from ingest.pipeline import LoadReport, SheetReport
from ingest.suggestions import heading_meant
from render.loads import field_name, sheet_name
from render.plain import error_sentence
from texts import Texts
from views.common import plain, say, section, store, texts, warn

MOST_COLUMNS = 40


def ask_columns(report: LoadReport, try_again: Callable[[], None]) -> None:
    """A box for each sheet that is not read whole; ``try_again`` reads the files once more."""
    unread = [each for each in report.sheets if _is_unread(each)]
    if not unread:
        return
    sentences = texts()
    section(sentences("columns.title"), term="columns")
    for number, sheet in enumerate(unread):
        left = sum(not each.field for each in sheet.columns)
        said = "columns.sheet" if sheet.source_type else "columns.unknown_sheet"
        title = plain(sentences(said, sheet=sheet_name(sheet), count=left))
        box = st.expander(title, expanded=not sheet.source_type, on_change="rerun", key=f"columns_{number}")
        if box.open:
            with box:
                _ask(sheet, number, try_again, sentences)


def _is_unread(sheet: SheetReport) -> bool:
    """Whether a column with something in it is read as nothing, and nobody has said that it is to be so."""
    return any(not each.field and each.examples and not each.is_told for each in sheet.columns)


def _ask(sheet: SheetReport, number: int, try_again: Callable[[], None], sentences: Texts) -> None:
    kind = st.selectbox(
        sentences("columns.kind"),
        tuple(SHEETS),
        index=tuple(SHEETS).index(sheet.kind) if sheet.kind else None,
        format_func=lambda each: sentences(f"sheet_kind.{each}"),
        placeholder=sentences("edit.choose"),
        key=f"columns_kind_{number}",
    )
    if kind is None:
        say(sentences("columns.kind_first"), "note")
        return
    asked = [each for each in sheet.columns if each.examples and (not each.field or kind != sheet.kind)]
    if len(asked) > MOST_COLUMNS:
        say(sentences("columns.more", count=len(asked) - MOST_COLUMNS), "note")
    chosen = _fields(asked[:MOST_COLUMNS], kind, number, sentences)
    wrong = _wrong(sheet, kind, chosen, sentences)
    if wrong:
        say(wrong, "wrong" if any(chosen.values()) else "note")
    if st.button(sentences("columns.save"), type="primary", disabled=bool(wrong), key=f"columns_save_{number}"):
        try:
            remember(store(), sheet.headings, kind, chosen)
        except NarverkError as error:
            warn(error_sentence(error, sentences))
        else:
            try_again()
            st.rerun()


def _wrong(sheet: SheetReport, kind: str, chosen: Mapping[str, str], sentences: Texts) -> str:
    """Why the columns cannot be read so; "" where they can."""
    try:
        check_columns(sheet.headings, kind, chosen)
    except UserMistake as mistake:
        if mistake.code == "columns_missing":
            needed = tuple(field_name(kind, group[0], sentences) for group in SHEETS[kind][2])
            return sentences("error.columns_missing", headings=needed)
        return error_sentence(mistake, sentences)
    return ""


def _fields(asked: Sequence[ColumnUse], kind: str, number: int, sentences: Texts) -> dict[str, str]:
    """Which field each column is, by heading; those left alone are not to be read."""
    known = [SKIPPED, *SHEETS[kind][1]]

    def called(field: str) -> str:
        return field_name(kind, field, sentences) if field else sentences("columns.skip")

    guessed = _guessed(asked, kind)
    columns = st.columns(2, gap="medium")
    chosen = {}
    for index, each in enumerate(asked):
        with columns[index % 2]:
            chosen[each.heading] = st.selectbox(
                plain(each.heading),
                known,
                index=known.index(guessed[each.heading]),
                format_func=called,
                key=f"column_{number}_{kind}_{index}",
            )
            say(sentences("columns.examples", examples=each.examples), "note")
    return chosen


def _guessed(asked: Sequence[ColumnUse], kind: str) -> dict[str, str]:
    """What each column is proposed to be: as it is read, else as the heading it nearly has; each field once."""
    headings = SHEETS[kind][1]
    guessed = {each.heading: each.field if each.field in headings else SKIPPED for each in asked}
    for each in asked:
        meant = heading_meant(each.heading, headings, {})
        field = next((field for field, names in headings.items() if meant in names), SKIPPED)
        if guessed[each.heading] == SKIPPED and field not in guessed.values():
            guessed[each.heading] = field
    return guessed
