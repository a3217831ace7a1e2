"""mg, mL and pump rate, and the blind second check."""

from dataclasses import dataclass

from ketaclinic.domain.findings import Finding


@dataclass(frozen=True, slots=True)
class Dose:
    """What the pump is set to, computed from order, today's weight and the vial.

    Attributes:
        mg_per_kg: ordered.
        weight_kg: today's.
        mg: to be given in the whole infusion.
        concentration: mg/mL of the vial, chosen explicitly.
        ml: to be drawn.
        rate: mL/h.
        minutes: ordered length of the infusion.
        capped: whether the order's ceiling in mg cut the dose.
    """

    mg_per_kg: float
    weight_kg: float
    mg: float
    concentration: float
    ml: float
    rate: float
    minutes: int
    capped: bool = False
    findings: tuple[Finding, ...] = ()
