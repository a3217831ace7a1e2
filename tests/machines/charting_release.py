"""May this patient have gone, and was the session closed by those who must: the ten rules and the signatures.

The numbers are those of the clinical reference, written out once more; the program's rules are not imported.
"""

from typing import Any

from tests.machines.charting_cupboard import sums
from tests.machines.charting_pump import checks, red_stretches, responses
from tests.machines.charting_rows import FULL_SET, MINUTE, Charted, Row

RESCUE = {"labetalol", "hydralazine", "clonidine", "midazolam", "lorazepam", "flumazenil", "naloxone", "epinephrine"}
REVERSAL = {"flumazenil", "naloxone"}


def closed_wrongly(became: Charted, number: int, now: int) -> list[str]:
    """Why this session should not have been signed so."""
    session, status = became.sessions[number], became.visit(number)["status"]
    signed = [e for e in became.happened(number, "signature") if e["user_id"] == session["signed_by"]]
    if not signed:
        return ["nobody's signature"]
    why = signed[-1]["data"]["reason"].strip()
    if session["outcome"] == "discharged":
        found = released_wrongly(became, number, now)
        ends_as = "discharged"
    elif session["outcome"] == "left_against_advice":
        found = [] if session["started_at"] and session["stopped_at"] else ["left while the pump ran, or before it"]
        found += ["left without a reason"] * (len(why) < 15)
        ends_as = "discharged"
    else:
        found = ["sent home although it was started"] * bool(session["started_at"])
        found += ["sent home without a reason"] * (len(why) < 15)
        ends_as = "cancelled_by_clinic"
    found += [f"the visit is {status}"] * (status != ends_as)
    return found + _cosigned(became, number)


def _cosigned(became: Charted, number: int) -> list[str]:
    given_ = [e["data"] for e in became.happened(number, "medicine")]
    needed = (
        bool(became.happened(number, "override"))
        or bool(red_stretches(became, number))
        or any(data["code"] in RESCUE or data.get("order") == "verbal" for data in given_)
    )
    second = [
        e
        for e in became.happened(number, "signature")
        if e["data"]["meaning"] == "co-signed"
        and became.one("users", e["user_id"])["role"] == "prescriber"
        and e["user_id"] != became.sessions[number]["signed_by"]
    ]
    return ["no prescriber signed too"] * (needed and not second)


def released_wrongly(became: Charted, number: int, now: int) -> list[str]:
    """Why this patient should not have been released now, by the ten rules of the clinical reference."""
    session = became.sessions[number]
    stopped = session["stopped_at"]
    if not session["started_at"] or not stopped:
        return ["never started or never stopped"]
    found = []
    if now - stopped < 30 * MINUTE:
        found.append(f"{(now - stopped) // MINUTE} minutes since the stop")
    reversed_at = [e["happened_at"] for e in became.happened(number, "medicine") if e["data"]["code"] in REVERSAL]
    if reversed_at and now - reversed_at[-1] < 120 * MINUTE:
        found.append("less than two hours since a reversal")
    found += _scores(became, number, now)
    found += _recovered(became, number, now)
    found += _said(became, number, now)
    found += _drug(became, number)
    gaps = {e["data"]["label"] for e in became.happened(number, "gap")}
    owed = {"stop", "stop +15", "stop +30"}
    for check in checks(became, number, now):
        open_ = check.state == "missed" or (check.label in owed and check.state != "done")
        if open_ and check.label not in gaps:
            found.append(f"check {check.label} is {check.state}")
    for check in responses(became, number, now):
        if check.state != "done" and check.label not in gaps:
            found.append(f"check {check.label} is {check.state}")
    told = became.happened(number, "acknowledge")
    for code, rows, _ in red_stretches(became, number):
        since = min(row["entered_at"] for row in rows)
        if not any(e["data"]["code"] == f"{code}-red" and e["entered_at"] >= since for e in told):
            found.append(f"red {code} of {[row['values'][code] for row in rows]} acknowledged by nobody")
    return found


def _scores(became: Charted, number: int, now: int) -> list[str]:
    base, row = _baseline(became, number), _fresh(became, number, now, "sbp", "hr")
    saturation = _fresh(became, number, now, "spo2")
    if not base or not row or not saturation:
        return ["no fresh vitals or no baseline"]
    sbp, before = row["values"]["sbp"], base["values"]["sbp"]
    apart = abs(sbp - before) / before * 100
    most = max(apart, abs(row["values"]["hr"] - base["values"]["hr"]) / base["values"]["hr"] * 100)
    oxygen, spo2 = became.oxygen(number, saturation), saturation["values"]["spo2"]
    aldrete = [
        {"four": 2, "two": 1}.get(_after(became, number, "aldrete-activity", now), 0),
        {"deep": 2, "limited": 1}.get(_after(became, number, "aldrete-respiration", now), 0),
        {"awake": 2, "rouses": 1}.get(_after(became, number, "aldrete-consciousness", now), 0),
        2 if apart <= 20 else 1 if apart < 50 else 0,
        2 if spo2 > 92 and oxygen == 0 else 1 if spo2 >= 90 else 0,
    ]
    oriented = _after(became, number, "oriented", now) == "fully"
    steady = _after(became, number, "gait", now) in {"steady", "baseline"}
    best = {"minimal": 2, "moderate": 1}
    padss = [
        2 if most <= 20 else 1 if most <= 40 else 0,
        oriented + steady,
        best.get(_after(became, number, "padss-comfort", now), 0),
        best.get(_after(became, number, "padss-bleeding", now), 0),
        {"both": 2, "either": 1}.get(_after(became, number, "padss-intake", now), 0),
    ]
    found = [f"Aldrete {aldrete}"] * (sum(aldrete) < 9 or 0 in aldrete)
    return found + [f"PADSS {padss}"] * (sum(padss) < 9)


