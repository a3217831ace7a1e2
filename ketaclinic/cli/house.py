"""Commands for the clinic as a whole: init, demo, doctor, tour, bench."""

from dataclasses import asdict
from datetime import datetime, time

from ketaclinic.cli.program import DONE, UNUSABLE, Program, ask_pin, tell
from ketaclinic.domain.findings import NotAllowed
from ketaclinic.domain.people import Role
from ketaclinic.domain.resources import Clinic
from ketaclinic.domain.set_up import SetUp
from ketaclinic.services.demonstration import Wish

_MID_MORNING = time(10, 45)


def init(program: Program) -> int:
    """Makes an empty clinic with its first manager."""
    given = program.arguments
    login = given.as_user or "manager"
    pin = ask_pin(f"PIN for {login}: ")
    defaults = program.defaults
    with program.open(True) as services:  # noqa: FBT003 - make it where there is none
        manager = services.clinic.set_up(
            SetUp(
                clinic=Clinic(given.clinic),
                location_name=given.location or defaults.location_name,
                zone=given.zone or defaults.zone,
                hours=defaults.hours,
                chairs=defaults.chairs,
                usual_nurses=defaults.usual_nurses,
                manager_login=login,
                manager_name=given.manager_name or login.capitalize(),
                manager_pin=pin,
            )
        )
    program.answer(
        {"clinic": given.clinic, "manager": manager.login, "zone": given.zone or defaults.zone},
        [f"{given.clinic} is ready. Sign in as {manager.login}; add users, chairs and hours from the window."],
    )
    return DONE


def demo(program: Program) -> int:
    """Fills a database with a realistic clinic."""
    given = program.arguments
    now = None if given.today is None else datetime.combine(given.today, _MID_MORNING)
    wish = Wish(
        seed=given.seed,
        patients=given.patients,
        months=given.months,
        chairs=given.chairs,
        nurses=given.nurses,
        now=now,
        charted=not given.schedule_only,
    )
    with program.open(True) as services:  # noqa: FBT003
        filled = services.demonstration.fill(wish, progress=tell)
    document = {**asdict(filled), "now": filled.now.isoformat()}
    program.answer(
        document,
        [
            f"{filled.patients} patients, {filled.series} series, {filled.appointments} appointments.",
            f"At the clinic it is {filled.now:%Y-%m-%d %H:%M} ({filled.zone}).",
            "Users: desk, nurse, nurse2, prescriber, manager; each with the PIN 1357.",
        ],
    )
    return DONE


def key(program: Program) -> int:
    """Shows the database's key to a manager: to keep it safe, and to give it to a further workstation."""
    with program.open(False) as services:  # noqa: FBT003
        by = program.sign_in(services)
        if by.role is not Role.MANAGER:
            raise NotAllowed("Only a manager may see the key of the database.")
    found = program.key()
    tell("Whoever has this key can read the database. A further workstation takes it as KETACLINIC_KEY.")
    program.answer({"key": found}, [found])
    return DONE


def doctor(program: Program) -> int:
    """Checks every invariant."""
    with program.open(False) as services:  # noqa: FBT003
        checks = services.doctor.check(None)
    sound = all(check.ok for check in checks)
    document = {"sound": sound, "checks": [{"name": c.name, "ok": c.ok, "detail": c.detail} for c in checks]}
    lines = [f"{'ok  ' if check.ok else 'FAIL'}  {check.name}: {check.detail}" for check in checks]
    program.answer(document, [*lines, "The database is sound." if sound else "The database is not sound."])
    return DONE if sound else UNUSABLE


def tour(program: Program) -> int:
    """Drives the real window through the main job."""
    given = program.arguments
    document = program.tour(given.out, given.today)
    program.answer(document, [f"{len(document['steps'])} steps: pictures, documents and tour.json are in {given.out}."])
    return DONE


def bench(program: Program) -> int:
    """Measures."""
    document = program.bench(program.arguments.appointments)
    program.answer(document, (_figure_line(figure) for figure in document["figures"]))
    return DONE


def _figure_line(figure: dict[str, object]) -> str:
    unit = figure["unit"]
    return f"{figure['name']}: {figure['value']} {unit} (limit {figure['limit']} {unit}; {figure['what']})"
