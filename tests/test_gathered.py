"""The gathered picture counts firms, and no group of fewer than three can be told from its tables together."""

from __future__ import annotations

from collections import defaultdict

from graph.gathered import BY, gathered, size_of
from graph.model import Company, Need, Workplace
from graph.store import Snapshot
from graph.suppression import LEAST, TOTAL
from tests.regions import Built, built_region  # noqa: F401 - a fixture
from tests.test_suppression import bounds


def test_firms_are_counted_once_however_often_they_say_it() -> None:
    companies = [Company(f"org:{each}", municipality="1883", sector="industry", employees=5) for each in range(4)]
    needs = [Need(f"{each}/{text}", f"org:{each}", "skills", text) for each in range(3) for text in ("a", "b")]
    needs += [Need("0/c", "org:0", "site"), Need("x", "org:gone", "skills")]
    found = gathered(Snapshot(1, {Company: companies, Need: needs, Workplace: []}))
    assert (found.firms, found.themes, found.left_out) == (3, {"skills": 3}, 1)
    assert found.tables["municipality"].cells["1883", "skills"] == 3
    assert found.tables["branch"].cells["industry", "skills"] == 3
    assert found.tables["size"].cells["1-9", "skills"] == 3


def test_many_answers_of_two_firms_are_no_group_of_three() -> None:
    """Two firms of one place name three themes each: its total would be six, of two firms."""
    companies = [Company(f"org:{each}", municipality="1883" if each < 2 else "1880") for each in range(8)]
    themes = ("skills", "site", "climate")
    needs = [Need(f"{each}/{theme}", f"org:{each}", theme) for each in range(8) for theme in themes]
    shown = gathered(Snapshot(1, {Company: companies, Need: needs, Workplace: []})).tables["municipality"]
    assert all(shown.cells["1883", theme] is None for theme in (*themes, TOTAL))
    assert shown.cells[TOTAL, TOTAL] == 24


def test_what_sensitive_firms_say_is_not_counted() -> None:
    companies = [Company(f"org:{each}", municipality="1883", sensitive=each == 4 or None) for each in range(5)]
    needs = [Need(str(each), f"org:{each}", "skills") for each in (0, 1, 2, 4)]
    needs += [Need(f"{each}/site", f"org:{each}", "site") for each in (0, 1, 4)]
    found = gathered(Snapshot(1, {Company: companies, Need: needs, Workplace: []}))
    assert (found.firms, found.themes, found.left_out) == (3, {"skills": 3}, 1)  # two may tell of the other theme


def test_the_invented_regions_tables_cannot_be_seen_through(built: Built) -> None:
    snapshot = built.snapshot
    found = gathered(snapshot)
    named: dict[str, set[str]] = defaultdict(set)
    silent = {each.company_id for each in snapshot.of(Company) if each.sensitive}
    for need in snapshot.of(Need):
        named[need.theme or ""] |= {need.company_id or ""} - silent
    enough = {theme: len(firms) for theme, firms in named.items() if theme and len(firms) >= LEAST}
    assert dict(found.themes) == enough
    assert list(found.tables) == list(BY)
    for shown in found.tables.values():
        assert [shown.cells[TOTAL, theme] for theme in shown.columns] == [enough[theme] for theme in shown.columns]
        assert all(value is None or value == 0 or value >= LEAST for value in shown.cells.values())
        assert shown.hidden
        assert all(high - low >= 1 and high >= LEAST - 1e-6 for low, high in bounds(shown, {}).values())


def test_a_firms_size_is_its_class_or_follows_from_its_employees() -> None:
    assert size_of(Company("a", size_class="20-49", employees=3)) == "20-49"
    assert [size_of(Company("a", employees=each)) for each in (0, 1, 9, 10, 499, 500)] == [
        "0", "1-9", "1-9", "10-19", "200-499", "500+",
    ]  # fmt: skip
