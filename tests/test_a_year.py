"""A year of a region through the command line: nothing is lost, nothing counted twice, nothing seen by the wrong one.

What is told by the region is compared, after each month, with the diary of tests/a_year.py.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import time_machine

from tests.a_year import (
    BUYERS,
    FACTS,
    FIRMS,
    HOME,
    NAMING,
    NOT_FOR_MEMBERS,
    PROCESSES,
    YEAR,
    Diary,
    Fact,
    Year,
    dashed,
    fact,
    plain,
    unpacked,
)
from tests.regions import own_data, run

__all__ = ["own_data"]

MEETING, PROJECT = "Vårmötet", "Robotlyftet"
ERASED = "bortglömd@verkstad.example"


def january(year: Year) -> None:
    """The first lists."""
    for town in HOME:
        year.say("region.xlsx", "region", name="Provlän", municipality=town, is_home="ja")
    year.load("region.xlsx")
    for _ in range(FIRMS):
        year.member(year.new_firm())
    firms = [*year.diary.firms]
    for _ in range(60):
        year.trade(year.rng.sample(firms[:-6], 2), YEAR - 1)  # the last few stand alone
    for buyer in firms[:BUYERS]:
        for _ in range(3):
            year.say("importer.xlsx", "import", org_number=dashed(buyer), name=year.diary.firms[buyer],
                     part_number=year.secret("artikel"), description="Svarvad axel i stål", origin_country="Kina",
                     supplier=year.secret("leverantör"), value_sek=year.rng.randrange(50, 900) * 1000,
                     processes="CNC-svarvning", year=YEAR)  # fmt: skip
    for file in ("medlemmar.xlsx", "affarer.xlsx", "importer.xlsx"):
        year.load(file, *(["--complete"] if file == "medlemmar.xlsx" else []))


def february(year: Year) -> None:
    """The first calls; whom to talk to."""
    firms = [*year.diary.firms]
    for number in firms[:14]:
        outcome = year.rng.choice(("svarade", "svarade", "inget svar", None))
        year.asked(number, date(YEAR, 2, year.rng.randrange(1, 28)), outcome, PROJECT if number < firms[7] else "")
    for number in firms[:10]:
        email = f"{year.secret('post')}@verkstad.example" if number != firms[3] else ERASED
        year.say("arbetet.xlsx", "contact", org_number=dashed(number), company=year.diary.firms[number],
                 name=f"Person {number[-4:]}", email=email)  # fmt: skip
    year.load("arbetet.xlsx")


def march(year: Year) -> None:
    """The member list once more: some are new, one has left, some are certified."""
    for _ in range(3):
        year.member(year.new_firm())
    gone = [*year.diary.firms][20]
    for kind in ("company", "offer"):
        for row in [each for each in year.rows["medlemmar.xlsx"][kind] if plain(each["org_number"]) == gone]:
            year.unsay("medlemmar.xlsx", kind, row)
    for number in [*year.diary.firms][:5]:
        year.say("medlemmar.xlsx", "certificate", org_number=dashed(number), name=year.diary.firms[number],
                 standard="ISO 9001", valid_until=f"{YEAR + 1}-06-30")  # fmt: skip
    year.load("medlemmar.xlsx")
    year.load("medlemmar.xlsx")  # the same list once more by mistake


def april(year: Year) -> None:
    """A wrong file, undone; a number that a person puts right, and that the next list has wrong again."""
    kept = copy.deepcopy((year.diary, year.rows))
    for _ in range(5):
        year.member(year.new_firm())
    year.trade([*year.diary.firms][-2:])
    year.load("medlemmar.xlsx")
    year.load("affarer.xlsx")
    year.ask("undo")
    year.ask("undo")
    year.diary, year.rows = kept
    right = [*year.diary.firms][1]
    year.ask("correct", f"org:{right}", "employees", "77", "--by", "Eva")
    year.diary.corrected[right] = 77
    year.load("medlemmar.xlsx", "--additive")


def may(year: Year) -> None:
    """A meeting, and who was introduced there."""
    before = run("--store", year.address, "network", "--json").json
    firms = [*year.diary.firms]
    year.say("arbetet.xlsx", "activity", name="Vårmöte", activity_type="möte", held_on=f"{YEAR}-05-12",
             project=PROJECT, participant_org_numbers="; ".join(map(dashed, firms[4:18])))  # fmt: skip
    for one, other in zip(firms[4:9], firms[30:35], strict=True):
        year.introduced(one, other, date(YEAR, 5, 12), PROJECT)
    year.load("arbetet.xlsx")
    year.ask("snapshot", MEETING)
    after = run("--store", year.address, "network", "--json").json
    assert after == before, "a meeting is no business"


def june(year: Year) -> None:
    """Two firms become one; two others do not, after all."""
    firms = [*year.diary.firms]
    year.ask("same", f"org:{firms[10]}", f"org:{firms[11]}", "--by", "Eva")
    year.diary.merged[firms[11]] = firms[10]
    wrong = year.ask("same", f"org:{firms[12]}", f"org:{firms[13]}", "--json").json
    year.ask("retract", wrong["decision_id"])


def july(year: Year) -> None:
    """Two go bankrupt; the rest is on holiday."""
    rows = year.rows["medlemmar.xlsx"]["company"]
    for row in (rows[15], rows[25]):
        row["winding_up"] = "konkurs"
        year.diary.ended.add(plain(row["org_number"]))
    year.load("medlemmar.xlsx")


def august(year: Year) -> None:
    """A disk breaks; what had been loaded since the backup is loaded again."""
    copy_of = year.folder / "säkerhetskopia.sqlite"
    year.ask("backup", copy_of)
    kept = copy.deepcopy(year.diary)
    for number in [*year.diary.firms][14:18]:
        year.asked(number, date(YEAR, 8, 20), "svarade")
    year.load("arbetet.xlsx")
    Path(year.address.removeprefix("sqlite:")).unlink()
    year.ask("restore", copy_of)
    ahead, year.diary = year.diary, kept
    compare(year)
    year.diary = ahead
    year.load("arbetet.xlsx")


def september(year: Year) -> None:
    """Reminders, answers at last, and introductions that became business."""
    for row in [each for each in year.rows["arbetet.xlsx"]["interview"] if each["outcome"] is None]:
        year.change("arbetet.xlsx", "interview", row, reminded_on=f"{YEAR}-09-10", outcome="svarade")
    for number, row in enumerate(year.rows["arbetet.xlsx"]["introduction"]):
        outcome = ("beställning", "offert", "har mötts", "ledde inte till något", "beställning")[number]
        year.change("arbetet.xlsx", "introduction", row, outcome=outcome)
        if outcome == "beställning":
            year.trade([plain(row["other_org_number"]), plain(row["org_number"])])
    year.load("arbetet.xlsx")
    year.load("affarer.xlsx")


def october(year: Year) -> None:
    """A new Närverk on an old region, which then moves to a server; a firm answers what it was asked."""
    year.made_older()
    compare(year)
    year.moved()
    number = [*year.diary.firms][8]
    year.answered(number, PROCESSES[-1], date(YEAR, 10, 15))


def november(year: Year) -> None:
    """Support is granted; a person asks to be forgotten, and the manager's list still names them."""
    firms = [*year.diary.firms]
    for number in firms[4:9]:
        year.say("stöd.xlsx", "support_case", org_number=dashed(number), name=year.diary.firms[number],
                 actor="Påhittade Högskolan", theme="Automation", status="beviljat",
                 changed_on=f"{YEAR}-11-03", amount_sek=40_000, project=PROJECT)  # fmt: skip
    year.load("stöd.xlsx")
    year.ask("person", ERASED, "--erase", "--yes")
    forgotten = next(each for each in year.rows["arbetet.xlsx"]["contact"] if each["email"] == ERASED)
    year.diary.facts["contact"].discard(fact("contact", forgotten))
    year.secrets.add(ERASED)
    year.erased.add(ERASED)
    year.load("arbetet.xlsx")


