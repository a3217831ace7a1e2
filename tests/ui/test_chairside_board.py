"""All chairs at once: tiles, queue, empty chairs, the one timer."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ketaclinic.db.models import ChairRow
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.people import Role
from ketaclinic.ui.screens import SCREENS
from ketaclinic.ui.screens.chairside.board_page import columns_for
from ketaclinic.ui.screens.chairside.queue_panel import QueueRow
from ketaclinic.ui.screens.chairside.screen import ChairsideScreen
from tests.services.chairside_desk import Chairside
from tests.ui.nurse_at_chair import NurseAtChair, at_chair, chairs

__all__ = ["at_chair", "chairs"]


def queue(nurse: NurseAtChair) -> list[str]:
    rows = nurse.screen.board.queue.findChildren(QueueRow)
    return [r.accessibleName() for r in sorted(rows, key=lambda r: r.y()) if r.isVisibleTo(nurse.window)]


def test_only_nurses_and_prescribers_have_the_screen() -> None:
    assert ChairsideScreen.roles == frozenset({Role.NURSE, Role.PRESCRIBER})
    assert next(s for s in SCREENS if s.key == "chairside").roles == ChairsideScreen.roles


def test_a_tile_says_who_sits_there_and_what_is_due(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    chairs.start(session)
    chairs.clock.forward(minutes=1)
    at_chair.screen.tick()
    tile = at_chair.tile("Silva, João")
    assert tile.accessibleName().startswith("Silva, João, Chair 1, session 1 of 6, Infusing, check due in 5 min")
    assert (tile.countdown.word, tile.countdown.value) == ("Check due in", "4:00")
    assert at_chair.sees("Record now, Silva, João, Chair 1")
    assert at_chair.screen.subtitle == "1 patient"


def test_the_countdown_goes_on_from_stored_instants_and_turns_without_anybody_touching_it(
    chairs: Chairside, at_chair: NurseAtChair
) -> None:
    chairs.start(chairs.seated())
    tile = at_chair.tile("Silva")
    for minutes, word, value in ((4, "Check due in", "1:00"), (1, "Check due", "now"), (3, "Check late", "3:00")):
        chairs.clock.forward(minutes=minutes)
        at_chair.screen.tick()
        assert (tile.countdown.word, tile.countdown.value) == (word, value)
    assert queue(at_chair)[0] == "3 min late, Vitals +5, Chair 1 · Silva, João"


def test_a_red_alert_takes_the_tile_and_pauses_at_one_press(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    chairs.start(session)
    chairs.clock.forward(minutes=5)
    chairs.observe(session, sbp=184, dbp=104)
    tile = at_chair.tile("Silva")
    assert tile.countdown.word == "Alert"
    assert queue(at_chair)[0].startswith("alert, SBP 184: at or above 180")
    assert at_chair.screen.subtitle == "1 patient · 1 alert"
    at_chair.press("Pause infusion, Silva, João, Chair 1")
    assert chairs.view(session).paused_since == chairs.clock.now()
    assert at_chair.told == ["Infusion paused."]


def test_who_waits_and_which_chairs_are_empty_is_shown_quietly(chairs: Chairside, at_chair: NurseAtChair) -> None:
    visit = chairs.visit(chairs.patient("Nguyễn", "Zoë"), chair=2)
    chairs.status(visit, Status.ARRIVED, chairs.desk)
    assert queue(at_chair) == ["09:00, Nguyễn, Zoë, Chair 2 · 1 of 6 · just arrived"]
    assert at_chair.sees("Open session, Nguyễn, Zoë, Chair 2")


def test_a_line_of_the_queue_opens_its_session(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    (line,) = (n for n in queue(at_chair) if "Silva" in n)
    at_chair.press(line)
    assert at_chair.view.id == session
    assert at_chair.screen.subtitle == "Silva, João · Chair 1"
    at_chair.press("Back to all chairs")
    assert at_chair.screen.session.view is None


def test_the_timer_stops_when_the_screen_is_hidden(at_chair: NurseAtChair) -> None:
    assert at_chair.screen.timer.isActive()
    at_chair.screen.hide()
    assert not at_chair.screen.timer.isActive()
    at_chair.screen.show()
    assert at_chair.screen.timer.isActive()
    at_chair.window.close()
    assert not at_chair.screen.timer.isActive()


def test_what_changed_while_the_screen_was_hidden_is_there_when_it_comes_back(
    chairs: Chairside, at_chair: NurseAtChair
) -> None:
    at_chair.screen.hide()
    chairs.seated()
    assert at_chair.screen.board.tiles == ()
    at_chair.screen.show()
    assert [t.accessibleName().split(",")[0] for t in at_chair.screen.board.tiles] == ["Silva"]


def test_tiles_stand_in_as_many_columns_as_can_be_read() -> None:
    assert [columns_for(n, 1180) for n in (1, 2, 3, 4, 6)] == [1, 2, 2, 2, 2]
    assert columns_for(4, 700) == 1
    assert columns_for(6, 2000) == 3


def test_a_free_place_of_the_grid_shows_the_empty_chair_and_who_comes_next(
    chairs: Chairside, at_chair: NurseAtChair
) -> None:
    with chairs.store.writing(Op.EDIT_CLINIC) as writing:
        for number in (3, 4):
            writing.session.add(ChairRow(location_id=1, name=f"Chair {number}", position=number))
            writing.session.flush()
    for number, family in enumerate(("Ruiz", "Haddad", "Silva"), start=1):
        chairs.seated(chairs.patient(family, "J."), chair=number)
    chairs.visit(chairs.patient("Lefèvre", "Zoë"), chair=4)
    at_chair.screen.refresh()
    assert at_chair.sees("Chair 4, empty. Next 09:00 · Lefèvre, Zoë\n1 of 6 · ✓ Confirmed")
    assert not at_chair.sees("Empty chairs")  # there is none left for the line below


def test_a_digit_opens_the_chair_of_that_number_and_enter_what_is_most_pressing(
    chairs: Chairside, at_chair: NurseAtChair
) -> None:
    first = chairs.seated()
    chairs.start(first)
    second = chairs.seated(chairs.patient("Ruiz", "Mateo"), chair=2)
    board = at_chair.screen.board
    QTest.keyClick(board, Qt.Key.Key_2)
    assert at_chair.view.id == second
    at_chair.press("Back to all chairs")
    chairs.clock.forward(minutes=8)
    at_chair.screen.tick()
    QTest.keyClick(board, Qt.Key.Key_Return)
    assert at_chair.view.id == first  # its check is late
    at_chair.press("Back to all chairs")
    QTest.keyClick(board, Qt.Key.Key_9)
    assert at_chair.screen.session.view is None


def test_the_count_on_the_rail_is_what_is_red_and_amber_in_the_queue(chairs: Chairside, at_chair: NurseAtChair) -> None:
    counts: list[int] = []
    at_chair.screen.badge_changed.connect(counts.append)
    session = chairs.seated()
    chairs.start(session)
    chairs.clock.forward(minutes=8)
    at_chair.screen.tick()
    chairs.observe(session, sbp=184.0, dbp=104.0)
    assert counts[-2:] == [1, 2]  # a check late; then made, with one value red and one to watch
