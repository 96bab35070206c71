"""Who can help whom, what has been missed, and outlines that tell nobody's words without leave; worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence

from graph.gaps import Standing
from graph.model import Company, Need, Record, SupportActor, SupportCase, SupportOffer, Workplace
from graph.store import Snapshot
from graph.support import Support, cases_of, missed, outlines

TODAY = "2026-11-23"
HOME, AWAY = "1883", "0180"
ACTORS = [SupportActor("a", "Almi"), SupportActor("b", "Bergslagen")]
OFFERS = [
    SupportOffer("a/1", "a", "automation", "Robotlyftet"),
    SupportOffer("a/2", "a", "automation", "Checkar", deadline="2026-12-01"),
    SupportOffer("b/1", "b", "automation", "Stängd utlysning", deadline="2026-11-22"),
    SupportOffer("b/2", "b", "automation", "Bara i Karlskoga", deadline=TODAY, municipalities=(HOME,)),
    SupportOffer("b/3", "b", "climate", "Klimatkliv", municipalities=(HOME,)),
    SupportOffer("c/1", "c", "automation", "Av en aktör som ingen känner"),
]


def region(
    companies: list[Company], needs: list[Need] | None = None, cases: list[SupportCase] | None = None
) -> tuple[Support, list[Need]]:
    kinds: dict[type[Record], Sequence[Record]] = {
        Company: companies,
        Workplace: [Workplace("w/1", "org:w", municipality=HOME)],
        SupportActor: ACTORS,
        SupportOffer: OFFERS,
        SupportCase: cases or [],
    }
    return Support(Snapshot(1, kinds), TODAY), needs or []


def firm(number: int, municipality: str | None = HOME) -> Company:
    return Company(f"org:{number}", municipality=municipality)


def need(number: int, theme: str, words: str = "Behöver", *, may_share: bool | None = None) -> Need:
    return Need(f"org:{number}/{theme}", f"org:{number}", theme, words, may_share=may_share)


def test_offers_of_the_theme_that_are_open_and_for_the_firm_what_closes_first_before_the_rest() -> None:
    support, _ = region([firm(1), firm(2, AWAY), firm(3, None)])
    found = {
        company: [
            (each.offer.key, each.closes_in_days, each.reasons[1]) for each in support.matches(company, ["automation"])
        ]
        for company in ("org:1", "org:2", "org:3", "org:w")
    }  # fmt: skip
    everybody = [("a/2", 8, "for_everybody"), ("a/1", None, "for_everybody")]
    assert found["org:1"] == [("b/2", 0, "for_municipality"), *everybody]
    assert found["org:2"] == everybody
    assert found["org:3"] == [("b/2", 0, "place_unknown"), *everybody]
    assert found["org:w"] == found["org:1"]  # where its workplace is


def test_help_with_certificates_is_for_those_it_names() -> None:
    offer = SupportOffer("a/9", "a", "process_maturity", "Stöd för IATF 16949 och ISO 14001.")
    kinds: dict[type[Record], Sequence[Record]] = {Company: [firm(1)], Workplace: [], SupportCase: []}
    kinds |= {SupportActor: ACTORS, SupportOffer: [offer]}
    support = Support(Snapshot(1, kinds), TODAY)

    def over(asked: str) -> int:
        return len(support.over(Standing("org:1", "b", "r", "certificate", asked, None, "unmet", "ran_out")))

    assert [over(each) for each in ("ISO 14001", "ISO 9001", "EN 9100")] == [1, 1, 0]  # IATF 16949 covers ISO 9001
    assert len(support.matches("org:1", ["process_maturity"])) == 1


def test_who_has_asked_is_told_with_what_came_of_it() -> None:
    cases = [
        SupportCase("1", "org:1", "ALMI", "automation", status="applied", changed_on="2026-01-01"),
        SupportCase("2", "org:1", "Almi", "automation", status="granted", changed_on="2026-05-01"),
        SupportCase("3", "org:1", "Almi", "climate", status="refused", changed_on="2026-06-01"),
    ]
    support, _ = region([firm(1)], cases=cases)
    by_offer = {each.offer.key: each for each in support.matches("org:1", ["automation"])}
    assert by_offer["a/1"].reasons == ("same_theme", "for_everybody", "open", "asked")
    assert by_offer["a/1"].case is cases[1]
    assert by_offer["b/2"].reasons == ("same_theme", "for_municipality", "closes", "not_asked")


def test_missed_support_is_what_fits_and_nobody_has_asked_for() -> None:
    gap = Standing("org:4", "org:9", "r", "capability", "metrology", None, "unmet", "lists_others")
    cases = [SupportCase("1", "org:2", "Någon annan", "automation", status="advised")]
    support, needs = region(
        [firm(1), firm(2), firm(3, AWAY), firm(4, AWAY)],
        [need(1, "climate"), need(1, "automation"), need(2, "automation"), need(3, "climate")],
        cases,
    )
    found = missed(support, needs, [gap])
    assert [(each.company_id, each.theme, len(each.needs), len(each.gaps)) for each in found] == [
        ("org:1", "automation", 1, 0),  # closes today
        ("org:4", "automation", 0, 1),  # closes in eight days
        ("org:1", "climate", 1, 0),  # stays open; the firm away has no offer, and somebody has asked for the second
    ]


def test_what_no_support_fits_is_bundled_with_the_words_of_those_who_agreed() -> None:
    needs = [
        need(1, "skills", "Svetsare", may_share=True),
        need(2, "skills", "Hemligt", may_share=False),
        need(3, "skills", "Ingen har frågat"),
        need(4, "skills", "Svetsare", may_share=True),
        need(1, "site"), need(2, "site"),  # two firms are too few
        need(1, "automation"), need(2, "automation"), need(3, "automation"),  # there is help
    ]  # fmt: skip
    support, needs = region([firm(each) for each in (1, 2, 3, 4)], needs)
    (found,) = outlines(support, needs, [])
    assert (found.theme, found.county, len(found.companies)) == ("skills", "18", 4)
    assert found.words == ("Svetsare",)
    assert found.partners == ()


def test_sensitive_firms_are_in_no_outline_nor_what_they_require() -> None:
    def gap(number: int, buyer: str, asked: str) -> Standing:
        return Standing(f"org:{number}", buyer, "r", "certificate", asked, None, "unmet", "ran_out")

    silent = Company("org:9", municipality=HOME, sensitive=True)
    needs = [need(each, "skills", f"Ord {each}", may_share=True) for each in (1, 2, 3, 9)] + [need(9, "site")]
    needs += [need(1, "site"), need(2, "site")]
    gaps = [gap(each, "org:9", "EN 9100") for each in (1, 2, 3)] + [
        gap(each, "org:4", "ISO 9001") for each in (1, 2, 3)
    ]
    support, _ = region([*(firm(each) for each in (1, 2, 3, 4)), silent])
    found = {each.theme: each for each in outlines(support, needs, gaps)}
    assert {theme: each.companies for theme, each in found.items()} == {
        "process_maturity": ("org:1", "org:2", "org:3"),
        "skills": ("org:1", "org:2", "org:3"),
    }
    assert found["skills"].words == ("Ord 1", "Ord 2", "Ord 3")
    assert found["process_maturity"].standards == (("ISO 9001", 3),)


def test_a_county_of_few_firms_is_told_of_with_the_others_only() -> None:
    needs = [need(each, "skills") for each in (1, 2, 3, 4)]
    support, needs = region([firm(1), firm(2), firm(3), firm(4, AWAY)], needs)
    (found,) = outlines(support, needs, [])
    assert (found.county, len(found.companies)) == (None, 4)


def test_cases_are_counted_and_few_firms_have_no_mean() -> None:
    def case(number: int, before: int, after: int | None, status: str | None = "ended") -> SupportCase:
        key = str(number)
        return SupportCase(
            key, f"org:{number}", "Almi", status=status, amount_sek=100, maturity_before=before, maturity_after=after
        )

    few = cases_of([case(1, 2, 3), case(2, 1, 3), case(3, 4, None, "refused")])
    assert (few.by_status, few.granted_sek, few.judged) == ({"ended": 2, "refused": 1}, 200, 2)
    assert (few.before, few.after) == (None, None)
    enough = cases_of([case(1, 2, 3), case(2, 1, 3), case(3, 3, 5, "granted")])
    assert (enough.granted_sek, enough.before, enough.after) == (300, 2.0, 11 / 3)
    assert cases_of([case(1, 2, 3, None), case(2, 1, 3, "advised")]).by_status == {"advised": 1, "unknown": 1}
