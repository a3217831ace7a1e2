"""Call lists on paper: what is said to whom, from the lists on screen."""

from datetime import date, datetime

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db.store import Store
from ketaclinic.domain.calls import CallNote, ConfirmRow
from ketaclinic.domain.findings import NotFound
from ketaclinic.domain.handouts import long_date, unbroken
from ketaclinic.domain.people import User
from ketaclinic.domain.repair import CallLine, CallList, CallPlace
from ketaclinic.domain.sheets import CallLineSheet, CallSheet
from ketaclinic.services.list_facts import ListFacts

_AFTER_REPAIR = ("accepted", "declined", "voicemail", "not reached")
_TO_CONFIRM = ("confirmed", "voicemail", "not reached", "cancelled")


class CallFacts:
    """Makes the sheets that are taken to the telephone."""

    def __init__(self, store: Store, catalog: Catalog, clock: Clock, lists: ListFacts) -> None:
        self._given = store, catalog, clock
        self._lists = lists

    def after_repair(self, by: User, repair_id: int | None, location_id: int, day: date) -> CallSheet:
        """Who must be told of a repaired day, soonest first. Raises NotFound: it was not repaired."""
        from ketaclinic.services.repair import Repair  # noqa: PLC0415 - only when a day was repaired

        repair = Repair(*self._given)
        if repair_id is None:
            past = repair.latest(by, location_id, day)
            repair_id = past.repair_id if past else None
        if repair_id is None:
            raise NotFound(f"{long_date(day)} was not repaired, so nobody has to be called about it.")
        found = repair.call_list(by, repair_id)
        return CallSheet(
            head=self._lists.head(by, self._lists.location(location_id)),
            title=f"Calls for {long_date(found.day)}",
            told=(*found.out, f"{len(found.calls)} to call"),
            columns=("Was", "Is now"),
            outcomes=_AFTER_REPAIR,
            lines=tuple(_told(line) for line in found.calls),
            quiet=tuple(_moved_over(found)),
        )

    def to_confirm(self, by: User, location_id: int) -> CallSheet:
        """The visits of the next working days. Raises NotFound for an unknown location."""
        from ketaclinic.services.calls import Calls  # noqa: PLC0415 - only when calls are made

        found = Calls(*self._given).to_confirm(by, location_id)
        days = " and ".join(long_date(day) for day in found.days) or "no working day ahead"
        said = next((row.reminders[2:] for row in found.rows), ())
        return CallSheet(
            head=self._lists.head(by, self._lists.location(location_id)),
            title="Calls to confirm",
            told=(f"{len(found.rows)} visits", days, "Say to everyone: " + " ".join(said) if said else ""),
            columns=("Visit", "Say"),
            outcomes=_TO_CONFIRM,
            lines=tuple(_to_say(row) for row in found.rows),
            stressed=False,
        )


def _told(line: CallLine) -> CallLineSheet:
    now = "still to be placed" if line.to is None else _place(line.to, line.was)
    return CallLineSheet(
        patient=line.patient_name,
        record=line.record,
        phone=line.phone,
        label=line.label,
        was=_place(line.was),
        now=now if line.stands else f"{now} (changed again since: look it up)",
        notes=f"interpreter: {line.language or 'language not noted'}" if line.interpreter else "",
        outcome=line.outcome,
    )


def _place(place: CallPlace, beside: CallPlace | None = None) -> str:
    """A place as it is said: the day where it is another one, the times, the chair."""
    same_day = beside is not None and beside.starts_at.date() == place.starts_at.date()
    day = "" if same_day else f"{_day(place.starts_at)}, "
    return f"{day}{place.starts_at:%H:%M}–{place.ends_at:%H:%M}, {place.chair}"


def _day(at: datetime) -> str:
    weekday, day, _ = long_date(at).split(", ")
    month, number = day.split(" ")
    return unbroken(f"{weekday[:3]} {month[:3]} {number}")


def _moved_over(found: CallList) -> list[str]:
    return [
        f"{line.was.starts_at:%H:%M} {line.record} {line.label}: {line.was.chair} to {line.to.chair}"
        for line in found.chairs_only
        if line.to is not None
    ]


def _to_say(row: ConfirmRow) -> CallLineSheet:
    visit = row.card.appointment
    missing = ", ".join(row.missing)
    notes = (
        f"missing: {missing}" if missing else "",
        f"interpreter: {row.language or 'language not noted'}" if row.interpreter else "",
        row.note,
    )
    return CallLineSheet(
        patient=row.card.patient_name,
        record=row.card.record,
        phone=row.phone,
        label=row.card.label,
        was=f"{_day(visit.starts_at)}, {visit.starts_at:%H:%M}, {row.chair}",
        now=" ".join(
            (*row.reminders[:2], f"Escort: {row.escort}." if row.escort else "Ask who takes the patient home.")
        ),
        notes=" · ".join(filter(None, notes)),
        outcome=_last(row.last_call),
    )


def _last(call: CallNote | None) -> str:
    return f"{call.outcome.word} {_day(call.at)}, {call.at:%H:%M}" if call else ""
