"""Lists on paper: from what the database says to the frozen values that layouts set."""

from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock, wall_now
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db import documents as document_rows
from ketaclinic.db import people as people_rows
from ketaclinic.db import sheets as rows
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import FREES_THE_CHAIR, NOT_ON_THE_BOARD, Card, Status
from ketaclinic.domain.findings import NotFound
from ketaclinic.domain.people import Patient, User
from ketaclinic.domain.permissions import CLINICAL
from ketaclinic.domain.resources import Clinic, Closure, Hours, Location
from ketaclinic.domain.schedule import DayView
from ketaclinic.domain.sheets import (
    AppointmentCard,
    AppointmentCards,
    CalendarFile,
    CalendarVisit,
    CardDate,
    DaySheet,
    DaySheetLook,
    Ink,
    ListHead,
    SheetVisit,
    WeekSheet,
    WeekSheetDay,
    paper_of,
)
from ketaclinic.services.booking import Booking

_SHORT_SEAL = 12


class ListFacts:
    """Reads what stands on each list, in the eyes of whoever prints it."""

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store, self._catalog, self._clock = store, catalog, clock
        self._booking = Booking(store, catalog, clock)

    # what every list has

    def head(self, by: User, location: Location) -> ListHead:
        """Whose list it is, printed when and by whom, and where the audit stands."""
        with self._store.reading() as session:
            clinic = clinic_rows.clinic(session)
            seq, seal = rows.audit_end(session)
        short = seal[:_SHORT_SEAL]
        parts = " ".join(short[at : at + 4] for at in range(0, len(short), 4))
        printed = self._clock.now().astimezone(ZoneInfo(location.zone)).replace(microsecond=0)
        place = "" if location.name == clinic.name else location.name
        return ListHead(
            clinic.name, place, printed, by.name, f"Audit {seq} · {parts}" if seq else "", paper_of(location.country)
        )

    def location(self, location_id: int) -> Location:
        """The location. Raises NotFound."""
        with self._store.reading() as session:
            return clinic_rows.location(session, location_id)

    def visits(self, by: User, view: DayView) -> tuple[SheetVisit, ...]:
        """The visits that have a place on the board of a day, by start and chair."""
        cards = [card for card in view.cards if card.appointment.status not in NOT_ON_THE_BOARD]
        with self._store.reading() as session:
            shown = rows.shown(session, (card.appointment.id for card in cards), clinical=by.role in CLINICAL)
            chairs = {chair.id: chair.name for chair in clinic_rows.chairs(session, view.location.id, view.day)}
        return tuple(
            self._visit(card, shown[card.appointment.id], chairs) for card in cards if card.appointment.id in shown
        )

    def _visit(self, card: Card, shown: rows.Shown, chairs: dict[int, str]) -> SheetVisit:
        visit = card.appointment
        protocol = self._catalog.protocols.get(shown.protocol_id)
        return SheetVisit(
            appointment_id=visit.id,
            starts_at=visit.starts_at,
            leaves_at=visit.starts_at + timedelta(minutes=visit.phases.visit),
            ends_at=visit.ends_at,
            chair_id=visit.chair_id,
            chair=chairs.get(visit.chair_id, ""),
            patient=card.patient_name,
            record=card.record,
            born=shown.born,
            phone=shown.phone,
            label=card.label,
            kind=protocol.short_name if protocol else card.desk_name,
            minutes=visit.phases.visit,
            nurse=shown.nurse,
            status=visit.status.word,
            consent="consent" not in card.missing,
            order="order" not in card.missing,
            escort=shown.escort,
            escort_phone=shown.escort_phone,
            allergies=shown.allergies,
            notes=_notes(shown),
            held=visit.status is Status.HELD,
        )

    # day and week

    def day_sheet(self, by: User, location_id: int, day: date, look: DaySheetLook) -> DaySheet:
        """One day. Raises NotFound for an unknown location."""
        view = self._booking.day(by, location_id, day)
        return DaySheet(
            head=self.head(by, view.location),
            day=day,
            chairs=tuple((chair.id, chair.name) for chair in view.chairs),
            hours=_hours(view.hours),
            closures=_closures(view.closures, {chair.id: chair.name for chair in view.chairs}),
            duty=view.duty,
            visits=self.visits(by, view),
            look=look,
        )

    def week_sheet(self, by: User, location_id: int, monday: date, ink: Ink) -> WeekSheet:
        """Seven days from the Monday of the day given. Raises NotFound for an unknown location."""
        first = monday - timedelta(days=monday.weekday())
        views = [self._booking.day(by, location_id, first + timedelta(days=number)) for number in range(7)]
        days = tuple(
            WeekSheetDay(
                view.day,
                _hours(view.hours),
                _closures(view.closures, {chair.id: chair.name for chair in view.chairs}),
                self.visits(by, view),
            )
            for view in views
        )
        return WeekSheet(self.head(by, views[0].location), days, ink)

    # a series

    def appointment_cards(self, by: User, series_ids: Sequence[int]) -> AppointmentCards:
        """All dates of each series. Raises NotFound: there is no such series, or no visit of it is booked."""
        cards = []
        with self._store.reading() as session:
            clinic = clinic_rows.clinic(session)
            for series_id in series_ids:
                series = document_rows.series(session, series_id)
                patient = people_rows.patient(session, series.patient_id)
                entries = rows.entries_of_series(session, series_id)
                location = clinic_rows.location(session, series.location_id)
                _some(entries, patient.record)
                cards.append(_card(clinic, location, patient, entries))
        return AppointmentCards(self.head(by, location), tuple(cards))

    def calendar_file(self, series_id: int) -> CalendarFile:
        """The visits of a series that are still to come or were, as calendar entries, and those to come called off.

        Raises NotFound.
        """
        with self._store.reading() as session:
            series = document_rows.series(session, series_id)
            patient = people_rows.patient(session, series.patient_id)
            entries = rows.entries_of_series(session, series_id)
            location = clinic_rows.location(session, series.location_id)
            off = rows.entries_called_off(session, series_id, wall_now(self._clock, location.zone))
            clinic = clinic_rows.clinic(session)
            house = rows.house(session)
        _some((*entries, *off), patient.record)
        return CalendarFile(
            clinic=clinic.name,
            phone=location.phone or clinic.phone,
            address=", ".join(filter(None, (location.name, _one_line(location.address or clinic.address)))),
            zone=location.zone,
            made_at=self._clock.now().replace(microsecond=0),
            visits=tuple(
                CalendarVisit(
                    uid=f"visit-{one.appointment_id}-{house}@ketaclinic",
                    sequence=one.version,
                    starts_at=one.starts_at,
                    ends_at=one.leaves_at,
                    label=one.label,
                    tentative=one.status is Status.HELD,
                    cancelled=one.status in FREES_THE_CHAIR,
                )
                for one in sorted((*entries, *off), key=lambda one: (one.starts_at, one.appointment_id))
            ),
        )


