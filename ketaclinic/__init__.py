"""ketaclinic: the desktop program that a ketamine infusion clinic runs its day on."""

__version__ = "0.1.0"
