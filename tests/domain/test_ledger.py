"""The drug ledger's arithmetic: exact, per vial, whatever is written and taken back in whatever order."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketaclinic.domain.findings import Severity
from ketaclinic.domain.ledger import (
    Balance,
    Count,
    CountLine,
    Entry,
    EntryKind,
    Moment,
    SessionDrug,
    Vial,
    VialState,
    balance_of,
    differs,
    drawn_volume,
    micrograms,
    milligrams,
    running,
    summed,
    vial_state,
)
from ketaclinic.domain.ledger_rules import (
    against_close,
    check_draw,
    check_received,
    check_reversal,
    check_taken,
    check_used,
    check_witness,
    reconciliation,
)
from ketaclinic.domain.people import Role, User

TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
VIAL = Vial(12, 1, "KX-1", date(2027, 6, 30), 10, 20_000, AT)
NURSE, OTHER = User(1, "a", "Maria Ortiz", Role.NURSE), User(2, "b", "Kaja Lund", Role.NURSE)


def entry(number: int, kind: EntryKind, mg: str, session: int | None = None, reverses: int | None = None) -> Entry:
    return Entry(number, VIAL.id, kind, micrograms(mg), AT, 1, encounter_id=session, reverses_id=reverses)


DAY = (
    entry(1, EntryKind.RECEIVED, "200"),
    entry(2, EntryKind.DRAWN, "50", 7),
    entry(3, EntryKind.ADMINISTERED, "41.2", 7),
    entry(4, EntryKind.WASTED, "8.8", 7),
    entry(5, EntryKind.RETURNED, "20"),
    entry(6, EntryKind.WASTED, "0.125"),
)


# --- amounts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "exact"),
    [("41.5", 41_500), ("41,5", 41_500), (" 50 mg", 50_000), ("0.001", 1), ("0", 0), (Decimal("3.25"), 3_250)],
)
def test_milligrams_are_read_exactly(typed: str, exact: int) -> None:
    assert micrograms(typed) == exact


@pytest.mark.parametrize("typed", ["", "ten", "-1", "nan", "inf", "1e9", "0.0001", "1.000.000", "4 1"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="mg"):
        micrograms(typed)


def test_amounts_are_shown_without_idle_zeros() -> None:
    assert [milligrams(n) for n in (41_500, 500_000, 1, 0, -3_250)] == ["41.5", "500", "0.001", "0", "-3.25"]
    assert drawn_volume(41_200, 50) == "0.82"


@given(st.integers(0, 100_000_000))
def test_an_amount_read_back_is_the_same(amount: int) -> None:
    assert micrograms(milligrams(amount)) == amount


# --- the account of a vial --------------------------------------------------------------------------------------------


def test_a_vial_holds_what_came_less_what_went() -> None:
    balance = balance_of(DAY)
    assert (balance.received_ug, balance.administered_ug, balance.wasted_ug) == (200_000, 41_200, 8_925)
    assert (balance.on_hand_ug, balance.in_vial_ug, balance.out_ug) == (129_875, 129_875, 0)


def test_what_is_drawn_is_on_hand_until_it_is_given_or_wasted() -> None:
    balance = balance_of(DAY[:2])
    assert (balance.on_hand_ug, balance.in_vial_ug, balance.out_ug) == (200_000, 150_000, 50_000)


def test_a_reversal_takes_off_exactly_what_it_points_at() -> None:
    back = entry(7, EntryKind.REVERSED, "8.8", 7, reverses=4)
    balance = balance_of((*DAY, back))
    assert (balance.wasted_ug, balance.wasted_drawn_ug, balance.out_ug) == (125, 0, 8_800)


def test_a_settled_count_moves_the_balance_by_its_difference() -> None:
    short = Entry(7, VIAL.id, EntryKind.SETTLED, -5_000, AT, 1, 2, count_id=1)
    counted = Entry(8, VIAL.id, EntryKind.COUNTED, 124_875, AT, 1, 2, count_id=1)
    assert balance_of((*DAY, short, counted)).on_hand_ug == 124_875


@given(st.data())
def test_any_sequence_of_entries_keeps_the_identity(data: st.DataObject) -> None:
    """An account kept by hand beside it, over plain numbers: in the vial, in each session's syringes, gone."""
    entries: list[Entry] = []
    in_vial, syringes, gone = 0, {1: 0, 2: 0}, 0
    undo: dict[int, tuple[int, dict[int, int], int]] = {}
    kinds = [k for k in EntryKind if k not in {EntryKind.REVERSED, EntryKind.COUNTED, EntryKind.SETTLED}]
    for number in range(1, data.draw(st.integers(1, 25)) + 1):
        open_lines = list(undo)
        if open_lines and data.draw(st.booleans(), label="take one back"):
            wrong = data.draw(st.sampled_from(open_lines))
            vial_moved, syringe_moved, gone_moved = undo.pop(wrong)
            in_vial, gone = in_vial - vial_moved, gone - gone_moved
            for session, moved in syringe_moved.items():
                syringes[session] -= moved
            first = next(e for e in entries if e.id == wrong)
            entries.append(
                Entry(
                    number, 12, EntryKind.REVERSED, first.amount_ug, AT, 1,
                    encounter_id=first.encounter_id, reverses_id=wrong,
                )
            )  # fmt: skip
        else:
            kind = data.draw(st.sampled_from(kinds))
            amount = data.draw(st.integers(1, 500_000))
            session = data.draw(st.sampled_from([1, 2]))
            about = kind in {EntryKind.DRAWN, EntryKind.ADMINISTERED} or (
                kind is EntryKind.WASTED and data.draw(st.booleans())
            )
            moves = {
                EntryKind.OPENING: (amount, 0, 0),
                EntryKind.RECEIVED: (amount, 0, 0),
                EntryKind.DRAWN: (-amount, amount, 0),
                EntryKind.ADMINISTERED: (0, -amount, amount),
                EntryKind.WASTED: (0, -amount, amount) if about else (-amount, 0, amount),
                EntryKind.RETURNED: (-amount, 0, amount),
            }[kind]
            in_vial, gone = in_vial + moves[0], gone + moves[2]
            syringes[session] += moves[1]
            undo[number] = (moves[0], {session: moves[1]}, moves[2])
            entries.append(Entry(number, 12, kind, amount, AT, 1, encounter_id=session if about else None))
    balance = balance_of(entries)
    assert balance.in_vial_ug == in_vial
    assert balance.out_ug == sum(syringes.values())
    assert balance.on_hand_ug == in_vial + sum(syringes.values())
    assert balance.administered_ug + balance.wasted_ug + balance.returned_ug == gone
    came = balance.opening_ug + balance.received_ug
    assert came - balance.administered_ug - balance.wasted_ug - balance.returned_ug == balance.on_hand_ug
    by_session = [balance_of([e for e in entries if e.encounter_id == n]) for n in (1, 2)]
    assert [told.out_ug for told in by_session] == [syringes[1], syringes[2]]
    assert summed(by_session).out_ug == balance.out_ug
    assert [told for _, told in running(entries)][-1] == balance


