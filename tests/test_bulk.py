"""The registers' open files: which rows are the region's, what they say, and what is never kept of them."""

from __future__ import annotations

import tracemalloc
import zipfile
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import ledger
from graph.demands import Demand
from graph.errors import UnreadableFile, UserMistake
from graph.isolation import isolated
from graph.lookup import find_origin
from graph.model import REGION_KINDS, Company, Offer, Record, Region, Workplace
from graph.replacement import Finder
from graph.store import Snapshot, Store, default_address
from ingest.bulk import Home, is_bulk, read_bulk
from ingest.identity import person_subject
from ingest.locate import PostcodePlace
from ingest.pipeline import LoadReport, load_files
from ingest.postcodes import known_postcodes, postcode_file
from ingest.registers import BOLAGSVERKET
from ingest.sources import source_of
from ingest.sources.common import Context
from render.plain import error_sentence
from tests.regions import opened, own_data, records, run
from tests.test_app import bodies, start, use_data
from texts import LANGUAGES, load

__all__ = ["own_data"]

DATA = Path(__file__).parent / "data"
SAMPLE, SCB_SAMPLE = DATA / "bolagsverket_bulkfil_sample.txt", DATA / "scb_bulkfil_JE_sample.txt"
DEGERFORS, KARLSKOGA = "1862", "1883"
HOME = Home(frozenset({DEGERFORS, KARLSKOGA}))
TURNER, PLATE = "org:4099000012", "org:4099000020"


def numbered(start: int, count: int = 1) -> list[str]:
    """Organisation numbers with a good check digit (Luhn), worked out here: none of them is a firm's."""
    found = []
    for nine in range(start, start + count):
        doubled = [int(each) * (2 - index % 2) for index, each in enumerate(str(nine))]
        found.append(f"{nine}{-sum(each // 10 + each % 10 for each in doubled) % 10}")
    return found


A, B, C, D, E, F = numbered(463_000_100, 6)


def firm(number: str, town: str, postcode: str = "69330", **more: str) -> str:
    """A row as Bolagsverket writes it."""
    cells = {
        "organisationsidentitet": f"{number}${more.pop('kind', 'ORGNR')}-IDORG",
        "namnskyddslopnummer": "1",
        "registreringsland": "SE-LAND",
        "organisationsnamn": f"Firma {number} AB$FORETAGSNAMN-ORGNAM$2004-03-01",
        "organisationsform": "AB-ORGFO",
        "registreringsdatum": "2004-03-01",
        "postadress": f"{more.pop('street', 'Verkstadsvägen 3')}$${town}${postcode}$SE-LAND",
        **more,
    }
    return ";".join(f'"{cells.get(each, "")}"' for each in BOLAGSVERKET) + "\n"


def written(path: Path, *rows: str) -> Path:
    path.write_text(";".join(BOLAGSVERKET) + "\n" + "".join(rows), encoding="utf-8")
    return path


def scb(path: Path, *rows: dict[str, str]) -> Path:
    headings = SCB_SAMPLE.read_text("latin-1").splitlines()[0].rstrip("\t").split("\t")
    lines = ["\t".join(headings) + "\t"]
    lines += ["\t".join(row.get(each, "1" if each[:1] == "m" else "") for each in headings) + "\t" for row in rows]
    path.write_bytes("".join(f"{each}\r\n" for each in lines).encode("latin-1"))
    return path


def region_file(folder: Path, *codes: str) -> Path:
    path = folder / "region.csv"
    path.write_text("Region;Kommunkod\n" + "".join(f"Hemma;{each}\n" for each in codes), encoding="utf-8")
    return path


def loaded(store: Store, *paths: Path, on: str = "2026-10-01") -> LoadReport:
    return load_files(store, paths, on=on)


def firms(store: Store) -> dict[str, Company]:
    return {each.key: each for each in records(store)[Company] if isinstance(each, Company)}


def sites(store: Store) -> dict[str, Workplace]:
    return {each.company_id or "": each for each in records(store)[Workplace] if isinstance(each, Workplace)}


# -- which rows ------------------------------------------------------------------------------------------------------


def test_rows_of_the_region_are_kept_with_their_numbers_and_the_others_counted(tmp_path: Path) -> None:
    path = written(
        tmp_path / "alla.txt",
        firm(A, "DEGERFORS"),
        firm(B, "MALMÖ", "21120"),
        firm(C, "Karlskoga", "691 31"),
        firm(D, "ORT SOM INTE FINNS", "12345"),
        firm(E, "LUND", "22222"),
        firm(F, ""),
    )
    table = read_bulk(path, Home(HOME.municipalities, numbers={E}))
    assert table.numbers == (2, 4, 6)
    assert [row[0].partition("$")[0] for row in table.rows] == [A, C, E]
    assert (table.passed_over, table.heading_row) == (3, 1)
    assert [number for number, _ in table.numbered()] == [2, 4, 6]


