"""The terminal's look-up of street addresses: what would be sent, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from commands.asking import Asked, Said, progress
from graph.audience import require
from ingest import online
from render import plain


def look_up(asked: Asked) -> Said:
    """Look up street addresses whose place is known only by the town; without ``--yes`` it says what it would send."""
    require(asked.viewer, "ledger")
    server = online.server_address()
    with asked.store() as store:
        addresses = online.unplaced(store)[: asked.args.limit]
        with online.Answers.opened(server) as answers:
            to_send = sum(not answers.knows(each.words) for each in addresses)
        about: dict[str, Any] = {"server": server, "addresses": len(addresses), "to_send": to_send}
        if not addresses or not asked.args.yes:
            return Said({**about, "sent": False}, _plan_lines(asked, about))
        tell = progress(asked)
        found = online.look_up(
            store, addresses, server, progress=lambda done, total: tell("looking_up", server, done, total)
        )
    result = {"found": found.found, "missing": found.missing, "elsewhere": found.elsewhere, "load_id": found.load_id}
    failure = plain.error_sentence(found.failure, asked.texts) if found.failure else None
    return Said(
        {**about, "sent": True, **result, "failure": failure}, _result_lines(asked, found, failure), bool(failure)
    )


def _plan_lines(asked: Asked, about: dict[str, Any]) -> Iterator[str]:
    if not about["addresses"]:
        yield asked.texts("look_up.none")
        return
    if about["to_send"]:
        minutes = round(about["to_send"] * online.pause_s(about["server"]) / 60 + 0.5)
        yield asked.texts("look_up.would", to_send=about["to_send"], server=about["server"], minutes=minutes)
    if kept := about["addresses"] - about["to_send"]:
        yield asked.texts("look_up.kept", kept=kept)
    yield asked.texts("look_up.say_yes")


def _result_lines(asked: Asked, found: online.LookedUp, failure: str | None) -> Iterator[str]:
    yield asked.texts("look_up.done", found=found.found, missing=found.missing, elsewhere=found.elsewhere)
    if found.load_id:
        yield asked.texts("cli.loaded", load_id=found.load_id)
    if failure:
        yield failure
