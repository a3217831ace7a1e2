"""The public holidays of a year, to be closed: each with what is booked on it.

Signals of `HolidaysDialog`: `saved(object)` the closures made; `country_wanted()` the country is to be chosen first.
"""

from collections.abc import Sequence
from datetime import date
from functools import partial
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QWidget

from ketaclinic.domain.capacity_change import HolidayOffer
from ketaclinic.domain.findings import ClinicError, Invalid
from ketaclinic.domain.resources import Closure, Location
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.pill import Pill
from ketaclinic.ui.widgets.wrapped_text import WrappedText


class HolidaysDialog(Dialog):
    """Ticks what the clinic keeps; a holiday with visits can be ticked only once these are moved."""

    saved = Signal(object)
    country_wanted = Signal()

    def __init__(self, context: ScreenContext, location: Location, today: date, *, parent: QWidget) -> None:
        super().__init__(parent, "Public holidays", width=640)
        self._context, self._location = context, location
        self._command = str(uuid4())
        self._today, self.year = today, today.year
        self.offers: tuple[HolidayOffer, ...] = ()
        self._ticks: dict[QCheckBox, HolidayOffer] = {}
        self.heading = QLabel()
        self.heading.setProperty("kind", "heading")
        self.back = QPushButton(icon("back"), "", accessibleName="Year before", toolTip="Year before")
        self.forward = QPushButton(icon("forward"), "", accessibleName="Year after", toolTip="Year after")
        self.list = QScrollArea(
            widgetResizable=True,
            frameShape=QFrame.Shape.NoFrame,
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
            accessibleName="Holidays",
        )
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        years = QHBoxLayout(spacing=8)
        years.addWidget(self.back)
        years.addWidget(self.heading)
        years.addWidget(self.forward)
        years.addStretch()
        self.body.addLayout(years)
        self.body.addWidget(self.list)
        self.add_cancel()
        self.add_button("Close these days", self._save, kind="primary")
        self.back.clicked.connect(self._year_before)
        self.forward.clicked.connect(self._year_after)
        region = "-".join(filter(None, (location.country, location.subdivision)))
        self.set_title("Public holidays", f"{location.name} · {region}" if region else location.name)
        self._look()

    def first_field(self) -> QWidget | None:
        """The first holiday, or what can be pressed while there is none."""
        first = super().first_field()
        return first if first is not None and first.isEnabled() else self.forward

    def _look(self) -> None:
        self.heading.setText(str(self.year))
        read = partial(self._context.services.clinic.holidays, self._context.user(), self._location.id, self.year)
        self._context.ops.run(self, read, self._show, self._cannot, latest="holidays")

    def _cannot(self, error: ClinicError) -> None:
        self._show(())
        self.list.hide()
        self.show_error(error)
        if isinstance(error, Invalid) and error.field == "country" and self.main_button is not None:
            self.main_button.setEnabled(False)
            self.findings.show_sentence(str(error), tone="amber", title="No country yet")
            self.add_button("Choose the country…", self._choose_country, kind="primary").setFocus()
        self.fit()

    def _choose_country(self) -> None:
        self.reject()
        self.country_wanted.emit()

    def _show(self, offers: Sequence[HolidayOffer]) -> None:
        self.findings.show_sentence("")
        self.offers, self._ticks = tuple(offer for offer in offers if offer.day >= self._today), {}
        inside = QWidget(objectName="scrolled")
        grid = QGridLayout(inside, horizontalSpacing=16, verticalSpacing=8)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setColumnStretch(1, 1)
        for row, offer in enumerate(self.offers):
            for column, widget in enumerate(self._cells(offer)):
                grid.addWidget(widget, row, column, Qt.AlignmentFlag.AlignVCenter)
        grid.setRowStretch(len(self.offers), 1)
        self.list.setWidget(inside)
        self.back.setEnabled(self.year > self._today.year)
        self.list.setFixedHeight(min(420, 32 * len(self.offers) + 8))
        self.fit()

    def _cells(self, offer: HolidayOffer) -> tuple[QWidget, QWidget, QWidget]:
        tick = QCheckBox(text.weekday_day(offer.day), accessibleName=f"{text.full_day(offer.day)}: {offer.name}")
        may = offer.open and not offer.closed and not offer.visits
        tick.setEnabled(may)
        self._ticks[tick] = offer
        state = QLabel()
        state.setProperty("kind", "small")
        if offer.closed:
            state.setText("Closed already")
        elif not offer.open:
            state.setText("Not open that day anyway")
        elif offer.visits:
            return tick, WrappedText(13, offer.name), Pill(f"{text.count(offer.visits, 'visit')} booked", "amber")
        return tick, WrappedText(13, offer.name, bold=may), state

    def _year_before(self) -> None:
        self.year -= 1
        self._look()

    def _year_after(self) -> None:
        self.year += 1
        self._look()

    def _save(self) -> None:
        days = [offer.day for tick, offer in self._ticks.items() if tick.isChecked()]
        self.set_busy(busy=True)
        service, by = self._context.services.clinic, self._context.user()
        work = partial(service.close_holidays, by, self._location.id, days, self._command)
        self._context.ops.run(self, work, self._done, self._refused)

    def _refused(self, error: ClinicError) -> None:
        self._command = str(uuid4())
        self.show_error(error)
        self.fit()

    def _done(self, closures: tuple[Closure, ...]) -> None:
        self.set_busy(busy=False)
        self.saved.emit(closures)
        self.accept()
