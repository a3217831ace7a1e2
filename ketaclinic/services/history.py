"""History: undo and redo of scheduling, each checked again like any other booking, and the audit."""

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db import changelog, courses, history, holds, merging, overrides, situations, undo_reasons
from ketaclinic.db.changelog import LoggedOperation, UndoCandidates
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Changes, Op, UndoState
from ketaclinic.domain.findings import Finding, Refused, Severity, Stale, blocking
from ketaclinic.domain.overrides import SPACING
from ketaclinic.domain.people import User
from ketaclinic.domain.schedule import AuditEntry
from ketaclinic.services.guard import intention
from ketaclinic.services.rulebook import rulebook

__all__ = ["History"]


class History:
    """What was done, and taking it back."""

    area = "history"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock

    @intention
    def undo_state(self, by: User) -> UndoState:
        """What this user can take back and repeat: "Move appointment, Silva"."""
        with self._store.reading() as session:
            found = changelog.undo_candidates(session, by.id)
            return UndoState(
                undo=history.named(session, found.undo),
                redo=history.named(session, found.redo),
                undo_seq=found.undo.seq if found.undo else None,
                redo_seq=found.redo.seq if found.redo else None,
                detail=found.undo.detail if found.undo else "",
            )

    @intention
    def undo(self, by: User) -> Changes:
        """Takes back this user's last scheduling, as a new operation.

        Raises:
            Refused: there is nothing to undo, or the place has been taken since; nothing was changed.
            Stale: someone changed the visits since; nothing was changed.
        """
        return self._take_back(by, Op.UNDO)

    @intention
    def redo(self, by: User) -> Changes:
        """Does again what this user took back last.

        Raises:
            Refused: there is nothing to redo, or the place has been taken since; nothing was changed.
            Stale: someone changed the visits since; nothing was changed.
        """
        return self._take_back(by, Op.REDO)

    @intention
    def audit(self, by: User, limit: int = 200) -> tuple[AuditEntry, ...]:  # noqa: ARG002 - the guard reads it
        """The last operations, latest first."""
        with self._store.reading() as session:
            return history.audit(session, limit)

    def _take_back(self, by: User, op: Op) -> Changes:
        with self._store.reading() as session:
            wanted = _next(changelog.undo_candidates(session, by.id), op)
        with self._store.writing(op, by=by.id, detail=wanted.detail, undoes=wanted.seq) as writing:
            session = writing.session
            if _next(changelog.undo_candidates(session, by.id), op) != wanted:
                raise Stale("Something else was undone meanwhile. Nothing was changed: look at the day again.")
            if wanted.op is Op.MERGE_PATIENTS and op is Op.UNDO and merging.charted_since(session, wanted.seq):
                text = "Something was charted since the records were merged; they stay one. Nothing was changed."
                raise Refused([Finding("charted-since", Severity.BLOCK, text)])
            try:
                changelog.restore(session, wanted.seq)
            except changelog.ChangedSince as since:
                raise Stale(undo_reasons.who_changed(session, since)) from since
            lapsed = holds.lapse_expired(session, self._clock.now())
            if lapsed and wanted.op is Op.RELEASE_HOLD and op is Op.UNDO:
                text = "The hold has run out meanwhile; its places are free for others. Nothing was changed."
                raise Refused([Finding("no-hold", Severity.BLOCK, text)])
            courses.refuse_if_doubled(session, wanted.seq)
            findings: list[Finding] = []
            reasons: list[str] = []
            for row, was, zone in history.put_back(session, wanted.seq):
                rules = rulebook(self._catalog, self._clock, zone).for_restoring()
                found = situations.check_placed(session, row, was, rules)
                if history.course_stands(session, row, wanted.seq):
                    found = tuple(finding for finding in found if finding.code not in SPACING)
                found = overrides.already_given(session, row.id, found)
                findings += found
                if stops := blocking(found):
                    said = " ".join(finding.message for finding in stops)
                    reasons.append(f"{said} {undo_reasons.against(session, row, stops)}")
            if reasons:
                raise Refused(findings, reasons[0])
            done = writing.seq
        with self._store.reading() as session:
            return changelog.notices_after(session, done - 1, skip=frozenset())[0]


def _next(found: UndoCandidates, op: Op) -> LoggedOperation:
    wanted = found.undo if op is Op.UNDO else found.redo
    if wanted is None:
        raise Refused([Finding("nothing-to-undo", Severity.BLOCK, f"There is nothing to {op.value.lower()}.")])
    return wanted
