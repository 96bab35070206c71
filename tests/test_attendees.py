"""A list of who comes: any spelling, numbers, guests nobody knows, and what is told of them."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from graph.errors import AmbiguousName, UserMistake
from graph.model import Alias
from ingest.attendees import Attendees, attendees_of, one_attendee, read_attendees
from tests.test_affinity import firm, snapshot_of

SECRET = b"secret"
FIRMS = (
    firm("org:4099000012"), firm("org:4099000020"), firm("org:4099000038"), firm("org:4099000046"), firm("name:nora"),
)  # fmt: skip
NAMES = ("Åtorps Mekaniska Verkstad AB", "Karlskoga Plåt AB", "Karlskoga Plåt HB", "Överkens Svarv AB", "Nora Gjuteri")
SNAPSHOT = snapshot_of(
    [
        *(type(each)(each.company_id, name, "SE") for each, name in zip(FIRMS, NAMES, strict=True)),
        *(Alias(each.company_id, each.company_id) for each in FIRMS),
        Alias("name:gamla nora", "name:nora"),
    ]
)


def read(tmp_path: Path, text: str) -> Attendees:
    path = tmp_path / "anmälda.csv"
    path.write_text(text, encoding="utf-8")
    return read_attendees(path, SNAPSHOT, SECRET)


def codes(found: Attendees) -> list[tuple[int, str]]:
    return [(each.row, each.code) for each in found.problems]


@pytest.mark.parametrize(
    "written",
    ["ÅTORPS MEK. VERKST. AB", "Aktiebolaget Åtorps Mekaniska Verkstad", "409900-0012", "16409900-0012", "Åtorps"],
)
def test_a_firm_is_known_in_any_spelling_that_can_only_mean_it(tmp_path: Path, written: str) -> None:
    found = read(tmp_path, f"Företag;Deltagare\n{written};Anna Ek\n")
    assert [(each.company_id, each.person) for each in found.attendees] == [("org:4099000012", "Anna Ek")]
    assert found.problems == ()


def test_numbers_in_a_column_of_their_own_go_before_the_name(tmp_path: Path) -> None:
    found = read(tmp_path, "Org.nr;Företag\n409900-0046;Karlskoga Plåt\n409900-0013;Nora Gjuteri\n")
    assert [each.company_id for each in found.attendees] == ["org:4099000046", "name:nora"]
    assert codes(found) == [(3, "org_number_check_digit")]


def test_who_is_not_known_or_doubtful_has_a_seat_and_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, "Företag\nKarlskoga Plåt\nÖverkenz Svarv AB\nHelt Okänd AB\n")
    assert [(each.name, each.company_id) for each in found.attendees] == [
        ("Karlskoga Plåt", None), ("Överkenz Svarv AB", None), ("Helt Okänd AB", None),
    ]  # fmt: skip
    assert codes(found) == [(2, "guest_doubtful"), (3, "guest_unknown"), (4, "guest_unknown")]
    doubtful, near, unknown = (each.suggestion for each in found.problems)
    assert doubtful == "Karlskoga Plåt AB (4099000020), Karlskoga Plåt HB (4099000038)"
    assert near == "Överkens Svarv AB (4099000046)"
    assert unknown is None


def test_two_of_a_firm_are_two_and_the_same_person_twice_is_one(tmp_path: Path) -> None:
    found = read(tmp_path, "Företag;Deltagare\nNora Gjuteri;Anna\nNora Gjuteri;Bo\nNora Gjuteri;Anna\n;Cecilia\n;\n")
    assert [(each.attendee_id, each.person) for each in found.attendees] == [
        ("name:nora", "Anna"), ("name:nora#2", "Bo"), ("guest:cecilia", ""),
    ]  # fmt: skip
    assert codes(found) == [(4, "guest_twice")]


def test_a_list_without_headings_is_names(tmp_path: Path) -> None:
    found = read(tmp_path, "Nora Gjuteri\nÖverkens Svarv AB\nÅtorps Mekaniska Verkstad AB\n")
    assert {each.company_id for each in found.attendees} == {"name:nora", "org:4099000046", "org:4099000012"}


def test_a_column_of_names_alone_names_firms(tmp_path: Path) -> None:
    for heading in ("Namn", "Deltagare"):
        found = read(tmp_path, f"Nr;{heading}\n1;Nora Gjuteri\n2;Okänd AB\n")
        assert [(each.company_id, each.person) for each in found.attendees] == [("name:nora", ""), (None, "")]


def test_personal_numbers_are_in_no_name_and_formulas_are_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate((("Företag", "Deltagare"), ("Firman AB", "Kalle 811218-9876"), ("=cmd|x", "@a"))):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell)
    found = read_attendees(path, SNAPSHOT, SECRET)
    assert [(each.name, each.person) for each in found.attendees] == [
        ("Firman AB", "Kalle ******-****"), ("=cmd|x", "@a"),
    ]  # fmt: skip
    assert "811218" not in repr(found)


def test_a_list_that_names_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserMistake) as refused:
        read(tmp_path, "Företag;Deltagare\n;\n")
    assert refused.value.code in ("no_attendees", "file_empty")


def test_one_attendee_by_a_few_words() -> None:
    assert one_attendee(SNAPSHOT, "överkens svarv", SECRET).company_id == "org:4099000046"
    assert one_attendee(SNAPSHOT, "409900-0012", SECRET).company_id == "org:4099000012"
    guest = one_attendee(SNAPSHOT, "Ny Firma AB", SECRET)
    assert (guest.attendee_id, guest.name, guest.company_id) == ("guest:ny firma", "Ny Firma AB", None)
    with pytest.raises(AmbiguousName):
        one_attendee(SNAPSHOT, "Karlskoga Plåt", SECRET)


def test_firms_that_are_chosen_come_once_each() -> None:
    found = attendees_of(SNAPSHOT, ["name:nora", "org:4099000012", "name:nora", "org:unknown"])
    assert [each.attendee_id for each in found] == ["name:nora", "org:4099000012"]
