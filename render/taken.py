"""What is taken along of a region: as one viewer sees it on one day, and how that is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from graph.audience import Viewer, may_see
from graph.enquiries import Enquiry, enquiries
from graph.model import Alias, Company, Level, Region
from graph.store import Snapshot, Store
from texts import Texts


@dataclass(frozen=True)
class Taken:
    """A region as :func:`graph.audience.view` gives it to the viewer, on a day (ISO); to the manager with enquiries."""

    snapshot: Snapshot
    viewer: Viewer
    day: str
    enquiries: Sequence[Enquiry] = ()

    @cached_property
    def region(self) -> str:
        """The names of the network's own regions, "" where none has one."""
        return ", ".join(e.name for e in self.snapshot.of(Region) if e.name and e.is_home is not False)

    @cached_property
    def companies(self) -> dict[str, Company]:
        """The companies by their identifier."""
        return {each.company_id: each for each in self.snapshot.of(Company)}

    @cached_property
    def own(self) -> Company | None:
        """The viewer's own firm; None where there is none."""
        if not self.viewer.company_id:
            return None
        now = {each.alias: each.company_id for each in self.snapshot.of(Alias)}
        return self.companies.get(now.get(self.viewer.company_id) or self.viewer.company_id)

    def shown_to(self, texts: Texts) -> str:
        """Whose view it is, in words."""
        if self.viewer.company_id:
            name = self.own.name if self.own else None
            return texts("export.shown_to_own", company=name or texts("find.unnamed"))
        return texts(f"status.level.{self.viewer.level.name}")

    def notes(self, texts: Texts, *, is_list: bool = False) -> Iterator[str]:
        """What whoever holds the file must know; a list is a file that can be loaded again."""
        if self.viewer.level >= Level.MANAGER:
            yield texts("export.note.manager" if is_list else "export.note.manager_catalogue")
        elif self.viewer.company_id:
            yield texts("export.note.own")
        elif self.viewer.level is Level.MEMBERS:
            yield texts("export.note.members")
        yield texts("export.note.unknown")


def take(store: Store, snapshot: Snapshot, viewer: Viewer, day: str) -> Taken:
    """The viewer's snapshot of the store, with the enquiries where they are the viewer's to see."""
    return Taken(snapshot, viewer, day, enquiries(store, viewer) if may_see(viewer, "enquiries") else ())
