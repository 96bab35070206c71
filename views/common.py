"""What every page shares: the language, who looks, the region as that person gets it, and how text is shown.

Text from data is shown as text: :func:`say` escapes it for HTML, :func:`plain` for the labels that Streamlit reads as
Markdown. Nothing of a region is kept by the session; the region is cached by (store, revision, level, day).
"""

from __future__ import annotations

import datetime
import hashlib
import html
import os
import re
import secrets
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NoReturn, TypeVar, cast

import streamlit as st

from graph import audience
from graph.audience import Viewer, view, whole_view
from graph.capture import Notebook, notebook
from graph.demands import Demand
from graph.errors import NarverkError, NotAllowed
from graph.geo import Gazetteer
from graph.judging import Weights
from graph.learned import Learned
from graph.lessons import lessons
from graph.lookup import Origin
from graph.model import Alias, Company, Decision, ImportedPart, Level, Offer
from graph.network import network_of
from graph.own_view import with_own
from graph.pinned import under
from graph.preview import reaches, read_only
from graph.replacement import Answer, Finder
from graph.store import Snapshot, Store, default_address, demo_address, open_store
from ingest.invented import INVENTED
from render.answers import company_name
from render.plain import error_sentence
from texts import LANGUAGES, Texts, load
from views.once import a_run, ask_anew, once_a_run
from views.pinned import pinned_now
from views.who import Who, look, used

if TYPE_CHECKING:
    import networkx as nx

T = TypeVar("T")
MOST_KEPT = 400
MOST_FINDERS = 6
LANGUAGE_NAMES = {"sv": "Svenska", "en": "English"}
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&\"'])")
PUBLIC_IDS = ("org:", "vat:")  # numbers of public registers; every other identifier may tell what a link must not
LINK_KEY = "link_key"
SHOWN_TO = "shown_to"  # in the session: for whom the page was made
PREVIEW = "preview_as"  # in the session: as whom who looks has asked to see it all


@dataclass(frozen=True, eq=False)
class Region:
    """The region as one level of viewer gets it, with what is asked of it again and again."""

    address: str
    day: str
    level: Level
    snapshot: Snapshot
    finder: Finder
    company_id: str | None = None  # whose own people look, and see that firm whole
    _kept: OrderedDict[Hashable, object] = field(default_factory=OrderedDict)
    _being_made: dict[Hashable, Lock] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @cached_property
    def companies(self) -> dict[str, Company]:
        """Companies by their identifier."""
        return {each.company_id: each for each in self.snapshot.of(Company)}

    @cached_property
    def names(self) -> dict[str, str | None]:
        """Their names, as far as known, by identifier."""
        return {key: each.name for key, each in self.companies.items()}

    @cached_property
    def parts(self) -> dict[str, ImportedPart]:
        """Imported parts by their identifier; none for a viewer who may not see them."""
        return {each.part_id: each for each in self.snapshot.of(ImportedPart)}

    @cached_property
    def learned(self) -> Learned:
        """What people have said of the words of parts; to who may not see decisions it says nothing."""
        if not audience.may_see(Viewer(self.level), "ledger"):
            return Learned.of(())
        return Learned.of(lessons(_store(self.address).snapshot(Decision).of(Decision)))

    @cached_property
    def offers(self) -> int:
        """How many statements there are of what a firm can do."""
        return len(self.snapshot.of(Offer))

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gave for the key, made once as long as the region is as it is; the last few hundred are kept.

        Sessions that ask for the same at the same time wait for the first. Beside ``st.cache_resource``: that reads its
        function's source anew at every run of a page it stands in (2 ms).
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return cast("T", self._kept[key])
            being_made = self._being_made.setdefault(key, Lock())
        with being_made:
            with self._lock:
                if key in self._kept:
                    return cast("T", self._kept[key])
            made = make()
            with self._lock:
                self._kept[key] = made
                self._being_made.pop(key, None)
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
        return made

    @cached_property
    def find(self) -> Callable[[Demand, Origin, float, int, Weights], Answer]:
        """``finder.find``, whose last answers are kept: a click on a firm asks nothing again."""
        return lru_cache(maxsize=64)(
            lambda demand, origin, within_km, limit, weights: self.finder.find(
                demand, origin, within_km, limit=limit, weights=weights
            )
        )

    @property
    def network(self) -> nx.DiGraph:
        """Who trades with whom, see :mod:`graph.network`; frozen."""
        return self.kept("network", lambda: network_of(self.snapshot))

    @property
    def is_empty(self) -> bool:
        """Whether no firm is known yet."""
        return not self.companies

    @cached_property
    def is_invented(self) -> bool:
        """Whether its firms have numbers that no real firm can have."""
        return any(each.startswith(INVENTED) for each in self.companies)

    @cached_property
    def company_of(self) -> dict[str, str]:
        """The company of each identifier, former ones too."""
        return {each.alias: each.company_id or each.alias for each in self.snapshot.of(Alias)}

    @cached_property
    def links(self) -> dict[str, str]:
        """The company of each identifier as it stands in the address bar."""
        return {firm_param(each): company for each, company in self.company_of.items()}

    @cached_property
    def main_place(self) -> str:
        """The municipality with most firms: where a search starts until somebody says otherwise."""
        counted = Counter(each.municipality for each in self.companies.values() if each.municipality)
        best = min(counted, key=lambda code: (-counted[code], code), default="")
        return Gazetteer.default().municipality_name(best) or ""


