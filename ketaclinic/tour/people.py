"""Who takes part in the tour: the people of the demonstration clinic, and the patient who telephones."""

CLERK = "Ada Petrov"
NURSE = "Maria Ortiz"
SECOND_NURSE = "Kari Lund"
PRESCRIBER = "Rotimi Adeyemi"
PIN = "1357"

FAMILY_NAME = "Nguyễn-Kowalczyk"
GIVEN_NAME = "Zoë Łucja"
NEW_PATIENT = f"{FAMILY_NAME}, {GIVEN_NAME}"