# --- how a vial and a session stand -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expires", "held", "state"),
    [
        (date(2026, 11, 22), 1, VialState.EXPIRED),
        (date(2026, 11, 23), 1, VialState.EXPIRING),
        (date(2026, 12, 23), 1, VialState.EXPIRING),
        (date(2026, 12, 24), 1, VialState.GOOD),
        (date(2026, 11, 22), 0, VialState.EMPTY),
    ],
)
def test_a_vial_may_be_used_on_its_last_day(expires: date, held: int, state: VialState) -> None:
    vial = Vial(1, 1, "A", expires, 10, 20_000, AT)
    assert vial_state(vial, Balance(received_ug=held), TODAY, 30) is state


def test_a_session_is_reconciled_only_when_something_was_drawn() -> None:
    assert [f.code for f in reconciliation(SessionDrug())] == ["ledger-open-session"]
    assert reconciliation(SessionDrug(balance_of(DAY[1:4]))) == ()
    assert SessionDrug(balance_of(DAY[1:3])).words == "50 mg drawn, 41.2 mg administered, 0 mg wasted: 8.8 mg open."


# --- what may be written ----------------------------------------------------------------------------------------------


def test_a_draw_above_the_vial_is_stopped_and_one_above_the_dose_is_remarked() -> None:
    held = balance_of(DAY[:1])
    assert check_draw(VIAL, held, 41_200, TODAY, 10.0, 41_200, 0) == ()
    assert [f.code for f in check_draw(VIAL, held, 200_001, TODAY, 10.0, None, 0)] == ["ledger-overdrawn"]
    (remark,) = check_draw(VIAL, held, 41_200, TODAY, 10.0, 41_200, 1_000)
    assert (remark.code, remark.severity) == ("ledger-above-dose", Severity.WARN)


