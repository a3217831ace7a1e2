"""Judges what was charted by itself: may this infusion have started, may this patient have gone, is anything lost.

The numbers are those of the clinical reference, written out once more; the program's rules are not imported.
"""

from tests.machines.charting_cupboard import count_faults, ledger_faults
from tests.machines.charting_release import closed_wrongly
from tests.machines.charting_rows import ADDED_TO, Charted, Row, Rows
from tests.machines.charting_start import started_wrongly


def step_faults(before: Rows, after: Rows, now: int) -> list[str]:
    """What one step may not have done."""
    was, became = Charted(before), Charted(after)
    found = _lost(was, became)
    for number, session in became.sessions.items():
        earlier = was.sessions.get(number, {})
        if session["started_at"] and not earlier.get("started_at"):
            found += [f"session {number} started: {why}" for why in started_wrongly(was, became, number, now)]
        if session["signed_at"] and not earlier.get("signed_at"):
            found += [f"session {number} signed: {why}" for why in closed_wrongly(became, number, now)]
        if session["started_at"]:
            found += _pump(became, number)
    found += [f"addendum {row['id']}: {why}" for row in became.of("addenda") for why in _added_wrongly(was, row)]
    return [*found, *_resolved(was, became), *_chairs(became), *ledger_faults(became), *count_faults(was, became, now)]


def _lost(was: Charted, became: Charted) -> list[str]:
    found = [
        f"{table} {number} changed or gone"
        for (table, number), row in was.rows.items()
        if table in ADDED_TO and became.rows.get((table, number)) != row
    ]
    for number, session in was.sessions.items():
        if not session["signed_at"]:
            continue
        if became.sessions.get(number) != session:
            found.append(f"session {number} changed after it was signed")
        found += [
            f"{table} added to session {number} after it was signed"
            for table in ("answers", "observations", "events")
            if len(was.kept(table, number)) != len(became.kept(table, number))
        ]
    return found


def _added_wrongly(was: Charted, row: Row) -> list[str]:
    if ("addenda", row["id"]) in was.rows:
        return []
    signed = was.sessions[row["encounter_id"]]["signed_at"]
    author = was.one("users", row["user_id"])
    wrong = {
        "the session was not signed": signed is None,
        "it lies before the signature": signed is not None and row["at"] < signed,
        "it says nothing": not row["text"].strip(),
        f"written by a {author['role']}": author["role"] not in {"nurse", "prescriber"},
        f"its meaning is {row['meaning']}": row["meaning"]
        not in {"correction", "late entry", "clarification", "review"},
    }
    return [why for why, so in wrong.items() if so]


def _resolved(was: Charted, became: Charted) -> list[str]:
    """An alert is declared over with a word, by somebody, after it was acknowledged."""
    found = []
    for number in became.sessions:
        told = {e["data"]["code"] for e in was.happened(number, "acknowledge")}
        for event in became.happened(number, "resolve"):
            if ("events", event["id"]) in was.rows:
                continue
            if event["data"]["code"] not in told:
                found.append(f"session {number}: {event['data']['code']} is over and nobody had acknowledged it")
            found += [f"session {number}: over without a word"] * (not event["data"]["word"].strip())
    return found


def _pump(became: Charted, number: int) -> list[str]:
    """The session's own instants are those of its events, and these make sense in their order."""
    session = became.sessions[number]
    events = became.happened(number, "start", "pause", "resume", "rate", "stop")
    found, state = [], "before"
    steps = {
        ("before", "start"): "running",
        ("running", "pause"): "paused",
        ("running", "rate"): "running",
        ("running", "stop"): "stopped",
        ("paused", "resume"): "running",
        ("paused", "rate"): "paused",
        ("paused", "stop"): "stopped",
    }
    for event in events:
        if (state, event["kind"]) not in steps:
            found.append(f"session {number}: {event['kind']} while {state}")
        state = steps.get((state, event["kind"]), state)
    at = {kind: [e["happened_at"] for e in events if e["kind"] == kind] for kind in ("start", "stop")}
    if [session["started_at"]] != at["start"] or at["stop"] != [session["stopped_at"]] * bool(session["stopped_at"]):
        found.append(f"session {number}: {session['started_at']} to {session['stopped_at']}, its events say {at}")
    return found


def _chairs(became: Charted) -> list[str]:
    running = [
        (became.visit(number)["chair_id"], number)
        for number, session in became.sessions.items()
        if session["started_at"] and not session["stopped_at"]
    ]
    chairs = [chair for chair, _ in running]
    return [f"two infusions run in one chair: {running}"] * (len(chairs) != len(set(chairs)))
