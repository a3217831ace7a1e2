"""What the hand on the board counts, without a window."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from ketaclinic.domain.appointments import Appointment, Card, Status
from ketaclinic.domain.protocols import Phases
from ketaclinic.ui.screens.day.carry import Act, Carry, Companion, Hand, Place
from ketaclinic.ui.screens.day.geometry import Geometry, Span, next_on_grid

DAY = date(2026, 11, 23)
SPAN = Span(480, 1080)
PHASES = Phases(30, 40, 30, 15)


def card(id_: int, minute: int, chair: int = 1, status: Status = Status.SCHEDULED) -> Card:
    starts = datetime(2026, 11, 23) + timedelta(minutes=minute)
    visit = Appointment(id_, 1, id_, 1, chair, starts, starts + timedelta(minutes=115), PHASES, status, 1)
    return Card(visit, f"Patient {id_}", f"KC-{id_}", "1 of 6", "Induction")


def carried(*others: Companion, act: Act = Act.MOVE) -> Carry:
    place = Place(DAY, 1, 600, 115)
    return Carry(card(1, 600), Hand.KEYS, place, place, act=act, others=others)


def test_a_step_beside_the_grid_first_comes_onto_it() -> None:
    assert [next_on_grid(600, 1), next_on_grid(605, 1), next_on_grid(605, -1), next_on_grid(600, -2)] == [
        615,
        615,
        600,
        570,
    ]
    assert next_on_grid(605, 1, 10) == 610
    assert next_on_grid(603, 0) == 603


def test_a_step_keeps_its_height_when_the_day_is_drawn_larger() -> None:
    usual = Geometry.fitted(SPAN, 4, 800, 700)
    larger = Geometry.fitted(SPAN, 4, 800, 700, step=5)
    assert larger.per_minute * 5 == usual.per_minute * 15
    assert larger.width == usual.width == 800


def test_twenty_chairs_scroll_instead_of_shrinking() -> None:
    assert Geometry.fitted(SPAN, 20, 900, 700).column_width == 136


def test_the_hand_stays_on_the_board_with_the_whole_visit() -> None:
    carry = carried()
    assert carry.go(9, 2000, 4, SPAN)
    assert (carry.place.column, carry.place.minute) == (3, 1080 - 115)
    assert carry.go(-3, 0, 4, SPAN)
    assert (carry.place.column, carry.place.minute) == (0, 480)
    assert not carry.go(0, 480, 4, SPAN)


def test_companions_keep_their_distance_and_hold_the_hand_back() -> None:
    carry = carried(Companion(card(2, 720, 3), 2, 120), Companion(card(3, 540, 1), -1, -60))
    carry.go(3, 480, 4, SPAN)
    assert (carry.place.column, carry.place.minute) == (1, 540)
    placed = carry.placed((11, 12, 13, 14))
    assert [(p.chair_id, p.starts_at.strftime("%H:%M")) for p in placed] == [
        (12, "09:00"),
        (14, "11:00"),
        (11, "08:00"),
    ]


def test_a_length_keeps_all_but_the_recovery() -> None:
    carry = carried(act=Act.LENGTH)
    carry.stretch(20, SPAN)
    assert carry.place.minutes == 85
    carry.stretch(2000, SPAN)
    assert carry.place.minutes == 480
    assert carry.moved


def test_a_visit_that_recovers_may_be_lengthened_but_not_moved() -> None:
    recovering = card(1, 600, status=Status.RECOVERING)
    assert replace_card(carried(act=Act.LENGTH), recovering).stuck is None
    assert replace_card(carried(), recovering).stuck == recovering
    over = card(1, 600, status=Status.DISCHARGED)
    assert replace_card(carried(act=Act.LENGTH), over).stuck == over


def replace_card(carry: Carry, other: Card) -> Carry:
    return replace(carry, card=other)
