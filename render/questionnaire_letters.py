"""The letters that go with a questionnaire: the network's own words or the program's, with each firm's facts put in."""

from __future__ import annotations

from collections.abc import Mapping

from render.letters import Letter
from texts import LANGUAGES, Texts, load

INVITATION, REMINDER = "invitation", "reminder"
LETTERS = (INVITATION, REMINDER)
FIELDS = ("firm", "contact", "last_day")
"""What is put into a letter, where its words name it in square brackets."""


def letter_name(kind: str, language: str) -> str:
    """What a letter of :data:`LETTERS` is kept as."""
    return f"{kind}:{language}"


def words_of(kind: str, kept: Mapping[str, str], texts: Texts) -> tuple[str, str]:
    """Subject and text of a letter, before anything is put in."""
    subject = kept.get("subject") or texts(f"questionnaire.letter_subject.{kind}")
    return subject, kept.get("body") or texts(f"questionnaire.letter_body.{kind}")


def letter(subject: str, body: str, values: Mapping[str, str], texts: Texts) -> Letter:
    """The letter to one firm; what is not known of it is left out with the space before it."""
    return Letter(_put(subject, values), _put(body, values), texts.language)


def _put(text: str, values: Mapping[str, str]) -> str:
    """The values in the place of their names, in either language; nothing in a value is looked at again."""
    names = {f"[{load(each)(f'questionnaire.field.{name}')}]": name for each in LANGUAGES for name in FIELDS}
    made, rest = "", text
    while rest:
        at = min((found for mark in names if (found := rest.find(mark)) >= 0), default=-1)
        if at < 0:
            break
        mark = max((each for each in names if rest.startswith(each, at)), key=len)
        value = values.get(names[mark], "")
        head = rest[:at]
        made += (head if value else head.rstrip(" ")) + value
        rest = rest[at + len(mark) :]
    return made + rest


def names_of_fields(texts: Texts) -> str:
    """The fields as they are written in a letter."""
    return ", ".join(f"[{texts(f'questionnaire.field.{each}')}]" for each in FIELDS)
