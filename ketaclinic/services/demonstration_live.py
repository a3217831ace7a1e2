"""A visit of the demonstration clinic that is going on at its present moment."""

from dataclasses import dataclass

from ketaclinic.domain.protocols import Protocol
from ketaclinic.services.simulator import SimVisit


@dataclass(frozen=True, slots=True)
class Live:
    """Its row's id, the simulated visit behind it, and the protocol it follows."""

    appointment_id: int
    visit: SimVisit
    protocol: Protocol
