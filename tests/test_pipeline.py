"""Files into the region: what is found of what was planted, every row accounted for, and undo as if never loaded.

What is planted is read from ``truth.json``, which tests/test_demo_truth.py proves from the files alone. Undo on Neo4j
is in tests/test_cli_neo4j.py.
"""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from graph import ledger
from graph.demands import demand_of_part
from graph.errors import UnreadableFile, UserMistake
from graph.isolation import isolated
from graph.lookup import find_origin
from graph.model import Alias, Company, ImportedPart, Load, Trade
from graph.names import name_key
from graph.replacement import Finder
from graph.resolve import read_sources
from graph.store import Store
from ingest.demo import write_demo
from ingest.pipeline import OUTCOMES, find_files, load_files
from tests.regions import DAY, Built, built_region, opened, own_data, records

__all__ = ["built_region", "own_data"]

FIVE = (
    ("medlemsregister.xlsx",),
    ("affarer.xlsx",),
    ("import.xlsx", "krav_och_behov.xlsx"),
    ("natverket.xlsx", "stod.xlsx"),
    ("reskontra_*.csv",),
)


def five_loads(folder: Path) -> list[list[Path]]:
    """The region's workbooks as five loads."""
    return [[path for name in names for path in sorted(folder.glob(name))] for names in FIVE]


def region_list(folder: Path, path: Path) -> Path:
    """The region's municipalities in a file of their own: which namesake is meant is read off them."""
    rows = CalamineWorkbook.from_path(str(folder / "medlemsregister.xlsx")).get_sheet_by_name("Region").to_python()
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return path


def load_all(store: Store, home: Path, loads: list[list[Path]]) -> list[str]:
    """One load after the other; returns their ids, without the first's, the list of municipalities."""
    ids = [load_files(store, paths, on=DAY).load_id for paths in ([home], *loads)]
    assert None not in ids
    return [str(each) for each in ids[1:]]


# -- what was planted ------------------------------------------------------------------------------------------------


def test_every_planted_isolated_firm_is_found_with_its_kind(built: Built) -> None:
    found = {each.company_id: each.kind for each in isolated(built.snapshot).findings}
    planted = {each["company_id"]: each["kind"] for each in built.truth["isolated"]}
    assert planted.items() <= found.items()
    assert len(set(planted.values())) == 6
    in_doubt = {each.one for each in built.report.doubts}
    assert {each for each in found if each not in planted} <= in_doubt  # a question stands as a firm until answered


def test_every_planted_substitute_is_among_the_hits(built: Built) -> None:
    parts = {each.part_id: each for each in built.snapshot.of(ImportedPart)}
    finder = Finder(built.snapshot, today=DAY)
    for planted in built.truth["substitutes"]:
        part = parts[planted["part_id"]]
        origin = find_origin(built.snapshot, part.company_id or "")
        found = finder.find(demand_of_part(part), origin, 40.0, limit=1000)
        assert set(planted["company_ids"]) <= {each.company_id for each in found.hits}, part.part_id


def undecided(built: Built) -> list[list[str]]:
    """Planted groups of spellings that are neither one company nor a question to a person."""
    companies: dict[str, set[str]] = {}
    keys_of: dict[str, set[str]] = {}
    for alias in built.snapshot.of(Alias):
        keys_of[alias.alias] = set(alias.name_keys)
        for key in alias.name_keys:
            companies.setdefault(key, set()).add(alias.company_id or "")
    asked = {key for doubt in built.report.doubts for each in (doubt.one, doubt.other) for key in keys_of[each]}
    found = []
    for names in built.truth["duplicates"]:
        keys = {name_key(each) for each in names}
        assert keys <= companies.keys()
        apart = {key for key in keys if companies[key] != companies[name_key(names[0])]}
        if not apart <= asked:
            found.append(names)
    return found


def test_every_planted_duplicate_is_one_company_or_a_question(built: Built) -> None:
    assert len(built.truth["duplicates"]) >= 20
    assert undecided(built) == []
    assert built.report.outcomes["review"] >= len(built.report.doubts) > 0


# -- rows ------------------------------------------------------------------------------------------------------------


