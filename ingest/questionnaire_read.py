"""Questionnaires that come back: whose each is, what it changes, and which cells cannot be read.

A blank cell, and one that stands as it was filled in, is unchanged. Each other cell is read by the functions that read
forms, and compared with what the firm may see of itself today: what somebody has changed since it was asked is told as
such. A cell that cannot be read costs itself, not its row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from graph.audience import Viewer
from graph.consent import Choice
from graph.errors import NarverkError, UserMistake
from graph.model import Alias, Company, ImportedPart, Need, Record, Value
from graph.questionnaire import Questionnaire, Row, of_code
from graph.questionnaire import plain as plain_code
from graph.store import Store
from ingest.by_hand import Desk
from ingest.cells import Bad
from ingest.questionnaire import (
    ANSWER,
    AUDIENCE,
    CODE_SHEET,
    FREE,
    MARK,
    PAGES,
    Known,
    Page,
    is_free,
    known_of,
    may_be_opened,
)
from ingest.questionnaire_cells import VALUE, Cells, Odd, cell, one_name, plain
from ingest.questionnaire_said import Act, Said, draft_of
from ingest.tables import read_sheets
from ingest.typed import Mistake
from ingest.workbooks import Sheet


@dataclass(frozen=True, slots=True)
class Change:
    """What a cell or a row says anew. ``before`` stands today, ``asked`` is what the questionnaire said, if other."""

    kind: type[Record]
    act: Act
    named: Value  # what names the record: a process, a standard, a theme, a part
    field: str = ""
    before: Value = None
    after: Value = None
    asked: Value = None
    moved: bool = False  # somebody has changed it since it was asked


@dataclass(slots=True)
class Answers:
    """One file read: whose it is, and what it says."""

    file: str
    questionnaire: Questionnaire
    company_id: str
    known: Known
    revision: int
    rows: list[Said] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    odd: list[Odd] = field(default_factory=list)

    @property
    def has_moved(self) -> bool:
        """Whether somebody has changed what it is about since it was asked."""
        return any(each.moved for each in self.changes)


@dataclass(frozen=True, slots=True)
class Returned:
    """Files that came back: those that were read, and why the others were not, by file."""

    answers: Sequence[Answers]
    refused: Mapping[str, NarverkError]


def read_returned(store: Store, viewer: Viewer, paths: Sequence[Path], *, on: str) -> Returned:
    """Read files that came back, in their order; of two for one firm neither counts, unless they say the same.

    Raises:
        NotAllowed: the viewer is not the manager.
    """
    found: dict[str, Answers] = {}
    refused: dict[str, NarverkError] = {}
    for path in paths:
        try:
            each = _read(store, viewer, path, on)
        except UserMistake as error:
            refused[path.name] = error
            continue
        twin = found.get(each.company_id)
        if twin is None:
            found[each.company_id] = each
        elif (twin.rows, twin.odd) != (each.rows, each.odd):
            twice = UserMistake("questionnaire_twice", file=twin.file, other=each.file)
            refused[twin.file] = refused[each.file] = twice
    return Returned([each for each in found.values() if each.file not in refused], refused)


def _read(store: Store, viewer: Viewer, path: Path, on: str) -> Answers:
    sheets = read_sheets(path).sheets
    asked, company_id = of_code(store, viewer, _code(path.name, sheets), on=on)
    revision = store.revision()
    answers = Answers(path.name, asked, company_id, known_of(store, company_id), revision)
    desk = Desk(store, store.snapshot(Company, Alias), on=on, for_firm=True)
    for sheet in sheets:
        page = _page(sheet)
        if page is not None:
            reading = _Reading(answers, Cells(page, sheet), desk)
            reading.read()
    return answers


def _code(file: str, sheets: Sequence[Sheet]) -> str:
    """The code inside, which all pages bear."""
    codes = [cell(each, 0, 1) for each in sheets if cell(each, 0, 0) == CODE_SHEET]
    if not codes or not plain_code(codes[0]):
        raise UserMistake("questionnaire_no_code", file=file)
    on_pages = {cell(each, 0, 0).rpartition(":")[2] for each in sheets if _page(each) is not None}
    if not on_pages or on_pages | set(codes) != {codes[0]}:
        raise UserMistake("questionnaire_copied" if on_pages else "questionnaire_no_code", file=file)
    return codes[0]


def mark_of(page: Page, code: str) -> str:
    """What stands in the hidden first cell of a page."""
    return f"{MARK}:{page.name}:{code}"


def _page(sheet: Sheet) -> Page | None:
    mark, _, rest = cell(sheet, 0, 0).partition(":")
    return next((each for each in PAGES if mark == MARK and each.name == rest.partition(":")[0]), None)


class _Reading:
    """One page of one file."""

    def __init__(self, answers: Answers, cells: Cells, desk: Desk) -> None:
        self._answers, self._cells, self._desk = answers, cells, desk
        self._page, self._known = cells.page, answers.known
        self._asked = answers.questionnaire.cells.get(cells.page.kind.__name__, {})

    def read(self) -> None:
        """Every row of it."""
        seen: set[str] = set()
        for key, said in self._cells.rows():
            asked = self._asked.get(key, {})
            changed = {name: text for name, text in said.items() if text != asked.get(name, "")}
            if not changed:
                continue
            if key in seen and not is_free(key):
                self._cells.wrong(next(iter(changed)), Mistake(self._page.key, "already_there", key))
                continue
            seen.add(key)
            if self._page.kind is not Company:
                self._record(key, changed, asked)
            elif key in self._page.fields:
                self._fact(key, changed, asked)
        self._answers.odd += self._cells.odd

    def _keep(self, said: Said, changes: Sequence[Change]) -> None:
        """What a row says, unless its fields do not go together."""
        if not self._cells.all_wrong(draft_of(self._desk, self._known, said).mistakes):
            self._answers.rows.append(said)
            self._answers.changes += changes

    def _change(self, act: Act, named: Value, name: str, before: Value, after: Value, asked: Value) -> Change:
        return Change(self._page.kind, act, named, name, before, after, asked, before != asked)

    def _seen(self, named: Value, before: Value, choice: Choice | None) -> list[Change]:
        if choice is None:
            return []
        return [self._change("seen", named, AUDIENCE, before, str(choice), before)]

    # -- the firm itself ---------------------------------------------------------------------------------------------

    def _fact(self, name: str, changed: Row, asked: Row) -> None:
        """A row of the firm's own facts: one field of one record."""
        now = self._known.of(Company, "")
        changes: list[Change] = []
        if VALUE in changed:
            value, before = self._cells.value(name, changed[VALUE]), self._cells.before(name, asked, VALUE)
            if not isinstance(value, Bad) and value not in (before, now.get(name)):
                changes.append(self._change("changed", name, name, now.get(name), value, before))
        typed = {name: changed[VALUE]} if changes else {}
        moved = frozenset({name} if any(each.moved for each in changes) else ())
        open_now = now.get(f"{AUDIENCE}.{name}")
        choice = self._cells.choice(changed, open_now) if may_be_opened(name) else None
        if typed or choice is not None:
            changes += self._seen(name, open_now, choice)
            self._keep(Said(self._page, "", "changed", typed, moved, choice, name), changes)

    # -- records -----------------------------------------------------------------------------------------------------

    def _record(self, key: str, changed: Row, asked: Row) -> None:
        """A row of a record: what is known of it already, or what the firm adds."""
        told = self._typed(changed)
        item, theirs = self._item(key, changed)
        if item is None:
            return
        now = self._known.of(self._page.kind, item)
        is_so = self._cells.is_so(changed)
        choice = self._cells.choice(changed, now.get(AUDIENCE))
        texts = {name: one_name(name, changed[name]) for name in told}
        if is_so is False:
            if now:
                self._gone(item, now, asked)
        elif now:
            act: Act = "confirmed" if now[ANSWER] is None and (is_so or told) else "changed"
            self._changed(Said(self._page, item, act, texts, choice=choice), now, asked, told)
        elif told or is_so or any(asked.values()):
            self._new(item, {**theirs, **texts}, asked, choice)
        elif choice is not None:
            self._cells.wrong(ANSWER, Mistake(ANSWER, "value_missing"))

    def _typed(self, changed: Row) -> dict[str, Value]:
        """The fields of the record that can be read."""
        found = {name: self._cells.value(name, text) for name, text in changed.items() if name in self._page.fields}
        return {name: value for name, value in found.items() if not isinstance(value, Bad)}

    def _item(self, key: str, changed: Row) -> tuple[str | None, dict[str, str]]:
        """The record that a row is about ("" for a new one), and the text that names it; None where that is wrong."""
        page = self._page
        if not is_free(key):
            if page.kind is Need and key.startswith(FREE):
                return "", {page.key: key.removeprefix(FREE)}
            return key, {page.key: key} if page.key else {}
        if not page.key:
            number = changed.get("part_number", "")
            return number if self._known.of(page.kind, number) else "", {}
        if page.key not in changed:
            self._cells.wrong(page.key, Mistake(page.key, "value_missing"))
            return None, {}
        value = self._cells.value(page.key, changed[page.key])
        if isinstance(value, Bad):
            return None, {}
        return ("" if page.kind is Need else str(value)), {page.key: changed[page.key]}

    def _gone(self, item: str, now: Mapping[str, Value], asked: Row) -> None:
        moved = any(self._cells.before(name, asked) != plain(now.get(name)) for name in self._page.fields)
        said = Said(self._page, item, "gone", {}, frozenset({ANSWER} if moved else ()))
        self._keep(said, [Change(self._page.kind, "gone", self._named(now), moved=moved)])

    def _changed(self, said: Said, now: Mapping[str, Value], asked: Row, told: Mapping[str, Value]) -> None:
        """What is said of a record that is there, without what stands there or stood there when it was asked."""
        named = self._named(now)
        changes = [Change(self._page.kind, said.act, named)] if said.act == "confirmed" else []
        typed: dict[str, str] = {}
        moved: set[str] = set()
        for name, value in told.items():
            stands, before = plain(now.get(name)), self._cells.before(name, asked)
            if value in (before, stands):
                continue
            typed[name] = said.typed[name]
            moved |= {name} if before != stands else set()
            changes.append(self._change("changed", named, name, stands, value, before))
        changes += self._seen(named, now.get(AUDIENCE), said.choice)
        if changes:
            self._keep(replace(said, typed=typed, moved=frozenset(moved)), changes)

    def _new(self, item: str, typed: Mapping[str, str], asked: Row, choice: Choice | None) -> None:
        """What the firm adds, or says of a record that is no longer there."""
        was_there = any(asked.values())
        said = Said(self._page, item, "new", typed, frozenset({ANSWER} if was_there else ()), choice)
        values = {name: self._cells.parsed(name, text) for name, text in typed.items()}
        known = {name: value for name, value in values.items() if not isinstance(value, Mistake)}
        named = self._named(known)
        told = {name: value for name, value in known.items() if value != named}
        changes = [Change(self._page.kind, "new", named, moved=was_there)]
        changes += [Change(self._page.kind, "new", named, *each, moved=was_there) for each in _from_nothing(told)]
        self._keep(said, [*changes, *self._seen(named, None, choice)])

    def _named(self, values: Mapping[str, Value]) -> Value:
        if self._page.kind is ImportedPart:
            return values.get("part_number") or values.get("description")
        return values.get(self._page.key) or values.get("description")


def _from_nothing(told: Mapping[str, Value]) -> list[tuple[str, Value, Value]]:
    """The fields of what is new: none of them was known before."""
    return [(name, None, value) for name, value in told.items()]
