"""May this infusion have been started: order, dose, second check, answers, vitals and what goes on around.

The numbers are those of the clinical reference, written out once more; the program's rules are not imported.
"""

from datetime import date, datetime, timedelta
from typing import Any

from tests.machines.charting_cupboard import on_hand
from tests.machines.charting_pump import red_stretches
from tests.machines.charting_rows import FULL_SET, MINUTE, Charted, Row, day_of, wall

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
CONSENT_REVISION = 1


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
    nine = phq.get("answers", {}).get("q9", phq.get("q9")) or 0
    if nine and not was.overridden(number, "phq9-item9", f"item 9 is {nine}"):
        found.append(f"PHQ-9 item 9 is {nine}, and no prescriber acknowledged it")
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