def _card(clinic: Clinic, location: Location, patient: Patient, entries: Sequence[rows.SeriesEntry]) -> AppointmentCard:
    return AppointmentCard(
        clinic=clinic.name,
        phone=location.phone or clinic.phone,
        after_hours=clinic.after_hours_phone,
        address=_one_line(location.address or clinic.address),
        patient=f"{patient.fields.given_name} {patient.fields.family_name}".strip(),
        record=patient.record,
        dates=tuple(CardDate(f"visit {one.label}", one.starts_at, _date_note(one.status)) for one in entries),
    )


def _notes(shown: rows.Shown) -> str:
    called = shown.preferred_name.strip()
    return " · ".join(
        filter(
            None,
            (
                f"called {called}" if called and called != shown.given_name else "",
                f"interpreter: {shown.language or 'language not noted'}" if shown.interpreter else "",
                " ".join(shown.note.split()),
            ),
        )
    )


def _hours(hours: Iterable[Hours]) -> tuple[tuple[time, time], ...]:
    return tuple((one.opens, one.closes) for one in hours)


def _closures(closures: Sequence[Closure], chairs: dict[int, str]) -> tuple[str, ...]:
    return tuple(
        f"{chairs.get(one.chair_id or 0, 'all chairs')} closed {one.starts_at:%H:%M}–{one.ends_at:%H:%M}: {one.reason}"
        for one in closures
    )


def _some(entries: Sequence[object], record: str) -> None:
    if not entries:
        raise NotFound(f"{record} has no visits booked in this series. Book them, then print it again.")


def _date_note(status: Status) -> str:
    if status is Status.DISCHARGED:
        return "done"
    return "not yet certain" if status is Status.HELD else ""


def _one_line(address: str) -> str:
    return ", ".join(line.strip() for line in address.splitlines() if line.strip())
