"""Now, for the record: the same at every station, and refused where this computer's clock is plainly wrong."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from ketaclinic.clock import Clock, SystemClock
from ketaclinic.db import station_clock
from ketaclinic.db.store import Reads
from ketaclinic.domain.findings import Finding, Refused, Severity

CODE = "clock-off"
_KEPT = "Nothing was saved; what you typed is still here."


class StationTime:
    """Tells the time to charting.

    A small difference between stations does no harm: what is written down goes by the server's clock, or never before
    what was written last. A clock that tests or the demonstration set by hand has no server to agree with.
    """

    def __init__(self, clock: Clock, rules: Mapping[str, float], *, compared: bool = True) -> None:
        self._clock = clock
        self._most = timedelta(minutes=rules["station.clock-off"])
        self._compared = compared
        self._ask_server = isinstance(clock, SystemClock)

    def now(self, session: Reads) -> datetime:
        """The moment to show a session at; a clock that is plainly wrong is believed here, so that one can look."""
        told, here = self._told(session), self._clock.now()
        return here if told is None or self._off(told, here) else station_clock.clinic_now(told, here)

    def to_write(self, session: Reads) -> datetime:
        """The moment to write down. Raises Refused when this computer's clock is off."""
        told, here = self._told(session), self._clock.now()
        if told is None:
            return here
        if sentence := self._sentence(told, here):
            raise Refused([Finding(CODE, Severity.BLOCK, f"{sentence} {_KEPT}", subject="clock")])
        return station_clock.clinic_now(told, here)

    def trouble(self, session: Reads) -> str:
        """One sentence for the board when the clock is off, "" while it is right."""
        told = self._told(session)
        return "" if told is None else self._sentence(told, self._clock.now())

    def _told(self, session: Reads) -> station_clock.ToldTime | None:
        return station_clock.told_time(session, ask_server=self._ask_server) if self._compared else None

    def _off(self, told: station_clock.ToldTime, here: datetime) -> bool:
        return abs(station_clock.offset(told, here)) > self._most

    def _sentence(self, told: station_clock.ToldTime, here: datetime) -> str:
        if not self._off(told, here):
            return ""
        off = station_clock.offset(told, here)
        way = "ahead of" if off > timedelta() else "behind"
        if told.server is not None:
            return (
                f"This computer's clock is {_words(off)} {way} the clinic's server: nothing can be charted here until "
                "it is set right."
            )
        return (
            f"This computer's clock is {_words(off)} behind the last entry: nothing can be charted until it is set "
            "right, or confirmed on the board of the chairs."
        )


def _words(off: timedelta) -> str:
    minutes = round(abs(off) / timedelta(minutes=1))
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60:02d} min"
