"""Logging in, as a person meets it: through a real OIDC server and a real Chromium, and page by page without them.

What a token must say, and what a role is, is tested in test_access.py.
"""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import oidc_provider_mock  # type: ignore[import-untyped]
import pytest
from streamlit import config
from streamlit.runtime.secrets import secrets_singleton
from streamlit.testing.v1 import AppTest

from graph.access import Access, grant, log_out_everywhere, revoke
from graph.audience import Viewer
from graph.errors import NarverkError
from graph.ledger import today
from graph.model import Company, Level
from graph.store import open_store
from tests.test_app import bodies, invent_region, invented_region, run, said, start, use_data
from tests.test_browser import UNDRAWN, keep, real_chromium, served
from texts import LANGUAGES, load
from views import who
from views.who import check_setup, is_passed_on, providers

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["invented_region", "real_chromium"]  # fixtures

MANAGER = Viewer(Level.MANAGER)
CHIEF, ANNA, BO, EVA = (f"{name}@verkstan.example" for name in ("chef", "anna", "bo", "eva"))
SECTION = {
    "redirect_uri": "http://127.0.0.1:{port}/oauth2callback",
    "cookie_secret": "x" * 40,
    "client_id": "narverk",
    "client_secret": "hemligt",
    "server_metadata_url": "https://login.example/.well-known/openid-configuration",
}
PATIENCE_MS = 20_000
SV = load("sv")


# -- page by page ----------------------------------------------------------------------------------------------------

Open = Callable[..., AppTest]


