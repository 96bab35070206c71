"""The network's own year in the invented region: who was asked and answered, needs, requirements, meetings."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from ingest.demo.offers import holds
from ingest.demo.places import distance_km
from ingest.demo.region import Asked, Firm, Helped, Invented, Meeting, Stated, day, workday
from ingest.demo.tables import name_parts, rows, split

# How much of each municipality the network has come round to; the rest of the world it has hardly asked.
COVERAGE = {
    "1883": 0.72, "1862": 0.6, "1880": 0.42, "1881": 0.5, "1861": 0.45, "1885": 0.36, "1884": 0.4, "1860": 0.5,
    "1882": 0.3, "1863": 0.28, "1814": 0.25, "1864": 0.16,
}  # fmt: skip
ASK_OUTSIDE = 0.1
LARGE = ("100-199", "200-499", "500+")
REQUIRED_BY_SECTOR = {
    "defence": ("AQAP 2110", "ISO 9001", "EN 9100", "ISO 27001"),
    "explosives": ("AQAP 2110", "ISO 9001", "ISO 14001"),
    "mining": ("ISO 9001", "ISO 14001", "ISO 3834-2", "ISO 45001"),
    "vehicles": ("IATF 16949", "ISO 9001", "ISO 14001", "ISO 3834-3"),
    "electronics": ("RoHS", "ISO 9001", "IPC-A-610 klass 2"),
}
REQUIRED = ("ISO 9001", "ISO 14001", "ISO 45001", "ISO 9001", "ISO 14001")
SPOKEN = (
    "Klimatdata per artikel från och med nästa avtal.",
    "Leveransprecision 97 % över tolv månader.",
    "Uppförandekod undertecknad.",
    "EDI eller webbportal för order.",
)
LAPSED_SHARE = 0.05
HELPED_SHARE = 0.3
DAYS_OF_HELP = 180
RESULTS = (
    "Certifierade i tid.",
    "Första affären på en ny marknad.",
    "Energin ned med en femtedel.",
    "Två nya operatörer.",
)


def work(region: Invented) -> None:
    """Fill in requirements, interviews, needs, introductions and activities."""
    _require(region)
    _ask(region)
    _state_needs(region)
    _introduce(region)
    _gather(region)
    _help(region)


def _require(region: Invented) -> None:
    """Large buyers ask for standards; some suppliers have let theirs lapse."""
    rng, suppliers = region.rng, region.suppliers()
    for buyer in region.firms:
        chance = 0.95 if buyer.size_class in LARGE else 0.3 if buyer.size_class == "50-99" else 0.0
        if buyer.role or rng.random() >= chance:
            continue
        pool = list(dict.fromkeys(REQUIRED_BY_SECTOR.get(buyer.sector.code, REQUIRED)))
        for standard in pool[: rng.randint(1, len(pool))]:
            later = day(rng.choice((92, 273, 457))) if rng.random() < 0.35 else None
            region.requirements.append(Asked(buyer, standard, None, f"Leverantörer ska ha {standard}.", later))
            for supplier in suppliers.get(buyer.index, ()):
                if supplier.sector.kind == "industry" and not holds(supplier, standard):
                    _lapse(rng, supplier, standard)
        made = [code for code, _ in buyer.sector.processes]
        if made and rng.random() < 0.4:
            text = "Egen mätning med protokoll krävs vid första leverans."
            region.requirements.append(Asked(buyer, None, "metrology", text, None))
        if rng.random() < 0.3:
            region.requirements.append(Asked(buyer, None, None, rng.choice(SPOKEN), day(rng.choice((92, 273)))))


def _lapse(rng: Random, supplier: Firm, standard: str) -> None:
    if rng.random() < LAPSED_SHARE:
        supplier.certificates[standard] = day(-rng.randint(32, 500))


def _ask(region: Invented) -> None:
    rng, askers = region.rng, name_parts()["asker"]
    for firm in region.firms:
        if firm.role == "not_asked":
            continue
        sure = firm.role in ("no_trade_known", "only_through_network")
        if not sure and rng.random() >= COVERAGE.get(firm.place.municipality_code, ASK_OUTSIDE):
            continue
        outcome = "answered" if sure else rng.choices(("answered", "no_answer", "declined"), (76, 18, 6))[0]
        how = rng.choice(("besök", "besök", "telefon", "videomöte", "enkät"))
        asked_on = -rng.randint(20, 800)
        if outcome == "answered" and rng.random() < 0.2:
            earlier = workday(asked_on - rng.randint(14, 200))
            region.interviews.append((firm, earlier, "enkät", "no_answer", rng.choice(askers)))
        region.interviews.append((firm, workday(asked_on), how, outcome, rng.choice(askers)))


def _state_needs(region: Invented) -> None:
    """Those who answered often say what they need; a lapsed certificate is a need of its own."""
    rng, known = region.rng, rows("needs")
    for firm, asked_on, _, outcome, asked_by in region.interviews:
        if outcome != "answered":
            continue
        pool = [each for each in known if each["asked_of"] in ("any", firm.sector.kind)]
        for each in rng.sample(pool, rng.choices((0, 1, 2, 3), (45, 32, 17, 6))[0]):
            priority = rng.randint(1, 3)
            region.needs.append(Stated(firm, each["theme"], each["description"], priority, asked_on, asked_by))
        for standard in firm.certificates:
            if not holds(firm, standard) and rng.random() < 0.5:
                text = f"{standard} har gått ut, behöver hjälp med omcertifiering."
                region.needs.append(Stated(firm, "process_maturity", text, 1, asked_on, asked_by))


def _introduce(region: Invented) -> None:
    rng, askers = region.rng, name_parts()["asker"]
    makers = [firm for firm in region.firms if not firm.role and firm.offers and firm.place.in_county]
    lonely = [firm for firm in region.firms if firm.role == "only_through_network"]
    pairs: dict[tuple[int, int], None] = {}
    for firm in lonely[::2] + rng.sample(makers, min(len(makers), max(4, len(region.firms) // 22))):
        few = [each for each in rng.sample(makers, min(9, len(makers))) if each is not firm]
        other = min(few, key=lambda each: distance_km(firm.place.index, each.place.index))
        pairs[firm.index, other.index] = None
    for one, two in pairs:
        outcome = rng.choices(("open", "met", "quoted", "ordered", "none"), (30, 30, 16, 8, 16))[0]
        if region.firms[one].role and outcome == "ordered":
            outcome = "quoted"
        when = workday(-rng.randint(5, 600))
        region.introductions.append((region.firms[one], region.firms[two], when, outcome, rng.choice(askers)))


def _gather(region: Invented) -> None:
    """Meetings of the network; firms that are to stand alone stay at home, but for those known through it only."""
    rng = region.rng
    lonely = [firm for firm in region.firms if firm.role == "only_through_network"]
    active = [firm for firm in region.firms if not firm.role and firm.place.in_county]
    kinds = [(row["activity_type"], split(row["names"]), split(row["themes"])) for row in rows("activities")]
    count = max(6, min(60, len(region.firms) // 30))
    for number in range(count):
        activity_type, names, themes = kinds[number % len(kinds)]
        host = rng.choice(active)
        crowd = {"meeting": 28, "study_visit": 12, "training": 9, "pilot": 5}[activity_type]
        near = sorted(
            rng.sample(active, min(len(active), crowd * 3)),
            key=lambda firm: distance_km(host.place.index, firm.place.index),
        )
        guests = {firm.index: firm for firm in [host, *near[:crowd]]}
        guests.update((firm.index, firm) for firm in lonely[number::count])
        if number == 0:
            guests.update((firm.index, firm) for firm in lonely)
        held_on = workday(-12 - number * 900 // count)
        chosen = rng.choice(names)
        name = f"{chosen.format(name=host.name)} {held_on[:7]}"
        theme = themes[names.index(chosen)] or None
        region.meetings.append(Meeting(name, activity_type, held_on, tuple(guests.values()), theme))


def _help(region: Invented) -> None:
    """Most let their needs be passed on; some of those that an offer fits have been helped."""
    rng = Random(len(region.needs))  # noqa: S311 - of its own, so that the rest of the region stays as it is
    offers = rows("support")
    for number, need in enumerate(region.needs):
        may_share = rng.choices(("ja", "nej", ""), (66, 10, 24))[0]
        region.needs[number] = replace(need, may_share=may_share)
        fitting = [each for each in offers if each["theme"] == need.theme]
        if may_share != "ja" or not fitting or rng.random() > HELPED_SHARE:
            continue
        offer = rng.choice(fitting)
        status = rng.choices(("advised", "applied", "granted", "refused", "ended"), (30, 22, 24, 8, 16))[0]
        limit = int(offer["amount_sek"] or 0)
        amount = round(limit * rng.uniform(0.4, 1.0), -3) if limit and status != "advised" else None
        before = rng.randint(1, 4)
        after = min(5, before + rng.randint(0, 2)) if status == "ended" else None
        result = rng.choice(RESULTS) if status == "ended" else ""
        since = rng.randint(5, 500)
        changed_on = min(day(-3), workday(-since))
        granted_on = workday(-since - DAYS_OF_HELP) if status == "ended" and amount else None
        region.cases.append(
            Helped(
                need.firm,
                offer["actor"],
                need.theme,
                offer["description"],
                status,
                changed_on,
                None if amount is None else int(amount),
                result,
                granted_on,
                (before, after),
            )
        )
