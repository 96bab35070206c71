"""How is the region kept safe? Backup, restore, the copies made before each load, and whether the store is sound.

A backup is made when asked for, in a private folder, and taken home as a file. What is to be restored is opened and
checked before anything is replaced; what it replaces is copied first.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from graph import transfer
from graph.errors import StoreError, UserMistake
from graph.model import Load
from graph.secret import NOTE
from graph.store import Store
from graph.transfer import Copy
from ingest.invented import holds_invented
from ingest.pipeline import Progress
from render.plain import counted
from texts import Texts
from views.common import Region, is_invented, say, section, store, texts, today, warn
from views.downloads import download
from views.file_field import file_field
from views.jobs import Job, Work, desk, show
from views.uploads import PrivateFolder, Uploads

PLACE = "copies"
SQLITE = "application/vnd.sqlite3"
SHOWN = 10


@dataclass(frozen=True)
class Kept:
    """A backup that waits to be taken home, or to be restored: its file, and the private folder it lies in."""

    path: Path
    folder: PrivateFolder | None = None  # None: one of the copies made before a load, which stays where it is

    def remove(self) -> None:
        """Let go of what was private."""
        if self.folder:
            self.folder.remove()


@dataclass(frozen=True)
class Inspection:
    """What a backup holds."""

    counts: dict[str, int]
    newest_load: str | None
    is_invented: bool
    is_other_secret: bool


def copies(here: Region) -> None:
    """Buttons for backup, check and restore, and the copies there are."""
    sentences = texts()
    section(sentences("copies.title"), term="backup")
    if failed := st.session_state.pop("copies_failed", None):
        warn(failed)
    job = desk().of(PLACE)
    if job is not None:
        _job(here, job, sentences)
        if not job.is_done:
            return
    with st.container(horizontal=True, key="copies_buttons"):
        st.button(sentences("copies.backup"), on_click=_backup, key="backup")
        st.button(sentences("copies.check"), on_click=_check, key="check")
    if not is_invented(here.address):
        _restoring(sentences)


def _begin(name: str, work: Work, about: Kept | None = None) -> None:
    before = desk().of(PLACE)
    if before and before.is_done and isinstance(before.about, Kept) and before.about is not about:
        before.about.remove()
    if not desk().start(PLACE, name, work, about):
        st.session_state["copies_failed"] = texts()("job.busy")


def _put_away() -> None:
    job = desk().of(PLACE)
    if job and isinstance(job.about, Kept):
        job.about.remove()
    desk().put_away(PLACE)


# -- what came of it -------------------------------------------------------------------------------------------------


def _job(here: Region, job: Job, sentences: Texts) -> None:
    if not job.is_done:
        show(job)
        return
    with st.container(key="copies_job", border=True):
        if job.error is not None:
            say(job.sentence(), "facts", role="alert")
            if getattr(job.error, "code", "") == "copy_failed":
                label = sentences("copies.restore_without_copy")
                st.button(label, on_click=_restore, args=(job.about,), kwargs={"copy_first": False}, key="no_copy")
        else:
            SHOWS[job.name](here, job, sentences)
        with st.container(horizontal=True, key="copies_job_buttons"):
            if job.name == "backup" and job.error is None:
                _take_home(job, sentences)
            if job.name == "inspect" and job.error is None:
                st.button(
                    sentences("copies.do_restore"),
                    on_click=_restore,
                    args=(job.about,),
                    type="primary",
                    key="do_restore",
                )
            st.button(sentences("history.close"), on_click=_put_away, key="close_copies")


def _show_backup(_here: Region, _job: Job, sentences: Texts) -> None:
    say(sentences("copies.backup_ready"), "label")
    say(sentences("copies.backup_secret"), "note")


def _take_home(job: Job, sentences: Texts) -> None:
    path: Path = job.about.path
    download(sentences("copies.download"), path.read_bytes, path.name, SQLITE, "backup_download", is_primary=True)


def _show_check(_here: Region, job: Job, sentences: Texts) -> None:
    if not job.result:
        say(sentences("copies.sound"), "label")
        return
    found = ", ".join(sentences(f"check.{each}") for each in job.result)
    say(sentences("copies.unsound", found=found), "label", role="alert")
    say(sentences("copies.unsound_what"), "note")


def _show_inspect(here: Region, job: Job, sentences: Texts) -> None:
    found: Inspection = job.result
    say(sentences("copies.sure"), "label")
    say(sentences("copies.holds", counts=counted(found.counts, sentences), on=found.newest_load), "facts")
    empty = sentences("copies.empty_region")
    say(sentences("copies.replaces", counts=empty if here.is_empty else counted(store().counts(), sentences)), "facts")
    if found.is_invented:
        warn(sentences("copies.is_invented"))
    if found.is_other_secret:
        warn(sentences("copies.other_secret"))
    say(sentences("copies.copied_first") if here.snapshot.revision else "", "note")


def _show_restore(here: Region, _job: Job, sentences: Texts) -> None:
    say(sentences("copies.restored", companies=len(here.companies)), "label")


SHOWS: dict[str, Callable[[Region, Job, Texts], None]] = {
    "backup": _show_backup,
    "check": _show_check,
    "inspect": _show_inspect,
    "restore": _show_restore,
}


# -- the work --------------------------------------------------------------------------------------------------------


def _backup() -> None:
    opened = store()
    folder = PrivateFolder()
    path = folder.folder / f"narverk-{today()}.sqlite"

    def work(progress: Progress) -> int:
        progress("backing_up", "", 0, 1)
        return transfer.backup(opened, path)

    _begin("backup", work, Kept(path, folder))


def _check() -> None:
    opened = store()

    def work(progress: Progress) -> list[str]:
        progress("inspecting", "", 0, 1)
        return transfer.unsound(opened)

    _begin("check", work)


def _inspect(kept: Kept) -> None:
    opened = store()

    def work(progress: Progress) -> Inspection:
        progress("inspecting", "", 0, 1)
        with closing(transfer.open_backup(kept.path)) as backup:
            return inspected(backup, opened)

    _begin("inspect", work, kept)


def inspected(backup: Store, current: Store) -> Inspection:
    """What a backup holds, checked.

    Raises:
        UserMistake: ``backup_unsound``.
    """
    if not _is_sound(backup):
        raise UserMistake("backup_unsound", file=Path(backup.address).name)
    loads = [each.loaded_on for each in backup.snapshot(Load).of(Load) if each.withdrawn is None]
    made_with, needed = backup.recall(NOTE), current.recall(NOTE)
    return Inspection(
        dict(backup.counts()),
        max(loads, default=None),
        holds_invented(backup),
        None not in (made_with, needed) and made_with != needed,
    )


def _is_sound(backup: Store) -> bool:
    try:
        return not transfer.unsound(backup)
    except StoreError:  # pages of the file that cannot be read
        return False


def _restore(kept: Kept, *, copy_first: bool = True) -> None:
    opened = store()

    def work(progress: Progress) -> int:
        progress("publishing", "", 0, 1)
        revision = transfer.restore(kept.path, opened, copy_first=copy_first)
        kept.remove()
        return revision

    _begin("restore", work, kept)


# -- choosing what to restore ----------------------------------------------------------------------------------------


def _restoring(sentences: Texts) -> None:
    """A backup from home, or one of the copies made before a load."""
    with st.expander(sentences("copies.restore"), on_change="rerun", key="restore_box") as box:
        if box.open:
            _restore_field(sentences)
            _made_before(sentences)


def _restore_field(sentences: Texts) -> None:
    most = int(st.get_option("server.maxUploadSize"))  # a larger one goes by the terminal
    dropped = file_field(
        sentences("copies.drop", megabytes=most),
        ("sqlite", "db"),
        f"restore_file_{st.session_state.get('restore_round', 0)}",
        megabytes=most,
    )
    if st.button(sentences("copies.inspect"), disabled=not dropped, key="inspect_upload") and dropped:
        try:
            uploads = Uploads([(dropped.name, dropped)])
        except OSError as error:
            warn(sentences("error.cannot_write", path=sentences("load.temporary"), why=error.strerror))
            return
        st.session_state["restore_round"] = st.session_state.get("restore_round", 0) + 1
        _inspect(Kept(uploads.paths[0], uploads))
        st.rerun()


def _made_before(sentences: Texts) -> None:
    found = transfer.copies(store())
    say(sentences("copies.before"), "label")
    say(sentences("copies.before_what" if found else "copies.none", kept=transfer.COPIES_KEPT), "note")
    for each in found[:SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"history_row_{each.path.stem}"):
            say(_copy_line(each, sentences), "line")
            st.button(
                sentences("copies.restore_this"),
                on_click=_inspect,
                args=(Kept(each.path),),
                key=f"restore_{each.path.stem}",
                type="tertiary",
            )


def _copy_line(each: Copy, sentences: Texts) -> str:
    made_at = each.made_at.astimezone().strftime("%Y-%m-%d %H:%M")
    return sentences("copies.line", at=made_at, revision=each.revision, megabytes=size_text(each.size_bytes, sentences))


def size_text(size_bytes: int, sentences: Texts) -> str:
    """A file's size as "2,1 MB"."""
    return sentences("copies.megabytes", megabytes=sentences.number(size_bytes / 1_000_000, 1))
