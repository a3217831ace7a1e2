"""The record of a session on paper: complete in itself, readable years later by someone who was not there.

Every page says whose it is, which session and revision, and which page of how many (`clinical.md` 9, harm 18); every
signature stands with name, time and meaning (21 CFR 11.50). Nothing is left out for being wrong: it is struck through.
"""

from ketaclinic.documents.record_chart import draw_chart
from ketaclinic.documents.record_pages import Col, RecordPages, Row, person
from ketaclinic.documents.record_words import Words, course_words
from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.encounters import Step
from ketaclinic.domain.handouts import short_date
from ketaclinic.domain.records import OUTCOMES, RecordSheet

_FLOW_SIZES = (7.5, 7.0, 6.5)


def build(sheet: RecordSheet) -> bytes:
    """The record as a PDF; the same value gives the same bytes."""
    pages = RecordPages(sheet)
    words = Words(sheet.record)
    pages.new_page()
    _visit(pages, words)
    _dose(pages, words)
    _chart(pages, words)
    _checklists(pages, words, Step.BEFORE)
    _flowsheet(pages, words)
    _happened(pages, words)
    _release(pages, words)
    _drug(pages, words)
    _signatures(pages, words)
    _addenda(pages, words)
    return pages.finish()


def _visit(pages: RecordPages, words: Words) -> None:
    record, view = pages.record, words.view
    head = view.header
    checklists = " · ".join(f"{c.title}, version {c.version}" for c in view.checklists)
    age = f" ({head.age} years)" if head.age is not None else ""
    lasted = f"{words.moment(view.started_at)}" if view.started_at else "not started"
    stopped = words.moment(view.stopped_at) if view.stopped_at else ("running" if view.started_at else "")
    signed = f"{words.moment(view.signed_at)}, {person(record.signed_by)}" if view.signed_at else "not signed"
    pages.heading("Session", f"all times on the clocks of {record.location} ({view.zone})")
    pages.facts(
        (
            ("Date of birth", f"{short_date(head.born)}{age}" if head.born else "not known"),
            ("Allergies", head.allergies or "none recorded"),
            ("Protocol", f"{view.protocol}, revision {record.protocol_revision}"),
            ("Session", f"{head.label}, {head.chair}"),
            ("Planned", f"{short_date(record.starts_at)}, {record.starts_at:%H:%M}"),
            ("Arrived", words.moment(record.arrived_at) if record.arrived_at else "not stamped"),
            ("Opened", f"{words.moment(record.opened_at)}, {person(record.opened_by)}"),
            ("Nurse", person(head.nurse) if head.nurse else ""),
            ("Infusion", lasted),
            ("Stopped", stopped),
            ("Total given", course_words(view)),
            ("Outcome", OUTCOMES.get(view.outcome, view.outcome)),
            ("Escort", head.escort or "none named"),
            ("Signed", signed),
            ("Consent", record.consent or "none that counts"),
            ("Checklists", checklists),
        )
    )


def _dose(pages: RecordPages, words: Words) -> None:
    record, view = pages.record, words.view
    pages.heading("Order, dose and blind second check")
    weight = f"{number(view.header.weight_kg, 1)} kg" if view.header.weight_kg is not None else "not entered"
    ordered_for = f", ordered for {number(view.order_weight_kg, 1)} kg" if view.order_weight_kg is not None else ""
    signed = f", signed {words.moment(record.order_signed_at)}" if record.order_signed_at else ", not signed"
    pages.facts(
        (
            ("Order", view.order or "none"),
            ("Prescriber", f"{person(record.prescriber)}{signed}" if record.prescriber else ""),
            ("Indication", record.indication),
            ("Rescue medicines", record.rescue or "none ordered"),
            ("Weight today", weight + ordered_for),
            ("Dose", view.dose.words if view.dose else "not worked out"),
        )
    )
    checks = tuple(words.checks())
    pages.top -= 2
    pages.table(
        (
            Col("Time", bold=True),
            Col("Worked out without seeing the first", 1.2),
            Col("Result", bold=True),
            Col("Who", 1.4),
        ),
        checks,
        "No second check was made.",
    )


def _chart(pages: RecordPages, words: Words) -> None:
    pages.heading("Vital signs")
    if words.record.chart.points:
        draw_chart(pages, words.record.chart)
    else:
        pages.paragraph("Nothing was observed.", quiet=True)


