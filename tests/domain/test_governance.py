"""Overrides counted by rule: each session once, the last word for it, what is to be reviewed first."""

from datetime import date, datetime

from ketaclinic.domain.governance import FOR_REVIEW, Area, Given, RuleReview, RuleRow, month_of, override_rows

AT = datetime(2026, 11, 23, 9, 0)
QUESTIONS = {"substances": "Alcohol, cannabis, other substances"}


def given(rule: str, subject: int, approver: str = "Dr Lane", area: Area = Area.START) -> Given:
    return Given(area, rule, subject, AT, approver=approver)


def rows(
    *overrides: Given,
    held: tuple[tuple[str, int], ...] = (),
    visits: int = 0,
    reviews: dict[str, RuleReview] | None = None,
) -> tuple[RuleRow, ...]:
    return override_rows(overrides, held, visits, reviews or {}, QUESTIONS, 0.5)


def test_harm_20_what_is_overridden_twice_in_one_session_counts_once() -> None:
    (row,) = rows(given("substances", 1), given("substances", 1, "Dr Okafor"), held=(("substances", 1),))
    assert (row.asked, row.overridden, row.by_whom) == (1, 1, (("Dr Okafor", 1),))
    assert row.title == "Alcohol, cannabis, other substances"


def test_harm_20_a_rule_that_stood_unwritten_counts_by_its_override() -> None:
    (row,) = rows(given("substances", 1), held=(("substances", 2), ("substances", 3)))
    assert (row.asked, row.overridden, row.percent, row.over_half) == (3, 1, "33 %", False)


def test_harm_20_only_more_than_half_is_marked() -> None:
    half, more = rows(
        given("escort", 1),
        given("substances", 1),
        given("substances", 2),
        held=(("escort", 2), ("substances", 3)),
    )[::-1]
    assert (half.rule, half.percent, half.over_half) == ("escort", "50 %", False)
    assert (more.rule, more.percent, more.over_half) == ("substances", "67 %", True)
    assert more.standing == "Review this rule"


def test_booking_is_counted_of_the_visits_and_a_reason_alone_is_for_review() -> None:
    (row,) = rows(given("gap-long", 7, "", Area.BOOKING), visits=10)
    assert (row.asked, row.overridden, row.by_whom) == (10, 1, ((FOR_REVIEW, 1),))
    assert row.title == "Too long since the last session"


def test_what_is_to_be_reviewed_stands_first_and_what_was_decided_no_longer() -> None:
    decided = RuleReview("substances", date(2026, 11, 1), "Keep it", AT, "Dr Lane")
    found = rows(given("substances", 1), given("weight-change", 1), reviews={"substances": decided})
    assert [row.rule for row in found] == ["weight-change", "substances"]
    assert (found[1].over_half, found[1].to_review, found[1].standing) == (True, False, "Keep it")


def test_a_rule_without_words_of_its_own_is_read_out() -> None:
    (row,) = rows(given("start-hr-odd", 1))
    assert row.title == "Start hr odd"


def test_a_month_ends_before_the_next_one_begins() -> None:
    assert month_of(date(2026, 12, 31)) == (date(2026, 12, 1), date(2027, 1, 1))
    assert month_of(date(2026, 2, 5)) == (date(2026, 2, 1), date(2026, 3, 1))
