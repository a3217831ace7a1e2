"""The selected visit: read into the inspector, and acted on once the inspector knows it."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from ketaclinic.domain.appointments import Transition
from ketaclinic.domain.schedule import Inspection
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.day.board import Board
from ketaclinic.ui.screens.day.course_offer import CourseDesk, MovedAlone
from ketaclinic.ui.screens.day.inspector import Inspector
from ketaclinic.ui.screens.day.menu_desk import MenuDesk
from ketaclinic.ui.screens.day.moving import MovingDesk
from ketaclinic.ui.screens.day.visit_acts import VisitActs


class VisitDesk(QObject):
    """Stands between the board's selection and the inspector beside it."""

    def __init__(
        self,
        context: ScreenContext,
        board: Board,
        inspector: Inspector,
        acts: VisitActs,
        moving: MovingDesk,
        menus: MenuDesk,
        course: CourseDesk,
        screen: QWidget,
    ) -> None:
        super().__init__(screen)
        self._context, self._board, self._inspector = context, board, inspector
        self._acts, self._moving, self._menus, self._course = acts, moving, menus, course
        board.card_chosen.connect(self._chosen)
        board.several_chosen.connect(self._several_chosen)
        board.menu_wanted.connect(self._open_menu)
        board.next_step_wanted.connect(self.next_step)
        board.opened_twice.connect(self._opened_twice)
        moving.moved_alone.connect(self._moved_alone)
        inspector.card_wanted.connect(self._select)
        inspector.escort_saved.connect(self.read)
        foot = inspector.foot
        foot.step_wanted.connect(self._take_step)
        foot.move_wanted.connect(self.open_move)
        foot.cancel_wanted.connect(self.open_cancel)
        foot.print_wanted.connect(self._print)
        foot.patient_wanted.connect(self._open_patient)
        foot.session_wanted.connect(self._open_session)

    # reading

    def read(self) -> None:
        """Reads the selected visit again."""
        if self._board.selected:
            self._read(self._board.selected)

    def _read(self, appointment_id: int, then: Callable[[], None] | None = None) -> None:
        user, services = self._context.user(), self._context.services

        def shown(inspection: Inspection) -> None:
            if self._board.selected == appointment_id and not self._board.selection.several:
                self._inspector.show_visit(inspection)
                self._inspector.show_wrong(self._board.canvas.wrong_about(appointment_id))
                self._inspector.offer.offer(inspection, self._course.moved)
                if then is not None:
                    then()

        self._context.ops.run(self, lambda: services.floor.inspect(user, appointment_id), shown, latest="inspect")

    def _with(self, appointment_id: int, act: Callable[[], None]) -> None:
        """Acts on a visit once the inspector knows it."""
        known = self._inspector.inspection
        self._board.select(appointment_id)
        if known is not None and known.card.appointment.id == appointment_id:
            act()
        else:
            self._read(appointment_id, act)

    def _with_selected(self, act: Callable[[Inspection], None]) -> None:
        if self._inspector.inspection is not None:
            act(self._inspector.inspection)

    # selecting

    def _chosen(self, appointment_id: int) -> None:
        if appointment_id:
            self._read(appointment_id)
        else:
            self._inspector.show_nothing()

    def _several_chosen(self, _ids: tuple[int, ...]) -> None:
        self._inspector.show_several(self._board.selected_cards())

    def _select(self, appointment_id: int) -> None:
        self._board.select(appointment_id, focus=True)

    def _moved_alone(self, moved: MovedAlone) -> None:
        self._course.moved = moved
        self.read()

    # acting

    def open_move(self) -> None:
        """The dialog that moves the selected visit, also to another day."""
        self._with_selected(lambda inspection: self._moving.open_move(inspection.card))

    def open_cancel(self) -> None:
        """The dialog that takes the selected visit off the board, with its reason."""
        self._with_selected(self._acts.open_cancel)

    def next_step(self, appointment_id: int) -> None:
        """Presses the one next step of a visit."""
        self._with(appointment_id, self._inspector.foot.press_main)

    def _open_menu(self, appointment_id: int, where: QPoint) -> None:
        if self._board.selection.several and appointment_id in self._board.selection.ids:
            self._menus.open_several(where)
        else:
            self._with(appointment_id, partial(self._menus.open_card, where))

    def _opened_twice(self, appointment_id: int) -> None:
        self._with(appointment_id, self._open_patient)

    def _take_step(self, step: Transition) -> None:
        self._with_selected(lambda inspection: self._acts.take_step(inspection, step))

    def _open_patient(self) -> None:
        self._with_selected(self._acts.open_patient)

    def _open_session(self) -> None:
        self._with_selected(self._acts.open_session)

    def _print(self, kind: str) -> None:
        self._with_selected(lambda inspection: self._acts.print_handout(inspection, kind))
