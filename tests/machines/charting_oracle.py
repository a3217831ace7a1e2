"""Judges what was charted by itself: may this infusion have started, may this patient have gone, is anything lost.

The numbers are those of the clinical reference, written out once more; the program's rules are not imported.
"""

from datetime import date, datetime, timedelta
from typing import Any

from tests.machines.charting_pump import checks, given, red_stretches
from tests.machines.charting_rows import ADDED_TO, MINUTE, Charted, Row, Rows, day_of, wall

MUST_SAY: dict[str, set[Any]] = {
    "allergies": {True},
    "contraindication": {"none"},
    "iv-patent": {True},
    "childbearing": {"yes", "no"},
}
"""Questions with the answers under which an infusion may start; nobody lets another one pass."""
MAY_BE_LET_PASS: dict[str, set[Any]] = {
    "escort-confirmed": {"here", "coming"},
    "substances": {"none"},
    "urinary": {"none"},
    "mania-psychosis": {"none"},
    "adverse-since": {"none"},
}
ANSWERED = (
    *("medicines", "benzodiazepine", "lamotrigine", "maoi", "stimulant", "opioid", "antihypertensive"),
    *("iv-site", "iv-gauge", "iv-attempts", "equipment", "weight"),
)
RESCUE = {"labetalol", "hydralazine", "clonidine", "midazolam", "lorazepam", "flumazenil", "naloxone", "epinephrine"}
REVERSAL = {"flumazenil", "naloxone"}
FULL_SET = ("sbp", "dbp", "hr", "rr", "spo2", "moaas", "dissociation")
CONSENT_REVISION = 1


def step_faults(before: Rows, after: Rows, now: int) -> list[str]:
    """What one step may not have done."""
    was, became = Charted(before), Charted(after)
    found = _lost(was, became)
    for number, session in became.sessions.items():
        earlier = was.sessions.get(number, {})
        if session["started_at"] and not earlier.get("started_at"):
            found += [f"session {number} started: {why}" for why in started_wrongly(was, became, number, now)]
        if session["signed_at"] and not earlier.get("signed_at"):
            found += [f"session {number} signed: {why}" for why in closed_wrongly(became, number, now)]
    return [*found, *_chairs(became), *_ledger(became)]


# --- nothing is lost, nothing signed changes -------------------------------------------------------------------------


def _lost(was: Charted, became: Charted) -> list[str]:
    found = [
        f"{table} {number} changed or gone"
        for (table, number), row in was.rows.items()
        if table in ADDED_TO and became.rows.get((table, number)) != row
    ]
    for number, session in was.sessions.items():
        if not session["signed_at"]:
            continue
        if became.sessions.get(number) != session:
            found.append(f"session {number} changed after it was signed")
        found += [
            f"{table} added to session {number} after it was signed"
            for table in ("answers", "observations", "events")
            if len(was.kept(table, number)) != len(became.kept(table, number))
        ]
    return found


# --- may it have started ---------------------------------------------------------------------------------------------


def started_wrongly(was: Charted, became: Charted, number: int, now: int) -> list[str]:
    """Why this infusion should not have been started now."""
    found: list[str] = []
    if was.visit(number)["status"] != "checked_in" or became.visit(number)["status"] != "infusing":
        found.append(f"the visit was {was.visit(number)['status']}")
    (start,) = became.happened(number, "start")
    if start["happened_at"] != now or became.sessions[number]["started_at"] != now:
        found.append("started at another time than now")
    found += _order_and_consent(was, number, start, now)
    found += _dose(was, number, start)
    found += _answers(was, number, now)
    found += _vitals(was, number, now)
    return found + _elsewhere(was, number, start, now)


def _order_and_consent(was: Charted, number: int, start: Row, now: int) -> list[str]:
    session, today = was.sessions[number], day_of(now)
    order = was.one("orders", start["data"]["order"])
    used = sum(1 for other in was.sessions.values() if other["order_id"] == order["id"] and other["started_at"])
    wrong = {
        "another patient's order": order["patient_id"] != session["patient_id"],
        "order not signed": order["signed_at"] is None or order["signed_at"] > now,
        "order withdrawn": order["withdrawn_at"] is not None,
        "order expired": order["expires_on"] < today,
        "order for another protocol": order["protocol_id"] != session["protocol_id"],
        "order used up": used >= order["sessions"],
    }
    consents = [
        consent
        for consent in was.of("consents")
        if consent["patient_id"] == session["patient_id"]
        and consent["signed_on"] <= today <= consent["expires_on"]
        and not (consent["withdrawn_on"] and consent["withdrawn_on"] <= today)
        and consent["revision"] == CONSENT_REVISION
        and consent["indication"] == order["indication"]
    ]
    return [why for why, so in wrong.items() if so] + ["no consent that holds"] * (not consents)


