"""What is to be said by hand? One form for every kind of record: add, change, confirm, close; and how it is undone.

The form stands in a window over the page until it is saved or left. What it started from is kept with it, so that
nobody saves over what somebody else has said meanwhile without having seen it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from graph.errors import NarverkError
from graph.identity import is_company
from graph.model import Company, Level, Record, SupportActor, SupportOffer, Value
from graph.own_account import account_for
from graph.own_word import take_back_said
from graph.provenance import Account, Moved
from graph.schema import SHAPES
from ingest.by_hand import Desk, Draft, fields_of, save
from ingest.forms import FORMS, NEW_FIRM, Field, Form
from ingest.typed import MOST_CHARACTERS, Mistake
from render.company import Wording
from render.plain import error_sentence
from texts import Texts
from views.common import Region, guarded, plain, say, store, texts, today, viewer, warn
from views.firms_field import firms_field

OPEN, SAVED, MADE = "edit_open", "edit_saved", "edit_made"
LEVELS = (Level.MANAGER, Level.MEMBERS, Level.PUBLIC)
TWO_COLUMNS_FROM = 5
FEW_CHOICES = 8
MIXED = ("invented_into_real", "real_into_invented")
OTHER_WORDS = ("standard", "certificates", "activity_type")  # of which the codes are only the common ones
ONLY_YES = "sensitive"  # to a firm's own people: they do not take the mark away


@dataclass(frozen=True, slots=True)
class Editing:
    """A form that stands open: for a new record of a kind, or (with its key) for one that is there."""

    kind: type[Record]
    key: str = ""
    about: str = ""  # the company or actor that a new record is added to
    hidden: tuple[str, ...] = ()  # fields that follow from where the form was opened
    started: int = 0  # revision of what is shown
    before: Record | None = None  # what the form started from
    suggested: tuple[tuple[str, str], ...] = ()  # texts that stand in the fields of a new record
    note: str = ""  # said above the fields
    number: int = 0  # tells its widgets from those of forms opened before
    mistakes: tuple[Mistake, ...] = ()  # what came of the last attempt to save
    moved: tuple[Moved, ...] = ()
    sentence: str = ""


def open_form(editing: Editing, here: Region) -> None:
    """Let the form stand open from now on; :func:`form_if_open` draws it."""
    number = st.session_state["edit_number"] = st.session_state.get("edit_number", 0) + 1
    account = account_for(store(), viewer(), editing.kind, editing.key) if editing.key else None
    before = account.record if account else None
    st.session_state[OPEN] = replace(editing, started=here.snapshot.revision, before=before, number=number)


def form_if_open(here: Region, wording: Wording) -> None:
    """The form that stands open, where one does."""
    editing: Editing | None = st.session_state.get(OPEN)
    if editing is not None:
        item = SHAPES[editing.kind].item
        named = wording.value(item, editing.key.partition("/")[2]) if item else ""
        what = ", ".join(filter(None, (wording.kind(editing.kind), named)))
        title = plain(texts()("edit.change" if editing.key else "edit.add", what=what))
        st.dialog(title, width="large", on_dismiss=close_form)(_form)(here, wording, editing)


def close_form() -> None:
    """No form stands open."""
    st.session_state.pop(OPEN, None)


def undo_row() -> None:
    """What was just saved, and the button that takes it back."""
    saved: tuple[str, str] | None = st.session_state.get(SAVED)
    if saved is None:
        return
    load_id, sentence = saved
    with st.container(horizontal=True, vertical_alignment="center", key="saved_row"):
        say(sentence, "saved", role="status", narrow=True)
        if load_id:
            st.button(texts()("edit.undo"), on_click=_undo, args=(load_id,), key="undo")


def _undo(load_id: str) -> None:
    try:
        take_back_said(store(), viewer(), load_id)
        st.session_state[SAVED] = ("", texts()("edit.undone"))
    except NarverkError as error:
        st.session_state[SAVED] = ("", error_sentence(error, texts()))


def remember_saved(load_id: str, sentence: str) -> None:
    """Say on top of the page what was saved, with the way back where it is a load."""
    st.session_state[SAVED] = (load_id, sentence)


def forget_saved() -> None:
    """What was saved is taken back from the history of loads from now on."""
    st.session_state.pop(SAVED, None)


# -- the form --------------------------------------------------------------------------------------------------------


def _form(here: Region, wording: Wording, editing: Editing) -> None:
    with guarded():
        _fill_in(here, wording, editing, texts())


def _fill_in(here: Region, wording: Wording, editing: Editing, sentences: Texts) -> None:
    account = account_for(store(), viewer(), editing.kind, editing.key) if editing.key else None
    if editing.key and account is None:
        warn(sentences("edit.gone"))
        return
    form = NEW_FIRM if editing.kind is Company and account is None else FORMS[editing.kind]
    fields = _fields(form, editing)
    if editing.sentence:
        warn(editing.sentence)
    if editing.note:
        say(editing.note, "note")
    _say_moved(editing.moved, wording, sentences)
    say(sentences("edit.no_classified"), "note")
    with st.form(f"form_{editing.number}", border=False):
        typed = _typed(fields, wording, editing)
        audience = _audience(form, editing, sentences) if account is None else Level.MANAGER
        new_firms = _may_be_new(editing, sentences)
        submitted = st.form_submit_button(
            sentences("edit.save_anyway" if editing.moved else "edit.save"), type="primary"
        )
    desk = Desk(store(), here.snapshot, on=today(), for_firm=_for_firm())
    if submitted and account is None:
        _save(editing, desk.add(editing.kind, typed, about=editing.about, audience=audience, new_firms=new_firms))
    elif submitted and account is not None:
        _save(editing, desk.change(account, typed, new_firms=new_firms))
    if account is not None:
        _confirm_or_close(desk, account, editing, sentences)


def _for_firm() -> bool:
    """Whether a firm's own people are typing."""
    return viewer().level < Level.MANAGER


