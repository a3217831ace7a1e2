"""The check of the role, the same for every service method."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from ketaclinic.domain.findings import NotAllowed
from ketaclinic.domain.people import User
from ketaclinic.domain.permissions import may, refusal


class HasArea(Protocol):
    """A service: the first half of its intentions' names."""

    area: str


_Service = TypeVar("_Service", bound=HasArea)
_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


def intention(
    method: Callable[Concatenate[_Service, User, _Given], _Result],
) -> Callable[Concatenate[_Service, User, _Given], _Result]:
    """Lets a service method run only for the roles that `domain.permissions` names for it.

    The acting user comes first. Raises NotAllowed before anything is read or written; for a method without a row in
    the table it raises KeyError, which is a bug and not a refusal.
    """

    @wraps(method)
    def guarded(self: _Service, by: User, /, *args: _Given.args, **kwargs: _Given.kwargs) -> _Result:
        name = f"{self.area}.{method.__name__}"
        if not may(by.role, name):
            raise NotAllowed(refusal(by.role, name))
        return method(self, by, *args, **kwargs)

    return guarded
