"""``measure``: a network's own cases against a region of five firms, with the figures worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.model import Load
from tests.regions import Ran, misfits, opened, own_data, run

__all__ = ["own_data"]

REGION = """Företag;Org.nr;Ort;Processer;Max längd mm
Svarv i Karlskoga AB;409900-0012;Karlskoga;Svarvning;
Svarv i Degerfors AB;409900-0020;Degerfors;Svarvning;500
Svarv i Örebro AB;409900-0038;Örebro;Svarvning;
Lack i Karlskoga AB;409900-0046;Karlskoga;Pulverlackering;
Tyst i Karlskoga AB;409900-0053;Karlskoga;;
Köpare i Karlskoga AB;409900-0061;Karlskoga;;
Kalles Lack;811218-9876;Örebro;Pulverlackering;
"""
CASES = """Del;Vem tog den;Köpare;Nära
Svarvad axel;Svarv i Karlskoga AB;Köpare i Karlskoga AB;
Svarvad axel;409900-0020;Köpare i Karlskoga AB;
Svarvad axel;Svarv i Örebro AB;En Annan AB;Karlskoga
Svarvad axel;Tyst i Karlskoga AB;En Annan AB;Karlskoga
Svarvad axel L=900;Svarv i Degerfors AB;En Annan AB;Karlskoga
Svarvad axel;Finns Inte AB;;Karlskoga
"""
INTERVAL = {"mean": float, "low": float, "high": float}
MEASURES = dict.fromkeys(("recall@3", "recall@10", "mrr", "ndcg@10"), INTERVAL)
SHAPE = {
    "file": str, "read": int, "cases": int, "groups": int, "found": int, "within_km": float, "lost": dict,
    "reached": dict.fromkeys(("narverk", "process_distance", "distance"), MEASURES),
    "gain": dict.fromkeys(("process_distance", "distance"), MEASURES),
    "outcomes": [{"sheet": str, "row": int, "part": str, "firm": str, "reasons": list, "rank": (int, type(None))}],
    "problems": list,
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("measure")
    (folder / "register.csv").write_text(REGION, encoding="utf-8")
    address = f"sqlite:{folder / 'region.sqlite'}"
    loaded = run("--store", address, "load", folder / "register.csv")
    assert loaded.code == 0, loaded.err
    return address


def measure(store: str, folder: Path, text: str = CASES, *options: object, lang: str = "sv") -> Ran:
    file = folder / "fall.csv"
    file.write_text(text, encoding="utf-8")
    return run("--store", store, "--lang", lang, "measure", file, *options)


def outcomes(said: dict[str, Any]) -> list[tuple[int, int | None, list[str]]]:
    return [(each["row"], each["rank"], each["reasons"]) for each in said["outcomes"]]


def test_ranks_and_reasons_are_those_of_the_region(store: str, tmp_path: Path) -> None:
    """Karlskoga, then Degerfors (14 km), then Örebro (43 km); Degerfors turns no longer than 500 mm."""
    said = measure(store, tmp_path, CASES, "--within-km", "60", "--json").json
    assert outcomes(said) == [
        (2, 1, []), (3, 2, []), (4, 3, []), (5, None, ["no_capability"]), (6, None, ["size"]),
        (7, None, ["unknown_company"]),
    ]  # fmt: skip
    assert (said["read"], said["cases"], said["groups"], said["found"]) == (6, 6, 3, 3)
    assert said["lost"] == {"no_capability": 1, "size": 1, "unknown_company": 1}
    ours = {name: each["mean"] for name, each in said["reached"]["narverk"].items()}
    assert ours["recall@3"] == ours["recall@10"] == pytest.approx(3 / 6)
    assert ours["mrr"] == pytest.approx((1 + 1 / 2 + 1 / 3) / 6)
    assert said["gain"]["process_distance"]["recall@3"]["mean"] == pytest.approx(-1 / 6)  # Degerfors, whatever its size
    assert list(misfits(said, SHAPE)) == []


def test_a_firm_is_known_by_its_number_alone(store: str, tmp_path: Path) -> None:
    """A sole trader too, whose number is nowhere kept: Karlskoga's painter stands nearer than Örebro's."""
    text = "Del;Org.nr;Vem tog den;Nära\nSvarvad axel;409900-0038;;Karlskoga\nPulverlackering;;811218-9876;Karlskoga\n"
    said = measure(store, tmp_path, text, "--within-km", "60", "--json").json
    assert outcomes(said) == [(2, 3, []), (3, 2, [])]
    assert said["outcomes"][1]["company_id"].startswith("person:")


def test_a_smaller_radius_loses_whoever_lies_beyond_it(store: str, tmp_path: Path) -> None:
    said = measure(store, tmp_path, CASES, "--within-km", "30", "--json").json
    assert outcomes(said)[2] == (4, None, ["radius"])


def test_nothing_is_stored(store: str, tmp_path: Path) -> None:
    with opened(store) as before:
        known = (before.revision(), dict(before.counts()), len(before.snapshot(Load).of(Load)))
    assert measure(store, tmp_path).code == 0
    with opened(store) as after:
        assert (after.revision(), dict(after.counts()), len(after.snapshot(Load).of(Load))) == known


def test_in_swedish_as_a_person_reads_it(store: str, tmp_path: Path) -> None:
    said = measure(store, tmp_path, CASES, "--within-km", "60").out
    assert "6 fall ur fall.csv, sökta inom 60 km. I 3 av dem var rätt företag bland träffarna." in said
    assert "Närverk: rätt företag bland de tre första 50 % (" in said
    assert "ingen förmåga är känd (1), kravet på storlek uppfylls inte (1), finns inte i regionen (1)" in said
    assert "  Rad 6: Svarvad axel L=900, Svarv i Degerfors AB: kravet på storlek uppfylls inte" in said
    assert "Fallen kommer från bara 3 köpare." in said


def test_in_english_as_a_person_reads_it(store: str, tmp_path: Path) -> None:
    said = measure(store, tmp_path, CASES, "--within-km", "60", lang="en").out
    assert "6 cases from fall.csv, searched within 60 km. In 3 of them the right firm was among the hits." in said
    assert "Närverk: right firm among the first three 50% (" in said
    assert "  Row 7: Svarvad axel, Finns Inte AB: not in the region" in said


def test_where_the_plain_order_leads_it_is_said(store: str, tmp_path: Path) -> None:
    """Degerfors took twelve long shafts all the same: its stated size rules it out, and the plain order finds it."""
    rows = [f"Svarvad axel L=900;Svarv i Degerfors AB;Köparen {each} AB;Karlskoga" for each in "ABCDEFGHIJKL"]
    said = measure(store, tmp_path, "\n".join(["Del;Vem tog den;Köpare;Nära", *rows])).out
    assert "”Närmast av dem som har processen” ordnar bättre än Närverk: 1/plats skiljer −0,500" in said
    assert "bara" not in said


def test_rows_without_a_place_need_one(store: str, tmp_path: Path) -> None:
    text = "Del;Vem tog den;Nära;Köpare\nAxel, svarvad;409900-0012;;\nAxel, svarvad;409900-0012;Ingenstans;\n"
    said = measure(store, tmp_path, text, "--json").json
    assert said["cases"] == 0
    assert said["reached"] == {}
    assert [(each["row"], each["code"]) for each in said["problems"]] == [
        (2, "case_place_missing"), (3, "case_place_unknown"),
    ]  # fmt: skip
    assert "”Ingenstans”" in said["problems"][1]["message"]
    lines = measure(store, tmp_path, text)
    assert (lines.code, lines.out.splitlines()[0][:7]) == (0, "0 fall ")
    near = measure(store, tmp_path, text, "--near", "Karlskoga", "--json").json
    assert outcomes(near) == [(2, 1, [])]
    assert near["reached"]["narverk"]["mrr"] == {"mean": 1.0, "low": None, "high": None}  # one row, no interval


def test_the_buyers_own_place_will_do(store: str, tmp_path: Path) -> None:
    said = measure(store, tmp_path, "Del;Vem tog den;Köpare\nSvarvad axel;409900-0038;Svarv i Degerfors AB\n", "--json")
    assert outcomes(said.json) == [(2, None, ["radius"])]  # 41 km or more; and the buyer takes no place


def test_two_firms_of_a_like_name_are_no_answer(store: str, tmp_path: Path) -> None:
    said = measure(store, tmp_path, "Del;Vem tog den;Nära\nSvarvad axel;Svarv i;Karlskoga\n", "--json").json
    assert outcomes(said) == [(2, None, ["ambiguous_company"])]


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("Vecka;Bullar\n1;2\n", [], "I fall.csv finns inget fall att mäta med."),
        (CASES, ["--within-km", "långt"], "”långt” är inget avstånd."),
        (CASES, ["--near", "Ingenstans"], "Varken företag, ort eller kommun heter ”Ingenstans”."),
        (CASES, ["--audience", "MEMBERS"], "Detta visas bara för"),
    ],
)
def test_a_mistake_is_one_clear_sentence(
    store: str, tmp_path: Path, text: str, options: list[str], sentence: str
) -> None:
    said = measure(store, tmp_path, text, *options)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(sentence)
    assert "Traceback" not in said.err


def test_no_personal_number_is_shown(store: str, tmp_path: Path) -> None:
    text = "Del;Vem tog den;Nära\nSvarvad axel 811218-9876;811218-9876;Karlskoga\n"
    for options in ([], ["--json"]):
        said = measure(store, tmp_path, text, *options)
        assert said.code == 0
        assert "9876" not in said.out + said.err