def test_every_row_is_accounted_for(built: Built) -> None:
    report = built.report
    assert sum(report.outcomes.values()) == report.read == sum(each.rows for each in report.sheets)
    assert all(sum(each.outcomes.values()) == each.rows for each in report.sheets)
    assert {name: sum(each.outcomes[name] for each in report.sheets) for name in OUTCOMES} == report.outcomes
    rows: Counter[tuple[str, str]] = Counter()
    for path in built.folder.glob("*.xlsx"):
        book = CalamineWorkbook.from_path(str(path))
        rows.update({(path.name, name): len(book.get_sheet_by_name(name).to_python()) - 1 for name in book.sheet_names})
    for path in built.folder.glob("*.csv"):
        rows[path.name, ""] = len(path.read_bytes().splitlines()) - 1
    assert {(each.file, each.sheet): each.rows for each in report.sheets} == rows
    assert all(each.source_type for each in report.sheets)


def test_the_same_again_is_no_load(built: Built, tmp_path: Path) -> None:
    path = shutil.copy2(built.path, tmp_path / "own.sqlite")
    shutil.copy2(built.path.with_suffix(".secret"), tmp_path / "own.secret")
    with opened(path) as store:
        before = store.revision()
        report = load_files(store, [built.folder], on="2027-01-01")
        assert report.load_id is None
        assert not report.difference
        assert report.outcomes["accepted"] == report.outcomes["rejected"] == 0
        assert report.outcomes["unchanged"] == built.report.outcomes["accepted"]
        assert report.doubts == built.report.doubts
        assert store.revision() == before


MEMBERS = """Org.nr;Företag;Ort;Anställda;Processer
4099000012;Åtorps Mekaniska Exempel AB;Åtorp;18;turning
4099000012;Åtorps Mekaniska Exempel AB;Åtorp;18;turning
;;Karlskoga;3;
40990000-13;Svets i Nora AB;Nora;tolv;turning|trollkonst
Summa;;;33;
"""


