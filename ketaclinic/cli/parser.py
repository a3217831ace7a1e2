"""What may be written after `main.py`."""

import argparse
from datetime import date, datetime, time
from pathlib import Path
from typing import TypeVar

from ketaclinic import __version__
from ketaclinic.cli.printing import KINDS
from ketaclinic.domain.dates import DateOrder
from ketaclinic.domain.importing import FIELDS
from ketaclinic.domain.sheets import Ink

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EPILOG = """Without a command the window opens on the clinic's own database; --demo opens it on a demonstration clinic.
Exit status: 0 done, 1 refused by a rule or nothing found, 2 wrong use, 3 the database cannot be opened or is not sound.
The PIN is asked for or taken from KETACLINIC_PIN, the key of an encrypted file from the keyring or KETACLINIC_KEY."""


def parse(argv: list[str] | None) -> argparse.Namespace:
    """The arguments understood. Raises SystemExit(2) with one line on standard error for wrong use."""
    arguments = _parser().parse_args(argv)
    for name, value in (("database", None), ("as_user", None), ("json", False), ("location", None)):
        if not hasattr(arguments, name):
            setattr(arguments, name, value)
    return arguments


def _parser() -> argparse.ArgumentParser:
    common = _common()
    parser = argparse.ArgumentParser(
        prog="ketaclinic",
        description="Runs the day of a ketamine infusion clinic.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common],
    )
    parser.add_argument("--version", action="version", version=f"ketaclinic {__version__}")
    parser.add_argument("--demo", action="store_true", help="open the window on a freshly made demonstration clinic")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_house(commands, common)
    _add_patients(commands, common)
    _add_scheduling(commands, common)
    _add_checks(commands, common)
    return parser


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--database", metavar="URL", help="sqlite:///path or postgresql+psycopg://…")
    common.add_argument("--as", dest="as_user", metavar="USER", help="sign-in name")
    common.add_argument("--json", action="store_true", help="one JSON document on standard output")
    common.add_argument("--location", metavar="NAME", help="location (default: the first)")
    return common


_Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def _add_house(commands: "_Commands[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    init = commands.add_parser("init", parents=[common], help="make an empty clinic with its first manager")
    init.add_argument("--clinic", default="Our clinic", metavar="NAME", help="the clinic's name")
    init.add_argument("--zone", metavar="ZONE", help="time zone, such as America/Chicago")
    init.add_argument("--manager-name", metavar="NAME", help="as under signatures (default: the sign-in name)")
    demo = commands.add_parser("demo", parents=[common], help="fill a database with a realistic clinic")
    demo.add_argument("--seed", type=int, default=1, metavar="N")
    demo.add_argument("--patients", type=_positive, default=220, metavar="N")
    demo.add_argument("--months", type=_months, default=6, metavar="N", help="months of history")
    demo.add_argument("--chairs", type=_positive, default=4, metavar="N")
    demo.add_argument("--nurses", type=_positive, default=2, metavar="N", help="on shift")
    demo.add_argument("--schedule-only", action="store_true", help="no clinical records, for very large databases")
    demo.add_argument("--today", type=_day, metavar="DATE", help="the day that is today at the clinic")


def _add_patients(commands: "_Commands[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    take = commands.add_parser("import-patients", parents=[common], help="import patients from CSV")
    take.add_argument("file", type=Path, metavar="FILE.csv")
    take.add_argument(
        "--date-order", choices=[order.value for order in DateOrder], help="how dates of birth are written"
    )
    take.add_argument("--encoding", metavar="NAME", help="utf-8, utf-16, windows-1252 …")
    take.add_argument("--delimiter", metavar="SIGN", help="comma, semicolon, tab, bar, or the sign itself")
    take.add_argument(
        "--match",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help=f"correct the column of a field; FIELD is one of {', '.join(FIELDS)}; an empty COLUMN leaves it out",
    )
    search = commands.add_parser("patients", parents=[common], help="search patients")
    search.add_argument("query", nargs="+", metavar="QUERY")
    search.add_argument("--limit", type=_positive, default=20, metavar="N")
    _add_print(commands, common)


def _add_print(commands: "_Commands[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    sheet = commands.add_parser("print", parents=[common], help="make a PDF; what is for a patient is filed")
    sheet.add_argument("kind", metavar="KIND", help=", ".join(KINDS))
    sheet.add_argument("--patient", metavar="RECORD", help="for whom, where it is for a patient")
    sheet.add_argument("--appointment", type=int, metavar="ID")
    sheet.add_argument("--series", type=int, metavar="ID")
    sheet.add_argument("--language", default="en", metavar="CODE")
    sheet.add_argument("--date", type=_named_day, metavar="DATE", help="a day: DATE, today or tomorrow")
    sheet.add_argument("--by-time", action="store_true", help="day sheet: a row for each visit, not a column a chair")
    sheet.add_argument("--ink", choices=[ink.value for ink in Ink], default=Ink.COLOUR.value, help="how much colour")
    sheet.add_argument("--repair", type=int, metavar="ID", help="call list: after which repair (default: the latest)")
    sheet.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")


def _add_scheduling(commands: "_Commands[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    for name, says in (("plan", "propose complete series, best first"), ("book", "book one of the proposed series")):
        command = commands.add_parser(name, parents=[common], help=says)
        command.add_argument("--patient", required=True, metavar="RECORD")
        command.add_argument("--protocol", required=True, metavar="ID")
        command.add_argument("--from", dest="first_day", type=_day, required=True, metavar="DATE")
        command.add_argument("--weekdays", type=_weekdays, default=frozenset(), metavar="mon,wed,fri")
        command.add_argument("--earliest", type=_time, metavar="HH:MM")
        command.add_argument("--latest", type=_time, metavar="HH:MM")
        command.add_argument("--same-time", action="store_true", help="keep the same clock time")
        command.add_argument("--count", type=_positive, metavar="K")
        command.add_argument("--chair", metavar="C", help="this chair and no other")
        command.add_argument("--prefer-chair", metavar="C", help="this chair where nothing worse comes of it")
        command.add_argument("--series", type=_positive, metavar="ID", help="further sessions of this series")
        if name == "book":
            command.add_argument("--proposal", type=_proposal, default=1, metavar="I", help="1 is the best")
            later = command.add_mutually_exclusive_group()
            later.add_argument(
                "--hold", nargs="?", type=_positive, const=0, metavar="MIN", help="hold the places for so many minutes"
            )
            later.add_argument("--trial", type=_positive, metavar="K", help="book the first K, hold the rest")
    day = commands.add_parser("day", parents=[common], help="the day's appointments")
    day.add_argument("day", metavar="DATE", type=_day)
    free = commands.add_parser("free", parents=[common], help="open starts")
    free.add_argument("day", metavar="DATE", type=_day)
    free.add_argument("--minutes", type=_positive, required=True, metavar="M")
    why = commands.add_parser("why", parents=[common], help="why a start is not offered")
    why.add_argument("--patient", required=True, metavar="RECORD")
    why.add_argument("--protocol", required=True, metavar="ID")
    why.add_argument("--at", type=_moment, required=True, metavar="DATETIME")
    why.add_argument("--chair", required=True, metavar="C")
    _add_repair(commands, common)


def _add_repair(commands: "_Commands[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    repair = commands.add_parser("repair", parents=[common], help="the day repaired with the fewest people moved")
    repair.add_argument("day", metavar="DATE", type=_day)
    repair.add_argument(
        "--out",
        action="append",
        required=True,
        metavar="WHO",
        help="nurse:NAME, prescriber:NAME, chair:NAME or clinic; may be given more than once",
    )
    repair.add_argument("--from", dest="since", type=_time, metavar="HH:MM", help="default: now, or opening time")
    repair.add_argument("--until", type=_time, metavar="HH:MM", help="default: the end of the day")
    repair.add_argument("--reason", default="", metavar="TEXT")
    repair.add_argument("--seconds", type=_positive, metavar="N", help="longest search")
    repair.add_argument("--apply", action="store_true", help="save it")


def _add_checks(commands: "_Commands[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    commands.add_parser("doctor", parents=[common], help="check every invariant, the audit chain included")
    commands.add_parser("key", parents=[common], help="show the database's key to a manager, to keep it safe")
    tour = commands.add_parser("tour", parents=[common], help="drive the real window without a screen")
    tour.add_argument("--out", type=Path, required=True, metavar="DIR")
    tour.add_argument("--today", type=_day, metavar="DATE", help="the day that is today at the clinic")
    bench = commands.add_parser("bench", parents=[common], help="the performance figures, each beside its limit")
    bench.add_argument(
        "--appointments", type=_positive, default=0, metavar="N", help="years of history: so many visits in the file"
    )


def _day(text: str) -> date:
    try:
        return _within_reach(date.fromisoformat(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a date such as 2026-11-23") from None


def _named_day(text: str) -> date | str:
    return text if text in {"today", "tomorrow"} else _day(text)


def _time(text: str) -> time:
    try:
        found = time.fromisoformat(text.zfill(5))
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:  # wished for on the wall of the clinic
        raise argparse.ArgumentTypeError(f"“{text}” is not a time such as 09:30")
    return found


def _moment(text: str) -> datetime:
    try:
        return _within_reach(datetime.fromisoformat(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a date with time such as 2026-11-23T09:30") from None


_Day = TypeVar("_Day", date, datetime)


def _within_reach(day: _Day) -> _Day:
    """The day, when a clinic may have it; near the ends of the calendar there is no day before or after."""
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(f"year {day.year}")
    return day


_FIRST_YEAR, _LAST_YEAR = 1900, 2999


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 1 up")
    return int(text)


def _months(text: str) -> int:
    months = _positive(text)
    if months > _MOST_MONTHS:
        raise argparse.ArgumentTypeError(f"“{text}” is more than {_MOST_MONTHS} months, a hundred years")
    return months


_MOST_MONTHS = 1200


def _proposal(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"“{text}” is not the number of a proposal")
    return max(1, int(text))


def _weekdays(text: str) -> frozenset[int]:
    found = set()
    for word in text.replace(" ", ",").split(","):
        if not word:
            continue
        if word[:3].lower() not in WEEKDAYS:
            raise argparse.ArgumentTypeError(f"“{word}” is not a weekday such as mon")
        found.add(WEEKDAYS.index(word[:3].lower()))
    return frozenset(found)
