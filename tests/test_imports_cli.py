"""The commands ``imports`` and ``potential``: what they promise as JSON, and what a mistake says."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.model import ImportedPart
from tests.regions import Built, Ran, built_region, misfits, own_data, run

__all__ = ["built_region", "own_data"]
SUMS = {"lines": int, "valued": int, "value_sek": int, "weighed": int, "mass_kg": float, "counted": int,
        "saving_low_kg": float, "saving_high_kg": float}  # fmt: skip
LINE = {"row": int, "description": str, "status": str, "processes": [str], "found": int, "candidates": [
    {"company_id": str, "distance_km": float, "distance_low_km": float, "distance_high_km": float, "score": float}
]}  # fmt: skip


@pytest.fixture(name="listed")
def a_list(tmp_path: Path) -> Path:
    path = tmp_path / "inköp.csv"
    path.write_text(
        "Artikel;Land;Värde\nSvarvad axel;Kina;900\nBlurb zzz;Polen;100\nLaserskuren plåt;;x\n", encoding="utf-8"
    )
    return path


def test_a_file_is_answered_and_not_stored(built: Built, listed: Path) -> None:
    before = built.path.read_bytes()
    said = run("--store", built.address, "imports", listed, "--near", "Karlskoga", "--within-km", "40", "--json").json
    wanted = {"lines": [LINE], "near": str, "within_km": float, "dependency": {"hhi_lines": int},
              "totals": dict.fromkeys(("whole", "can", "nobody", "unclear", "unplaced"), SUMS),
              "problems": [{"row": int, "code": str, "message": str}]}  # fmt: skip
    assert list(misfits(said, wanted)) == []
    assert [each["status"] for each in said["lines"]] == ["can", "unclear", "can"]
    assert [each["row"] for each in said["lines"]] == [2, 3, 4]
    assert said["share_of_value"]["can"] == 0.9
    assert said["dependency"]["outside_eu"] == 0.9
    assert built.path.read_bytes() == before


def test_a_firms_stored_parts_need_no_file(built: Built) -> None:
    buyer = built.snapshot.of(ImportedPart)[0].company_id
    said = run("--store", built.address, "imports", "--company", buyer, "--json").json
    own = [each.part_id for each in built.snapshot.of(ImportedPart) if each.company_id == buyer]
    assert (said["company_id"], len(said["lines"]), said["file"]) == (buyer, len(own), None)
    assert said["lines"][0]["row"] is None


def test_the_potential_grows_with_the_radius(built: Built) -> None:
    said = run("--store", built.address, "potential", "--radii", "3 mil", "50 km", "100", "--json").json
    assert said["radii_km"] == [30.0, 50.0, 100.0]
    counts = [each["lines"] for each in said["within"]]
    assert counts == sorted(counts)
    assert said["whole"]["lines"] == len(built.snapshot.of(ImportedPart))
    assert all(each["buyers"] >= 3 for each in said["unmet"])


@pytest.mark.parametrize("language", ["sv", "en"])
def test_in_words(built: Built, listed: Path, language: str) -> None:
    for command in (("imports", listed, "--near", "Karlskoga"), ("potential",)):
        ran = run("--store", built.address, "--lang", language, *command)
        assert ran.code == 0, ran.err
        assert len(ran.out.splitlines()) > 3


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(("imports",), "--company"), (("imports", "LIST"), "--near"), (("imports", "--company", "Zzzz"), "Zzzz"),
     (("imports", "saknas.csv", "--near", "Nora"), "saknas.csv"), (("potential", "--radii", "långt"), "långt")],
)  # fmt: skip
def test_a_mistake_says_what_to_do(built: Built, listed: Path, arguments: tuple[str, ...], word: str) -> None:
    ran: Ran = run("--store", built.address, *(listed if each == "LIST" else each for each in arguments))
    assert (ran.code, ran.out) == (1, "")
    assert word in ran.err


@pytest.mark.parametrize("level", ["PUBLIC", "MEMBERS"])
def test_they_are_the_managers_alone(built: Built, listed: Path, level: str) -> None:
    for command in (("imports", listed, "--near", "Nora"), ("potential",)):
        ran = run("--store", built.address, "--audience", level, *command)
        assert (ran.code, ran.out) == (1, "")
