"""Who may log in to the region that is served, as what, and what have they seen?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime

from commands.asking import Asked, Said
from graph import access, access_log
from graph.access import Access
from graph.audience import Viewer, require, view
from graph.errors import UserMistake
from graph.ledger import today
from graph.lookup import find_company
from graph.model import Alias, Company, Level, Trade
from graph.revealing import revealing
from graph.settings import settings
from graph.store import Store
from render import access as words
from render.revealing import lines

ACTS = ("list", "grant", "revoke", "log-out", "log", "reveals")


def manage(asked: Asked) -> Said:
    """Who may see what, and who saw what: list, grant, revoke, log-out, log, reveals."""
    require(asked.viewer, "access")
    with asked.store() as store:
        if asked.args.what == "log":
            return _log(asked, store)
        if asked.args.what == "reveals":
            return _reveals(asked, store)
        if asked.args.what != "list":
            _change(asked, store)
        return _list(asked, store)


def _change(asked: Asked, store: Store) -> None:
    args = asked.args
    if not args.email:
        raise UserMistake("access_without_email")
    if args.what == "grant":
        role, company_id = args.role, None
        if args.company:
            role, company_id = access.COMPANY, find_company(store.snapshot(Company, Alias), args.company).company_id
        given = Access(args.email, role, company_id, by=args.by, until=args.until)
        access.grant(store, asked.viewer, given, today=today())
    elif args.what == "revoke":
        access.revoke(store, asked.viewer, args.email, today=today())
    else:
        access.log_out_everywhere(store, asked.viewer, args.email, datetime.now(tz=UTC))


def _list(asked: Asked, store: Store) -> Said:
    people = access.accesses(store, asked.viewer)
    settled = sorted(settings().managers)
    return Said(
        {"people": [asdict(each) for each in people.values()], "settled": settled},
        list(_people_lines(asked, store, people)),
    )


def _people_lines(asked: Asked, store: Store, people: dict[str, Access]) -> Iterator[str]:
    texts = asked.texts
    names = {each.company_id: each.name or each.company_id for each in store.snapshot(Company).of(Company)}
    held = sum(each.holds(today()) for each in people.values())
    yield words.headline(held + len(settings().managers), texts)
    for email in sorted(settings().managers):
        row = words.settled_row(email, None, texts)
        yield f"{email}: {row['role']}. {row['status']}."
    for key, each in people.items():
        row = words.person_row(key, each, names, texts, today=today())
        company = texts("access.cli.of_company", company=row["company"]) if row["company"] else ""
        yield texts("access.cli.line", email=each.email, role=row["role"], company=company, status=row["status"],
                    since=each.since)  # fmt: skip


def _log(asked: Asked, store: Store) -> Said:
    """What was seen and taken, the newest first; what is too old is dropped before."""
    access_log.forget_old(store, today(), settings().log_days)
    lines = access_log.read(store, asked.viewer, today(), asked.args.days)
    people = access.accesses(store, asked.viewer)
    emails = {access.key_of(store, each): each for each in settings().managers}
    emails |= {key: each.email for key, each in people.items()}
    rows = words.log_rows(lines, emails, {each.firm: each.firm for each in lines}, asked.texts)
    said = [
        asked.texts("access.cli.seen", **{**row, "firm": f", {row['firm']}" if row["firm"] else ""}) for row in rows
    ]
    return Said(
        {"log": [asdict(each) for each in lines]}, said or [asked.texts("access.log_empty", days=asked.args.days)]
    )


def _reveals(asked: Asked, store: Store) -> Said:
    """The firms by which others may guess at a chain that a sensitive firm stands in."""
    known = store.snapshot(Company, Trade)
    found = revealing(known, view(store, Viewer(Level.MEMBERS)))
    names = {each.company_id: each.name or each.company_id for each in known.of(Company)}
    said = [{**asdict(each), "signs": [one._asdict() for one in each.signs]} for each in found]
    return Said({"reveals": said}, lines(found, lambda each: names.get(each, each), asked.texts))
