"""Files into the region: read -> check -> locate -> identify -> publish -> report.

All files of one call are one load, seen whole or not at all. A load that would put invented and real firms into one
region is refused. Every row is counted once, in the first that holds:
rejected; review (a person must decide; until then it stands as a firm of its own); accepted (a new or changed claim);
merged (says what another row of this load says); unchanged.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from graph.errors import UnreadableFile, UserMistake
from graph.identity import is_company, is_unnumbered
from graph.ledger import Difference, Publication, publish, today
from graph.model import Alias, Claim, Decision, Load, Region, Source
from graph.network import home_municipalities
from graph.resolve import read_sources
from graph.secret import secret_for
from graph.store import Store, data_folder
from graph.taxonomy import taxonomy
from graph.transfer import copy_before, keep_newest
from ingest.afterwards import Afterwards
from ingest.bulk import Home, is_bulk, read_bulk
from ingest.firm_changes import FirmChange, firm_changes
from ingest.identify import Doubt, Taken, doubts, taken
from ingest.identity import company_subject
from ingest.inference import inferred
from ingest.invented import refuse_mixing
from ingest.kept_out import KeptOut
from ingest.locate import Locator
from ingest.mapping import ColumnUse, columns_of, mapped, remembered
from ingest.postcodes import known_postcodes, looks_like_postcodes
from ingest.questionnaire import CODE_SHEET
from ingest.rows import RowProblem
from ingest.sources import source_of
from ingest.sources.common import Context, RowResult, SourceModule
from ingest.tables import Table, read_tables

ZIP = ".zip"  # of a register's one file
READABLE = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".se", ".si", ".sie", ZIP)
NETWORK = "network"
OUTCOMES = ("rejected", "review", "accepted", "merged", "unchanged")
ROWS_A_STEP = 2000
Progress = Callable[[str, str, int, int], None]
"""Called with a step's code, what it works on, how much is done and how much there is."""


