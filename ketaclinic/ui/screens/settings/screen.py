"""Settings: users, the clinic, closures and shifts, for the manager."""

from typing import Any

from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout

from ketaclinic.domain.changes import Changes
from ketaclinic.domain.people import Role
from ketaclinic.ui.screen import Screen, ScreenContext
from ketaclinic.ui.screens.settings.clinic_page import ClinicPage
from ketaclinic.ui.screens.settings.closures_page import ClosuresPage
from ketaclinic.ui.screens.settings.first_steps import FirstSteps
from ketaclinic.ui.screens.settings.shifts_page import ShiftsPage
from ketaclinic.ui.screens.settings.users_page import UsersPage

Page = UsersPage | ClinicPage | ClosuresPage | ShiftsPage


class SettingsScreen(Screen):
    """One page for each thing a manager keeps; a page is read when it comes to the front."""

    key = "settings"
    title = "Settings"
    icon = "settings"
    roles = frozenset({Role.MANAGER})

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.users = UsersPage(context)
        self.clinic = ClinicPage(context)
        self.closures = ClosuresPage(context)
        self.shifts = ShiftsPage(context)
        self.pages: tuple[Page, ...] = (self.users, self.clinic, self.closures, self.shifts)
        self.tabs = QTabBar(accessibleName="Settings pages", expanding=False, drawBase=False)
        self.stack = QStackedWidget()
        for page in self.pages:
            self.tabs.addTab(page.title)
            self.stack.addWidget(page)
        layout = QVBoxLayout(self, spacing=12)
        layout.setContentsMargins(20, 8, 16, 14)
        self.steps = FirstSteps(context)
        layout.addWidget(self.steps)
        layout.addWidget(self.tabs)
        layout.addWidget(self.stack, 1)
        self.tabs.currentChanged.connect(self._page_chosen)
        self.steps.users_wanted.connect(self._add_user)
        self.steps.letterhead_wanted.connect(self._edit_letterhead)
        self.steps.country_wanted.connect(self._choose_country)
        self.set_subtitle(self.pages[0].title)
        self.add_action("Add user", self._add_user, icon="add_patient")
        self.add_action("Add closure", self._add_closure, icon="closure")
        self.add_action("Add shifts", self._add_shifts, icon="clock")

    @property
    def front(self) -> Page:
        """The page that is shown."""
        return self.pages[self.stack.currentIndex()]

    def refresh(self, changes: Changes | None = None) -> None:
        """Reads the page in front anew where the change touches it."""
        self.steps.refresh(changes)
        if changes is None or changes.touches(*self.front.tables):
            self.front.look()

    def open(self, args: dict[str, Any]) -> None:
        """Goes to the `page` of that title."""
        titles = [page.title for page in self.pages]
        if args.get("page") in titles:
            self.tabs.setCurrentIndex(titles.index(str(args["page"])))

    def _page_chosen(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        self.set_subtitle(self.pages[number].title)
        self.front.look()

    def _add_user(self) -> None:
        self.tabs.setCurrentIndex(self.pages.index(self.users))
        self.users.add()

    def _edit_letterhead(self) -> None:
        self.tabs.setCurrentIndex(self.pages.index(self.clinic))
        self.clinic.edit_letterhead()

    def _choose_country(self) -> None:
        self.tabs.setCurrentIndex(self.pages.index(self.closures))
        self.closures.choose_country(self.context.location)

    def _add_closure(self) -> None:
        self.tabs.setCurrentIndex(self.pages.index(self.closures))
        self.closures.add()

    def _add_shifts(self) -> None:
        self.tabs.setCurrentIndex(self.pages.index(self.shifts))
        self.shifts.add()
