"""Days on which nothing can be booked say why, and what to do."""

from dataclasses import replace
from datetime import date, datetime

from ketaclinic.domain.people import Role
from tests.ui.front_desk import ClinicForTests, FrontDesk, clinic, desk, dressed

__all__ = ["clinic", "desk", "dressed"]


def said(desk: FrontDesk) -> str:
    empty = desk.screen.empty
    return f"{empty.state.title.text()} {empty.state.text.text()}" if empty.isVisible() else ""


def test_a_closed_weekday_leads_to_the_next_open_day(clinic: ClinicForTests, desk: FrontDesk) -> None:
    desk.screen.show_date(date(2026, 11, 28))
    assert said(desk) == "Closed on Saturdays The next open day is Mon 30 Nov 2026."
    desk.press("Go to Mon 30 Nov")
    assert desk.screen.day == date(2026, 11, 30)
    assert said(desk) == ""


def test_a_holiday_is_named(clinic: ClinicForTests, desk: FrontDesk) -> None:
    start, end = datetime(2026, 11, 26, 0), datetime(2026, 11, 27, 0)
    clinic.services.clinic.add_closure(clinic.manager, clinic.location.id, None, start, end, "Thanksgiving")
    desk.screen.show_date(date(2026, 11, 26))
    assert said(desk) == "Closed: Thanksgiving The next open day is Fri 27 Nov 2026."


def test_an_open_day_without_visits_is_left_free_for_the_mouse(desk: FrontDesk) -> None:
    assert said(desk) == ""


def test_without_chairs_a_manager_is_led_to_the_settings(clinic: ClinicForTests, desk: FrontDesk) -> None:
    view = desk.screen.view
    assert view is not None
    empty = desk.screen.empty
    empty.show_day(replace(view, chairs=()), 0, Role.FRONT_DESK)
    assert said(desk) == (
        "No chair is in use here A manager adds chairs in the settings, or brings a retired one back."
    )
    assert not empty.state.button.isVisible()
    empty.show_day(replace(view, chairs=()), 0, Role.MANAGER)
    desk.press("Open the settings")
    assert desk.opened == [("settings", {})]
