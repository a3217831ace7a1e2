"""Commands for the schedule: plan, book, day, free, why."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from ketaclinic.cli.program import DONE, REFUSED, Program, WrongUseError, findings_json, findings_lines
from ketaclinic.domain.findings import NotFound
from ketaclinic.domain.people import User
from ketaclinic.domain.resources import Chair, Location
from ketaclinic.domain.wishes import BookedSeries, PlannedSession, Proposals, SeriesWishes
from ketaclinic.services.bundle import Services


def plan(program: Program) -> int:
    """Proposes complete series, best first."""
    with program.open(False) as services:  # noqa: FBT003
        by = program.sign_in(services)
        place = program.location(services, by)
        answer = services.booking.propose_series(by, _wishes(program, services, by, place))
        chairs = _chair_names(services, by, place)
    document = {
        "proposals": [
            {
                "sessions": _sessions_json(proposal.sessions, place, chairs),
                "cost": proposal.cost,
                "why": list(proposal.why),
                "costs": [{"points": line.points, "text": line.text} for line in proposal.costs],
                "title": proposal.title,
                "findings": findings_json(proposal.findings),
            }
            for proposal in answer.proposals
        ],
        "findings": findings_json(answer.findings),
    }
    program.answer(document, _proposal_lines(answer, chairs))
    return DONE if answer.proposals else REFUSED


def book(program: Program) -> int:
    """Books one of the proposals, all of it or nothing."""
    number, hold = program.arguments.proposal, program.arguments.hold
    with program.open(False) as services:  # noqa: FBT003
        by = program.sign_in(services)
        place = program.location(services, by)
        wishes = _wishes(program, services, by, place)
        answer = services.booking.propose_series(by, wishes)
        chairs = _chair_names(services, by, place)
        if not answer.proposals:
            lines = ["Nothing was booked.", *findings_lines(answer.findings)]
            program.answer({"series": None, "appointments": [], "findings": findings_json(answer.findings)}, lines)
            return REFUSED
        if number > len(answer.proposals):
            raise WrongUseError(
                f"There are {len(answer.proposals)} proposals, none with the number {number}. Nothing was booked."
            )
        sessions = answer.proposals[number - 1].sessions
        command = uuid4().hex
        if hold is None:
            trial = program.arguments.trial
            booked = services.booking.book_series(by, wishes, sessions, command, trial=trial)
        else:
            booked = services.booking.hold_series(by, wishes, sessions, hold or None, command)
        held = _held_until(services, by, booked, place)
    document = {
        "series": booked.series_id,
        "appointments": list(booked.appointment_ids),
        "sessions": _sessions_json(sessions, place, chairs),
        "held_until": None if held is None else held.isoformat(),
    }
    says = f"Series {booked.series_id} is {'booked' if hold is None else 'held'}."
    if held is not None:
        says = (
            f"{says} {'It' if hold is not None else 'What comes after the trial'} is held until {held:%Y-%m-%d %H:%M}."
        )
    program.answer(document, [says, *(_session_line(session, chairs) for session in sessions)])
    return DONE


def _held_until(services: Services, by: User, booked: BookedSeries, place: Location) -> datetime | None:
    """When the hold of the last session runs out, on the wall of the location; None where all is booked."""
    until = services.floor.inspect(by, booked.appointment_ids[-1]).card.appointment.held_until
    return None if until is None else until.astimezone(ZoneInfo(place.zone))


def day(program: Program) -> int:
    """The day's appointments."""
    with program.open(False) as services:  # noqa: FBT003
        by = program.sign_in(services)
        place = program.location(services, by)
        view = services.booking.day(by, place.id, program.arguments.day)
    chairs = {chair.id: chair.name for chair in view.chairs}
    appointments, lines = [], []
    for card in view.cards:
        visit = card.appointment
        _, _, of = card.label.partition(" of ")
        chair = chairs.get(visit.chair_id, str(visit.chair_id))
        appointments.append(
            {
                "id": visit.id,
                "start": _iso(visit.starts_at, place),
                "end": _iso(visit.ends_at, place),
                "chair": chair,
                "patient": card.record,
                "name": card.patient_name,
                "status": visit.status.value,
                "session": visit.session_number or visit.position,
                "of": int(of) if of.isdecimal() else None,
                "missing": list(card.missing),
            }
        )
        missing = f"  missing: {', '.join(card.missing)}" if card.missing else ""
        lines.append(
            f"{visit.starts_at:%H:%M} to {visit.ends_at:%H:%M}  {chair}  {card.record}  {card.patient_name}  "
            f"{card.label}  {visit.status.word}{missing}"
        )
    program.answer({"appointments": appointments}, lines or ["No appointments."])
    return DONE


