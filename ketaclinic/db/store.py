"""The one door to the database: `reading` never writes, `writing` is one intention, one transaction, one notice."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from ketaclinic.clock import Clock
from ketaclinic.db import faults, kept  # noqa: F401 - `kept` watches what was charted
from ketaclinic.db.chain import HEAD, OPERATIONS, Head, append, read_head
from ketaclinic.db.changelog import changes_of, notice, notices_after
from ketaclinic.db.claims import explain_overlap
from ketaclinic.db.engine import BUSY_SECONDS, Engines, connect
from ketaclinic.db.images import as_json
from ketaclinic.db.listening import Listening
from ketaclinic.db.migrate import prepare
from ketaclinic.db.recorder import Recorder, record
from ketaclinic.domain.changes import Changes, Op
from ketaclinic.domain.findings import ClinicError, Refused, Stale

_log = logging.getLogger(__name__)

_LONGEST_DETAIL = 200
_SPELLED_OUT = 200
"""Operations of other stations told one by one; more are summed up in one notice."""
Reads = Session
"""What `reading` and `Writing.session` hand over, under a name that services may use: they know no SQL."""


@dataclass(slots=True)
class Writing:
    """One operation under way.

    Attributes:
        session: add, change and delete rows here.
        seq: number of this operation in the audit.
        earlier: what the operation with the same command id answered when it was done before; then return at once.
        result: what a repetition of this command is to be answered; JSON.
        detail: for the audit and the Edit menu: ids and record numbers, never a name.
        nothing: set it where all is already as wanted: then no operation is added.
    """

    session: Session
    seq: int
    earlier: dict[str, Any] | None = None
    result: dict[str, Any] | None = None
    detail: str = ""
    nothing: bool = False
    recorder: Recorder = field(default_factory=Recorder)


class Store:
    """The clinic's database. May be used from any thread; writers wait for one another."""

    def __init__(self, engines: Engines, *, audit_key: bytes, station: str, clock: Clock) -> None:
        self.engines = engines
        self.audit_key = audit_key
        self.station = station
        self.on_commit: list[Callable[[Changes], None]] = []
        self._clock = clock
        self._one_writer = threading.Lock()
        self._writer: int | None = None
        self._heard = threading.Lock()
        self._polling = threading.Lock()
        self._listening = Listening(engines)
        self._own: set[int] = set()
        self._last_seen = self._newest()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on one snapshot of the database; it cannot write.

        Raises:
            ClinicError: the database does not answer.
        """
        with Session(self.engines.reading, autoflush=False) as session:
            try:
                yield session
            except DBAPIError as error:
                fault = faults.explained(error)
                if fault is None:
                    raise
                raise fault from error
            except faults.UNFIT_VALUES as error:
                raise ClinicError(faults.UNFIT) from error

    @contextmanager
    def writing(
        self, op: Op, *, by: int | None = None, command_id: str = "", detail: str = "", undoes: int | None = None
    ) -> Iterator[Writing]:
        """One operation: all of it is saved and told, or nothing is.

        Args:
            op: its name in the audit.
            by: id of the user; None for the program itself.
            command_id: of the dialog; a second operation with it gets the answer of the first.
            detail: ids and record numbers for the audit, never a name.
            undoes: number of the operation that this one takes back.

        Raises:
            Refused: a chair, a patient or a nurse's set-up is taken.
            Stale: a row was changed meanwhile by someone else.
            ClinicError: the database is busy, full or gone, or cannot hold what was typed.
        """
        with self._as_only_writer():
            writing = None
            try:
                with Session(self.engines.writing, expire_on_commit=False) as session:
                    head = read_head(session.connection(), self.audit_key)
                    writing = Writing(session, head.seq + 1, _earlier(session, command_id), detail=detail)
                    record(session, writing.recorder)
                    yield writing
                    if writing.earlier is not None or writing.nothing:
                        return
                    changes = self._finish(writing, head, op, by, command_id, undoes)
                    with self._heard:  # a poll must not take this operation for another station's
                        session.commit()
                        self._own.add(writing.seq)
            except StaleDataError as error:
                raise Stale(
                    "Someone else changed this meanwhile; nothing was saved. Look at it again, then repeat."
                ) from error
            except DBAPIError as error:
                if writing is not None and faults.is_overlap(error):
                    raise self._overlap(writing) from error
                fault = faults.explained(error)
                if fault is None:
                    raise
                raise fault from error
            except faults.UNFIT_VALUES as error:
                raise ClinicError(faults.UNFIT) from error
        self._tell(changes)

    def poll(self) -> tuple[Changes, ...]:
        """What other stations have committed since the last poll, oldest first; finding nothing new costs next to none.

        Raises:
            ClinicError: the database does not answer.
        """
        with self._polling:
            if not self._may_have_changed():
                return ()
            try:
                return self._news()
            except ClinicError:
                self._listening.forget()
                raise

    def _may_have_changed(self) -> bool:
        try:
            return self._listening.may_have_changed()
        except DBAPIError as error:
            self._listening.close()
            fault = faults.explained(error)
            if fault is None:
                raise
            raise fault from error

    def _news(self) -> tuple[Changes, ...]:
        with self.reading() as session, self._heard:
            newest = session.scalar(select(HEAD.c.seq)) or 0
            if newest <= self._last_seen:
                return ()
            own = frozenset(self._own)
            found = notices_after(session, self._last_seen, skip=own)
            self._last_seen = newest
            self._own = {seq for seq in self._own if seq > newest}
        return tuple(found) if len(found) <= _SPELLED_OUT else (_summed_up(found),)

    def close(self) -> None:
        """Closes every connection; what was committed is in the file."""
        with self._polling:
            self._listening.close()
        self.engines.close()

    @contextmanager
    def _as_only_writer(self) -> Iterator[None]:
        if self._writer == threading.get_ident():
            raise RuntimeError("one intention is one transaction: this thread is already writing")
        if not self._one_writer.acquire(timeout=BUSY_SECONDS):
            raise ClinicError(faults.BUSY)
        self._writer = threading.get_ident()
        try:
            yield
        finally:
            self._writer = None
            self._one_writer.release()

    def _finish(
        self, writing: Writing, head: Head, op: Op, by: int | None, command_id: str, undoes: int | None
    ) -> Changes:
        """Adds the operation to the audit and returns its notice."""
        writing.session.flush()
        connection = writing.session.connection()
        writing.recorder.claims.take(connection)
        changes = changes_of(connection, writing.recorder.changes)
        operation = {
            "seq": writing.seq,
            "op": op.value,
            "detail": writing.detail[:_LONGEST_DETAIL],
            "at": self._clock.now().astimezone(UTC),
            "user_id": by,
            "station": self.station,
            "command_id": command_id or None,
            "result": as_json(writing.result),
            "undoes": undoes,
        }
        append(connection, self.audit_key, head, operation, changes)
        return notice(writing.seq, op, by, changes)

    def _tell(self, changes: Changes) -> None:
        _log.info("%s: operation %d, %d rows", changes.op.name, changes.seq, len(changes.rows))
        for listener in tuple(self.on_commit):
            listener(changes)

    def _overlap(self, writing: Writing) -> Refused:
        with self.reading() as session:
            return Refused([explain_overlap(session, writing.recorder.claims.wanted)])

    def _newest(self) -> int:
        with self.reading() as session:
            return session.scalar(select(HEAD.c.seq)) or 0


def open_store(
    url: str, *, key: str | None, audit_key: bytes, clock: Clock, station: str = "", create: bool = False
) -> Store:
    """The store behind a database address, its schema brought up to date.

    Args:
        url: ``sqlite:///path`` or ``postgresql+psycopg://…``.
        key: of an encrypted file; 64 hexadecimal digits are the key itself, anything else a passphrase.
        audit_key: seals the audit; kept outside the database.
        clock: stamps the audit.
        station: this workstation, as the audit names it.
        create: whether to make the database when there is none.

    Raises:
        StoreUnusable: missing, not a database, wrong key, not a clinic's, or of a newer version.
    """
    engines = connect(url, key)
    try:
        prepare(engines, create=create)
        return Store(engines, audit_key=audit_key, station=station, clock=clock)
    except BaseException:
        engines.close()
        raise


def _earlier(session: Session, command_id: str) -> dict[str, Any] | None:
    if not command_id:
        return None
    query = select(OPERATIONS.c.result).where(OPERATIONS.c.command_id == command_id)
    row = session.connection().execute(query).one_or_none()
    return None if row is None else row.result or {}


def _summed_up(notices: list[Changes]) -> Changes:
    return Changes(
        seq=0,
        op=notices[-1].op,
        tables=frozenset().union(*(n.tables for n in notices)),
        rows=frozenset().union(*(n.rows for n in notices)),
        days=frozenset().union(*(n.days for n in notices)),
        patients=frozenset().union(*(n.patients for n in notices)),
    )
