"""What needs a second person: they choose their name and type their own PIN, then the act is done, or refused here."""

from collections.abc import Iterable

from PySide6.QtWidgets import QWidget

from ketaclinic.domain.encounters import EncounterView
from ketaclinic.domain.findings import ClinicError, Invalid
from ketaclinic.domain.people import Role, User
from ketaclinic.services.charting import Charting
from ketaclinic.ui.screens.chairside.session_acts import SessionActs
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.pin_confirm import PinConfirm


class SecondPersonDialog(Dialog):
    """Base: asks for the second person below the fields of the dialog; closes when the act has succeeded."""

    def __init__(
        self,
        parent: QWidget,
        acts: SessionActs,
        title: str,
        *,
        who: str,
        roles: Iterable[Role],
        button: str,
        subtitle: str = "",
        width: int = 560,
    ) -> None:
        super().__init__(parent, title, subtitle=subtitle, width=width)
        self.acts = acts
        self._roles = frozenset(roles)
        self.fill()
        self.second = PinConfirm(who)
        self.body.addWidget(self.second)
        self.add_cancel().setProperty("large", True)
        self._confirm = self.add_button(button, self.submit, kind="primary")
        self._confirm.setProperty("large", True)
        self.second.changed.connect(self.check)
        self._load()
        self.check()

    def fill(self) -> None:
        """Adds the fields of the dialog above the second person."""

    def missing(self) -> str:
        """What the fields of the dialog still lack, in words; "" when they are complete."""
        return ""

    def work(self, charting: Charting, by: User, encounter_id: int, second: User) -> object:  # noqa: ARG002
        """The act."""
        raise LookupError("a dialog without an act")

    def check(self) -> None:
        """Says what is still missing and holds the button until nothing is."""
        lacking = self.missing() or ("" if self.second.complete else "Name and PIN of the second person")
        self.hint.setText(f"Still missing: {lacking}" if lacking else "")
        self._confirm.setEnabled(not lacking)

    def submit(self) -> None:
        """Does the act."""
        if self.missing() or not self.second.complete:
            return
        self.gather()
        self.set_busy(busy=True)
        self.acts.with_second(self.second.login, self.second.pin, self._roles, self.work, self._done, self._failed)

    def gather(self) -> None:
        """Takes the values out of the fields before the work leaves this thread."""

    def _load(self) -> None:
        context = self.acts.context
        users = context.services.users
        context.ops.run(self, users.who_may_sign_in, self._offer)

    def _offer(self, users: tuple[User, ...]) -> None:
        self.second.offer(users, self._roles, self.acts.context.user())

    def _done(self, _view: EncounterView) -> None:
        self.accept()

    def _failed(self, error: ClinicError) -> None:
        self.show_error(error)
        if isinstance(error, Invalid) and error.field == "second-pin":
            self.second.wrong_pin()
        self.check()
        self.fit()