def _dose(was: Charted, number: int, start: Row) -> list[str]:
    """The dose by order and today's weight, the syringe near it, and a second person who computed the same."""
    order, ran = was.one("orders", start["data"]["order"]), start["data"]
    chosen = sorted(was.happened(number, "dose"), key=lambda event: event["id"])[-1:]
    if not chosen:
        return ["no vial chosen"]
    typed, weight = chosen[0]["data"], float(was.said(number, "weight"))
    each_kg = float(typed["mg_per_kg"])
    mg = min(each_kg * weight, order["max_mg"])
    found = []
    if each_kg != order["mg_per_kg"]:
        low, high = order["titrate_low"] or order["mg_per_kg"], order["titrate_high"] or order["mg_per_kg"]
        by = was.one("users", typed.get("titrated_by")).get("role")
        found += [f"{each_kg} mg/kg is not ordered, set by a {by}"] * (not low <= each_kg <= high or by != "prescriber")
    if ran["mg"] != typed["mg"] or ran["mg"] > order["max_mg"]:
        found.append(f"{ran['mg']} mg ran, {typed['mg']} mg in the syringe, {order['max_mg']} mg at most")
    if abs(ran["mg"] - mg) > mg * 0.1 + 0.06 and not was.overridden(number, "dose-differs", f"{ran['mg']:g} mg"):
        found.append(f"{ran['mg']} mg ran, {mg:.2f} mg by order and weight")
    if abs(typed["ml"] - ran["mg"] / typed["concentration"]) > typed["ml"] * 0.0205:
        found.append(f"{typed['ml']} mL of {typed['concentration']} mg/mL are not {ran['mg']} mg")
    if abs(ran["rate"] - typed["ml"] * 60 / order["minutes"]) > 0.006:
        found.append(f"{ran['rate']} mL/h for {typed['ml']} mL in {order['minutes']} min")
    if each_kg > 1.5 or (each_kg > 1.0 and not was.overridden(number, "dose-reattest", f"{each_kg:g} mg/kg")):
        found.append(f"{each_kg} mg/kg is too much")
    return found + _stock(was, number, ran["mg"], typed) + _second_check(was, number, chosen[0], mg, order)


def _stock(was: Charted, number: int, mg: float, typed: Row) -> list[str]:
    """Not more than is there, where the clinic has a cupboard."""
    if not was.of("vials"):
        return []
    left = on_hand(was)
    good = [
        vial["id"]
        for vial in was.of("vials")
        if vial["mg_per_ml"] == typed["concentration"]
        and vial["expires_on"] >= day_of(was.sessions[number]["opened_at"])
    ]
    return [f"{mg} mg from a cupboard that holds {left}"] * (mg * 1000 > sum(left[vial] for vial in good))


def _second_check(was: Charted, number: int, chosen: Row, mg: float, order: Row) -> list[str]:
    later = [e for e in was.happened(number, "second-check") if e["id"] > chosen["id"]]
    if not later:
        return ["no second check since the vial was chosen"]
    check = max(later, key=lambda event: event["id"])
    found = []
    if check["second_user_id"] in {None, check["user_id"], chosen["user_id"]}:
        found.append("the second check is no second person's")
    if was.one("users", check["second_user_id"]).get("role") not in {"nurse", "prescriber"}:
        found.append("the second check is no clinician's")
    ml = mg / chosen["data"]["concentration"]
    wanted = {"mg": mg, "ml": ml, "rate": ml * 60 / order["minutes"]}
    apart = [unit for unit, is_ in wanted.items() if not abs(check["data"][unit] - is_) <= is_ * 0.02 + 0.06]
    return found + [f"the second check differs in {apart}"] * bool(apart)


