"""Reports: what was overridden, by month and by day. To add a report, write its page and name it in `PAGES`."""

from typing import Any

from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from ketaclinic.domain.changes import Changes
from ketaclinic.domain.permissions import REPORTS
from ketaclinic.ui.screen import Screen, ScreenContext
from ketaclinic.ui.screens.reports.day_page import DayPage
from ketaclinic.ui.screens.reports.month_page import MonthPage
from ketaclinic.ui.screens.reports.report_page import ReportPage

PAGES: tuple[type[MonthPage] | type[DayPage], ...] = (MonthPage, DayPage)
"""In the order of the tabs."""


class ReportsScreen(Screen):
    """A tab for each report; a report is read when it comes to the front."""

    key = "reports"
    title = "Reports"
    icon = "reports"
    roles = REPORTS

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.pages: tuple[ReportPage, ...] = tuple(page(context) for page in PAGES)
        self.tabs = QTabBar(accessibleName="Reports", expanding=False, drawBase=False)
        self.stack = QStackedWidget()
        for page in self.pages:
            self.tabs.addTab(page.title)
            self.stack.addWidget(page)
        layout = QVBoxLayout(self, spacing=12)
        layout.setContentsMargins(16, 8, 16, 14)
        layout.addWidget(self.tabs)
        layout.addWidget(self.stack, 1)
        self.tabs.currentChanged.connect(self._page_chosen)
        self.set_subtitle(self.front.title)
        self.add_action("Now", self._now, key="T", icon="month")
        self.add_action("The one before", self._back, key="PgUp", icon="back")
        self.add_action("The one after", self._forward, key="PgDown", icon="forward")
        self.add_action("Save report as CSV", self._save, icon="save")

    @property
    def front(self) -> ReportPage:
        """The report that is shown."""
        return self.pages[self.stack.currentIndex()]

    def shown(self) -> None:
        """Comes to the front."""
        self.front.look()
        self.front.table.view.setFocus()

    def refresh(self, changes: Changes | None = None) -> None:
        """Reads the report in front anew where the change touches it."""
        if changes is None or changes.touches(*self.front.tables):
            self.front.look()

    def open(self, args: dict[str, Any]) -> None:
        """Goes to the `report` of that title, and to the `day` in it."""
        titles = [page.title for page in self.pages]
        if args.get("report") in titles:
            self.tabs.setCurrentIndex(titles.index(str(args["report"])))
        if "day" in args:
            self.front.show_date(args["day"])

    def home(self) -> QWidget | None:
        """The list in front."""
        return self.front.table.view

    def print_here(self) -> bool:
        """Ctrl+P: the report in front."""
        self.front.print_here()
        return True

    def _page_chosen(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        self.set_subtitle(self.front.title)
        self.front.look()

    def _now(self) -> None:
        self.front.go_now()

    def _back(self) -> None:
        self.front.go_back()

    def _forward(self) -> None:
        self.front.go_forward()

    def _save(self) -> None:
        self.front.save()
