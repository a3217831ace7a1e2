"""The command repair: a day with somebody or something out, planned and, when asked, saved."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from ketaclinic.cli.program import DONE, Program, WrongUseError, findings_json, findings_lines
from ketaclinic.domain.findings import NotFound
from ketaclinic.domain.people import User
from ketaclinic.domain.repair import Outage, OutageKind, RepairChoices, RepairPlan
from ketaclinic.domain.resources import Location
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.services.bundle import Services


def repair(program: Program) -> int:
    """The day repaired with the fewest people moved; saved with --apply."""
    given = program.arguments
    with program.open(False) as services:  # noqa: FBT003
        by = program.sign_in(services)
        place = program.location(services, by)
        choices = services.repair.choices(by, place.id, given.day)
        outages = [_outage(program, word, choices, place) for word in given.out]
        plan = services.repair.propose(by, place.id, given.day, outages, seconds=given.seconds)
        saved = services.repair.apply(by, plan, uuid4().hex) if given.apply else None
        chairs = _chair_names(services, by, place)
    document = _document(plan, place, chairs)
    if saved is not None:
        document["repair"] = saved.repair_id
    program.answer(document, _lines(plan, chairs, saved=saved is not None))
    return DONE


def _outage(program: Program, word: str, choices: RepairChoices, place: Location) -> Outage:
    given = program.arguments
    kind_name, _, name = word.partition(":")
    try:
        kind = OutageKind(kind_name.strip().lower())
    except ValueError:
        raise WrongUseError(
            f"“{word}” does not say who or what is out. Nothing was done: write nurse:NAME, prescriber:NAME, "
            "chair:NAME or clinic."
        ) from None
    starts_at = choices.begins if given.since is None else datetime.combine(given.day, given.since)
    ends_at = None if given.until is None else datetime.combine(given.day, given.until)
    who = place.id if kind is OutageKind.CLINIC else _found(kind, name.strip(), choices)
    return Outage(kind, who, starts_at, ends_at, given.reason)


def _found(kind: OutageKind, name: str, choices: RepairChoices) -> int:
    """The id of a person by name, sign-in name or surname, of a chair by its name or number. Raises NotFound."""
    known: Sequence[tuple[int, tuple[str, ...]]]
    if kind is OutageKind.CHAIR:
        known = [(chair_id, (chair, chair.split()[-1])) for chair_id, chair in choices.chairs]
    else:
        people = choices.nurses if kind is OutageKind.NURSE else choices.prescribers
        known = [(user_id, (user, login, user.split()[-1])) for user_id, user, login in people]
    for place in range(3):
        matches = [key for key, names in known if place < len(names) and names[place].casefold() == name.casefold()]
        if len(matches) == 1:
            return matches[0]
    listed = ", ".join(names[0] for _, names in known)
    raise NotFound(f"There is no {kind.value} “{name}” on that day. Nothing was done; there are: {listed or 'none'}.")


def _document(plan: RepairPlan, place: Location, chairs: dict[int, str]) -> dict[str, Any]:
    moved = [move for move in plan.moves if move.to is not None]
    sent = [move for move in plan.moves if move.sent_away]
    return {
        "moved": [
            {
                "id": move.card.appointment.id,
                "from": _place_json(move.from_, place, chairs),
                "to": _place_json(move.place or move.from_, place, chairs),
            }
            for move in moved
        ],
        "bumped": [move.card.appointment.id for move in sent],
        "placed": [
            {"id": move.card.appointment.id, "to": _place_json(move.new_place, place, chairs)}
            for move in sent
            if move.new_place is not None
        ],
        "optimal": plan.optimal,
        "gap": plan.gap,
        "seconds": round(plan.seconds, 3),
        "cost": {
            "bumped": plan.cost.sent,
            "moved": plan.cost.moved,
            "minutes": plan.cost.shift,
            "chairs": plan.cost.chair_changes,
        },
        "findings": findings_json(plan.findings),
    }


def _place_json(session: PlannedSession, place: Location, chairs: dict[int, str]) -> dict[str, str]:
    start = session.starts_at.replace(tzinfo=ZoneInfo(place.zone)).isoformat()
    return {"start": start, "chair": chairs.get(session.chair_id, str(session.chair_id))}


def _lines(plan: RepairPlan, chairs: dict[int, str], *, saved: bool) -> Iterable[str]:
    yield from (outage.text for outage in plan.outages)
    if plan.changes_nothing:
        yield "Everyone can stay."
    for move in plan.moves:
        was = f"{move.from_.starts_at:%H:%M} {chairs.get(move.from_.chair_id, '')}"
        name = f"{move.card.record}  {move.card.patient_name}"
        if move.place is None:
            yield f"  {name}: {was} to another day, still to be placed"
            continue
        at = f"{move.place.starts_at:%a %Y-%m-%d %H:%M}" if move.sent_away else f"{move.place.starts_at:%H:%M}"
        yield f"  {name}: {was} to {at} {chairs.get(move.place.chair_id, '')}{'  ring' * move.calls}"
    proof = "proven best" if plan.optimal else f"{plan.unproven.replace('_', ' ')} at most {plan.gap} from the best"
    cost = plan.cost
    yield f"{cost.sent} to another day, {cost.moved} moved by {cost.shift} min, {cost.chair_changes} chairs; {proof}."
    yield from findings_lines(plan.findings)
    yield "Saved." if saved else "Nothing was saved; add --apply to save it."


def _chair_names(services: Services, by: User, place: Location) -> dict[int, str]:
    return {chair.id: chair.name for chair in services.clinic.chairs(by, place.id)}