def december(year: Year) -> None:
    """The year's last lists; some support has come to its end, and was granted this year all the same."""
    for row in year.rows["stöd.xlsx"]["support_case"][:2]:
        year.change("stöd.xlsx", "support_case", row, status="avslutat", changed_on=f"{YEAR + 1}-01-31")
    year.load("stöd.xlsx")
    year.member(year.new_firm())
    for _ in range(10):
        year.trade(year.rng.sample([*year.diary.firms], 2))
    year.load("medlemmar.xlsx")
    year.load("affarer.xlsx")


MONTHS: tuple[Callable[[Year], None], ...] = (
    january, february, march, april, may, june, july, august, september, october, november, december,
)  # fmt: skip


# -- after each month ------------------------------------------------------------------------------------------------


def compare(year: Year) -> None:
    """What the region gives back is what the diary says, each fact once."""
    given, diary = year.given_back(), year.diary
    for kind in FACTS:
        told = Counter(known_as(kind, fact(kind, row), diary) for row in given.get(kind, ()))
        expected = Counter({known_as(kind, each, diary) for each in diary.facts[kind]})
        assert not expected - told, f"{kind} lost"
        assert not told - expected, f"{kind} counted twice, or never told"
    firms = Counter(diary.known(plain(str(row["org_number"]))) for row in given["company"])
    assert firms == Counter({diary.known(each) for each in in_use(year)})
    company = {
        diary.merged.get(plain(each["org_number"]), plain(each["org_number"])): each for each in given["company"]
    }
    assert {number for number, row in company.items() if row.get("winding_up")} == diary.ended
    for number, employees in diary.corrected.items():
        assert company[number]["employees"] == employees
    assert run("--store", year.address, "check").code == 0


