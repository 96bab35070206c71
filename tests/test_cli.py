"""The command line as its users and their scripts meet it: JSON, exit codes, sentences; a real process where it counts.

Not tested here: the same on Neo4j (tests/test_cli_neo4j.py) and what a load finds (tests/test_pipeline.py).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from geopy.distance import geodesic

import cli
from commands import answers, stores
from graph.lookup import find_origin
from graph.model import REGION_KINDS, Company, ImportedPart, Level, Offer, Workplace
from graph.taxonomy import taxonomy
from ingest.demo import write_demo
from tests.conftest import ROOT
from tests.regions import Built, Ran, Shape, built_region, misfits, opened, own_data, records, run

__all__ = ["built_region", "own_data"]

NUMBER = (int, float)
TEXT = (str, type(None))
COUNTS = dict.fromkeys((kind.__name__ for kind in REGION_KINDS), int)
LOADED: Shape = {
    "read": int, "accepted": int, "merged": int, "unchanged": int, "review": int, "rejected": int, "counts": COUNTS,
    "load_id": TEXT,
    "problems": [{"file": str, "sheet": str, "row": int, "column": str, "code": str, "value": str, "message": str}],
}  # fmt: skip
CONSTRAINT: Shape = {"name": str, "status": str, "asked": str, "has": TEXT, "source": TEXT, "date": TEXT}
HIT: Shape = {
    "company_id": str, "name": TEXT, "locality": TEXT, "distance_km": NUMBER, "distance_low_km": NUMBER,
    "distance_high_km": NUMBER, "score": NUMBER, "coverage": NUMBER, "constraints": [CONSTRAINT],
    "reasons": [{"code": str}], "co2e_saving_kg": {"low": (*NUMBER, type(None)), "high": (*NUMBER, type(None))},
}  # fmt: skip
UNDERSTOOD: Shape = {
    "processes": [{"process": str, "family": str, "score": NUMBER, "why": [str]}], "materials": [{"material": str}],
    "certificates": [str], "sizes": dict, "quantity": (int, type(None)),
}  # fmt: skip
REPLACED: Shape = {
    "query": dict, "understood": UNDERSTOOD, "coverage": {"stated": int, "inferred": int, "none": int},
    "results": [HIT], "near_misses": [{**HIT, "missing": [CONSTRAINT]}],
}  # fmt: skip
NETWORK: Shape = {
    "companies": int, "trades": int, "components": int, "isolated": int, "largest_component": int,
    "communities": [{"label": str, "companies": [str]}],
}  # fmt: skip
ISOLATED: Shape = {
    "coverage": {"companies": int, "asked": int},
    "findings": [
        {
            "company_id": str, "name": TEXT, "municipality": TEXT, "kind": str, "reasons": [{"code": str}],
            "next_actions": [str],
            "likely_partners": [
                {"company_id": str, "name": TEXT, "distance_km": NUMBER, "reasons": [{"code": str}]}
            ],
        }
    ],
}  # fmt: skip
CHANGED: Shape = {"created": dict, "changed": dict, "deleted": dict}

AXLE = "Svarvad axel i 42CrMo4, härdad"


def process(*arguments: object, data: Path, **environment: str) -> Ran:
    """``python cli.py`` as a user starts it."""
    wanted = {"PATH": os.environ["PATH"], "NARVERK_DATA": str(data), **environment}
    done = subprocess.run(
        [sys.executable, "cli.py", *map(str, arguments)], cwd=ROOT, env=wanted, capture_output=True, check=False
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


@pytest.fixture
def own(built: Built, tmp_path: Path) -> str:
    """A copy of the region that the test may change."""
    path = tmp_path / "own.sqlite"
    with sqlite3.connect(built.path) as source, sqlite3.connect(path) as target:
        source.backup(target)
    source.close()
    target.close()
    shutil.copy2(built.path.with_suffix(".secret"), path.with_suffix(".secret"))
    return f"sqlite:{path}"


# -- the contract ----------------------------------------------------------------------------------------------------


def test_demo_load_replace_in_processes_of_their_own(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "d"
    wrote = process("demo", folder, "--companies", 120, "--seed", 1, data=data)
    assert (wrote.code, wrote.err) == (0, "")
    assert (folder / "truth.json").is_file()
    loaded = process("load", folder, "--json", data=data)
    assert loaded.err == ""
    assert list(misfits(loaded.json, LOADED)) == []
    asked = ("replace", "--text", AXLE, "--near", "Karlskoga", "--within-km", "40", "--json")
    found = process(*asked, data=data)
    assert (found.code, found.err) == (0, "")
    assert list(misfits(found.json, REPLACED)) == []
    assert len(found.json["results"]) >= 3
    assert process(*asked, data=data).out == found.out
    plain = process(*asked[:-1], data=data)
    for hit in found.json["results"]:
        assert hit["name"] in plain.out


def test_every_hit_fits_and_lies_within_the_radius(built: Built) -> None:
    """Distances by geopy, processes by the taxonomy, against what the store holds."""
    found = run(
        "--store", built.address, "replace", "--text", AXLE, "--near", "Karlskoga", "--within-km", 40, "--limit", 500,
        "--json",
    ).json  # fmt: skip
    understood = [each["process"] for each in found["understood"]["processes"]]
    assert understood[0] == "turning"
    origin = find_origin(built.snapshot, "Karlskoga")
    sites = [each for each in built.snapshot.of(Workplace) if each.latitude is not None]
    for hit in found["results"]:
        nearest = min(
            geodesic(origin.point, (each.latitude, each.longitude)).km
            for each in sites
            if each.company_id == hit["company_id"]
        )
        assert hit["distance_km"] == pytest.approx(nearest, abs=0.001)
        assert nearest <= 40
        assert hit["distance_low_km"] <= hit["distance_km"] <= hit["distance_high_km"]
        offers = {each.capability for each in built.snapshot.of(Offer) if each.company_id == hit["company_id"]}
        assert any(taxonomy().satisfies(offer or "", each) for offer in offers for each in understood)
        assert not [each for each in hit["constraints"] if each["status"] == "unmet" and each["name"] != "quantity"]
        statuses = {each["name"]: each["status"] for each in hit["constraints"]}
        assert statuses["radius"] == ("met" if hit["distance_high_km"] <= 40 else "unknown")
    scores = [each["score"] for each in found["results"]]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) >= 3


def test_a_hit_is_missing_only_for_a_reason(built: Built) -> None:
    """Every firm with the process inside the radius is a hit or has something said against it."""
    query = ("--store", built.address, "replace", "--process", "turning", "--near", "Karlskoga", "--within-km", 40)
    found = run(*query, "--limit", 500, "--json").json
    origin = find_origin(built.snapshot, "Karlskoga")
    able = {
        each.company_id for each in built.snapshot.of(Offer) if taxonomy().satisfies(each.capability or "", "turning")
    }
    inside = {
        each.company_id
        for each in built.snapshot.of(Workplace)
        if each.latitude is not None and geodesic(origin.point, (each.latitude, each.longitude)).km <= 40
    }
    assert {each["company_id"] for each in found["results"]} == able & inside
    assert run(*query, "--limit", 3, "--json").json["results"] == found["results"][:3]


def test_swedish_miles(built: Built) -> None:
    def asked(radius: str) -> dict[str, Any]:
        query = ("replace", "--process", "turning", "--near", "Karlskoga", "--within-km", radius, "--json")
        return run("--store", built.address, *query).json

    assert asked("4 mil") == asked("40") == asked("40,0 km")
    assert asked("2 mil")["query"]["within_km"] == 20


def test_every_planted_substitute_is_a_hit_of_its_part(built: Built) -> None:
    parts = {each.part_id: each for each in built.snapshot.of(ImportedPart)}
    assert len(built.truth["substitutes"]) >= 15
    for planted in built.truth["substitutes"][:25]:
        part = parts[planted["part_id"]]
        query = ("replace", "--part", part.part_id, "--near", part.company_id, "--within-km", 40, "--limit", 500)
        found = run("--store", built.address, *query, "--json").json
        assert set(planted["company_ids"]) <= {each["company_id"] for each in found["results"]}
        assert found["query"]["near_company_id"] == part.company_id
        assert list(misfits(found, REPLACED)) == []


INTRODUCTIONS: Shape = {
    "introductions": [
        {
            "companies": [{"company_id": str, "name": TEXT}],
            "reasons": [{"code": str, "points": NUMBER}],
            "effect": {"components_joined": int, "newly_within_two_steps": int},
            "score": NUMBER,
        }
    ],
    "worth": int,
}
STALE: Shape = {"company_id": str, "name": str, "kind": str, "item": str, "confirm_by": str, "stated_on": TEXT}
NEEDED: Shape = {
    "gaps": [{"company_id": str, "buyer_id": str, "requirement": str, "status": str, "from": TEXT, "support": list}],
    "needs": [{"company_id": str, "theme": TEXT, "description": TEXT, "support": list}],
    "gathered": [{"theme": str, "municipality": str, "companies": int}],
}
ANSWERS: dict[str, tuple[tuple[str, ...], Shape]] = {
    "understand": (("understand", AXLE), UNDERSTOOD),
    "replace --process": (("replace", "--process", "turning", "milling", "--near", "Örebro"), REPLACED),
    "replace --text": (("replace", "--text", AXLE, "--near", "Örebro", "--certificate", "ISO 9001"), REPLACED),
    "network": (("network",), NETWORK),
    "isolated": (("isolated",), ISOLATED),
    "introductions": (("introductions", "--limit", "5"), INTRODUCTIONS),
    "needs": (("needs",), NEEDED),
    "stale": (("stale", "--within-days", "9000"), {"stale": [STALE]}),
    "history": (("history",), {"loads": [{"load_id": str, "undone": bool}], "decisions": list, "snapshots": dict}),
    "diff": (("diff", "0", "now"), {"old": int, "new": int, **CHANGED}),
    "check": (("check",), {"sound": bool, "found": list, "revision": int, "counts": COUNTS}),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_have_the_shape_of_the_contract(built: Built, name: str) -> None:
    arguments, shape = ANSWERS[name]
    found = run("--store", built.address, *arguments, "--json")
    assert (found.code, found.err) == (0, "")
    assert list(misfits(found.json, shape)) == []
    for language in ("sv", "en"):
        plain = run("--store", built.address, "--lang", language, *arguments)
        assert plain.code == 0
        assert plain.out.strip()
        assert "None" not in plain.out
        assert "{" not in plain.out


def commands() -> list[str]:
    (choices,) = (each.choices for each in cli.parser()._actions if each.dest == "command")
    return sorted(map(str, choices or ()))


def test_a_list_that_nothing_is_known_of_fails_the_trial_and_says_how_to_tell_of_it(tmp_path: Path) -> None:
    odd = tmp_path / "udda.csv"
    odd.write_text("Kvist;Gren\nÅkes Svarv;4\n", encoding="utf-8")
    tried = run("--store", f"sqlite:{tmp_path / 'r.sqlite'}", "load", odd, "--dry-run")
    assert tried.code == 1
    assert "load udda.csv --as company --column" in tried.out
    told = run(
        "--store",
        f"sqlite:{tmp_path / 'r.sqlite'}",
        "load",
        odd,
        "--as",
        "company",
        "--column",
        "Kvist=name",
        "--dry-run",
    )
    assert (told.code, "--as" in told.out) == (0, False)


OF_ANYBODY = {"demo", "template", "understand", "replace", "export", "show", "totals", "report"}


@pytest.mark.parametrize("command", commands())
def test_audience_is_taken_by_every_command_and_the_managers_work_is_refused(
    own: str, tmp_path: Path, command: str
) -> None:
    takes = {
        "demo": (tmp_path / "d", "--companies", 60), "load": (tmp_path,), "understand": (AXLE,),
        "replace": ("--process", "turning", "--near", "Örebro"), "same": ("a", "b"), "apart": ("a", "b"),
        "correct": ("a", "name", "b"), "retract": ("D1",), "snapshot": ("a",), "diff": ("0", "now"),
        "copy": ("--to", f"sqlite:{tmp_path / 'to.sqlite'}"), "backup": (tmp_path / "b",),
        "restore": (tmp_path / "b",), "template": (tmp_path / "t.xlsx",), "measure": ("cases.xlsx",),
        "meeting-plan": ("--attendees", "a.csv"),
        "without": ("a",), "interview": ("a", tmp_path / "i.xlsx"), "person": ("Anna",),
        "questionnaire": (tmp_path / "q.zip", "--company", "a"), "answers": ("q.xlsx",),
        "export": (tmp_path / "e.xlsx",), "report": (tmp_path / "r.html",), "show": (tmp_path / "s.pdf",),
    }.get(command, ())  # fmt: skip
    with opened(own) as store:
        before = store.revision()
    for level in ("PUBLIC", "members"):
        found = run("--store", own, command, *takes, "--audience", level)
        if command in OF_ANYBODY:
            assert found.code == 0, found.err
            again = {"demo": (tmp_path / "d2", "--companies", 60), "template": (tmp_path / "t2.xlsx",),
                     "export": (tmp_path / "e.csv",), "report": (tmp_path / "r.xlsx",),
                     "show": (tmp_path / "s.html",)}  # fmt: skip
            takes = again.get(command, takes)
        else:
            assert (found.code, found.out) == (1, "")
            assert found.err == "Detta visas bara för nätverkets ledning.\n"
    with opened(own) as store:
        assert store.revision() == before
    assert not (tmp_path / "to.sqlite").exists()


def test_the_public_is_shown_no_part_no_miss_and_no_hidden_offer(built: Built) -> None:
    part = built.snapshot.of(ImportedPart)[0].part_id
    hidden = run("--store", built.address, "replace", "--part", part, "--near", "Örebro", "--audience", "MEMBERS")
    assert (hidden.code, hidden.out) == (1, "")
    assert part in hidden.err
    asked = ("--store", built.address, "replace", "--process", "turning", "--near", "Karlskoga", "--limit", 500)
    found = {level: run(*asked, "--json", "--audience", level.name).json for level in Level}
    assert all(list(misfits(each, REPLACED)) == [] for each in found.values())
    for level in (Level.PUBLIC, Level.MEMBERS):
        assert found[level]["near_misses"] == found[level]["relaxations"] == []
    hits = [{each["company_id"] for each in found[level]["results"]} for level in Level]
    assert hits[0] <= hits[1] < hits[2]
    sensitive = {each.company_id for each in built.snapshot.of(Company) if each.sensitive}
    assert sensitive & hits[2]
    assert not sensitive & hits[1]


def test_demo_without_a_folder_keeps_a_store_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(stores, "DEMO_COMPANIES", 60)
    first = run("demo", "--json").json
    assert first["store"] == f"sqlite:{tmp_path / 'data' / 'demo.sqlite'}"
    assert first["counts"]["Company"] >= 60
    assert run("demo", "--json").json == first
    assert run("--store", "demo", "network", "--json").json["companies"] == first["counts"]["Company"]
    assert not (tmp_path / "data" / "region.sqlite").exists()


def test_a_named_region_is_home(built: Built) -> None:
    whole = run("--store", built.address, "isolated", "--json").json
    assert run("--store", built.address, "--region", "örebro län (påhittat)", "isolated", "--json").json == whole


# -- mistakes --------------------------------------------------------------------------------------------------------

NEAR = ("replace", "--process", "turning", "--near")
MISTAKES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "unknown place": ((*NEAR, "Grönköping"), "Varken företag, ort eller kommun heter ”Grönköping”", "Grönköping"),
    "misspelt place": ((*NEAR, "Karlskga"), "Menade du: Karlskoga", "Did you mean: Karlskoga"),
    "ambiguous place": ((*NEAR, "Fors"), "Fors, Örnsköldsvik; Fors, Avesta", "Several towns are called “Fors”"),
    "nowhere": ((*NEAR, ""), "Varken företag, ort eller kommun heter ””", "“”"),
    "braces": ((*NEAR, "{name} %s"), "{name} %s", "{name} %s"),
    "no radius": ((*NEAR, "Örebro", "--within-km", "långt"), "”långt” är inget avstånd", "“långt”"),
    "negative radius": ((*NEAR, "Örebro", "--within-km=-4"), "”-4” är inget avstånd", "“-4”"),
    "endless radius": ((*NEAR, "Örebro", "--within-km", "inf"), "”inf” är inget avstånd", "“inf”"),
    "unknown process": (("replace", "--process", "turnin", "--near", "Örebro"), "Menade du: turning", "turning"),
    "unknown material": ((*NEAR, "Örebro", "--material", "kryptonit"), "kryptonit", "kryptonit"),
    "unknown part": (("replace", "--part", "P-0", "--near", "Örebro"), "”P-0”", "“P-0”"),
    "a text of nothing": (("replace", "--text", "god jul", "--near", "Örebro"), "”god jul”", "“god jul”"),
    "unknown company": (("correct", "Ingen alls AB", "name", "x"), "Inget företag heter ”Ingen alls AB”", "No company"),
    "unknown region": (("--region", "Skåne", "network"), "Ingen region heter ”Skåne”", "Örebro län (påhittat)"),
    "unknown load": (("undo", "L9"), "Ingen inläsning heter ”L9”", "L9"),
    "unknown decision": (("retract", "D9"), "Inget beslut heter ”D9”", "D9"),
    "unknown snapshot": (("diff", "julafton", "now"), "”julafton”", "“julafton”"),
    "revision to come": (("diff", "0", "99"), "”99”", "“99”"),
    "missing file": (("load", "finns_inte.xlsx"), "Filen finns_inte.xlsx finns inte", "finns_inte.xlsx"),
    "no number": (("--store", "http://x", "network"), "”http://x” är ingen adress", "“http://x”"),
    "password": (("--store", "neo4j://u:hemlis@h", "network"), "lösenord", "password"),
    "a region that is not there": (("--store", "sqlite:ingen.sqlite", "check"), "ingen.sqlite", "ingen.sqlite"),
    "nobody answers": (("--store", "bolt://127.0.0.1:1", "network"), "bolt://127.0.0.1:1", "bolt://127.0.0.1:1"),
    "no route": (("--store", "neo4j://127.0.0.1:1", "network"), "neo4j://127.0.0.1:1", "neo4j://127.0.0.1:1"),
    "too small a region": (("demo", "mini", "--companies", "3"), "minst 60 företag", "60"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_a_plain_sentence(
    built: Built, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    arguments, swedish, english = MISTAKES[name]
    monkeypatch.chdir(tmp_path)
    for language, said in (("sv", swedish), ("en", english)):
        found = run("--store", built.address, "--lang", language, *arguments, "--json")
        assert_plain(found, said)
    assert list(tmp_path.iterdir()) == []


def assert_plain(found: Ran, said: str) -> None:
    assert (found.code, found.out) == (1, "")
    assert said in found.err
    assert 1 <= len(found.err.strip().splitlines()) <= 3
    for never in ("Traceback", "hemlis", "Error", "None", "oväntat"):
        assert never not in found.err


WRONG_FILES: dict[str, tuple[Callable[[Path], Path], str, str]] = {
    "picture": (lambda folder: written(folder / "bild.xlsx", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
                "bild.xlsx är ingen tabell", "bild.xlsx"),
    "empty": (lambda folder: written(folder / "tom.csv", b""), "Filen tom.csv är tom", "tom.csv"),
    "folder": (lambda folder: folder, "Det finns inget att läsa", "nothing to read"),
    "prose": (lambda folder: written(folder / "brev.txt", "Hej!\nHär är listan.\n".encode()),
              "Närverk känner inte igen något i brev.txt", "recognises nothing in brev.txt"),
    "other table": (lambda folder: written(folder / "f.csv", "Färg;Form\nröd;rund\n".encode()), "f.csv", "f.csv"),
    "half a workbook": (lambda folder: written(folder / "b.xlsx", b"PK\x03\x04" + b"\x00" * 200),
                        "b.xlsx är skadad", "b.xlsx"),
}  # fmt: skip


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", WRONG_FILES)
def test_a_wrong_file_is_one_plain_sentence_and_loads_nothing(own: str, tmp_path: Path, name: str) -> None:
    make, swedish, english = WRONG_FILES[name]
    folder = tmp_path / "files"
    folder.mkdir()
    path = make(folder)
    with opened(own) as store:
        before = store.revision()
    assert_plain(run("--store", own, "load", path), swedish)
    assert_plain(run("--store", own, "--lang", "en", "load", path, "--json"), english)
    with opened(own) as store:
        assert store.revision() == before


def test_what_is_no_store_stays_as_it_is(built: Built, tmp_path: Path) -> None:
    text = written(tmp_path / "text.sqlite", b"Hej")
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE mine (a)")
    connection.close()
    for path in (text, other, built.folder / "import.xlsx"):
        content = path.read_bytes()
        for command in (("network",), ("load", built.folder)):
            assert_plain(run("--store", f"sqlite:{path}", *command), "är ingen fil som Närverk har skrivit")
        assert path.read_bytes() == content


def test_mistakes_in_a_process_of_its_own(tmp_path: Path) -> None:
    found = process("--store", "sqlite:ingen.sqlite", "network", data=tmp_path)
    assert_plain(found, "Läs in filer först")
    english = process("--lang", "en", "--store", "sqlite:ingen.sqlite", "network", data=tmp_path)
    assert_plain(english, "ingen.sqlite")
    assert english.err != found.err
    assert process("network", data=tmp_path, NARVERK_LANG="en", NEO4J_URI="neo4j://u:hemlis@h").code == 1
    usage = process("replace", data=tmp_path)
    assert (usage.code, usage.out) == (2, "")
    assert "Traceback" not in usage.err


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("nonsense",), ("load",), ("replace", "--near", "Örebro"), ("replace", "--text", "axel"),
        ("replace", "--text", "a", "--part", "b", "--near", "c"), ("network", "--audience", "BOSS"),
        ("network", "--lang", "de"), ("demo", "d", "--companies", "många"), ("copy",), ("diff", "1"),
        ("load", "x", "--complete", "--additive"), ("same", "a"), ("correct", "a", "b", "c", "--kind", "Load"),
        ("replace", "--process", "turning", "--near", "Örebro", "--limit", "-1"),
        ("replace", "--process", "turning", "--near", "Örebro", "--limit", "0"),
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...]) -> None:
    found = run(*arguments)
    assert (found.code, found.out) == (2, "")
    assert "usage:" in found.err


def test_help_tells_no_secret_and_stands_any_folder(tmp_path: Path) -> None:
    found = process("--help", data=tmp_path / "50%off", NEO4J_URI="neo4j://u:hemlis@h")
    assert found.code == 0
    assert "hemlis" not in found.out
    for command in commands():
        assert command in found.out
        assert run(command, "--help").code == 0


def test_an_unforeseen_error_is_a_sentence_too(built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(answers, "project", broken)
    found = run("--store", built.address, "network")
    assert (found.code, found.out) == (1, "")
    assert "ZeroDivisionError" in found.err
    assert "Traceback" not in found.err


def test_demo_overwrites_nothing(tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    written(full / "mitt.txt", b"mitt")
    for target in (full, full / "mitt.txt"):
        assert_plain(run("demo", target, "--companies", 60), "är inte tom")
    assert_plain(run("demo", full / "mitt.txt" / "d", "--companies", 60), "Det går inte att skriva")
    assert [each.name for each in full.iterdir()] == ["mitt.txt"]


# -- the ledger ------------------------------------------------------------------------------------------------------


def test_undo_of_nothing_twice_and_of_all(own: str) -> None:
    found = run("--store", own, "undo", "--json").json
    assert list(misfits(found, {"load_id": str, "revision": int, "difference": CHANGED, "counts": COUNTS})) == []
    assert {name for name, count in found["counts"].items() if count} == {"Capability"}
    assert_plain(run("--store", own, "undo"), "Det finns ingen inläsning att ångra")
    assert_plain(run("--store", own, "undo", found["load_id"]), "redan ångrad")
    assert run("--store", own, "check").code == 0
    history = run("--store", own, "history")
    assert "(ångrad)" in history.out


def test_a_correction_holds_against_later_files_until_it_is_retracted(own: str, built: Built, tmp_path: Path) -> None:
    company = next(each for each in built.snapshot.of(Company) if each.employees and each.company_id.startswith("org:"))
    decision = run("--store", own, "correct", company.name, "employees", "77", "--by", "Anna", "--json").json
    assert employees(own, company.company_id) == 77
    number = company.company_id.removeprefix("org:")
    list_ = written(tmp_path / "ny.csv", f"Org.nr;Företag;Anställda\n{number};{company.name};78\n".encode())
    assert run("--store", own, "load", list_).code == 0
    assert employees(own, company.company_id) == 77
    history = run("--store", own, "history", "--json").json
    assert [(each["decision_id"], each["decided_by"]) for each in history["decisions"]] == [
        (decision["decision_id"], "Anna")
    ]
    found = run("--store", own, "retract", decision["decision_id"], "--json").json
    assert found["difference"]["changed"] == {"Company": 1}
    assert employees(own, company.company_id) == 78
    assert_plain(run("--store", own, "retract", decision["decision_id"]), "Inget beslut heter")


def employees(address: str, company_id: str) -> int | None:
    with opened(address) as store:
        return next(each for each in store.snapshot(Company).of(Company) if each.company_id == company_id).employees


def test_a_place_is_corrected_by_hand_with_a_comma(own: str, built: Built) -> None:
    site = next(each for each in built.snapshot.of(Workplace) if each.latitude is not None)
    item = site.workplace_id.removeprefix(f"{site.company_id}/")
    asked = ("correct", site.company_id, "latitude", "59,5", "--kind", "Workplace", "--item")
    assert run("--store", own, *asked, item).code == 0
    with opened(own) as store:
        assert store.matching(Workplace, "workplace_id", [site.workplace_id])[0].latitude == 59.5
    refused = run("--store", own, *asked, "ingen sådan")
    assert_plain(refused, "ingen sådan")
    assert item in refused.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("employees", "många"), "ett heltal"), (("sensitive", "kanske"), "ja eller nej"),
        (("färg", "röd"), "Det finns inget fält som heter ”färg”"), (("parent_id", "org:4"), "org:4"),
        (("name", "a\x00b"), "Inget har skrivits"), (("employees", "nan"), "ett heltal"),
        (("municipality", "Grönköping"), "Grönköping"), (("country", "Ruritanien"), "Ruritanien"),
        (("company_id", "org:4", "--kind", "Offer", "--item", "turning"), "”company_id”"),
    ],
)  # fmt: skip
def test_a_correction_that_cannot_stand_is_refused(
    own: str, built: Built, arguments: tuple[str, ...], said: str
) -> None:
    company = next(each for each in built.snapshot.of(Company) if each.company_id.startswith("org:"))
    assert_plain(run("--store", own, "correct", company.company_id, *arguments), said)
    assert run("--store", own, "history", "--json").json["decisions"] == []


def test_places_are_corrected_in_a_persons_words(own: str, built: Built) -> None:
    company = built.snapshot.of(Company)[0].company_id
    for field, value in (("municipality", "Karlskoga kommun"), ("country", "Norge")):
        assert run("--store", own, "correct", company, field, value).code == 0
    with opened(own) as store:
        corrected = store.matching(Company, "company_id", [company])[0]
    assert (corrected.municipality, corrected.country) == ("1883", "NO")


@pytest.mark.parametrize("name", ["", " ", "now", "7", "L000001"])
def test_a_snapshot_has_a_name_of_its_own(own: str, name: str) -> None:
    assert_plain(run("--store", own, "snapshot", name), "kan inte vara namnet")


def test_same_apart_and_retract(own: str, built: Built) -> None:
    one, other = [each for each in built.snapshot.of(Company) if each.company_id.startswith("org:")][:2]
    with opened(own) as store:
        before = records(store)
    decision = run("--store", own, "same", one.name, other.name, "--json").json["decision_id"]
    with opened(own) as store:
        assert len(store.snapshot(Company).of(Company)) == len(before[Company]) - 1
    assert_plain(run("--store", own, "same", one.company_id, one.name), "två olika företag")
    assert run("--store", own, "apart", one.company_id, other.company_id).code == 0
    run("--store", own, "retract", decision)
    with opened(own) as store:
        assert records(store) == before


def test_snapshot_and_difference(own: str, tmp_path: Path) -> None:
    assert run("--store", own, "snapshot", "före mässan", "--json").json == {"name": "före mässan", "revision": 1}
    path = written(tmp_path / "ny.csv", "Org.nr;Företag\n4099000012;Åtorps Mekaniska Exempel AB\n".encode())
    loaded = run("--store", own, "load", path, "--json").json
    found = run("--store", own, "diff", "före mässan", "now", "--json").json
    assert found["created"] == {"Company": ["org:4099000012"], "Alias": ["org:4099000012"]}
    assert found["changed"] == found["deleted"] == {}
    back = run("--store", own, "diff", loaded["load_id"], "före mässan", "--json").json
    assert back["deleted"] == found["created"]
    assert "före mässan" in run("--store", own, "history").out


# -- whole stores ----------------------------------------------------------------------------------------------------


def test_copy_backup_and_restore_keep_everything(own: str, built: Built, tmp_path: Path) -> None:
    with opened(own) as store:
        before, counts = records(store), dict(store.counts())
    for name, arguments in (
        ("copy", ("copy", "--to", f"sqlite:{tmp_path / 'c'}")),
        ("backup", ("backup", tmp_path / "b")),
    ):
        assert run("--store", own, *arguments, "--json").json["counts"] == counts, name
        assert_plain(run("--store", own, *arguments), "Välj ett tomt lager")
    with opened(tmp_path / "c") as store:
        assert records(store) == before
    run("--store", own, "undo")
    restored = run("--store", own, "restore", tmp_path / "b", "--json").json
    assert (restored["counts"], restored["revision"]) == (counts, 3)
    with opened(own) as store:
        assert records(store) == before
    assert run("--store", own, "check").code == 0
    assert run("--store", own, "undo", "--json").json["load_id"] == built.report.load_id


def test_a_copy_asks_for_the_secret_of_the_first(own: str, built: Built, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    run("--store", own, "copy", "--to", f"sqlite:{copy}")
    assert_plain(run("--store", f"sqlite:{copy}", "load", built.folder), "hemlighet")
    assert not copy.with_suffix(".secret").exists()
    shutil.copy2(built.path.with_suffix(".secret"), copy.with_suffix(".secret"))
    assert run("--store", f"sqlite:{copy}", "load", built.folder, "--json").json["load_id"] is None


def test_restore_of_what_is_no_backup_changes_nothing(own: str, built: Built, tmp_path: Path) -> None:
    with opened(own) as store:
        before = records(store)
    assert_plain(run("--store", own, "restore", tmp_path / "ingen"), "ingen")
    assert_plain(run("--store", own, "restore", built.folder / "import.xlsx"), "import.xlsx")
    with opened(own) as store:
        assert records(store) == before


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE company SET name = 'Kapat AB' WHERE employees > 100", "records_differ"),
        ("DELETE FROM interview", "records_differ"),
        ("UPDATE trade SET buyer_id = 'org:4000000000' WHERE value_sek > 100000", "missing_ends"),
        ("DELETE FROM claim_block", "records_differ"),
    ],
)  # fmt: skip
def test_check_sees_what_somebody_did_behind_its_back(own: str, sql: str, code: str) -> None:
    assert run("--store", own, "check", "--json").json["sound"] is True
    connection = sqlite3.connect(own.removeprefix("sqlite:"))
    connection.execute(sql)
    connection.commit()
    connection.close()
    found = run("--store", own, "check", "--json")
    assert found.code == 1
    assert found.json["sound"] is False
    assert code in found.json["found"]
    plain = run("--store", own, "check")
    assert (plain.code, plain.err) == (1, "")
    assert plain.out.startswith("Lagret är inte helt")


def test_a_load_keeps_a_copy_unless_told_not_to(tmp_path: Path) -> None:
    address, copies = f"sqlite:{tmp_path / 'r.sqlite'}", tmp_path / "copies" / "r"
    lists = [tmp_path / f"{number}.csv" for number in range(3)]
    for number, path in enumerate(lists):
        path.write_text(f"Företag;Ort\nExempel {number} AB;Nora\n", encoding="utf-8")
    assert "copies" not in run("--store", address, "load", lists[0]).out  # the region was empty
    said = run("--store", address, "load", lists[1])
    (kept,) = copies.iterdir()
    assert str(kept) in said.out
    run("--store", address, "load", lists[2], "--no-copy")
    assert list(copies.iterdir()) == [kept]
    restored = run("--store", address, "restore", kept)
    assert restored.code == 0, restored.err
    assert len(list(copies.iterdir())) == 2
    with opened(address) as store:
        assert store.counts()["Company"] == 1
    shutil.rmtree(tmp_path / "copies")
    (tmp_path / "copies").touch()
    assert_plain(run("--store", address, "load", lists[1]), "--no-copy")
    assert_plain(run("--store", address, "restore", tmp_path / "none"), "none")
    assert run("--store", address, "load", lists[1], "--no-copy").code == 0


@pytest.mark.parametrize(("language", "words"), [("sv", "synkroniseras"), ("en", "synchronised")])
def test_a_load_into_a_synchronised_folder_is_warned_of(tmp_path: Path, language: str, words: str) -> None:
    folder = tmp_path / "OneDrive - Firman"
    folder.mkdir()
    path = tmp_path / "lista.csv"
    path.write_text("Företag;Ort\nExempel AB;Nora\n", encoding="utf-8")
    said = run("--lang", language, "--store", f"sqlite:{folder / 'r.sqlite'}", "load", path)
    assert (said.code, len(said.err.splitlines())) == (0, 1)
    assert words in said.err
    assert str(folder) in said.err
    assert run("--store", f"sqlite:{tmp_path / 'r.sqlite'}", "load", path).err == ""


def test_dry_run_writes_nothing_and_foretells_the_load(own: str, tmp_path: Path) -> None:
    """A first load, one into a region that is there, and one that says nothing new."""
    first, second = tmp_path / "first", tmp_path / "second"
    write_demo(first, 60, 3)
    write_demo(second, 70, 4)
    fresh = tmp_path / "new.sqlite"
    for address, folder in ((f"sqlite:{fresh}", first), (f"sqlite:{fresh}", second), (own, first), (own, first)):
        files = {each: each.read_bytes() for each in tmp_path.iterdir() if each.is_file() and "own" not in each.name}
        with_run = ("--store", address, "load", folder, "--json")
        foretold = run(*with_run, "--dry-run").json
        assert files == {
            each: each.read_bytes() for each in tmp_path.iterdir() if each.is_file() and "own" not in each.name
        }
        done = run(*with_run).json
        assert (foretold.pop("dry_run"), done.pop("dry_run")) == (True, False)
        assert foretold == done
