"""Lists for the tests of documents: a day of as many visits as asked for."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ketaclinic.domain.resources import DutySpan
from ketaclinic.domain.sheets import (
    CallLineSheet,
    CallSheet,
    ChairCard,
    DaySheet,
    DaySheetLook,
    DueTime,
    FormList,
    FormRow,
    ListHead,
    SheetVisit,
)

DAY = date(2026, 11, 23)
HEAD = ListHead(
    "Riverside Ketamine Clinic",
    "Riverside",
    datetime(2026, 11, 23, 7, 5, tzinfo=ZoneInfo("America/Chicago")),
    "Ada Petrov",
    "Audit 1204 · 3f2a 91c0",
)
NAMES = (
    "Silva, João",
    "Okafor, Chidinma",
    "Nguyễn, Thị Minh",
    "Lefèvre, Zoë",
    "Иванова, Ольга",
    "Παπαδόπουλος, Γιώργος",
)


def a_visit(number: int = 1, at: str = "08:00", chair: int = 1, **changes: Any) -> SheetVisit:
    """A confirmed visit of 100 minutes with 15 of turnover, everything there."""
    hour, minute = at.split(":")
    starts = datetime.combine(DAY, time(int(hour), int(minute)))
    visit = SheetVisit(
        appointment_id=number,
        starts_at=starts,
        leaves_at=starts + timedelta(minutes=100),
        ends_at=starts + timedelta(minutes=115),
        chair_id=chair,
        chair=f"Chair {chair}",
        patient=NAMES[number % len(NAMES)],
        record=f"KC-{number:04}",
        born=date(1979, 3, 4),
        phone="(312) 555-0148",
        label="2 of 6",
        kind="Induction",
        minutes=100,
        nurse="Maria Ortiz",
        status="Confirmed",
        consent=True,
        order=True,
        escort="Marek Kowalski",
        escort_phone="(312) 555-0177",
    )
    return replace(visit, **changes)


def visits(count: int, chairs: int = 8, **changes: Any) -> tuple[SheetVisit, ...]:
    """So many visits, chair after chair, every two hours."""
    starts = ("08:00", "10:00", "12:00", "14:00", "16:00", "18:00", "20:00")
    return tuple(
        a_visit(number, starts[(number - 1) // chairs % len(starts)], (number - 1) % chairs + 1, **changes)
        for number in range(1, count + 1)
    )


def a_day(*booked: SheetVisit, chairs: int = 8, head: ListHead = HEAD, **look: Any) -> DaySheet:
    """A day with these visits, open from 8 to 18."""
    return DaySheet(
        head=head,
        day=DAY,
        chairs=tuple((number, f"Chair {number}") for number in range(1, chairs + 1)),
        hours=((time(8), time(18)),),
        closures=(),
        duty=(DutySpan(2, "Maria Ortiz", datetime.combine(DAY, time(8)), datetime.combine(DAY, time(16, 30))),),
        visits=booked,
        look=DaySheetLook(**look),
    )


def a_card(visit: SheetVisit | None = None, **changes: Any) -> ChairCard:
    """The sheet of one visit: three checks and a row of each checklist."""
    card = ChairCard(
        protocol="Induction, twice a week",
        protocol_revision=1,
        due=(
            DueTime("baseline", datetime.combine(DAY, time(8, 30))),
            DueTime("+5", datetime.combine(DAY, time(8, 35))),
            DueTime("stop", datetime.combine(DAY, time(9, 10))),
        ),
        columns=(("BP", "mmHg"), ("HR", "/min"), ("SpO₂", "%")),
        before=(FormList("Before the infusion", 1, (FormRow(5, (("Weight today", "kg"),)),)),),
        after=(FormList("Recovery and discharge", 2, (FormRow(7, (("IV removed, site looked at", ""),)),)),),
        visit=visit,
        infusion_at=datetime.combine(DAY, time(8, 30)) if visit else None,
    )
    return replace(card, **changes)


def a_call(**changes: Any) -> CallLineSheet:
    """Somebody who comes an hour later."""
    line = CallLineSheet(
        "Silva, João", "KC-0001", "(312) 555-0148", "2 of 6", "08:00–09:40, Chair 1", "09:00–10:40, Chair 2"
    )
    return replace(line, **changes)


def a_call_list(*lines: CallLineSheet, **changes: Any) -> CallSheet:
    """The calls after a nurse went home."""
    sheet = CallSheet(
        HEAD,
        "Calls for Monday, November 23, 2026",
        ("Maria Ortiz out from 08:00", f"{len(lines)} to call"),
        ("Was", "Is now"),
        ("accepted", "declined", "voicemail", "not reached"),
        lines,
    )
    return replace(sheet, **changes)