# -- who looks, in which language, at which store --------------------------------------------------------------------


def texts() -> Texts:
    """The sentences of the session's language: chosen, else said by the link, else Swedish."""
    chosen = st.session_state.get("language") or st.query_params.get("lang", LANGUAGES[0])
    return load(chosen if chosen in LANGUAGES else LANGUAGES[0])


@once_a_run
def who() -> Who:
    """Who looks, see :mod:`views.who`; those who may log in are kept with the region that is served."""
    return look(home_store)


@once_a_run
def viewer() -> Viewer:
    """As whom that person looks, or as whom that person wants to see it, if it is nobody who may see more.

    In meeting mode nobody who may see more than its audience. Nobody gets no further than :mod:`views.log_in`, and is
    the public here.
    """
    looking = who()
    own, chosen = under(looking.viewer or Viewer(), _pin_of(looking)), st.session_state.get(PREVIEW)
    return chosen if chosen is not None and reaches(own, chosen) else own


@once_a_run
def pin_now() -> Level | None:
    """The level that meeting mode pins whoever looks to; None outside of it."""
    return _pin_of(who())


@once_a_run
def _pin_of(looking: Who) -> Level | None:
    """Pins are kept with the region that is served; without one nobody sees anything."""
    address = home_address()
    if looking.viewer in (None, Viewer()) or not _is_there(address):
        return None
    return pinned_now(address, lambda: _store(address), looking.key)


def is_preview() -> bool:
    """Whether it is shown as somebody else sees it; nothing can be written then."""
    return viewer() != (who().viewer or Viewer())


def refuse_in_preview() -> None:
    """Refuse what writes by another way than :func:`store`, while it is shown as somebody else sees it.

    Raises:
        NotAllowed: ``previewing``.
    """
    if is_preview():
        raise NotAllowed("previewing")


def home_store() -> Store:
    """The store of the region that is served, whichever one is looked at; made where people log in to none yet."""
    address = home_address()
    if not _is_there(address):
        open_store(address).close()
        ask_anew()
    return _store(address)


@once_a_run
def home_address() -> str:
    """``NARVERK_STORE``, else one's own region, else the invented one where it is alone."""
    if given := os.environ.get("NARVERK_STORE"):
        return demo_address() if given == "demo" else given
    own, invented = default_address(), demo_address()
    return invented if _is_there(invented) and not _is_there(own) else own


@once_a_run
def store_address() -> str:
    """Which region is looked at: the invented one where it was chosen, else the one that is served."""
    if st.session_state.get("invented") and _is_there(demo_address()) and not os.environ.get("NARVERK_STORE"):
        return demo_address()
    return home_address()


def may_change_region() -> bool:
    """Whether the viewer may go between one's own region and the invented one."""
    return viewer().level >= Level.MANAGER and not os.environ.get("NARVERK_STORE")


@once_a_run
def has_own() -> bool:
    """Whether there is a region of one's own, empty or not."""
    return _is_there(default_address())


@once_a_run
def has_invented() -> bool:
    """Whether the invented region has been built."""
    return _is_there(demo_address())


def start_own() -> None:
    """Go to one's own region, empty at first."""
    refuse_in_preview()
    if not has_own():
        open_store(default_address()).close()
    st.session_state["invented"] = False


def start_invented() -> None:
    """Go to the invented region."""
    st.session_state["invented"] = True


def _is_there(address: str) -> bool:
    return not address.startswith("sqlite:") or Path(address.removeprefix("sqlite:")).exists()


def is_invented(address: str) -> bool:
    """Whether this is the invented region's own store."""
    return address == demo_address()


