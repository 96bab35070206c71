"""A whole region from one store to another, and what ``check`` finds wrong with one."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from graph import ledger, transfer
from graph.errors import RevisionMoved, StoreUnreachable, UserMistake
from graph.model import KIND_BY_NAME, KINDS, REGION_KINDS, Company, Decision, Load, SnapshotName
from graph.store import Change, Store
from graph.transfer import (
    COPIES_KEPT,
    backup,
    copies,
    copies_folder,
    copy_before,
    copy_region,
    keep_newest,
    restore,
    unsound,
)
from ingest.pipeline import load_files
from tests.regions import Built, built_region, opened, own_data, records

__all__ = ["built_region", "own_data"]

KIND_NAMES = {kind.__name__ for kind in REGION_KINDS}


@pytest.fixture
def own(built: Built, tmp_path: Path) -> Path:
    """A copy of the region with a decision taken, one taken back, a load undone and a named snapshot."""
    path = Path(shutil.copy2(built.path, tmp_path / "own.sqlite"))
    shutil.copy2(built.path.with_suffix(".secret"), tmp_path / "own.secret")
    list_ = tmp_path / "ny.csv"
    list_.write_text("Org.nr;Företag\n4099000012;Åtorps Mekaniska Exempel AB\n", encoding="utf-8")
    with opened(path) as store:
        firm = built.snapshot.of(Company)[0].company_id
        ledger.decide(store, "correct", [firm], kind=Company, name="employees", value=7)
        ledger.retract(store, ledger.decide(store, "correct", [firm], kind=Company, name="website", value="x"))
        load_files(store, [list_])
        ledger.name_snapshot(store, "före")
        ledger.withdraw(store)
    return path


def whole(store: Store) -> dict[str, object]:
    """All a store keeps: records, ledger, blocks and revision."""
    snapshot = store.snapshot(*KINDS)
    blocks = list(store.blocks({each.load_id: None for each in snapshot.of(Load)}))
    found: dict[str, object] = {kind.__name__: list(snapshot.of(kind)) for kind in KINDS}
    return found | {"blocks": blocks, "revision": snapshot.revision, "counts": dict(store.counts())}


def test_a_copy_is_equal_in_all_and_lives_on_alike(own: Path, store: Store, tmp_path: Path) -> None:
    """To an empty store of either kind and back again."""
    with opened(own) as source:
        expected = whole(source)
        assert copy_region(source, store) == source.revision()
    assert whole(store) == expected
    assert unsound(store) == []
    with opened(tmp_path / "back.sqlite") as back:
        copy_region(store, back)
        assert whole(back) == expected
        assert ledger.records_at(back, 1).records == ledger.records_at(store, 1).records
        for each in (back, store):
            ledger.withdraw(each)
        assert records(back) == records(store)


def test_a_copy_goes_into_an_empty_store_only(own: Path, tmp_path: Path) -> None:
    with opened(own) as source, opened(tmp_path / "b.sqlite") as target:
        copy_region(source, target)
        before = whole(target)
        with pytest.raises(UserMistake, match="store_not_empty") as error:
            copy_region(source, target)
        assert error.value.values["address"] == target.address
        assert whole(target) == before
        while [each for each in target.snapshot(Load).of(Load) if each.withdrawn is None]:
            ledger.withdraw(target)
        with pytest.raises(UserMistake, match="store_not_empty"):
            copy_region(source, target)


def test_an_empty_region_can_be_copied(tmp_path: Path) -> None:
    with opened(tmp_path / "a.sqlite") as source, opened(tmp_path / "b.sqlite") as target:
        copy_region(source, target)
        assert records(target) == records(source)
        assert unsound(target) == []


def test_restore_puts_all_back_and_the_revision_moves_on(own: Path, tmp_path: Path) -> None:
    with opened(own) as store:
        expected = whole(store)
        kept = backup(store, tmp_path / "backup.sqlite")
        ledger.decide(
            store, "correct", [store.snapshot(Company).of(Company)[3].key], kind=Company, name="name", value="X"
        )
        ledger.name_snapshot(store, "efter")
        ledger.withdraw(store)
        at = store.revision()
        assert restore(tmp_path / "backup.sqlite", store) == at + 1 > kept
        found = whole(store)
        assert found.pop("revision") == at + 1
        expected.pop("revision")
        assert found == expected
        assert [each.name for each in store.snapshot(SnapshotName).of(SnapshotName)] == ["före"]
        changed = store.changed_since(at)
        assert len(changed.upserted[Company]) == store.counts()["Company"]
        assert load_files(store, [tmp_path / "ny.csv"]).load_id == f"L{at + 2:06d}"


def test_restore_into_a_new_store_keeps_the_revision(own: Path, tmp_path: Path) -> None:
    with opened(own) as source:
        backup(source, tmp_path / "backup.sqlite")
        revision, expected = source.revision(), records(source)
    with opened(tmp_path / "new.sqlite") as store:
        assert restore(tmp_path / "backup.sqlite", store) == revision
        assert records(store) == expected


def test_restore_of_nothing_leaves_the_region(own: Path, tmp_path: Path) -> None:
    with opened(own) as store:
        before = whole(store)
        with pytest.raises(UserMistake, match="store_missing"):
            restore(tmp_path / "none.sqlite", store)
        assert not (tmp_path / "none.sqlite").exists()
        assert whole(store) == before


def test_a_copy_of_a_region_that_does_not_stand_still_is_refused(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(own) as source, opened(tmp_path / "b.sqlite") as target:
        revisions = iter(range(100, 200))
        monkeypatch.setattr(source, "revision", lambda: next(revisions))
        with pytest.raises(RevisionMoved, match="revision_moved"):
            copy_region(source, target)
        assert target.revision() == 0


def test_a_region_somebody_fills_meanwhile_is_not_written_over(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(own) as source, opened(tmp_path / "b.sqlite") as target:
        real = transfer._whole

        def filled(store: Store) -> object:
            target.write(Change(upserts={Company: [Company("org:4099000012", "Först AB")]}))
            return real(store)

        monkeypatch.setattr(transfer, "_whole", filled)
        with pytest.raises(RevisionMoved):
            copy_region(source, target)
        assert [each.name for each in target.snapshot(Company).of(Company)] == ["Först AB"]


def test_check_compares_records_with_the_ledger(own: Path) -> None:
    with opened(own) as store:
        assert unsound(store) == []
        firm = store.snapshot(Company).of(Company)[0]
        store.write(Change(upserts={Company: [Company(firm.company_id, "Någon annan AB")]}))
        assert unsound(store) == ["records_differ"]
        decisions = store.snapshot(Decision).of(Decision)
        ledger.decide(store, "correct", [firm.company_id], kind=Company, name="employees", value=8)
        assert len(store.snapshot(Decision).of(Decision)) == len(decisions) + 1
        assert unsound(store) == []  # whatever is resolved anew is right again


def test_every_kind_is_told_apart(own: Path, tmp_path: Path) -> None:
    """The region under test has records of every kind, so that nothing of a kind can be lost unseen."""
    with opened(own) as store:
        snapshot = store.snapshot(*REGION_KINDS)
        assert [kind.__name__ for kind in REGION_KINDS if not snapshot.of(kind)] == []


# -- copies before a load --------------------------------------------------------------------------------------------


def two_lists(folder: Path) -> list[Path]:
    paths = [folder / "ett.csv", folder / "tva.csv"]
    for number, path in zip(("4099000012", "4099000020"), paths, strict=True):
        path.write_text(f"Org.nr;Företag\n{number};Exempel {number} AB\n", encoding="utf-8")
    return paths


def test_the_region_is_copied_before_a_load_and_can_be_had_back(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NARVERK_DATA", str(tmp_path / "data"))
    one, two = two_lists(tmp_path)
    assert load_files(store, [one], copy_first=True).copy is None  # there was nothing to keep
    before, revision = whole(store), store.revision()
    kept = load_files(store, [two], copy_first=True).copy
    assert kept is not None
    assert [each.path for each in copies(store)] == [kept]
    assert (copies(store)[0].revision, copies(store)[0].size_bytes) == (revision, kept.stat().st_size)
    if os.name == "posix":
        assert (stat.S_IMODE(kept.stat().st_mode), stat.S_IMODE(kept.parent.stat().st_mode)) == (0o600, 0o700)
    with opened(kept) as copy:
        assert whole(copy) == before
        assert unsound(copy) == []
    restore(kept, store, copy_first=True)
    assert records(store) == {KIND_BY_NAME[name]: before[name] for name in before if name in KIND_NAMES}
    assert [each.revision for each in copies(store)] == [revision + 1, revision]


def test_a_dry_run_and_a_load_of_nothing_new_leave_no_copy(tmp_path: Path) -> None:
    one, two = two_lists(tmp_path)
    with opened(tmp_path / "r.sqlite") as store:
        load_files(store, [one])
        load_files(store, [two], copy_first=True, dry_run=True)
        assert load_files(store, [one], copy_first=True).copy is None
        assert copies(store) == []
        assert not list(copies_folder(store).glob("*"))


def test_the_newest_ten_copies_stay(tmp_path: Path) -> None:
    (one, _) = two_lists(tmp_path)
    with opened(tmp_path / "r.sqlite") as store, opened(tmp_path / "annan.sqlite") as other:
        for each in (store, other):
            load_files(each, [one])
        copy_before(other)
        made = []
        for number in range(COPIES_KEPT + 3):
            ledger.name_snapshot(store, f"läge {number}")
            made.append(copy_before(store))
        assert len(copies(store)) == len(made)  # nothing goes before a load is done
        keep_newest(store)
        assert {each.path for each in copies(store)} == set(made[3:])
        assert [each.revision for each in copies(store)] == sorted((e.revision for e in copies(store)), reverse=True)
        assert len(copies(other)) == 1


def test_where_no_copy_can_be_made_nothing_is_loaded_until_somebody_says_so(tmp_path: Path) -> None:
    one, two = two_lists(tmp_path)
    with opened(tmp_path / "r.sqlite") as store:
        load_files(store, [one])
        before = whole(store)
        (tmp_path / "copies").write_text("in the way", encoding="utf-8")
        with pytest.raises(UserMistake, match="copy_failed") as error:
            load_files(store, [two], copy_first=True)
        assert error.value.values["folder"] == str(copies_folder(store))
        assert error.value.values["why"]
        assert whole(store) == before
        assert load_files(store, [two]).load_id


def test_what_a_full_disk_left_is_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (one, _) = two_lists(tmp_path)
    with opened(tmp_path / "r.sqlite") as store:
        load_files(store, [one])

        def full(path: Path) -> None:
            path.write_bytes(b"half of it")
            raise StoreUnreachable("store_unreachable", address=store.address, why="database or disk is full")

        monkeypatch.setattr(store, "keep_copy", full)
        with pytest.raises(UserMistake, match="copy_failed") as error:
            copy_before(store)
        assert error.value.values["why"] == "database or disk is full"
        assert list(copies_folder(store).iterdir()) == []


def test_what_is_no_copy_is_left_out_of_the_list(tmp_path: Path) -> None:
    (one, _) = two_lists(tmp_path)
    with opened(tmp_path / "r.sqlite") as store:
        load_files(store, [one])
        kept = copy_before(store)
        for name in ("anteckning.txt", "2026-01-01T000000Z-7.part", "min-kopia.sqlite"):
            (copies_folder(store) / name).touch()
        assert [each.path for each in copies(store)] == [kept]
        keep_newest(store, 0)
        assert len(list(copies_folder(store).iterdir())) == 3
