"""Patients: found as one types, and all about one of them."""
