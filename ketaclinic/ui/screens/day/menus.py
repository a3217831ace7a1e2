"""The menus of the board: of one visit, of several, of one on the pinboard, and of free time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from ketaclinic.domain.appointments import MOVABLE, Card, Status
from ketaclinic.domain.people import Role
from ketaclinic.domain.permissions import may
from ketaclinic.domain.schedule import Inspection
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon

Act = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a menu; one without words draws a line between."""

    words: str = ""
    act: Act | None = None
    picture: str = ""
    enabled: bool = True


LINE = Entry()


def pop_up(entries: Sequence[Entry], where: QPoint, parent: QWidget) -> QMenu:
    """Opens a menu with its first entry under the keyboard; it goes by itself."""
    menu = made(entries, parent)
    menu.popup(where)
    first = next((a for a in menu.actions() if not a.isSeparator() and a.isEnabled()), None)
    if first is not None:
        menu.setActiveAction(first)
    return menu


def made(entries: Sequence[Entry], parent: QWidget) -> QMenu:
    """A menu of these lines."""
    menu = QMenu(parent)
    menu.aboutToHide.connect(menu.deleteLater)
    for entry in entries:
        if not entry.words:
            menu.addSeparator()
            continue
        action = menu.addAction(icon(entry.picture), entry.words) if entry.picture else menu.addAction(entry.words)
        action.setEnabled(entry.enabled)
        if entry.act is not None:
            action.triggered.connect(_calling(entry.act))
    return menu


def _calling(act: Act) -> Callable[[bool], None]:
    def called(_checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's signature
        act()

    return called


@dataclass(frozen=True, slots=True)
class FreeActs:
    """What may be done with free time."""

    book: Act
    plan: Act
    close: Act
    who: Act


def free_time(starts_at: datetime, chair: str, acts: FreeActs, role: Role) -> list[Entry]:
    """The menu of free time."""
    entries = [
        Entry(f"Book here, {text.clock(starts_at)}, {chair}", acts.book, "add"),
        Entry("Plan a series from here…", acts.plan, "plan"),
        Entry("Who could take this?", acts.who, "recall"),
    ]
    if may(role, "clinic.add_closure"):
        entries += [LINE, Entry("Close these hours…", acts.close, "closure")]
    return entries


@dataclass(frozen=True, slots=True)
class SeveralActs:
    """What may be done with several visits."""

    carry: Act
    park: Act
    swap: Act
    confirm: Act
    print: Act


def several(cards: Sequence[Card], acts: SeveralActs) -> list[Entry]:
    """The menu of more than one visit."""
    movable = all(c.appointment.status in MOVABLE for c in cards)
    entries = [
        Entry("Move together with arrows", acts.carry, "move", movable),
        Entry("Put on pinboard", acts.park, "pin", movable),
    ]
    if len(cards) == 2:
        entries.append(Entry("Swap places", acts.swap, "repeat", movable))
    if any(c.appointment.status is Status.SCHEDULED for c in cards):
        entries.append(Entry("Confirm all", acts.confirm, "confirmed"))
    return [*entries, LINE, Entry("Print cards…", acts.print, "print")]


@dataclass(frozen=True, slots=True)
class ParkedActs:
    """What may be done with a visit on the pinboard."""

    place: Act
    place_by_dialog: Act
    patient: Act
    cancel: Act


def parked(acts: ParkedActs) -> list[Entry]:
    """The menu of a visit on the pinboard."""
    return [
        Entry("Place with arrows", acts.place, "move"),
        Entry("Place on a day…", acts.place_by_dialog, "day"),
        LINE,
        Entry("Open patient", acts.patient, "patient"),
        LINE,
        Entry("Cancel visit…", acts.cancel, "cancelled"),
    ]


def details(inspection: Inspection) -> str:
    """A visit in a few lines, to be pasted elsewhere."""
    card, a = inspection.card, inspection.card.appointment
    span = text.span(a.starts_at, a.leaves_at)
    lines = [
        f"{inspection.patient.name} · {card.record}",
        f"{text.full_day(a.starts_at.date())}, {span} · {inspection.chair.name}",
        f"{inspection.series.desk_name}, {card.label} · {a.status.word}",
        inspection.patient.fields.phone,
    ]
    if inspection.escort is not None:
        lines.append(f"Escort: {inspection.escort.name} {inspection.escort.phone}".rstrip())
    return "\n".join(filter(None, lines))


def copy_details(inspection: Inspection) -> None:
    """Puts a visit on the clipboard."""
    QGuiApplication.clipboard().setText(details(inspection))


def call(phone: str) -> None:
    """Hands a number to the telephone program of this computer."""
    digits = "".join(c for c in phone if c.isdigit() or c == "+")
    QDesktopServices.openUrl(QUrl(f"tel:{digits}"))
