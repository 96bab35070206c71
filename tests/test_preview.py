"""Looking as somebody else does: the same pages as that person gets, nothing more for anybody, and nothing written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import PAGES, RESULT_OF
from graph.audience import RESULT_AUDIENCE, Viewer, view
from graph.errors import NotAllowed
from graph.model import Company, Contact, Level, Offer
from graph.preview import READ, reaches, read_only
from graph.store import Store
from tests.test_app import ROOT, bodies, invented_region, opened_region, run, said
from tests.test_company_page import do, submit
from texts import LANGUAGES, load
from views import common
from views.who import Who

__all__ = ["invented_region", "opened_region"]  # fixtures
PUBLIC, MEMBERS, MANAGER = (Viewer(level) for level in Level)
OF_A, OF_B = Viewer(Level.MEMBERS, "org:1"), Viewer(Level.MEMBERS, "org:2")
OF_FIRM = "of the firm"
OTHERS = {"everybody": PUBLIC, "members": MEMBERS, OF_FIRM: None}
OWN = ("preview_row", "preview_offer")
MADE_ANEW = re.compile(r'deferred_file_id: "\w+"')
SEEN = [
    (page, other)
    for page, other in product(PAGES, OTHERS)
    if other == OF_FIRM or RESULT_AUDIENCE[RESULT_OF[page]] == Level.PUBLIC
]
"""Every page as a firm's own people, who see most of those below the manager; what is open as the others too."""
SV = load("sv")


@pytest.fixture
def firm(region: Store) -> str:
    """A firm that members see and of which the manager knows more."""
    snapshot = region.snapshot(Offer, Contact)
    known = set.intersection(*({each.company_id for each in snapshot.of(kind)} for kind in (Offer, Contact)))  # type: ignore[attr-defined]
    seen = {each.company_id for each in view(region, MEMBERS).of(Company)}
    return str(min(each for each in known & seen if each and each.startswith("org:")))


@pytest.fixture(name="as_whom")
def looking_as(monkeypatch: pytest.MonkeyPatch) -> Callable[[Viewer], None]:
    """Sets who really looks."""
    return lambda viewer: monkeypatch.setattr(common, "look", lambda *_: Who("given", viewer))


def opened(page: str, language: str, firm: str, preview: Viewer | None = None) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py")).switch_page(f"views/{page}.py")
    app.query_params["lang"] = language
    if page == "company":
        app.query_params["firm"] = firm.removeprefix("org:")
    if preview is not None:
        app.session_state["preview_as"] = preview
    return run(app)


def tree(app: AppTest) -> list[Any]:
    """All that is drawn, with what each element was given; what tells of looking as another is left out."""
    return [drawn for block in (app.main, app.sidebar) for drawn in _drawn(block)]


def _drawn(block: Any) -> Iterator[Any]:
    for each in block.children.values():
        if hasattr(each, "children"):
            if not set(OWN) & {getattr(each.proto, "id", "").rpartition("-")[2], _key(each)}:
                yield (each.type, _key(each))
                yield from _drawn(each)
        elif "preview" not in (text := str(each.proto)):
            yield (each.type, MADE_ANEW.sub("", text))


def _key(block: Any) -> str:
    return str(getattr(block.proto, "id", ""))


# -- the same as that person gets ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("page", "other"), SEEN)
def test_a_page_is_as_that_person_gets_it_but_for_the_banner(
    region: Store, firm: str, as_whom: Callable[[Viewer], None], page: str, other: str
) -> None:
    seen = OTHERS[other] or Viewer(Level.MEMBERS, firm)
    as_whom(MANAGER)
    previewed = opened(page, "sv", firm, seen)
    as_whom(seen)
    real = opened(page, "sv", firm)
    assert SV("preview.back") in {each.label for each in previewed.button}
    assert SV("preview.back") not in {each.label for each in real.button}
    assert tree(previewed) == tree(real)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_banner_says_whose_eyes_they_are_and_leads_back(
    region: Store, firm: str, as_whom: Callable[[Viewer], None], language: str
) -> None:
    texts = load(language)
    as_whom(MANAGER)
    app = opened("about", language, firm)
    app.button(key="preview_PUBLIC").click()
    run(app)
    assert texts("preview.as.PUBLIC") in said(app, "preview")
    assert texts("start.intro") in "".join(bodies(app))
    app.button(key="preview_back").click()
    run(app)
    assert not said(app, "preview")
    assert texts("start.intro") not in "".join(bodies(app))


def test_from_a_firms_page_it_is_seen_as_the_firm_does(
    region: Store, firm: str, as_whom: Callable[[Viewer], None]
) -> None:
    as_whom(MANAGER)
    app = opened("company", "sv", firm)
    app.button(key="preview_this_firm").click()
    run(app)
    (found,) = region.matching(Company, "company_id", [firm])
    name = (found.name or "").replace("&", "&amp;")
    assert name in said(app, "preview")
    assert name in said(app, "headline")
    app.button(key="preview_back").click()
    run(app)
    assert name in said(app, "headline")
    assert not said(app, "preview")


def test_what_the_session_held_is_let_go_of(region: Store, firm: str, as_whom: Callable[[Viewer], None]) -> None:
    as_whom(MANAGER)
    app = opened("start", "sv", firm)
    app.session_state["imports_answer"] = "worked out for the manager"
    app.button(key="preview_MEMBERS").click()
    run(app)
    assert "imports_answer" not in app.session_state


