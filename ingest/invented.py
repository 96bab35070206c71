"""Would invented and real firms meet in one region? Then nothing is written.

Invented firms have organisation numbers whose first digit is 4, a group that is not in use, so that a number tells on
which side a firm stands. Firms known by name alone tell nothing: they are let through.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graph.errors import UserMistake
from graph.model import Alias, Claim, Source
from graph.store import Store

NUMBER = "org:"
INVENTED = "org:4"


def refuse_mixing(store: Store, claims: Iterable[Claim], sources: Sequence[Source]) -> None:
    """Refuse claims that name both invented and real firms, or other ones than the region has.

    The region is asked only where the claims name an organisation number at all.

    Raises:
        UserMistake: ``invented_and_real``, ``invented_into_real`` or ``real_into_invented``, with the first such
            number and where it stands.
    """
    invented: Claim | None = None
    real: Claim | None = None
    for claim in claims:
        if claim.subject.startswith(INVENTED):
            invented = invented or claim
        elif claim.subject.startswith(NUMBER):
            real = real or claim
    if invented and real:
        one, file, row = _place(invented, sources)
        other, other_file, other_row = _place(real, sources)
        raise UserMistake(
            "invented_and_real",
            number=one,
            file=file,
            row=row,
            other_number=other,
            other_file=other_file,
            other_row=other_row,
        )
    if invented and _holds(store, invented=False):
        number, file, row = _place(invented, sources)
        raise UserMistake("invented_into_real", number=number, file=file, row=row)
    if real and _holds(store, invented=True):
        number, file, row = _place(real, sources)
        raise UserMistake("real_into_invented", number=number, file=file, row=row)


def holds_invented(store: Store) -> bool:
    """Whether a region has invented firms."""
    return _holds(store, invented=True)


def _holds(store: Store, *, invented: bool) -> bool:
    numbers = (each for each in store.columns(Alias, "alias")["alias"] if each.startswith(NUMBER))
    return any(each.startswith(INVENTED) is invented for each in numbers)


def _place(claim: Claim, sources: Sequence[Source]) -> tuple[str, str, str]:
    """The number as people write it, the file and the row."""
    digits = claim.subject.removeprefix(NUMBER)
    return f"{digits[:6]}-{digits[6:]}", sources[claim.source].file, str(claim.row)
