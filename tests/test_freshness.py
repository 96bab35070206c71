"""Which facts are to be asked about again, and by when."""

from __future__ import annotations

from dataclasses import replace

from graph.freshness import Stale, confirm_by, stale
from graph.model import Certificate, Company, Interview, Introduction, Offer, Region, Workplace
from graph.store import Snapshot
from graph.waiting import waiting

A, B = Company("org:4099000012", "Ek AB"), Company("org:4099000020", "Al AB")
TURNING = Offer(f"{A.key}/turning", A.key, "turning", evidence="stated", stated_on="2024-11-01")
ISO = Certificate(f"{A.key}/ISO 9001", A.key, "ISO 9001", valid_until="2026-12-24")


def region(*records: Offer | Certificate, firm: Company = A) -> Snapshot:
    kinds = (Company, Offer, Certificate, Interview, Introduction, Region, Workplace)
    return Snapshot(1, {kind: [each for each in (firm, B, *records) if type(each) is kind] for kind in kinds})


def test_two_years_after_it_was_told_unless_the_firm_says_otherwise() -> None:
    assert confirm_by(TURNING) == "2026-11-01"
    assert confirm_by(replace(TURNING, confirm_by="2025-01-31")) == "2025-01-31"
    assert confirm_by(replace(TURNING, stated_on=None)) is None
    assert confirm_by(replace(ISO, valid_until=None)) is None


def test_a_leap_day_has_no_day_two_years_on_and_still_counts() -> None:
    assert confirm_by(replace(TURNING, stated_on="2024-02-29")) == "2026-02-28"


def test_what_was_only_concluded_is_not_old() -> None:
    assert confirm_by(replace(TURNING, evidence="inferred", inferred_from=("sni:25530",))) is None


def test_the_longest_overdue_first() -> None:
    found = stale(region(ISO, TURNING), by="2026-12-31")
    assert found == [
        Stale(A.key, "Offer", "turning", "2026-11-01", "2024-11-01"),
        Stale(A.key, "Certificate", "ISO 9001", "2026-12-24", None),
    ]
    assert [each.item for each in stale(region(ISO, TURNING), by="2026-11-01")] == ["turning"]
    assert stale(region(ISO, TURNING), by="2026-10-31") == []


def test_a_firm_that_is_struck_off_is_asked_nothing() -> None:
    assert stale(region(ISO, TURNING, firm=replace(A, ended_on="2025-01-01")), by="2030-01-01") == []


def test_it_waits_for_the_manager() -> None:
    (found,) = (each for each in waiting(region(TURNING), "2026-11-02") if each.code == "offers_stale")
    assert (found.company_ids, found.dates) == ((A.key,), {A.key: "2026-11-01"})
    assert all(each.code != "offers_stale" for each in waiting(region(TURNING), "2026-10-31"))
