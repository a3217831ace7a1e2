"""plan, book, day, free and why."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run

WISHES = ("--patient", "KC-0001", "--protocol", "induction-mood-2-per-week", "--from", "2026-11-30")


@pytest.fixture
def desk(clinic: Run, people: Path) -> Run:
    """A clinic with two patients."""
    clinic("import-patients", people)
    return clinic


def test_a_plan_is_six_sessions_with_offset_and_chair(desk: Run) -> None:
    answer = desk(
        "plan", *WISHES, "--weekdays", "mon,thu", "--earliest", "09:00", "--latest", "12:00", "--same-time", "--json"
    )
    assert answer.status == 0
    best = answer.json["proposals"][0]
    assert set(best) >= {"sessions", "cost", "why"}
    starts = [session["start"] for session in best["sessions"]]
    assert [start[:10] for start in starts] == [
        "2026-11-30", "2026-12-03", "2026-12-07", "2026-12-10", "2026-12-14", "2026-12-17",
    ]  # fmt: skip
    assert {start[10:] for start in starts} == {"T09:00:00-06:00"}
    assert best["sessions"][0]["end"] == "2026-11-30T10:55:00-06:00"
    assert best["sessions"][0]["chair"].startswith("Chair ")


def test_fewer_sessions_when_asked(desk: Run) -> None:
    answer = desk("plan", *WISHES, "--count", "2", "--json")
    assert {len(proposal["sessions"]) for proposal in answer.json["proposals"]} == {2}


def test_a_booked_series_is_on_its_days(desk: Run) -> None:
    booked = desk("book", *WISHES, "--weekdays", "mon,thu", "--earliest", "09:00", "--json")
    assert booked.status == 0
    assert len(booked.json["appointments"]) == 6
    day = desk("day", "2026-12-07", "--json")
    assert day.status == 0
    (visit,) = day.json["appointments"]
    assert {key: visit[key] for key in ("start", "patient", "status", "session", "of")} == {
        "start": "2026-12-07T09:00:00-06:00",
        "patient": "KC-0001",
        "status": "scheduled",
        "session": 3,
        "of": 6,
    }
    assert visit["id"] == booked.json["appointments"][2]
    assert "Silva, João  3 of 6  Scheduled" in desk("day", "2026-12-07").out


def test_an_empty_day_is_an_answer(desk: Run) -> None:
    answer = desk("day", "2026-12-08", "--json")
    assert (answer.status, answer.json) == (0, {"appointments": []})


def test_what_cannot_be_planned_is_status_one_with_the_reasons(desk: Run) -> None:
    answer = desk("plan", *WISHES, "--weekdays", "sat,sun", "--json")
    assert answer.status == 1
    assert answer.json["proposals"] == []
    assert answer.json["findings"]
    booked = desk("book", *WISHES, "--weekdays", "sun")
    assert booked.status == 1
    assert booked.out.startswith("Nothing was booked.")


def test_unknown_patient_or_protocol_is_told(desk: Run) -> None:
    wrong = desk("plan", "--patient", "KC-0777", "--protocol", "pain-series", "--from", "2026-11-30")
    assert (wrong.status, wrong.err) == (1, "ketaclinic: There is no patient with the record number KC-0777.\n")
    wrong = desk("plan", "--patient", "KC-0001", "--protocol", "spa", "--from", "2026-11-30")
    assert wrong.status == 1
    assert "There is no protocol “spa”. The protocols are: induction-mood-2-per-week," in wrong.err


def test_a_proposal_that_was_not_made_is_wrong_use(desk: Run) -> None:
    assert desk("book", *WISHES, "--proposal", "99").status == 2
    assert desk("day", "2026-11-30", "--json").json == {"appointments": []}


def test_free_starts_of_a_day(desk: Run) -> None:
    answer = desk("free", "2026-12-01", "--minutes", "115", "--json")
    assert answer.status == 0
    assert {"start": "2026-12-01T08:00:00-06:00", "chair": "Chair 1"} in answer.json["free"]
    assert desk("free", "2026-12-05", "--minutes", "115", "--json").json == {"free": []}
    assert desk("free", "2026-12-05", "--minutes", "115").status == 1


def test_why_a_start_is_not_offered(desk: Run) -> None:
    desk("book", *WISHES, "--weekdays", "mon,thu", "--earliest", "09:00")
    ask = ("why", "--patient", "KC-0002", "--protocol", "induction-mood-2-per-week", "--json")
    taken = desk("day", "2026-11-30", "--json").json["appointments"][0]["chair"]
    answer = desk(*ask, "--at", "2026-11-30T09:30", "--chair", taken)
    assert answer.status == 0
    assert answer.json["free"] is False
    assert "chair-taken" in [finding["code"] for finding in answer.json["findings"]]
    assert set(answer.json["findings"][0]) == {"code", "severity", "message"}
    assert answer.json["nearest"]
    with_offset = desk(*ask, "--at", "2026-11-30T15:30:00+00:00", "--chair", taken.split()[-1])
    assert with_offset.json["findings"] == answer.json["findings"]
    assert desk(*ask, "--at", "2026-12-01T09:30", "--chair", taken).json["free"] is True
    assert desk(*ask, "--at", "2026-12-01T09:30", "--chair", "Chair 77").status == 1


def test_an_unknown_location_is_told(desk: Run) -> None:
    wrong = desk("day", "2026-12-01", "--location", "Moon base")
    assert wrong.status == 1
    assert wrong.err == "ketaclinic: There is no such location. The locations are: Main location.\n"


def test_a_plan_says_what_each_point_is_for(desk: Run) -> None:
    best = desk("plan", *WISHES, "--weekdays", "mon,thu", "--earliest", "09:00", "--json").json["proposals"][0]
    assert best["costs"] == [{"points": 1000, "text": "Ends 17 days after the first date wished."}]
    assert sum(line["points"] for line in best["costs"]) == best["cost"]


def test_a_chair_is_asked_for_or_preferred(desk: Run) -> None:
    for option in ("--chair", "--prefer-chair"):
        answer = desk("plan", *WISHES, "--count", "2", option, "2", "--json")
        assert {session["chair"] for session in answer.json["proposals"][0]["sessions"]} == {"Chair 2"}
    assert desk("plan", *WISHES, "--chair", "Throne").status == 1


def test_places_are_held_from_the_command_line(desk: Run) -> None:
    held = desk("book", *WISHES, "--count", "2", "--hold", "30", "--json")
    assert held.status == 0
    assert held.json["held_until"][-6:] == "-06:00"
    (visit,) = desk("day", "2026-11-30", "--json").json["appointments"]
    assert visit["status"] == "held"
    told = desk("book", "--patient", "KC-0002", *WISHES[2:], "--count", "2", "--hold").out.splitlines()[0]
    assert told.startswith("Series 2 is held. It is held until 2026-11-23 ")
    assert desk("book", *WISHES, "--hold", "30", "--trial", "2").status == 2


def test_two_sessions_on_trial_hold_the_rest(desk: Run) -> None:
    booked = desk("book", *WISHES, "--weekdays", "mon,thu", "--trial", "2", "--json")
    assert booked.json["held_until"] == "2026-12-06T00:00:00-06:00"
    statuses = [
        desk("day", day, "--json").json["appointments"][0]["status"]
        for day in ("2026-11-30", "2026-12-03", "2026-12-07")
    ]
    assert statuses == ["scheduled", "scheduled", "held"]


def test_a_running_series_is_made_longer(desk: Run) -> None:
    booked = desk("book", *WISHES, "--count", "2", "--weekdays", "mon,thu", "--json").json
    more = desk("book", *WISHES, "--count", "1", "--series", str(booked["series"]), "--json")
    assert (more.json["series"], len(more.json["appointments"])) == (booked["series"], 1)
    (visit,) = desk("day", "2026-12-07", "--json").json["appointments"]
    assert (visit["session"], visit["of"]) == (3, 3)
