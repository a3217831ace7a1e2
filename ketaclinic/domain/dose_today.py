"""Today's dose in one session, from what was chosen, typed and checked: the vial, the syringe, the blind check.

The order of steps is weight and vial, syringe, second check. A new weight, vial, order or titration makes syringe and
check void; a check that differs makes the syringe void too, because both compute again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from ketaclinic.domain import events
from ketaclinic.domain.clinical_limits import ClinicalLimits, number
from ketaclinic.domain.dosing import Calculation, Dose, check_entered_dose, check_weight, compute_dose, second_check
from ketaclinic.domain.events import Event
from ketaclinic.domain.findings import Finding, Refused, Severity
from ketaclinic.domain.orders import Order, titration
from ketaclinic.domain.protocols import DoseLimits


@dataclass(frozen=True)
class DoseToday:
    """What the dose rests on.

    Attributes:
        chosen: the last choice of the vial, with what was typed for the syringe; None when there is none.
        checks: the second checks made since then, in their order.
        weight_kg: today's, as it stands now.
    """

    chosen: Event | None
    checks: tuple[Event, ...]
    weight_kg: float | None
    order: Order | None
    protocol: DoseLimits
    limits: ClinicalLimits

    @property
    def titrated_by(self) -> int | None:
        """The prescriber who set another dose for today than the order's; None where nobody has."""
        if self.chosen is None or self.order is None:
            return None
        data, by = self.chosen.data, self.chosen.data.get("titrated_by")
        if by is None or data.get("order") != self.order.id or titration_problem(self.order, float(data["mg_per_kg"])):
            return None
        return int(by)

    @property
    def mg_per_kg(self) -> float | None:
        """Today's: as ordered, or within the order's titration as a prescriber set it; None without an order."""
        if self.order is None:
            return None
        if self.chosen is None or self.titrated_by is None:
            return self.order.fields.mg_per_kg
        return float(self.chosen.data["mg_per_kg"])

    @cached_property
    def computed(self) -> Dose | None:
        """By order, today's weight and the vial; None while one is missing."""
        if self.chosen is None or self.order is None or self.weight_kg is None or self.mg_per_kg is None:
            return None
        return compute_dose(
            mg_per_kg=self.mg_per_kg,
            max_mg=self.order.fields.max_mg,
            minutes=self.order.fields.minutes,
            weight_kg=self.weight_kg,
            concentration=float(self.chosen.data["concentration"]),
            protocol=self.protocol,
        )

    @property
    def _stands(self) -> bool:
        """Whether weight and order are still those for which the vial was chosen."""
        if self.chosen is None or self.order is None:
            return False
        data = self.chosen.data
        return data.get("weight_kg") == self.weight_kg and data.get("order", self.order.id) == self.order.id

    @property
    def differed(self) -> bool:
        """Whether the second person's calculation differed from what stands."""
        return self._stands and bool(self.checks) and not self.checks[-1].data.get("agreed", True)

    @property
    def syringe(self) -> tuple[float, float] | None:
        """Mg and mL as they were typed for the syringe; None while they are to be typed, or typed again."""
        if self.chosen is None or not self._stands or self.differed:
            return None
        mg, ml = self.chosen.data.get("mg"), self.chosen.data.get("ml")
        return None if mg is None or ml is None else (float(mg), float(ml))

    @cached_property
    def dose(self) -> Dose | None:
        """What would be given: what is in the syringe, or while that is not typed what was computed."""
        computed, drawn, order = self.computed, self.syringe, self.order
        if computed is None or drawn is None or order is None:
            return computed
        mg, ml = drawn
        found = check_entered_dose(
            mg, ml, computed, max_mg=order.fields.max_mg, limits=self.limits, protocol=self.protocol
        )
        rate = round(ml * 60 / computed.minutes, 2)
        return replace(computed, mg=mg, ml=ml, rate=rate, findings=_once((*computed.findings, *found)))

    @property
    def check(self) -> Event | None:
        """The last blind check of what stands."""
        return self.checks[-1] if self._stands and self.checks else None

    @property
    def check_findings(self) -> tuple[Finding, ...] | None:
        """What the blind check says about the dose as it stands; None while there is none, empty when they agree."""
        check, computed = self.check, self.computed
        if check is None or computed is None:
            return None
        data = check.data
        return second_check(computed, Calculation(data["mg"], data["ml"], data["rate"]), self.limits)


def dose_today(
    happened: Iterable[Event],
    *,
    weight_kg: float | None,
    order: Order | None,
    protocol: DoseLimits,
    limits: ClinicalLimits,
) -> DoseToday:
    """Today's dose out of a session's events."""
    kept = tuple(happened)
    chosen = max((e for e in kept if e.kind == events.DOSE), key=lambda e: e.id, default=None)
    since = chosen.id if chosen is not None else 0
    checks = sorted(
        (e for e in kept if chosen is not None and e.kind == events.SECOND_CHECK and e.id > since), key=lambda e: e.id
    )
    return DoseToday(chosen, tuple(checks), weight_kg, order, protocol, limits)


def titration_problem(order: Order, mg_per_kg: float) -> str:
    """Why today's dose may not be this under the order; "" when it may."""
    fields, allowed = order.fields, titration(order.fields)
    if mg_per_kg == fields.mg_per_kg or (allowed is not None and allowed[0] <= mg_per_kg <= allowed[1]):
        return ""
    if allowed is None:
        return (
            f"The order allows no titration: {number(fields.mg_per_kg, 3)} mg/kg. Another dose needs a new order. "
            "Nothing was saved."
        )
    return (
        f"{number(mg_per_kg, 3)} mg/kg is outside the order's titration of {number(allowed[0], 3)} to "
        f"{number(allowed[1], 3)} mg/kg. Another dose needs a new order. Nothing was saved."
    )


def take_weight(weight_kg: float, order: Order | None, limits: ClinicalLimits, *, confirmed: bool) -> None:
    """Raises Refused for a weight that cannot be, and asks again for one far from the order's."""
    found = check_weight(weight_kg, order.fields.weight_kg if order else None, limits)
    if any(f.severity is Severity.BLOCK or not confirmed for f in found):
        raise Refused(found)


def _once(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Each finding for the first time it is said; a code is not repeated."""
    return tuple({finding.code: finding for finding in reversed(findings)}.values())[::-1]
