"""What a part's text is understood as: regression cases in our own words, and properties of every text."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.taxonomy import taxonomy
from graph.understanding import understand

# Text, processes that must be among the first guesses: as many guesses as processes, but at least three.
CASES = [
    ("Svarvad axel i 42CrMo4, härdad", "turning hardening"),
    ("AXEL D35H6 L420 C45E", "turning grinding"),
    ("Kåpa DC01 1,5mm vikt", "bending"),
    ("Remhjulsskydd av perforerad plåt, pulverlackerat gult", "punching powder_coating"),
    ("Distanshylsa mässing CuZn39Pb3 Ø8x12, 60 000 st/år", "sliding_head turning"),
    ("Frästa gavlar i 6082-T6, svarteloxerade", "milling_3 anodising"),
    ("Pumphus EN-GJS-400-15 färdigbearbetat", "iron_casting horizontal_milling"),
    ("Lagerbock i gråjärn, grundmålad", "iron_casting painting"),
    ("Växellådshus av pressgjuten aluminium", "die_casting"),
    ("Krossplatta i manganstål, gjuten", "steel_casting"),
    ("Kugghjul modul 4, sätthärdat och kuggslipat, 20MnCr5", "gear_cutting case_hardening"),
    ("Kedjehjul z=18 med kilspår", "gear_cutting broaching"),
    ("Svetsad ram av VKR 80x80x5, varmförzinkad", "mig_mag hdg"),
    ("Dieseltank 3000 l i rostfritt 1.4301, provtryckt", "pressure_vessel tig"),
    ("Trappräcke i svartstål med ståndare, pulverlack", "structures powder_coating"),
    ("Hallstomme, pelare och balkar S355J2 enl. EN 1090 EXC2", "structures"),
    ("Slitplåtar Hardox 450 25 mm, skurna enligt ritning", "plasma_gas"),
    ("Maskinbädd 6 meter, gejder planfräses och slipas", "boring grinding"),
    ("Tryckfjäder i fjäderstål, tråd 2,5 mm", "springs"),
    ("Hydraulrör bockat Ø18, elförzinkat", "tube_bending electroplating"),
    ("Laserskuren och kantpressad konsol 3 mm S355MC", "laser_cutting bending"),
    ("Kopplingsskåp i plåt IP65", "cabinet"),
    ("Elcentral för pumpstation, färdigkopplad", "panel_building"),
    ("Styrkort med SMD, 500 st per år", "pcb_assembly"),
    ("Motorkablage med crimpade kontakter", "cable_harness"),
    ("Omlindning av transformator 400 kVA", "winding"),
    ("Plastlock PA66 GF30, 200k pcs/year", "injection"),
    ("Handtag med mjukt grepp, 2K", "two_k"),
    ("PVC-profil svart, 3 m längder", "plastic_extrusion"),
    ("Vakuumformad insats i ABS", "thermoforming"),
    ("Rotationsgjuten vattentank", "rotational"),
    ("O-ring NBR 70 shore", "rubber"),
    ("Hjul belagda med polyuretan", "pur"),
    ("Kolfiberrör, prepreg lindat", "composites"),
    ("POM-bussning svarvad", "plastic_machining"),
    ("3D-printad grenrörsdel i Inconel 718", "lpbf"),
    ("Prototypkåpa printad i nylon SLS", "sls_mjf"),
    ("Pansarsvetsning av matarskruv", "waam"),
    ("Sintrad bussning i järnpulver", "pm_press"),
    ("Dyna av hårdmetall för trådragning", "ceramics"),
    ("Formverktyg för pressgjutning, fyra fack", "mould_making"),
    ("Följdverktyg för bandplåt", "press_tools"),
    ("Specialfräs i hårdmetall, omslipning", "cutting_tools"),
    ("Svetsfixtur för släpvagnsram", "fixtures"),
    ("Gjutmodell med kärnlåda", "models"),
    ("Kätting med lyftkrok 8 mm", "chains_ropes"),
    ("Insexskruv M12 x 60 klass 12.9", "fasteners"),
    ("Kallslagen specialnit", "cold_heading fasteners"),
    ("Sänksmidd länkarm till lastbil", "closed_die"),
    ("Friformssmidd axel 4 ton", "open_die"),
    ("Valsad sömlös ring i 34CrNiMo6", "ring_rolling"),
    ("Kylprofil i strängpressad aluminium", "extrusion"),
    ("Djupdragen skål i rostfritt", "deep_drawing"),
    ("Trycksvarvad lampskärm", "spinning"),
    ("Konisk mantel, valsad 8 mm plåt", "rolling"),
    ("Punktsvetsad hylla", "spot_weld"),
    ("Limmad sandwichpanel", "bonding composites"),
    ("Lödda kylelement i koppar", "brazing"),
    ("Nitrerad matarskruv", "nitriding"),
    ("Induktionshärdad axeltapp", "induction turning"),
    ("Avspänningsglödgning av svetsat stativ", "annealing mig_mag"),
    ("Brunerade skruvar", "phosphating fasteners"),
    ("Blästring till Sa 2,5 och målning C4", "blasting painting"),
    ("HVOF-belagd vals", "thermal_spray"),
    ("Hårdförkromad kolvstång", "electroplating turning"),
    ("Trådgnistade stansdelar", "wire_edm"),
    ("Cylinderrör, henat lopp H8", "honing"),
    ("Djuphålsborrad spindel", "deep_hole turning"),
    ("Röntgen och penetrantprovning av svetsar", "ndt"),
    ("3D-mätning med mätprotokoll", "metrology"),
    ("Dynamisk balansering av fläkthjul", "balancing"),
    ("Spindelrenovering av fleroperationsmaskin", "maintenance"),
    ("FEM-beräkning av lyftbalk", "design"),
    ("Robotcell för betjäning av svarv", "robot_integration"),
    ("Hydraulcylinder 63/36-400", "hydraulics"),
    ("Kulventil DN50 PN40", "pumps_valves"),
    ("Snäckväxel utväxling 1:30", "drives"),
    ("Bandtransportör 12 m", "handling"),
    ("Packning av reservdelssatser, kittning", "kitting"),
    ("Stainless bracket, laser cut and folded, 2 mm 1.4301", "laser_cutting bending"),
    ("Turned bush in phosphor bronze", "turning"),
    ("Investment cast impeller in 17-4PH", "investment"),
    ("Grey iron counterweight 350 kg, painted", "iron_casting painting"),
    ("TIG welded titanium duct", "tig"),
    ("Overmoulded connector housing, two-shot", "two_k"),
    ("Gun drilled shaft, ground to h6", "deep_hole grinding"),
    ("5-axis milled aerospace rib in 7075", "milling_5"),
    ("Steel pressing from progressive tool, zinc plated, 100,000 pcs a year", "deep_drawing electroplating"),
    ("Sand cast aluminium gearbox cover", "sand_al"),
    ("Wiring loom for forestry machine", "cable_harness"),
    ("Refurbishment of gearbox", "maintenance drives"),
    ("Lokalhärdning av slitbana, HF", "induction"),
    ("Sherardiserade beslag", "hdg"),
    ("Metallisering med sprutzink", "thermal_spray"),
    ("Printade sandkärnor till pumphus", "sand_printing"),
    ("Längdsvetsade rör från band, 48,3x2", "tube_mill"),
    ("Elpatron 6 kW till varmvattentank", "heating_elements"),
    ("Karbinhakar i rostfritt", "chains_ropes"),
    ("Skidor till snöskoter i glasfiber", "composites"),
    ("Skor i läder", "leather"),
    ("Blöjor och våtservetter", "paper_converting"),
    ("Trottoarkantsten och marksten i betong", "concrete"),
    ("Slipband och kapskivor", "abrasives"),
    ("Kvävgas i gasflaskor", "industrial_gases"),
    ("Manual translated into Finnish", "technical_documentation"),
    ("Setting out of foundations with total station", "surveying"),
    ("Hi-pot and functional test of boards", "electronic_test"),
    ("Rudder and deck fittings for a yacht", "boats"),
    ("Clad plate, titanium on steel, explosion bonded", "explosion_cladding"),
    ("Waterjet cut foam inserts", "waterjet"),
    ("Sinker EDM of mould cavity", "sink_edm mould_making"),
    ("Roll formed C-section, pre-galvanised", "roll_forming"),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_processes_of_a_part(text: str, expected: str) -> None:
    asked = expected.split()
    guessed = [guess.process for guess in understand(text).processes][: max(3, len(asked))]
    assert set(asked) <= set(guessed), guessed


def test_a_cover_is_what_its_material_makes_it() -> None:
    def best(text: str) -> str:
        return understand(text).processes[0].process

    assert best("plåtkåpa") == "bending"
    assert best("gjuten kåpa i segjärn") == "iron_casting"
    assert best("gjuten kåpa i aluminium") in {"sand_al", "die_casting"}
    assert best("plastkåpa i ABS") == "injection"


def test_a_short_name_of_a_beam_is_not_met_inside_a_word() -> None:
    assert understand("HEA 200, 6 m").processes[0].process == "structures"
    assert "structures" not in {guess.process for guess in understand("no heat treatment, ipes").processes}


def test_the_blind_list_names_every_general_process() -> None:
    with (Path(__file__).parent / "data" / "part_texts_second.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file, delimiter=";"))
    named = Counter(code for row in listed for label in row["accepted"].split() for code in label.split("|"))
    general = {code: each for code, each in taxonomy().processes.items() if each.parent is None}
    assert named.keys() == general.keys()
    assert all(named[code] >= 2 for code, each in general.items() if each.family != "services")
    assert len({row["text"] for row in listed}) == len(listed) == 506


def test_what_is_denied_does_not_count() -> None:
    def processes(text: str) -> set[str]:
        return {guess.process for guess in understand(text).processes}

    assert "painting" in processes("lackerad konsol")
    assert "painting" not in processes("konsol, ej lackerad")
    assert "mig_mag" not in processes("svetsfri konsol")
    assert "hardening" not in processes("turned pin, not hardened")


def test_a_tool_for_moulding_is_a_mould() -> None:
    assert understand("verktyg för formsprutning").processes[0].process == "mould_making"


def test_every_score_has_its_words() -> None:
    shown = understand("Svarvad stålaxel, slipad").processes
    assert "Svarvad" in shown[0].why
    assert {guess.process: guess.why for guess in shown}["grinding"][0] == "slipad"


def test_a_special_process_is_listed_below_its_general_one() -> None:
    guess = understand("hårdförkromad stång").processes[0]
    assert (guess.process, guess.narrower) == ("electroplating", ("hard_chrome",))


def test_one_wrong_letter_in_a_long_word() -> None:
    wrong, right = understand("nitrrering"), understand("nitrering")
    assert wrong.processes[0].process == right.processes[0].process == "nitriding"
    assert wrong.processes[0].score < right.processes[0].score


def test_goods_code_speaks_where_words_do_not() -> None:
    assert understand("detalj 4711-2").processes == ()
    guess = understand("detalj 4711-2", cn_code="7320 20 81").processes[0]
    assert (guess.process, guess.why) == ("springs", ("CN 7320 20 81",))


@pytest.mark.parametrize(
    ("text", "name", "size"),
    [
        ("axel Ø35x420", "diameter_mm", 35),
        ("axel Ø35x420", "length_mm", 420),
        ("AXEL D35H6 L420 C45E", "diameter_mm", 35),
        ("AXEL D35H6 L420 C45E", "length_mm", 420),
        ("axel, diameter 35 mm, längd 420 mm", "diameter_mm", 35),
        ("axel, diameter 35 mm, längd 420 mm", "length_mm", 420),
        ("plåt 1200x800x3", "length_mm", 1200),
        ("plåt 1200x800x3", "width_mm", 800),
        ("plåt 1200x800x3", "thickness_mm", 3),
        ("valsar, fem meter långa", "length_mm", 5000),
        ("rör 2 m", "length_mm", 2000),
        ("distans 60 mm", "length_mm", 60),
        ("kåpa 1,5 mm", "thickness_mm", 1.5),
        ("fästplatta 20 mm", "thickness_mm", 20),
        ("tank 2,4 m diameter", "diameter_mm", 2400),
        ("skarv 1 200 mm lång", "length_mm", 1200),
        ("balk L=2,4 m", "length_mm", 2400),
        ("plåt 1200 × 800, t=5", "width_mm", 800),
        ("plåt 1200 × 800, t=5", "thickness_mm", 5),
        ("rör 4 tum", "length_mm", 101.6),
    ],
)
def test_sizes(text: str, name: str, size: float) -> None:
    assert getattr(understand(text).sizes, name) == size


@pytest.mark.parametrize(
    ("text", "weight_kg"),
    [
        ("gjutgods 8 ton", 8000),
        ("vikt 12,5 kg", 12.5),
        ("väger 350 g", 0.35),
        ("20 ton/år", None),
        ("kåpa", None),
        ("2,3 kg/st", 2.3),
    ],
)
def test_weight_of_a_piece(text: str, weight_kg: float | None) -> None:
    assert understand(text).weight_kg == weight_kg


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("300 st per år", 300), ("200k pcs/year", 200_000), ("50 000 st", 50_000), ("100 st/månad", 1200),
        ("årsvolym 5000", 5000), ("5000 p.a.", 5000), ("ca 3 tusen per år", 3000), ("batch 200", 200),
        ("250 off per year", 250), ("1 st prototyp", 1), ("2 000 pieces per year", 2000), ("1,5 mm plåt", None),
    ],
)  # fmt: skip
def test_yearly_quantity(text: str, quantity: int | None) -> None:
    assert understand(text).annual_quantity == quantity


@pytest.mark.parametrize(
    ("text", "tolerance"),
    [
        ("axel Ø20 h6", "h6"), ("hål 35 H7", "H7"), ("IT7", "IT7"), ("toleranser ISO 2768-m", "ISO 2768-m"),
        ("±0,02", "±0,02"), ("axel H7/g6", "H7/g6"), ("axel", None), ("C45E", None),
    ],
)  # fmt: skip
def test_tolerance(text: str, tolerance: str | None) -> None:
    assert understand(text).tolerance == tolerance


def test_material_grade_and_certificate() -> None:
    seen = understand("Svetsad tank i 1.4404, EN 1090-2 EXC3 och ISO 3834-2")
    assert [(each.material, each.grade) for each in seen.materials] == [("stainless", "1.4404")]
    assert seen.certificates == ("EN 1090-2 EXC3", "ISO 3834-2")


def test_what_was_read_stands_beside_the_words_it_was_read_from() -> None:
    seen = understand("Svetsad axel Ø35x420, h6, Ra 0,8, 2,3 kg/st, ca 3 tusen per år, EN 10204 3.1")
    words = dict(seen.measure_words)
    assert words["diameter_mm"] == words["length_mm"] == "Ø35x420"
    assert (words["tolerance"], words["roughness"], words["weight_kg"]) == ("h6", "Ra 0,8", "2,3 kg")
    assert words["annual_quantity"] == "3 tusen per år"
    assert seen.certificate_words == (("EN 10204 3.1", "10204 3.1"),)


def test_words_without_their_rings_and_dots() -> None:
    right, bare = understand("härdad och slipad länkarm"), understand("hardad och slipad lankarm")
    assert [each.process for each in right.processes[:3]] == [each.process for each in bare.processes[:3]]


def test_two_letters_that_changed_places() -> None:
    assert understand("pulverlackreing").processes[0].process == "powder_coating"


def test_a_service_goes_before_the_goods_it_is_done_to() -> None:
    assert understand("renovera växellåda").processes[0].process == "maintenance"


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("gjuten kåpa", ("which_material", "how_heavy", "how_many")),
        ("gjuten kåpa i GJS-500, 12 kg, 400 st/år", ()),
        ("Svarvad axel", ("which_material", "how_large", "how_many")),
        ("Svarvad axel Ø20x100", ("which_material", "how_many")),
        ("pulverlackering av konsoler", ("how_large", "how_many")),
        ("varmförzinkning av balkar 6 m", ("how_many",)),
        ("kretskort med SMD", ("how_many",)),
        ("FEM-beräkning av lyftok", ("how_large",)),
        ("transport Örebro-Göteborg", ()),
        ("Smidd vevstake 42CrMo4, 8 kg", ("how_many",)),
        ("formverktyg för lock", ("which_material", "how_large")),
        ("detalj 4711-2", ("which_process", "how_many")),
    ],
)
def test_only_what_decides_is_asked(text: str, questions: tuple[str, ...]) -> None:
    assert understand(text).questions == questions


def test_stainless_steel_is_one_material() -> None:
    assert [each.material for each in understand("bult i rostfritt stål").materials] == ["stainless"]


def test_a_thin_text_meets_the_deciding_questions() -> None:
    assert understand("gjuten kåpa").questions == ("which_material", "how_heavy", "how_many")
    assert understand("").questions[0] == "which_process"
    assert understand("Svarvad axel Ø35x420 i 42CrMo4, 300 st per år").questions == ()


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_answered_alike_and_in_order(text: str) -> None:
    seen = understand(text)
    assert seen == understand(text)
    scores = [guess.score for guess in seen.processes]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert all(guess.why for guess in seen.processes)
    assert len(seen.questions) <= 3


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([text for text, _ in CASES]), min_size=1, max_size=4).map(" ".join))
def test_only_general_processes_are_guessed(text: str) -> None:
    known = taxonomy().processes
    assert all(known[guess.process].parent is None for guess in understand(text).processes)
    assert all(
        taxonomy().root(each) == guess.process for guess in understand(text).processes for each in guess.narrower
    )