def test_a_firm_is_chosen_by_its_name(region: Store, firm: str, as_whom: Callable[[Viewer], None]) -> None:
    as_whom(MANAGER)
    app = opened("start", "sv", firm)
    app.button(key="preview_firm_asked").click()
    run(app)
    assert app.button(key="preview_go").disabled
    app.selectbox(key="preview_firm").set_value(firm)
    run(app)
    app.button(key="preview_go").click()
    run(app)
    (found,) = region.matching(Company, "company_id", [firm])
    assert (found.name or "").replace("&", "&amp;") in said(app, "preview")


# -- never more ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("viewer", "other", "may"),
    [
        *((MANAGER, other, True) for other in (PUBLIC, MEMBERS, OF_A)),
        *((MEMBERS, other, other is PUBLIC) for other in (PUBLIC, MANAGER, OF_A)),
        *((OF_A, other, other in (PUBLIC, MEMBERS)) for other in (PUBLIC, MEMBERS, MANAGER, OF_B)),
        *((PUBLIC, other, False) for other in (MEMBERS, MANAGER, OF_A)),
    ],
)  # fmt: skip
def test_only_who_sees_no_more_can_be_looked_as(viewer: Viewer, other: Viewer, may: bool) -> None:
    assert reaches(viewer, other) is may


@pytest.mark.parametrize("mine", [PUBLIC, MEMBERS, OF_B], ids=["everybody", "members", "another firm"])
def test_what_the_session_claims_never_opens_more(
    region: Store, firm: str, as_whom: Callable[[Viewer], None], mine: Viewer
) -> None:
    as_whom(mine)
    real = tree(opened("about", "sv", firm))
    for wanted in (MANAGER, Viewer(Level.MEMBERS, firm)):
        assert tree(opened("about", "sv", firm, wanted)) == real
        changes = opened("changes", "sv", firm, wanted)
        assert SV("error.not_allowed", needs=SV("status.level.MANAGER")) in said(changes, "warning")


def test_a_role_lost_meanwhile_ends_it(region: Store, firm: str, as_whom: Callable[[Viewer], None]) -> None:
    as_whom(MANAGER)
    own = Viewer(Level.MEMBERS, firm)
    app = opened("company", "sv", firm, own)
    assert SV("consent.title") in "".join(bodies(app))
    as_whom(MEMBERS)
    run(app)
    assert SV("consent.title") not in "".join(bodies(app))


def test_members_are_offered_to_see_what_everybody_does_and_nobody_less(
    region: Store, firm: str, as_whom: Callable[[Viewer], None]
) -> None:
    offered = {}
    for viewer in (MANAGER, MEMBERS, Viewer(Level.MEMBERS, firm), PUBLIC):
        as_whom(viewer)
        app = opened("about", "sv", firm)
        offered[viewer] = {each.key for each in app.button if str(each.key).startswith("preview_")}
    assert offered == {
        MANAGER: {"preview_MEMBERS", "preview_PUBLIC", "preview_firm_asked"},
        MEMBERS: {"preview_PUBLIC"},
        Viewer(Level.MEMBERS, firm): {"preview_MEMBERS", "preview_PUBLIC"},
        PUBLIC: set(),
    }


# -- nothing is written ------------------------------------------------------------------------------------------------


def notes_of(region: Store) -> dict[str, str]:
    """All that the store remembers, but for what links are made with, which the first link settles."""
    return {name: value for name, value in region.notes("").items() if name != common.LINK_KEY}


def test_nothing_is_saved_while_looking_as_another(region: Store, firm: str, as_whom: Callable[[Viewer], None]) -> None:
    as_whom(MANAGER)
    before, notes = region.revision(), notes_of(region)
    app = do(opened("company", "sv", firm, Viewer(Level.MEMBERS, firm)), "add", "holds")
    app.selectbox(key="edit_standard_1").set_value("AQAP 2110")
    submit(app)
    assert SV("error.previewing") in "".join(bodies(app))
    assert region.revision() == before
    assert notes_of(region) == notes


def test_what_writes_by_another_way_is_refused_too(region: Store, firm: str, as_whom: Callable[[Viewer], None]) -> None:
    def press_all() -> None:
        import streamlit as st

        from graph.access import Access, grant
        from graph.errors import NotAllowed
        from views import common

        st.session_state["preview_as"] = st.session_state["wanted"]
        new = Access("kim@a.example", "MEMBERS")
        refused = st.session_state["refused"] = []
        for name in ("access", "a region of one's own", "an erasure", "a note"):
            try:
                if name == "access":
                    grant(common.home_store(), common.viewer(), new, today=common.today())
                elif name == "a region of one's own":
                    common.start_own()
                elif name == "an erasure":
                    common.refuse_in_preview()
                else:
                    common.store().remember("x", "y")
            except NotAllowed:
                refused.append(name)

    as_whom(MANAGER)
    app = AppTest.from_function(press_all)
    app.session_state["wanted"] = MEMBERS
    run(app)
    assert app.session_state["refused"] == ["access", "a region of one's own", "an erasure", "a note"]
    assert not region.notes("access:")


def test_every_way_to_write_is_closed(region: Store) -> None:
    protocol = {name for name in vars(Store) if not name.startswith("_") and callable(getattr(Store, name))}
    narrow = read_only(region)
    writes = protocol - READ
    assert {"write", "remember", "settle", "scrub", "keep_copy", "restructure", "mark_schema"} <= writes
    for name in writes:
        with pytest.raises(NotAllowed, match="previewing"):
            getattr(narrow, name)()
    assert narrow.revision() == region.revision()
    assert narrow.counts() == region.counts()
