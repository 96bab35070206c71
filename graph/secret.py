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


def secret_for(store: Store) -> bytes:
    """The secret, made the first time it is asked for.

    Raises:
        WrongSecret: the store was made with another one.
    """
    given = os.environ.get("NARVERK_SECRET")
    secret = given.encode() if given else _from_file(secret_file(store))
    fingerprint = hashlib.sha256(b"narverk fingerprint\x00" + secret).hexdigest()
    known = store.recall(NOTE)
    if known is None:
        store.remember(NOTE, fingerprint)
    elif known != fingerprint:
        raise WrongSecret("wrong_secret", address=store.address)
    return secret


def _from_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        secret = secrets.token_bytes(SECRET_BYTES)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secret)
        return secret