def test_a_town_that_is_also_elsewhere_counts_by_the_postcodes_of_the_regions_other_rows(tmp_path: Path) -> None:
    """Svartå is a village in Degerfors, 693, and a place in Skellefteå, 930."""
    rows = firm(A, "SVARTÅ", "69393"), firm(B, "SVARTÅ", "93080"), firm(C, "DEGERFORS", "69330")
    table = read_bulk(written(tmp_path / "a.txt", *rows), HOME)
    assert table.numbers == (2, 4)
    assert table.passed_over == 1


def test_a_postcode_table_settles_it_whatever_the_town_is_called(tmp_path: Path) -> None:
    postcodes = {
        "69393": PostcodePlace("Svartå", DEGERFORS, 59.13, 14.52, shared=False),
        "69330": PostcodePlace("Degerfors", "0180", 59.0, 18.0, shared=False),
    }
    rows = firm(A, "GRANBERGSDAL KVARN", "69393"), firm(B, "DEGERFORS", "69330")
    table = read_bulk(written(tmp_path / "a.txt", *rows), Home(HOME.municipalities, postcodes=postcodes))
    assert table.numbers == (2,)


def test_line_breaks_quotes_and_semicolons_inside_a_text_cost_no_row(tmp_path: Path) -> None:
    texts = ('Rör 4"" och\nkök', 'ett "stickord"; två";"tre', "slut;", "tre\n\nrader")
    rows = [
        firm(number, "DEGERFORS", verksamhetsbeskrivning=text) for number, text in zip((A, B, C, D), texts, strict=True)
    ]
    table = read_bulk(written(tmp_path / "a.txt", *rows, firm(E, "MALMÖ", verksamhetsbeskrivning="en\nannan")), HOME)
    assert [row[9] for row in table.rows] == [
        'Rör 4" och kök', 'ett "stickord"; två";"tre', "slut;", "tre rader",
    ]  # fmt: skip
    assert {row[10] for row in table.rows} == {"Verkstadsvägen 3$$DEGERFORS$69330$SE-LAND"}
    assert (table.numbers, table.passed_over) == ((2, 4, 5, 6), 1)


def test_a_workplace_file_is_filtered_by_its_municipality(tmp_path: Path) -> None:
    path = tmp_path / "ae.txt"
    path.write_bytes(
        b"PeOrgNr\tPostNr\tPostOrt\tKommunkod\r\n"
        + f"16{A}\t69330\tDEGERFORS\t0180\r\n16{B}\t11122\tSTOCKHOLM\t1862\r\n".encode("latin-1")
    )
    assert read_bulk(path, HOME).numbers == (3,)


def test_a_broken_line_of_scb_is_joined_with_the_next(tmp_path: Path) -> None:
    row = {"PeOrgNr": f"16{A}", "PostNr": "69330", "PostOrt": "DEGERFORS", "Gatuadress": "Vägen\n3"}
    table = read_bulk(scb(tmp_path / "a.txt", row, {**row, "PostOrt": "ÅMÅL", "Gatuadress": ""}), HOME)
    assert (table.numbers, table.passed_over) == ((2,), 1)
    assert "DEGERFORS" in table.rows[0]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    elsewhere = (firm(f"4{n:09}", "MALMÖ", "21120", verksamhetsbeskrivning="tillverkning " * 12) for n in range(60_000))
    path = written(tmp_path / "a.txt", *elsewhere, firm(A, "DEGERFORS"))
    assert path.stat().st_size > 18_000_000
    read_bulk(SAMPLE, HOME)  # what is read once
    tracemalloc.start()
    table = read_bulk(path, HOME)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(table.rows), table.passed_over) == (1, 60_000)
    assert peak < 8_000_000