def _fields(form: Form, editing: Editing) -> list[Field]:
    """What there is to fill in."""
    fields = fields_of(form, for_firm=_for_firm())
    fields = [each for each in fields if each.name not in editing.hidden and not (editing.key and each.fixed)]
    if not _for_firm():
        return fields
    is_marked = bool(getattr(editing.before, ONLY_YES, None))
    known = [each for each in fields if each.name != ONLY_YES or not is_marked]
    return [replace(each, choices=("yes",)) if each.name == ONLY_YES else each for each in known]


def _typed(fields: Sequence[Field], wording: Wording, editing: Editing) -> dict[str, str]:
    """A widget a field, two beside each other where there are many; the texts that were typed anew."""
    wrong = {each.field: each for each in editing.mistakes}
    columns = st.columns(2 if len(fields) >= TWO_COLUMNS_FROM else 1, gap="medium")
    typed: dict[str, str] = {}
    for index, each in enumerate(fields):
        before = _as_typed(each, getattr(editing.before, each.name, None), wording)
        with columns[index % len(columns)]:
            shown = dict(editing.suggested).get(each.name, before)
            said = _widget(each, shown, wording, f"edit_{each.name}_{editing.number}", is_new=not editing.key)
            if each.name in wrong:
                say(mistake_sentence(wrong[each.name], texts()), "wrong", role="alert")
        if said.strip() != before.strip():
            typed[each.name] = said
    return typed


