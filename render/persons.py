"""What is held about a person in words: who may be meant, each thing with its source, and the extract to hand out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from graph.erasure import Reached
from graph.identity import is_company
from graph.model import Contact
from graph.persons import Candidate, Held
from graph.retention import Past
from render.company import Wording
from render.loads import kind_name
from render.sheet import sheet_page, tag
from render.tables import Cell
from texts import Texts

COLUMNS = ("place", "about", "what", "value", "source", "on", "state")
NOTES = ("enquiry", "capture", "access", "seen", "meeting", "question")
DECISIONS = ("same", "not_same", "correct", "columns", "means", "consent", "not_introduced")


def called(candidate: Candidate, texts: Texts) -> str:
    """What the person is called: by name, else by address or number."""
    known = (*candidate.names, *candidate.mails, *candidate.phones)
    return known[0] if known else texts("person.unnamed")


def candidate_text(candidate: Candidate, name_of: Callable[[str], str], texts: Texts) -> str:
    """Somebody who may be meant, so that one can be told from another."""
    firms = ", ".join(filter(None, map(name_of, candidate.firms)))
    own = texts("person.own_firm", firm=firms) if candidate.own else firms
    rest = (", ".join(candidate.titles), own, ", ".join(candidate.mails), ", ".join(candidate.phones))
    known = [each for each in rest if each and each != called(candidate, texts)]
    return " · ".join((", ".join(candidate.names) or called(candidate, texts), *known))


def headline(held: Sequence[Held], name: str, texts: Texts) -> str:
    """How much is held, in one sentence."""
    count = sum(each.is_sure for each in held)
    return texts("person.holds" if count else "person.nothing", count=count, name=name)


def note(held: Sequence[Held], texts: Texts) -> str:
    """How much of it counts, and how much may be somebody else's."""
    past = sum(each.is_sure and not each.counts for each in held)
    unsure = sum(not each.is_sure for each in held)
    said = [texts("person.past", count=past)] if past else []
    said += [texts("person.unsure", count=unsure)] if unsure else []
    return " ".join(said)


def rows(held: Sequence[Held], wording: Wording, name_of: Callable[[str], str], texts: Texts) -> list[dict[str, str]]:
    """One row a thing held, in the order they are given; cells by :data:`COLUMNS`, and ``company_id``."""
    return [
        {
            "company_id": each.about,
            "place": texts(f"person.place.{each.place}"),
            "about": name_of(each.about) if is_company(each.about) else "",
            "what": _what(each, wording, texts),
            "value": wording.value(each.field, each.value) if each.field else str(each.value or ""),
            "source": _source(each, texts),
            "on": each.on,
            "state": texts(f"person.state.{_state(each)}"),
        }
        for each in held
    ]


def _state(each: Held) -> str:
    return "unsure" if not each.is_sure else "counts" if each.counts else "past"


def _what(each: Held, wording: Wording, texts: Texts) -> str:
    if each.place == "note":
        return texts(f"person.note.{each.kind}" if each.kind in NOTES else "person.note.other")
    if each.place == "decision":
        named = texts(f"person.decision.{each.kind}" if each.kind in DECISIONS else "person.decision.other")
        return f"{named}: {wording.field(each.field)}" if texts.has(f"field.{each.field}") else named
    return wording.field(each.field) if texts.has(f"field.{each.field}") else ""


def _source(each: Held, texts: Texts) -> str:
    if each.source is None:
        return ""
    where = " / ".join(filter(None, (each.source.file, each.source.sheet)))
    row = texts("person.row", row=str(each.row)) if each.row and where else ""
    return ", ".join(filter(None, (where or kind_name(each.source.source_type, texts), row)))


def table(held: Sequence[Held], wording: Wording, name_of: Callable[[str], str], texts: Texts) -> list[list[Cell]]:
    """The extract as a table: heading, and a line a thing held."""
    heads: list[Cell] = [texts(f"person.columns.{each}") for each in COLUMNS]
    lines: list[list[Cell]] = [[row[each] for each in COLUMNS] for row in rows(held, wording, name_of, texts)]
    return [heads, *lines]


def sheet(title: str, lines: Sequence[Sequence[Cell]], day: str, texts: Texts) -> bytes:
    """The extract as a page to print or send, as UTF-8; ``lines`` are those of :func:`table`."""
    heads, *body = ([str(cell or "") for cell in line] for line in lines)
    head = "".join(f"<th>{escape(cell)}</th>" for cell in heads)
    told = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line) + "</tr>" for line in body)
    content = (
        tag("h1", title),
        tag("p", texts("person.extract_what"), "quiet"),
        f"<table><thead><tr>{head}</tr></thead><tbody>{told}</tbody></table>",
        tag("p", texts("person.not_here"), "quiet"),
        tag("p", texts("sheet.made", day=day), "quiet"),
    )
    return sheet_page(title, "\n".join(content), texts.language)


def reached_lines(found: Reached, texts: Texts) -> Iterator[str]:
    """What an erasure reached, and what it could not."""
    yield texts("person.erased", claims=found.claims, others=found.others, copies=found.copies)
    if found.left:
        yield texts("person.left", files=", ".join(found.left))


def past_line(each: Past, name_of: Callable[[str], str], texts: Texts) -> str:
    """Something past its time: what, whose and since when."""
    if isinstance(each.record, Contact):
        what = texts("retention.contact", name=each.record.name or each.record.email or each.record.phone or "")
    else:
        what = texts("retention.notes", on=each.record.asked_on or "")
    return texts("retention.line", firm=name_of(each.company_id), what=what, due=each.due)
