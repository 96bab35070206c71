"""Where a data folder lies, told by names and by what a system says; every system is played, for none is at hand.

Not tested here: what a real Windows answers for a network drive.
"""

from __future__ import annotations

from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest

from graph import folders
from graph.folders import store_whereabouts, whereabouts, whereabouts_of

EVA = PureWindowsPath(r"C:\Users\eva")
ERIK = PurePosixPath("/home/erik")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (PureWindowsPath(r"C:\Users\eva\AppData\Local\narverk"), None),
        (PureWindowsPath(r"C:\Users\eva\OneDrive\narverk"), "cloud"),
        (PureWindowsPath(r"C:\Users\eva\OneDrive - Nätverket i Örebro län\Dokument"), "cloud"),
        (PureWindowsPath(r"C:\Users\eva\onedrive"), "cloud"),
        (PureWindowsPath(r"D:\Dropbox (Firman)\x"), "cloud"),
        (PureWindowsPath(r"D:\Dropboxar\x"), None),
        (PureWindowsPath(r"G:\Min enhet\narverk"), "cloud"),
        (PureWindowsPath(r"G:\My Drive\narverk"), "cloud"),
        (PureWindowsPath(r"C:\Users\eva\iCloudDrive\narverk"), "cloud"),
        (PureWindowsPath(r"C:\Users\eva\Nextcloud\narverk"), "cloud"),
        (PureWindowsPath(r"C:\Users\eva\Box\narverk"), "cloud"),
        (PureWindowsPath(r"C:\maskiner\Box\narverk"), None),
        (PureWindowsPath(r"\\server\gemensam\narverk"), "network"),
        (PureWindowsPath(r"\\?\UNC\server\gemensam\narverk"), "network"),
        (PureWindowsPath(r"\\?\C:\narverk"), None),
        (PureWindowsPath(r"\\server\gemensam\OneDrive\x"), "cloud"),
        (PurePosixPath("/home/erik/Dropbox/narverk"), "cloud"),
        (PurePosixPath("/Users/eva/Library/CloudStorage/GoogleDrive-eva@firman.example/narverk"), "cloud"),
        (PurePosixPath("/Users/eva/Library/Mobile Documents/com~apple~CloudDocs/narverk"), "cloud"),
        (PurePosixPath("/home/erik/.local/share/narverk"), None),
    ],
)
def test_names_tell(path: PurePath, expected: str | None) -> None:
    home = EVA if isinstance(path, PureWindowsPath) else ERIK
    assert whereabouts_of(path, {}, home=home) == expected


@pytest.mark.parametrize("variable", ["OneDrive", "OneDriveCommercial", "OneDriveConsumer"])
def test_windows_says_where_its_own_synchronised_folder_is(variable: str) -> None:
    moved = {variable: r"D:\Moln"}
    assert whereabouts_of(PureWindowsPath(r"d:\moln\Dokument\narverk"), moved) == "cloud"
    assert whereabouts_of(PureWindowsPath(r"D:\Moln2\narverk"), moved) is None
    assert whereabouts_of(PureWindowsPath(r"D:\Moln\narverk"), {variable: ""}) is None
    assert whereabouts_of(PureWindowsPath(r"D:\Moln\narverk"), {variable: "Moln"}) is None


def test_a_windows_drive_is_asked_for_its_type() -> None:
    asked: list[str] = []

    def is_remote(root: str) -> bool:
        asked.append(root)
        return root == "Z:\\"

    assert whereabouts_of(PureWindowsPath(r"Z:\narverk"), {}, is_remote_drive=is_remote) == "network"
    assert whereabouts_of(PureWindowsPath(r"C:\narverk"), {}, is_remote_drive=is_remote) is None
    assert asked == ["Z:\\", "C:\\"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/mnt/nas/narverk", "network"),
        ("/mnt/nas/lokalt/narverk", None),
        ("/mnt/nas2/narverk", None),
        ("/media/min disk/narverk", "network"),
        ("/home/erik/fjarr/narverk", "network"),
        ("/srv/narverk", None),
    ],
)
def test_the_innermost_mount_decides(path: str, expected: str | None) -> None:
    mounts = [
        ("/", "9p"),
        ("/mnt/nas", "nfs4"),
        ("/mnt/nas/lokalt", "ext4"),
        ("/media/min disk", "cifs"),
        ("/home/erik/fjarr", "fuse.sshfs"),
    ]
    assert whereabouts_of(PurePosixPath(path), {}, mounts=mounts) == expected


def test_mounts_are_read_as_the_system_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share = tmp_path / "min disk"
    listed = tmp_path / "mounts"
    told = str(share).replace(" ", "\\040")
    listed.write_text(f"/dev/sda1 / ext4 rw 0 0\n//nas/x {told} cifs rw 0 0\nskräp\n", encoding="utf-8")
    monkeypatch.setattr(folders, "MOUNTS", listed)
    assert whereabouts(share / "region.sqlite") == "network"
    assert whereabouts(tmp_path / "region.sqlite") is None
    monkeypatch.setattr(folders, "MOUNTS", tmp_path / "none")
    assert whereabouts(share / "region.sqlite") is None


def test_a_link_into_a_synchronised_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "Dropbox")
    assert store_whereabouts(f"sqlite:{tmp_path / 'data' / 'region.sqlite'}") == "cloud"
    assert store_whereabouts(f"sqlite:{tmp_path / 'region.sqlite'}") is None
    assert store_whereabouts("neo4j://server:7687/Dropbox") is None