def _answers(was: Charted, number: int, now: int) -> list[str]:
    found = []
    names = was.said(number, "identifiers") or {}
    if not (names.get("name") and names.get("born")):
        found.append("two identifiers were not read back")
    found += [
        f"{item}: {was.said(number, item)}" for item, good in MUST_SAY.items() if not _among(was, number, item, good)
    ]
    found += [
        f"{item}: {was.said(number, item)}"
        for item, good in MAY_BE_LET_PASS.items()
        if not _among(was, number, item, good) and (was.said(number, item) is None or not was.overridden(number, item))
    ]
    found += [f"{item} not answered" for item in ANSWERED if was.said(number, item) is None]
    if was.said(number, "childbearing") == "yes" and was.said(number, "pregnancy-test") not in {"negative", "declined"}:
        found.append(f"pregnancy test: {was.said(number, 'pregnancy-test')}")
    prescriber = was.one("users", int(was.said(number, "prescriber") or 0))
    if prescriber.get("role") != "prescriber" or not prescriber["active"]:
        found.append("no prescriber named")
    for item, hours in (("solid-food", 6), ("clear-liquids", 2)):
        last = was.said(number, item)
        since = timedelta.max if last is None else wall(now) - datetime.fromisoformat(last)
        if last is None or (
            since < timedelta(hours=hours) and not was.overridden(number, item, last.replace("T", " "))
        ):
            found.append(f"{item}: {last}")
    profile = [p for p in was.of("clinical_profiles") if p["patient_id"] == was.sessions[number]["patient_id"]]
    if any("ketamine" in p["allergies"].lower() for p in profile):
        found.append("allergic to ketamine")
    if (
        any(p["childbearing_potential"] for p in profile)
        and was.said(number, "childbearing") == "no"
        and not was.overridden(number, "childbearing-conflict")
    ):
        found.append("can be pregnant by the details, cannot by the list")
    escort = was.one("escorts", was.visit(number)["escort_id"])
    if not (escort.get("name") and escort.get("phone")) and not was.overridden(number, "escort"):
        found.append("no escort named")
    return found + _suicidality(was, number)


def _among(was: Charted, number: int, item: str, good: set[Any]) -> bool:
    said = was.said(number, item)
    return said is not None and said in good


def _suicidality(was: Charted, number: int) -> list[str]:
    """The screener is complete; 4, 5 or 6 answered yes needs the prescriber's word on each of them."""
    found = []
    said = was.said(number, "c-ssrs") or {}
    answers = said.get("answers", {})
    if said.get("declined"):
        if not was.overridden(number, "c-ssrs", "declined"):
            found.append("C-SSRS declined, and nobody saw to it")
    else:
        asked = ["q1", "q2", *(["q3", "q4", "q5"] if answers.get("q2") else []), "q6"]
        found += [f"C-SSRS {q} not asked" for q in asked if q not in answers]
        yes = [q for q in ("q4", "q5", "q6") if q in asked and answers.get(q)]
        if yes and not was.overridden(number, "c-ssrs-positive", *(f"question {q[1]} is yes" for q in yes)):
            found.append(f"C-SSRS {yes} yes, and no prescriber acknowledged it")
    phq = was.said(number, "phq-9") or {}
    whole = len(phq.get("answers", {})) == 9 or "score" in phq or phq.get("declined")
    return found + ["PHQ-9 not done"] * (not whole)


def _vitals(was: Charted, number: int, now: int) -> list[str]:
    found, since = [], now - 15 * MINUTE
    if not was.latest(number, *FULL_SET, since=since, until=now):
        found.append("no full set of vitals in the last 15 minutes")
    row = was.latest(number, "sbp", "dbp", since=since, until=now)
    if row:
        found += _pressure(was, number, row)
    for code, low, high in (("hr", 50, 110), ("rr", 10, 24), ("temp", 35.5, 38.0)):
        row = was.latest(number, code, since=since, until=now)
        value = row.get("values", {}).get(code)
        if value is None or (not low <= value <= high and not was.overridden(number, f"start-{code}", f"{value:g}")):
            found.append(f"{code} {value}")
    row = was.latest(number, "spo2", since=since, until=now)
    if row:
        value, oxygen = row["values"]["spo2"], was.oxygen(number, row)
        if (value < 94 or oxygen > 0) and not was.overridden(number, "saturation", f"{value:g} %"):
            found.append(f"SpO2 {value} with {oxygen} L/min")
    weight, (start_order,) = was.said(number, "weight"), [_order_used(was, number)]
    allowed = max(start_order * 0.05, 3.0) if start_order else 0
    if (
        weight is not None
        and start_order
        and abs(weight - start_order) > allowed + 1e-6
        and not was.overridden(number, "weight-change", f"{weight:g} kg")
    ):
        found.append(f"{weight} kg, {start_order} kg in the order")
    return found


def _order_used(was: Charted, number: int) -> float:
    """The weight the order was written for, where there is but one order it can be."""
    patient = was.sessions[number]["patient_id"]
    weights = {o["weight_kg"] for o in was.of("orders") if o["patient_id"] == patient and o["signed_at"]}
    return float(weights.pop()) if len(weights) == 1 else 0.0


def _pressure(was: Charted, number: int, row: Row) -> list[str]:
    sbp, dbp = row["values"]["sbp"], row["values"]["dbp"]
    shown = f"{sbp:g}/{dbp:g}"
    if sbp >= 180 or dbp >= 110:
        return [f"{shown}: never from 180/110 on"]
    if sbp >= 160 or dbp >= 100:
        return [] if was.overridden(number, "pressure-hold", shown) else [f"{shown}: held from 160/100 on"]
    if sbp < 90:
        return [] if was.overridden(number, "pressure-low", shown) else [f"{shown}: too low"]
    if sbp < 140 and dbp < 90:
        return []
    earlier = [
        other
        for other in was.observed(number)
        if "sbp" in other["values"] and other["observed_at"] <= row["observed_at"] - 10 * MINUTE
    ]
    if (earlier and row["note"].strip()) or was.overridden(number, "pressure-recheck", shown):
        return []
    return [f"{shown}: not measured again with a note"]