def members(folder: Path, text: str = MEMBERS, name: str = "medlemmar.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_each_row_counts_once_and_a_problem_says_where(tmp_path: Path) -> None:
    path = members(tmp_path)
    with opened(tmp_path / "r.sqlite") as store:
        report = load_files(store, [path])
        again = load_files(store, [path])
    assert report.read == 5
    assert report.outcomes == {"rejected": 2, "review": 0, "accepted": 2, "merged": 1, "unchanged": 0}
    assert again.outcomes == {"rejected": 2, "review": 0, "accepted": 0, "merged": 1, "unchanged": 2}
    assert {(each.row, each.column, each.code, each.value) for each in report.problems} == {
        (4, "Företag", "company_missing", ""),
        (5, "Org.nr", "org_number_check_digit", "40990000-13"),
        (5, "Anställda", "number_bad", "tolv"),
        (5, "Processer", "process_unknown", "trollkonst"),
        (6, "", "row_is_total", "Summa33"),
    }
    assert {(each.file, each.sheet) for each in report.problems} == {("medlemmar.csv", "")}


def test_a_person_decides_a_doubt_once(tmp_path: Path) -> None:
    register = members(tmp_path, "Org.nr;Företag;Kommun\n4099000012;Rävåsens Detaljteknik AB;Karlskoga\n")
    list_ = members(tmp_path, "Företag;Kommun\nRavåsens Detaljteknik;Karlskoga\n", "lista.csv")
    with opened(tmp_path / "r.sqlite") as store:
        load_files(store, [register])
        report = load_files(store, [list_])
        assert report.outcomes["review"] == 1
        (doubt,) = report.doubts
        assert len(store.snapshot(Company).of(Company)) == 2
        ledger.decide(store, "same", [doubt.one, doubt.other])
        assert [each.company_id for each in store.snapshot(Company).of(Company)] == ["org:4099000012"]
        again = load_files(store, [list_])
        assert (again.doubts, again.outcomes["unchanged"]) == ((), 1)


def test_a_name_spelled_otherwise_is_taken_for_the_one_firm_it_can_mean_and_may_be_set_apart(tmp_path: Path) -> None:
    register = members(tmp_path, "Org.nr;Företag;Kommun\n4099000012;Rävåsens Detaljteknik AB;Karlskoga\n")
    list_ = members(tmp_path, "Företag;Kommun\nRavasens Detaljteknik;Karlskoga\n", "lista.csv")
    other = members(tmp_path, "Org.nr;Företag\n4099000020;Rävåsens Detalj-Teknik AB\n", "annan.csv")
    with opened(tmp_path / "r.sqlite") as store:
        load_files(store, [list_])
        foretold = load_files(store, [register], dry_run=True)
        load_files(store, [register])
        again = load_files(store, [list_], dry_run=True)
        (found,) = again.taken
        assert (found.spelled, found.company_id) == ("Ravasens Detaljteknik", "org:4099000012")
        assert (foretold.taken, foretold.doubts, again.doubts) == ((), (), ())
        assert store.counts()["Company"] == 1
        loaded = load_files(store, [other])
        assert store.counts()["Company"] == 3, "two could be meant: it stands alone, and is asked about"
        store_was = found.one
        assert loaded.load_id is not None
        ledger.withdraw(store, loaded.load_id)
        assert store.counts()["Company"] == 1
        told = ledger.decide(store, "not_same", [store_was, found.company_id])
        assert store.counts()["Company"] == 2
        assert load_files(store, [list_], dry_run=True).taken == ()
        ledger.retract(store, told)
        ledger.decide(store, "same", [store_was, found.company_id])
        assert store.counts()["Company"] == 1
        assert load_files(store, [list_], dry_run=True).taken == (), "a person has said it"


def test_a_doubt_is_raised_whichever_list_comes_first(tmp_path: Path) -> None:
    register = members(tmp_path, "Org.nr;Företag;Kommun\n4099000012;Rävåsens Detaljteknik AB;Karlskoga\n")
    list_ = members(tmp_path, "Företag;Kommun\nRavåsens Detaljteknik;Karlskoga\n", "lista.csv")
    found = []
    for number, order in enumerate(((register, list_), (list_, register))):
        with opened(tmp_path / f"{number}.sqlite") as store:
            first, foretold = load_files(store, order[:1]), load_files(store, order[1:], dry_run=True)
            last = load_files(store, order[1:])
        assert first.doubts == ()
        assert foretold.doubts == last.doubts
        found.append(last.doubts)
    assert found[0] == found[1]
    assert len(found[0]) == 1


def test_a_complete_list_closes_what_it_no_longer_names_and_is_remembered(tmp_path: Path) -> None:
    both = "Org.nr;Företag\n4099000012;Alfa Exempel AB\n4099000020;Beta Exempel AB\n"
    one = "Org.nr;Företag\n4099000012;Alfa Exempel AB\n"
    with opened(tmp_path / "r.sqlite") as store:
        load_files(store, [members(tmp_path, both)], complete=True)
        foretold = load_files(store, [members(tmp_path, one)], dry_run=True)
        done = load_files(store, [members(tmp_path, one)])
        assert done.difference.deleted[Company] == foretold.difference.deleted[Company]
        assert len(done.difference.deleted[Company]) == 1
        assert foretold.counts == done.counts
        assert done.counts["Company"] == 1
        again = load_files(store, [members(tmp_path, both)], complete=False)
        assert again.counts["Company"] == 2
        assert load_files(store, [members(tmp_path, one)]).counts["Company"] == 2  # additive, as the last time


def test_the_owner_makes_trades_of_a_ledger_without_one(tmp_path: Path) -> None:
    path = members(tmp_path, "Leverantörsnr;Namn;Org.nr;Belopp\n7;Alfa Exempel AB;4099000012;1200\n")
    with opened(tmp_path / "r.sqlite") as store:
        assert load_files(store, [path], dry_run=True).counts["Trade"] == 0
        load_files(store, [path], owner="409900-0020")
        (trade,) = store.snapshot(Trade).of(Trade)
        assert (trade.seller_id, trade.buyer_id, trade.value_sek) == ("org:4099000012", "org:4099000020", 1200)
        (load,) = store.snapshot(Load).of(Load)
        assert [each.owner for each in read_sources(load.sources)] == ["org:4099000020"]
        with pytest.raises(UserMistake, match="bad_owner"):
            load_files(store, [path], owner="  ")


# -- files -----------------------------------------------------------------------------------------------------------


def test_a_folder_gives_its_readable_files_once_and_no_lock_files(tmp_path: Path) -> None:
    for name in ("b.csv", "a.XLSX", "truth.json", ".hidden.csv", "~$a.xlsx", "bild.png"):
        (tmp_path / name).touch()
    (tmp_path / "mapp.csv").mkdir()
    assert [each.name for each in find_files([tmp_path])] == ["a.XLSX", "b.csv"]
    assert [each.name for each in find_files([tmp_path / "b.csv", tmp_path])] == ["b.csv", "a.XLSX"]
    with pytest.raises(UnreadableFile, match="file_missing"):
        find_files([tmp_path / "ingen.csv"])
    with pytest.raises(UserMistake, match="nothing_to_load"):
        find_files([tmp_path / "mapp.csv"])


def test_one_bad_file_leaves_the_whole_load_undone(tmp_path: Path) -> None:
    members(tmp_path)
    (tmp_path / "trasig.xlsx").write_bytes(b"PK\x03\x04trasig")
    with opened(tmp_path / "r.sqlite") as store:
        with pytest.raises(UnreadableFile, match="workbook_damaged"):
            load_files(store, [tmp_path])
        assert store.revision() == 0


def test_a_sheet_nobody_knows_is_said_and_the_others_are_read(tmp_path: Path) -> None:
    members(tmp_path)
    members(tmp_path, "Färg;Form\nröd;rund\n", "annat.csv")
    with opened(tmp_path / "r.sqlite") as store:
        report = load_files(store, [tmp_path])
        assert [(each.file, each.severity) for each in report.problems if each.code == "sheet_not_understood"] == [
            ("annat.csv", "warning")
        ]
        assert [each.source_type for each in report.sheets] == ["", "member_sheet"]
        with pytest.raises(UserMistake, match="no_sheet_understood"):
            load_files(store, [tmp_path / "annat.csv"])


def test_progress_is_told_of_each_step(tmp_path: Path) -> None:
    told: list[tuple[str, str, int, int]] = []
    with opened(tmp_path / "r.sqlite") as store:
        load_files(store, [members(tmp_path)], progress=lambda *each: told.append(each))
    assert [each[0] for each in told] == ["reading", "checking", "publishing", "publishing"]
    assert all(0 <= done <= total for _, _, done, total in told)


def test_progress_counts_the_rows_of_a_long_list(tmp_path: Path) -> None:
    told: list[tuple[str, str, int, int]] = []
    lines = "".join(f"Exempel {number} AB;Nora\n" for number in range(4500))
    with opened(tmp_path / "r.sqlite") as store:
        path = members(tmp_path, f"Företag;Ort\n{lines}")
        load_files(store, [path], dry_run=True, progress=lambda *each: told.append(each))
    assert [each[2:] for each in told if each[0] == "checking"] == [(0, 4500), (2000, 4500), (4000, 4500)]


def test_stopped_on_the_way_nothing_is_written(tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    def stop(step: str, _what: str, _done: int, _total: int) -> None:
        if step == "checking":
            raise Enough

    with opened(tmp_path / "r.sqlite") as store:
        with pytest.raises(Enough):
            load_files(store, [members(tmp_path)], progress=stop)
        assert store.revision() == 0


# -- real and invented -----------------------------------------------------------------------------------------------

INVENTED = "Org.nr;Företag\n4099000012;Påhittade AB\n"
REAL = "Org.nr;Företag\n556012-5790;Verkliga AB\n"
NAMED = "Företag;Ort\nNamngivna AB;Nora\n"


@pytest.mark.parametrize("dry_run", [True, False])
def test_real_and_invented_firms_never_meet(tmp_path: Path, dry_run: bool) -> None:
    invented, real = members(tmp_path, INVENTED, "a.csv"), members(tmp_path, REAL, "b.csv")
    with opened(tmp_path / "r.sqlite") as store:
        with pytest.raises(UserMistake) as error:
            load_files(store, [invented, real], dry_run=dry_run)
        assert (error.value.code, store.revision()) == ("invented_and_real", 0)
        assert error.value.values == {
            "number": "409900-0012",
            "file": "a.csv",
            "row": "2",
            "other_number": "556012-5790",
            "other_file": "b.csv",
            "other_row": "2",
        }
    for first, second, code in ((invented, real, "real_into_invented"), (real, invented, "invented_into_real")):
        with opened(tmp_path / f"{code}.sqlite") as store:
            load_files(store, [first])
            before = store.revision()
            with pytest.raises(UserMistake) as error:
                load_files(store, [second], dry_run=dry_run)
            assert (error.value.code, error.value.values["file"], store.revision()) == (code, second.name, before)
            load_files(store, [members(tmp_path, NAMED, "c.csv")])  # a name tells nothing
            ledger.withdraw(store, "L000001")
            assert load_files(store, [second]).load_id  # the first is undone, so nobody is met


def test_both_in_one_file_or_as_its_owner_are_seen(tmp_path: Path) -> None:
    both = members(tmp_path, "Org.nr;Företag\n4099000012;Påhittade AB\n556012-5790;Verkliga AB\n")
    ledger_file = members(tmp_path, "Leverantörsnr;Namn;Org.nr;Belopp\n7;Påhittade AB;4099000012;1200\n", "r.csv")
    with opened(tmp_path / "r.sqlite") as store:
        with pytest.raises(UserMistake, match="invented_and_real"):
            load_files(store, [both])
        with pytest.raises(UserMistake, match="invented_and_real"):
            load_files(store, [ledger_file], owner="556012-5790")
        assert load_files(store, [ledger_file], owner="409900-0020").load_id


# -- which firms -----------------------------------------------------------------------------------------------------


def test_a_dry_run_tells_which_firms_come_change_and_go(tmp_path: Path) -> None:
    before = "Org.nr;Företag;Anställda;Processer\n4099000012;Alfa AB;5;turning\n4099000020;Beta AB;6;\n"
    after = "Org.nr;Företag;Anställda;Processer\n4099000012;Alfa AB;7;turning|grinding\n4099000038;Gamma AB;1;welding\n"
    with opened(tmp_path / "r.sqlite") as store:
        load_files(store, [members(tmp_path, before)], complete=True)
        report = load_files(store, [members(tmp_path, after)], dry_run=True)
        assert [(each.change, each.name, dict(each.records)) for each in report.firms] == [
            ("closed", "Beta AB", {}),
            ("changed", "Alfa AB", {"Offer": 1}),
            ("new", "Gamma AB", {"Offer": 1}),
        ]
        assert load_files(store, [members(tmp_path, after)]).firms == ()


def test_a_trade_touches_both_its_firms(tmp_path: Path) -> None:
    headings = "Säljare;Säljare org.nr;Köpare;Köpare org.nr;Vad;Belopp SEK;År"
    trade = f"{headings}\nAlfa AB;4099000012;Beta AB;4099000020;axlar;100;2025\n"
    with opened(tmp_path / "r.sqlite") as store:
        load_files(store, [members(tmp_path, "Org.nr;Företag\n4099000012;Alfa AB\n4099000020;Beta AB\n")])
        path = members(tmp_path, trade, "affarer.csv")
        told = [(each.change, each.name, dict(each.records)) for each in load_files(store, [path], dry_run=True).firms]
        assert told == [("changed", "Alfa AB", {"Trade": 1}), ("changed", "Beta AB", {"Trade": 1})]
        load_files(store, [path], complete=True)
        other = members(tmp_path, trade.replace("axlar", "hjul"), "affarer.csv")
        (alfa, _) = load_files(store, [other], complete=True, dry_run=True).firms
        assert (alfa.name, alfa.weight) == ("Alfa AB", 2)  # one trade goes and one comes


# -- undo ------------------------------------------------------------------------------------------------------------


def test_undo_of_any_of_five_loads_is_as_if_it_had_never_been(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_demo(folder, 120, 5)
    loads, home = five_loads(folder), region_list(folder, tmp_path / "region.csv")
    with opened(tmp_path / "all.sqlite") as store:
        ids = load_all(store, home, loads)
        whole = records(store)
    for index, load_id in enumerate(ids):
        for suffix in (".sqlite", ".secret"):
            shutil.copy2(tmp_path / f"all{suffix}", tmp_path / f"undone{suffix}")
            if suffix == ".secret":
                shutil.copy2(tmp_path / "all.secret", tmp_path / f"without{index}.secret")
        with opened(tmp_path / "undone.sqlite") as undone, opened(tmp_path / f"without{index}.sqlite") as never:
            difference = ledger.withdraw(undone, load_id).difference
            load_all(never, home, loads[:index] + loads[index + 1 :])
            expected = records(never)
            assert difference
            assert expected != whole
            assert records(undone) == expected, FIVE[index]
            ledger.withdraw(undone, ids[index - 1])
            assert undone.check() == []
