"""The consent of a patient: everyone sees whether there is one that counts; what it is for, clinical roles alone.

Signals of `ConsentCard`: `print_asked()`, `record_asked()`, `withdraw_asked(int)` a consent's id.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton

from ketaclinic.domain.appointments import Card
from ketaclinic.domain.consents import Consent
from ketaclinic.domain.orders import INDICATIONS
from ketaclinic.domain.people import Role
from ketaclinic.domain.permissions import may
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon
from ketaclinic.ui.widgets.card import TitledCard, add_rows, line
from ketaclinic.ui.widgets.pill import Pill

_SHOWN = 3


class ConsentCard(TitledCard):
    """How it stands, the consents on file, and what may be done: print one, or record that one was signed."""

    print_asked = Signal()
    record_asked = Signal()
    withdraw_asked = Signal(int)

    def __init__(
        self,
        consents: tuple[Consent, ...],
        standing: tuple[Consent | None, str],
        coming: tuple[Card, ...],
        role: Role,
    ) -> None:
        super().__init__("Consent")
        self._withdraws = may(role, "consents.withdraw")
        self._show_standing(standing, coming)
        for number, consent in enumerate(consents[:_SHOWN]):
            if number:
                self.body.addWidget(line())
            self._add(consent)
        if len(consents) > _SHOWN:
            self.say_empty(f"and {len(consents) - _SHOWN} older")
        self._add_buttons(role)

    def _show_standing(self, standing: tuple[Consent | None, str], coming: tuple[Card, ...]) -> None:
        consent, problem = standing
        if problem or consent is None:
            self._say("! Missing" if consent is None else "! Not valid", "amber", problem)
            return
        late = next((c for c in coming if c.appointment.starts_at.date() > consent.expires_on), None)
        if late is not None:
            day = text.weekday_day(late.appointment.starts_at.date())
            self._say("! Expires", "amber", f"It ends before the visit on {day}.")
            return
        self._say("✓ Valid", "green", f"until {text.day_month_year(consent.expires_on)}")

    def _say(self, pill: str, tone: str, words: str) -> None:
        said = QLabel(text.with_read_dates(words), wordWrap=True)
        said.setProperty("kind", "second")
        row = QHBoxLayout(spacing=10)
        row.addWidget(Pill(pill, tone), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(said, 1)
        self.body.addLayout(row)

    def _add(self, consent: Consent) -> None:
        signed = f"{text.day_month_year(consent.signed_on)}, until {text.day_month_year(consent.expires_on)}"
        copy = "on paper, not filed" if consent.document_id is None else f"revision {consent.revision}, filed"
        rows = [
            ("Signed", signed),
            ("For", INDICATIONS.get(consent.indication, consent.indication)),
            ("Withdrawn", _withdrawn(consent)),
            ("Copy", copy),
            ("Witness", consent.witness),
        ]
        add_rows(self.body, [(word, value) for word, value in rows if value])
        if self._withdraws and consent.withdrawn_on is None:
            button = QPushButton("Withdraw…", accessibleName=f"Withdraw consent {consent.id}")
            button.setProperty("consent", consent.id)
            button.clicked.connect(self._withdraw_clicked)
            self.body.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)

    def _withdraw_clicked(self) -> None:
        self.withdraw_asked.emit(int(self.sender().property("consent")))

    def _add_buttons(self, role: Role) -> None:
        prints = QPushButton(icon("print"), "Print consent", accessibleName="Print consent")
        prints.clicked.connect(self.print_asked)
        row = QHBoxLayout(spacing=8)
        row.setContentsMargins(0, 4, 0, 0)
        row.addWidget(prints)
        if may(role, "consents.record"):
            record = QPushButton(icon("consent"), "Record signed…", accessibleName="Record signed consent")
            record.clicked.connect(self.record_asked)
            row.addWidget(record)
        row.addStretch()
        self.body.addLayout(row)


def _withdrawn(consent: Consent) -> str:
    if consent.withdrawn_on is None:
        return ""
    return ": ".join(filter(None, (text.full_day(consent.withdrawn_on), consent.withdrawn_reason)))
