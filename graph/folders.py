"""Does a data folder lie where a store may break: in a folder kept in step with a cloud, or on a network drive?

SQLite needs locks and shared memory that network drives do not keep, and a program that copies a half-written file up
and down can damage it. It is told by names and by what the system says of the drive: a guess that may miss a service,
never a test of the drive itself.
"""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePath, PureWindowsPath
from typing import Literal

Whereabouts = Literal["cloud", "network"]

SYNCED_BY_NAME = re.compile(
    r"(onedrive|dropbox|google ?drive|icloud ?drive|nextcloud|owncloud|box sync)(\W.*)?"
    r"|cloudstorage|mobile documents|com~apple~clouddocs|my drive|min enhet",
    re.IGNORECASE,
)
"""Folders that such services make, as "OneDrive - Firman AB" or "Dropbox (Personal)", but not "Dropboxar". "Min enhet"
and "My Drive" are Google's on a drive letter of their own; three are Apple's."""
SYNCED_AT_HOME = {"box", "box documents", "pclouddrive", "mega", "synologydrive"}  # common words elsewhere
ONEDRIVE_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")  # set by Windows
REMOTE_TYPES = {
    *("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "afs", "ncpfs", "davfs", "ceph", "glusterfs"),
    *("fuse.sshfs", "fuse.rclone", "fuse.davfs2", "fuse.gvfsd-fuse", "fuse.glusterfs", "fuse.s3fs"),
}
"""File system types of /proc/mounts behind which there is another machine."""
MOUNTS = Path("/proc/mounts")
DRIVE_REMOTE = 4  # what Windows' GetDriveTypeW says of a network drive


def whereabouts(path: Path) -> Whereabouts | None:
    """Whether a file or folder lies in a synchronised folder, on a network drive, or (None) neither as far as is known.

    The folder need not be there yet.
    """
    try:
        path = path.resolve()
    except OSError:  # a drive that does not answer
        path = path.absolute()
    return whereabouts_of(path, os.environ, home=Path.home(), mounts=_mounts(), is_remote_drive=_is_remote_drive)


def store_whereabouts(address: str) -> Whereabouts | None:
    """The same of a store's file; a server's disk is its own matter."""
    return whereabouts(Path(address.removeprefix("sqlite:"))) if address.startswith("sqlite:") else None


def whereabouts_of(
    path: PurePath,
    environment: Mapping[str, str],
    *,
    home: PurePath | None = None,
    mounts: Iterable[tuple[str, str]] = (),
    is_remote_drive: Callable[[str], bool] = lambda _: False,
) -> Whereabouts | None:
    r"""The same of an absolute path on any system, with what the system says given.

    Args:
        path: absolute.
        environment: variables by name.
        home: the user's own folder.
        mounts: (mount point, file system type), as /proc/mounts lists them.
        is_remote_drive: asked of a Windows drive's root, such as ``Z:\``.

    >>> whereabouts_of(PureWindowsPath(r"C:\Users\eva\OneDrive - Firman AB\narverk"), {})
    'cloud'
    >>> whereabouts_of(PureWindowsPath(r"\\server\share\narverk"), {})
    'network'
    """
    if _is_synced(path, environment, home):
        return "cloud"
    if isinstance(path, PureWindowsPath):
        remote = _is_unc(path.drive) or (bool(path.drive) and is_remote_drive(path.drive + "\\"))
    else:
        remote = _type_of(path, mounts) in REMOTE_TYPES
    return "network" if remote else None


def _is_synced(path: PurePath, environment: Mapping[str, str], home: PurePath | None) -> bool:
    given = (type(path)(environment[each]) for each in ONEDRIVE_VARIABLES if environment.get(each))
    if any(each.is_absolute() and path.is_relative_to(each) for each in given):
        return True
    if home and path.is_relative_to(home):
        own = path.relative_to(home).parts
        if own and own[0].casefold() in SYNCED_AT_HOME:
            return True
    return any(SYNCED_BY_NAME.fullmatch(each) for each in path.parts)


def _is_unc(drive: str) -> bool:
    r"""Whether a Windows drive is a share (``\\server\share``), also written as ``\\?\UNC\server\share``."""
    if drive.startswith(("\\\\?\\", "\\\\.\\")):
        return drive[4:].upper().startswith("UNC")
    return drive.startswith("\\\\")


def _type_of(path: PurePath, mounts: Iterable[tuple[str, str]]) -> str:
    """File system type of the innermost mount point above the path; "" for the root's, which is this machine's."""
    inside = [(point, kind) for point, kind in mounts if point != "/" and path.is_relative_to(point)]
    return max(inside, key=lambda each: len(each[0]), default=("", ""))[1]


def _mounts() -> list[tuple[str, str]]:
    """Mount points and types of this machine; none where it keeps no such list."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    fields = (line.split(" ") for line in lines)
    return [(_unescaped(each[1]), each[2]) for each in fields if len(each) > 2]


def _unescaped(text: str) -> str:
    r"""A mount point as it is: blanks and backslashes are written as octal numbers.

    >>> _unescaped(r"/mnt/min\040disk")
    '/mnt/min disk'
    """
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def _is_remote_drive(root: str) -> bool:
    windll = getattr(ctypes, "windll", None)  # on Windows alone
    return windll is not None and windll.kernel32.GetDriveTypeW(root) == DRIVE_REMOTE
