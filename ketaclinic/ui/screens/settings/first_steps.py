"""What a new clinic still lacks before its first patients, each one press away; gone once it is there.

Signals of `FirstSteps`: `users_wanted()`; `letterhead_wanted()`; `country_wanted()`.
"""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from ketaclinic.domain.changes import Changes
from ketaclinic.domain.people import User
from ketaclinic.domain.resources import Clinic, Location
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screen import ScreenContext

_TABLES = ("users", "clinic", "locations")


@dataclass(frozen=True, slots=True)
class Lacks:
    """What is missing: other people who sign in, an address on the letterhead, the country of the holidays."""

    people: bool
    letterhead: bool
    country: bool


def lacking(users: tuple[User, ...], clinic: Clinic, location: Location) -> Lacks:
    """What is not there yet of a clinic and the location in front."""
    return Lacks(
        people=sum(user.active for user in users) < 2,  # the manager alone
        letterhead=not (clinic.address and clinic.phone),
        country=not location.country,
    )


class FirstSteps(QFrame):
    """A line above the pages of the settings; whoever needs none of it sends it away."""

    users_wanted = Signal()
    letterhead_wanted = Signal()
    country_wanted = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(accessibleName="Still to do")
        self.setProperty("kind", "panel")
        self._context = context
        words = QLabel("Still to do")
        words.setProperty("kind", "section")
        self.people = QPushButton(icon("add_patient"), "Add who works here", accessibleName="Add who works here")
        self.letterhead = QPushButton(icon("edit"), "Complete the letterhead", accessibleName="Complete the letterhead")
        self.country = QPushButton(
            icon("closure"), "Say whose holidays you keep", accessibleName="Say whose holidays you keep"
        )
        away = QPushButton(icon("close"), "", accessibleName="Leave this for good", toolTip="Leave this for good")
        away.setProperty("kind", "ghost")
        row = QHBoxLayout(self, spacing=10)
        row.setContentsMargins(14, 6, 8, 6)
        row.addWidget(words)
        for button in (self.people, self.letterhead, self.country):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(away)
        self.people.clicked.connect(self.users_wanted)
        self.letterhead.clicked.connect(self.letterhead_wanted)
        self.country.clicked.connect(self.country_wanted)
        away.clicked.connect(self._leave)
        self.hide()

    def refresh(self, changes: Changes | None) -> None:
        """Looks anew what is missing, where a change touches it."""
        if not self._context.settings.first_steps(self._context.user().id):
            return
        if changes is None or changes.touches(*_TABLES):
            services, by, here = self._context.services, self._context.user(), self._context.location.id

            def read() -> Lacks:
                location = next(one for one in services.clinic.locations(by) if one.id == here)
                return lacking(services.users.list(by), services.clinic.clinic(by), location)

            self._context.ops.run(self, read, self._show, latest="first-steps")

    def _show(self, lacks: Lacks) -> None:
        self.people.setVisible(lacks.people)
        self.letterhead.setVisible(lacks.letterhead)
        self.country.setVisible(lacks.country)
        self.setVisible(lacks.people or lacks.letterhead or lacks.country)

    def _leave(self) -> None:
        self._context.settings.set_first_steps(self._context.user().id, shown=False)
        self.hide()
