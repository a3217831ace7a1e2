"""The drug in the cupboard, added up line by line: what each vial holds, what may have been counted and closed."""

from tests.machines.charting_rows import Charted, Row, day_of


def sums(lines: list[Row]) -> dict[str, int]:
    """Micrograms by kind of line, what was taken back left out."""
    found = dict.fromkeys(("opening", "received", "drawn", "administered", "wasted", "returned", "settled"), 0)
    taken_back = {line["reverses_id"] for line in lines if line["reverses_id"]}
    for line in lines:
        if line["kind"] in found and line["id"] not in taken_back:
            found[line["kind"]] += line["amount_ug"]
    return found


def on_hand(became: Charted) -> dict[int, int]:
    """Vial -> micrograms the clinic answers for."""
    found = {}
    for vial in became.of("vials"):
        s = sums([line for line in became.of("ledger_entries") if line["vial_id"] == vial["id"]])
        came = s["opening"] + s["received"] + s["settled"]
        found[vial["id"]] = came - s["administered"] - s["wasted"] - s["returned"]
    return found


def ledger_faults(became: Charted) -> list[str]:
    """What may never be: more taken than there was, wasted alone, used and not drawn."""
    found = [f"vial {vial} holds {left} µg" for vial, left in on_hand(became).items() if left < 0]
    found += [
        f"line {line['id']}: wasted without a witness"
        for line in became.of("ledger_entries")
        if line["kind"] == "wasted" and line["witness_id"] in {None, line["user_id"]}
    ]
    for number in became.sessions:
        used = sums(became.kept("ledger_entries", number))
        if used["administered"] + used["wasted"] > used["drawn"]:
            found.append(f"session {number} used more than it drew: {used}")
    return found


def in_vial(became: Charted, upto: int) -> dict[int, int]:
    """Vial -> micrograms that are in it after the line of this number: without what was drawn for a session."""
    lines = [line for line in became.of("ledger_entries") if line["id"] <= upto]
    found = {}
    for vial in became.of("vials"):
        own = [line for line in lines if line["vial_id"] == vial["id"]]
        s, drawn = sums(own), sums([line for line in own if line["encounter_id"] is not None])
        came = s["opening"] + s["received"] + s["settled"]
        found[vial["id"]] = came - s["drawn"] - (s["wasted"] - drawn["wasted"]) - s["returned"]
    return found


def count_faults(was: Charted, became: Charted, now: int) -> list[str]:
    """What a count or the close of a day may not have done."""
    found = []
    for count in became.of("ledger_counts"):
        before = was.one("ledger_counts", count["id"])
        if not before:
            found += _counted_wrongly(became, count)
        if count["closed_at"] and not before.get("closed_at"):
            found += [f"day {count['day']} closed: {why}" for why in _closed_wrongly(became, count, now)]
        if count["explained_at"] and count["explained_witness_id"] in {None, count["explained_by"]}:
            found.append(f"count {count['id']} was explained by one person alone")
    return found


def _counted_wrongly(became: Charted, count: Row) -> list[str]:
    held = in_vial(became, count["last_entry"])
    told = {line["vial"]: line["expected"] for line in count["lines"]}
    wrong = {vial: (told[vial], held[vial]) for vial in told if told[vial] != held[vial]}
    found = [f"count {count['id']} expected {wrong}"] * bool(wrong)
    differs = any(line["counted"] != line["expected"] for line in count["lines"])
    return found + [f"count {count['id']} differs and does not say so"] * (differs and not count["discrepancy"])


def _closed_wrongly(became: Charted, count: Row, now: int) -> list[str]:
    found = [f"it is {day_of(now)}"] * (count["day"] != day_of(now))
    found += ["it was no closing count"] * (count["moment"] != "close")
    open_ = [c["id"] for c in became.of("ledger_counts") if c["discrepancy"] and not c["explained_at"]]
    found += [f"counts {open_} differ and nobody has explained them"] * bool(open_)
    for number in became.sessions:
        s = sums(became.kept("ledger_entries", number))
        found += [f"session {number} has drug left: {s}"] * (s["drawn"] != s["administered"] + s["wasted"])
    moved = [
        line["id"]
        for line in became.of("ledger_entries")
        if line["id"] > count["last_entry"] and line["kind"] not in {"counted", "settled"}
    ]
    return found + [f"lines {moved} were written after the count"] * bool(moved)
