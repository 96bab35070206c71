"""What a person typed into a form, read field by field: values, and what is wrong with which field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from graph.errors import AmbiguousName, UnknownName
from graph.lookup import find_company
from graph.model import Claim, Company, Value
from graph.store import Snapshot
from ingest.cells import UNKNOWN_WORDS, Bad, sni_version_of
from ingest.forms import Field, Form
from ingest.identity import read_number, without_personal_numbers

MOST_CHARACTERS = 2000
Name = Callable[[str], str]
"""Gives a firm not known before its identifier, "" where the text names none."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a field of a form. The value of one that may tell who somebody is, is not kept."""

    field: str
    code: str
    value: str = ""
    suggestion: str | None = None


@dataclass(slots=True)
class Typed:
    """The fields that were typed: what they say (None: not known), what is wrong, and firms not known before."""

    values: dict[str, Value] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    mentions: list[Claim] = field(default_factory=list)

    def wrong(self, name: str, code: str, value: str = "", suggestions: object = ()) -> None:
        """Note a mistake."""
        told = "; ".join(map(str, suggestions)) if isinstance(suggestions, (tuple, list)) else suggestions
        self.mistakes.append(Mistake(name, code, value, str(told) if told else None))

    def require(self, form: Form, now: Mapping[str, Value], names: Collection[str]) -> None:
        """Note which of the fields must be known and are not; ``now`` is what was known before."""
        wrong = {each.field for each in self.mistakes}
        for name in names:
            if not self.values.get(name) and name not in wrong:
                self.wrong(name, "value_missing")
        known = {**now, **self.values}
        if form.one_of and not wrong.intersection(form.one_of) and not any(known.get(name) for name in form.one_of):
            self.wrong(form.one_of[0], "one_is_needed")


def read_form(
    form: Form, typed: Mapping[str, str], fields: Iterable[Field], companies: Snapshot, *, name_new: Name | None = None
) -> Typed:
    """Read the fields that have a text.

    Args:
        form: the form they stand in.
        typed: text by field; an empty one, or one that says so, means that it is not known.
        fields: those that may be typed.
        companies: Company and Alias, to tell whom a name means.
        name_new: names firms that nobody answers to; None: they are mistakes.
    """
    read = Typed()
    for each in fields:
        if each.name not in typed:
            continue
        text = typed[each.name].strip()
        if without_personal_numbers(text) != text or (each.name == "org_number" and read_number(text).personal):
            read.wrong(each.name, "personal_number")
        elif max(map(len, text.split("|") if each.company and each.many else [text])) > MOST_CHARACTERS:
            read.wrong(each.name, "text_too_long")
        elif not text or (text.casefold() in UNKNOWN_WORDS and text not in each.choices):
            read.values[each.name] = () if each.many else None
        elif each.company:
            _read_firms(each, text, read, companies, name_new)
        else:
            value = each.read(text)
            if isinstance(value, Bad):
                read.wrong(each.name, value.code, text, value.suggestion)
            else:
                read.values[each.name] = value
    if form.kind is Company and read.values.get("sni") and not read.values.get("sni_version"):
        read.values["sni_version"] = sni_version_of(str(read.values["sni"]))
    return read


def _read_firms(asked: Field, text: str, read: Typed, companies: Snapshot, name_new: Name | None) -> None:
    names = [each.strip() for each in text.split("|" if asked.many else "\n")]
    found = sorted({_firm(asked.name, each, read, companies, name_new) for each in names if each} - {""})
    if asked.many:
        read.values[asked.name] = tuple(found)
    elif found:
        read.values[asked.name] = found[0]


def _firm(name: str, text: str, read: Typed, companies: Snapshot, name_new: Name | None) -> str:
    """Identifier of the company that is meant, "" with a mistake where it cannot be told."""
    try:
        return find_company(companies, text).company_id
    except AmbiguousName as error:
        read.wrong(name, "company_ambiguous", text, error.values["candidates"])
    except UnknownName as error:
        subject = name_new(text) if name_new else ""
        if subject:
            fields: dict[str, Value] = {"country": "SE"} if subject.startswith("org:") else {"name": text}
            read.mentions.append(Claim(subject, Company.__name__, "", fields))
            return subject
        read.wrong(name, "company_unknown", text, error.values["suggestions"])
    return ""
