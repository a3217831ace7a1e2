"""What a clock on the wall makes of stored instants: countdowns, minutes left, progress. All parts agree.

Nothing here counts by itself: each text is a function of the stored instant and of now, and so survives sleep,
restart and a changed clock.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ketaclinic.domain.encounters import DueItem, EncounterView, Step, Tile, Urgency
from ketaclinic.domain.monitoring import DueCheck
from ketaclinic.domain.observations import Level

_MINUTE = timedelta(minutes=1)
_TIMED = ("Vitals", "End of infusion")
"""How the lines of the queue begin that have a time to keep; the others are alerts since a time."""


@dataclass(frozen=True, slots=True)
class Countdown:
    """A word, a big value and the tone that goes with both: "calm", "due", "late", "todo" or "none"."""

    word: str
    value: str
    tone: str
    spoken: str = ""


def wall(instant: datetime, zone: str) -> datetime:
    """The time on the wall of the location."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def hour_minute(instant: datetime, zone: str) -> str:
    """As in "11:02", on the wall of the location."""
    return f"{wall(instant, zone):%H:%M}"


def counting(span: timedelta) -> str:
    """As in "4:10", or "1 h 05" from an hour on."""
    seconds = max(0, int(span.total_seconds()))
    if seconds >= 3600:
        return f"{seconds // 3600} h {seconds % 3600 // 60:02d}"
    return f"{seconds // 60}:{seconds % 60:02d}"


def minutes(span: timedelta) -> str:
    """As in "12 min", never less than nought; a begun minute that is still to come counts as a whole one."""
    whole = max(0, -(-int(span.total_seconds()) // 60))
    return f"{whole} min" if whole < 120 else f"{whole // 60} h {whole % 60:02d}"


def since(span: timedelta) -> str:
    """Says "now" in the first minute, then "2 min"."""
    return "now" if span < _MINUTE else f"{int(span / _MINUTE)} min"


def minutes_since(span: timedelta) -> str:
    """Whole minutes passed: "0 min", "23 min"."""
    return f"{max(0, int(span / _MINUTE))} min"


def of_check(check: DueCheck, now: datetime) -> Countdown:
    """How a check stands now: the word says what the colour says."""
    if now < check.due_at:
        left = check.due_at - now
        return Countdown("Check due in", counting(left), "calm", f"check due in {minutes(left)}")
    late = now - check.due_at
    if now < check.amber_at:
        return Countdown("Check due", "now", "due", "check due now")
    if now < check.red_at:
        return Countdown("Check late", counting(late), "due", f"check late by {since(late)}")
    return Countdown("Check missed", counting(late), "late", f"check missed for {since(late)}")


def of_tile(tile: Tile, now: datetime) -> Countdown:
    """The one thing a tile says largest: an alert nobody has answered, else the next check, else the checklist."""
    alert = tile.alert
    if alert is not None and alert.active and alert.level is Level.RED and alert.acknowledged_at is None:
        passed = now - alert.since
        return Countdown("Alert", since(passed), "late", f"alert: {alert.finding.message}")
    if tile.step is Step.BEFORE:
        if tile.rows:
            return Countdown("Checklist", f"{tile.rows_done} of {tile.rows}", "todo")
        return Countdown("", "", "none")
    if tile.next_due is None:
        return Countdown("", "", "none")
    return of_check(tile.next_due, now)


def time_left(tile: Tile, now: datetime, as_of: datetime) -> str:
    """What stands at the right under the bar: "12 min left", "paused 3 min", "may leave from 12:10"."""
    if tile.step is Step.DURING and tile.planned_end is not None:
        if tile.paused_since is not None:
            return f"paused {since(now - tile.paused_since)} · {minutes(tile.planned_end - as_of)} left"
        left = tile.planned_end - now
        return f"{minutes(left)} left" if left > timedelta() else f"ended {since(-left)} ago: stop the pump"
    if tile.step is Step.RECOVERY and tile.earliest_release is not None:
        left = tile.earliest_release - now
        return f"{minutes(left)} to go at least" if left > timedelta() else "time is over, criteria decide"
    return "before start" if tile.step is Step.BEFORE else ""


def progress(tile: Tile, now: datetime) -> float:
    """How far the present step is, 0 to 1."""
    if tile.step is Step.DURING:
        return _share(tile.started_at, tile.planned_end, tile.paused_since or now)
    if tile.step is Step.RECOVERY:
        return _share(tile.stopped_at, tile.earliest_release, now)
    return tile.rows_done / tile.rows if tile.rows else 0.0


def _share(begun: datetime | None, done: datetime | None, now: datetime) -> float:
    if begun is None or done is None or done <= begun:
        return 0.0
    return min(1.0, max(0.0, (now - begun) / (done - begun)))


def queue_time(item: DueItem, now: datetime) -> str:
    """The first column of the queue: "alert", "now", "4 min", "3 min late"; a dash for what has no clock."""
    if item.due_at is None:
        return "—"
    if not item.text.startswith(_TIMED):
        return "alert" if item.urgency is Urgency.RED else "watch"
    left = item.due_at - now
    if left > timedelta():
        return minutes(left)
    late = -left
    return "now" if late < _MINUTE else f"{int(late / _MINUTE)} min late"


def given_on_tile(tile: Tile, as_of: datetime, now: datetime) -> float:
    """Milligrams given, counted on since the tile was read: at the running rate, never more than the dose."""
    hours = max(0.0, (now - as_of).total_seconds() / 3600)
    return min(tile.dose_mg, tile.given_mg + hours * tile.mg_per_hour)


def given_now(view: EncounterView, now: datetime) -> float:
    """Milligrams given, between two readings of the session: at the running rate, never more than the dose."""
    dose = view.dose
    if dose is None or dose.rate <= 0 or view.paused_since is not None:
        return view.given_mg
    hours = max(0.0, (now - view.as_of).total_seconds() / 3600)
    per_hour = dose.mg / (dose.minutes / 60) * (view.rate / dose.rate) if dose.minutes else 0.0
    return min(dose.mg, view.given_mg + hours * per_hour)
