"""The questions of the app, in a terminal: ``python cli.py [--store URL] [--region R] COMMAND``.

With ``--json`` one JSON object and nothing else goes to standard output. A user's mistake is one or a few plain lines
on standard error and exit code 1; wrong usage is exit code 2. Work longer than a second shows progress on a terminal.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from commands import (
    access,
    answers,
    changes,
    export,
    imports,
    introductions,
    lists,
    look_up,
    measure,
    meeting,
    needs,
    persons,
    questionnaire,
    regions,
    resilience,
    results,
    show,
    stores,
    totals,
    week,
)
from commands.asking import Asked, Said
from graph.access import ROLES
from graph.audience import Viewer
from graph.errors import NarverkError
from graph.model import (
    Level,
)
from graph.outreach import STATES
from ingest.headings import SHEETS
from render import plain
from render.exports import FILES
from render.results_files import FORMS as RESULT_FORMS
from render.shows import FORMS as SHOW_FORMS
from render.template import KINDS
from texts import LANGUAGES, load

DEFAULT_RADIUS = "40"
REPLACED_WITHIN = "50"
RADII = ("30", "50", "100")
MOST_ADDRESSES = 500
AREAS = "a region, a county or a municipality, several as one with + between them; else the regions of the store"


def parser() -> argparse.ArgumentParser:
    """The commands and what they take."""
    common = argparse.ArgumentParser(add_help=False)
    for name, options in _COMMON.items():
        common.add_argument(name, default=argparse.SUPPRESS, **options)
    top = argparse.ArgumentParser(prog="cli.py", description=__doc__, parents=[common])
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[Asked], Said]) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=(run.__doc__ or "").splitlines()[0], parents=[common])
        made.set_defaults(run=run)
        return made

    _add_demo(command("demo", stores.demo))
    _add_load(command("load", changes.load_paths))
    _add_look_up(command("look-up", look_up.look_up))
    _add_template(command("template", lists.write_template))
    command("understand", answers.understand_text).add_argument("text")
    _add_replace(command("replace", answers.replace_part))
    _add_measure(command("measure", measure.measure_cases))
    _add_imports(command("imports", imports.answer_list))
    command("potential", imports.show_potential).add_argument("--radii", nargs="+", default=RADII, metavar="R")
    command("regions", regions.show_regions).add_argument("names", nargs="*", metavar="NAME", help=AREAS)
    _add_results(command("results", results.show_results))
    command("report", totals.write_report).add_argument("file", metavar="OUT.html|OUT.xlsx")
    for name, run in (
        ("network", answers.show_network),
        ("totals", totals.show_totals),
        ("isolated", introductions.show_isolated),
        ("week", week.show_week),
        ("history", changes.history),
        ("check", stores.check),
    ):
        command(name, run)
    command("outreach", week.show_outreach).add_argument("--state", nargs="+", choices=STATES, help="name the firms")
    _add_introductions(command("introductions", introductions.show_introductions))
    _add_without(command("without", resilience.show_without))
    command("needs", needs.show_needs).add_argument("--company", help="of one firm, as a supplier and as a buyer")
    _add_interview(command("interview", needs.write_interview))
    _add_questionnaires(command)
    _add_meeting(command("meeting-plan", meeting.plan_meeting))
    _add_stale(command("stale", answers.show_stale))
    _add_person(command("person", persons.show_person))
    _add_retention(command("retention", persons.show_retention))
    command("undo", changes.undo).add_argument("load", nargs="?")
    for name, run in (("same", changes.same), ("apart", changes.apart)):
        one = command(name, run)
        one.add_argument("companies", nargs=2, metavar="COMPANY")
        one.add_argument("--by", default="")
    _add_correct(command("correct", changes.correct))
    command("retract", changes.retract).add_argument("decision")
    command("snapshot", changes.snapshot).add_argument("name")
    one = command("diff", changes.diff)
    one.add_argument("old")
    one.add_argument("new")
    _add_export(command("export", export.write_export))
    _add_show(command("show", show.write_show))
    _add_access(command("access", access.manage))
    command("copy", stores.copy).add_argument("--to", required=True)
    command("backup", stores.backup).add_argument("file")
    _add_restore(command("restore", stores.restore))
    return top


_COMMON: dict[str, dict[str, Any]] = {
    "--store": {"help": "sqlite:PATH, neo4j://…, bolt://… or demo; else NEO4J_URI, else one of your own"},
    "--region": {"help": "a region named in the store; else all of its municipalities"},
    "--audience": {"choices": [each.name for each in Level], "type": str.upper},
    "--json": {"action": "store_true", "help": "one JSON object on standard output"},
    "--lang": {"choices": LANGUAGES},
}
_DEFAULTS = {"store": None, "region": None, "audience": "MANAGER", "json": False}


def _add_demo(one: argparse.ArgumentParser) -> None:
    one.add_argument("folder", nargs="?")
    one.add_argument("--companies", type=int, default=stores.DEMO_COMPANIES)
    one.add_argument("--seed", type=int, default=stores.DEMO_SEED)


def _add_load(one: argparse.ArgumentParser) -> None:
    one.add_argument("paths", nargs="+")
    one.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
    one.add_argument("--owner", help="whose ledger or import list it is")
    one.add_argument("--no-copy", action="store_true", help="keep no copy of the region as it was before")
    one.add_argument("--annotate", metavar="OUT.xlsx", help="write the lists with their odd cells marked")
    kind = one.add_mutually_exclusive_group()
    kind.add_argument("--complete", action="store_true", help="what the list no longer names is closed")
    kind.add_argument("--additive", action="store_true", help="the list only adds")
    one.add_argument("--as", dest="sheet_kind", choices=SHEETS, help="what the lists hold; kept for lists like them")
    one.add_argument(
        "--column", nargs="+", default=[], metavar="HEADING=FIELD",
        help="what a column is (with --as), nothing after = where it is not to be read; kept for lists like it",
    )  # fmt: skip


def _add_correct(one: argparse.ArgumentParser) -> None:
    for each in ("company", "field", "value"):
        one.add_argument(each)
    one.add_argument("--kind", default="Company", choices=sorted(each.__name__ for each in changes.CORRECTABLE))
    one.add_argument("--item", default="", help="which of the company's: a process, a standard")
    one.add_argument("--by", default="")


def _add_template(one: argparse.ArgumentParser) -> None:
    one.add_argument("file", metavar="OUT.xlsx")
    one.add_argument("--kind", nargs="+", choices=KINDS, help="the sheets it has; all where none is named")


def _add_person(one: argparse.ArgumentParser) -> None:
    one.add_argument("who", metavar="WHO", help="a name, an e-mail address, a telephone number or a personal number")
    one.add_argument("--pick", nargs="+", type=_positive, metavar="N", help="which of those that may be meant")
    one.add_argument("--extract", metavar="OUT.html", help="write what is held as a page, or as OUT.xlsx")
    what = one.add_mutually_exclusive_group()
    what.add_argument("--erase", action="store_true", help="erase it for good, also from the copies Närverk has made")
    what.add_argument("--lift", action="store_true", help="let a person that was erased be told of again")
    one.add_argument("--yes", action="store_true", help="with --erase: do it; without it you are only told")


def _add_retention(one: argparse.ArgumentParser) -> None:
    one.add_argument("--apply", action="store_true", help="erase it; without it you are only told")


def _add_restore(one: argparse.ArgumentParser) -> None:
    one.add_argument("file")
    one.add_argument("--no-copy", action="store_true", help="keep no copy of the region as it was before")


def _add_export(one: argparse.ArgumentParser) -> None:
    one.add_argument("file", metavar="OUT", help=f"its ending says what it is: {', '.join(FILES)}")
    one.add_argument("--company", help="for the firm's own people: what members see, and their own firm whole")
    one.add_argument("--overwrite", action="store_true", help="write over a file that is there")


def _add_show(one: argparse.ArgumentParser) -> None:
    one.add_argument("file", metavar="OUT", help=f"its ending says what it is: {', '.join(SHOW_FORMS)}")
    one.add_argument("--kept", metavar="NAME", help="a show put together in the app, for its own audience")
    one.add_argument("--name", help="what stands on the first slide")
    one.add_argument("--held-on", metavar="DAY", type=_day, help="the day of the meeting")
    one.add_argument("--since", metavar="MOMENT", help="what changed since then; else since the newest named moment")
    one.add_argument("--overwrite", action="store_true", help="write over a file that is there")


def _add_access(one: argparse.ArgumentParser) -> None:
    one.add_argument("what", nargs="?", choices=access.ACTS, default="list", help="list where it is left out")
    one.add_argument("email", nargs="?", metavar="E-MAIL")
    one.add_argument("--role", choices=ROLES, type=str.upper, default="MEMBERS", help="what is shown to the person")
    one.add_argument("--company", help="whose person it is; the role is then COMPANY")
    one.add_argument("--until", metavar="DAY", help="the last day")
    one.add_argument("--by", default="")
    one.add_argument("--days", type=_positive, default=30, help="how far back the log goes")


def _add_results(one: argparse.ArgumentParser) -> None:
    one.add_argument("file", nargs="?", metavar="OUT", help=f"its ending says what it is: {', '.join(RESULT_FORMS)}")
    one.add_argument("--from", dest="first", metavar="DAY", type=_day, help="the first day; else that of this year")
    one.add_argument("--to", dest="last", metavar="DAY", type=_day, help="the last day; else today")
    one.add_argument("--municipality", metavar="M")
    one.add_argument("--project", metavar="P")
    what = one.add_mutually_exclusive_group()
    what.add_argument("--fix", metavar="NAME", help="fix the figures, and the region as it is, under a name")
    what.add_argument("--as", dest="given", metavar="NAME", help="give again what was fixed, to the last digit")
    one.add_argument("--given-to", default="", metavar="WHOM", help="with --fix: whom they are given to")


def _add_interview(one: argparse.ArgumentParser) -> None:
    one.add_argument("company")
    one.add_argument("file", metavar="OUT.xlsx")


def _add_stale(one: argparse.ArgumentParser) -> None:
    one.add_argument("--within-days", type=int, default=0, help="also what is due within so many days")


def _add_questionnaires(command: Callable[[str, Callable[[Asked], Said]], argparse.ArgumentParser]) -> None:
    one = command("questionnaire", questionnaire.write_questionnaires)
    one.add_argument("file", metavar="OUT.zip|OUT.xlsx|OUT.pdf")
    one.add_argument("--company", nargs="+", required=True, metavar="COMPANY", help="whom it is for")
    one = command("answers", questionnaire.take_answers)
    one.add_argument("files", nargs="+", metavar="FILE", help="questionnaires that came back")
    one.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")
    one.add_argument("--anyway", action="store_true", help="also what somebody has changed since it was sent")


def _add_measure(one: argparse.ArgumentParser) -> None:
    one.add_argument("file", metavar="CASES")
    one.add_argument("--within-km", default=DEFAULT_RADIUS, metavar="R")
    one.add_argument("--near", metavar="PLACE_OR_COMPANY", help="for rows that say neither place nor buyer")


def _add_without(one: argparse.ArgumentParser) -> None:
    one.add_argument("company", metavar="COMPANY")
    one.add_argument("--within-km", default=REPLACED_WITHIN, metavar="R", help="how far from a buyer others may be")


def _add_introductions(one: argparse.ArgumentParser) -> None:
    one.add_argument("--limit", type=_positive, default=20)
    one.add_argument("--again", action="store_true", help="also pairs that were introduced and came to nothing")


def _add_look_up(one: argparse.ArgumentParser) -> None:
    one.add_argument("--limit", type=_positive, default=MOST_ADDRESSES, help="at most so many addresses")
    one.add_argument("--yes", action="store_true", help="send them; without it you are only told what would be sent")


def _add_imports(one: argparse.ArgumentParser) -> None:
    one.add_argument("file", nargs="?", metavar="FILE", help="a list that is read and not stored")
    one.add_argument("--company", help="whose list it is; without a file, a firm whose imported parts are stored")
    one.add_argument("--near", metavar="PLACE_OR_COMPANY", help="where the parts are wanted; else the company's place")
    one.add_argument("--within-km", default=DEFAULT_RADIUS, metavar="R")


def _add_meeting(one: argparse.ArgumentParser) -> None:
    one.add_argument("--attendees", required=True, metavar="FILE", help="who comes: firms or organisation numbers")
    one.add_argument("--rounds", type=_positive, default=3)
    one.add_argument("--table-size", type=_positive, default=6, metavar="K")
    one.add_argument("--apart", nargs=2, action="append", default=[], metavar="COMPANY", help="not these two")
    one.add_argument("--apart-competitors", action="store_true", help="keep those apart who do the same for the same")


def _add_replace(one: argparse.ArgumentParser) -> None:
    what = one.add_mutually_exclusive_group(required=True)
    what.add_argument("--text", help="the part in words")
    what.add_argument("--part", help="an imported part of the region")
    what.add_argument("--process", nargs="+", metavar="CODE")
    one.add_argument("--near", required=True, metavar="PLACE_OR_COMPANY")
    one.add_argument("--within-km", default=DEFAULT_RADIUS, metavar="R")
    one.add_argument("--material")
    one.add_argument("--certificate", action="append")
    one.add_argument("--limit", type=_positive, default=20)
    one.add_argument(
        "--weights", default="", metavar="TERM=POINTS,…", help="of process, nearness, demands, evidence, capacity"
    )


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day like 2026-11-26") from None


def _positive(text: str) -> int:
    """A whole number above nought, for argparse."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


_positive.__name__ = "positive number"  # argparse names it so: "invalid positive number value"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    if not os.environ.get("NARVERK_DEBUG"):
        logging.getLogger().addHandler(logging.NullHandler())  # a library's own log lines are no sentence for a user
    args = argparse.Namespace(**_DEFAULTS, lang=os.environ.get("NARVERK_LANG", LANGUAGES[0]))
    args = parser().parse_args(arguments, namespace=args)
    texts = load(args.lang if args.lang in LANGUAGES else LANGUAGES[0])
    try:
        said = args.run(Asked(args, texts, Viewer(Level[args.audience])))
        if args.json:
            print(json.dumps(said.json, ensure_ascii=False, allow_nan=False))
        else:
            for line in said.lines:
                print(line)
        return int(said.code)
    except NarverkError as error:
        print(plain.error_sentence(error, texts), file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if os.environ.get("NARVERK_DEBUG"):
            raise
        print(texts("error.unexpected", what=type(error).__name__), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
