"""What follows from a session is worked out once for each reading of it: a `Visit` is one frozen moment."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ketaclinic.domain.visit import Visit

T = TypeVar("T")
_KEPT = "_worked_out"


def once(function: Callable[["Visit"], T]) -> Callable[["Visit"], T]:
    """A pure function of a visit alone, which answers a second time from memory; a changed visit is another value."""
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def answered(visit: "Visit") -> T:
        kept = worked_out(visit)
        if name not in kept:
            kept[name] = function(visit)
        found: T = kept[name]
        return found

    return answered


def worked_out(visit: "Visit") -> dict[Any, Any]:
    """What has been worked out about this visit so far, to be added to."""
    kept: dict[Any, Any] = visit.__dict__.setdefault(_KEPT, {})
    return kept
