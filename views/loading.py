"""What would these lists change? They are tried first; nothing is kept until somebody publishes. All can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st

from ingest.identify import Doubt
from ingest.pipeline import READABLE, LoadReport, Progress, load_files
from render.annotated import annotated, can_be_marked
from render.loads import (
    changed_firms,
    difference_parts,
    firm_rows,
    firm_table,
    group_rows,
    problem_groups,
    problem_table,
    sheet_rows,
)
from render.plain import passed_over
from render.template import template
from texts import Texts
from views.bars import parts
from views.columns import ask_columns
from views.common import (
    Region,
    headline,
    is_invented,
    may_change_region,
    open_firm,
    plain,
    region,
    say,
    section,
    start_own,
    store,
    texts,
    warn,
)
from views.doubts import ask_doubts, show_taken
from views.downloads import XLSX, download, downloads
from views.file_field import dress, file_field, warn_of_folder
from views.history import ask_to_undo, history, kept_ledger, undoing
from views.jobs import Job, desk, show
from views.table import Column, table
from views.uploads import Uploads

PLACE = "load"
MOST_MEGABYTES = 200
BAR_ORDER = ("accepted", "merged", "unchanged", "review", "rejected")
COMPLETE = {"as_before": None, "adds": False, "complete": True}


@dataclass(frozen=True)
class Trial:
    """Files that wait to be published, and how they are to be read."""

    uploads: Uploads
    paths: tuple[Path, ...]
    owner: str = ""
    complete: bool | None = None
    revision: int = 0  # the region's when they were tried
    is_again: bool = False  # the region changed since, so they were tried once more

    def without(self, name: str) -> Trial:
        """The same without a file."""
        return replace(self, paths=tuple(each for each in self.paths if each.name != name))


def page() -> None:
    """Files dropped, tried, published; below them what was loaded before."""
    here = region()
    dress()
    sentences = texts()
    warn_of_folder()
    if is_invented(here.address):
        _invented(sentences)
    else:
        _files(here, sentences)
    history(here)


def _invented(sentences: Texts) -> None:
    """The invented region takes no lists."""
    headline(sentences("load.invented"), sentences("load.invented_what"))
    if may_change_region():
        st.button(sentences("app.start_own"), on_click=start_own, type="primary", key="load_start_own")


def _files(here: Region, sentences: Texts) -> None:
    job = desk().of(PLACE)
    if job is None:
        _drop(sentences)
    elif not job.is_done:
        headline(sentences(f"load.during.{job.name}"), sentences("load.may_leave"))
        show(job)
    elif job.error is not None:
        _failed(job, sentences)
    elif job.name == "trial":
        _tried(here, job, sentences)
    else:
        _published(here, job, sentences)


# -- dropping files --------------------------------------------------------------------------------------------------


def _drop(sentences: Texts) -> None:
    headline(sentences("load.headline"), f"{sentences('load.what')} {sentences('edit.no_classified')}")
    if failed := st.session_state.pop("load_failed", None):
        warn(failed)
    with st.container(key="drop"):
        files, options = st.columns([3, 2], gap="medium")
    with options, st.container(key="load_options"):
        owner = st.text_input(
            sentences("load.owner"), key="load_owner", placeholder=sentences("load.owner_example"),
            help=sentences("load.owner_help"),
        )  # fmt: skip
        complete = st.radio(
            sentences("load.complete"),
            tuple(COMPLETE),
            format_func=lambda each: sentences(f"load.completeness.{each}"),
            key="load_complete",
        )
    with files:
        dropped = file_field(
            sentences("load.drop", megabytes=MOST_MEGABYTES),
            [each.removeprefix(".") for each in READABLE],
            f"load_files_{st.session_state.get('load_round', 0)}",
            megabytes=MOST_MEGABYTES,
            many=True,
        )
        with st.container(horizontal=True, key="load_start"):
            is_tried = st.button(sentences("load.try"), type="primary", disabled=not dropped, key="load_try")
            _template(sentences)
        if is_tried:
            _try(dropped, owner.strip(), COMPLETE[complete], sentences)


def _try(dropped: Sequence[Any], owner: str, complete: bool | None, sentences: Texts) -> None:
    """Keep the files for as long as they are needed, and begin."""
    try:
        uploads = Uploads((each.name, each) for each in dropped)
    except OSError as error:
        warn(sentences("error.cannot_write", path=sentences("load.temporary"), why=error.strerror))
        return
    st.session_state["load_round"] = st.session_state.get("load_round", 0) + 1  # lets go of the browser's files
    begin("trial", Trial(uploads, tuple(uploads.paths), owner, complete))
    st.rerun()


def _template(sentences: Texts) -> None:
    """An empty workbook to fill in, for who has no list yet."""
    name = f"{sentences('load.template_file')}.xlsx"
    download(sentences("load.get_template"), lambda: template(sentences), name, XLSX, "template")


def begin(name: str, trial: Trial, *, copy_first: bool = True) -> None:
    """Try the files, or publish them."""
    opened = store()
    is_trial = name == "trial"
    trial = replace(trial, revision=opened.revision()) if is_trial else trial

    def work(progress: Progress) -> LoadReport:
        report = load_files(
            opened,
            trial.paths,
            owner=trial.owner,
            complete=trial.complete,
            dry_run=is_trial,
            copy_first=copy_first,
            progress=progress,
        )
        if not is_trial:
            trial.uploads.remove()
        return report

    if not desk().start(PLACE, name, work, about=trial):
        st.session_state["load_failed"] = texts()("job.busy")


def _put_away(trial: Trial) -> None:
    """Forget the files and what was found in them."""
    trial.uploads.remove()
    desk().put_away(PLACE)


def _failed(job: Job, sentences: Texts) -> None:
    """One sentence, what became of the other files, and what to do."""
    trial: Trial = job.about
    if job.was_stopped:
        headline(sentences("job.stopped"), sentences("load.nothing_kept"))
    else:
        headline(sentences("load.failed"), sentences("load.nothing_kept"))
        warn(job.sentence())
    code, values = getattr(job.error, "code", ""), getattr(job.error, "values", {})
    bad, others = values.get("file"), [each.name for each in trial.paths if each.name != values.get("file")]
    is_one_of_them = len(others) == len(trial.paths) - 1 and bool(others)
    if is_one_of_them:
        say(sentences("load.others", files=others), "note")
    with st.container(horizontal=True, key="load_failed_buttons"):
        if is_one_of_them:
            label = plain(sentences("load.try_without", file=str(bad)))
            st.button(label, on_click=begin, args=("trial", trial.without(str(bad))), type="primary", key="try_without")
        if code == "copy_failed":
            label = sentences("load.publish_without_copy")
            st.button(
                label,
                on_click=begin,
                args=("publish", trial),
                kwargs={"copy_first": False},
                key="publish_without_copy",
            )
        if job.was_stopped or job.name == "publish":
            st.button(sentences("load.try_again"), on_click=begin, args=("trial", trial), key="try_again")
        st.button(sentences("load.other_files"), on_click=_put_away, args=(trial,), key="other_files")


# -- tried -----------------------------------------------------------------------------------------------------------


def _tried(here: Region, job: Job, sentences: Texts) -> None:
    """What the files would do, and the button that does it."""
    report: LoadReport = job.result
    trial: Trial = job.about
    if not any(each.source_type for each in report.sheets):
        headline(sentences("load.not_recognised"), sentences("load.not_recognised_what"))
    elif report.load_id is None:
        headline(sentences("load.nothing_new"), _read_line(report, sentences))
    else:
        firms = changed_firms(report, sentences) or sentences("load.count.none")
        headline(sentences("load.would", firms=firms), f"{sentences('load.not_yet')} {_read_line(report, sentences)}")
    if trial.is_again:
        warn(sentences("load.tried_again"))
    with st.container(horizontal=True, key="load_decide"):
        if report.load_id is not None:
            st.button(sentences("load.publish"), on_click=_publish, args=(trial,), type="primary", key="publish")
        st.button(sentences("load.discard"), on_click=_put_away, args=(trial,), key="discard")
    ask_columns(report, lambda: begin("trial", trial))
    _outcomes(report, sentences)
    _firms(here, report, sentences)
    _problems(report, sentences, trial.paths)
    _sheets(report, sentences)
    if report.taken:
        section(sentences("load.taken", count=len(report.taken)), term="taken")
        show_taken(here, report.taken, "trial", is_published=False)
    if report.doubts:
        say(sentences("load.doubts_later", count=len(report.doubts)), "note")


def _publish(trial: Trial) -> None:
    """Publish what was tried; where the region changed since, try it again first."""
    if store().revision() != trial.revision:
        begin("trial", replace(trial, is_again=True))
    else:
        begin("publish", trial)


def _read_line(report: LoadReport, sentences: Texts) -> str:
    return sentences("load.read", rows=report.read, problems=len(report.problems))


def _outcomes(report: LoadReport, sentences: Texts) -> None:
    """What became of the rows, as one bar."""
    shown = [
        (name, sentences(f"load.outcome.{name}", count=report.outcomes[name]), report.outcomes[name])
        for name in BAR_ORDER
    ]
    parts(shown, sentences("load.outcomes_alt"))


def _firms(here: Region, report: LoadReport, sentences: Texts) -> None:
    if not report.firms:
        return
    section(sentences("load.changes"))
    columns = [
        Column("name", sentences("load.columns.name"), firm=True),
        Column("change", sentences("load.columns.change")),
        Column("records", sentences("load.columns.records"), quiet=True),
    ]
    clicked = table("load_firms", columns, firm_rows(report.firms, sentences), alt=sentences("load.changes"))
    if clicked in here.companies:
        open_firm(str(clicked))
    downloads(lambda: firm_table(report.firms, sentences), sentences("load.changes_file"))


def _problems(report: LoadReport, sentences: Texts, paths: Sequence[Path] = ()) -> None:
    """What is odd, and while the files are there the lists themselves with it marked."""
    section(sentences("load.problems"), term="load_problems")
    if not report.problems:
        say(sentences("load.no_problems"), "note")
        return
    columns = [
        Column("count", sentences("load.columns.count"), number=True),
        Column("problem", sentences("load.columns.problem")),
        Column("examples", sentences("load.columns.examples"), quiet=True),
    ]
    rows = group_rows(problem_groups(report.problems), sentences)
    table("load_problems", columns, rows, alt=sentences("load.problems"))
    with st.container(horizontal=True, key="load_problem_files"):
        if paths and can_be_marked(report):
            name = f"{sentences('load.marked_file')}.xlsx"
            download(sentences("load.get_marked"), lambda: annotated(paths, report, sentences), name, XLSX, "marked")
        downloads(lambda: problem_table(report.problems, sentences), sentences("load.problems_file"))


def _sheets(report: LoadReport, sentences: Texts) -> None:
    section(sentences("load.sheets"))
    for each in passed_over(report, sentences):
        say(each, "note")
    columns = [
        Column("file", sentences("load.columns.file")),
        Column("kind", sentences("load.columns.kind")),
        Column("rows", sentences("load.columns.rows"), number=True),
        Column("outcomes", sentences("load.columns.outcomes"), quiet=True),
    ]
    table("load_sheets", columns, sheet_rows(report, sentences), alt=sentences("load.sheets"))


# -- published -------------------------------------------------------------------------------------------------------


def _published(here: Region, job: Job, sentences: Texts) -> None:
    """What was done, the way back, and what a person must decide."""
    report: LoadReport = job.result
    if report.load_id is None:
        headline(sentences("load.nothing_new"), _read_line(report, sentences))
    else:
        headline(sentences("load.done"), " ".join(difference_parts(report.difference, sentences)))
    with st.container(horizontal=True, key="load_done"):
        st.button(sentences("load.more"), on_click=_put_away, args=(job.about,), type="primary", key="more_files")
        if report.load_id in kept_ledger(here).live_loads:
            st.button(sentences("load.undo"), on_click=ask_to_undo, args=(report.load_id, "top"), key="undo_this")
    undoing("top")
    _outcomes(report, sentences)
    open_doubts = [each for each in report.doubts if not _is_settled(here, each)]
    if open_doubts:
        section(sentences("load.doubts", count=len(open_doubts)), term="doubts")
        ask_doubts(here, open_doubts, "load")
    still = [each for each in report.taken if here.company_of.get(each.one) == each.company_id]
    if still:
        section(sentences("load.taken", count=len(still)), term="taken")
        show_taken(here, still, "load", is_published=True)
    _problems(report, sentences)
    _sheets(report, sentences)


def _is_settled(here: Region, doubt: Doubt) -> bool:
    """Whether a person has answered, or it is one company by now."""
    one, other = (here.company_of.get(each, each) for each in (doubt.one, doubt.other))
    return one == other or frozenset((doubt.one, doubt.other)) in kept_ledger(here).decided_pairs