@dataclass(frozen=True, slots=True)
class SheetReport:
    """What became of one sheet's rows."""

    file: str
    sheet: str
    source_type: str  # "" where no source knows it
    rows: int
    outcomes: dict[str, int]
    headings: tuple[str, ...] = ()
    kind: str = ""  # of ingest.headings.SHEETS; "" where its columns are not for a person to map
    columns: tuple[ColumnUse, ...] = ()
    heading_row: int = 1
    passed_over: int = 0  # rows of a register that are about firms outside the region


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did, or (dry) would do."""

    load_id: str | None
    read: int
    outcomes: dict[str, int]
    problems: tuple[RowProblem, ...]
    sheets: tuple[SheetReport, ...]
    doubts: tuple[Doubt, ...]
    difference: Difference
    counts: dict[str, int]
    taken: tuple[Taken, ...] = ()  # names taken for a company though they are spelled otherwise
    firms: tuple[FirmChange, ...] = ()  # of a dry run: which firms would come, change and go
    copy: Path | None = None  # of the region as it was before, where one was asked for


@dataclass(slots=True)
class _Draft:
    """All that the files say, before anything is written."""

    sources: list[Source] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    rows: list[tuple[int, RowResult, tuple[int, ...]]] = field(default_factory=list)  # sheet, result, claim indices
    sheets: list[tuple[Table, str]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    _seen: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def add(self, sheet: int, result: RowResult) -> None:
        """Take over a row; a claim that another row of the same source made already is not made again."""
        self.problems += result.problems
        indices = []
        for claim in (*result.claims, *inferred(result.claims)):
            about = (claim.source, claim.subject, claim.kind, claim.item, *_said(claim))
            if about not in self._seen:
                self._seen[about] = len(self.claims)
                self.claims.append(claim)
                indices.append(self._seen[about])
        if result.is_row:
            self.rows.append((sheet, result, tuple(indices)))


def _said(claim: Claim) -> tuple[Any, ...]:
    return (tuple(claim.fields.items()), claim.evidence, claim.as_of, claim.audience)


def load_files(
    store: Store,
    paths: Sequence[Path],
    *,
    owner: str = "",
    complete: bool | None = None,
    on: str | None = None,
    dry_run: bool = False,
    copy_first: bool = False,
    progress: Progress | None = None,
) -> LoadReport:
    """Load files and folders as one load.

    Args:
        store: the region.
        paths: files, or folders whose readable files are taken in order of name.
        owner: whose ledger or import list it is (name or organisation number), where the file does not say.
        complete: whether a list is all there is of its source, so that what it no longer names is closed; None: as it
            was the last time, and additive the first.
        on: the day it is loaded (ISO); today by default.
        dry_run: work everything out and write nothing; where no sheet is understood the report says just that.
        copy_first: keep a copy of the region as it was, see :func:`graph.transfer.copy_before`.
        progress: told how far it is; what it raises ends the load, with nothing written until "publishing".

    Raises:
        UnreadableFile: a file nobody can read; nothing was loaded.
        UserMistake: ``nothing_to_load``, ``nothing_filled_in``, ``no_sheet_understood``, ``bad_owner``,
            ``copy_failed``, and those of :func:`ingest.invented.refuse_mixing`; nothing was loaded.
    """
    report = progress or (lambda *_: None)
    files = find_files(paths)
    with _collector_at_rest():
        tables = _tables(store, files, report)
        if not any(table.passed_over or any(map(any, table.rows)) for table in tables):
            raise UserMistake("nothing_filled_in", files=tuple(dict.fromkeys(each.file for each in tables)))
        if not dry_run and not any(map(source_of, tables)):
            raise UserMistake("no_sheet_understood", files=tuple(dict.fromkeys(each.file for each in tables)))
        context = _context(tables, owner, secret_for(store, keep=not dry_run))
        draft = _read(store, tables, context, complete, report, KeptOut(store, context.secret, on or today()))
        refuse_mixing(store, draft.claims, draft.sources)
        if dry_run:
            return _foretold(store, draft, on or today())
        return _published(store, draft, on or today(), report, copy_first=copy_first)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Spare the search for garbage among millions of claims that are all in use: a fifth of a large load's time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _tables(store: Store, files: Sequence[Path], report: Progress) -> list[Table]:
    """All tables of the files, with what a person has said of lists like them; registers last, for what they need.

    Raises:
        UserMistake: ``postcodes_go_elsewhere`` for a table of postcodes, ``questionnaire_goes_elsewhere`` for answers.
    """
    known = remembered(store.snapshot(Decision).of(Decision))
    found: dict[Path, list[Table]] = {file: [] for file in files}
    registers = [file for file in files if is_bulk(file)]
    for index, file in enumerate(each for each in files if each not in registers):
        report("reading", file.name, index, len(files))
        if looks_like_postcodes(file):
            raise UserMistake("postcodes_go_elsewhere", file=file.name, folder=str(data_folder()))
        tables = read_tables(file)
        if any(CODE_SHEET in each.headings for each in tables):
            raise UserMistake("questionnaire_goes_elsewhere", file=file.name)
        found[file] = [mapped(each, known) for each in tables]
    if registers:
        home = _home(store, [table for tables in found.values() for table in tables])
        for file in registers:
            found[file] = [read_bulk(file, home, partial(report, "filtering", file.name))]
    return [table for tables in found.values() for table in tables]


def _home(store: Store, tables: Iterable[Table]) -> Home:
    """The region that rows of a register are chosen for, as the store and these files name it, with its firms."""
    stored = store.snapshot(Alias, Region)
    numbers = {each.alias.removeprefix("org:") for each in stored.of(Alias) if each.alias.startswith("org:")}
    return Home(home_municipalities(stored) | _named(tables), numbers, known_postcodes())


def _foretold(store: Store, draft: _Draft, on: str) -> LoadReport:
    """What publishing the draft would do."""
    publication = publish(store, draft.sources, draft.claims, on=on, dry_run=True)
    if publication.load_id is None:
        return _report(draft, publication, Afterwards.as_stored(store), _counts(store, Difference()))
    after = Afterwards.with_claims(store, draft.sources, draft.claims)
    found = _report(draft, publication, after, _counts(store, publication.difference))
    return replace(found, firms=firm_changes(store, publication.difference, draft.claims, after.company_of))


def _published(store: Store, draft: _Draft, on: str, report: Progress, *, copy_first: bool) -> LoadReport:
    kept = None
    if copy_first:
        report("copying", "", 0, 1)
        kept = copy_before(store)
    report("publishing", "", 0, 1)
    publication = publish(store, draft.sources, draft.claims, on=on)
    report("publishing", "", 1, 1)
    if kept and publication.load_id is None:
        kept.unlink(missing_ok=True)  # nothing changed, so it would only push older copies out
        kept = None
    elif kept:
        keep_newest(store)
    found = _report(draft, publication, Afterwards.as_stored(store), _counts(store, Difference()))
    return replace(found, copy=kept)


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The files to read: those given, and the readable ones of folders given, hidden and lock files left out.

    Raises:
        UnreadableFile: ``file_missing``.
        UserMistake: ``nothing_to_load``.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.iterdir() if each.suffix.lower() in READABLE and each.is_file())
            shown = [each for each in inside if not each.name.startswith((".", "~$"))]
            found += [each for each in shown if each.suffix.lower() != ZIP or is_bulk(each)]
        elif not path.exists():
            raise UnreadableFile("file_missing", file=path.name)
        else:
            found.append(path)
    if not found:
        raise UserMistake("nothing_to_load", paths=tuple(str(each) for each in paths), readable=READABLE)
    return list({each.resolve(): each for each in found}.values())


def placeless(secret: bytes = b"", owner: str = "") -> Context:
    """A context that knows no place."""
    terms = taxonomy()
    return Context(
        secret=secret,
        locate=lambda **_: None,
        process_of=terms.process_of,
        material_of=terms.material_of,
        certificate_of=terms.certificate_of,
        theme_of=terms.theme_of,
        owner=owner,
        goods_name=terms.goods_name,
    )


def _named(tables: Iterable[Table]) -> frozenset[str]:
    """Municipalities of the regions that these very files name."""
    found: set[str] = set()
    for table in tables:
        source = source_of(table)
        if source is not None and source.SOURCE_TYPE == "region":
            for result in source.claims(table, placeless()):
                for claim in result.claims:
                    said = claim.fields.get("municipalities")
                    found.update(said if isinstance(said, tuple) else ())
    return frozenset(found)


def _context(tables: Iterable[Table], owner: str, secret: bytes) -> Context:
    # A region named in these very files tells which of two namesakes is meant; one that another load has named does
    # not, or undoing that load would leave its trace here.
    context = replace(placeless(secret), locate=Locator(home=_named(tables), postcodes=known_postcodes()).locate)
    if not owner:
        return context
    is_number = sum(each.isdigit() for each in owner) >= 10
    subject = company_subject(org_number=owner if is_number else "", name="" if is_number else owner, secret=secret)
    if not subject:
        raise UserMistake("bad_owner", name=owner)
    return replace(context, owner=subject, owner_name="" if is_number else owner)


def _read(
    store: Store,
    tables: Sequence[Table],
    context: Context,
    complete: bool | None,
    report: Progress,
    kept_out: KeptOut,
) -> _Draft:
    draft = _Draft()
    remembered = _complete_sources(store)
    total, before = sum(len(table.rows) for table in tables), 0
    for index, table in enumerate(tables):
        tell = partial(_tell_rows, report, table, before, total)
        before += len(table.rows)
        source = source_of(table)
        draft.sheets.append((table, source.SOURCE_TYPE if source else ""))
        draft.problems += table.problems
        if source is None:
            draft.problems.append(
                RowProblem(table.file, table.sheet, table.heading_row, "", "sheet_not_understood", severity="warning")
            )
            continue
        told = list(tell(source.claims(table, replace(context, source=len(draft.sources)))))
        results, problems = kept_out.without(told, table)
        draft.problems += problems
        draft.sources.append(_source(source, table, results, context, complete, remembered))
        for result in results:
            draft.add(index, result)
    return draft


def _tell_rows(
    report: Progress, table: Table, before: int, total: int, results: Iterable[RowResult]
) -> Iterator[RowResult]:
    """The results as they come; now and then it is told how many rows have been gone through."""
    name = " / ".join(filter(None, (table.file, table.sheet)))
    for number, each in enumerate(results):
        if number % ROWS_A_STEP == 0:
            report("checking", name, min(before + number, total), total)
        yield each


def _source(
    module: SourceModule,
    table: Table,
    results: Iterable[RowResult],
    context: Context,
    complete: bool | None,
    remembered: Collection[tuple[str, str]],
) -> Source:
    owner = _owner(results) or context.owner or NETWORK
    name = (module.SOURCE_TYPE, owner)
    return Source(
        source_type=module.SOURCE_TYPE,
        owner=owner,
        audience=module.AUDIENCE,
        complete=name in remembered if complete is None else complete,
        file=table.file,
        sheet=table.sheet,
    )


def _owner(results: Iterable[RowResult]) -> str:
    """The one company whose own list it is: the buyer of all its trades, or the importer of all its parts."""
    owners: set[str] = set()
    for result in results:
        for claim in result.claims:
            if claim.kind == "Trade":
                owners.add(str(claim.fields["buyer_id"]))
            elif claim.kind == "ImportedPart":
                owners.add(claim.subject)
            if len(owners) > 1:
                return ""
    return next(iter(owners), "")


def _complete_sources(store: Store) -> set[tuple[str, str]]:
    """Sources whose newest list was complete."""
    newest: dict[tuple[str, str], bool] = {}
    for load in sorted(store.snapshot(Load).of(Load), key=lambda each: each.revision):
        for source in read_sources(load.sources):
            newest[source.name] = source.complete
    return {name for name, complete in newest.items() if complete}


def _report(draft: _Draft, publication: Publication, after: Afterwards, counts: dict[str, int]) -> LoadReport:
    doubtful = _doubts(draft, after)
    in_doubt = {each.one for each in doubtful}
    totals: Counter[str] = Counter()
    by_sheet: list[Counter[str]] = [Counter() for _ in draft.sheets]
    for sheet, result, indices in draft.rows:
        outcome = _outcome(result, indices, in_doubt, publication.repeated)
        totals[outcome] += 1
        by_sheet[sheet][outcome] += 1
    return LoadReport(
        load_id=publication.load_id,
        read=len(draft.rows),
        outcomes={name: totals[name] for name in OUTCOMES},
        problems=tuple(draft.problems),
        sheets=tuple(
            SheetReport(
                table.file,
                table.sheet,
                source_type,
                counted.total(),
                {name: counted[name] for name in OUTCOMES},
                table.headings,
                *columns_of(table, source_of(table)),
                table.heading_row,
                table.passed_over,
            )
            for (table, source_type), counted in zip(draft.sheets, by_sheet, strict=True)
        ),
        doubts=tuple(doubtful),
        difference=publication.difference,
        counts=counts,
        taken=tuple(taken(_spelled(draft), after.names, after.company_of, after.decisions)),
    )


def _counts(store: Store, yet_to_come: Difference) -> dict[str, int]:
    """Records of each kind, with those that a dry run would have written."""
    counts = dict(store.counts())
    for found, sign in ((yet_to_come.created, 1), (yet_to_come.deleted, -1)):
        for kind, keys in found.items():
            counts[kind.__name__] += sign * len(keys)
    return counts


def _outcome(result: RowResult, indices: tuple[int, ...], in_doubt: Collection[str], repeated: Collection[int]) -> str:
    if result.rejected:
        return "rejected"
    if any(claim.subject in in_doubt for claim in result.claims):
        return "review"
    if any(index not in repeated for index in indices):
        return "accepted"
    return "unchanged" if indices else "merged"


def _spelled(draft: _Draft) -> dict[str, str]:
    """How the rows write the name of each identifier without a number."""
    named = (each for each in draft.claims if each.kind == "Company" and is_unnumbered(each.subject))
    return {each.subject: name for each in named if isinstance(name := each.fields.get("name"), str)}


def _doubts(draft: _Draft, after: Afterwards) -> list[Doubt]:
    """Names of this load that may be another company."""
    about = {claim.subject for claim in draft.claims if claim.kind == "Company" and is_company(claim.subject)}
    return doubts(after.names, after.company_of, after.decisions, about)
