"""The clinic's places: first set-up, locations, and chairs added, renamed, retired and brought back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from ketaclinic.clock import Clock, wall_now
from ketaclinic.db import chairs as chair_rows
from ketaclinic.db import clinic as rows
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import OVER
from ketaclinic.domain.changes import Op
from ketaclinic.domain.closing import in_the_way
from ketaclinic.domain.findings import Finding, Refused, Severity
from ketaclinic.domain.people import User
from ketaclinic.domain.resources import Chair, Location
from ketaclinic.domain.set_up import chair_findings, chairs_findings, is_zone, location_findings


def add_location(store: Store, by: User, given: Location, chairs: Sequence[str], command_id: str) -> Location:
    """Another site with its chairs."""
    given = replace(given, name=" ".join(given.name.split()), zone=given.zone.strip())
    names = [" ".join(name.split()) for name in chairs]
    with store.writing(Op.EDIT_CLINIC, by=by.id, command_id=command_id) as writing:
        if writing.earlier is not None:
            return rows.location(writing.session, writing.earlier["location"])
        findings = [*location_findings(given.name, given.hours, given.usual_nurses), *chairs_findings(names)]
        if not is_zone(given.zone):
            findings.append(_at("zone", f"“{given.zone}” is not a time zone such as America/New_York."))
        if given.name.casefold() in {place.name.casefold() for place in rows.locations(writing.session)}:
            findings.append(_at("location_name", f"There is a location called “{given.name}” already."))
        if findings:
            raise Refused(findings)
        added = rows.add_location(writing.session, given, names)
        writing.result, writing.detail = {"location": added.id}, f"location {added.id} added"
        return added


def edit_location(store: Store, by: User, given: Location) -> Location:
    """Name, contacts, hours, usual nurses and region changed."""
    given = replace(given, name=" ".join(given.name.split()))
    if findings := tuple(location_findings(given.name, given.hours, given.usual_nurses)):
        raise Refused(findings)
    with store.writing(Op.EDIT_CLINIC, by=by.id, detail=f"location {given.id}") as writing:
        return rows.save_location(writing.session, given)


def add_chair(store: Store, by: User, location_id: int, name: str, command_id: str) -> Chair:
    """A new chair behind the others."""
    with store.writing(Op.EDIT_CLINIC, by=by.id, command_id=command_id) as writing:
        if writing.earlier is not None:
            return chair_rows.chair(writing.session, writing.earlier["chair"])
        name = _chair_name(name, rows.chairs(writing.session, location_id))
        added = chair_rows.add_chair(writing.session, location_id, name)
        writing.result, writing.detail = {"chair": added.id}, f"chair {added.id} added"
        return added


def rename_chair(store: Store, by: User, chair_id: int, name: str) -> Chair:
    """The chair under another name."""
    with store.writing(Op.EDIT_CLINIC, by=by.id, detail=f"chair {chair_id} renamed") as writing:
        here = rows.chairs(writing.session, chair_rows.chair(writing.session, chair_id).location_id)
        name = _chair_name(name, [chair for chair in here if chair.id != chair_id])
        return chair_rows.rename_chair(writing.session, chair_id, name)


def retire_chair(store: Store, clock: Clock, by: User, chair_id: int) -> Chair:
    """The chair out of use from today, or from tomorrow when somebody has sat in it today."""
    with store.writing(Op.EDIT_CLINIC, by=by.id, detail=f"chair {chair_id} retired") as writing:
        chair = chair_rows.chair(writing.session, chair_id)
        today = wall_now(clock, rows.location(writing.session, chair.location_id).zone).date()
        midnight = datetime.combine(today, time.min)
        visits = chair_rows.booked(writing.session, chair.location_id, chair_id, midnight, without=OVER)
        if visits:
            sentence = f"{chair.name} is still booked: {in_the_way(visits, chairs=False)}."
            raise _refused("chair-booked", f"{sentence} Nothing was changed: move these visits first.")
        if len(rows.chairs(writing.session, chair.location_id)) == 1:
            raise _refused("only-chair", "This is the only chair. Nothing was changed: add another one first.")
        sat_in = chair_rows.booked(writing.session, chair.location_id, chair_id, midnight)
        return chair_rows.retire_chair(writing.session, chair_id, today + timedelta(days=1 if sat_in else 0))


def unretire_chair(store: Store, by: User, chair_id: int) -> Chair:
    """A retired chair in use again."""
    with store.writing(Op.EDIT_CLINIC, by=by.id, detail=f"chair {chair_id} in use again") as writing:
        chair = chair_rows.chair(writing.session, chair_id)
        if chair.retired_on is None:
            return chair
        _chair_name(chair.name, rows.chairs(writing.session, chair.location_id))
        return chair_rows.unretire_chair(writing.session, chair_id)


def _chair_name(name: str, others: Sequence[Chair]) -> str:
    """The name as it is kept. Raises Refused when a chair cannot be called so among the others."""
    name = " ".join(name.split())
    if findings := tuple(chair_findings(name, [chair.name for chair in others])):
        raise Refused(findings)
    return name


def _at(field: str, sentence: str) -> Finding:
    return Finding("set-up", Severity.BLOCK, sentence, subject=field)


def _refused(code: str, sentence: str) -> Refused:
    return Refused([Finding(code, Severity.BLOCK, sentence)])
