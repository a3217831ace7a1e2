"""Fills an empty database with a clinic in full swing: for a first look, for the tour, for tests and measurements."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.catalog.demonstration import load_names
from ketaclinic.clock import Clock
from ketaclinic.db.bulk import BulkWriter
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import ClinicError
from ketaclinic.paths import resources_dir
from ketaclinic.services.demonstration_charts import phase_status
from ketaclinic.services.demonstration_rows import ClinicWriter, Scene
from ketaclinic.services.simulator import Parameters, Simulation, Simulator

_HOME_ZONE = "America/Chicago"
_ZONES = (
    _HOME_ZONE,
    "America/New_York",
    "America/Los_Angeles",
    "Pacific/Honolulu",
    "Pacific/Auckland",
    "Australia/Brisbane",
    "Asia/Tokyo",
    "Asia/Bangkok",
    "Asia/Dubai",
    "Europe/Athens",
    "Europe/London",
    "Atlantic/Azores",
    "America/Sao_Paulo",
)
"""Where the clinic may stand, so that it is the middle of its day wherever the clock stands."""

_SWING = ((Status.ARRIVED, Status.CHECKED_IN), (Status.INFUSING,), (Status.RECOVERING,))
"""A day is in full swing when somebody is in each of these."""
_TRIES = 8
_NEXT_SEED = 1000


@dataclass(frozen=True, slots=True)
class Wish:
    """What clinic to make; the same wish on the same day gives the same clinic.

    `now` is wall-clock at the clinic; None takes the present moment, in a zone where it is the middle of the day.
    `use` is the share of opening hours in which chairs are held.
    `charted` False leaves the clinical records out, for very large databases; `ledger` False the drug ledger alone.
    """

    seed: int = 1
    patients: int = 220
    months: int = 6
    weeks_ahead: int = 6
    chairs: int = 4
    nurses: int = 2
    use: float = 0.70
    now: datetime | None = None
    charted: bool = True
    ledger: bool = True


@dataclass(frozen=True, slots=True)
class Filled:
    """What was made: counts, and the zone and wall-clock of the clinic."""

    patients: int
    series: int
    appointments: int
    zone: str
    now: datetime


class Demonstration:
    """Makes the demonstration clinic."""

    area = "demonstration"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock

    def fill(self, wish: Wish, progress: Callable[[str], None] | None = None) -> Filled:
        """Fills an empty database.

        Raises:
            ClinicError: when the database already holds a clinic; nothing is changed then.
        """
        tell = progress or _silent
        zone, now = _place(wish.now, self._clock)
        tell("Playing the clinic's months …")
        simulation = self._play(wish, now)
        with self._store.writing(Op.FILL_DEMONSTRATION, detail=f"seed {wish.seed}") as writing:
            bulk = BulkWriter(writing.session)
            if bulk.new_id("clinic") > 1 or bulk.new_id("users") > 1:
                raise ClinicError(
                    "This database already holds a clinic, so no demonstration was put into it. "
                    "Name a new file with --database."
                )
            tell("Writing patients, series and visits …")
            scene = Scene(simulation, zone, now, wish.charted)
            writer = ClinicWriter(bulk, scene)
            writer.write()
            bulk.finish()
        if wish.charted:
            from ketaclinic.services.demonstration_today import play_today  # noqa: PLC0415 - charting is loaded for it

            tell("Seating today's patients …")
            play_today(self._store, self._catalog, scene.zone, scene.now, simulation, tuple(writer.live))
            from ketaclinic.services.demonstration_desk import lay_the_desk  # noqa: PLC0415 - as above

            tell("Laying the desk …")
            lay_the_desk(self._store, self._catalog, scene.zone, scene.now, simulation)
        if wish.charted and wish.ledger:
            from ketaclinic.services.demonstration_ledger import stock_the_cupboard  # noqa: PLC0415 - as above

            tell("Counting the cupboard …")
            stock_the_cupboard(self._store, self._catalog, scene.zone, scene.now)
        visits = sum(len(series.visits) for series in simulation.series)
        return Filled(len(simulation.patients), len(simulation.series), visits, zone, now)

    def _play(self, wish: Wish, now: datetime) -> Simulation:
        """The clinic's months. Of a few such clinics the one whose present day is liveliest, where anybody looks."""
        protocols, names = dict(self._catalog.protocols), load_names(resources_dir())
        seeds = range(wish.seed, wish.seed + _TRIES * _NEXT_SEED, _NEXT_SEED) if wish.charted else (wish.seed,)
        best: Simulation | None = None
        for seed in seeds:
            played = Simulator(self._parameters(wish, now, seed), protocols, names).run()
            if best is None or _liveliness(played) > _liveliness(best):
                best = played
            if _liveliness(best)[0] == len(_SWING):
                break
        assert best is not None
        return best

    def _parameters(self, wish: Wish, now: datetime, seed: int) -> Parameters:
        return Parameters(
            seed=seed,
            now=now,
            patients=wish.patients,
            months=wish.months,
            weeks_ahead=wish.weeks_ahead,
            chairs=wish.chairs,
            nurses=wish.nurses,
            use=wish.use,
        )


def _liveliness(simulation: Simulation) -> tuple[int, int]:
    """How many of prep, infusion and recovery somebody is in at the present moment, and today's visits."""
    now = simulation.parameters.now
    today = [
        phase_status(visit, series.protocol, now)
        for series in simulation.series
        for visit in series.visits
        if visit.starts_at.date() == now.date()
    ]
    return sum(any(status in phase for status in today) for phase in _SWING), len(today)


def _silent(_sentence: str) -> None:
    return None


def _place(now: datetime | None, clock: Clock) -> tuple[str, datetime]:
    """The zone of the clinic and what its wall shows."""
    if now is not None:
        return _HOME_ZONE, now
    instant = clock.now().replace(second=0, microsecond=0)
    walls = [(zone, instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)) for zone in _ZONES]
    middle = time(9, 30), time(15, 30)
    home = walls[0]
    if middle[0] <= home[1].time() <= middle[1]:
        return home
    noon = timedelta(hours=11, minutes=30)
    zone, wall = min(walls, key=lambda w: abs(timedelta(hours=w[1].hour, minutes=w[1].minute) - noon))
    return zone, wall
