"""The consent form says everything clinical.md 0 and 6 ask for, and is laid out to be signed."""

import re

import pytest
from reportlab.platypus import KeepTogether

from ketaclinic.documents import consent
from ketaclinic.documents.layouts import build, page_count
from ketaclinic.documents.parts import SignatureLines
from tests.documents.builders_documents import a_sheet, pages_of, text_of

# One entry for each row of the tables in clinical.md 0 and 6.
MUST_SAY = {
    "for whom": ["other treatments have not helped enough", "treatment-resistant depression"],
    "what it is": ["dissociative anesthetic", "anesthesia and pain relief for decades"],
    "four indications and pain": [
        "Major depressive disorder (MDD)",
        "Bipolar depression",
        "Post-traumatic stress disorder (PTSD)",
        "Obsessive-compulsive disorder (OCD)",
        "Chronic pain",
    ],
    "off-label": ["as an anesthetic in 1970", "not approved it for depression", "nor for chronic pain", "off-label"],
    "legal, not research": ["It is legal", "This treatment is not research"],
    "FDA warnings": ["misuse and dependence", "psychiatric reactions", "slowed breathing", "bladder damage"],
    "mechanism": [
        "does not work like the usual antidepressants (SSRIs)",
        "NMDA receptor",
        "glutamate",
        "brain-derived neurotrophic factor (BDNF)",
        "synaptic plasticity",
        "neurogenesis",
        "is not fully understood",
    ],
    "what will happen": [
        "(IV)",
        "monitors follow your heart",
        "0.5 to 1.0 mg for each kg",
        "about 40 to 60 minutes",
        "6 infusions (4 to 8) within 2 to 4 weeks",
        "This consent covers every infusion of the series",
    ],
    "benefits": [
        "within hours or days",
        "also where SSRIs and psychotherapy have not helped",
        "fewer suicidal thoughts, quickly",
        "better mood, energy and well-being",
        "weeks or months",
    ],
    "limits": ["There is no guarantee", "may not work for you", "effect often fades", "maintenance"],
    "open questions": ["best dose, the effects of long-term use and the use in other groups are still being studied"],
    "work together": ["keep working closely with your health-care professionals"],
    "side effect: blood pressure": ["a rise in blood pressure that passes"],
    "side effect: confusion": ["feeling lost or confused (disorientation) during the infusion"],
    "side effect: sedation": ["sleepiness (sedation) and dizziness"],
    "side effect: vision": ["visual disturbances"],
    "side effect: nausea": ["nausea", "vomiting"],
    "side effect: urinary": ["urinary symptoms, such as needing to go more often"],
    "side effect: psychotomimetic": ["hallucinations", "dissociation"],
    "side effects tiered, how they go": [
        "Very common (more than 1 in 10)",
        "Common (up to 1 in 10)",
        "Less common",
        "generally mild and pass shortly after the infusion",
    ],
    "serious": [
        "severe rise in blood pressure",
        "slowed or stopped breathing",
        "allergic reaction",
        "a fall",
        "psychosis or mania",
        "worse mood or new or stronger suicidal thoughts",
    ],
    "long-term": ["bladder (cystitis", "liver", "memory", "dependence", "misused"],
    "alternatives": [
        "other medicines",
        "psychotherapy",
        "transcranial magnetic stimulation (TMS)",
        "electroconvulsive therapy (ECT)",
        "esketamine",
        "no treatment",
    ],
    "exclusions and duties": ["Tell us truthfully about", "medicines and supplements", "Fasting", "6 hours", "2 hours"],
    "pregnancy": ["is not given during pregnancy or while nursing", "Tell us at once if you are or may be pregnant"],
    "driving and escort": [
        "For 24 hours after each infusion",
        "do not drive",
        "use machinery",
        "no legal or financial decisions",
        "A responsible adult must take you home",
    ],
    "voluntary": ["Treatment is voluntary", "withdraw this consent at any time"],
    "confidentiality": ["(HIPAA)", "There are limits", "prescription drug monitoring program (PDMP)"],
    "cost": ["Health insurance may not pay", "separate agreement"],
    "contacts": ["911", "988", "(312) 555-0140", "(312) 555-0199"],
    "signatures": [
        "Patient. I consent to the treatment described, and I have been given a copy of this form.",
        "Witness. I saw the patient sign",
        "Clinician. I have explained the treatment",
        "Interpreter (if one was needed). I have interpreted",
        "Signature Printed name Date and time",
    ],
}


@pytest.fixture(scope="module")
def form() -> bytes:
    return build(a_sheet("consent"))


@pytest.mark.parametrize("row", MUST_SAY)
def test_the_consent_says(form: bytes, row: str) -> None:
    text = text_of(form)
    assert [phrase for phrase in MUST_SAY[row] if phrase not in text] == []


def test_each_section_of_the_consent_has_a_place_for_initials(form: bytes) -> None:
    # Fifteen sections are initialled; whom to call and the signatures are not.
    assert len(re.findall(r"\bInitials\b", text_of(form))) == 15


def test_all_signatures_stand_on_one_page_with_what_is_signed(form: bytes) -> None:
    signed = [page for page in pages_of(form) if "Signature Printed name" in page]
    assert len(signed) == 1
    assert signed[0].count("Signature Printed name Date and time") == 4
    assert "I consent to ketamine infusion therapy" in signed[0]


def test_signatures_are_kept_together_wherever_the_page_ends() -> None:
    signatures = [block for block in a_sheet("consent").text.blocks if block.kind == "signatures"]
    kept = consent._section(17, "Consent and signatures", signatures, a_sheet("consent"))
    assert isinstance(kept[0], KeepTogether)
    assert sum(isinstance(part, SignatureLines) for part in kept[0]._content) == 4


def test_the_front_desk_s_form_has_empty_boxes_and_a_clinician_s_a_ticked_one() -> None:
    empty, ticked = build(a_sheet("consent")), build(a_sheet("consent", ticked=frozenset({"ptsd"})))
    assert empty != ticked
    assert text_of(empty) == text_of(ticked)  # a tick is drawn, so no reader of the text learns a diagnosis


def test_the_consent_takes_four_pages(form: bytes) -> None:
    assert page_count(form) == 4
