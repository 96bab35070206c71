"""What the invented firms say they can do: offers by branch and size, certificates by size and branch.

Knowledge is uneven on purpose: some firms state nothing, and those that do leave fields blank.
"""

from __future__ import annotations

from random import Random

from ingest.demo.region import TODAY, Firm, Invented, Offer, day
from ingest.demo.tables import Process, covered, processes

SCALE = {"1-9": 0.55, "10-19": 0.8, "20-49": 1.0, "50-99": 1.3, "100-199": 1.6, "200-499": 2.0, "500+": 2.4}
MOST_OFFERS = {"1-9": 4, "10-19": 6, "20-49": 7, "50-99": 9, "100-199": 9, "200-499": 9, "500+": 9}
STATES = {"1-9": 0.76, "10-19": 0.86, "20-49": 0.9}  # larger firms: 0.95
EAGER = {"1-9": 0.9, "10-19": 1.1, "20-49": 1.3}  # larger firms: 1.5
CERTIFIED = {"1-9": 0.28, "10-19": 0.7, "20-49": 1.0, "50-99": 1.2}  # larger firms: 1.4
EXPIRED = 0.05
OLDEST_RUNNING, NEWEST_RUNNING = 75, 1100  # days after the region's today


def state_offers(region: Invented) -> None:
    """Let the firms state offers and certificates."""
    for firm in region.firms:
        if firm.sector.processes and region.rng.random() < STATES.get(firm.size_class, 0.95):
            _state(region.rng, firm)
        _certify(region.rng, firm)


def holds(firm: Firm, standard: str) -> bool:
    """Whether a certificate for the standard, or one that covers it, runs today."""
    today = TODAY.isoformat()
    return any(until >= today and standard in covered()[own] for own, until in firm.certificates.items())


def nice(number: float) -> int:
    """The number as people round it: two digits that count, the last of them 0 or 5."""
    step = 1
    while number / step >= 100:
        step *= 10
    return max(1, int(round(number / step / 5.0) * 5 * step if number >= 10 else round(number)))


def running_until(rng: Random) -> str:
    """A day on which a certificate that holds today will expire."""
    return day(rng.randint(OLDEST_RUNNING, NEWEST_RUNNING))


def make_offer(rng: Random, firm: Firm, process: Process) -> Offer:
    """One offer with limits of the firm's size; fields a firm often leaves out are often None."""
    common = [each for each in firm.sector.materials if each in process.materials]
    pool = common or list(process.materials)
    kept = tuple(pool[: 1 + int(rng.random() * len(pool) * 1.2)])
    scale = SCALE[firm.size_class] * rng.lognormvariate(0.0, 0.25)
    length = nice(rng.uniform(*process.length_mm) * scale)
    weight = nice(rng.uniform(*process.weight_kg) * scale)
    batch = rng.choice((1, 1, 1, 5, 10, 50)) if process.batch_high > 100 else 1
    defence = firm.sector.code in ("defence", "explosives")
    return Offer(
        process=process.code,
        materials=kept if rng.random() < 0.93 else (),
        max_length_mm=length if rng.random() < 0.84 else None,
        max_weight_kg=weight if rng.random() < 0.8 else None,
        tolerance=rng.choice(process.tolerances) if process.tolerances and rng.random() < 0.75 else None,
        batch_min=batch if rng.random() < 0.6 else None,
        batch_max=nice(process.batch_high * scale * rng.uniform(0.3, 1.0)) if rng.random() < 0.55 else None,
        lead_time_days=rng.randint(*process.lead_days) if rng.random() < 0.6 else None,
        free_capacity_percent=rng.choice((5, 10, 10, 15, 20, 25, 30, 40)) if rng.random() < 0.3 else None,
        evidence="verified" if rng.random() < 0.14 else "stated",
        stated_on=day(-int(rng.random() ** 1.6 * 900) - 3),
        audience="MANAGER" if defence else ("MEMBERS" if rng.random() < 0.06 else None),
    )


def _state(rng: Random, firm: Firm) -> None:
    eager = EAGER.get(firm.size_class, 1.5)
    chosen = [code for code, percent in firm.sector.processes if rng.random() * 100 < min(97.0, percent * eager)]
    if not chosen and firm.sector.processes[0][1] > 50:
        chosen = [firm.sector.processes[0][0]]
    for code in chosen[: MOST_OFFERS[firm.size_class]]:
        firm.offers[code] = make_offer(rng, firm, processes()[code])


def _certify(rng: Random, firm: Firm) -> None:
    factor = CERTIFIED.get(firm.size_class, 1.4)
    for standard, percent in firm.sector.certificates:
        if rng.random() * 100 < min(97.0, percent * factor):
            late = rng.random() < EXPIRED
            firm.certificates[standard] = day(-rng.randint(32, 400)) if late else running_until(rng)
