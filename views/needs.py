"""Which requirements are not met, what do firms need, who can help, and what has nobody any help for?"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from graph.enquiries import enquiries, refusals
from graph.gaps import Standing, by_firm
from graph.needs import Needs, needs
from graph.support import UNKNOWN_STATUS
from graph.suppression import TOTAL
from render.needs import (
    ON_SCREEN,
    Row,
    as_table,
    asked_text,
    counted,
    gap_rows,
    gathered_table,
    group_name,
    groups_in_order,
    headline,
    missed_rows,
    need_rows,
    outline_text,
    outline_title,
    refusal_rows,
)
from render.plain import capital, choice_name, theme_name
from texts import Texts
from views.bars import Bar, bars
from views.common import (
    Region,
    firm_of_link,
    firm_param,
    plain,
    region,
    say,
    section,
    store,
    texts,
    viewer,
    warn,
)
from views.common import headline as show_headline
from views.downloads import download, downloads
from views.file_field import dress
from views.needs_firm import firm_needs
from views.picture import at_work
from views.table import Column, table

STYLE = (Path(__file__).parent / "needs.css").read_text(encoding="utf-8")
TABS = ("gaps", "stated", "missed", "gathered", "outline")
WHICH = ("sure", "unmet", "unknown")
BY = ("municipality", "branch", "size")
MOST_BARS = 10
DARKEST_PERCENT = 46  # of the accent behind a number: it stays readable on it in both themes


def page() -> None:
    """The region's sentence and one of five views; with a firm in the link what concerns it."""
    here = region()
    sentences = texts()
    dress()
    st.html(f"<style>{STYLE}</style>")
    with at_work(here):
        found = here.kept("needs", lambda: needs(here.snapshot, here.network, here.day))
    linked = st.query_params.get("firm", "")
    firm = firm_of_link(here, linked) if linked else None
    if firm is not None:
        firm_needs(here, found, firm, sentences)
        return
    if linked:
        warn(sentences("needs.bad_link"))
    if not found.standings and not found.stated:
        show_headline(sentences("needs.empty"), sentences("needs.empty_what"))
        return
    show_headline(*here.kept(("needs_headline", sentences.language), lambda: headline(found, sentences)))
    chosen = _choose("needs.show", {each: sentences(f"needs.tabs.{each}") for each in TABS}, "needs_view")
    clicked = VIEWS[chosen](here, found, sentences)
    if clicked:
        st.switch_page("views/needs.py", query_params={"firm": firm_param(clicked)})


def _choose(label: str, options: dict[str, str], key: str) -> str:
    """One of the options, the first until somebody says otherwise."""
    return str(
        st.segmented_control(
            texts()(label),
            list(options),
            default=next(iter(options)),
            format_func=lambda each: plain(options[each]),
            key=key,
            label_visibility="collapsed",
            required=True,
        )
    )


def _side_by_side(draw: Callable[[], None], listed: Callable[[], str | None]) -> str | None:
    """The picture to the left, the table to the right; the firm clicked."""
    left, right = st.columns([5, 9], gap="large")
    with left, st.container(key="needs_picture"):
        draw()
    with right:
        return listed()


def _list(name: str, rows: Sequence[Row], sentences: Texts) -> str | None:
    if not rows:
        say(sentences("needs.none"), "intro")
        return None
    columns = [
        Column(
            each,
            sentences(f"needs.columns.{each}"),
            firm=each == "name",
            number=each in ("priority", "stated_on"),  # a day does not break either
            quiet=each in ("why", "help", "words", "wants"),
        )
        for each in ON_SCREEN[name]
    ]
    clicked = table(f"needs_{name}", columns, rows, alt=sentences(f"needs.tabs.{name}"))
    downloads(lambda: as_table(rows, name, sentences), f"{sentences('needs.file')}_{name}")
    return clicked


# -- gaps ------------------------------------------------------------------------------------------------------------


def _gaps(here: Region, found: Needs, sentences: Texts) -> str | None:
    def draw() -> None:
        section(sentences("needs.bars_gaps"), term="gap")
        drawn = here.kept(("gap_bars", sentences.language), lambda: _gap_bars(found.gaps, sentences))
        bars(drawn, sentences("needs.bars_gaps"))
        say(sentences("needs.bars_gaps_legend"), "note")
        _refusals(sentences)

    def listed() -> str | None:
        known = here.kept("which_gaps", lambda: [each for each in WHICH if _standings(found, each)] or WHICH)
        which = _choose("needs.filter", {each: sentences(f"needs.which.{each}") for each in known}, "needs_which")
        rows = here.kept(("gap_rows", which, sentences.language), lambda: _gap_rows(here, found, which, sentences))
        return _list("gaps", rows, sentences)

    return _side_by_side(draw, listed)


