"""Saved views of the board."""

from dataclasses import replace

import pytest

from ketaclinic.db.store import Store
from ketaclinic.domain.findings import Invalid, NotFound, Stale
from ketaclinic.domain.views import BoardView, free_key
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import DESK, NURSE, Desk, a_desk


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store, chairs=4)


def test_a_view_is_kept_with_its_chairs_in_their_order(desk: Desk) -> None:
    saved = desk.services.views.save(DESK, 1, BoardView(0, 2, "  Window   side ", (3, 1, 3), 5))
    assert (saved.name, saved.chairs, saved.step, saved.position) == ("Window side", (3, 1), 5, 2)
    assert desk.services.views.list(NURSE, 1) == (saved,)


def test_views_come_by_their_keys(desk: Desk) -> None:
    desk.services.views.save(DESK, 1, BoardView(0, 4, "Back", (4,)))
    desk.services.views.save(DESK, 1, BoardView(0, 2, "Front", (1, 2)))
    views = desk.services.views.list(DESK, 1)
    assert [(view.position, view.name) for view in views] == [(2, "Front"), (4, "Back")]
    assert free_key(views) == 3


def test_a_view_saved_under_a_taken_key_replaces_what_was_there(desk: Desk) -> None:
    desk.services.views.save(DESK, 1, BoardView(0, 2, "Front", (1, 2)))
    desk.services.views.save(DESK, 1, BoardView(0, 2, "Back", (3, 4)))
    assert [view.name for view in desk.services.views.list(DESK, 1)] == ["Back"]


def test_a_changed_view_keeps_its_key_and_who_was_slower_is_told(desk: Desk) -> None:
    first = desk.services.views.save(DESK, 1, BoardView(0, 2, "Front", (1, 2)))
    changed = desk.services.views.save(NURSE, 1, replace(first, chairs=(2,)))
    assert (changed.id, changed.chairs, changed.version) == (first.id, (2,), 2)
    with pytest.raises(Stale, match="Someone else changed this view meanwhile"):
        desk.services.views.save(DESK, 1, replace(first, name="Door"))


def test_a_removed_view_is_gone(desk: Desk) -> None:
    saved = desk.services.views.save(DESK, 1, BoardView(0, 2, "Front", (1, 2)))
    desk.services.views.remove(DESK, saved.id, saved.version)
    assert desk.services.views.list(DESK, 1) == ()
    with pytest.raises(NotFound, match="This view is not there any more"):
        desk.services.views.remove(DESK, saved.id, saved.version)


@pytest.mark.parametrize(
    ("view", "field"),
    [
        (BoardView(0, 2, "   ", (1,)), "name"),
        (BoardView(0, 2, "x" * 41, (1,)), "name"),
        (BoardView(0, 2, "Front", ()), "chairs"),
        (BoardView(0, 2, "Front", (99,)), "chairs"),
        (BoardView(0, 2, "Front", (1,), 7), "step"),
        (BoardView(0, 1, "Front", (1,)), "position"),
        (BoardView(0, 9, "Front", (1,)), "position"),
    ],
)
def test_what_is_no_view_is_refused_at_its_field(desk: Desk, view: BoardView, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        desk.services.views.save(DESK, 1, view)
    assert refusal.value.field == field
    assert desk.services.views.list(DESK, 1) == ()


def test_every_key_taken_leaves_none(desk: Desk) -> None:
    for key in range(2, 9):
        desk.services.views.save(DESK, 1, BoardView(0, key, f"View {key}", (1,)))
    assert free_key(desk.services.views.list(DESK, 1)) is None
