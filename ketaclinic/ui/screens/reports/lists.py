"""The columns of the reports, on screen and saved."""

from ketaclinic.domain.governance import Area, OverrideLine, RuleRow
from ketaclinic.ui import text
from ketaclinic.ui.rows_model import Column

_WHERE = {Area.START: "Start", Area.BOOKING: "Booking"}


def _where(row: RuleRow | OverrideLine) -> str:
    return _WHERE[row.area]


RULES: tuple[Column[RuleRow], ...] = (
    Column("Rule", lambda row: row.title, tip=lambda row: row.title),
    Column("Where", _where, 84),
    Column("Stood", lambda row: str(row.asked), 70, sort=lambda row: row.asked, right=True),
    Column("Overridden", lambda row: str(row.overridden), 98, sort=lambda row: row.overridden, right=True),
    Column("Share", lambda row: row.percent, 70, sort=lambda row: row.share, right=True),
    Column("Word given by", lambda row: row.approvers, tip=lambda row: row.approvers),
    Column("Review", lambda row: row.standing, tip=lambda row: row.standing),
)


def rule_look(row: RuleRow, column: int) -> str:
    """Amber is what is due: a rule to be reviewed."""
    heading = RULES[column].heading
    if heading == "Rule":
        return "strong"
    if row.to_review and heading in {"Share", "Review"}:
        return "amber"
    return "quiet" if heading in {"Where", "Review"} else ""


RULES_SAVED: tuple[Column[RuleRow], ...] = (
    Column("Rule", lambda row: row.title),
    Column("Code", lambda row: row.rule),
    Column("Where", lambda row: row.area.word),
    Column("Stood", lambda row: str(row.asked)),
    Column("Overridden", lambda row: str(row.overridden)),
    Column("Share %", lambda row: f"{row.share * 100:.0f}"),
    Column("Word given by", lambda row: row.approvers),
    Column("To review", lambda row: "yes" if row.to_review else ""),
    Column("Decision", lambda row: row.reviewed.decision if row.reviewed else ""),
    Column("Decided by", lambda row: row.reviewed.by if row.reviewed else ""),
    Column("Decided on", lambda row: row.reviewed.at.date().isoformat() if row.reviewed else ""),
)


def rule_words(row: RuleRow) -> str:
    """All of a rule's month in words: what may be cut in its columns."""
    stood = text.count(row.asked, "session" if row.area.value == "start" else "visit")
    told = [
        f"{row.title}: overridden in {row.overridden} of {stood} ({row.percent})",
        f"Word given by {row.approvers}" if row.by_whom else "",
    ]
    if row.reviewed is not None:
        when = text.day_month_year(row.reviewed.at.date())
        told.append(f"Reviewed by {row.reviewed.by}, {when}: {row.reviewed.decision}")
    elif row.to_review:
        told.append("Overridden in most cases: a prescriber reviews this rule and says what is to become of it.")
    return " · ".join(filter(None, told))


def _time(line: OverrideLine) -> str:
    return text.clock(line.at) if line.at else ""


TOLD: tuple[Column[OverrideLine], ...] = (
    Column("Time", _time, 64),
    Column("Rule", lambda line: line.title, tip=lambda line: line.title),
    Column("Where", _where, 84),
    Column("Chair", lambda line: line.chair, 84, tip=lambda line: line.chair),
    Column("Patient", lambda line: line.patient, tip=lambda line: line.who),
    Column("Reason", lambda line: line.reason, tip=lambda line: line.reason),
    Column("Asked by", lambda line: line.asked_by, 130, tip=lambda line: line.asked_by),
    Column("Approved by", lambda line: line.approver, 186, tip=lambda line: line.approver),
)
"""For who treats."""

COUNTED: tuple[Column[OverrideLine], ...] = tuple(
    column for column in TOLD if column.heading in {"Rule", "Where", "Asked by", "Approved by"}
)
"""For who runs the clinic: no patient, and nothing that would name one."""

DAY_SAVED: tuple[Column[OverrideLine], ...] = (
    TOLD[0],
    TOLD[1],
    Column("Code", lambda line: line.rule),
    TOLD[2],
    TOLD[3],
    Column("Patient", lambda line: line.patient),
    Column("Record", lambda line: line.record),
    Column("What stood", lambda line: line.message),
    TOLD[5],
    TOLD[6],
    TOLD[7],
)


def line_look(_line: OverrideLine, column: int) -> str:
    """The rule first."""
    return {"Rule": "strong", "Where": "quiet"}.get(TOLD[column].heading, "")


def counted_look(_line: OverrideLine, column: int) -> str:
    """The same with fewer columns."""
    return {"Rule": "strong", "Where": "quiet"}.get(COUNTED[column].heading, "")


def line_words(line: OverrideLine) -> str:
    """All of an override in words."""
    told = [
        f"{_time(line)} {line.title}".strip(),
        line.who,
        line.message,
        f"Reason: {line.reason}" if line.reason else "",
        f"asked by {line.asked_by}, approved by {line.approver}",
    ]
    return " · ".join(filter(None, told))
