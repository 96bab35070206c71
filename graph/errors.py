"""What can go wrong, as one tree; the sentence a user reads is looked up by ``code`` in ``texts/``.

NarverkError
├── UserMistake (ValueError)          something the user wrote, chose or sent
│   ├── UnknownName (LookupError)     no such company, place, part, process, load or snapshot
│   ├── AmbiguousName                 several; ``values["candidates"]`` lists them
│   ├── UnreadableFile                a file that no reader understands
│   └── NotAllowed (PermissionError)  the viewer's level does not reach it
├── LookUpFailed (ConnectionError)    the server that looks addresses up did not answer as it should
└── StoreError
    ├── StoreUnreachable (ConnectionError)  no server, wrong address, lost connection
    ├── StoreRefused (PermissionError)      wrong user or password
    ├── StoreTooOld, StoreTooNew            a schema or server version that cannot be used
    ├── WrongSecret                         the secret behind person keys is not the store's own
    ├── RevisionMoved                       somebody else changed the region meanwhile; nothing was written
    ├── MissingEnd                          a record refers to one that is not there; nothing was written
    └── BadValue (ValueError)               a value no store may hold
"""

from __future__ import annotations


class NarverkError(Exception):
    """The root: a stable ``code`` and the ``values`` its sentence needs."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.code}({said})"


class UserMistake(NarverkError, ValueError):
    """Something the user wrote, chose or sent."""


class UnknownName(UserMistake, LookupError):
    """No such company, place, part, process, load or snapshot."""


class AmbiguousName(UserMistake):
    """Several things answer to the name; ``values["candidates"]`` lists them."""


class UnreadableFile(UserMistake):
    """A file that no reader understands."""


class NotAllowed(UserMistake, PermissionError):
    """The viewer's level does not reach what was asked for."""


class LookUpFailed(NarverkError, ConnectionError):
    """The server that looks addresses up did not answer as it should."""


class StoreError(NarverkError):
    """The store could not do it; nothing was written."""


class StoreUnreachable(StoreError, ConnectionError):
    """No server, a wrong address, or a connection lost."""


class StoreRefused(StoreError, PermissionError):
    """Wrong user or password."""


class StoreTooOld(StoreError):
    """The server or the file is older than this program can use."""


class StoreTooNew(StoreError):
    """The store was written by a newer Närverk."""


class WrongSecret(StoreError):
    """The secret behind ``person:`` keys is not the one this store was made with."""


class RevisionMoved(StoreError):
    """Somebody else changed the region meanwhile."""


class MissingEnd(StoreError):
    """A record refers to one that is not there: ``kind``, ``key``, ``field``, ``target``."""


class BadValue(StoreError, ValueError):
    """A value no store may hold: ``kind``, ``field``, ``value``."""
