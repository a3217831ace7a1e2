"""Which of the steps that may come next is the usual one, and what the others are."""

from collections.abc import Iterable, Sequence

from ketaclinic.domain.appointments import CANCELLED, Status, Transition

LEAVES = CANCELLED | {Status.RESCHEDULED}
"""Steps that take the visit off the board and want a reason."""

_WAY = (
    Status.PROPOSED,
    Status.HELD,
    Status.SCHEDULED,
    Status.CONFIRMED,
    Status.ARRIVED,
    Status.CHECKED_IN,
    Status.INFUSING,
    Status.RECOVERING,
    Status.READY,
    Status.DISCHARGED,
)


def _forward(step: Transition) -> bool:
    return step.source in _WAY and step.target in _WAY and _WAY.index(step.target) > _WAY.index(step.source)


def usual_step(steps: Sequence[Transition], *, today: bool) -> Transition | None:
    """The main button: the next step on the way from booking to discharge.

    On the day itself a booked visit is expected to arrive; before it, to be confirmed.
    """
    forward = [s for s in steps if _forward(s)]
    if today:
        arrives = next((s for s in forward if s.target is Status.ARRIVED), None)
        if arrives is not None:
            return arrives
    if not forward:
        return next((s for s in steps if s.source is Status.NO_SHOW), None)
    return forward[0]


def other_steps(steps: Iterable[Transition], usual: Transition | None) -> tuple[Transition, ...]:
    """The rest that a menu offers at once: neither the usual one, nor a leave, nor one that charting makes.

    The pinboard is no step here: it has its own line in every menu.
    """
    apart = LEAVES | {Status.PROPOSED}
    return tuple(s for s in steps if s is not usual and s.target not in apart and not s.clinical)


def leaving_steps(steps: Iterable[Transition]) -> tuple[Transition, ...]:
    """Ways in which the visit does not take place; each asks for its reason."""
    return tuple(s for s in steps if s.target in LEAVES)
