"""Who may see what of this firm, by its own word: what each fact is seen by, the choice, and how it is changed.

For the firm's own people, and for the manager on their behalf: then it is written down who said so, and when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from graph.audience import Viewer
from graph.consent import ALL_OF_IT, Choice, Fact, choice_of
from graph.errors import NarverkError
from graph.model import Certificate, Company, Decision, Level, Offer, Record, Workplace
from graph.own_account import provenance_for
from graph.own_word import Ended, choose, chosen, leave_to_source, take_back_choice
from graph.provenance import Provenance, seen_by
from graph.revealing import SIGNS_IN, Revealing, revealing
from graph.store import Snapshot, Store
from render.company import Wording
from render.firm_facts import LOWER, Line, Seen, can_be_opened, ended_text, facts_seen, lines
from render.firm_sheet import choice_text, firm_sheet
from render.plain import error_sentence
from render.revealing import warning
from texts import Texts
from views.common import Region, guarded, plain, say, section, store, texts, today, viewer, warn, who
from views.downloads import download
from views.preview import offer_firm
from views.table import Column, Value, table

OPEN, SAVED, TURN = "consent_open", "consent_saved", "consent_turn"
COUNTED = frozenset({kind.__name__ for kind in (Company, Workplace, Offer, Certificate)})
"""Kinds that tell what a firm is and can."""
APART = "\x1f"
AS_SOURCE = ""
CHOICES = (*(str(each) for each in Choice), AS_SOURCE)
Records = Mapping[type[Record], Sequence[Record]]


@dataclass(frozen=True, slots=True)
class Saved:
    """What was just chosen, and what takes it back: the decision, or the one that counted before."""

    company_id: str
    sentence: str
    decision_id: str = ""
    before: Decision | None = None
    fact: Fact = ALL_OF_IT


def who_sees_what(here: Region, company: Company, records: Records, told: Provenance, wording: Wording) -> None:
    """How much others see, the choices, what can be printed, and the form that stands open."""
    sentences = texts()
    seen = facts_of(here, company, records, told, wording)
    counting, ended = here.kept(
        ("chosen", company.company_id), lambda: chosen(store(), viewer(), company.company_id)
    )  # fmt: skip
    listed = lines(seen, counting, sentences)
    section(sentences("consent.title"), term="audience")
    counted = [each for each in seen if each.fact.kind in COUNTED]
    counts = {level.name.lower(): sum(each.sees(level) for each in counted) for level in LOWER}
    say(sentences("company.others_see_what", all=len(counted), **counts), "note")
    _notes(company, sentences)
    _reveals(here, company, told, wording)
    _saved_row(company, sentences)
    if clicked := _table(listed, sentences):
        open_choice(company, clicked)
    say(sentences("consent.never"), "note")
    _ways(here, company, seen, listed, wording)
    _fact_by_fact(seen, sentences)
    _history(ended, wording, sentences)
    _form_if_open(company, seen, listed)


def facts_of(here: Region, company: Company, records: Records, told: Provenance, wording: Wording) -> list[Seen]:
    """Fact by fact who sees it; worked out once a revision."""

    def made() -> list[Seen]:
        others = {level: seen_by(told, Viewer(level)) for level in LOWER}
        return facts_seen(company, records, others, told, wording)

    return here.kept(("others_see", company.company_id, texts().language), made)


def _notes(company: Company, sentences: Texts) -> None:
    """What no choice reaches, where it is so."""
    if company.sensitive:
        say(sentences("consent.sensitive"), "facts")
    if company.company_id.startswith("person:"):
        say(sentences("consent.person"), "facts")


def _reveals(here: Region, company: Company, told: Provenance, wording: Wording) -> None:
    """For the manager: that what others see of the firm may give away a chain, which who chooses should know."""
    if viewer().level < Level.MANAGER:
        return

    def made() -> list[Revealing]:
        seen = seen_by(told, Viewer(Level.MEMBERS))
        others = Snapshot(here.snapshot.revision, {kind: seen.get(kind, ()) for kind in SIGNS_IN})
        return revealing(here.snapshot, others)

    for each in here.kept(("revealing", company.company_id), made):
        if each.company_id == company.company_id:
            warn(warning(each, lambda firm: wording.value("company_id", firm), texts()))


def _table(listed: Sequence[Line], sentences: Texts) -> Fact | None:
    """The choices; the fact of the line that was just clicked."""
    columns = [
        Column("what", sentences("consent.columns.what"), firm=True),
        Column("public", sentences("consent.columns.public")),
        Column("members", sentences("consent.columns.members")),
        Column("choice", sentences("consent.columns.choice")),
        Column("since", sentences("consent.columns.since"), quiet=True),
        Column("by", sentences("consent.columns.by"), quiet=True),
    ]
    rows = [_row(each, sentences) for each in listed]
    columns = [each for each in columns if not each.quiet or any(row[each.field] for row in rows)]
    clicked = table("consent_lines", columns, rows, alt=sentences("consent.title"))
    facts = {APART.join(each.fact): each.fact for each in listed}
    return facts.get(clicked or "-")


def _row(line: Line, sentences: Texts) -> dict[str, Value]:
    choice = sentences(f"consent.choice.{line.choice}") if line.choice else sentences("consent.as_source")
    own = line.decision if not line.follows else None
    return {
        "company_id": APART.join(line.fact),
        "what": line.what,
        "choice": sentences("consent.follows", choice=choice) if line.follows else choice,
        "since": own.decided_on if own else "",
        "by": own.decided_by if own else "",
        **{level.name.lower(): sentences(f"consent.seen.{line.seen[level]}") for level in LOWER},
    }


# -- to take along, to look back -------------------------------------------------------------------------------------


def _ways(here: Region, company: Company, seen: Sequence[Seen], listed: Sequence[Line], wording: Wording) -> None:
    """The firm's own copy of how it is seen; the manager's too, and the way to see it as the firm's people do."""
    sentences = texts()
    name = wording.value("company_id", company.company_id)
    is_manager = viewer().level >= Level.MANAGER

    opened = store()  # a file is made outside the page's run

    def for_firm() -> bytes:
        own = _as_firm(opened, company, wording) if is_manager else seen
        return firm_sheet(name, own, listed, sentences, here.day)

    def for_manager() -> bytes:
        return firm_sheet(name, seen, listed, sentences, here.day, for_manager=True)

    file = sentences("firm_sheet.file")
    with st.container(horizontal=True, key="consent_ways"):
        download(sentences("firm_sheet.get.firm"), for_firm, f"{file}.html", "text/html", "firm_sheet")
        if is_manager:
            label = sentences("firm_sheet.get.manager")
            download(label, for_manager, f"{file}_2.html", "text/html", "firm_sheet_manager")
            offer_firm(company.company_id)


