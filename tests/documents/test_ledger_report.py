"""The drug ledger on paper: complete, balanced, one reads every name, and it claims no law that does not say so."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from ketaclinic.documents.layouts import build_list, page_count
from ketaclinic.documents.ledger_report import amount_words
from ketaclinic.domain.ledger import Count, CountLine, Entry, EntryKind, Moment, Vial, running
from ketaclinic.domain.ledger_views import CountView, LedgerLine, LedgerReport, LedgerSheet, SessionLine, summary
from ketaclinic.domain.sheets import ListHead
from tests.documents.builders_documents import text_of


def words_of(content: bytes) -> str:
    """All words of the paper, whatever the line they stand on."""
    return " ".join(text_of(content).split())


DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
WALL = datetime(2026, 11, 23, 9, 0)
VIAL = Vial(12, 1, "KX-4471", date(2027, 6, 30), 50, 10_000, AT, "Hospira")
ENTRIES = (
    Entry(1, 12, EntryKind.RECEIVED, 500_000, AT, 1, reason="From Hospira"),
    Entry(2, 12, EntryKind.DRAWN, 60_000, AT, 1, encounter_id=3),
    Entry(
        3, 12, EntryKind.REVERSED, 60_000, AT, 1, 2, encounter_id=3, reverses_id=2, reason="Typed one digit too many"
    ),
    Entry(4, 12, EntryKind.DRAWN, 50_000, AT, 1, encounter_id=3),
    Entry(5, 12, EntryKind.ADMINISTERED, 41_200, AT, 1, encounter_id=3),
    Entry(6, 12, EntryKind.WASTED, 8_800, AT, 1, 2, encounter_id=3, reason="Into the waste container"),
)


def lines(entries: tuple[Entry, ...] = ENTRIES, name: str = "Silva, João") -> tuple[LedgerLine, ...]:
    by_id = {entry.id: entry for entry in entries}
    return tuple(
        LedgerLine(
            entry,
            VIAL,
            WALL,
            balance,
            "Maria Ortiz",
            "Kaja Lund" if entry.witness_id else "",
            name if entry.encounter_id else "",
            "KC-0001" if entry.encounter_id else "",
            of_reversed=by_id.get(entry.reverses_id or 0),
        )
        for entry, balance in running(entries)
    )


def sheet(**changes: object) -> LedgerSheet:
    told = lines()
    count = Count(1, 1, Moment.CLOSE, DAY, AT, 1, 2, (CountLine(12, 450_000, 445_000),), discrepancy=True)
    report = LedgerReport(
        clinic="Riverside Ketamine Clinic",
        location="Riverside",
        address="1 River Street",
        zone="America/Chicago",
        first=DAY,
        last=DAY,
        made_at=WALL,
        made_by="Helen Park",
        vials=(summary(VIAL, told[0].balance, told[-1].balance),),
        lines=told,
        counts=(CountView(count, WALL, "Maria Ortiz", "Kaja Lund", ((VIAL, count.lines[0]),)),),
        open_sessions=(SessionLine(3, "Silva, João", "KC-0001", "2 of 6", "Chair 1", DAY, True, True, False),),
    )
    head = ListHead(
        "Riverside Ketamine Clinic",
        "Riverside",
        datetime(2026, 11, 23, 18, 0, tzinfo=ZoneInfo("America/Chicago")),
        "Helen Park",
        "Audit 7 · ab12 cd34",
    )
    return LedgerSheet(head, replace(report, **changes))  # type: ignore[arg-type]


def test_every_line_stands_with_lot_who_witness_and_balance() -> None:
    words = words_of(build_list(sheet()))
    for said in ("V-0012", "KX-4471", "Maria Ortiz", "Kaja Lund", "Silva, João", "KC-0001", "Into the waste container"):
        assert said in words
    assert "Reversed line 2 (drawn)" in words
    assert "V-0012 has 5 mg less" in words
    assert "Not explained yet" in words
    assert "Nothing is drawn for this session" in words
    assert "Audit 7" in words
    assert "Printed" in words


def test_amounts_are_signed_by_what_they_change() -> None:
    assert [amount_words(line) for line in lines()] == ["+500", "60", "60", "50", "-41.2", "-8.8"]
    assert [line.balance.on_hand_ug // 1000 for line in lines()] == [500, 500, 500, 500, 458, 450]


def test_it_never_claims_to_be_required_by_an_authority() -> None:
    words = words_of(build_list(sheet())).casefold()
    assert "dea" not in words.split()
    assert "required" not in words


def test_days_without_anything_say_so() -> None:
    words = words_of(build_list(sheet(vials=(), lines=(), counts=(), open_sessions=())))
    for said in ("No vial was in stock", "Nothing was written", "Nothing was counted", "None."):
        assert said in words


def test_three_hundred_lines_go_over_pages_and_lose_none() -> None:
    many = tuple(
        LedgerLine(Entry(n, 12, EntryKind.WASTED, 1_000 + n, AT, 1, 2), VIAL, WALL, lines()[-1].balance, "Maria Ortiz")
        for n in range(1000, 1300)
    )
    content = build_list(sheet(lines=many))
    assert page_count(content) > 5
    words = words_of(content).split()
    assert all(str(n) in words for n in range(1000, 1300))


def test_the_same_ledger_gives_the_same_bytes() -> None:
    assert build_list(sheet()) == build_list(sheet())


def test_a_name_the_fonts_cannot_set_is_never_half_a_name() -> None:
    words = words_of(build_list(sheet(lines=lines(name="\U00012000\U00012001"))))
    assert "Record KC-0001*" in words
