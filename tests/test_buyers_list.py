"""A buyer's own list, in each of the forms it comes in, read into memory and stored nowhere."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from graph.errors import UnreadableFile, UserMistake
from graph.model import ImportedPart
from graph.store import open_store
from ingest.buyers_list import BuyersList, read_buyers_list
from ingest.mapping import ColumnMapping, layout_of

SECRET = b"of this test only"


def listed(folder: Path, *lines: str, name: str = "lista.csv") -> BuyersList:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_buyers_list(path, SECRET)


def only(found: BuyersList) -> ImportedPart:
    (part,) = found.parts
    return part


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        ("Artikel;Benämning;Land;Värde", "A-1;Svarvad axel;Kina;1 200"),
        ("Part number;Item;Country;Value", "A-1;Svarvad axel;China;1200"),
        ("Artikelnr;Benämning;Ursprungsland;Värde SEK per år", "A-1;Svarvad axel;CN;1200"),
        ("Art.nr\tBeskrivning\tLand\tBelopp", "A-1\tSvarvad axel\tCN\t1200"),
    ],
)
def test_a_plain_list_under_the_names_people_give_its_columns(tmp_path: Path, headings: str, row: str) -> None:
    found = listed(tmp_path, headings, row)
    said = only(found)
    assert (said.part_number, said.description, said.origin_country, said.value_sek) == (
        "A-1", "Svarvad axel", "CN", 1200,
    )  # fmt: skip
    assert (said.company_id, found.rows, found.read, found.problems) == (None, (2,), 1, ())


def test_two_columns_are_enough_and_the_same_row_twice_is_two_lines(tmp_path: Path) -> None:
    found = listed(tmp_path, "Artikel;Värde", "Svarvad axel;100", "Svarvad axel;100", "Summa;200")
    assert [(each.description, each.value_sek) for each in found.parts] == [("Svarvad axel", 100)] * 2
    assert (found.rows, [each.code for each in found.problems]) == ((2, 3), ["row_is_total"])


def test_the_buyer_that_a_list_names_is_kept(tmp_path: Path) -> None:
    found = listed(
        tmp_path, "Org.nr;Företag;Artikelnr;Benämning;KN-nummer;Ursprungsland", "409900-0012;X AB;1;Axel;84831095;CN"
    )
    assert (only(found).company_id, only(found).cn_code) == ("org:4099000012", "84831095")


def test_a_customs_list_counts_an_item_once_and_sums_its_part(tmp_path: Path) -> None:
    found = listed(
        tmp_path,
        "MRN;Varupostnummer;Varukod;Ursprungsland;Exportör;Statistiskt värde;Nettovikt;Avgiftstyp;Godtagandedatum",
        "24SE1;1;73259910;CN;Casting Co;1000;50;A00;2025-03-01",
        "24SE1;1;73259910;CN;Casting Co;1000;50;B00;2025-03-01",
        "24SE2;1;73259910;CN;Casting Co;500;25;A00;2025-04-01",
    )
    said = only(found)
    assert (said.value_sek, said.mass_kg, said.supplier, said.origin_country) == (1500, 75.0, "Casting Co", "CN")
    assert (found.read, found.rows) == (3, (2,))


def test_an_intrastat_list_never_takes_the_sender_for_the_origin(tmp_path: Path) -> None:
    found = listed(tmp_path, "Flöde;Avsändarland;KN8;Fakturerat värde SEK;Nettovikt kg", "I;DE;73259910;900;10")
    assert (only(found).origin_country, only(found).value_sek) == (None, 900)


def test_of_a_ledger_the_suppliers_that_are_not_swedish(tmp_path: Path) -> None:
    found = listed(
        tmp_path,
        "Leverantörsnr;Namn;Org.nr;Land;Belopp exkl moms;År",
        "1;Nordic AB;4099000012;SE;1000;2025",
        "2;Shanghai Parts Co;;CN;50000;2025",
        "3;Elsewhere Ltd;;;10;2025",
    )
    assert [(each.supplier, each.value_sek, each.origin_country) for each in found.parts] == [
        ("Shanghai Parts Co", 50000, None), ("Elsewhere Ltd", 10, None),
    ]  # fmt: skip
    assert found.domestic == 1


def test_every_sheet_that_lists_purchases_is_read_and_others_are_told(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Info"
    book["Info"].append(["Företag", "Ort", "Anställda"])
    book["Info"].append(["X AB", "Nora", 3])
    for title in ("Kina", "Polen"):
        sheet = book.create_sheet(title)
        sheet.append(["Benämning", "Land", "Värde"])
        sheet.append(["=1+1", title, 7])
        sheet.append([f"Axel {title}", title, 7])
    book.save(tmp_path / "lista.xlsx")
    found = read_buyers_list(tmp_path / "lista.xlsx", SECRET)
    assert [each.description for each in found.parts if each.description] == ["Axel Kina", "Axel Polen"]
    assert "sheet_not_understood" in [each.code for each in found.problems]
    assert len({each.part_id for each in found.parts}) == len(found.parts)


def test_what_a_person_has_said_of_the_columns_counts(tmp_path: Path) -> None:
    path = tmp_path / "lista.csv"
    path.write_text("Grej;Var\nSvarvad axel;Kina\n", encoding="utf-8")
    known = {layout_of(["Grej", "Var"]): ColumnMapping("import", {"grej": "description", "var": "origin_country"})}
    found = read_buyers_list(path, SECRET, known)
    assert (only(found).description, only(found).origin_country) == ("Svarvad axel", "CN")


def test_a_bad_cell_costs_the_cell_and_a_personal_number_is_masked(tmp_path: Path) -> None:
    found = listed(tmp_path, "Artikel;Värde", "Axel enl. 811218-9876;mycket")
    assert only(found).value_sek is None
    assert [each.code for each in found.problems] == ["number_bad"]
    assert "811218" not in repr(found)


@pytest.mark.parametrize("text", ["Företag;Ort;Anställda\nX AB;Nora;3\n", "Artikel;Värde\n", "hej\n"])
def test_a_file_that_lists_nothing_bought_says_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "fel.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserMistake) as raised:
        read_buyers_list(path, SECRET)
    assert raised.value.code == "no_import_lines"


def test_a_damaged_workbook_is_told_as_the_loader_tells_it(tmp_path: Path) -> None:
    (tmp_path / "trasig.xlsx").write_bytes(b"PK\x03\x04trasig")
    with pytest.raises(UnreadableFile) as raised:
        read_buyers_list(tmp_path / "trasig.xlsx", SECRET)
    assert raised.value.code == "workbook_damaged"


def test_nothing_is_stored_and_nothing_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    address = f"sqlite:{tmp_path / 'region.sqlite'}"
    open_store(address).close()
    before = (tmp_path / "region.sqlite").read_bytes()
    listed(tmp_path, "Artikel;Värde", "Hemlig axel;100")
    store = open_store(address, create=False)
    assert store.revision() == 0
    store.close()
    assert (tmp_path / "region.sqlite").read_bytes() == before
    assert list(temporary.iterdir()) == []
