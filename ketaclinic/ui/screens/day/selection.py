"""Which visits are selected: one that leads, and others that go with it; without a widget."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Spot = tuple[int, int]
"""Column and minute at which a visit begins on the board."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The visits somebody has chosen.

    Attributes:
        lead: the visit the inspector shows and the keyboard stands on; 0 for none.
        ids: every selected visit, the lead included.
        anchor: where a selection by Shift began.
    """

    lead: int = 0
    ids: frozenset[int] = frozenset()
    anchor: int = 0

    @property
    def several(self) -> bool:
        """Whether more than one is selected."""
        return len(self.ids) > 1

    def only(self, visit: int) -> "Selection":
        """This one alone; 0 for none."""
        return Selection(visit, frozenset({visit}), visit) if visit else Selection()

    def toggled(self, visit: int) -> "Selection":
        """With this one added, or taken out; the lead goes to one that is left."""
        if visit not in self.ids:
            return Selection(visit, self.ids | {visit}, visit)
        left = self.ids - {visit}
        lead = self.lead if self.lead in left else min(left, default=0)
        return Selection(lead, left, lead)

    def reaching(self, visit: int, spots: Mapping[int, Spot]) -> "Selection":
        """Everything between where the selection began and this one: their chairs, and the times between them."""
        anchor = self.anchor if self.anchor in spots else visit
        if visit not in spots:
            return self
        (one, begins), (other, ends) = spots[anchor], spots[visit]
        columns = range(min(one, other), max(one, other) + 1)
        earliest, latest = min(begins, ends), max(begins, ends)
        between = (id_ for id_, (column, at) in spots.items() if column in columns and earliest <= at <= latest)
        return Selection(visit, frozenset(between), anchor)

    def these(self, visits: Iterable[int]) -> "Selection":
        """Exactly these; the lead stays where it is among them."""
        ids = frozenset(visits)
        lead = self.lead if self.lead in ids else min(ids, default=0)
        return Selection(lead, ids, lead)

    def among(self, known: Iterable[int]) -> "Selection":
        """What is left of it on a board that shows only these."""
        there = frozenset(known)
        if self.ids <= there:
            return self
        return self.these(self.ids & there)


def in_order(ids: Iterable[int], spots: Mapping[int, Spot]) -> Sequence[int]:
    """Visits by chair and time, as one reads the board."""
    return sorted(ids, key=lambda id_: spots.get(id_, (99, 0)))
