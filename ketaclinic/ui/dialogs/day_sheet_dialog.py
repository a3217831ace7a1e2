"""Day and week on paper: by chair or by time, how much colour, how large, which part of the day."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, time
from functools import partial
from typing import Any

from PySide6.QtWidgets import QComboBox, QWidget

from ketaclinic.domain.sheets import DaySheetLook, Ink
from ketaclinic.ui import text
from ketaclinic.ui.dialogs.print_dialog import PrintDialog
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.settings import Settings

_NOON = time(12)
_LAYOUTS = (("By chair", True), ("By time", False))
_INKS = (("Colour", Ink.COLOUR), ("Less colour", Ink.LESS), ("Grey", Ink.GREY))
_SIZES = (("Fits the page", None), ("7 point", 7.0), ("8 point", 8.0), ("9 point", 9.0), ("10 point", 10.0))
_PARTS = (("Whole day", (None, None)), ("Until 12:00", (None, _NOON)), ("From 12:00", (_NOON, None)))
_CHAIRS = tuple((f"{count} chairs a page", count) for count in (4, 6, 8, 10, 12))


class _Choices(PrintDialog):
    """A print dialog with choices above the pages."""

    def add_choice(self, name: str, choices: Sequence[tuple[str, Any]], chosen: object) -> QComboBox:
        """Adds a list of choices; the pages are made anew when another is taken."""
        box = QComboBox(accessibleName=name, toolTip=name)
        for words, value in choices:
            box.addItem(words, value)
        box.setCurrentIndex([value for _, value in choices].index(chosen))
        box.currentIndexChanged.connect(self.option_changed)
        self.options.addWidget(box)
        return box


class DaySheetDialog(_Choices):
    """The sheet of one day."""

    def __init__(self, parent: QWidget, context: ScreenContext, day: date, look: DaySheetLook) -> None:
        self._sheet = partial(context.services.printing.day_sheet, context.user(), context.location.id, day)
        super().__init__(parent, context, "Day sheet", self._sheet, f"Day sheet {day.isoformat()}.pdf")
        self.set_title("Day sheet", text.full_day(day))
        self._layout_box = self.add_choice("Layout", _LAYOUTS, look.by_chair)
        self._ink = self.add_choice("Colour", _INKS, look.ink)
        self._size = self.add_choice("Type size", _SIZES, look.size)
        self._chairs = self.add_choice("Chairs a page", _CHAIRS, look.chairs_per_page)
        self._part = self.add_choice("Part of the day", _PARTS, (look.starts, look.ends))
        for box in (self._ink, self._size, self._chairs):
            box.currentIndexChanged.connect(self._remember)
        self._context = context
        self._layout_box.currentIndexChanged.connect(self._show_chairs)
        self._show_chairs()

    def _show_chairs(self) -> None:
        self._chairs.setEnabled(self.look.by_chair)

    def _remember(self) -> None:
        look = self.look
        size = "" if look.size is None else f"{look.size:g}"
        self._context.settings.set_day_sheet(self._context.user().id, look.ink.value, size, look.chairs_per_page)

    @property
    def look(self) -> DaySheetLook:
        """The choices as they stand."""
        starts, ends = _PARTS[self._part.currentIndex()][1]
        return DaySheetLook(
            by_chair=_LAYOUTS[self._layout_box.currentIndex()][1],
            ink=_INKS[self._ink.currentIndex()][1],
            size=_SIZES[self._size.currentIndex()][1],
            chairs_per_page=_CHAIRS[self._chairs.currentIndex()][1],
            starts=starts,
            ends=ends,
        )

    def job(self) -> Callable[[], bytes]:
        """The pages with the choices as they stand now."""
        return partial(self._sheet, self.look)


class WeekSheetDialog(_Choices):
    """The sheet of one week."""

    def __init__(self, parent: QWidget, context: ScreenContext, monday: date) -> None:
        self._sheet = partial(context.services.printing.week_sheet, context.user(), context.location.id, monday)
        super().__init__(parent, context, "Week sheet", self._sheet, f"Week sheet {monday.isoformat()}.pdf")
        self.set_title("Week sheet", f"Week of {text.full_day(monday)}")
        self._ink = self.add_choice("Colour", _INKS, Ink.COLOUR)

    def job(self) -> Callable[[], bytes]:
        """The pages with the choices as they stand now."""
        return partial(self._sheet, _INKS[self._ink.currentIndex()][1])


def remembered(settings: Settings, user_id: int) -> DaySheetLook:
    """The colours, type and chairs a page this user took last; what is not on offer any more is left out."""
    usual = DaySheetLook()
    ink, size, chairs = settings.day_sheet(user_id)
    inks = {choice.value: choice for _, choice in _INKS}
    sizes = {f"{points:g}": points for _, points in _SIZES if points is not None}
    return replace(
        usual,
        ink=inks.get(ink, usual.ink),
        size=sizes.get(size),
        chairs_per_page=chairs if chairs in {count for _, count in _CHAIRS} else usual.chairs_per_page,
    )


def open_day_sheet(parent: QWidget, context: ScreenContext, day: date, *, by_chair: bool = True) -> DaySheetDialog:
    """Shows the sheet of a day as it will be printed."""
    look = replace(remembered(context.settings, context.user().id), by_chair=by_chair)
    dialog = DaySheetDialog(parent, context, day, look)
    dialog.open()
    return dialog


def open_week_sheet(parent: QWidget, context: ScreenContext, monday: date) -> WeekSheetDialog:
    """Shows the sheet of a week as it will be printed."""
    dialog = WeekSheetDialog(parent, context, monday)
    dialog.open()
    return dialog