def test_every_reason_against_a_draw_is_told_at_once() -> None:
    found = check_draw(VIAL, Balance(), 0, date(2027, 7, 1), 100.0, None, 0)
    assert [f.code for f in found] == ["ledger-amount", "ledger-expired", "ledger-strength"]


def test_only_what_was_drawn_is_given_or_wasted_and_only_what_is_there_is_taken() -> None:
    drawn = balance_of(DAY[1:2])
    assert check_used(VIAL, drawn, 50_000, EntryKind.ADMINISTERED) == ()
    assert [f.code for f in check_used(VIAL, drawn, 50_001, EntryKind.WASTED)] == ["ledger-not-drawn"]
    assert [f.code for f in check_taken(VIAL, balance_of(DAY[:2]), 150_001)] == ["ledger-overdrawn"]


def test_a_line_is_taken_back_only_while_nothing_rests_on_it() -> None:
    left = balance_of((*DAY, entry(7, EntryKind.REVERSED, "200", reverses=1)))
    assert [f.code for f in check_reversal(DAY[0], left, Balance(), None)] == ["ledger-needed"]
    assert [f.code for f in check_reversal(DAY[0], Balance(), Balance(), 9)] == ["ledger-reversed"]
    assert check_reversal(DAY[0], Balance(), Balance(), None) == ()


def test_what_is_received_is_checked_field_by_field() -> None:
    found = check_received("", date(2026, 1, 1), 25, 0, 0, TODAY, (10, 50, 100))
    assert [f.subject for f in found] == ["lot", "mg_per_ml", "volume", "vials", "expires_on"]
    assert found[-1].severity is Severity.WARN


def test_a_witness_is_another_nurse_or_prescriber_who_works_here() -> None:
    assert check_witness(NURSE, OTHER) == ()
    manager, gone = User(3, "c", "Helen", Role.MANAGER), User(4, "d", "Ida", Role.NURSE, active=False)
    told = [check_witness(NURSE, one)[0].code for one in (None, NURSE, manager, gone)]
    assert told == ["ledger-witness", "same-person", "wrong-role", "wrong-role"]


# --- counting ---------------------------------------------------------------------------------------------------------


def count(number: int, moment: Moment, *, discrepancy: bool = False) -> Count:
    return Count(number, 1, moment, TODAY, AT, 1, 2, (), discrepancy)


def test_a_difference_within_what_cannot_be_read_off_is_none() -> None:
    line = CountLine(12, 200_000, 199_000)
    assert differs(line, VIAL, 0)
    assert differs(line, VIAL, 99)
    assert not differs(line, VIAL, 100)  # 0.1 mL of 10 mg/mL is 1 mg


def test_what_stands_against_closing_the_day() -> None:
    opened, closed = count(1, Moment.OPEN), count(2, Moment.CLOSE)
    assert [f.code for f in against_close((opened,), (), (), moved_since=False)] == ["ledger-no-count"]
    assert against_close((opened, closed), (), (), moved_since=False) == ()
    assert [f.code for f in against_close((closed,), (), (), moved_since=True)] == ["ledger-moved"]
    off = count(3, Moment.CLOSE, discrepancy=True)
    told = against_close((off,), (off,), ("Silva, João",), moved_since=False)
    assert [f.code for f in told] == ["ledger-open-session", "ledger-discrepancy"]
    assert all(f.severity is Severity.BLOCK for f in told)