@st.cache_resource(show_spinner=False, on_release=lambda opened: opened.close())
def _store(address: str) -> Store:
    return open_store(address, create=False)


def standing_revision() -> int:
    """The revision of the region that is served, asked of its store; no session is needed."""
    return _store(home_address()).revision()


def close_stores() -> None:
    """Give back what no page will read any more; a file is then whole without its companions."""
    _store.clear()


@st.cache_resource(show_spinner=False, max_entries=6)
def _region(address: str, revision: int, level: Level, day: str) -> Region:  # noqa: ARG001 - part of the cache's key
    snapshot = _whole(address) if level >= Level.MANAGER else view(_store(address), Viewer(level))
    return Region(address, day, level, snapshot, _finder(address, level, day, snapshot))


_wholes: dict[str, Snapshot] = {}  # the manager's newest, by the address of its store
MOST_WHOLES = 2


def _whole(address: str) -> Snapshot:
    found = _wholes[address] = whole_view(_store(address), _wholes.pop(address, None))
    while len(_wholes) > MOST_WHOLES:
        del _wholes[next(iter(_wholes))]
    return found


@st.cache_resource(show_spinner=False, max_entries=60)
def _own_region(address: str, revision: int, company_id: str, day: str) -> Region:
    """The members' region, and laid over it one firm as its own people see it."""
    shared = _region(address, revision, Level.MEMBERS, day)
    snapshot = with_own(_store(address), shared.snapshot, Viewer(Level.MEMBERS, company_id))
    return Region(address, day, Level.MEMBERS, snapshot, shared.finder, company_id)


def forget_regions() -> None:
    """Let go of all that is kept of regions: something in them has been erased."""
    for each in (_region, _own_region):
        each.clear()
    _finders.clear()
    _wholes.clear()


_finders: dict[tuple[str, Level, str], tuple[int, Finder]] = {}


def _finder(address: str, level: Level, day: str, snapshot: Snapshot) -> Finder:
    """The search's index: of the manager's region brought up to date from the one before, of another level's built."""
    key = (address, level, day)
    before = _finders.get(key)
    if before is not None and level >= Level.MANAGER and before[0] <= snapshot.revision:
        finder = before[1].following(snapshot, _store(address).changed_since(before[0]))
    else:
        finder = Finder(snapshot, today=day)
    _finders[key] = (snapshot.revision, finder)
    while len(_finders) > MOST_FINDERS:
        _finders.pop(next(iter(_finders)))
    return finder


@st.cache_resource(show_spinner=False)
def _link_key(address: str) -> bytes:
    """What links of this store are made with, so that a firm's link tells nobody its name."""
    kept = _store(address).recall(LINK_KEY)
    return bytes.fromhex(kept or _store(address).settle(LINK_KEY, secrets.token_hex(16)))


def store() -> Store:
    """The region's store, open; only to be read while it is shown as somebody else sees it."""
    opened = _store(store_address())
    return read_only(opened) if is_preview() else opened


def notes_of_meeting() -> Notebook:
    """The one thing that whoever really looks may write in meeting mode: a note of what is said there.

    Raises:
        NotAllowed: ``previewing`` outside of meeting mode; ``not_allowed``.
        StoreUnreachable: the store does not answer.
    """
    if pin_now() is None:
        refuse_in_preview()
    opened = _store(store_address())
    opened.revision()  # a server that is gone is told at once, where a note is asked for again and again
    return notebook(opened, who().viewer or Viewer())


def today() -> str:
    """The day (UTC) as ISO text."""
    return datetime.datetime.now(tz=datetime.UTC).date().isoformat()


def region_now() -> Region:
    """The region as the viewer gets it now.

    Raises:
        StoreError, UserMistake: it cannot be read.
    """
    address, looking = store_address(), viewer()
    revision = _store(address).revision()
    if looking.company_id:
        return _own_region(address, revision, looking.company_id, today())
    return _region(address, revision, looking.level, today())


def shows_invented() -> bool:
    """Whether what is shown is invented: by its store, or by the numbers of its firms, wherever they were copied."""
    try:
        return is_invented(store_address()) or region_now().is_invented
    except NarverkError:  # the page will say why
        return False


def region() -> Region:
    """The region as the viewer gets it now; a store that cannot be read ends the page with one sentence."""
    try:
        return region_now()
    except NarverkError as error:
        if error.code == "store_missing":
            _no_region()
        warn(error_sentence(error, texts()), texts()("app.store_what"))
        st.button(texts()("app.again"), key="again")
        st.stop()


