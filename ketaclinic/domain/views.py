"""Saved views of the board: which chairs, in which order, how large; each has its function key."""

from dataclasses import dataclass

from ketaclinic.domain.findings import Invalid

STEPS = (5, 10, 15)
"""Minutes of one step of the board."""
STEP = 15
"""The step of a board nobody has zoomed."""
FIRST, LAST = 2, 8
"""Function keys that views may have; F1 always shows every chair."""
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class BoardView:
    """A view of the board of one location.

    Attributes:
        position: its function key, 2 for F2; 1 is "All chairs" and not stored.
        chairs: ids of the chairs in their order; empty for all.
        step: minutes between two starts the board offers.
    """

    id: int
    position: int
    name: str
    chairs: tuple[int, ...] = ()
    step: int = STEP
    version: int = 1


ALL_CHAIRS = BoardView(0, 1, "All chairs")
"""What F1 shows."""


def checked(view: BoardView, known_chairs: frozenset[int]) -> BoardView:
    """The view as it may be saved: name trimmed, each chair once.

    Raises:
        Invalid: it has no name, no chair, a chair of another location, or no such step or key.
    """
    name = " ".join(view.name.split())
    if not name:
        raise Invalid("name", "The view needs a name. Nothing was saved.")
    if len(name) > LONGEST_NAME:
        raise Invalid("name", f"The name may have at most {LONGEST_NAME} letters. Nothing was saved.")
    chairs = tuple(dict.fromkeys(view.chairs))
    if not chairs:
        raise Invalid("chairs", "A view shows at least one chair. Nothing was saved: tick one.")
    if not known_chairs.issuperset(chairs):
        raise Invalid("chairs", "One of the chairs is not at this location. Nothing was saved: choose them again.")
    if view.step not in STEPS:
        raise Invalid("step", "The board steps by 5, 10 or 15 minutes. Nothing was saved.")
    if not FIRST <= view.position <= LAST:
        raise Invalid("position", f"Views have the keys F{FIRST} to F{LAST}. Nothing was saved.")
    return BoardView(view.id, view.position, name, chairs, view.step, view.version)


def free_key(views: tuple[BoardView, ...]) -> int | None:
    """The first function key that no view has; None when all are taken."""
    taken = {view.position for view in views}
    return next((key for key in range(FIRST, LAST + 1) if key not in taken), None)
