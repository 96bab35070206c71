"""The tables agree with each other, and with the words people write in spreadsheets."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.patterns import WORD_END, WORD_NOT_DECIMAL, initials
from graph.tables import TABLES, rows, weights
from graph.taxonomy import taxonomy

# The codes fixed from the start (the draft of the taxonomy): data of users and of other programs name them.
FIXED = re.findall(
    r"\w+",
    """
turning sliding_head milling_3 milling_5 horizontal_milling boring deep_hole grinding honing gear_cutting broaching
wire_edm sink_edm laser_cutting tube_laser plasma_gas waterjet punching bending rolling deep_drawing spinning cabinet
open_die closed_die ring_rolling extrusion cold_heading roll_forming iron_casting steel_casting sand_al die_casting
gravity investment copper_alloy mig_mag tig robot_weld laser_weld spot_weld structures pressure_vessel pipework brazing
bonding hardening case_hardening nitriding induction annealing painting powder_coating hdg electroplating anodising
phosphating blasting thermal_spray injection two_k plastic_extrusion thermoforming rotational rubber pur composites
plastic_machining lpbf sls_mjf waam pm_press hip_mim ceramics springs wire_forming tube_bending fasteners chains_ropes
mould_making press_tools cutting_tools fixtures models pcb_assembly cable_harness panel_building winding sensors
mech_assembly electromech kitting special_machines robot_integration hydraulics pumps_valves drives handling ndt
metrology balancing maintenance design
""",
)

ASKED = {"which_material", "how_heavy", "how_large", "how_many"}
WORD_LISTS = ("process_words", "goods_words", "context_words")


def test_the_fixed_processes_are_all_there_and_stand_on_top() -> None:
    assert len(set(FIXED)) == 103
    known = taxonomy().processes
    assert set(FIXED) <= set(known)
    assert all(known[process].parent is None for process in FIXED)


def test_every_row_refers_to_what_exists() -> None:
    known = taxonomy()
    for each in known.processes.values():
        assert each.family in known.families
        assert each.parent is None or known.processes[each.parent].family == each.family
        assert set(each.materials) <= set(known.materials)
        assert each.name_sv
        assert each.name_en
    assert all(below in known.standards for each in known.standards.values() for below in each.covers)
    assert {row["process"] for row in rows("machines")} <= set(known.processes)
    assert {row["material_id"] for row in rows("material_grades")} <= set(known.materials)
    for table in ("hs", "sni_processes"):
        assert {name for row in rows(table) for name, _ in weights(row["processes"])} <= set(known.processes)


def test_a_family_asks_only_what_can_be_asked() -> None:
    assert all(set(each.asks) <= ASKED and len(each.asks) <= 3 for each in taxonomy().families.values())


def test_a_word_is_listed_once_and_under_the_family_it_speaks_for() -> None:
    known = taxonomy().processes
    for table in ("process_words", "goods_words"):
        for row in rows(table):
            named = [
                (float(weight), name)
                for name, _, weight in (each.rpartition(":") for each in row["says"].split())
                if name in known
            ]
            best = max((weight for weight, _ in named), default=0.0)
            assert row["family"] in {known[name].family for weight, name in named if weight == best} | (
                {""} if not named else set()
            ), row


def test_every_heading_of_the_tariff_is_four_or_six_digits_and_stands_once() -> None:
    codes = [row["hs"] for row in rows("hs")]
    assert len(codes) == len(set(codes))
    assert all(code.isdigit() and len(code) in {4, 6} for code in codes)
    assert all(row["name_sv"] and row["name_en"] and weights(row["processes"]) for row in rows("hs"))


def test_word_lists_and_contexts_name_only_known_things() -> None:
    known, given_tags = taxonomy(), {"#heavy", "#large", "#small", "#thin", "#thick", "#tight", "#series", "#single"}
    given_tags.add("#keyfit")
    given_tags |= {tag for tags in known.grade_tags.values() for tag in tags}
    for table in WORD_LISTS:
        for row in rows(table):
            assert row["where"] in {"", "word", "exact", "start", "end"}, row
            assert row["language"] in {"sv", "en", "both"}, row
            assert re.search(r"[^\W_]", row["words"]), row
            for said in row["says"].split():
                if said[0] == "#":
                    given_tags.add(said)
                elif said[0] == "=":
                    assert said[1:] in known.materials, row
                else:
                    assert said.rpartition(":")[0] in known.processes, row
    for row in rows("contexts"):
        assert {name for name, _ in weights(row["says"])} <= set(known.processes), row
        for need in (each.lstrip("!") for each in row["when"].split()):
            assert need in given_tags or need[1:] in known.materials or need in known.processes, row


@pytest.mark.parametrize("table", sorted(path.stem for path in TABLES.glob("*.csv")))
def test_every_row_has_the_columns_of_its_heading(table: str) -> None:
    listed = list(rows(table))
    assert listed
    assert all(None not in row and None not in row.values() for row in listed)


@pytest.mark.parametrize(
    ("text", "process"),
    [
        ("turning", "turning"), ("svarvning", "turning"), ("Turning", "turning"), ("CNC-Svarvning ", "turning"),
        ("SVETSNING", "mig_mag"), ("MIG/MAG", "mig_mag"), ("kantpressning", "bending"), ("Kantbockning", "bending"),
        ("Fräsning", "milling_3"), ("5-axlig fräsning", "milling_5"), ("laser cutting", "laser_cutting"),
        ("Varmförzinkning", "hdg"), ("formsprutning", "injection"), ("injection molding", "injection"),
        ("planslipning", "surface_grinding"), ("Borrning", "drilling"), ("skärande bearbetning", None), ("", None),
    ],
)  # fmt: skip
def test_process_of_a_cell(text: str, process: str | None) -> None:
    assert taxonomy().process_of(text) == process


def test_every_code_and_name_finds_a_process_and_every_code_itself() -> None:
    known = taxonomy()
    for process, each in known.processes.items():
        assert known.process_of(process) == process
        assert all(known.process_of(name) in known.processes for name in each.names)


def test_a_family_is_not_a_process() -> None:
    assert taxonomy().family_of("Skärande bearbetning") == "cutting"
    assert taxonomy().process_of("Skärande bearbetning") is None


@pytest.mark.parametrize(
    ("text", "material", "grade"),
    [
        ("S235JR", "steel", "S235"), ("S355J2+N", "steel", "S355"), ("42CrMo4", "steel", "42CrMo4"),
        ("C45E", "steel", "C45E"), ("SS 2541-03", "steel", "SS 2541"), ("SS1672", "steel", "SS 1672"),
        ("SS 2343", "stainless", "SS 2343"), ("1.4301", "stainless", "1.4301"), ("AISI 304", "stainless", "1.4301"),
        ("316L", "stainless", "1.4404"), ("1.4462", "stainless", "1.4462"),
        ("EN-GJS-400-15", "cast_iron", "EN-GJS-400"),
        ("GG25", "cast_iron", "EN-GJL-250"), ("6082-T6", "aluminium", "6082"), ("EN AW-5754", "aluminium", "5754"),
        ("7075", "aluminium", "7075"), ("AlSi10Mg", "aluminium", "AlSi10Mg"), ("EN AC-46000", "aluminium", "AlSi9Cu3"),
        ("CuZn39Pb3", "brass", "CuZn39Pb3"), ("Cu-ETP", "copper", "Cu-ETP"), ("PA66 GF30", "plastic", "PA66 GF30"),
        ("POM", "plastic", "POM"), ("PEEK", "plastic", "PEEK"), ("PE-HD", "plastic", "PE-HD"),
        ("EPDM", "rubber", "EPDM"),
        ("NBR", "rubber", "NBR"), ("Hardox 450", "steel", "Hardox 450"), ("Weldox 700", "steel", "S690QL"),
        ("20MnCr5", "steel", "20MnCr5"), ("16MnCr5", "steel", "16MnCr5"), ("100Cr6", "hardened_steel", "100Cr6"),
        ("SKD11", "hardened_steel", "1.2379"), ("D2 tool steel", "hardened_steel", "1.2379"), ("DC01", "steel", "DC01"),
        ("DX51D+Z275", "steel", "DX51D"), ("Inconel 718", "superalloy", "Inconel 718"),
        ("Ti6Al4V", "titanium", "Ti6Al4V"),
        ("SS 14 2343-02", "stainless", "SS 2343"), ("SS142541-03", "steel", "SS 2541"), ("1.0038", "steel", "S235"),
        ("Domex 420 MC", "steel", "S315MC"), ("1.2709", "hardened_steel", "1.2709"),
        ("EN-JS1030", "cast_iron", "EN-GJS"), ("CW617N", "brass", "CuZn39Pb3"), ("EN AC-45000", "aluminium", "AlSi5Cu"),
        ("CuNi10Fe1Mn", "copper", "CuNi10Fe1Mn"), ("C24", "wood", "C24"), ("GL30c", "wood", "GL30"),
        ("PP GF30", "plastic", "PP"), ("Uddeholm Mirrax", "hardened_steel", "Uddeholm"),
        ("Zamak 5", "zinc", "Zamak 5"), ("AZ91D", "magnesium", "AZ91D"),
    ],
)  # fmt: skip
def test_material_and_grade(text: str, material: str, grade: str) -> None:
    assert taxonomy().material_of(text) == material
    assert [found.detail for found in taxonomy().find_grades(text)] == [grade]


@pytest.mark.parametrize("text", ["längd 1050", "år 2024", "M20x1,5", "S35", "PCB", "304 mm", "Ø316 x 20", "popcorn"])
def test_numbers_and_words_that_are_no_grade(text: str) -> None:
    assert taxonomy().find_grades(text) == ()


@pytest.mark.parametrize(
    ("text", "standard"),
    [
        ("ISO9001:2015", "ISO 9001"), ("9001", "ISO 9001"), ("SS-EN ISO 9001", "ISO 9001"), ("IATF", "IATF 16949"),
        ("ISO/TS 16949", "IATF 16949"), ("EN1090 EXC2", "EN 1090-2 EXC2"), ("EN 1090-2, EXC 3", "EN 1090-2 EXC3"),
        ("SS-EN 1090", "EN 1090-2"), ("AS9100", "EN 9100"), ("AS/EN 9100D", "EN 9100"), ("AQAP-2110", "AQAP 2110"),
        ("ISO 3834-2", "ISO 3834-2"), ("NADCAP", "Nadcap"), ("iso14001", "ISO 14001"),
        ("EN 1090-3 EXC2", "EN 1090-3 EXC2"),
        ("IPC-A-610 klass 3", "IPC-A-610 klass 3"), ("inget", None), ("", None),
    ],
)  # fmt: skip
def test_certificate_of_a_cell(text: str, standard: str | None) -> None:
    assert taxonomy().certificate_of(text) == standard


@pytest.mark.parametrize(
    ("held", "asked", "covered"),
    [
        ("IATF 16949", "ISO 9001", True), ("ISO 9001", "IATF 16949", False), ("AS9100", "9001", True),
        ("EN 1090-2 EXC4", "EN 1090-2 EXC1", True), ("EN 1090-2 EXC1", "EN 1090-2 EXC2", False),
        ("EN 1090-2 EXC1", "EN 1090", True), ("EN 1090", "EN 1090-2 EXC1", False),
        ("EN 1090-3 EXC4", "EN 1090-2 EXC1", False), ("ISO 3834-2", "ISO 3834-4", True), ("EMAS", "ISO 14001", True),
        ("AQAP 2310", "ISO 9001", True), ("eget intyg", "Eget  intyg", True), ("eget intyg", "ISO 9001", False),
    ],
)  # fmt: skip
def test_covers(held: str, asked: str, covered: bool) -> None:
    assert taxonomy().covers(held, asked) is covered


def test_covers_is_an_order() -> None:
    known = taxonomy()
    above = {name: {name, *each.covers} for name, each in known.standards.items()}
    for name, below in above.items():
        assert known.covers(name, name)
        assert set().union(*(above[each] for each in below)) == below
    assert not [(a, b) for a, b in product(above, above) if a != b and b in above[a] and a in above[b]]


def test_satisfies_follows_the_line_of_parents() -> None:
    known = taxonomy()
    assert known.satisfies("turning", "turning")
    assert known.satisfies("grinding", "cylindrical_grinding")
    assert known.satisfies("cylindrical_grinding", "grinding")
    assert not known.satisfies("cylindrical_grinding", "surface_grinding")
    assert not known.satisfies("unheard_of", "turning")


def test_related_is_symmetric_and_sorted() -> None:
    known = taxonomy()
    weight = {(one, other): share for one in known.processes for other, share in known.related(one)}
    assert all(weight[other, one] == share for (one, other), share in weight.items())
    for one in known.processes:
        shares = [share for _, share in known.related(one)]
        assert shares == sorted(shares, reverse=True)
    near = dict(known.related("turning"))
    assert near["mill_turn"] == 1.0
    # lathe of {lathe, sliding_lathe}, same family, same SNI, 4 of 6 materials: 0.4/2 + 0.3 + 0.2 + 0.1 * 4/6
    assert near["sliding_head"] == pytest.approx(0.7667, abs=1e-4)
    assert "injection" not in near


def test_trades() -> None:
    known = taxonomy()
    assert dict(known.processes_of_sni("25620", "2007"))["turning"] == 0.8
    assert known.processes_of_sni("25.53", "2025") == known.processes_of_sni("25.62", "2007")
    assert known.processes_of_sni("25.62", None) == ()
    assert all(known.sni_is_ambiguous(code) for code in ("20.51", "25.30", "25400", "25.61", "25.62"))
    assert not any(known.sni_is_ambiguous(code) for code in ("28.15", "25.99", "22.19", ""))
    assert dict(known.processes_of_sni("28.15", None))["gear_cutting"] == 0.5
    assert known.processes_of_sni("01.11", "2007") == ()
    assert known.sni_label("25.62", "2007") == "Metallegoarbeten"
    assert known.sni_label("25.62", "2025") == "Tillverkning av lås och gångjärn"
    assert known.sni_label("25530", "2025", "en") == "Machining of metals"
    assert known.sni_label("x", "2025") is None
    assert [known.is_manufacturing(code) for code in ("25.62", "46720", "")] == [True, False, None]


def test_goods_codes_take_the_longest_beginning() -> None:
    known = taxonomy()
    assert known.processes_of_hs("8483 40 21")[0][0] == "gear_cutting"
    assert known.processes_of_hs("84831021")[0][0] == "turning"
    assert known.processes_of_hs("01012100") == ()
    assert known.processes_of_hs("") == ()


def test_themes() -> None:
    known = taxonomy()
    assert [known.theme_of(text) for text in ("Automation och ny teknik", "rekrytering", "AI", "okänt")] == [
        "automation", "skills", "digitalisation", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "letters"),
    [
        ("S235(?:JR)?", "s"), (r"(?:EN[- ]?)?GJS[- ]?400|GGG-?40", "eg"), (r"1\.4301|X5CRNI18", "1x"),
        (r"\bPEX?\b", "p"), (r"A?380\b", "a3"), (r"[0-9]+", None), (r"A*B", None), (r"(?:A|B(?:C|D))?E", "abe"),
    ],
)  # fmt: skip
def test_what_a_pattern_may_begin_with(pattern: str, letters: str | None) -> None:
    assert initials(pattern) == (None if letters is None else frozenset(letters))


@given(st.lists(st.sampled_from(["S355J2", "1.4404", "axel", "(EN-GJS-400)", "x", "6082-T6", "2,5"]), max_size=6))
def test_drawers_find_what_one_long_expression_finds(written: list[str]) -> None:
    text = " ".join(written)
    table = list(rows("material_grades"))
    joined = "|".join(f"(?:{row['pattern']})" for row in table)
    slow = re.compile(rf"(?={WORD_NOT_DECIMAL})(?:{joined}){WORD_END}", re.IGNORECASE)
    assert [(each.start, each.end) for each in taxonomy().find_grades(text)] == [m.span() for m in slow.finditer(text)]


@given(st.text(max_size=80))
def test_no_text_is_too_odd(text: str) -> None:
    known = taxonomy()
    assert known.process_of(text) in {None, *known.processes}
    assert known.material_of(text) in {None, *known.materials}
    assert known.certificate_of(text) in {None, *known.standards}
    assert known.theme_of(text) in {None, *known.themes}
    known.processes_of_sni(text, "2007")
    known.processes_of_hs(text)


def test_reading_the_tables_needs_no_data_library() -> None:
    code = "import graph.taxonomy, sys; graph.taxonomy.taxonomy(); print('pandas' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=TABLES.parents[1]
    )
    assert ran.stdout.strip() == "False"
