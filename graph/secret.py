"""The install's secret behind ``person:`` keys, and the check that a store keeps to one of them.

It is configuration: ``NARVERK_SECRET``, else a file beside an embedded store (in the user's data folder for a server).
The store keeps only its fingerprint, so that another secret is refused before it makes second keys for the same people.
No export, snapshot or copy holds it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from graph.errors import WrongSecret
from graph.store import Store, data_folder

NOTE = "secret_fingerprint"
SECRET_BYTES = 32


def secret_file(store: Store) -> Path:
    """Where the secret of a store lies, where the environment does not give it."""
    if store.address.startswith("sqlite:"):
        return Path(store.address.removeprefix("sqlite:")).with_suffix(".secret")
    return data_folder() / "server.secret"


def secret_for(store: Store, *, keep: bool = True) -> bytes:
    """The secret, made the first time it is asked for; without ``keep`` (a dry run) nothing is written.

    Raises:
        WrongSecret: the store was made with another one, or its file is gone or empty.
    """
    known = store.recall(NOTE)
    path = secret_file(store)
    secret = os.environ.get("NARVERK_SECRET", "").encode() or _from_file(path)
    if secret is None and known is None:
        secret = _made(path) if keep else secrets.token_bytes(SECRET_BYTES)
    if not secret or known not in (None, _fingerprint(secret)):
        raise WrongSecret("wrong_secret", address=store.address, path=str(path))
    if known is None and keep:
        store.remember(NOTE, _fingerprint(secret))
    return secret


def _fingerprint(secret: bytes) -> str:
    return hashlib.sha256(b"narverk fingerprint\x00" + secret).hexdigest()


def _from_file(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _made(path: Path) -> bytes:
    """A new secret in its file, or the one that another process was quicker to write."""
    path.parent.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_bytes(SECRET_BYTES)
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secret)
    except FileExistsError:
        return path.read_bytes()
    return secret