def _as_typed(field: Field, value: Value, wording: Wording) -> str:
    """The value as a person would type it."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.12g}".replace(".", "," if texts().language == "sv" else ".")
    if isinstance(value, tuple):
        whole = field.choices or field.company  # as codes, or as firms' identifiers
        return "|".join(value if whole else [wording.value(field.name, each) for each in value])
    if field.choices or not isinstance(value, str):
        return str(value)
    return wording.value(field.name, value)


def _widget(field: Field, before: str, wording: Wording, key: str, *, is_new: bool) -> str:
    label = wording.field(field.name) + (" *" if field.required and is_new else "")
    if field.choices:
        return _choice(field, label, before, wording, key)
    if field.company and field.many:
        return firms_field(label, before, key)
    if field.long:
        return st.text_area(label, before, max_chars=MOST_CHARACTERS, key=key, height=92)
    example = f"edit.example.{field.name}"
    placeholder = texts()(example) if texts().has(example) else None
    return st.text_input(label, before, max_chars=MOST_CHARACTERS, key=key, placeholder=placeholder)


def _choice(field: Field, label: str, before: str, wording: Wording, key: str) -> str:
    """One of the codes, or several; what is chosen can be unchosen."""
    sentences = texts()

    def called(code: str) -> str:
        return wording.value(field.name, code) if code else sentences("edit.not_known")

    now = [each for each in before.split("|") if each]
    codes = list(dict.fromkeys((*field.choices, *now)))
    if len(codes) > FEW_CHOICES:
        codes.sort(key=lambda code: called(code).casefold())
    others = field.name in OTHER_WORDS
    if field.many:
        return "|".join(
            st.multiselect(
                label,
                codes,
                default=now,
                format_func=called,
                key=key,
                placeholder=sentences("edit.choose"),
                accept_new_options=others,
            )
        )
    options = ["", *codes] if before else codes
    chosen = st.selectbox(
        label,
        options,
        index=options.index(before) if before else None,
        format_func=called,
        key=key,
        placeholder=sentences("edit.choose"),
        accept_new_options=others,
    )
    return chosen or ""


def _audience(form: Form, editing: Editing, sentences: Texts) -> Level:
    """Who may see the new record; the manager alone until somebody says otherwise."""
    if not form.may_be_shown:
        return Level.MANAGER
    chosen = st.segmented_control(
        sentences("edit.audience"),
        LEVELS,
        default=Level.MANAGER,
        format_func=lambda level: sentences(f"edit.level.{level.name}"),
        key=f"edit_audience_{editing.number}",
        required=True,
    )
    return Level(chosen)


def _may_be_new(editing: Editing, sentences: Texts) -> bool:
    """Whether names that nobody answers to are firms not known before: asked once one was typed."""
    if not any(each.code == "company_unknown" for each in editing.mistakes):
        return False
    return st.checkbox(sentences("edit.new_firm"), key=f"edit_new_firm_{editing.number}")


def _confirm_or_close(desk: Desk, account: Account, editing: Editing, sentences: Texts) -> None:
    with st.container(horizontal=True, key="edit_more"):
        if st.button(sentences("edit.confirm"), help=sentences("edit.confirm_help"), key="edit_confirm"):
            _save(editing, desk.confirm(account), "edit.confirmed")
        if account.kind is not Company and st.button(
            sentences("edit.close"), help=sentences("edit.close_help"), key="edit_close"
        ):
            _save(editing, desk.close([account, *_what_goes_with(account)]), "edit.closed")


def _what_goes_with(account: Account) -> list[Account]:
    """An actor's offers are no more when the actor is not."""
    if account.kind is not SupportActor:
        return []
    offers = store().matching(SupportOffer, "actor_id", [account.key])
    return [found for each in offers if (found := account_for(store(), viewer(), SupportOffer, each.key))]


# -- saving ----------------------------------------------------------------------------------------------------------


def _save(editing: Editing, draft: Draft, said: str = "edit.saved") -> None:
    """Save what was typed and leave the form; where that cannot be, the form stands and says why."""
    sentences = texts()
    again = replace(editing, mistakes=draft.mistakes, moved=(), sentence="")
    if not draft.mistakes:
        try:
            saved = save(store(), viewer(), draft, started=editing.started, on=today(), anyway=bool(editing.moved))
            again = replace(again, moved=saved.moved)
        except NarverkError as error:
            code = "edit.mixed" if error.code in MIXED else ""
            again = replace(again, sentence=sentences(code) if code else error_sentence(error, sentences))
    if again.mistakes or again.moved or again.sentence:
        st.session_state[OPEN] = again
    else:
        close_form()
        remember_saved(saved.load_id or "", sentences(said if saved.load_id else "edit.nothing_new"))
        if editing.kind is Company and not editing.key:
            st.session_state[MADE] = next(each.subject for each in draft.claims if is_company(each.subject))
    st.rerun()


def just_made() -> str | None:
    """The identifier of the firm that was just added, once."""
    made: str | None = st.session_state.pop(MADE, None)
    return made


def mistake_sentence(mistake: Mistake, sentences: Texts) -> str:
    """What is wrong with a field, and what was perhaps meant."""
    said = sentences(f"edit.wrong.{mistake.code}")
    return f"{said} {sentences('edit.meant', suggestion=mistake.suggestion)}" if mistake.suggestion else said


def _say_moved(moved: Sequence[Moved], wording: Wording, sentences: Texts) -> None:
    """What somebody else has changed since the form was opened."""
    if not moved:
        return
    warn(sentences("edit.moved"), sentences("edit.moved_what"))
    for each in moved:
        name = wording.field(each.field) if sentences.has(f"field.{each.field}") else each.field
        said = {"before": wording.value(each.field, each.before), "after": wording.value(each.field, each.after)}
        values = {when: value or sentences("edit.not_known") for when, value in said.items()}
        kind = wording.kind(each.kind)
        say(sentences("edit.moved_line", kind=kind, field=name, day=each.on, **values), "facts")
