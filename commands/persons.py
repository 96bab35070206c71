"""What is held about a person, and persons' data past its time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from commands.asking import Asked, Said, write_file
from graph.audience import require
from graph.erasure import Reached, lift
from graph.errors import UserMistake
from graph.ledger import today
from graph.model import Company, Contact, Interview
from graph.persons import Candidate, Held, Holdings, suppressed
from graph.retention import let_go, past_time
from graph.store import Store
from ingest.identity import masked
from ingest.persons import erase_person, subject_in, whom
from render import persons as words
from render.company import Wording
from render.tables import as_xlsx

PAGE, BOOK = ".html", ".xlsx"


def show_person(asked: Asked) -> Said:
    """What is held about a person: an extract, and erasure for good."""
    require(asked.viewer, "persons")
    args = asked.args
    with asked.store() as store:
        holdings = Holdings(store)
        if args.lift:
            return _lift(asked, holdings)
        found = whom(holdings, args.who)
        chosen = _chosen(asked, found)
        if not chosen:
            return _which(asked, holdings, found)
        marks = holdings.marks(chosen)
        held = holdings.held(marks)
        if args.erase and args.yes:
            return _erased(asked, erase_person(holdings, chosen, marks))
        return _extract(asked, store, chosen, held)


def _chosen(asked: Asked, found: Sequence[Candidate]) -> list[Candidate]:
    """Whom the caller means: the only one there is, or those whose numbers were given.

    Raises:
        UserMistake: ``no_such_pick``.
    """
    picked = asked.args.pick or []
    if any(not 1 <= each <= len(found) for each in picked):
        raise UserMistake("no_such_pick", count=len(found))
    return [found[each - 1] for each in picked] if picked else list(found) if len(found) == 1 else []


def _which(asked: Asked, holdings: Holdings, found: Sequence[Candidate]) -> Said:
    """Nobody, or several who may be meant."""
    texts, name_of, who = asked.texts, _names(holdings.store), asked.args.who
    said = {"candidates": [asdict(each) for each in found], "held": []}
    if not found:
        blocks = suppressed(holdings, who, subject_in(holdings, who)).values()
        told = [texts("person.blocked", on=each.on) for each in blocks]
        return Said(said, [texts("person.none", text=masked(who)), *told], 1)
    lines = [texts("person.several", count=len(found))]
    lines += [f"{number:>3}  {words.candidate_text(each, name_of, texts)}" for number, each in enumerate(found, 1)]
    return Said(said, [*lines, texts("person.pick")], 1)


def _extract(asked: Asked, store: Store, chosen: Sequence[Candidate], held: Sequence[Held]) -> Said:
    texts, name_of = asked.texts, _names(store)
    wording = Wording(texts, name_of)
    title = words.headline(held, words.called(chosen[0], texts), texts)
    table = words.table(held, wording, name_of, texts)
    lines = [title, *filter(None, [words.note(held, texts)])]
    lines += ["  ".join(str(cell) for cell in line if cell) for line in table[1:]]
    if asked.args.extract:
        target = Path(asked.args.extract)
        if target.suffix.lower() not in (PAGE, BOOK):
            raise UserMistake("not_an_extract", file=target.name)
        is_page = target.suffix.lower() == PAGE
        content = words.sheet(title, table, today(), texts) if is_page else as_xlsx(table, texts("person.file"))
        write_file(target, content)
        lines = [title, texts("person.written", path=str(target))]
    if asked.args.erase:
        lines.append(texts("person.say_yes"))
    said = {"candidates": [asdict(each) for each in chosen], "held": [_held(each) for each in held]}
    return Said(said, lines)


def _held(each: Held) -> dict[str, object]:
    source = each.source
    return {
        "place": each.place,
        "kind": each.kind,
        "company_id": each.about or None,
        "field": each.field or None,
        "value": each.value,
        "source": {"type": source.source_type, "file": source.file, "sheet": source.sheet} if source else None,
        "row": each.row or None,
        "on": each.on or None,
        "counts": each.counts,
        "is_sure": each.is_sure,
    }


def _erased(asked: Asked, reached: Reached) -> Said:
    return Said({"erased": asdict(reached)}, list(words.reached_lines(reached, asked.texts)), int(bool(reached.left)))


def _lift(asked: Asked, holdings: Holdings) -> Said:
    """Let whom the words name be told of again."""
    text = asked.args.who
    found = suppressed(holdings, text, subject_in(holdings, text))
    for erasure_id in found:
        lift(holdings.store, erasure_id)
    key = "person.lifted" if found else "person.no_block"
    return Said({"lifted": len(found)}, [asked.texts(key, count=len(found))], int(not found))


def _names(store: Store) -> Callable[[str], str]:
    names = {each.company_id: each.name for each in store.snapshot(Company).of(Company)}
    return lambda company_id: names.get(company_id) or company_id.partition(":")[2]


def show_retention(asked: Asked) -> Said:
    """What is kept of persons past its time; erased when asked."""
    require(asked.viewer, "persons")
    texts = asked.texts
    with asked.store() as store:
        past = past_time(store.snapshot(Contact, Interview), today())
        name_of = _names(store)
        lines = [texts("retention.count", count=len(past)), *(words.past_line(each, name_of, texts) for each in past)]
        said = {
            "past": [
                {"kind": type(each.record).__name__, "key": each.record.key, "company_id": each.company_id,
                 "due": each.due}
                for each in past
            ]
        }  # fmt: skip
        if not asked.args.apply:
            return Said(said, [*lines, texts("retention.say_apply")] if past else lines)
        reached = let_go(store, past, today())
    return Said({**said, "erased": asdict(reached)}, [*lines, *words.reached_lines(reached, texts)])
