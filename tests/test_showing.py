"""The page on which a show is put together, and the window of its own that it is shown in."""

from __future__ import annotations

import asyncio
import html
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from starlette.requests import Request
from streamlit.testing.v1 import AppTest

from graph.audience import Viewer
from graph.model import Level
from graph.show import KINDS, OWN, Show, Step, keep_show, shows
from graph.store import open_store
from tests.test_app import bodies, run, said, start, use_data
from tests.test_browser import keep, real_chromium, served
from tests.test_show import lived
from texts import LANGUAGES, load
from views import lent

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["lived", "real_chromium"]  # fixtures

MANAGER = Viewer(Level.MANAGER)
Visit = Callable[..., AppTest]


@pytest.fixture(name="visit")
def visiting(lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Opens the page on a copy of the region: ``visit(language)``."""
    for file in lived.glob("demo.*"):
        shutil.copy(file, tmp_path / file.name)
    use_data(monkeypatch, tmp_path)
    return lambda language="sv": start(language, "show")


def kept(folder: Path) -> list[Show]:
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}")
    found = shows(store, MANAGER)
    store.close()
    return found


def click(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return run(app)


def steps(app: AppTest) -> list[tuple[str, bool]]:
    return [(each.label, each.value) for each in app.checkbox]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_show_has_every_step(visit: Visit, language: str) -> None:
    texts = load(language)
    app = visit(language)
    assert steps(app) == [(texts(f"show.step.{each}"), True) for each in KINDS]
    assert texts("status.level.MEMBERS") in html.unescape(said(app, "note"))
    assert texts("show.left_out", steps="")[:12] not in html.unescape("".join(bodies(app)))
    assert {f"show_{each}" for each in ("html", "zip", "pdf")} <= {each.key for each in app.get("download_button")}


def test_steps_are_left_out_moved_and_given_words_and_kept(visit: Visit, tmp_path: Path) -> None:
    texts = load("sv")
    app = visit()
    before = said(app, "headline")
    app.checkbox[1].uncheck()
    run(app)
    assert said(app, "headline") != before
    click(app, "show_down_0")
    assert [label for label, _ in steps(app)][:2] == [texts("show.step.who"), texts("show.step.glance")]
    click(app, "show_words_1")
    app.text_input(key="show_title_1").set_value("Det är vi")
    app.text_area(key="show_notes_1").set_value("Le.\nVänta.")
    click(app, "show_use")
    click(app, "show_add")
    last = len(KINDS)
    app.text_input(key=f"show_title_{last}").set_value("Fika")
    app.text_area(key=f"show_lines_{last}").set_value("Bullar\n\n te ")
    click(app, "show_use")
    assert steps(app)[-1] == ("Fika", True)
    assert kept(tmp_path) == []
    click(app, "show_keep")
    (show,) = kept(tmp_path)
    assert show.steps[:2] == (Step("who", is_shown=False), Step("glance", title="Det är vi", notes="Le.\nVänta."))
    assert show.steps[-1] == Step(OWN, title="Fika", lines=("Bullar", "te"))
    assert app.button(key="show_keep").disabled
    again = visit()
    assert steps(again)[1] == ("Det är vi", True)
    click(again, f"show_words_{last}")
    click(again, "show_remove")
    assert len(steps(again)) == len(KINDS)
    click(again, "show_drop")
    assert kept(tmp_path) == []


def test_who_sees_it_is_chosen(visit: Visit, tmp_path: Path) -> None:
    texts = load("sv")
    app = visit()
    app.radio[0].set_value(Level.PUBLIC)
    run(app)
    assert texts("show.what", level=texts("status.level.PUBLIC")) in html.unescape(said(app, "note"))
    app.text_input[0].set_value("Öppet hus & kaffe")
    run(app)
    click(app, "show_keep")
    (show,) = kept(tmp_path)
    assert (show.name, show.level) == ("Öppet hus & kaffe", Level.PUBLIC)


def test_the_second_to_keep_it_is_told(visit: Visit, tmp_path: Path) -> None:
    app = visit()
    click(app, "show_keep")
    (show,) = kept(tmp_path)
    store = open_store(f"sqlite:{tmp_path / 'demo.sqlite'}")
    keep_show(store, MANAGER, show)
    store.close()
    app.checkbox[0].uncheck()
    run(app)
    click(app, "show_keep")
    assert load("sv")("error.show_moved") in html.unescape("".join(bodies(app)))


def test_an_empty_region_has_nothing_to_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, tmp_path)
    open_store(f"sqlite:{tmp_path / 'region.sqlite'}").close()
    assert load("sv")("show.nothing") in said(start("sv", "show"), "headline")


# -- the window ------------------------------------------------------------------------------------------------------


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Lends a page as whoever has the cookie: ``window(cookie)`` gives its address."""
    monkeypatch.setattr(lent, "_pages", type(lent._pages)())

    def lend(cookie: str = "", page: bytes = b"<p>Hej") -> str:
        monkeypatch.setattr(lent, "_here", lambda: {lent.LOG_IN: cookie} if cookie else {})
        return lent.lend(page)

    return lend


def ask(address: str, cookie: str = "") -> tuple[int, str]:
    headers = [(b"cookie", cookie.encode())] if cookie else []
    name = address.removeprefix("/own-window/")
    request = Request({"type": "http", "method": "GET", "headers": headers, "path_params": {"name": name}})
    answer = asyncio.run(lent.show(request))
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, bytes(answer.body).decode()


def test_a_page_opens_where_it_was_made_alone(window: Callable[..., str]) -> None:
    local, hers = window(), window("anna")
    assert local != hers
    assert window() == local
    assert ask(local) == (200, "<p>Hej")
    assert ask(hers, f"{lent.LOG_IN}=anna") == (200, "<p>Hej")
    for address, cookie in ((hers, ""), (hers, f"{lent.LOG_IN}=bo"), (local, f"{lent.LOG_IN}=bo"), (local[:-1], "")):
        assert ask(address, cookie) == (404, "Not found\n")


def test_a_page_is_not_there_for_ever(window: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    first = window()
    many = [window(page=str(each).encode()) for each in range(lent.MOST_KEPT)]
    assert ask(first)[0] == 404
    assert ask(many[-1])[0] == 200
    monkeypatch.setattr(lent, "KEPT_S", -1.0)
    assert ask(window(page=b"late"))[0] == 404


def test_in_a_browser_it_is_shown_and_stays_without_a_network(lived: Path, tmp_path: Path, browser: Browser) -> None:
    for file in lived.glob("demo.*"):
        shutil.copy(file, tmp_path / file.name)
    with served(tmp_path) as address:
        context = browser.new_context(viewport={"width": 1280, "height": 720})
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{address}/show")
        frame = page.frame_locator("iframe")
        frame.get_by_role("button").first.wait_for()
        with context.expect_page() as opened:
            page.get_by_role("link", name=load("sv")("show.open")).click()
        own = opened.value
        own.on("pageerror", lambda error: wrong.append(str(error)))
        own.get_by_role("button").first.wait_for()
        context.set_offline(True)
        own.keyboard.press("ArrowRight")
        own.wait_for_function("() => location.hash === '#2'")
        keep(own, "show_in_its_own_window")
        assert wrong == []
        context.close()