def _as_firm(opened: Store, company: Company, wording: Wording) -> list[Seen]:
    """The facts as the firm's own people see them."""
    own = Viewer(Level.MEMBERS, company.company_id)
    told = provenance_for(opened, own, company.company_id)
    records = seen_by(told, own)
    others = {level: seen_by(told, Viewer(level)) for level in LOWER}
    mine = next(each for each in records[Company] if isinstance(each, Company))
    return facts_seen(mine, records, others, told, wording)


def _fact_by_fact(seen: Sequence[Seen], sentences: Texts) -> None:
    """Each fact with what members and everybody get to see of it."""
    mine = "MANAGER" if viewer().level >= Level.MANAGER else "OWN"
    columns = [
        Column("fact", sentences("field.what")),
        Column("whole", sentences(f"edit.level.{mine}")),
        Column("members", sentences("edit.level.MEMBERS")),
        Column("public", sentences("edit.level.PUBLIC")),
    ]
    hidden = sentences("company.hidden")
    all_of_it = st.expander(sentences("company.others_see_all"), on_change="rerun", key="others_see_all")
    if all_of_it.open:
        rows: list[Mapping[str, Value]] = [
            {
                "fact": " · ".join(filter(None, (each.record, each.field))),
                "whole": each.by_level[Level.MANAGER],
                **{level.name.lower(): each.by_level[level] or hidden for level in LOWER},
            }
            for each in seen
            if each.fact.kind in COUNTED
        ]
        with all_of_it:
            table("company_others_see", columns, rows, alt=sentences("company.others_see_all"))


def _history(ended: Sequence[Ended], wording: Wording, sentences: Texts) -> None:
    """Choices that count no more, with their days."""
    if ended:
        box = st.expander(sentences("consent.history", count=len(ended)), on_change="rerun", key="consent_history")
        if box.open:
            with box:
                for each in ended:
                    say(ended_text(each, wording, sentences), "facts")


# -- to choose ---------------------------------------------------------------------------------------------------------


def open_choice(company: Company, fact: Fact) -> None:
    """Let the form of choice stand open from now on; :func:`who_sees_what` draws it."""
    st.session_state[OPEN] = (company.company_id, fact)
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def close_choice() -> None:
    """No form of choice stands open."""
    st.session_state.pop(OPEN, None)


