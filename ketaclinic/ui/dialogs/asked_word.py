"""A refusal that somebody's word would lift: asks for it and does the act again with it."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ketaclinic.domain.findings import ClinicError, Refused, Severity, blocking
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.ui.screen import ScreenContext


def ask_for_word(
    over: QWidget,
    context: ScreenContext,
    error: ClinicError,
    again: Callable[[tuple[BookingOverride, ...]], None],
) -> bool:
    """Opens the dialog that takes the word, where all that stands in the way may be overridden; else answers False.

    `again` gets the overrides once everybody has signed.
    """
    stops = blocking(error.findings) if isinstance(error, Refused) else ()
    if not stops or any(finding.severity is not Severity.OVERRIDE for finding in stops):
        return False
    from ketaclinic.ui.dialogs.override_dialog import OverrideDialog  # noqa: PLC0415 - seldom needed

    dialog = OverrideDialog(over, context, stops)
    dialog.given.connect(again)
    dialog.open()
    return True
