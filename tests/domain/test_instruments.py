"""Scores, bands and triggers of the rating scales."""

from datetime import UTC, datetime

import pytest

from ketaclinic.domain.called_scales import calls_of, unanswerable, with_calls
from ketaclinic.domain.checklists import Answer, ChecklistItem, ItemKind
from ketaclinic.domain.instruments import invalid_answers, score
from tests.domain.clinical_builders import instrument


def phq(*values: int) -> dict[str, object]:
    return {"answers": {f"q{n}": value for n, value in enumerate(values, start=1)}}


@pytest.mark.parametrize(
    ("values", "total", "band"),
    [
        ((0,) * 9, 0, "Minimal"),
        ((1,) * 4 + (0,) * 5, 4, "Minimal"),
        ((1,) * 5 + (0,) * 4, 5, "Mild"),
        ((2,) * 5 + (0,) * 4, 10, "Moderate"),
        ((3,) * 5 + (0,) * 4, 15, "Moderately severe"),
        ((3,) * 9, 27, "Severe"),
    ],
)
def test_phq_9_bands(values: tuple[int, ...], total: int, band: str) -> None:
    scored = score(instrument("phq-9"), phq(*values))
    assert (scored.total, scored.band_text, scored.complete) == (total, band, True)


def test_a_phq_9_with_an_item_missing_has_no_score() -> None:
    scored = score(instrument("phq-9"), phq(3, 3, 3))
    assert (scored.total, scored.missing) == (None, ("q4", "q5", "q6", "q7", "q8", "q9"))


def test_item_9_above_zero_is_told() -> None:
    assert [f.code for f in score(instrument("phq-9"), phq(*(0,) * 8, 1)).findings] == ["phq9-item9"]
    assert score(instrument("phq-9"), phq(*(3,) * 8, 0)).findings == ()


def test_a_total_from_paper_needs_item_9_too() -> None:
    assert score(instrument("phq-9"), {"score": 14}).missing == ("q9",)
    scored = score(instrument("phq-9"), {"score": 14, "q9": 2})
    assert (scored.total, scored.complete, [f.code for f in scored.findings]) == (14, True, ["phq9-item9"])


def test_gad_7_bands() -> None:
    scored = score(instrument("gad-7"), phq(3, 3, 3, 3, 3, 0, 0))
    assert (scored.total, scored.band_text) == (15, "Severe")


def test_c_ssrs_asks_on_only_after_a_yes_to_the_second() -> None:
    screener = instrument("c-ssrs-screener")
    assert score(screener, {"answers": {"q1": 0, "q2": 0}}).missing == ("q6",)
    assert score(screener, {"answers": {"q1": 1, "q2": 1, "q6": 0}}).missing == ("q3", "q4", "q5")
    assert score(screener, {"answers": {"q1": 0, "q2": 0, "q6": 0}}).band == "negative"


@pytest.mark.parametrize(
    ("answers", "band"),
    [
        ({"q1": 1, "q2": 0, "q6": 0}, "some"),
        ({"q1": 1, "q2": 1, "q3": 1, "q4": 0, "q5": 0, "q6": 0}, "some"),
        ({"q1": 1, "q2": 1, "q3": 1, "q4": 1, "q5": 0, "q6": 0}, "positive"),
        ({"q1": 1, "q2": 1, "q3": 0, "q4": 0, "q5": 1, "q6": 0}, "positive"),
        ({"q1": 0, "q2": 0, "q6": 1}, "positive"),
    ],
)
def test_c_ssrs_intention_plan_or_behaviour_calls_the_prescriber(answers: dict[str, int], band: str) -> None:
    assert score(instrument("c-ssrs-screener"), {"answers": answers}).band == band


@pytest.mark.parametrize(
    ("scale", "value", "sentence"),
    [
        ("phq-9", {"answers": {"q1": 4}}, "PHQ-9, q1: 4 is not one of its answers."),
        ("phq-9", {"answers": {"q10": 1}}, "PHQ-9 has no item q10."),
        ("phq-9", {"score": 28, "q9": 0}, "PHQ-9 goes from 0 to 27."),
        ("phq-9", {"score": 3.5, "q9": 0}, "PHQ-9 goes from 0 to 27."),
        ("phq-9", {}, "PHQ-9: no answer was given."),
        (
            "c-ssrs-screener",
            {"score": 2},
            "C-SSRS Screener, since last contact has no total to enter; answer its questions.",
        ),
        ("phq-9", {"answers": {"q1": 3}}, ""),
    ],
)
def test_answers_that_are_none_of_the_scale(scale: str, value: dict[str, object], sentence: str) -> None:
    assert invalid_answers(instrument(scale), value) == sentence


def phq_item(item_nine: int) -> Answer:
    value = {"instrument": "phq-9", "score": 14, "q9": item_nine}
    return Answer("pre-infusion", "phq-9", value, datetime(2026, 11, 23, 15, 0, tzinfo=UTC), 1)


PHQ_ITEM = ChecklistItem("phq-9", 16, "PHQ-9", ItemKind.INSTRUMENT, instrument="phq-9")
SCALES = {name: instrument(name) for name in ("phq-9", "c-ssrs-screener")}


def test_harm_09_a_list_without_the_screener_cannot_let_item_9_pass() -> None:
    (found,) = unanswerable(PHQ_ITEM, phq_item(1), SCALES, offered=["phq-9"])
    assert (found.code, found.severity) == ("phq-9-follow-up", "block")
    assert found.message.startswith("PHQ-9 item 9 is 1. It calls for C-SSRS Screener, since last contact, which this")
    assert unanswerable(PHQ_ITEM, phq_item(1), SCALES, offered=["phq-9", "c-ssrs-screener"]) == ()
    assert unanswerable(PHQ_ITEM, phq_item(0), SCALES, offered=["phq-9"]) == ()


def test_harm_09_item_9_stands_beside_what_stops_and_lets_a_clean_screener_pass() -> None:
    item = ChecklistItem("c-ssrs", 15, "C-SSRS", ItemKind.INSTRUMENT, instrument="c-ssrs-screener")
    calls = calls_of({"phq-9": phq_item(2)}, SCALES)
    assert calls == {"c-ssrs-screener": ("PHQ-9 item 9 is 2.",)}
    positive = score(SCALES["c-ssrs-screener"], {"answers": {"q1": 0, "q2": 0, "q6": 1}}).findings
    assert [(f.code, f.message) for f in with_calls(item, positive, calls)] == [
        ("c-ssrs-positive", "C-SSRS question 6 is yes: behaviour since the last contact."),
        ("c-ssrs-positive", "PHQ-9 item 9 is 2."),
    ]
    clean = score(SCALES["c-ssrs-screener"], {"answers": {"q1": 0, "q2": 0, "q6": 0}}).findings
    assert with_calls(item, clean, calls) == ()