def _recovered(became: Charted, number: int, now: int) -> list[str]:
    base, found = _baseline(became, number), []
    sedation = _fresh(became, number, now, "moaas")
    if not sedation or sedation["values"]["moaas"] < 5:
        found.append("not awake")
    row = _fresh(became, number, now, "dissociation")
    at_first = base.get("values", {}).get("dissociation", 0)
    if not row or row["values"]["dissociation"] > max(1, at_first):
        found.append("dissociated")
    stopped = became.sessions[number]["stopped_at"]
    for codes, in_range in ((("sbp", "dbp"), _calm_pressure), (("spo2",), _breathes)):
        rows = [
            r for r in became.observed(number) if stopped <= r["observed_at"] <= now and set(codes) <= set(r["values"])
        ]
        good: list[Row] = []
        for row in reversed(rows):
            if not in_range(became, number, row, base):
                break
            good.append(row)
        if (
            not good
            or now - good[0]["observed_at"] > 15 * MINUTE
            or good[0]["observed_at"] - good[-1]["observed_at"] < 10 * MINUTE
        ):
            found.append(f"no two sets of {codes} in range, 10 minutes apart")
    return found


def _calm_pressure(_: Charted, __: int, row: Row, base: Row) -> bool:
    for code, ceiling, low, high in (("sbp", 160, 100, 140), ("dbp", 100, 60, 90)):
        value, before = row["values"][code], base["values"][code]
        fell = value < before and low <= value < high
        if value >= ceiling or (abs(value - before) > before * 0.2 + 1e-6 and not fell):
            return False
    return True


def _breathes(became: Charted, number: int, row: Row, base: Row) -> bool:
    more_oxygen = became.oxygen(number, row) > became.oxygen(number, base)
    return not more_oxygen and (row["values"]["spo2"] >= 94 or row["values"]["spo2"] >= base["values"]["spo2"])


def _said(became: Charted, number: int, now: int) -> list[str]:
    wanted: dict[str, set[Any]] = {
        "oriented": {"fully"},
        "gait": {"steady", "baseline"},
        "nausea": {"none", "controlled"},
        "escort-present": {"here"},
    }
    found = [
        f"{item}: {became.said(number, item)}"
        for item, good in wanted.items()
        if _after(became, number, item, now) not in good
    ]
    for item, good in (("new-suicidality", "none"), ("iv-out", True)):
        answer = became.answer(number, item)
        if answer.get("value") != good or answer["answered_at"] < became.sessions[number]["stopped_at"]:
            found.append(f"{item}: {answer.get('value')}")
    if became.said(number, "aftercare") != "read-back" or became.said(number, "next-appointment") is None:
        found.append("aftercare or next appointment not told")
    if any(_positive(said) for said in _screened(became, number)) and became.said(number, "safety-plan") is not True:
        found.append("no safety plan")
    if not became.one("escorts", became.visit(number)["escort_id"]).get("name"):
        found.append("no escort named")
    return found


def _positive(said: Any) -> bool:
    answers = (said or {}).get("answers", {})
    return bool((answers.get("q2") and (answers.get("q4") or answers.get("q5"))) or answers.get("q6"))


def _screened(became: Charted, number: int) -> list[Any]:
    """What the C-SSRS said: as judged at the start, as answered last after it, and on the patient's page meanwhile."""
    session = became.sessions[number]
    given = [row for row in became.kept("answers", number) if row["item"] == "c-ssrs"]
    early = [row["value"] for row in given if row["answered_at"] <= session["started_at"]]
    late = [row["value"] for row in given if row["answered_at"] > session["started_at"]]
    scales = [
        row
        for row in became.of("assessments")
        if row["patient_id"] == session["patient_id"] and row["instrument"] == "c-ssrs-screener"
    ]
    struck = {row["corrects_id"] for row in scales}
    page = [row["value"] for row in scales if row["id"] not in struck and row["taken_at"] > session["started_at"]]
    return [*early[-1:], *late[-1:], *page]


def _drug(became: Charted, number: int) -> list[str]:
    """What was drawn is given or wasted, where the clinic has a cupboard; else somebody says so."""
    since = [vial["received_at"] for vial in became.of("vials")]
    if not since or became.sessions[number]["started_at"] < min(since):
        fine = became.said(number, "waste") in {"none", "witnessed"}
        return ["waste not reconciled"] * (not fine)
    used = sums(became.kept("ledger_entries", number))
    even = used["drawn"] > 0 and used["drawn"] == used["administered"] + used["wasted"]
    return [f"ledger: {used}"] * (not even)


def _baseline(became: Charted, number: int) -> Row:
    start = became.sessions[number]["started_at"]
    return became.latest(number, *FULL_SET, since=start - 15 * MINUTE, until=start)


def _fresh(became: Charted, number: int, now: int, *codes: str) -> Row:
    """The last row since the stop with these values, not older than 15 minutes."""
    row = became.latest(number, *codes, since=became.sessions[number]["stopped_at"], until=now)
    return row if row and now - row["observed_at"] <= 15 * MINUTE else {}


def _after(became: Charted, number: int, item: str, now: int) -> Any:
    """An answer given since the stop and not older than half an hour."""
    answer = became.answer(number, item)
    stopped = became.sessions[number]["stopped_at"]
    if not answer or answer["answered_at"] < stopped or now - answer["answered_at"] > 30 * MINUTE:
        return None
    return answer["value"]