def _standings(found: Needs, which: str) -> list[Standing]:
    return {
        "unmet": [each for each in found.standings if each.is_gap],
        "sure": [each for each in found.standings if each.is_sure],
        "unknown": [each for each in found.standings if each.status == "unknown"],
    }[which]


def _gap_rows(here: Region, found: Needs, which: str, sentences: Texts) -> list[Row]:
    return gap_rows(_standings(found, which), found.support, here.names, sentences)


def _gap_bars(gaps: Sequence[Standing], sentences: Texts) -> list[Bar]:
    """A bar a requirement, those that most suppliers surely do not meet first."""
    firsts = [first for first, *_ in by_firm(gaps)]
    everybody = Counter(each.asked for each in firsts)
    sure = Counter(each.asked for each in firsts if each.is_sure)
    name = {each.asked: asked_text(each, sentences) for each in gaps}
    most = max(everybody.values(), default=1)
    return [
        Bar(
            capital(name[asked]),
            sure[asked] / most,
            sentences("needs.bars_gaps_told", sure=sure[asked], firms=counted("bars_firms", count, sentences)),
            (count - sure[asked]) / most,
        )
        for asked, count in sorted(everybody.items(), key=lambda pair: (-sure[pair[0]], -pair[1], pair[0]))[:MOST_BARS]
    ]


def _refusals(sentences: Texts) -> None:
    counts = refusals(enquiries(store(), viewer()))
    if not counts:
        return
    section(sentences("needs.refusals"))
    say(sentences("needs.refusals_what"), "note")
    heads = {each: sentences(f"needs.columns.{each}") for each in ("process", "reason", "count")}
    columns = [Column(each, head, number=each == "count", decimals=0) for each, head in heads.items()]
    table("needs_refusals", columns, refusal_rows(counts, sentences), alt=sentences("needs.refusals"))


# -- needs, and the support that nobody has asked for ----------------------------------------------------------------


def _stated(here: Region, found: Needs, sentences: Texts) -> str | None:
    named = {theme: {each.company_id for each in found.stated if each.theme == theme} for theme in _themes(found)}

    def draw() -> None:
        section(sentences("needs.bars_needs"), term="need_theme")
        bars(
            _firm_bars({theme: len(firms) for theme, firms in named.items()}, sentences), sentences("needs.bars_needs")
        )
        _cases(found, sentences)

    def listed() -> str | None:
        rows = here.kept(
            ("need_rows", sentences.language), lambda: need_rows(found.stated, found.support, here.names, sentences)
        )
        return _list("stated", rows, sentences)

    return _side_by_side(draw, listed)


def _themes(found: Needs) -> list[str]:
    return sorted({each.theme for each in found.stated if each.theme})


def _firm_bars(counts: dict[str, int], sentences: Texts) -> list[Bar]:
    most = max(counts.values(), default=1)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        Bar(theme_name(theme, sentences), count / most, counted("bars_firms", count, sentences))
        for theme, count in ordered
    ]


def _cases(found: Needs, sentences: Texts) -> None:
    """What has become of support, in a line or two."""
    cases = found.cases
    if not cases.by_status:
        say(sentences("needs.cases_none"), "note")
        return
    unknown = {UNKNOWN_STATUS: sentences("needs.cases_unknown")}
    told = [f"{count} {unknown.get(each) or choice_name(each, sentences)}" for each, count in cases.by_status.items()]
    said = [sentences("needs.cases", told=told, sek=cases.granted_sek)]
    if cases.before is not None and cases.after is not None:
        means = {"before": sentences.number(cases.before, 1), "after": sentences.number(cases.after, 1)}
        said.append(sentences("needs.maturity", firms=cases.judged, **means))
    say(" ".join(said), "note")