@pytest.fixture(name="opened")
def opening(demo_data: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a page as whoever the claims tell of, in an app that is set up for logging in."""
    use_data(monkeypatch, demo_data)
    monkeypatch.setenv("NARVERK_MANAGER", CHIEF)
    monkeypatch.setattr(who, "log_in_section", lambda: SECTION)

    def opened(email: str = "", page: str = "start", language: str = "sv", **claims: object) -> AppTest:
        now = int(time.time())
        token = {
            "email": email,
            "email_verified": True,
            "name": "Anna Berg",
            "iat": now - 5,
            "exp": now + 600,
            **claims,
        }
        monkeypatch.setattr(who, "log_in_claims", lambda: token if email else {})
        return start(language, page=page)

    return opened


def give(data: Path, email: str, role: str, company_id: str | None = None) -> None:
    with closing(open_store(f"sqlite:{data / 'demo.sqlite'}")) as store:
        grant(store, MANAGER, Access(email, role, company_id), today=today())


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_has_not_logged_in_is_shown_the_door(opened: Open, language: str) -> None:
    app = opened(language=language)
    sentences = load(language)
    assert sentences("log_in.asked") in said(app, "headline")
    assert [each.label for each in app.button] == [sentences("log_in.in")]
    assert sentences("app.invented") not in "".join(bodies(app))


@pytest.mark.parametrize("page", ["find", "company", "network", "about", "access"])
def test_no_page_opens_by_its_address(opened: Open, page: str) -> None:
    for email in ("", EVA):
        app = opened(email, page=page)
        assert not app.get("text_input")
        assert not app.get("bidi_component")[1:]  # the language of the page is all that is told
        assert {each.key for each in app.button} <= {"log_in_door_default", "door_out"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({}, "unknown"),
        ({"email_verified": False}, "unverified"),
        ({"email_verified": None}, "unverified"),
        ({"exp": 1}, "expired"),
    ],
)
def test_the_door_says_why(opened: Open, claims: dict[str, object], why: str, language: str) -> None:
    app = opened(EVA, language=language, **claims)
    assert load(language)(f"log_in.why.{why}") in html.unescape(said(app, "warning"))


@pytest.mark.parametrize(("role", "level"), [("MANAGER", "MANAGER"), ("MEMBERS", "MEMBERS"), ("PUBLIC", "PUBLIC")])
def test_each_role_sees_what_it_may(opened: Open, demo_data: Path, role: str, level: str) -> None:
    give(demo_data, ANNA, role)
    app = opened(ANNA, page="find")
    assert SV(f"status.level.{level}") in said(app, "status")
    assert SV("log_in.this_machine") not in "".join(bodies(app))


def test_a_page_of_the_manager_is_closed_to_others(opened: Open, demo_data: Path) -> None:
    give(demo_data, ANNA, "MEMBERS")
    app = opened(ANNA, page="access")
    assert SV("status.level.MANAGER") in said(app, "warning")
    assert CHIEF not in "".join(bodies(app))


def test_unknown_people_see_what_everybody_may_where_it_is_so_settled(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NARVERK_UNKNOWN", "public")
    for email in ("", EVA):
        app = opened(email, page="find")
        assert SV("status.level.PUBLIC") in said(app, "status")
        assert "log_in_header_default" in {each.key for each in app.button}


def test_a_role_taken_away_is_gone_at_the_next_run(opened: Open, demo_data: Path) -> None:
    give(demo_data, ANNA, "MANAGER")
    app = opened(ANNA, page="network")
    assert not said(app, "warning")
    give(demo_data, ANNA, "MEMBERS")
    run(app)
    assert SV("status.level.MANAGER") in said(app, "warning")
    with closing(open_store(f"sqlite:{demo_data / 'demo.sqlite'}")) as store:
        revoke(store, MANAGER, ANNA, today=today())
    run(app)
    assert SV("log_in.why.revoked") in said(app, "warning")
    assert not app.get("bidi_component")[1:]


def test_a_log_in_that_stands_unused_ends(opened: Open, demo_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    give(demo_data, BO, "MEMBERS")
    app = opened(BO, page="find")
    later = time.monotonic() + 8 * 3600 + 1
    monkeypatch.setattr("views.who.time.monotonic", lambda: later)
    run(app)
    assert SV("log_in.why.ended") in said(app, "warning")
    run(app)
    assert SV("log_in.why.ended") in said(app, "warning")


def test_no_more_get_in_than_there_is_room_for(opened: Open, demo_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from views import log_in

    give(demo_data, ANNA, "MEMBERS")
    monkeypatch.setenv("NARVERK_MOST_SESSIONS", "1")
    monkeypatch.setattr(log_in, "runtime", SimpleNamespace(exists=lambda: True, get_instance=Everybody))
    monkeypatch.setattr(log_in, "_sessions", {"somebody else"})
    assert SV("log_in.full") in said(opened(ANNA), "headline")
    assert SV("log_in.full") not in said(opened(CHIEF), "headline")
    monkeypatch.setenv("NARVERK_MOST_SESSIONS", "9")
    assert SV("log_in.full") not in said(opened(ANNA), "headline")


class Everybody:
    """A runtime in which every session goes on."""

    def is_active_session(self, session_id: str) -> bool:
        return bool(session_id)


# -- how it is set up ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"cookie_secret": None}, "log_in_incomplete"),
        ({"client_id": ""}, "log_in_incomplete"),
        ({"redirect_uri": None}, "log_in_incomplete"),
        ({"cookie_secret": "kort"}, "cookie_secret_short"),
        ({"redirect_uri": "http://narverk.example/oauth2callback"}, "bad_redirect_uri"),
        ({"redirect_uri": "https://narverk.example/"}, "bad_redirect_uri"),
        ({"entra": {"client_id": "a"}}, "log_in_incomplete"),
    ],
)
def test_what_is_not_set_up_is_told_at_the_start(
    opened: Open, monkeypatch: pytest.MonkeyPatch, changed: Mapping[str, Any], code: str
) -> None:
    section = {name: value for name, value in {**SECTION, **changed}.items() if value is not None}
    with pytest.raises(NarverkError, match=code):
        check_setup(section)
    monkeypatch.setattr(who, "log_in_section", lambda: section)
    app = opened(CHIEF)
    assert SV("log_in.closed") in said(app, "headline")
    assert "[auth]" in said(app, "warning")
    assert not app.button


def test_an_address_anybody_can_write_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARVERK_TRUST_EMAIL", "1")
    entra = "https://login.microsoftonline.com/{}/v2.0/.well-known/openid-configuration"
    check_setup({**SECTION, "server_metadata_url": entra.format("11111111-2222-3333-4444-555555555555")})
    for tenant in ("common", "organizations", "consumers"):
        with pytest.raises(NarverkError, match="email_of_any_tenant"):
            check_setup({**SECTION, "server_metadata_url": entra.format(tenant)})


def test_providers_by_their_names() -> None:
    keys = {name: SECTION[name] for name in ("client_id", "client_secret", "server_metadata_url")}
    common = {name: SECTION[name] for name in ("redirect_uri", "cookie_secret")}
    assert providers(SECTION) == ["default"]
    assert providers({**common, "google": keys, "entra": keys}) == ["google", "entra"]
    assert providers({**SECTION, "client_kwargs": {"prompt": "login"}}) == ["default"]
    check_setup({**common, "google": keys})


def test_secrets_that_cannot_be_read_let_nobody_in(
    demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_data(monkeypatch, demo_data)
    (tmp_path / "secrets.toml").write_text("[auth\nhemligt = ", encoding="utf-8")
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(tmp_path / "secrets.toml")])
    secrets_singleton._reset()
    try:
        app = start(page="find")
        assert "secrets.toml" in said(app, "warning")
        assert not app.text_input
        assert "hemligt" not in "".join(bodies(app))
    finally:
        config.set_option("secrets.files", before)
        secrets_singleton._reset()


# -- without a log-in ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Host": "localhost:8501"}, False),
        ({"Host": "127.0.0.1:8501"}, False),
        ({"Host": "[::1]:8501"}, False),
        ({"Host": "127.0.0.1"}, False),
        ({"Host": "narverk.example"}, True),
        ({"Host": "localhost.evil.example"}, True),
        ({"Host": "192.0.2.7:8501"}, True),
        ({"Host": ""}, True),
        ({"Host": "[::1"}, True),
        ({"User-Agent": "x"}, True),
        ({}, False),
        *(
            ({"host": "localhost", name: "192.0.2.7"}, True)
            for name in ("Forwarded", "X-Forwarded-For", "x-forwarded-host", "X-FORWARDED-PROTO", "X-Real-IP", "Via",
                         "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "X-Original-URL", "X-Envoy-Internal")
        ),
    ],
)  # fmt: skip
def test_what_came_through_something_else(headers: dict[str, str], expected: bool) -> None:
    assert is_passed_on(headers.items()) is expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_this_machine_alone_it_says_so(demo_data: Path, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    use_data(monkeypatch, demo_data)
    app = start(language)
    assert load(language)("log_in.this_machine") in "".join(bodies(app))
    monkeypatch.setenv("NARVERK_AUDIENCE", "MEMBERS")
    assert load(language)("log_in.this_machine") not in "".join(bodies(start(language)))


# -- through a real server -------------------------------------------------------------------------------------------

old_fashioned = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the server's own, in its thread


@pytest.fixture(scope="module", name="provider")
def real_oidc_server() -> Iterator[str]:
    with oidc_provider_mock.run_server_in_thread() as server:
        address = f"http://127.0.0.1:{server.server_port}"
        for email in (CHIEF, ANNA, BO, EVA):
            claims = {"email": email, "email_verified": True, "name": email.partition("@")[0].capitalize()}
            httpx.put(f"{address}/users/{quote(email)}", json=claims).raise_for_status()
        yield address


@pytest.fixture(scope="module", name="address")
def app_with_log_in(tmp_path_factory: pytest.TempPathFactory, provider: str) -> Iterator[tuple[str, Path]]:
    """The app as it is served to people who log in, and its data folder."""
    folder = invent_region(tmp_path_factory.mktemp("served"))
    section = {**SECTION, "server_metadata_url": f"{provider}/.well-known/openid-configuration"}
    lines = ["[auth]", *(f'{name} = "{value}"' for name, value in section.items())]
    (folder / "secrets.toml").write_text("\n".join(lines), encoding="utf-8")
    more = {"STREAMLIT_SECRETS_FILES": str(folder / "secrets.toml"), "NARVERK_MANAGER": CHIEF}
    with served(folder, more) as address:
        yield address, folder


@contextmanager
def visit(browser: Browser, address: str, **more: Any) -> Iterator[Page]:
    """A person's own browser, at the app."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, **more)
    page = context.new_page()
    page.add_init_script(UNDRAWN)
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/find")
    yield page
    context.close()


def log_in_as(page: Page, email: str) -> None:
    page.get_by_role("button", name=SV("log_in.in"), exact=True).click()
    page.get_by_placeholder("sub").fill(email)
    page.get_by_role("button", name="Authorize").click()
    page.locator(".nv-headline").first.wait_for()


def level_seen(page: Page) -> str:
    """For whom the page of the search says that it is shown."""
    page.locator("[data-testid=stTopNavLink]").get_by_text(SV("page.find"), exact=True).click()
    return page.locator(".nv-status").first.inner_text()


@old_fashioned
def test_people_log_in_and_see_what_is_theirs(browser: Browser, address: tuple[str, Path]) -> None:
    app, folder = address
    with closing(open_store(f"sqlite:{folder / 'demo.sqlite'}")) as store:
        firm = min(
            each.company_id for each in store.snapshot(Company).of(Company) if each.company_id.startswith("org:")
        )
    give(folder, ANNA, "MEMBERS")
    give(folder, BO, "COMPANY", firm)
    for email, level in ((CHIEF, "MANAGER"), (ANNA, "MEMBERS"), (BO, "MEMBERS")):
        with visit(browser, app) as page:
            page.get_by_text(SV("log_in.asked")).wait_for()
            log_in_as(page, email)
            assert SV(f"status.level.{level}") in level_seen(page), email
            if email == CHIEF:
                page.get_by_role("button", name="Chef").click()
                page.get_by_role("button", name=SV("log_in.out")).wait_for()
                keep(page, "log_in_menu")
    with visit(browser, app) as page:
        log_in_as(page, EVA)
        page.get_by_text(SV("log_in.why.unknown")).wait_for()
        assert page.locator(".nv-status").count() == 0
        keep(page, "log_in_unknown")


@old_fashioned
def test_a_role_changes_under_an_open_page_and_an_old_cookie_opens_nothing(
    browser: Browser, address: tuple[str, Path]
) -> None:
    app, folder = address
    give(folder, ANNA, "MEMBERS")
    with visit(browser, app) as page:
        log_in_as(page, ANNA)
        assert SV("status.level.MEMBERS") in level_seen(page)
        give(folder, ANNA, "PUBLIC")
        page.locator("input[aria-label='Nära']").fill("Kumla")
        page.locator("input[aria-label='Nära']").press("Enter")
        page.locator(".nv-status").get_by_text(SV("status.level.PUBLIC")).wait_for()
        cookies = page.context.cookies()
        page.get_by_role("button", name="Anna").click()
        page.get_by_role("button", name=SV("log_in.out")).click()
        page.get_by_role("button", name="Sign out").or_(page.get_by_role("button").first).wait_for()
    with visit(browser, app) as page:
        page.context.add_cookies(cookies)  # type: ignore[arg-type]  # somebody has kept them
        page.reload()
        page.get_by_text(SV("log_in.why.ended")).wait_for()
        page.context.clear_cookies()
        page.reload()
        log_in_as(page, ANNA)
        assert SV("status.level.PUBLIC") in level_seen(page)
        with closing(open_store(f"sqlite:{folder / 'demo.sqlite'}")) as store:
            log_out_everywhere(store, MANAGER, ANNA, datetime.now(tz=UTC))
        page.reload()
        page.get_by_text(SV("log_in.why.ended")).wait_for()


def test_a_request_that_something_passes_on_gets_nothing(browser: Browser, demo_data: Path) -> None:
    with served(demo_data) as app:
        with visit(browser, app, extra_http_headers={"X-Forwarded-For": "192.0.2.7"}) as page:
            page.get_by_text(SV("log_in.closed")).wait_for()
            assert page.locator(".nv-status").count() == 0
            keep(page, "log_in_forwarded")
        with visit(browser, app) as page:
            page.get_by_text(SV("log_in.this_machine")).wait_for()