@given(rows=st.lists(st.binary(max_size=200), max_size=8), which=st.sampled_from([SAMPLE, SCB_SAMPLE]))
def test_whatever_follows_the_headings_every_row_is_kept_or_counted(
    rows: list[bytes], which: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    headings, first, *_ = which.read_bytes().splitlines(keepends=True)
    path = tmp_path_factory.mktemp("rows") / "a.txt"
    path.write_bytes(headings + first + b"\n".join(rows) + b"\n" + first)
    table = read_bulk(path, HOME)
    assert all(len(row) == len(table.headings) for row in table.rows)
    assert len(table.numbers) == len(table.rows)
    assert "409900001" in "".join(table.rows[0])

    def unknown(_: str) -> None:
        return None

    context = Context(b"secret", lambda **_: None, unknown, unknown, unknown, unknown)
    source = source_of(table)
    assert source is not None
    assert len([each for each in source.claims(table, context) if each.is_row]) == len(table.rows)


# -- zips ------------------------------------------------------------------------------------------------------------


def zipped(path: Path, **texts: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in texts.items():
            archive.writestr(f"{name}.txt", content)
    return path


def test_a_zip_with_one_text_is_read_without_unpacking(tmp_path: Path) -> None:
    path = zipped(tmp_path / "b.zip", alla=SAMPLE.read_bytes())
    assert is_bulk(path)
    table = read_bulk(path, HOME)
    assert (table.file, table.rows) == ("b.zip", read_bulk(SAMPLE, HOME).rows)


def test_other_files_are_no_registers(tmp_path: Path) -> None:
    several = zipped(tmp_path / "two.zip", a=SAMPLE.read_bytes(), b=SAMPLE.read_bytes())
    for path in (several, DATA / "foretag_upplagg_sample.csv", DATA / "swedish_empty.csv", tmp_path / "no.txt"):
        assert not is_bulk(path)


def test_a_damaged_or_locked_zip_is_one_sentence(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "b.zip", alla=SAMPLE.read_bytes() * 50).read_bytes()
    changed = bytearray(whole)
    changed[60:64] = b"\xff\xff\xff\xff"
    (tmp_path / "damaged.zip").write_bytes(bytes(changed))
    locked = bytearray(whole)
    locked[6] |= 1  # the mark of a password, before the text and in the list at the end
    locked[whole.rindex(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(bytes(locked))
    for name, code in (("damaged.zip", "zip_damaged"), ("locked.zip", "zip_encrypted")):
        with pytest.raises(UnreadableFile) as error:
            read_bulk(tmp_path / name, HOME)
        assert error.value.code == code


# -- what they say ---------------------------------------------------------------------------------------------------


def test_the_samples_say_what_they_say(tmp_path: Path) -> None:
    with opened(tmp_path / "r.sqlite") as store:
        report = loaded(store, region_file(tmp_path, DEGERFORS), SAMPLE, SCB_SAMPLE)
        found, places = firms(store), sites(store)
    turner = found[TURNER]
    assert (turner.name, turner.legal_form, turner.ended_on) == ("Åtorps Mekaniska Exempel AB", "AB", None)
    assert turner.business == "Bolaget ska bedriva skärande bearbetning, CNC-svarvning och montering."
    assert (turner.sni, turner.sni_version, turner.no_mailings) == ("25530", "2025", False)
    assert (turner.locality, turner.municipality, turner.country) == ("Åtorp", DEGERFORS, "SE")
    assert (places[TURNER].address, places[TURNER].location_precision) == ("Verkstadsvägen 3", "locality")
    plate = found[PLATE]
    assert (plate.ended_on, plate.business) == ("2021-06-30", 'Plåtbearbetning av 4" rör')
    assert (places[PLATE].address, places[PLATE].postcode) == (None, None)  # a box
    assert places[PLATE].locality == "Degerfors"
    assert [each.passed_over for each in report.sheets] == [0, 0, 0]
    assert {each.source_type for each in report.sheets} == {"region", "bolagsverket", "scb"}
    assert report.problems == ()


def test_a_stated_address_goes_before_the_registers(tmp_path: Path) -> None:
    members = tmp_path / "medlemmar.csv"
    members.write_text(
        "Org.nr;Företag;Gatuadress;Ort;Latitud;Longitud\n"
        "409900-0012;Åtorps Mek;Hammargatan 1;Karlskoga;59.3267;14.5239\n",
        encoding="utf-8",
    )
    with opened(tmp_path / "r.sqlite") as store:
        loaded(store, members, on="2025-01-01")
        loaded(store, region_file(tmp_path, DEGERFORS), SAMPLE)
        place = sites(store)[TURNER]
        assert firms(store)[TURNER].municipality == KARLSKOGA
    assert (place.address, place.locality, place.location_precision) == ("Hammargatan 1", "Karlskoga", "address")


PERSON = "198112289874"  # an invented personal number, often used in examples
OWNER = "Kajsa Exempelsson"


def test_a_sole_trader_is_a_keyed_hash_with_a_town_and_nothing_else_in_clear(tmp_path: Path) -> None:
    rows = firm(
        PERSON, "DEGERFORS", kind="PERSON", street="Hemvägen 7", organisationsform="E-ORGFO",
        organisationsnamn=f"{OWNER}$FORETAGSNAMN-ORGNAM$1999-01-01",
    )  # fmt: skip
    other = {"PeOrgNr": PERSON, "JurForm": "10", "Namn": OWNER, "PostNr": "69330", "PostOrt": "DEGERFORS",
             "Gatuadress": "Hemvägen 7", "Reklamsparrtyp": "21"}  # fmt: skip
    files = written(tmp_path / "b.txt", rows), scb(tmp_path / "s.txt", other)
    with opened(tmp_path / "r.sqlite") as store:
        report = loaded(store, region_file(tmp_path, DEGERFORS), *files)
        found = firms(store)
        (place,) = sites(store).values()
        (subject,) = found
    secret = (tmp_path / "r.secret").read_bytes()
    assert subject == person_subject(secret, PERSON[2:])
    assert (found[subject].legal_form, found[subject].no_mailings) == ("EF", True)
    assert (place.address, place.postcode, place.location_precision) == (None, None, "locality")
    assert report.problems == ()
    with opened(tmp_path / "r.sqlite") as store:
        kept = repr([each.claim for each in ledger.said(store)])
    assert PERSON[2:] not in kept
    assert "Hemvägen" not in kept
    told = run("--store", f"sqlite:{tmp_path / 'r.sqlite'}", "--audience", "MEMBERS", "--json", "network")
    assert OWNER not in told.out


@pytest.mark.parametrize(
    ("codes", "version"), [(("25530",), "2025"), (("25730",), "2007"), (("25530", "25730"), None), (("46699",), None)]
)
def test_scb_follows_the_sni_that_alone_has_some_of_its_codes(
    tmp_path: Path, codes: tuple[str, ...], version: str | None
) -> None:
    rows = [
        {"PeOrgNr": f"16{number}", "Foretagsnamn": "X AB", "PostOrt": "DEGERFORS", "PostNr": "69330", "Ng1": code}
        for number, code in zip((A, B, C, D), ("25620", "00000", *codes), strict=False)
    ]
    with opened(tmp_path / "r.sqlite") as store:
        report = loaded(store, region_file(tmp_path, DEGERFORS), scb(tmp_path / "s.txt", *rows))
        found = firms(store)
    first, none = found[f"org:{A}"], found[f"org:{B}"]
    assert (first.sni, first.sni_version) == ("25620", version)
    assert (none.sni, none.sni_version) == (None, None)
    assert ("sni_version_unknown" in {each.code for each in report.problems}) == (version is None)


def test_public_bodies_and_forms(tmp_path: Path) -> None:
    row = {"PostOrt": "DEGERFORS", "PostNr": "69330", "Foretagsnamn": "Firma"}
    rows = [{**row, "PeOrgNr": f"16{n}", "JurForm": form} for n, form in ((A, "82"), (B, "31"), (C, "49"))]
    with opened(tmp_path / "r.sqlite") as store:
        loaded(store, region_file(tmp_path, DEGERFORS), scb(tmp_path / "s.txt", *rows))
        found = firms(store)
    assert [(found[f"org:{n}"].sector, found[f"org:{n}"].legal_form) for n in (A, B, C)] == [
        ("public", None), (None, "HB/KB"), (None, "AB"),
    ]  # fmt: skip


# -- a load ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_region_nothing_is_loaded_and_it_says_what_to_do(tmp_path: Path, language: str) -> None:
    with opened(tmp_path / "r.sqlite") as store, pytest.raises(UserMistake) as error:
        loaded(store, SAMPLE)
    assert error.value.code == "bulk_without_region"
    assert SAMPLE.name in error_sentence(error.value, load(language))


def test_a_region_loaded_earlier_chooses_the_rows_and_the_command_says_how_many_it_passed_over(tmp_path: Path) -> None:
    address = f"sqlite:{tmp_path / 'r.sqlite'}"
    assert run("--store", address, "load", region_file(tmp_path, KARLSKOGA)).code == 0
    path = written(tmp_path / "b.txt", firm(A, "KARLSKOGA", "69131"), firm(B, "MALMÖ"), firm(C, "LUND"))
    ran = run("--store", address, "--lang", "en", "load", path)
    assert ran.code == 0
    assert "2 rows of b.txt are about firms outside the region and were not read." in ran.out.splitlines()
    assert run("--store", address, "--json", "load", path, "--dry-run").json["sheets"][0]["passed_over"] == 2


def test_a_register_without_a_firm_of_the_region_is_nothing_new(tmp_path: Path) -> None:
    with opened(tmp_path / "r.sqlite") as store:
        loaded(store, region_file(tmp_path, KARLSKOGA))
        report = loaded(store, written(tmp_path / "b.txt", firm(B, "MALMÖ")))
    assert (report.load_id, report.read, report.problems) == (None, 0, ())
    assert [each.passed_over for each in report.sheets] == [1]


def test_undoing_it_takes_all_of_it_back(tmp_path: Path) -> None:
    with opened(tmp_path / "r.sqlite") as store:
        loaded(store, region_file(tmp_path, DEGERFORS))
        before = records(store)
    address = f"sqlite:{tmp_path / 'r.sqlite'}"
    assert run("--store", address, "load", SAMPLE, SCB_SAMPLE).code == 0
    assert run("--store", address, "undo").code == 0
    with opened(tmp_path / "r.sqlite") as store:
        assert records(store) == before


def test_a_folder_gives_its_registers_and_leaves_other_zips(tmp_path: Path) -> None:
    folder = tmp_path / "filer"
    folder.mkdir()
    zipped(folder / "alla.zip", alla=SAMPLE.read_bytes())
    with zipfile.ZipFile(folder / "bilder.zip", "w") as archive:
        archive.writestr("bild.png", b"x")
    region_file(folder, DEGERFORS)
    with opened(tmp_path / "r.sqlite") as store:
        assert {each.file for each in loaded(store, folder).sheets} == {"alla.zip", "region.csv"}


# -- struck off ------------------------------------------------------------------------------------------------------


def test_a_firm_struck_off_is_neither_proposed_nor_lonely() -> None:
    def there(key: str, north: float, ended_on: str | None = None) -> list[Record]:
        return [
            Company(key, name=key, municipality=KARLSKOGA, country="SE", ended_on=ended_on),
            Workplace(f"{key}/main", key, latitude=59.3267 + north, longitude=14.5239),
            Offer(f"{key}/turning", key, "turning", evidence="stated"),
        ]

    everything = [Region("region:r", municipalities=(KARLSKOGA,)), *there("a", 0.01), *there("b", 0.02, "2021-06-30")]
    found = Snapshot(1, {kind: [each for each in everything if type(each) is kind] for kind in REGION_KINDS})
    answer = Finder(found).find(Demand((("turning", 1.0),)), find_origin(found, "Karlskoga"), 40.0)
    assert [each.company_id for each in (*answer.hits, *answer.near_misses)] == ["a"]
    assert answer.coverage.stated == 1
    assert [each.company_id for each in isolated(found).findings] == ["a"]


# -- postcodes -------------------------------------------------------------------------------------------------------

SE_TXT = (
    "SE\t693 70\tÅtorp\tÖrebro\t18\tDegerfors\t1862\t\t\t59.1011\t14.3722\t4\n"
    "SE\t693 30\tDegerfors\tÖrebro\t18\tDegerfors\t1862\t\t\t59.2402\t14.4307\t4\n"
)


@pytest.mark.parametrize("name", ["SE.txt", "SE.zip"])
def test_a_postcode_table_in_the_data_folder_places_firms_finer(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (postcode_file(), known_postcodes()) == (None, {})
    own = tmp_path / "data"
    own.mkdir()
    if name == "SE.txt":
        (own / name).write_text(SE_TXT, encoding="utf-8")
    else:
        zipped(own / name, SE=SE_TXT.encode())
    with opened(tmp_path / "r.sqlite") as store:
        loaded(store, region_file(tmp_path, DEGERFORS), SAMPLE)
        place = sites(store)[TURNER]
    assert (place.latitude, place.location_precision) == (59.1011, "postcode")
    monkeypatch.setenv("NARVERK_POSTCODES", str(tmp_path / "none.txt"))
    with pytest.raises(UnreadableFile) as error:
        known_postcodes()
    assert error.value.code == "file_missing"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_about_the_data_names_the_table(
    tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_data(monkeypatch, tmp_path / "data")
    with opened(default_address()) as store:
        loaded(store, region_file(tmp_path, DEGERFORS), SAMPLE)
    own = tmp_path / "data" / "SE.txt"
    line = load(language)("about.postcodes", file=str(own))
    assert line not in "".join(bodies(start(language, page="about")))
    own.write_text(SE_TXT, encoding="utf-8")
    assert line in unescape("".join(bodies(start(language, page="about"))))


def test_loading_the_table_says_where_it_goes(tmp_path: Path) -> None:
    (tmp_path / "SE.txt").write_text(SE_TXT, encoding="utf-8")
    ran = run("load", tmp_path / "SE.txt")
    assert (ran.code, ran.out) == (1, "")
    assert str(tmp_path / "data") in ran.err
