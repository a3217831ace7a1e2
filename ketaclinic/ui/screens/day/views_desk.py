"""Which chairs the board shows and how large: chosen, saved as views, recalled by function key, remembered by user.

Signals of `ViewsDesk`: `changed()` the columns are others now.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.resources import Chair
from ketaclinic.domain.schedule import DayView
from ketaclinic.domain.views import ALL_CHAIRS, LAST, STEP, STEPS, BoardView
from ketaclinic.ui.screen import Screen, ScreenContext
from ketaclinic.ui.screens.day.board import Board
from ketaclinic.ui.screens.day.columns_panel import ColumnsPanel
from ketaclinic.ui.screens.day.toolbar import Toolbar


class ViewsDesk(QObject):
    """Keeps the columns; everyone at a location shares the saved views, each user has one in front."""

    changed = Signal()

    def __init__(self, context: ScreenContext, toolbar: Toolbar, board: Board, screen: Screen) -> None:
        super().__init__(screen)
        self._context, self._toolbar, self._board = context, toolbar, board
        self._chairs: tuple[Chair, ...] = ()
        self.views: tuple[BoardView, ...] = ()
        self._wanted, step = context.settings.board(context.user().id)
        self.step = step if step in STEPS else STEP
        self.current = ALL_CHAIRS
        self._own: tuple[int, ...] = ()
        self._panel: ColumnsPanel | None = None
        toolbar.columns.clicked.connect(self.open_panel)
        toolbar.step.setMenu(self._step_menu(toolbar))
        board.set_step(self.step)
        board.zoom_wanted.connect(self._zoom_at)
        self.actions: dict[int, QAction] = {}
        for key in range(1, LAST + 1):
            action = screen.add_action("All chairs", partial(self.recall, key), key=f"F{key}", icon="chair")
            self.actions[key] = action
        self._show()

    def _step_menu(self, toolbar: Toolbar) -> QMenu:
        menu = QMenu(toolbar)
        for step in STEPS:
            menu.addAction(f"{step} minutes").triggered.connect(self._chooser(step))
        return menu

    def _chooser(self, step: int) -> Callable[[], None]:
        return lambda: self.set_step(step)

    # what is shown

    def refresh(self) -> None:
        """Reads the saved views of this location."""
        user, location_id = self._context.user(), self._context.location.id
        views = self._context.services.views
        self._context.ops.run(self, lambda: views.list(user, location_id), self._take, latest="views")

    def _take(self, views: tuple[BoardView, ...]) -> None:
        self.views = views
        wanted, self._wanted = self._wanted, 0
        current = next((v for v in views if v.id == self.current.id), None) if self.current.id else None
        if self.current.id and current is None:
            self.current = ALL_CHAIRS
            self.changed.emit()
        elif current is not None and current != self.current:
            self.recall(current.position)
        self._show()
        if wanted > 1 and any(v.position == wanted for v in views):
            self.recall(wanted, step=False)

    def columns(self, view: DayView) -> DayView:
        """The day with the chosen chairs in their order; with none of them there, every chair."""
        self._chairs = view.chairs
        chosen = self._own or self.current.chairs
        by_id = {chair.id: chair for chair in view.chairs}
        chairs = tuple(by_id[id_] for id_ in chosen if id_ in by_id)
        self._show()
        return replace(view, chairs=chairs) if chairs else view

    def _show(self) -> None:
        for key, action in self.actions.items():
            view = ALL_CHAIRS if key == 1 else next((v for v in self.views if v.position == key), None)
            action.setVisible(view is not None)
            action.setEnabled(view is not None)
            if view is not None:
                action.setText(f"View: {view.name}")
        words = self.current.name
        if self._own:
            words = f"{len(self._own)} of {len(self._chairs)} chairs"
        self._toolbar.show_columns(words, self.step)

    # choosing

    def recall(self, key: int, *, step: bool = True) -> None:
        """Shows the view of a function key."""
        view = ALL_CHAIRS if key == 1 else next((v for v in self.views if v.position == key), None)
        if view is None:
            return
        self.current, self._own = view, ()
        if step and view.id:
            self.set_step(view.step)
        self._remember()
        self._show()
        self.changed.emit()

    def choose(self, chairs: tuple[int, ...]) -> None:
        """Shows these chairs, unsaved."""
        everything = tuple(c.id for c in self._chairs)
        saved = self.current.chairs or everything
        self._own = () if chairs == saved else chairs
        self._show()
        self.changed.emit()

    def set_step(self, step: int, at: QPoint | None = None) -> None:
        """Draws the day in larger or smaller steps; what is at a point of the board stays there."""
        if step != self.step and step in STEPS:
            self.step = step
            self._remember()
            self._show()
            self._board.set_step(step, at)

    def zoom_in(self) -> None:
        """Draws the day larger: 15, 10, 5 minutes a step."""
        self._zoom_at(1)

    def zoom_out(self) -> None:
        """Draws the day smaller: 5, 10, 15 minutes a step."""
        self._zoom_at(-1)

    def _zoom_at(self, by: int, at: QPoint | None = None) -> None:
        place = STEPS.index(self.step) - by
        if 0 <= place < len(STEPS):
            self.set_step(STEPS[place], at)

    def _remember(self) -> None:
        self._context.settings.set_board(self._context.user().id, self.current.position, self.step)

    # the panel

    def open_panel(self) -> None:
        """Opens the chairs to choose from."""
        if self._panel is None:
            self._panel = ColumnsPanel(self._toolbar)
            self._panel.chairs_chosen.connect(self.choose)
            self._panel.save_wanted.connect(self._save)
            self._panel.remove_wanted.connect(self._remove)
        shown = self._own or self.current.chairs or tuple(c.id for c in self._chairs)
        self._panel.show_state(self._chairs, shown, self.views, self.current)
        self._panel.open_beneath(self._toolbar.columns)

    def _save(self, name: str, key: int) -> None:
        chairs = self._panel.list.ticked() if self._panel else ()
        there = next((v for v in self.views if v.position == key), None)
        known = there if there is not None else BoardView(0, key, name)
        view = replace(known, name=name, chairs=chairs, step=self.step)
        user, location_id = self._context.user(), self._context.location.id
        views = self._context.services.views
        self._context.ops.run(
            self, lambda: views.save(user, location_id, view), self._saved, self._not_saved, latest="save"
        )

    def _saved(self, view: BoardView) -> None:
        self.views = tuple(sorted((*(v for v in self.views if v.position != view.position), view), key=_key))
        self._context.notify(f"View “{view.name}” saved: F{view.position} shows it.")
        if self._panel is not None:
            self._panel.close()
        self.recall(view.position)

    def _not_saved(self, error: ClinicError) -> None:
        if self._panel is not None:
            self._panel.say(str(error))

    def _remove(self) -> None:
        view, user, views = self.current, self._context.user(), self._context.services.views
        self._context.ops.run(self, lambda: views.remove(user, view.id, view.version), self._removed, self._not_saved)

    def _removed(self, _nothing: None) -> None:
        self.views = tuple(v for v in self.views if v.id != self.current.id)
        if self._panel is not None:
            self._panel.close()
        self.recall(1)


def _key(view: BoardView) -> int:
    return view.position
