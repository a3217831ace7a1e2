"""A session's record put together from what is stored: who, what, when, and who put their name to it."""

from collections.abc import Iterable
from datetime import date

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db import assessments, charting, clinic, ledger, users
from ketaclinic.db import records as rows
from ketaclinic.db.store import Reads
from ketaclinic.db.visits import VisitReader
from ketaclinic.domain.chart import EarlierSession, chart_of
from ketaclinic.domain.consents import Consent
from ketaclinic.domain.handouts import Letterhead, PrintedPatient, short_date
from ketaclinic.domain.ledger import Entry, milligrams
from ketaclinic.domain.observations import Observation, mean_pressure, valid_rows
from ketaclinic.domain.orders import INDICATIONS
from ketaclinic.domain.records import DrugLine, EarlierAnswer, SessionRecord, answer_words, dose_words
from ketaclinic.domain.resources import Clinic, Location
from ketaclinic.domain.sheets import paper_of
from ketaclinic.domain.visit import Visit
from ketaclinic.services.charting_view import encounter_view


class RecordFacts:
    """Reads whole records in one session of the database."""

    def __init__(self, session: Reads, catalog: Catalog, clock: Clock) -> None:
        self._session, self._catalog, self._clock = session, catalog, clock
        self._names = {user.id: user.name for user in users.users(session)}

    def record(self, encounter_id: int) -> SessionRecord:
        """The record as it stands. Raises NotFound."""
        visit = VisitReader(self._session, self._catalog, self._clock.now()).one(encounter_id)
        head = rows.head(self._session, encounter_id)
        location = clinic.location(self._session, head.location_id)
        view = encounter_view(visit)
        order = visit.order
        fields = visit.patient.fields
        return SessionRecord(
            view=view,
            letterhead=_letterhead(clinic.clinic(self._session), location),
            patient=PrintedPatient(
                f"{fields.given_name} {fields.family_name}".strip(), fields.born, visit.patient.record
            ),
            location=location.name,
            paper=paper_of(location.country),
            starts_at=visit.appointment.starts_at,
            arrived_at=charting.arrived_at(self._session, visit.appointment.id),
            opened_at=visit.encounter.opened_at,
            opened_by=self._name(head.opened_by),
            protocol_revision=head.protocol_revision,
            indication=INDICATIONS.get(order.fields.indication, order.fields.indication) if order else "",
            prescriber=order.prescriber if order else "",
            order_signed_at=order.signed_at if order else None,
            rescue=order.fields.rescue if order else "",
            consent=_consent_words(visit.consent) if visit.consent else "",
            chart=chart_of(view, view.as_of),
            earlier_answers=self._earlier_answers(visit),
            drug=self._drug(encounter_id),
            addenda=rows.addenda(self._session, encounter_id),
            signed_by=self._name(visit.encounter.signed_by),
        )

    def earlier(self, encounter_id: int, limit: int) -> tuple[EarlierSession, ...]:
        """The patient's infusions before this one under protocols of its kind, the latest first. Raises NotFound."""
        protocol = self._catalog.protocols.get(charting.encounter_row(self._session, encounter_id).protocol_id)
        family = protocol.family if protocol else ""
        alike = tuple(sorted(p.id for p in self._catalog.protocols.values() if p.family == family))
        starts = rows.starts_before(self._session, encounter_id, alike, limit)
        sessions = [start.encounter_id for start in starts]
        observed = charting.observations(self._session, sessions)
        scores = assessments.totals_of_sessions(self._session, sessions, self._catalog.instruments)
        return tuple(
            EarlierSession(
                start.encounter_id,
                start.label,
                start.day,
                dose_words(start.dose_mg, start.minutes),
                tuple(
                    ((row.observed_at - start.started_at).total_seconds() / 60, _values(row))
                    for row in valid_rows(observed[start.encounter_id])
                ),
                ", ".join(scores.get(start.encounter_id, ())),
            )
            for start in starts
        )

    def _earlier_answers(self, visit: Visit) -> tuple[EarlierAnswer, ...]:
        """Answers that later ones took the place of, where the later one says something else."""
        items = {item.code: item for checklist in visit.checklists for item in checklist.items}
        given = rows.given_answers(self._session, visit.encounter.id)
        found = []
        for number, answer in enumerate(given):
            item = items.get(answer.item)
            later = next((each for each in given[number + 1 :] if each.item == answer.item), None)
            if item is not None and later is not None and later.value != answer.value:
                words = answer_words(item, answer.value)
                by = self._name(answer.user_id)
                found.append(EarlierAnswer(answer.checklist_id, answer.item, words, answer.answered_at, by))
        return tuple(found)

    def _drug(self, encounter_id: int) -> tuple[DrugLine, ...]:
        entries = rows.drug_entries(self._session, encounter_id)
        vials = ledger.vials_by_id(self._session, (entry.vial_id for entry in entries))
        by_id = {entry.id: entry for entry in entries}
        return tuple(
            DrugLine(
                number=entry.id,
                at=entry.at,
                vial=vials[entry.vial_id].number,
                lot=vials[entry.vial_id].lot,
                what=_what(entry, by_id.get(entry.reverses_id or 0)),
                amount=milligrams(entry.amount_ug),
                by=self._name(entry.user_id),
                witness=self._name(entry.witness_id),
                reason=_reason(entry, entries),
            )
            for entry in entries
        )

    def _name(self, user_id: int | None) -> str:
        return self._names.get(user_id, f"user {user_id}") if user_id is not None else ""


def _letterhead(kept: Clinic, location: Location) -> Letterhead:
    return Letterhead(
        kept.name,
        location.phone or kept.phone,
        kept.after_hours_phone,
        location.address or kept.address,
        kept.email,
        kept.website,
    )


def _consent_words(consent: Consent) -> str:
    witness = f", witness {consent.witness}" if consent.witness else ""
    until = _until(consent.expires_on)
    return f"Revision {consent.revision} of the text, signed {short_date(consent.signed_on)}{witness}, {until}"


def _until(day: date) -> str:
    return f"valid until {short_date(day)}"


def _what(entry: Entry, reversed_: Entry | None) -> str:
    if entry.reverses_id is None:
        return entry.kind.word
    kind = f" ({reversed_.kind.word.lower()})" if reversed_ is not None else ""
    return f"Takes back line {entry.reverses_id}{kind}"


def _reason(entry: Entry, entries: Iterable[Entry]) -> str:
    later = next((each.id for each in entries if each.reverses_id == entry.id), None)
    taken_back = f"Taken back by line {later}." if later is not None else ""
    return " ".join(filter(None, (entry.reason, taken_back)))


def _values(row: Observation) -> dict[str, float]:
    mean = mean_pressure(row.values)
    return dict(row.values) if mean is None else {**row.values, "map": mean}
