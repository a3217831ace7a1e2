"""Several visits at once: chosen, moved, parked, confirmed."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ketaclinic.domain.appointments import Status
from ketaclinic.ui.screens.day.selection import Selection
from tests.ui.front_desk import ClinicForTests, FrontDesk, clinic, desk, dressed

__all__ = ["clinic", "desk", "dressed"]

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
LEFT = Qt.MouseButton.LeftButton


def three(clinic: ClinicForTests) -> tuple[int, int, int]:
    """Okafor and Ruiz one after the other on chair 1, Silva on chair 3."""
    return (
        clinic.book("Okafor, Chidinma", 1, "10:00").appointment_ids[0],
        clinic.book("Ruiz, Mateo", 1, "13:00").appointment_ids[0],
        clinic.book("Silva, João", 3, "13:30").appointment_ids[0],
    )


def test_ctrl_click_adds_and_takes_out(clinic: ClinicForTests, desk: FrontDesk) -> None:
    three(clinic)
    desk.click("Okafor")
    QTest.mouseClick(desk.card("Silva"), LEFT, CTRL)
    assert desk.selected_names() == ["Okafor", "Silva"]
    QTest.mouseClick(desk.card("Okafor"), LEFT, CTRL)
    assert desk.selected_names() == ["Silva"]


def test_shift_click_selects_all_chairs_and_times_between(clinic: ClinicForTests, desk: FrontDesk) -> None:
    three(clinic)
    desk.click("Okafor")
    QTest.mouseClick(desk.card("Silva"), LEFT, SHIFT)
    assert desk.selected_names() == ["Okafor", "Ruiz", "Silva"]


def test_shift_and_arrows_reach_on(clinic: ClinicForTests, desk: FrontDesk) -> None:
    three(clinic)
    desk.click("Okafor")
    desk.key(Qt.Key.Key_Down, SHIFT)
    assert desk.selected_names() == ["Okafor", "Ruiz"]
    desk.key(Qt.Key.Key_Right, SHIFT)
    assert desk.selected_names() == ["Okafor", "Ruiz", "Silva"]


def test_a_rectangle_drawn_with_shift_selects_what_it_touches(clinic: ClinicForTests, desk: FrontDesk) -> None:
    three(clinic)
    canvas = desk.screen.board.canvas
    QTest.mousePress(canvas, LEFT, SHIFT, desk.place(2, "12:30"))
    for point in (desk.place(3, "12:45"), desk.place(3, "14:00")):
        QTest.mouseMove(canvas, point)
    assert desk.selected_names() == ["Silva"]
    QTest.mouseMove(canvas, desk.place(1, "13:30"))
    assert desk.selected_names() == ["Ruiz"]
    QTest.mouseRelease(canvas, LEFT, SHIFT, desk.place(1, "13:30"))
    assert desk.selected_names() == ["Ruiz"]
    assert desk.open_dialogs() == []


def test_a_drag_moves_all_of_them(clinic: ClinicForTests, desk: FrontDesk) -> None:
    okafor, ruiz, silva = three(clinic)
    desk.click("Ruiz")
    QTest.mouseClick(desk.card("Silva"), LEFT, CTRL)
    with desk.dragging("Ruiz", 2, "14:00"):
        assert desk.bubble() == "2 visits: 14:00–15:40 · Chair 2"
    assert clinic.place_of(ruiz) == "Chair 2, 14:00"
    assert clinic.place_of(silva) == "Chair 4, 14:30"
    assert clinic.place_of(okafor) == "Chair 1, 10:00"
    assert desk.told == ["Moved 2 visits. Ctrl+Z undoes it."]
    clinic.services.history.undo(clinic.clerk)
    assert (clinic.place_of(ruiz), clinic.place_of(silva)) == ("Chair 1, 13:00", "Chair 3, 13:30")


def test_all_or_nothing_and_each_finding_says_whose_it_is(clinic: ClinicForTests, desk: FrontDesk) -> None:
    _, ruiz, silva = three(clinic)
    clinic.book("Moreau, Claire", 4, "15:00")
    desk.click("Ruiz")
    QTest.mouseClick(desk.card("Silva"), LEFT, CTRL)
    with desk.dragging("Ruiz", 2, "14:00"):
        assert "Silva, João: Chair 4 is taken from 15:00 to 16:55" in desk.bubble()
    assert (clinic.place_of(ruiz), clinic.place_of(silva)) == ("Chair 1, 13:00", "Chair 3, 13:30")


def test_they_do_not_stand_in_each_others_way(clinic: ClinicForTests, desk: FrontDesk) -> None:
    okafor, ruiz, _ = three(clinic)
    desk.click("Ruiz")
    QTest.mouseClick(desk.card("Okafor"), LEFT, CTRL)
    desk.key(Qt.Key.Key_Down, ALT)
    desk.key(Qt.Key.Key_Down, ALT)
    assert (clinic.place_of(okafor), clinic.place_of(ruiz)) == ("Chair 1, 10:30", "Chair 1, 13:30")


def test_nobody_of_them_leaves_the_board(clinic: ClinicForTests, desk: FrontDesk) -> None:
    _, ruiz, silva = three(clinic)
    desk.click("Ruiz")
    QTest.mouseClick(desk.card("Silva"), LEFT, CTRL)
    for _ in range(4):
        desk.key(Qt.Key.Key_Right, ALT)
    assert (clinic.place_of(ruiz), clinic.place_of(silva)) == ("Chair 2, 13:00", "Chair 4, 13:30")


def test_a_plain_click_selects_one_again(clinic: ClinicForTests, desk: FrontDesk) -> None:
    three(clinic)
    desk.click("Okafor")
    QTest.mouseClick(desk.card("Silva"), LEFT, CTRL)
    desk.click("Okafor")
    assert desk.selected_names() == ["Okafor"]


def test_several_are_parked_and_confirmed_at_once(clinic: ClinicForTests, desk: FrontDesk) -> None:
    okafor, ruiz, silva = three(clinic)
    desk.click("Okafor")
    QTest.mouseClick(desk.card("Silva"), LEFT, CTRL)
    desk.press("Confirm all")
    statuses = [clinic.services.floor.inspect(clinic.clerk, id_).card.appointment.status for id_ in (okafor, silva)]
    assert statuses == [Status.CONFIRMED, Status.CONFIRMED]
    assert desk.selected_names() == ["Okafor", "Silva"]
    desk.press("Put on pinboard")
    assert [words.split(",")[0] for words in desk.pinned()] == ["To place: Okafor", "To place: Silva"]
    assert clinic.place_of(ruiz) == "Chair 1, 13:00"


def test_two_selected_visits_swap_places(clinic: ClinicForTests, desk: FrontDesk) -> None:
    _, ruiz, silva = three(clinic)
    desk.click("Ruiz")
    QTest.mouseClick(desk.card("Silva"), LEFT, CTRL)
    desk.press("Swap places")
    assert (clinic.place_of(ruiz), clinic.place_of(silva)) == ("Chair 3, 13:30", "Chair 1, 13:00")


def test_a_click_beside_everything_selects_nothing(clinic: ClinicForTests, desk: FrontDesk) -> None:
    three(clinic)
    desk.click("Okafor")
    QTest.mouseClick(desk.card("Silva"), LEFT, CTRL)
    QTest.mouseClick(desk.screen.board.canvas, LEFT, pos=desk.place(2, "08:15"))
    assert desk.selected_names() == []


def test_selection_keeps_its_lead_while_others_come_and_go() -> None:
    chosen = Selection().only(7).toggled(8).toggled(9)
    assert (chosen.lead, sorted(chosen.ids)) == (9, [7, 8, 9])
    assert chosen.toggled(8).lead == 9
    assert chosen.toggled(9).lead == 7
    assert chosen.among([7, 8]).ids == frozenset({7, 8})
    assert Selection().only(0).ids == frozenset()


def test_reaching_back_and_forth_stays_anchored() -> None:
    spots = {1: (0, 480), 2: (0, 600), 3: (1, 540), 4: (2, 700)}
    start = Selection().only(2)
    assert sorted(start.reaching(1, spots).ids) == [1, 2]
    assert sorted(start.reaching(1, spots).reaching(4, spots).ids) == [2, 4]
