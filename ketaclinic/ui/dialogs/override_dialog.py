"""Booking rules overridden one by one: what is in the way, who may allow it, the reason, and their own PIN.

Signals of `OverrideDialog`: `given(tuple)` one `BookingOverride` for each finding overridden, once everyone has signed;
the dialog is closed then, and whoever opened it does the act again with them.
"""

from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from ketaclinic.domain.findings import ClinicError, Finding, Invalid, Severity
from ketaclinic.domain.overrides import REVIEWED, SHORTEST_REASON, BookingOverride
from ketaclinic.domain.people import Role, User
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.findings_panel import Notice
from ketaclinic.ui.widgets.pin_confirm import PinConfirm

_REVIEW = "Your reason is enough: it becomes a task for the prescriber"


class OverrideDialog(Dialog):
    """Takes one reason and as many second persons as the findings need; blocks are shown and stay."""

    given = Signal(object)

    def __init__(self, parent: QWidget, context: ScreenContext, findings: Iterable[Finding]) -> None:
        super().__init__(
            parent, "Allow it all the same?", subtitle="It stands in the record, with the reason.", width=560
        )
        found = tuple(findings)
        self._context = context
        self._blocks = tuple(f for f in found if f.severity is Severity.BLOCK)
        self._asked = tuple(f for f in found if f.severity is Severity.OVERRIDE)
        self._groups = signatures(self._asked)
        self._seconds: list[PinConfirm] = []
        self._signed: dict[int, User] = {}
        self._show_what_is_in_the_way()
        if not self._blocks:
            self._ask_reason()
            self._ask_second_persons()
        self.add_cancel("Back")
        self.confirm = self.add_button("Override", self.submit, kind="primary")
        self._check()

    # -- what is asked

    def _show_what_is_in_the_way(self) -> None:
        rows = QVBoxLayout(spacing=8)
        for finding in self._blocks:
            rows.addWidget(Notice(finding.message, tone="red", icon="block", title="Nobody may override this"))
        for finding in self._asked:
            rows.addWidget(Notice(finding.message, icon="override", title=who_may(finding)))
        self.body.addLayout(rows)

    def _ask_reason(self) -> None:
        label = QLabel("Reason")
        label.setProperty("kind", "label")
        self._counted = QLabel()
        self._counted.setProperty("kind", "small")
        above = QHBoxLayout()
        above.addWidget(label, 1)
        above.addWidget(self._counted)
        self._reason = QPlainTextEdit(
            accessibleName="Reason", tabChangesFocus=True, placeholderText="Why it is right to book this all the same"
        )
        self._reason.setFixedHeight(68)
        label.setBuddy(self._reason)
        self._reason.textChanged.connect(self._check)
        column = QVBoxLayout(spacing=4)
        column.addLayout(above)
        column.addWidget(self._reason)
        self.body.addLayout(column)

    def _ask_second_persons(self) -> None:
        for roles, _found in self._groups:
            second = PinConfirm(role_words(roles).capitalize())
            second.changed.connect(self._check)
            self._seconds.append(second)
            self.body.addWidget(second)
        if self._seconds:
            self._context.ops.run(self, self._context.services.users.who_may_sign_in, self._offer)

    def _offer(self, users: tuple[User, ...]) -> None:
        for second, (roles, _found) in zip(self._seconds, self._groups, strict=True):
            second.offer(users, roles, self._context.user())

    # -- what is still missing

    @property
    def reason(self) -> str:
        """As typed, without stray spaces at its ends."""
        return "" if self._blocks else self._reason.toPlainText().strip()

    def _check(self) -> None:
        lacking = self._missing()
        self.hint.setText(lacking)
        self.confirm.setEnabled(not lacking and not self._busy)

    def _missing(self) -> str:
        """What keeps the button from being pressed, in words; "" when nothing does."""
        if self._blocks:
            return "This cannot be booked so. Choose another place."
        if not self._asked:
            return "There is nothing to override."
        short = SHORTEST_REASON - len("".join(self.reason.split()))
        self._counted.setText("" if short <= 0 else f"{short} more {'letter' if short == 1 else 'letters'}")
        if short > 0:
            return f"A reason of {SHORTEST_REASON} letters or more is needed."
        unsigned = [roles for s, (roles, _) in zip(self._seconds, self._groups, strict=True) if not s.complete]
        return f"A {role_words(unsigned[0])} signs with the own PIN." if unsigned else ""

    # -- signing

    def submit(self) -> None:
        """Has everyone sign, one after the other; a wrong PIN is asked for again and nothing typed is lost."""
        if self._missing() or self._busy:
            return
        self._signed = {}
        self.set_busy(busy=True)
        self.findings.show_sentence("")
        self._sign(0)

    def _sign(self, number: int) -> None:
        if number == len(self._seconds):
            self._finish()
            return
        second, (roles, _found) = self._seconds[number], self._groups[number]
        users, by = self._context.services.users, self._context.user()
        work = partial(users.second_person, by, second.login, second.pin, roles)
        self._context.ops.run(self, work, partial(self._has_signed, number), partial(self._not_signed, number))

    def _has_signed(self, number: int, user: User) -> None:
        self._signed[number] = user
        self._sign(number + 1)

    def _not_signed(self, number: int, error: ClinicError) -> None:
        self.show_error(error)
        if isinstance(error, Invalid) and error.field == "second-pin":
            self._seconds[number].wrong_pin()
        self._check()
        self.fit()

    def _finish(self) -> None:
        self.set_busy(busy=False)
        made: dict[str, BookingOverride] = {
            f.code: BookingOverride(f.code, self.reason) for f in self._asked if f.code in REVIEWED
        }
        for number, (_roles, found) in enumerate(self._groups):
            made |= {f.code: BookingOverride(f.code, self.reason, self._signed[number]) for f in found}
        self.accept()
        self.given.emit(tuple(made.values()))


def signatures(findings: Sequence[Finding]) -> tuple[tuple[frozenset[Role], tuple[Finding, ...]], ...]:
    """As few second persons as will do: the roles each may have, and the findings each takes upon themselves."""
    groups: list[tuple[frozenset[Role], list[Finding]]] = []
    for finding in sorted(findings, key=lambda f: len(f.override_roles)):
        if finding.code in REVIEWED:
            continue
        roles = frozenset(Role(name) for name in finding.override_roles)
        at = next((i for i, (others, _) in enumerate(groups) if others & roles), None)
        if at is None:
            groups.append((roles, [finding]))
        else:
            groups[at] = (groups[at][0] & roles, [*groups[at][1], finding])
    return tuple((roles, tuple(found)) for roles, found in groups)


def role_words(roles: Iterable[Role]) -> str:
    """Roles as one reads them, e.g. "prescriber or manager"."""
    wanted = frozenset(roles)
    return " or ".join(role.word.lower() for role in Role if role in wanted) or "second person"


def who_may(finding: Finding) -> str:
    """What it takes to go on in spite of a finding."""
    if finding.code in REVIEWED:
        return _REVIEW
    return f"Needs a {role_words(Role(name) for name in finding.override_roles)}"