def _checklists(pages: RecordPages, words: Words, step: Step) -> None:
    kept = words.view.checklist(step)
    if kept is None:
        return
    pages.heading(kept.title, f"version {kept.version} · {kept.rows_done} of {kept.rows} rows done")
    columns = (Col("#"), Col("Item", 1.4), Col("Answer", 1.6), Col("Result", 0.6), Col("Answered", 0.9))
    pages.table(columns, tuple(words.checklist(kept)), "Nothing is asked.")


def _flowsheet(pages: RecordPages, words: Words) -> None:
    columns, rows = words.flowsheet()
    made = len([row for row in rows if not row.struck and not row.quiet])
    pages.heading("Flowsheet", f"{made} rows · ! outside its amber limit, !! its red limit · – not observed")
    size = _FLOW_SIZES[0] if len(columns) <= 14 else _FLOW_SIZES[1] if len(columns) <= 17 else _FLOW_SIZES[2]
    pages.table(columns, rows, "Nothing was observed.", size=size)
    if rows:
        pages.paragraph(f"Units: {words.units()}.", size=7, quiet=True)


def _happened(pages: RecordPages, words: Words) -> None:
    pages.heading("What happened", "pump, dose, medicines and interventions")
    pages.table(
        (Col("Time", bold=True), Col("What", 3), Col("By", 0.7), Col("Entered later")),
        tuple(words.happened()),
        "Nothing was recorded.",
    )
    pages.heading("Adverse events")
    pages.table(
        (
            Col("What", 1.4, bold=True),
            Col("Severity"),
            Col("Onset"),
            Col("Peak"),
            Col("Resolved"),
            Col("Judged", 0.8),
            Col("By", 0.8),
        ),
        tuple(words.adverse()),
        "None was recorded.",
    )
    pages.heading("Alerts")
    pages.table(
        (
            Col("Since", bold=True),
            Col("Level"),
            Col("What", 2),
            Col("Then"),
            Col("Acknowledged", 0.9),
            Col("Told", 0.8),
        ),
        tuple(words.alerts()),
        "There was none.",
    )
    pages.heading("Overrides")
    pages.table(
        (Col("Time", bold=True), Col("Who let what pass, and why", 3), Col("Entered by", 0.7)),
        tuple(words.overrides()),
        "Nothing was overridden.",
    )


def _release(pages: RecordPages, words: Words) -> None:
    view = words.view
    _checklists(pages, words, Step.RECOVERY)
    if view.started_at is None:
        return
    pages.heading("Criteria of the discharge", OUTCOMES.get(view.outcome, ""))
    rows = tuple(
        Row((c.text, "Met" if c.met else "Not met", c.why), loud=frozenset() if c.met else frozenset({1}))
        for c in view.criteria
    )
    pages.table((Col("Criterion", 1.2), Col("Result"), Col("Why", 1.6)), rows, "None was judged.")
    if view.cosign:
        pages.paragraph(f"A prescriber signs too, because of {view.cosign}.")


def _drug(pages: RecordPages, words: Words) -> None:
    pages.heading("Drug ledger", "the lines of this session; amounts in mg")
    rows = tuple(
        Row(
            (
                str(line.number),
                words.time(line.at),
                f"{line.vial}, lot {line.lot}",
                line.what,
                line.amount,
                person(line.by),
                person(line.witness),
            ),
            below=line.reason,
        )
        for line in words.record.drug
    )
    pages.table(
        (
            Col("Line"),
            Col("Time"),
            Col("Vial", 1.2),
            Col("What", 0.8, bold=True),
            Col("mg", right=True),
            Col("By", 0.8),
            Col("Witness", 0.8),
        ),
        rows,
        "No line was written for this session.",
    )


def _signatures(pages: RecordPages, words: Words) -> None:
    pages.heading("Signatures", "given with the own PIN")
    rows = [
        Row((person(s.name), s.role.replace("_", " "), words.moment(s.at), s.meaning), below=s.text)
        for s in words.record.signatures
    ]
    pages.table(
        (Col("Name", 1.2, bold=True), Col("Role", 0.5), Col("Time", 0.6), Col("Meaning", 0.8, bold=True)),
        rows,
        "Nobody has signed.",
    )


def _addenda(pages: RecordPages, words: Words) -> None:
    if not words.record.signed:
        return
    pages.heading("Addenda", "added after the signature; the record above is as it was signed")
    for number_, added in enumerate(words.record.addenda, start=1):
        who = f"{person(added.by)}, {added.role.replace('_', ' ')}, {words.moment(added.at)}"
        pages.top -= 3
        pages.paragraph(f"{number_}. {added.meaning.capitalize()} · {who}", bold=True)
        pages.paragraph(added.text)
    if not words.record.addenda:
        pages.paragraph("None.", quiet=True)