def _form_if_open(company: Company, seen: Sequence[Seen], listed: Sequence[Line]) -> None:
    opened: tuple[str, Fact] | None = st.session_state.get(OPEN)
    if opened is None or opened[0] != company.company_id:
        return
    line = next((each for each in listed if each.fact == opened[1]), None)
    if line is not None:
        st.dialog(plain(texts()("consent.dialog")), on_dismiss=close_choice)(_form)(company, line, seen)


def _form(company: Company, line: Line, seen: Sequence[Seen]) -> None:
    with guarded():
        _fields(company, line, seen, texts())


def _fields(company: Company, line: Line, seen: Sequence[Seen], sentences: Texts) -> None:
    """Of what, the four choices with what each means, and who says so."""
    turn = st.session_state[TURN]
    say(line.what, "label")
    say(choice_text(line, sentences), "note")
    fact = _which(line, seen, turn, sentences)
    now = AS_SOURCE if line.choice is None or line.follows else str(line.choice)
    wanted = st.radio(
        sentences("consent.who"),
        CHOICES,
        index=CHOICES.index(now),
        format_func=lambda each: plain(sentences(f"consent.choice.{each}" if each else "consent.as_source")),
        captions=[plain(sentences(f"consent.means.{each or 'as_source'}")) for each in CHOICES],
        key=f"consent_choice_{turn}",
    )
    by, on = _said_by(turn, sentences)
    if wanted == Choice.OPEN and fact == ALL_OF_IT:
        say(sentences("consent.alone"), "note")
    if st.button(sentences("consent.save"), type="primary", key=f"consent_save_{turn}"):
        if by:
            _save(company.company_id, fact, wanted, by, on)
        else:
            warn(sentences("consent.by_missing"))


def _which(line: Line, seen: Sequence[Seen], turn: int, sentences: Texts) -> Fact:
    """The record, or one of its fields."""
    fields = [each for each in seen if each.fact[:2] == line.fact[:2]]
    if line.fact == ALL_OF_IT or line.fact.field or not fields:
        return line.fact
    named = {each.fact: each.field for each in fields if can_be_opened(each.fact)}
    return st.selectbox(
        sentences("consent.which"),
        [line.fact, *named],
        format_func=lambda fact: plain(named.get(fact, sentences("consent.whole_record"))),
        key=f"consent_which_{turn}",
    )


def _said_by(turn: int, sentences: Texts) -> tuple[str, str]:
    """Who has said so, and when: for the manager to write down, and else whoever is logged in, today."""
    if viewer().level < Level.MANAGER:
        return who().name or sentences("consent.firm_itself"), today()
    left, right = st.columns([2, 1])
    by = left.text_input(
        sentences("consent.by"), key=f"consent_by_{turn}", placeholder=sentences("consent.by_example"), max_chars=120
    )
    on = right.date_input(
        sentences("consent.on"),
        date.fromisoformat(today()),
        max_value=date.fromisoformat(today()),
        format="YYYY-MM-DD",
        key=f"consent_on_{turn}",
    )
    return by.strip(), on.isoformat() if isinstance(on, date) else today()


def _save(company_id: str, fact: Fact, wanted: str, by: str, on: str) -> None:
    """Keep the choice and close the form; else say in it what is wrong."""
    sentences = texts()
    try:
        if wanted == AS_SOURCE:
            before = leave_to_source(store(), viewer(), company_id, fact, on=on)
            saved = Saved(company_id, sentences("consent.left"), before=before, fact=fact)
        else:
            made = choose(store(), viewer(), company_id, Choice(wanted), fact, by=by, on=on)
            choice = sentences(f"consent.choice.{wanted}")
            saved = Saved(company_id, sentences("consent.saved", choice=choice), made)
    except NarverkError as error:
        warn(error_sentence(error, sentences))
        return
    close_choice()
    st.session_state[SAVED] = saved
    st.rerun()


def _saved_row(company: Company, sentences: Texts) -> None:
    """What was just chosen, and the button that takes it back."""
    saved: Saved | None = st.session_state.get(SAVED)
    if saved is None or saved.company_id != company.company_id:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="consent_saved_row"):
        say(saved.sentence, "saved", role="status", narrow=True)
        if saved.decision_id or saved.before:
            st.button(sentences("edit.undo"), on_click=_undo, args=(saved,), key="consent_undo")


def _undo(saved: Saved) -> None:
    try:
        if saved.decision_id:
            take_back_choice(store(), viewer(), saved.decision_id)
        elif saved.before:
            before = saved.before
            choice, by, on = choice_of(before), before.decided_by, before.decided_on
            choose(store(), viewer(), saved.company_id, choice, saved.fact, by=by, on=on)
        said = texts()("edit.undone")
    except NarverkError as error:
        said = error_sentence(error, texts())
    st.session_state[SAVED] = Saved(saved.company_id, said)
