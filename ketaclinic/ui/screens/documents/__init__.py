"""Handouts and forms of a patient: seen, printed, saved and filed."""