def _no_region() -> NoReturn:
    sentences = texts()
    headline(sentences("app.no_region"), sentences("app.no_region_what"))
    if may_change_region():
        st.button(sentences("app.start_own"), on_click=start_own, type="primary", key="begin_own")
    st.stop()


def require(result: str) -> None:
    """End the page with one sentence where the viewer may not see that kind of result."""
    try:
        audience.require(viewer(), result)
    except NarverkError as error:
        stop(error_sentence(error, texts()))


# -- firms, their names and their links ------------------------------------------------------------------------------


def firm_name(here: Region, company_id: str) -> str:
    """The firm's name, whichever of its identifiers is given, or the words for a name that the reader may not have."""
    company = here.companies.get(here.company_of.get(company_id, company_id))
    return company_name(company.name if company else None, texts())


def firm_param(company_id: str) -> str:
    """A firm as it stands in the address bar: its number in a public register, else a key that tells nothing."""
    if company_id.startswith(PUBLIC_IDS):
        return company_id.removeprefix("org:")
    key = _link_key(store_address())
    return "f-" + hashlib.blake2b(company_id.encode(), key=key, digest_size=10).hexdigest()


def firm_of_link(here: Region, linked: str) -> str | None:
    """The company that a link means, also by a former identifier; None where the viewer knows no such firm."""
    found = here.links.get(linked)
    return found if found in here.companies else None


def open_firm(company_id: str) -> NoReturn:
    """Leave for the firm's page."""
    leave_for("company", firm=firm_param(company_id))


def leave_for(page: str, **link: str) -> NoReturn:
    """Leave for a page in the language that is shown, also where only the link that was followed has said which."""
    if (language := texts().language) != LANGUAGES[0]:
        link["lang"] = language
    st.switch_page(f"views/{page}.py", query_params=link)


def is_dark() -> bool:
    """Whether the browser shows the dark theme."""
    return st.context.theme.type == "dark"


# -- how text is shown ----------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """The text as a label that Streamlit reads as Markdown: every mark stands for itself."""
    return MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def say(text: str, style: str, *, tag: str = "p", role: str = "", narrow: bool = False) -> None:
    """Show text as a paragraph (or another tag) in a style of ``app.css``; ``narrow``: no wider than it is."""
    said_role = f' role="{role}"' if role else ""
    st.html(
        f'<{tag} class="nv-{style}"{said_role}>{html.escape(text)}</{tag}>', width="content" if narrow else "stretch"
    )


def headline(sentence: str, note: str = "") -> None:
    """The page's one sentence, and a quieter line below it."""
    say(sentence, "headline", tag="h1")
    if note:
        say(note, "note")


def section(title: str, term: str = "") -> None:
    """A heading, with a "?" that explains the glossary's ``term``."""
    st.html(f'<h2 class="nv-section">{html.escape(title)}{explained(term) if term else ""}</h2>')


def explained(term: str) -> str:
    """A "?" as HTML that tells what the glossary says of a term, when pointed at or reached by keyboard."""
    told = html.escape(texts()(f"glossary.{term}"), quote=True)
    return f' <span class="nv-term" tabindex="0" role="note" aria-label="{told}" data-told="{told}">?</span>'


def warn(sentence: str, advice: str = "") -> None:
    """One banner: what is wrong, and what to do."""
    say(" ".join(filter(None, (sentence, advice))), "warning", role="alert")


def shown_to() -> tuple[Viewer | None, Viewer]:
    """For whom a page is made: who looks, and as whom."""
    return who().viewer, viewer()


def leave_if_changed() -> None:
    """Make the page anew where another person or role looks than it was made for."""
    if st.session_state.get(SHOWN_TO, now := shown_to()) != now:
        st.rerun()


@contextmanager
def guarded() -> Iterator[None]:
    """What was not expected is told in a sentence, and in full where ``NARVERK_DEBUG`` is set.

    Around every page, and in every fragment: a fragment runs without its page, so where another person or role looks
    than the page was made for, the page is made anew.
    """
    with a_run():
        used()
        leave_if_changed()
        try:
            yield
        except NarverkError as error:
            warn(error_sentence(error, texts()))
        except Exception as error:
            if os.environ.get("NARVERK_DEBUG"):
                raise
            warn(texts()("error.unexpected", what=type(error).__name__))


def stop(sentence: str, advice: str = "") -> NoReturn:
    """One banner, and nothing more of the page."""
    warn(sentence, advice)
    st.stop()
