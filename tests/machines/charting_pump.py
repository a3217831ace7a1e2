"""The pump and the clock of the checks, worked out second by second and minute by minute, from raw rows alone."""

from collections import Counter
from dataclasses import dataclass

from tests.machines.charting_rows import FULL_SET, MINUTE, Charted, Row

SECOND = 1_000_000
REQUIRED = set(FULL_SET)
DAY = 24 * 60 * MINUTE


@dataclass(frozen=True)
class Given:
    """What has flowed: mg by an instant, and when the whole dose is in if nothing changes (None after the stop)."""

    mg: float
    full_at: int | None


def given(charted: Charted, session: int, at: int) -> Given:
    """The drug that has flowed by an instant, added up second by second."""
    pump = [e for e in charted.happened(session, "start", "pause", "resume", "rate", "stop") if e["happened_at"] <= at]
    if not pump:
        return Given(0.0, None)
    start = pump[0]
    total, ordered = float(start["data"]["mg"]), float(start["data"]["rate"])
    each_second = total / (float(start["data"]["minutes"]) * 60)
    rate, flows, mg, full_at, left = ordered, True, 0.0, None, list(pump[1:])
    now = start["happened_at"]
    while now < at and full_at is None and not (left and left[0]["kind"] == "stop" and left[0]["happened_at"] <= now):
        while left and left[0]["happened_at"] <= now:
            event = left.pop(0)
            if event["kind"] == "stop":
                return Given(mg, None)
            rate = float(event["data"]["rate"]) if event["kind"] == "rate" else rate
            flows = event["kind"] == "resume" or (flows and event["kind"] != "pause")
        step = min(SECOND, at - now, *(e["happened_at"] - now for e in left[:1] if e["happened_at"] > now))
        speed = each_second * rate / ordered if flows else 0.0
        if speed and mg + speed * step / SECOND >= total - 1e-9:
            full_at = now + round((total - mg) / speed * SECOND)
            mg = total
        else:
            mg += speed * step / SECOND
        now += step
    for event in left:
        if event["kind"] == "stop":
            return Given(mg, None)
        rate = float(event["data"]["rate"]) if event["kind"] == "rate" else rate
    if full_at is None:
        full_at = at + round((total - mg) / (each_second * rate / ordered) * SECOND)
    return Given(mg, full_at)


@dataclass(frozen=True)
class Check:
    """One check of the schedule: until when from when it may be answered, and how it stands."""

    label: str
    due: int
    state: str


def checks(charted: Charted, session: int, now: int) -> list[Check]:
    """Every check that has come due by now: 5 minutes after the start, then every 10; at the stop; 15, 30, 45 … after.

    Three minutes late is amber, five are red; who is late has until the next check is due.
    """
    kept = charted.sessions[session]
    start, stop = kept["started_at"], kept["stopped_at"]
    if start is None:
        return []
    end = stop or given(charted, session, now).full_at or start
    near = end - 3 * MINUTE
    due = [("baseline", start)]
    for after in (5, *range(10, 100_000, 10)):
        at = start + after * MINUTE
        if (stop and at > near) or (not stop and at >= end and at > now):
            break
        if stop or at != end:
            due.append((f"+{after}", at))
    due.append(("stop", end))
    if stop:
        for after in range(15, 100_000, 15):
            due.append((f"stop +{after}", stop + after * MINUTE))
            if stop + after * MINUTE > now:
                break
    due = due[:1] + sorted(due[1:], key=lambda pair: pair[1])
    windows = []
    for index, (_, at) in enumerate(due):
        before = due[index - 1][1] if index else at - 30 * MINUTE
        opens = at - (15 * MINUTE if index == 0 else min(3 * MINUTE, (at - before) // 2))
        closes = at + 1 if index == 0 else due[index + 1][1] if index + 1 < len(due) else at + DAY
        windows.append((opens, closes))
    holds: list[set[str]] = [set() for _ in due]
    for row in charted.observed(session):
        for (opens, closes), held in zip(windows, holds, strict=True):
            if not held >= REQUIRED and opens <= row["observed_at"] < closes:
                held |= set(row["values"])
                break
    found = []
    for (label, at), (_, closes), held in zip(due, windows, holds, strict=True):
        if at <= now:
            found.append(Check(label, at, _state(held, at, closes, now)))
    return found


LOOKED_AT_AFTER = {
    "ondansetron": 15,
    "labetalol": 10,
    "hydralazine": 10,
    "clonidine": 15,
    "midazolam": 10,
    "lorazepam": 10,
    "flumazenil": 5,
    "naloxone": 5,
    "epinephrine": 5,
    "fluids": 15,
}
"""Minutes after which the effect of what was given is looked at."""


def responses(charted: Charted, session: int, now: int) -> list[Check]:
    """The checks that have come due after a medicine: a full set from 2 minutes after it to 10 after it was due."""
    given_ = [e for e in charted.happened(session, "medicine") if e["data"]["code"] in LOOKED_AT_AFTER]
    full = [row for row in charted.observed(session) if set(row["values"]) >= REQUIRED]
    found, told = [], Counter[str]()
    for event in given_:
        code, at = event["data"]["code"], event["happened_at"]
        told[code] += 1
        due = at + LOOKED_AT_AFTER[code] * MINUTE
        again = f" {told[code]}" if told[code] > 1 else ""
        label = f"after {code.capitalize()}"[: 20 - len(again)] + again
        done = any(at + 2 * MINUTE <= row["observed_at"] < due + 10 * MINUTE for row in full)
        if due <= now:
            found.append(Check(label, due, _state(REQUIRED if done else set(), due, due + 10 * MINUTE, now)))
    return sorted(found, key=lambda check: (check.due, check.label))


def _state(held: set[str], at: int, closes: int, now: int) -> str:
    if held >= REQUIRED:
        return "done"
    if now >= closes:
        return "missed"
    late = now - at
    return "red" if late >= 5 * MINUTE else "amber" if late >= 3 * MINUTE else "due"


RED = {
    "sbp": lambda v, _: v >= 180 or v < 90,
    "dbp": lambda v, _: v >= 110,
    "hr": lambda v, _: v > 130 or v < 45,
    "rr": lambda v, _: v < 8,
    "spo2": lambda v, oxygen: v < 90 or (v < 92 and oxygen > 0),
    "moaas": lambda v, _: v <= 2,
}


def red_stretches(charted: Charted, session: int) -> list[tuple[str, list[Row], bool]]:
    """(value, its rows in the red one after another, whether that is how it stands last)."""
    found = []
    for code, is_red in RED.items():
        run: list[Row] = []
        rows = [row for row in charted.observed(session) if code in row["values"]]
        for row in rows:
            if is_red(row["values"][code], charted.oxygen(session, row)):
                run.append(row)
            elif run:
                found.append((code, run, False))
                run = []
        if run:
            found.append((code, run, True))
    return found
