"""One form, one button: what is wrong stands at its field, and the dialog closes only when it is saved.

Signals of `FormDialog`: `saved(object)` what the service gave back. Of `ConfirmDialog`: `done()`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.capacity_change import BrokenVisit
from ketaclinic.domain.findings import ClinicError, Finding, Invalid, Refused, Severity
from ketaclinic.ui import text
from ketaclinic.ui.form import Field, Form
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.settings.broken import BrokenDialog, BrokenNotice, Foresight
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.findings_panel import Notice

Typed = dict[str, Any]


def wrong(field: str, sentence: str) -> Finding:
    """What must be put right at a field before anything is asked of the clinic."""
    return Finding("settings", Severity.BLOCK, sentence, subject=field)


class FormDialog(Dialog):
    """`save` gets what was typed and a command id, off the window's thread; `check` looks at it before."""

    saved = Signal(object)

    def __init__(
        self,
        context: ScreenContext,
        title: str,
        fields: Sequence[Field],
        save: Callable[[Typed, str], object],
        *,
        parent: QWidget,
        values: Mapping[str, Any] | None = None,
        check: Callable[[Typed], Iterable[Finding]] = lambda _typed: (),
        subtitle: str = "",
        button: str = "Save",
        columns: int = 2,
        width: int = 600,
        foresight: Foresight | None = None,
    ) -> None:
        super().__init__(parent, title, subtitle=subtitle, width=width)
        self._context, self._save_typed, self._check = context, save, check
        self._foresight = foresight
        self._command = str(uuid4())
        self._leaving: Notice | None = None
        self.form = Form(fields, wall_now(context.clock, context.location.zone).date(), columns=columns)
        self.form.set_values(values or {})
        self.form.changed.connect(self._forget_leaving)
        self.body.addWidget(self.form)
        self.add_cancel()
        self.add_button(button, self._save, kind="primary")

    def typed(self) -> Typed:
        """What stands in the fields."""
        return self.form.values()

    @property
    def is_changed(self) -> bool:
        """Whether closing would lose anything."""
        return self.form.is_changed

    def _save(self) -> None:
        typed = self.typed()
        found = self.form.findings()
        unreadable = {finding.subject for finding in found}
        self._show_wrong((*found, *(finding for finding in self._check(typed) if finding.subject not in unreadable)))
        if self.form.go_to_first_wrong() or self.findings.findings:
            return
        self.set_busy(busy=True)
        if self._foresight is None:
            self._save_now(typed)
        else:
            look = partial(self._foresight.look, typed)
            self._context.ops.run(self, look, partial(self._foreseen, typed), self._refused)

    def _foreseen(self, typed: Typed, broken: tuple[BrokenVisit, ...]) -> None:
        foresight = self._foresight
        if not broken or foresight is None:
            self._save_now(typed)
            return
        self.set_busy(busy=False)
        asked = BrokenDialog(self, broken, blocks=foresight.blocks, repair=foresight.repair is not None)
        asked.taken.connect(partial(self._save_now, typed))
        asked.repair_asked.connect(partial(self._repair, typed, broken))
        asked.open()

    def _repair(self, typed: Typed, broken: tuple[BrokenVisit, ...]) -> None:
        assert self._foresight is not None
        assert self._foresight.repair is not None
        args = self._foresight.repair(typed, broken)
        self._leave(accepted=False)
        self._context.navigate("day", args)

    def _save_now(self, typed: Typed) -> None:
        self.set_busy(busy=True)
        self._context.ops.run(self, partial(self._save_typed, typed, self._command), self._done, self._refused)

    def _done(self, result: object) -> None:
        self.set_busy(busy=False)
        self.saved.emit(result)
        self.accept()

    def _refused(self, error: ClinicError) -> None:
        self.set_busy(busy=False)
        self._command = str(uuid4())
        if isinstance(error, Invalid):
            self._show_wrong((wrong(error.field, str(error)),))
        elif isinstance(error, Refused):
            self._show_wrong(error.findings)
        else:
            self.show_error(error)
        if not self.form.go_to_first_wrong() and self.main_button is not None:
            self.main_button.setFocus()

    def _show_wrong(self, findings: Iterable[Finding]) -> None:
        self.findings.show_findings(self.form.show_findings(findings))

    def may_close(self) -> bool:
        if not self.is_changed or self._leaving is not None:
            return True
        self._leaving = Notice(
            "What you typed is not saved. Close once more to throw it away, or go on typing.", title="Not saved yet"
        )
        self.body.addWidget(self._leaving)
        return False

    def _forget_leaving(self) -> None:
        if self._leaving is not None:
            self._leaving.hide()
            self._leaving.deleteLater()
            self._leaving = None


class ConfirmDialog(Dialog):
    """Asks once before something is taken away that no Ctrl+Z brings back."""

    done = Signal()

    def __init__(
        self,
        context: ScreenContext,
        title: str,
        words: str,
        button: str,
        work: Callable[[], object],
        *,
        parent: QWidget,
        look: Callable[[], tuple[BrokenVisit, ...]] | None = None,
        blocks: bool = False,
        repair: Callable[[tuple[BrokenVisit, ...]], dict[str, Any]] | None = None,
    ) -> None:
        """With `repair`, the arguments that open the first day in the way, to be repaired before this is done."""
        super().__init__(parent, title, width=500 if look is None else 640)
        self._context, self._work, self._blocks, self._repair = context, work, blocks, repair
        label = QLabel(words, wordWrap=True)
        self.body.addWidget(label)
        self.add_cancel("Keep")
        self._act = self.add_button(button, self._confirm, kind="danger")
        if look is not None:
            self.set_busy(busy=True)
            context.ops.run(self, look, self._foreseen, self.show_error)

    def _foreseen(self, broken: tuple[BrokenVisit, ...]) -> None:
        self.set_busy(busy=False)
        if broken:
            self.body.addWidget(BrokenNotice(broken, blocks=self._blocks))
            if self._blocks:
                self._act.setEnabled(False)
                self._offer_repair(broken)
            else:
                self._act.setText(f"{self._act.text()} anyway")
            self.fit()

    def _offer_repair(self, broken: tuple[BrokenVisit, ...]) -> None:
        """A way on where it may not be done: the first day in the way, opened with its repair."""
        if self._repair is None:
            return
        day = text.weekday_day(broken[0].card.appointment.starts_at.date())
        go = partial(self._go_to_repair, self._repair(broken))
        self.add_button(f"Repair {day}…", go, kind="primary", name="Repair this day").setFocus()

    def _go_to_repair(self, args: dict[str, Any], *_: object) -> None:
        self.reject()
        self._context.navigate("day", args)

    def _confirm(self) -> None:
        self.set_busy(busy=True)
        self._context.ops.run(self, self._work, self._done, self.show_error)

    def _done(self, _result: object) -> None:
        self.set_busy(busy=False)
        self.done.emit()
        self.accept()
