"""When the scores of a course call for somebody, and what response and remission are (`clinical.md` 5)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketaclinic.catalog.rules import load_rules
from ketaclinic.domain.assessments import Assessment, Infusion, ScoreStanding, score_limits, scored, standing
from ketaclinic.domain.instruments import Goals, invalid_answers, item_value
from ketaclinic.paths import resources_dir
from tests.domain.clinical_builders import instrument

DAY = datetime(2026, 9, 1, 15, 0, tzinfo=UTC)
LIMITS = score_limits(load_rules(resources_dir()))


def kept(number: int, day: float, total: int, item_nine: int = 0, scale: str = "phq-9", **more: Any) -> Assessment:
    """A score from paper, so many days after the first of September."""
    value: dict[str, int] = {"score": total} | ({"q9": item_nine} if scale == "phq-9" else {})
    title, points, band, words, findings = scored(instrument(scale), value)
    at = DAY + timedelta(days=day)
    return Assessment(
        number, 1, scale, title, 1, at, at, value, points, band, words, findings, "staff", "Maria Ortiz", **more
    )


def phq(*scores: tuple[float, ...]) -> list[Assessment]:
    """PHQ-9 as (day, total[, item 9]); item 9 is 0 where it is not said."""
    return [kept(n, s[0], int(s[1]), int(s[2]) if len(s) > 2 else 0) for n, s in enumerate(scores, start=1)]


def infusions(*days: float, planned: int = 6, maintenance: bool = False, series: int = 1) -> list[Infusion]:
    """Infusions on these days, two hours after the time the scores are taken at; sessions open an hour before."""
    starts = [DAY + timedelta(days=day, hours=2) for day in days]
    return [
        Infusion(series, number, at - timedelta(hours=3), at, planned, maintenance=maintenance)
        for number, at in enumerate(starts, start=1)
    ]


SIX = infusions(0, 3, 7, 10, 14, 17)


def stands(scores: Sequence[Assessment], given_: Sequence[Infusion], scale: str = "phq-9") -> ScoreStanding:
    return standing(instrument(scale), scores, given_, LIMITS)


def told(found: ScoreStanding) -> list[str]:
    return [finding.code for finding in found.triggers]


@pytest.mark.parametrize(
    ("scores", "given_", "codes"),
    [
        # (a) five above the lowest since the induction, counted from the session of its last infusion on
        ([(0, 18), (17, 6), (24, 4), (38, 8)], SIX, []),
        ([(0, 18), (17, 6), (24, 4), (38, 9)], SIX, ["score-above-nadir"]),
        ([(0, 18), (10, 2), (17, 5), (24, 8)], SIX, []),  # the 2 lies in the induction
        # (b) back at 10 after being below it
        ([(0, 18), (17, 9), (38, 10)], SIX, ["score-relapse"]),
        ([(0, 18), (17, 9), (38, 9)], SIX, []),
        ([(0, 18), (17, 12), (38, 14)], SIX, []),
        ([(0, 18), (17, 4), (38, 12)], SIX, ["score-above-nadir", "score-relapse"]),
        # (e) less than 25 % better after three infusions, while the induction goes on
        ([(0, 20), (10, 16)], SIX[:3], ["score-no-response"]),
        ([(0, 20), (10, 15)], SIX[:3], []),
        ([(0, 20), (7, 19)], SIX[:3], []),  # taken before the third infusion
        ([(0, 20), (10, 19)], SIX[:2], []),
        ([(0, 3), (10, 3)], SIX[:3], []),  # nothing to improve by this scale
        # (f) five worse than at the start
        ([(0, 12), (3.5, 17)], SIX[:2], ["score-worse"]),
        ([(0, 12), (3.5, 16)], SIX[:2], []),
        ([(0, 12), (38, 17)], SIX, ["score-worse"]),
        # nobody is treated yet
        ([(-20, 8), (-1, 20)], [], []),
        ([(-20, 8), (-1, 20)], SIX, []),
    ],
)
def test_what_a_course_of_phq_9_calls_for(
    scores: list[tuple[float, int]], given_: list[Infusion], codes: list[str]
) -> None:
    calm = [(-60.0, scores[0][1], 0), *scores]  # item 9 was asked before
    assert told(stands(phq(*calm), given_)) == codes


@pytest.mark.parametrize(
    ("item_nine", "new"),
    [((0, 1), True), ((0, 3), True), ((1, 1), False), ((2, 1), False), ((1, 0), False), ((0, 0, 2), True)],
)
def test_harm_09_item_9_newly_above_0_calls_for_a_clinician(item_nine: tuple[int, ...], *, new: bool) -> None:
    scores = phq(*((day, 12, nine) for day, nine in enumerate(item_nine)))
    assert ("score-item-new" in told(stands(scores, []))) is new


def test_harm_09_the_first_item_9_ever_above_0_is_new_too() -> None:
    (finding,) = stands(phq((0, 14, 2)), []).triggers
    assert finding.message == "PHQ-9 item 9 is newly 2 (no earlier answer)."


def test_harm_16_a_course_that_does_not_help_by_the_third_infusion_is_said_with_its_numbers() -> None:
    (finding,) = stands(phq((-1, 20), (9, 18)), SIX[:3]).triggers
    assert finding.message == (
        "PHQ-9 18 after infusion 3: 10 % better than at the start of the course (20); 25 % is looked for."
    )
    assert finding.severity == "warn"


def test_the_start_of_a_course_is_the_last_score_before_its_first_infusion() -> None:
    found = stands(phq((-200, 25), (-30, 21), (-1, 18), (3, 15), (20, 8)), SIX)
    assert found.baseline is not None
    assert (found.baseline.total, found.change_percent) == (18, 55.6)


def test_a_score_too_old_is_no_start_so_the_first_in_the_course_is() -> None:
    found = stands(phq((-91, 25), (3, 15), (20, 8)), SIX)
    assert found.baseline is not None
    assert found.baseline.total == 15


@pytest.mark.parametrize(
    ("before", "now", "response", "remission"),
    [(18, 9, True, False), (18, 10, False, False), (18, 4, True, True), (18, 5, True, False), (8, 4, True, True)],
)
def test_phq_9_response_is_half_and_remission_below_5(
    before: int, now: int, *, response: bool, remission: bool
) -> None:
    found = stands(phq((-1, before), (20, now)), SIX)
    assert (found.response, found.remission) == (response, remission)


@pytest.mark.parametrize(
    ("scale", "before", "now", "response", "remission"),
    [
        ("qids-sr16", 18, 9, True, False),
        ("qids-sr16", 18, 5, True, True),
        ("madrs", 32, 16, True, False),
        ("madrs", 32, 9, True, True),
        ("madrs", 32, 10, True, False),
        ("y-bocs", 20, 13, True, False),
        ("y-bocs", 20, 14, False, False),
        ("pcl-5", 50, 40, True, False),
        ("pcl-5", 50, 41, False, False),
        ("gad-7", 14, 7, True, False),
    ],
)
def test_each_scale_has_its_own_response(scale: str, before: int, now: int, *, response: bool, remission: bool) -> None:
    scores = [kept(1, -1, before, scale=scale), kept(2, 20, now, scale=scale)]
    found = stands(scores, SIX, scale)
    assert (found.response, found.remission) == (response, remission)


@pytest.mark.parametrize(
    ("scale", "total", "words"),
    [
        ("qids-sr16", 5, "None"), ("qids-sr16", 6, "Mild"), ("qids-sr16", 11, "Moderate"), ("qids-sr16", 16, "Severe"),
        ("qids-sr16", 21, "Very severe"), ("pcl-5", 30, "Below the cut of 31 to 33"),
        ("pcl-5", 31, "At the cut of 31 to 33"), ("pcl-5", 34, "Above the cut: PTSD is likely"),
        ("madrs", 34, "Moderate"), ("y-bocs", 32, "Extreme"),
    ],
)  # fmt: skip
def test_bands_of_the_scales(scale: str, total: int, words: str) -> None:
    assert scored(instrument(scale), {"score": total})[3] == words


def test_a_struck_score_is_no_point_of_the_curve() -> None:
    scores = [kept(1, -1, 18), kept(2, 21, 2, struck=True), kept(3, 20, 12, corrects_id=2)]
    found = stands(scores, SIX)
    assert (found.latest and found.latest.total, found.remission) == (12, False)


def test_after_a_second_induction_the_first_one_does_not_count() -> None:
    again = [*SIX, *infusions(200, 203, series=2)]
    found = stands(phq((-1, 20), (20, 4), (199, 16), (205, 15)), again)
    assert found.baseline is not None
    assert (found.baseline.total, told(found)) == (16, [])


def test_a_total_and_an_item_that_cannot_both_be_are_refused() -> None:
    scale = instrument("phq-9")
    wrong = "PHQ-9: a total of 2 and item 9 of 3 cannot both be right."
    assert invalid_answers(scale, {"score": 2, "q9": 3}) == wrong
    assert (
        invalid_answers(scale, {"score": 25, "q9": 0}) == "PHQ-9: a total of 25 and item 9 of 0 cannot both be right."
    )
    assert invalid_answers(scale, {"score": 24, "q9": 0}) == ""


def test_a_scale_without_its_items_takes_the_total_alone() -> None:
    scale = instrument("madrs")
    assert scale.total_only
    assert invalid_answers(scale, {"answers": {"q1": 2}}).startswith("MADRS takes its total only")
    assert invalid_answers(scale, {"score": 61}) == "MADRS goes from 0 to 60."
    assert scored(scale, {"score": 9})[1] == 9


def test_item_9_is_read_from_answers_and_from_paper() -> None:
    scale = instrument("phq-9")
    assert item_value(scale, {"answers": {"q9": 2}}, "q9") == 2
    assert item_value(scale, {"score": 14, "q9": 1}, "q9") == 1
    assert item_value(scale, {"score": 14}, "q9") is None


@given(
    totals=st.lists(st.integers(0, 27), min_size=1, max_size=12),
    gap=st.integers(1, 20),
    given_=st.integers(0, 6),
)
def test_what_is_called_for_agrees_with_the_words_of_the_rules(totals: list[int], gap: int, given_: int) -> None:
    """The numbers of `clinical.md` 5, said again over the bare list of totals."""
    scores = phq(*((index * gap - 1.0, total) for index, total in enumerate(totals)))
    course = SIX[:given_]
    codes = set(told(stands(scores, course)))
    days = [index * gap - 1.0 for index in range(len(totals))]
    last = totals[-1]
    treated = given_ > 0 and days[-1] > 0  # infusions begin on day 0, two hours later
    start = [t for d, t in zip(days, totals, strict=True) if d <= 0][-1]  # the last one before the first infusion
    after = [t for d, t in zip(days, totals, strict=True) if given_ == 6 and d >= 17]
    since = [t for d, t in zip(days, totals, strict=True) if d > 0]
    assert ("score-worse" in codes) == (treated and last >= start + 5)
    assert ("score-above-nadir" in codes) == (len(after) > 1 and last >= min(after[:-1]) + 5)
    assert ("score-relapse" in codes) == (len(after) > 0 and last >= 10 and any(t < 10 for t in since[:-1]))
    infused = sum(d < days[-1] for d in (0.0833, 3.0833, 7.0833, 10.0833, 14.0833, 17.0833)[:given_])
    little = (start - last) < 0.25 * start and start >= 5
    assert ("score-no-response" in codes) == (treated and given_ < 6 and infused >= 3 and little)


def test_a_response_needs_something_to_fall_from() -> None:
    assert not Goals(response_percent=50).responded(0, 0)
    assert Goals(response_points=10).responded(40, 30)