def _elsewhere(was: Charted, number: int, start: Row, now: int) -> list[str]:
    found = []
    own, visit = was.sessions[number], was.visit(number)
    for other, session in was.sessions.items():
        if other == number or not session["started_at"]:
            continue
        there = was.visit(other)
        if not session["stopped_at"] and there["chair_id"] == visit["chair_id"] and not session["signed_at"]:
            found.append(f"chair {visit['chair_id']} is in use by session {other}")
        if session["patient_id"] == own["patient_id"]:
            days = _days(day_of(session["started_at"]), day_of(now))
            if days == 0:
                found.append("a second infusion of this patient on one day")
            elif 0 < days < 2 and not was.overridden(number, "gap-short"):
                found.append(f"{days} days after the infusion before")
        nurse = [e["user_id"] for e in was.happened(other, "start")][:1]
        red = [code for code, _, last in red_stretches(was, other) if last]
        if (
            there["status"] in {"infusing", "recovering", "ready"}
            and nurse == [start["user_id"]]
            and red
            and not was.overridden(number, "red-elsewhere")
        ):
            found.append(f"{red} of the same nurse's session {other} are red")
    return found


def _days(one: str, other: str) -> int:
    return (date.fromisoformat(other) - date.fromisoformat(one)).days


# --- may the patient have gone ---------------------------------------------------------------------------------------


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
    screener = (became.said(number, "c-ssrs") or {}).get("answers", {})
    thoughts = screener.get("q2") and (screener.get("q4") or screener.get("q5"))
    if (thoughts or screener.get("q6")) and became.said(number, "safety-plan") is not True:
        found.append("no safety plan")
    if not became.one("escorts", became.visit(number)["escort_id"]).get("name"):
        found.append("no escort named")
    return found


def _drug(became: Charted, number: int) -> list[str]:
    """What was drawn is given or wasted, where the clinic has a cupboard; else somebody says so."""
    since = [vial["received_at"] for vial in became.of("vials")]
    if not since or became.sessions[number]["started_at"] < min(since):
        fine = became.said(number, "waste") in {"none", "witnessed"}
        return ["waste not reconciled"] * (not fine)
    sums = _sums(became.kept("ledger_entries", number))
    even = sums["drawn"] > 0 and sums["drawn"] == sums["administered"] + sums["wasted"]
    return [f"ledger: {sums}"] * (not even)


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


# --- chairs, pump and ledger -----------------------------------------------------------------------------------------


def _chairs(became: Charted) -> list[str]:
    running = [
        (became.visit(number)["chair_id"], number)
        for number, session in became.sessions.items()
        if session["started_at"] and not session["stopped_at"]
    ]
    chairs = [chair for chair, _ in running]
    return [f"two infusions run in one chair: {running}"] * (len(chairs) != len(set(chairs)))


def _sums(lines: list[Row]) -> dict[str, int]:
    sums = dict.fromkeys(("opening", "received", "drawn", "administered", "wasted", "returned", "settled"), 0)
    taken_back = {line["reverses_id"] for line in lines if line["reverses_id"]}
    for line in lines:
        if line["kind"] in sums and line["id"] not in taken_back:
            sums[line["kind"]] += line["amount_ug"]
    return sums


def on_hand(became: Charted) -> dict[int, int]:
    """Vial -> micrograms the clinic answers for."""
    found = {}
    for vial in became.of("vials"):
        s = _sums([line for line in became.of("ledger_entries") if line["vial_id"] == vial["id"]])
        came = s["opening"] + s["received"] + s["settled"]
        found[vial["id"]] = came - s["administered"] - s["wasted"] - s["returned"]
    return found


def _ledger(became: Charted) -> list[str]:
    found = [f"vial {vial} holds {left} µg" for vial, left in on_hand(became).items() if left < 0]
    found += [
        f"line {line['id']}: wasted without a witness"
        for line in became.of("ledger_entries")
        if line["kind"] == "wasted" and line["witness_id"] in {None, line["user_id"]}
    ]
    for number in became.sessions:
        sums = _sums(became.kept("ledger_entries", number))
        if sums["administered"] + sums["wasted"] > sums["drawn"]:
            found.append(f"session {number} used more than it drew: {sums}")
    return found


def pump_total(became: Charted, number: int, now: int) -> float:
    """mg that have flowed into this patient by now."""
    return given(became, number, now).mg