def _missed(here: Region, found: Needs, sentences: Texts) -> str | None:
    counts = Counter(each.theme for each in found.missed)

    def draw() -> None:
        section(sentences("needs.bars_missed"), term="missed_support")
        bars(_firm_bars(dict(counts), sentences), sentences("needs.bars_missed"))
        _cases(found, sentences)

    def listed() -> str | None:
        rows = here.kept(
            ("missed_rows", sentences.language), lambda: missed_rows(found.missed, found.support, here.names, sentences)
        )
        return _list("missed", rows, sentences)

    return _side_by_side(draw, listed)


# -- the gathered picture --------------------------------------------------------------------------------------------


def _gathered(_here: Region, found: Needs, sentences: Texts) -> str | None:
    picture = found.gathered
    if not picture.themes:
        say(sentences("needs.grid_empty"), "intro")
        return None
    by = _choose("needs.show", {each: sentences(f"needs.by.{each}") for each in BY}, "needs_by")
    section(sentences("needs.grid"), term="gathered")
    st.html(_grid(found, by, sentences))
    legend = [sentences("needs.grid_legend")]
    if picture.left_out:
        legend.append(counted("grid_left_out", picture.left_out, sentences))
    say(" ".join(legend), "note")
    downloads(lambda: gathered_table(picture, by, sentences), f"{sentences('needs.file')}_{by}")
    return None


def _grid(found: Needs, by: str, sentences: Texts) -> str:
    """The table as a grid of shades; its numbers are text, so that it is read aloud and prints."""
    shown, themes = found.gathered.tables[by], list(found.gathered.themes)
    most = max((shown.cells[row, theme] or 0 for row in shown.rows for theme in themes), default=0) or 1
    hidden = html.escape(sentences("needs.hidden"), quote=True)

    def cell(row: str, theme: str) -> str:
        count = shown.cells[row, theme]
        style = ' class="total"' if TOTAL in (row, theme) else ""
        if count is None:
            return f'<td class="hidden" title="{hidden}" aria-label="{hidden}">✕</td>'
        if not count:
            return '<td class="none">·</td>'
        share = 0 if style else round(8 + (DARKEST_PERCENT - 8) * count / most)
        shade = f"background: color-mix(in srgb, var(--nv-accent) {share}%, transparent)" if share else ""
        return f'<td{style} style="{shade}">{sentences.number(count)}</td>'

    def line(row: str) -> str:
        name = html.escape(group_name(by, row, sentences))
        cells = "".join(cell(row, theme) for theme in (*themes, TOTAL))
        return f'<tr{" class=total" if row == TOTAL else ""}><th scope="row">{name}</th>{cells}</tr>'

    names = [theme_name(each, sentences) for each in themes] + [sentences("needs.answers")]
    heads = "".join(f'<th scope="col"><span>{html.escape(each)}</span></th>' for each in names)
    lines = "".join(map(line, (*groups_in_order(found.gathered, by, sentences), TOTAL)))
    first = html.escape(sentences(f"needs.by.{by}"))
    alt = html.escape(sentences("needs.grid"), quote=True)
    return (
        f'<div class="nv-grid-scroll" tabindex="0" role="region" aria-label="{alt}"><table class="nv-grid">'
        f'<thead><tr><th scope="col">{first}</th>{heads}</tr></thead><tbody>{lines}</tbody></table></div>'
    )


# -- the outline of an application -----------------------------------------------------------------------------------


def _outline(here: Region, found: Needs, sentences: Texts) -> str | None:
    if not found.outlines:
        say(sentences("needs.no_outline"), "intro")
        return None
    titles = [f"{outline_title(each, sentences)} ({len(each.companies)})" for each in found.outlines]
    number = st.selectbox(
        sentences("needs.outline_which"),
        range(len(titles)),
        format_func=titles.__getitem__,
        key="needs_outline",
    )
    text = outline_text(found.outlines[number], sentences, here.day)
    say(sentences("needs.outline_note"), "note")
    st.html(f'<div class="nv-outline">{html.escape(text)}</div>')
    name = f"{sentences('needs.file')}_{found.outlines[number].theme}.txt"
    download(sentences("needs.outline_save"), lambda: text.encode("utf-8-sig"), name, "text/plain", "outline_txt")
    return None


VIEWS: dict[str, Callable[[Region, Needs, Texts], str | None]] = {
    "gaps": _gaps,
    "stated": _stated,
    "missed": _missed,
    "gathered": _gathered,
    "outline": _outline,
}

page()
