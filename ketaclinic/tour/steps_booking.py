"""The planner and the board: a whole series in one stroke, a card that may not go there, one that may, and undo."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from ketaclinic.tour import people
from ketaclinic.tour.hands import Hands, TourFailed
from ketaclinic.tour.stage import Stage
from ketaclinic.tour.steps_front_desk import TIMES, card_name, card_of, cards_of
from ketaclinic.ui.dialogs.plan_series_dialog import PlanSeriesDialog
from ketaclinic.ui.dialogs.proposal_card import ProposalCard, SessionChip
from ketaclinic.ui.screens.day.card import CardWidget
from ketaclinic.ui.screens.day.screen import DayScreen

_GRIP = QPoint(30, 8)
_DAYS_AHEAD = 8
_PROPOSALS = 5


def free_time(stage: Stage) -> None:
    """A click on free time begins a booking there; what would do that day is offered."""
    hands = stage.hands
    spot = None
    for _ in range(_DAYS_AHEAD):
        hands.press("Day after")
        if (spot := _free_spot(hands)) is not None:
            break
    if spot is None:
        raise TourFailed("The tour stopped: a whole week has no free time to click on.")
    canvas = _day(hands).board.canvas
    hands.click(canvas, spot)
    dialog = hands.dialog("New booking")
    hands.type_into("Search patients", card_name(cards_of(hands)[0])[:4])
    hands.key_return()
    stage.step("new booking", says=hands.words(dialog), starts=hands.spoken(QPushButton, dialog))
    hands.key(Qt.Key.Key_Escape)
    hands.no_dialog("the booking does not close")
    hands.press("Today")


def _free_spot(hands: Hands) -> QPoint | None:
    """Where a click on the board begins a booking."""
    canvas = _day(hands).board.canvas
    measure = canvas.measure
    if measure is None:
        return None
    spots = (
        QPoint(measure.x(column) + int(measure.column_width // 2), measure.y(minute) + 4)
        for column in range(measure.columns)
        for minute in range(measure.span.first, measure.span.last, 15)
    )
    return next((s for s in spots if canvas.childAt(s) is None and canvas.free_place(QPointF(s)) is not None), None)


def plan(stage: Stage) -> None:
    """Complete series, best first; one session is changed in place; a time that was not offered is explained."""
    hands = stage.hands
    hands.press("Plan series")
    hands.find(ProposalCard, "")
    hands.choose("Protocol", "Maintenance")
    hands.until(lambda: len(hands.all(ProposalCard)) == _PROPOSALS, "there are not five different series")
    stage.step("planner with five proposals", proposals=hands.spoken(ProposalCard))
    hands.choose("Protocol", "Induction, twice a week")
    hands.until(lambda: hands.sees("Book 6 sessions"), "the other protocol is not planned")
    stage.step("planner", found=hands.read("Series found"), proposals=hands.spoken(ProposalCard))
    before = hands.spoken(SessionChip)
    hands.click(hands.find(SessionChip, "Session 2"))
    stage.step("another time", chip=before[1], free_starts=_starts(hands))
    taken = _other_start(hands)
    hands.until(lambda: hands.sees("Plan all sessions freely"), "the changed session is not held")
    stage.step("session changed", taken=taken, proposals=hands.spoken(ProposalCard))
    hands.press("Why not at another time?")
    hands.press("Day asked for")
    hands.take_next_day()
    hands.type_into("Start asked for", "9:00")
    hands.until(lambda: bool(_dialog(hands).why_not.answer.text), "nobody says why not")
    hands.rest(30)
    stage.step(
        "why not",
        asked=f"{hands.find(QPushButton, 'Day asked for').accessibleName()}, 09:00",
        says=_dialog(hands).why_not.answer.text,
    )


def trial(stage: Stage) -> None:
    """Two sessions first, the rest held until it is clear whether the course goes on; then all are wanted after all."""
    hands = stage.hands
    hands.press("Plan all sessions freely")
    hands.until(lambda: not hands.sees("Plan all sessions freely"), "the sessions are not planned freely")
    hands.choose("Trial sessions", "Book 2, hold the rest")
    stage.step("trial sessions", found=hands.read("Series found"), button=hands.find(QPushButton, "Book 2").text())
    hands.choose("Trial sessions", "Book all")


def _starts(hands: Hands) -> list[str]:
    return [button.accessibleName() for button in hands.all(QPushButton, "Start ")]


def _other_start(hands: Hands) -> str:
    """Takes another start for the session in hand, on a later day where its own day has none."""
    for _ in range(5):
        other = [button for button in hands.all(QPushButton, "Start ") if not button.isChecked()]
        if other:
            taken = other[len(other) // 2].accessibleName()
            day = hands.find(QPushButton, "Day of the session").accessibleName()
            hands.click(other[len(other) // 2])
            return f"{day}, {taken}"
        hands.press("Day after for this session")
    raise TourFailed("The tour stopped: no other time is free for the second session.")


def _dialog(hands: Hands) -> PlanSeriesDialog:
    return hands.find(PlanSeriesDialog, "Plan a series", hands.window)


def book(stage: Stage) -> None:
    """All sessions in one stroke; the page shows them, and the board the first."""
    hands = stage.hands
    hands.press("Book 6 sessions")
    hands.no_dialog("the series is not booked")
    stage.step("series booked", says=hands.notice(), page=hands.words(hands.find(QWidget, "Patient page")))
    hands.dismiss_notice()
    hands.click(hands.all(QPushButton, "Show ")[0])
    hands.until(lambda: any(people.FAMILY_NAME in c for c in cards_of(hands)), "the new visit is not on the board")
    stage.step("board of the first session", cards=cards_of(hands))


def move(stage: Stage) -> None:
    """The card is held over a taken place, refused there with the reason, dropped on a free one, and undone."""
    hands = stage.hands
    card = card_of(hands, people.FAMILY_NAME)
    name = card.accessibleName()
    taken = next(c for c in hands.all(CardWidget) if c is not card and c.card is not None)
    target = taken.pos() + QPoint(taken.width() // 2, 0)
    _hold(hands, card, target)
    stage.step("held over a taken place", held=name, over=taken.accessibleName(), bubble=_bubble(hands))
    hands.let_go(card, _mouse_over(hands, card, target))
    if card_of(hands, people.FAMILY_NAME).accessibleName() != name:
        raise TourFailed("The tour stopped: a visit was dropped where a chair is taken.")
    stage.step("refused", says=_bubble(hands))
    free = _free_place(hands, card)
    stage.step("held over a free place", bubble=_bubble(hands))
    hands.let_go(card, _mouse_over(hands, card, free))
    hands.until(lambda: card_of(hands, people.FAMILY_NAME).accessibleName() != name, "the visit did not move")
    moved = card_of(hands, people.FAMILY_NAME).accessibleName()
    stage.step("moved", says=hands.notice(), before=name, now=moved, undo=hands.window.top.undo.toolTip())
    hands.dismiss_notice()
    hands.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hands.until(lambda: card_of(hands, people.FAMILY_NAME).accessibleName() == name, "the move is not undone")
    stage.step("undone", says=hands.notice(), card=name)
    hands.dismiss_notice()


def _day(hands: Hands) -> DayScreen:
    return hands.find(DayScreen, "Day", hands.window)


def _bubble(hands: Hands) -> str:
    bubble = _day(hands).board.hand.bubble
    return bubble.text if bubble.isVisible() else ""


def _mouse_over(hands: Hands, card: CardWidget, place: QPoint) -> QPoint:
    """Where the mouse must be, in the card's coordinates, for the card's top to come to a place of the canvas."""
    return card.mapFrom(_day(hands).board.canvas, place + QPoint(0, _GRIP.y()))


def _hold(hands: Hands, card: CardWidget, place: QPoint) -> None:
    hands.lift(card, _GRIP)
    hands.carry(card, _mouse_over(hands, card, place))


def _free_place(hands: Hands, card: CardWidget) -> QPoint:
    """Carries the card from chair to chair and hour to hour until nothing is said against a place."""
    canvas = _day(hands).board.canvas
    measure = canvas.measure
    if measure is None:
        raise TourFailed("The tour stopped: the board is empty.")
    hands.lift(card, _GRIP)
    begins, ends = TIMES.findall(card.accessibleName())[:2]
    for minute in range(measure.span.first, measure.span.last, 30):
        for column in range(measure.columns):
            place = QPoint(measure.x(column) + int(measure.column_width // 2), measure.y(minute))
            hands.carry(card, _mouse_over(hands, card, place))
            bubble = _day(hands).board.hand.bubble
            if not bubble.lines and not bubble.title.startswith(f"{begins}–{ends}"):
                return place
    raise TourFailed("The tour stopped: the day has no free place to move the visit to.")
