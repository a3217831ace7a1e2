"""What is being typed and not saved yet is kept a moment after the last key, and given back when it is opened again."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer

from ketaclinic.ui.screens.chairside.session_acts import SessionActs

ROW = "row"
_A_MOMENT = 1500
Found = dict[str, dict[str, str]]


class Drafts(QObject):
    """The drafts of the session that is open, of the person who is signed in."""

    def __init__(self, acts: SessionActs, parent: QObject) -> None:
        super().__init__(parent)
        self._acts = acts
        self._waiting: dict[str, dict[str, str]] = {}
        self._kept: Found = {}
        self._session: int | None = None
        self._timer = QTimer(self, singleShot=True, interval=_A_MOMENT)
        self._timer.timeout.connect(self.flush)

    def open(self, found: Callable[[Found], None]) -> None:
        """Reads what was left in the session that is open now, once for each session."""
        view = self._acts.view
        if view is None or view.id == self._session:
            return
        self.flush()
        number = self._session = view.id
        charting, by = self._acts.context.services.charting, self._acts.context.user()

        def take(drafts: Found) -> None:
            if self._session == number:
                self._kept = drafts
                found(drafts)

        self._acts.context.ops.run(self, lambda: charting.drafts(by, number), take)

    def close(self) -> None:
        """The session is put away: what waits is kept."""
        self.flush()
        self._session, self._kept = None, {}

    def typed(self, place: str, value: Mapping[str, str]) -> None:
        """Something was typed or taken out at a place."""
        self._waiting[place] = {key: words for key, words in value.items() if words.strip()}
        self._timer.start()

    def flush(self) -> None:
        """Keeps what waits, now."""
        self._timer.stop()
        number, waiting = self._session, self._waiting
        self._waiting = {}
        if number is None:
            return
        charting, by = self._acts.context.services.charting, self._acts.context.user()
        for place, value in waiting.items():
            if value == self._kept.get(place, {}):
                continue
            self._kept[place] = value
            self._acts.context.ops.run(self, _keeping(charting.keep_draft, by, number, place, value), _nothing)


def _keeping(keep: Callable[..., None], *given: object) -> Callable[[], None]:
    return lambda: keep(*given)


def _nothing(_result: object) -> None:
    """A draft that is kept changes nothing on screen."""