def known_as(kind: str, told: Fact, diary: Diary) -> Fact:
    """A fact by the numbers its firms go under now."""
    return tuple(
        value if name not in NAMING
        else tuple(sorted({diary.known(each) for each in value})) if isinstance(value, tuple)
        else diary.known(value)
        for name, value in zip(FACTS[kind], told, strict=True)
    )  # fmt: skip


def in_use(year: Year) -> set[str]:
    """The firms that any list or fact names."""
    found = {plain(row["org_number"]) for row in year.rows["medlemmar.xlsx"]["company"]}
    for kind, facts in year.diary.facts.items():
        for each in facts:
            for name, value in zip(FACTS[kind], each, strict=True):
                if name in NAMING:
                    found |= {*value} if isinstance(value, tuple) else {value}
    return found


def nobody_else_reads(year: Year) -> None:
    """No word of the manager's reaches a member or the public, in any file or answer."""
    words = [each.encode() for each in (*year.secrets, PROJECT)]
    escaped = [json.dumps(each)[1:-1].encode() for each in (*year.secrets, PROJECT)]
    manager = unpacked(year.folder / "allt_MANAGER.xlsx")
    told = {each for each in year.secrets if each.encode() in manager}
    assert told == year.secrets - year.erased, "what is looked for can be found, but for who is forgotten"
    for audience in ("MEMBERS", "PUBLIC"):
        for how, said in year.told_to(audience):
            assert not [each for each in (*words, *escaped) if each in said], (audience, how)
        for row in (row for rows in year.given_back(audience).values() for row in rows):
            assert not [name for name in NOT_FOR_MEMBERS if row.get(name)], (audience, row)


def counted(year: Year, then: Diary) -> dict[str, int]:
    """What came of the year since February, counted in the diary alone; ``then`` is the diary of January."""
    now = year.diary
    facts = {kind: [dict(zip(FACTS[kind], known_as(kind, each, now), strict=True)) for each in some]
             for kind, some in now.facts.items()}  # fmt: skip
    participants = {number for each in facts["activity"] for number in each["participant_org_numbers"]}
    asked = {each["org_number"] for each in facts["interview"]}

    def introduced(*outcomes: str) -> set[str]:
        return {
            each[end]
            for each in facts["introduction"]
            if not outcomes or each["outcome"] in outcomes
            for end in ("org_number", "other_org_number")
        }

    def trading(diary: Diary) -> set[str]:
        return {now.known(number) for each in diary.facts["trade"] for number in each[:2]}

    known = {now.known(number) for number in then.firms} - now.ended
    return {
        "reached": len(asked | participants),
        "interviewed": len({each["org_number"] for each in facts["interview"] if each["outcome"] == "svarade"}),
        "activities": len(facts["activity"]),
        "participants": len(participants),
        "introduced": len(introduced()),
        "pairs": len(facts["introduction"]),
        "quoted": len(introduced("offert", "beställning")),
        "ordered": len(introduced("beställning")),
        "joined": len((known - trading(then)) & trading(now)),
        "supported": len({each["org_number"] for each in facts["support_case"]}),
        "support_sek": sum(each["amount_sek"] for each in facts["support_case"]),
    }


def test_a_year(neo4j_address: str, tmp_path: Path) -> None:
    year = Year(tmp_path / "året", 1, neo4j_address)
    then = Diary()
    for number, month in enumerate(MONTHS, 1):
        with time_machine.travel(date(YEAR, number, 15), tick=True):
            month(year)
            compare(year)
            nobody_else_reads(year)
            if number == 1:
                then = copy.deepcopy(year.diary)
            if number == len(MONTHS):
                told = year.ask("results", "--from", f"{YEAR}-02-01", "--to", f"{YEAR}-12-31", "--json").json
    values = told["told"]["whole"]["values"]
    expected = counted(year, then)
    assert {name: values[name] for name in expected} == expected
    assert len(year.diary.firms) == FIRMS + 3 + 1
    assert all(year.diary.facts[kind] for kind in FACTS)
