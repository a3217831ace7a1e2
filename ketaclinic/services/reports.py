"""What was overridden: over a month, rule by rule, with what was decided about it; and day by day.

Overrides are meant for the exception. A rule that is overridden in more than half of the cases is marked until a
prescriber has looked at it and said what is to become of it (`clinical.md` 9, row 20).
"""

from datetime import date, datetime, time, timedelta

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock, to_instant, to_wall, wall_now
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db import reports as rows
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import Invalid
from ketaclinic.domain.governance import (
    DayOverrides,
    OverrideReport,
    OverrideSheet,
    RuleReview,
    line_of,
    month_of,
    override_rows,
    seen_by,
)
from ketaclinic.domain.overrides import SHORTEST_REASON
from ketaclinic.domain.people import User
from ketaclinic.domain.permissions import CLINICAL
from ketaclinic.services.guard import intention

__all__ = ["DayOverrides", "OverrideReport", "Reports", "RuleReview"]

_LONGEST_RULE = 80


class Reports:
    """Overrides, counted and listed."""

    area = "reports"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store, self._catalog, self._clock = store, catalog, clock
        self._questions = {
            item.code: item.text for checklist in catalog.checklists.values() for item in checklist.items
        }

    @intention
    def overrides(self, by: User, month: date, location_id: int) -> OverrideReport:  # noqa: ARG002 - the guard reads it
        """Every rule that stood or was overridden in a month, how often, by whose word, and what was decided.

        Shares of the start are of the sessions in which the rule stood; those of booking of the month's visits.

        Raises:
            NotFound: there is no such location.
        """
        first, after = month_of(month)
        with self._store.reading() as session:
            place = clinic_rows.location(session, location_id)
            since, until = _instants(first, after, place.zone)
            given, held = rows.starts_overridden(session, location_id, place.zone, since, until)
            booked = rows.bookings_of_month(session, location_id, place.zone, first, after)
            visits = rows.visits_of(session, location_id, first, after)
            reviews = rows.reviews_of(session, first, place.zone)
        most = self._catalog.rules["governance.review-share"] / 100
        found = override_rows((*given, *booked), held, visits, reviews, self._questions, most)
        return OverrideReport(first, place.name, visits, found)

    @intention
    def overrides_of_day(self, by: User, day: date, location_id: int) -> DayOverrides:
        """Every word that was given on a day; patients and reasons for clinical roles alone.

        Raises:
            NotFound: there is no such location.
        """
        with self._store.reading() as session:
            place = clinic_rows.location(session, location_id)
            since, until = _instants(day, day + timedelta(days=1), place.zone)
            given, _ = rows.starts_overridden(session, location_id, place.zone, since, until)
            booked = rows.bookings_given(session, location_id, place.zone, since, until)
        in_order = sorted((*given, *booked), key=lambda one: one.at)
        lines = tuple(seen_by(line_of(one, self._questions), by.role) for one in in_order)
        return DayOverrides(day, place.name, by.role in CLINICAL, lines)

    @intention
    def review_rule(self, by: User, rule: str, month: date, decision: str, command_id: str = "") -> RuleReview:
        """Keeps what a prescriber decided about a rule after looking at a month; a later decision supersedes.

        Raises:
            Invalid: the decision is too short, or the month has not begun.
        """
        first, _ = month_of(month)
        words = " ".join(decision.split())
        if len(words) < SHORTEST_REASON:
            raise Invalid("decision", f"Say in {SHORTEST_REASON} letters or more what was decided. Nothing was saved.")
        if not rule.strip() or len(rule) > _LONGEST_RULE:
            raise Invalid("rule", "Choose the rule from the list. Nothing was saved.")
        with self._store.writing(Op.REVIEW_RULE, by=by.id, command_id=command_id, detail=rule) as writing:
            zone = clinic_rows.locations(writing.session)[0].zone
            if first > wall_now(self._clock, zone).date():
                raise Invalid("month", "This month has not begun yet. Nothing was saved.")
            now = self._clock.now()
            if writing.earlier is None:
                writing.result = {"review": rows.add_review(writing.session, rule, first, words, now, by.id)}
            return RuleReview(rule, first, words, to_wall(now, zone), by.name)

    @intention
    def overrides_pdf(self, by: User, month: date, location_id: int) -> bytes:
        """The month's report on paper."""
        return self._printed(by, location_id, self.overrides(by, month, location_id))

    @intention
    def overrides_of_day_pdf(self, by: User, day: date, location_id: int) -> bytes:
        """The day's report on paper."""
        return self._printed(by, location_id, self.overrides_of_day(by, day, location_id))

    def _printed(self, by: User, location_id: int, report: OverrideReport | DayOverrides) -> bytes:
        from ketaclinic.documents import layouts  # noqa: PLC0415 - with the first report that is printed
        from ketaclinic.services.list_facts import ListFacts  # noqa: PLC0415 - likewise

        facts = ListFacts(self._store, self._catalog, self._clock)
        return layouts.build_list(OverrideSheet(facts.head(by, facts.location(location_id)), report))


def _instants(first: date, after: date, zone: str) -> tuple[datetime, datetime]:
    """From the first midnight to the one after, at the location."""
    return to_instant(datetime.combine(first, time()), zone), to_instant(datetime.combine(after, time()), zone)
