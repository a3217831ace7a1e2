"""The clinical files as shipped hold what the reference asks for; a slip in one is told with file, line and key."""

import re
import shutil
from pathlib import Path

import pytest

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.catalog.checklists import COMPUTATIONS, load_checklists
from ketaclinic.catalog.instruments import load_instruments
from ketaclinic.catalog.observations import load_observations
from ketaclinic.catalog.reader import CatalogError
from ketaclinic.domain.checklists import ItemKind, Result
from ketaclinic.domain.discharge import COMPUTED_HERE
from ketaclinic.domain.orders import INDICATIONS
from ketaclinic.domain.start_items import START_ITEMS
from ketaclinic.paths import resources_dir


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A copy of the clinical files that a test may spoil."""
    folder = tmp_path / "resources"
    folder.mkdir()
    for name in ("checklists", "instruments"):
        shutil.copytree(resources_dir() / name, folder / name)
    shutil.copy(resources_dir() / "observations.toml", folder)
    return folder


def spoil(path: Path, old: str, new: str) -> Path:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


# --- as shipped ------------------------------------------------------------------------------------------------------


def test_the_day_of_checklist_has_its_21_rows(catalog: Catalog) -> None:
    items = catalog.checklists["pre-infusion"].items
    assert sorted({item.row for item in items}) == list(range(1, 22))


@pytest.mark.parametrize(
    ("row", "hardest"),
    [
        (1, "block"), (4, "block"), (6, "block"), (9, "override"), (10, "override"), (11, "block"),
        (12, "override"), (13, "warn"), (14, "warn"), (15, "override"), (16, "warn"), (17, "override"),
        (18, "override"), (19, "block"), (21, "warn"),
    ],
)  # fmt: skip
def test_each_row_answered_by_hand_stops_as_the_reference_says(catalog: Catalog, row: int, hardest: str) -> None:
    order = [Result.MET, Result.WARN, Result.OVERRIDE, Result.BLOCK]
    worst = Result.MET
    for item in catalog.checklists["pre-infusion"].items:
        if item.row == row and item.kind is not ItemKind.COMPUTED:
            results = [o.result for o in item.options] or [item.failing]
            worst = max(worst, item.failing if item.options_from else max(results, key=order.index), key=order.index)
    assert worst == hardest


def test_what_the_files_let_compute_is_what_the_rules_can_compute() -> None:
    # Where no ledger is kept the waste is asked for: a file does not call it computed.
    assert (frozenset(START_ITEMS) | COMPUTED_HERE) - {"waste-reconciled"} == COMPUTATIONS


def test_every_clinical_entry_has_a_source_and_a_day(catalog: Catalog) -> None:
    for checklist in catalog.checklists.values():
        assert all(item.source and item.since for item in checklist.items)
    assert all(f.source and f.since for f in catalog.observations.fields)
    assert all(scale.source and scale.rights for scale in catalog.instruments.values())


def test_the_seven_side_effects_of_the_founding_document_can_be_recorded(catalog: Catalog) -> None:
    assert [a.text for a in catalog.observations.adverse_events if a.founding] == [
        "Rise of blood pressure",
        "Disorientation, confusion",
        "Sedation, dizziness",
        "Visual disturbance",
        "Nausea, vomiting",
        "Urinary symptoms (frequency, urgency, pain, blood)",
        "Hallucinations, dissociation",
    ]


def test_every_indication_of_a_protocol_has_its_words(catalog: Catalog) -> None:
    assert {i for p in catalog.protocols.values() for i in p.indications} == set(INDICATIONS)


def test_a_vial_is_chosen_from_three_strengths(catalog: Catalog) -> None:
    assert catalog.observations.concentrations == (10.0, 50.0, 100.0)


def test_moaas_is_worded_step_by_step(catalog: Catalog) -> None:
    field = catalog.observations.field("moaas")
    assert field is not None
    assert [value for value, _ in field.words] == [5, 4, 3, 2, 1, 0]
    assert dict(field.words)[5] == "Responds readily to name, normal tone"


# --- spoiled ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('computed = "consent"', 'computed = "consents"', "nothing computes 'consents'"),
        ('failing = "warn"', 'failing = "wam"', "key item"),
        ('override_roles = ["prescriber"]\nsource = "Solids', 'source = "Solids', "says override, but not who may"),
        ('code = "clear-liquids"', 'code = "solid-food"', "'solid-food' is given twice"),
        ('item = "childbearing"', 'item = "childbaring"', "depends on 'childbaring', which is no item"),
        ('kind = "identifiers"', 'kind = "identifier"', "key item.1.kind"),
        ('text = "Weight today"', 'txet = "Weight today"', "txet: not known here"),
    ],
)
def test_a_slip_in_a_checklist_is_told(own: Path, old: str, new: str, sentence: str) -> None:
    spoil(own / "checklists" / "pre-infusion.toml", old, new)
    with pytest.raises(CatalogError, match=re.escape(sentence)) as told:
        load_checklists(own / "checklists")
    assert str(told.value).startswith("checklists/pre-infusion.toml")


def test_an_item_may_stand_in_one_list_only(own: Path) -> None:
    spoil(own / "checklists" / "discharge.toml", 'code = "gait"', 'code = "iv-patent"')
    with pytest.raises(CatalogError, match="item 'iv-patent' stands in 'discharge' too"):
        load_checklists(own / "checklists")


def test_an_encounter_keeps_the_version_it_was_asked(own: Path) -> None:
    folder = own / "checklists"
    shutil.copy(folder / "pre-infusion.toml", folder / "pre-infusion.v2.toml")
    spoil(folder / "pre-infusion.toml", "version = 2", "version = 3")
    lists = load_checklists(folder)
    assert [lists[name].version for name in ("pre-infusion", "pre-infusion@1", "pre-infusion@2")] == [3, 1, 2]
    spoil(folder / "pre-infusion.v2.toml", "version = 2", "version = 4")
    with pytest.raises(CatalogError, match="the file's name says 2"):
        load_checklists(folder)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('code = "dbp"', 'code = "sbp"', "'sbp' is given twice"),
        ('when = ">="', 'when = "=>"', "key field"),
        ('{ code = "o2", value = 0 }', '{ code = "o3", value = 0 }', "'o3' is no field"),
        ("plausible = [60, 260]", "plausible = [260, 60]", "plausible: the lower end comes first"),
        ('code = "headache"', 'code = "distress"', "'distress' is given twice"),
        ("unit = ", "units = ", "not known here"),
    ],
)
def test_a_slip_in_the_observations_is_told(own: Path, old: str, new: str, sentence: str) -> None:
    path = spoil(own / "observations.toml", old, new)
    with pytest.raises(CatalogError, match=re.escape(sentence)) as told:
        load_observations(path)
    assert str(told.value).startswith("observations.toml, line ")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("maximum = 27", "maximum = 26", "the items add up to 27"),
        ('code = "q2"', 'code = "q1"', "'q1' is given twice"),
        ('item = "q9"', 'item = "q12"', "'q12' is no item"),
        ('rights = "', 'right = "', "not known here"),
        ("low = 10\nhigh = 14", "low = 11\nhigh = 14", "the bands go on at 10"),
        ("low = 20\nhigh = 27", "low = 20\nhigh = 26", "the last band ends at 27"),
        ('calls_for = "c-ssrs-screener"', 'calls_for = "c-ssrs"', "there is no scale 'c-ssrs'"),
        ("remission_below = 5", "remission_below = 5\nremission_at_most = 4", "give one of them"),
        ('watch = ["relapse"', 'watch = ["relapses"', "course.watch"),
        ('score_entry_needs = ["q9"]', 'score_entry_needs = ["q90"]', "'q90' is no item"),
    ],
)
def test_a_slip_in_a_scale_is_told(own: Path, old: str, new: str, sentence: str) -> None:
    spoil(own / "instruments" / "phq-9.toml", old, new)
    with pytest.raises(CatalogError, match=re.escape(sentence)) as told:
        load_instruments(own / "instruments")
    assert re.match(r"instruments/phq-9\.toml, line \d+, key ", str(told.value))


def test_an_earlier_version_of_a_scale_stays_beside_the_new_one(own: Path) -> None:
    folder = own / "instruments"
    shutil.copy(folder / "gad-7.toml", folder / "gad-7.v1.toml")
    spoil(folder / "gad-7.toml", "version = 1", "version = 2")
    scales = load_instruments(folder)
    assert (scales["gad-7"].version, scales["gad-7@1"].version, scales["gad-7@1"].id) == (2, 1, "gad-7")


def test_the_scales_that_may_be_reproduced_are_there_item_by_item_and_the_others_as_totals(catalog: Catalog) -> None:
    assert {scale.title: len(scale.questions) for scale in catalog.instruments.values()} == {
        "PHQ-9": 9,
        "GAD-7": 7,
        "PCL-5": 20,
        "C-SSRS Screener, since last contact": 6,
        "QIDS-SR16": 0,
        "MADRS": 0,
        "Y-BOCS": 0,
    }
    pcl = catalog.instruments["pcl-5"]
    assert [text for _, text in pcl.questions[0].answers] == [
        "Not at all", "A little bit", "Moderately", "Quite a bit", "Extremely",
    ]  # fmt: skip
    assert pcl.goals.cut == (31, 33)
