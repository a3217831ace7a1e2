"""What the dose of a session rests on, and what was withdrawn while it runs, as its screen shows them."""

from ketaclinic.clock import to_wall
from ketaclinic.domain.encounters import DosingView
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.orders import titration
from ketaclinic.domain.visit import Visit

_UNTOUCHED = "This infusion is not touched by it. Call the prescriber."


def dosing_view(visit: Visit) -> DosingView:
    """Today's dose with everything that is still to be chosen or typed; once it runs, what was."""
    today, order, stock = visit.dose_today, visit.order, visit.stock
    open_still = visit.encounter.started_at is None
    return DosingView(
        mg_per_kg=today.mg_per_kg,
        between=titration(order.fields) if order and open_still else None,
        titrated_by=visit.name_of(today.titrated_by),
        computed=today.computed if open_still else None,
        syringe=today.syringe,
        differed=today.differed,
        vial_id=today.chosen.data.get("vial") if today.chosen else None,
        vials=stock.vials if stock is not None else None,
        problem="" if order or not open_still else visit.order_problem,
    )


def withdrawals(visit: Visit) -> tuple[Finding, ...]:
    """Order or consent taken back since the start; told at the chair until the session is signed."""
    if visit.encounter.started_at is None or visit.encounter.signed_at is not None:
        return ()
    found = []
    order, consent = visit.order, visit.consent
    if order is not None and order.withdrawn_at is not None:
        at = to_wall(order.withdrawn_at, visit.zone)
        text = f"{order.withdrawn_by} withdrew the order at {at:%H:%M}: {order.withdrawn_reason.rstrip('.')}."
        found.append(Finding("order-withdrawn", Severity.WARN, text, subject="order", action=_UNTOUCHED))
    if consent is not None and consent.withdrawn_on is not None:
        why = consent.withdrawn_reason.rstrip(".") or "no reason was noted"
        text = f"The consent was withdrawn on {consent.withdrawn_on.isoformat()}: {why}."
        found.append(Finding("consent-withdrawn", Severity.WARN, text, subject="consent", action=_UNTOUCHED))
    return tuple(found)
