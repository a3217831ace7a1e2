"""The screens of the rail, by dotted name: a screen is loaded when it is first shown."""

from ketaclinic.domain.people import Role
from ketaclinic.domain.permissions import LEDGER, REPORTS
from ketaclinic.ui.screen_entry import ScreenEntry

_EVERYONE = frozenset(Role)
_MANAGING = frozenset({Role.MANAGER})
_CLINICAL = frozenset({Role.NURSE, Role.PRESCRIBER})
_HERE = "ketaclinic.ui.screens"

SCREENS: tuple[ScreenEntry, ...] = (
    ScreenEntry("day", "Day", "day", _EVERYONE, f"{_HERE}.day.screen", "DayScreen"),
    ScreenEntry("week", "Week", "week", _EVERYONE, f"{_HERE}.week.screen", "WeekScreen"),
    ScreenEntry("month", "Month", "month", _EVERYONE, f"{_HERE}.month.screen", "MonthScreen"),
    ScreenEntry("patients", "Patients", "patients", _EVERYONE, f"{_HERE}.patients.screen", "PatientsScreen"),
    ScreenEntry(
        "chairside",
        "Chairside",
        "chairside",
        _CLINICAL,
        f"{_HERE}.chairside.screen",
        "ChairsideScreen",
        alarming=True,
    ),
    ScreenEntry("recall", "Recall", "recall", _EVERYONE, f"{_HERE}.recall.screen", "RecallScreen"),
    ScreenEntry("documents", "Documents", "documents", _EVERYONE, f"{_HERE}.documents.screen", "DocumentsScreen"),
    ScreenEntry("ledger", "Drug ledger", "ledger", LEDGER, f"{_HERE}.ledger.screen", "LedgerScreen"),
    ScreenEntry("reports", "Reports", "reports", REPORTS, f"{_HERE}.reports.screen", "ReportsScreen"),
    ScreenEntry("settings", "Settings", "settings", _MANAGING, f"{_HERE}.settings.screen", "SettingsScreen"),
)
"""In the order of the rail."""
