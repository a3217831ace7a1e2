"""Every row of the harm table has its test; this one collects that none was lost.

| # | Harm | Where its tests are |
|---|---|---|
| 01 | tenfold or concentration error | domain/test_dosing, test_clinical_rules; services/test_dose_at_the_chair |
| 02 | dose and weight do not match | domain/test_dosing, test_clinical_rules; services/test_dose_at_the_chair |
| 03 | wrong patient | domain/test_clinical_rules |
| 04 | discharge while impaired or alone | domain/test_clinical_rules; services/test_charting_start_and_release |
| 05 | missed deterioration or vitals | domain/test_clinical_rules; ui/test_chair_sound |
| 06 | pressure over the limit at the start | domain/test_clinical_rules; services/test_charting_start_and_release |
| 07 | contraindication, allergy, positive pregnancy test | domain/test_clinical_rules |
| 08 | no prescriber on site | domain/test_clinical_rules; services/test_charting_start_and_release |
| 09 | suicide risk missed | domain/test_assessments, test_clinical_rules; services/test_assessments |
| 10 | no consent, no order, or an old one | domain/test_clinical_rules; services/test_orders, test_consents |
| 11 | rescue medicine without order, allergy clash | services/test_charting_recording |
| 12 | infusions too close together | domain/test_clinical_rules |
| 13 | diversion, waste without a witness | services/test_harms_ledger, test_ledger_at_the_chair |
| 14 | nurse, chair or prescriber double-booked | harms/test_harms_of_booking |
| 15 | cystitis, liver values drifting | services/test_harms_beyond_the_session |
| 16 | somebody who does not respond kept on a series | domain/test_assessments; services/test_assessments |
| 17 | a finish past closing time | harms/test_harms_of_booking |
| 18 | wrong or old printout | services/test_records |
| 19 | silent edit | db/test_charted_is_kept; services/test_records, test_charting_start_and_release |
| 20 | alert fatigue | domain/test_governance; services/test_reports |
"""

import ast
import re
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).parents[1]
HARMS = [f"{number:02}" for number in range(1, 21)]
_ROW = re.compile(r"^\| (\d\d) \| .+ \| (.+) \|$", re.MULTILINE)


def _tested() -> dict[str, set[str]]:
    """Row -> the files that hold a test of it, read without importing them; what is skipped does not count."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted(TESTS.rglob("test_*.py")):
        source = path.read_text(encoding="utf-8")
        if "def test_harm_" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and (row := re.match(r"test_harm_(\d\d)_", node.name)):
                marks = " ".join(ast.unparse(mark) for mark in node.decorator_list)
                if "skip" not in marks and "xfail" not in marks:
                    found[row[1]].add(path.relative_to(TESTS).with_suffix("").as_posix())
    return dict(found)


def test_every_row_of_the_harm_table_has_a_test() -> None:
    tested = _tested()
    assert [row for row in HARMS if row not in tested] == []
    assert [row for row in tested if row not in HARMS] == []


def test_the_table_above_says_where_they_are() -> None:
    tested, told = _tested(), dict(_ROW.findall(__doc__ or ""))
    assert sorted(told) == HARMS
    for row, places in told.items():
        named, folder = set(), ""
        for place in re.split(r"[,;] ", places):
            folder, name = place.split("/") if "/" in place else (folder, place)
            named.add(f"{folder}/{name}")
        assert named <= tested[row], f"row {row} is told to be in {sorted(named - tested[row])}"