def free(program: Program) -> int:
    """Open starts of a visit of so many minutes."""
    with program.open(False) as services:  # noqa: FBT003
        by = program.sign_in(services)
        place = program.location(services, by)
        found = services.booking.free(by, place.id, program.arguments.day, program.arguments.minutes)
        chairs = _chair_names(services, by, place)
    document = [{"start": _iso(start.starts_at, place), "chair": chairs[start.chair_id]} for start in found]
    lines = [f"{start.starts_at:%H:%M}  {chairs[start.chair_id]}" for start in found]
    program.answer({"free": document}, lines or ["No open start."])
    return DONE if found else REFUSED


def why(program: Program) -> int:
    """Why a start is not offered, and the nearest that would do."""
    given = program.arguments
    with program.open(False) as services:  # noqa: FBT003
        by = program.sign_in(services)
        place = program.location(services, by)
        patient = services.patients.by_record(by, given.patient)
        chair = _chair(services, by, place, given.chair)
        answer = services.booking.why(by, patient.id, given.protocol, _on_the_wall(given.at, place), chair.id)
        chairs = _chair_names(services, by, place)
    document = {
        "free": answer.free,
        "findings": findings_json(answer.findings),
        "nearest": _sessions_json(answer.nearest, place, chairs),
    }
    lines = ["This start is free." if answer.free else "This start is not free.", *findings_lines(answer.findings)]
    if answer.nearest:
        lines += ["Nearest:", *(_session_line(session, chairs) for session in answer.nearest)]
    program.answer(document, lines)
    return DONE


def _wishes(program: Program, services: Services, by: User, place: Location) -> SeriesWishes:
    given = program.arguments
    patient = services.patients.by_record(by, given.patient)
    known = sorted(protocol.id for protocol in services.booking.protocols(by))
    if given.protocol not in known:
        raise NotFound(f"There is no protocol “{given.protocol}”. The protocols are: {', '.join(known)}.")
    return SeriesWishes(
        patient_id=patient.id,
        protocol_id=given.protocol,
        location_id=place.id,
        first_day=given.first_day,
        weekdays=given.weekdays,
        earliest=given.earliest,
        latest=given.latest,
        same_time=given.same_time,
        count=given.count,
        chair_id=_chair_id(services, by, place, given.chair),
        preferred_chair_id=_chair_id(services, by, place, given.prefer_chair),
        series_id=given.series,
    )


def _chair_id(services: Services, by: User, place: Location, wanted: str | None) -> int | None:
    return None if wanted is None else _chair(services, by, place, wanted).id


def _chair_names(services: Services, by: User, place: Location) -> dict[int, str]:
    return {chair.id: chair.name for chair in services.clinic.chairs(by, place.id)}


def _chair(services: Services, by: User, place: Location, wanted: str) -> Chair:
    """A chair by its name, its place on the board or its id; "3" is first of all "Chair 3"."""
    chairs = services.clinic.chairs(by, place.id)
    for matches in (
        lambda chair: chair.name.casefold() == wanted.casefold(),
        lambda chair: chair.name.casefold().split()[-1:] == [wanted.casefold()],
        lambda chair: str(chair.id) == wanted,
    ):
        if found := [chair for chair in chairs if matches(chair)]:
            return found[0]
    raise NotFound(f"There is no chair “{wanted}”. The chairs are: {', '.join(chair.name for chair in chairs)}.")


def _on_the_wall(at: datetime, place: Location) -> datetime:
    return at if at.tzinfo is None else at.astimezone(ZoneInfo(place.zone)).replace(tzinfo=None)


def _iso(wall: datetime, place: Location) -> str:
    return wall.replace(tzinfo=ZoneInfo(place.zone)).isoformat()


def _sessions_json(sessions: Iterable[PlannedSession], place: Location, chairs: dict[int, str]) -> list[dict[str, str]]:
    return [
        {
            "start": _iso(s.starts_at, place),
            "end": _iso(s.ends_at, place),
            "chair": chairs.get(s.chair_id, str(s.chair_id)),
        }
        for s in sessions
    ]


def _session_line(session: PlannedSession, chairs: dict[int, str]) -> str:
    chair = chairs.get(session.chair_id, str(session.chair_id))
    return f"  {session.starts_at:%a %Y-%m-%d %H:%M} to {session.ends_at:%H:%M}  {chair}"


def _proposal_lines(answer: Proposals, chairs: dict[int, str]) -> Iterable[str]:
    for number, proposal in enumerate(answer.proposals, start=1):
        yield f"{number}. {proposal.title}  ({'; '.join([f'{proposal.cost:g} points', *proposal.why])})"
        yield from (_session_line(session, chairs) for session in proposal.sessions)
        yield from findings_lines(proposal.findings)
    if not answer.proposals:
        yield "No series fits these wishes."
    yield from findings_lines(answer.findings)
