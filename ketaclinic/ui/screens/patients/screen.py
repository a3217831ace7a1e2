"""Patients: the list at the left, all about one of them at the right."""

from functools import partial
from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.assessments import Assessment
from ketaclinic.domain.changes import Changes
from ketaclinic.domain.consents import Consent
from ketaclinic.domain.orders import Order, order_problem, rescue_choices
from ketaclinic.domain.people import Patient, Role, User
from ketaclinic.domain.permissions import may
from ketaclinic.domain.records import RecordLine
from ketaclinic.domain.schedule import Inspection
from ketaclinic.domain.series import SeriesStatus
from ketaclinic.ui import text
from ketaclinic.ui.screen import Screen, ScreenContext
from ketaclinic.ui.screens.patients.found_list import FoundList
from ketaclinic.ui.screens.patients.page import PatientPageView, PatientView
from ketaclinic.ui.widgets.empty_state import EmptyState

_SHOWN_TABLES = (
    "patients",
    "escorts",
    "series",
    "appointments",
    "orders",
    "consents",
    "documents",
    "clinical_profiles",
    "encounters",
    "tasks",
    "policy_events",
    "assessments",
)


class PatientsScreen(Screen):
    """Finds, shows, adds and edits patients."""

    key = "patients"
    title = "Patients"
    icon = "patients"
    roles = frozenset(Role)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        role = context.user().role
        self.patient_id = 0
        self.found = FoundList(context)
        self.page = PatientPageView(context.user(), context.catalog.protocols, context.catalog.instruments)
        self.nobody = EmptyState(
            "patient", "Choose a patient", "Type three letters of a name, a telephone number or a date of birth."
        )
        self.right = QStackedWidget()
        self.right.addWidget(self.nobody)
        self.right.addWidget(self.page)
        layout = QHBoxLayout(self, spacing=14)
        layout.setContentsMargins(16, 16, 12, 14)
        layout.addWidget(self.found)
        layout.addWidget(self.right, 1)
        self._connect()
        self._add_actions(role)

    def _connect(self) -> None:
        self.found.patient_chosen.connect(self.show_patient)
        self.found.add_asked.connect(self.add_patient)
        self.found.import_asked.connect(self.import_list)
        self.page.edit_asked.connect(self.edit_patient)
        self.page.plan_asked.connect(self.plan_series)
        self.page.print_asked.connect(self.print_here)
        self.page.escort_asked.connect(self.add_escort)
        self.page.escort_chosen.connect(self.edit_escort)
        self.page.cards_asked.connect(self.print_card)
        self.page.calendar_asked.connect(self.save_calendar)
        self.page.merge_asked.connect(self.merge_records)
        self.page.clinical_asked.connect(self.edit_clinical)
        self.page.order_asked.connect(self.write_order)
        self.page.medicines = dict(rescue_choices(self.context.catalog.observations))
        self.page.sign_asked.connect(self.sign_order)
        self.page.withdraw_order_asked.connect(self.withdraw_order)
        self.page.withdraw_consent_asked.connect(self.withdraw_consent)
        self.page.consent_asked.connect(self.record_consent)
        self.page.score_asked.connect(self.record_score)
        self.page.score_chosen.connect(self.record_score)
        self.page.record_asked.connect(self.print_record)
        self.page.session_asked.connect(self._open_session)
        self.page.make_up_asked.connect(self.make_up)
        self.page.stop_asked.connect(self.stop_series)
        self.page.finish_asked.connect(self.finish_task)
        self.page.visit_chosen.connect(self._show_visit)
        self.page.document_chosen.connect(self._show_document)

    def _add_actions(self, role: Role) -> None:
        self.add_action("Find patient", self.found.begin, key="/", icon="search")
        self.add_action("Save list of patients as CSV", self.found.save.save, icon="save")
        if may(role, "patients.add"):
            self.add_action("Add patient", self.add_patient, key="Ctrl+N", icon="add_patient")
            self.add_action("Edit patient", self.edit_patient, key="Ctrl+E", icon="edit")
            self.add_action("Merge with another record", self.merge_records, key="Ctrl+M", icon="merge")
        if may(role, "booking.book_series"):
            self.add_action("Plan series", self.plan_series, key="N", icon="plan")
        if may(role, "orders.write"):
            self.add_action("New order", self.write_order, key="Ctrl+Shift+O", icon="order")
        if may(role, "consents.record"):
            self.add_action("Record signed consent", self.record_consent, icon="consent")
        if may(role, "importing.run"):
            self.add_action("Import list of patients", self.import_list, icon="import")

    # -- showing

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.found.setFixedWidth(372 if self.width() > 1180 else 304)

    def shown(self) -> None:
        if not self.patient_id:
            self.found.begin()

    def open(self, args: dict[str, Any]) -> None:
        """Shows `patient_id`; with `add` opens the form for a new patient of that name."""
        if args.get("patient_id"):
            self.show_patient(int(args["patient_id"]))
        if "add" in args:
            self.add_patient(str(args["add"]))

    def refresh(self, changes: Changes | None = None) -> None:
        if changes is None or changes.touches("patients", "appointments"):
            self.found.look()
        if self.patient_id and (changes is None or self._concerned(changes)):
            self.show_patient(self.patient_id)

    def _concerned(self, changes: Changes) -> bool:
        return self.patient_id in changes.patients or (not changes.patients and changes.touches(*_SHOWN_TABLES))

    def show_patient(self, patient_id: int) -> None:
        """Reads all about a patient and shows it."""
        read = partial(self._read, self.context.user(), patient_id)
        self.context.ops.run(self, read, self._show, latest="patient")

    def _read(self, user: User, patient_id: int) -> PatientView:
        services, here = self.context.services, self.context.location
        clinical = may(user.role, "patients.clinical_profile")
        today = wall_now(self.context.clock, here.zone).date()
        return PatientView(
            page=services.patients.page(user, patient_id),
            coming=services.booking.upcoming(user, patient_id),
            documents=services.printing.of_patient(user, patient_id),
            profile=services.patients.clinical_profile(user, patient_id) if clinical else None,
            orders=services.orders.of_patient(user, patient_id) if may(user.role, "orders.of_patient") else None,
            consents=services.consents.of_patient(user, patient_id),
            standing=services.consents.standing(user, patient_id, today),
            today=today,
            zone=here.zone,
            tasks=services.courses.tasks(user, patient_id),
            policy_events=services.courses.policy_events(user, patient_id),
            trend=services.assessments.trend(user, patient_id) if may(user.role, "assessments.trend") else None,
            records=services.records.of_patient(user, patient_id) if may(user.role, "records.of_patient") else None,
        )

    def _show(self, view: PatientView) -> None:
        self.patient_id = view.page.patient.id
        self.page.show_patient(view)
        self.right.setCurrentWidget(self.page)
        self.found.mark(self.patient_id)
        self.set_subtitle(view.page.patient.name)

    # -- doing

    def add_patient(self, name: str = "") -> None:
        """Opens the form for a new patient."""
        from ketaclinic.ui.dialogs.patient_dialog import PatientDialog  # noqa: PLC0415 - not for the first window

        dialog = PatientDialog(self.context, parent=self, name=name if isinstance(name, str) else "")
        dialog.saved.connect(self._saved)
        dialog.known_chosen.connect(self.show_patient)
        dialog.open()

    def edit_patient(self) -> None:
        """Opens the form on who is shown."""
        from ketaclinic.ui.dialogs.patient_dialog import PatientDialog  # noqa: PLC0415 - loaded when it is needed

        if self.page.view is not None and self.patient_id:
            dialog = PatientDialog(self.context, self.page.view.page.patient, parent=self)
            dialog.saved.connect(self._saved)
            dialog.open()

    def _saved(self, patient: Patient) -> None:
        self.context.notify(f"{patient.name} saved, {patient.record}.")
        self.show_patient(patient.id)

    def make_up(self, appointment_id: int) -> None:
        """Opens the ways a course can go on after a visit that did not take place."""
        user, floor = self.context.user(), self.context.services.floor
        self.context.ops.run(self, partial(floor.inspect, user, appointment_id), self._make_up)

    def _make_up(self, inspection: Inspection) -> None:
        from ketaclinic.ui.dialogs.missed_dialog import MissedDialog  # noqa: PLC0415 - loaded when it is needed

        MissedDialog(self, self.context, inspection, inspection.card.appointment.status).open()

    def stop_series(self, series_id: int) -> None:
        """Asks why a course on the page ends before its time."""
        from ketaclinic.ui.dialogs.stop_series_dialog import StopSeriesDialog  # noqa: PLC0415

        if self.page.view is not None:
            page = self.page.view.page
            progress = next(one for one in page.series if one.series.id == series_id)
            StopSeriesDialog(self, self.context, page.patient.name, progress).open()

    def finish_task(self, task_id: int) -> None:
        """Asks a prescriber what was decided about a task on the page."""
        from ketaclinic.ui.dialogs.task_dialog import TaskDialog  # noqa: PLC0415 - loaded when it is needed

        if self.page.view is not None:
            task = next(one for one in self.page.view.tasks if one.id == task_id)
            TaskDialog(self.context, task, task.patient_name, parent=self).open()

    def add_escort(self) -> None:
        """Opens the form for who takes this patient home."""
        from ketaclinic.ui.dialogs.escort_dialog import EscortDialog  # noqa: PLC0415 - loaded when it is needed

        if self.page.view is not None:
            EscortDialog(self.context, self.page.view.page.patient, parent=self).open()

    def edit_escort(self, escort_id: int) -> None:
        """Opens the form on an escort who is on the page."""
        from ketaclinic.ui.dialogs.escort_dialog import EscortDialog  # noqa: PLC0415 - loaded when it is needed

        if self.page.view is not None:
            page = self.page.view.page
            escort = next(one for one in page.escorts if one.id == escort_id)
            EscortDialog(self.context, page.patient, parent=self, escort=escort).open()

    def print_card(self, series_id: int) -> None:
        """Shows the wallet card of a series that is on the page."""
        from ketaclinic.ui.dialogs.series_paper import open_appointment_cards  # noqa: PLC0415

        if self.page.view is not None:
            open_appointment_cards(self, self.context, (series_id,), self.page.view.page.patient.record)

    def save_calendar(self, series_id: int) -> None:
        """Saves the visits of a series that is on the page as a calendar file."""
        from ketaclinic.ui.dialogs.series_paper import save_calendar  # noqa: PLC0415 - loaded when it is needed

        if self.page.view is not None:
            save_calendar(self, self.context, series_id, self.page.view.page.patient.record)

    def merge_records(self) -> None:
        """Opens the merge of who is shown with another record of the same person."""
        from ketaclinic.ui.dialogs.merge_dialog import MergeDialog  # noqa: PLC0415 - loaded when it is needed

        if self.page.view is not None and self.patient_id:
            dialog = MergeDialog(self.context, self.page.view.page.patient, parent=self)
            dialog.merged.connect(self._merged)
            dialog.open()

    def _merged(self, kept: Patient) -> None:
        self.context.notify(f"One record now: {kept.record}. Undo separates them again.")
        self.show_patient(kept.id)

    def edit_clinical(self) -> None:
        """Opens what only clinical roles see."""
        from ketaclinic.ui.dialogs.clinical_dialog import ClinicalDialog  # noqa: PLC0415 - loaded when it is needed

        view = self.page.view
        if view is not None and view.profile is not None:
            ClinicalDialog(self.context, view.page.patient, view.profile, parent=self).open()

    def write_order(self) -> None:
        """Opens the form of a new order; once written it is to be signed."""
        from ketaclinic.ui.dialogs.order_dialog import OrderDialog  # noqa: PLC0415 - loaded when it is needed

        view = self.page.view
        if view is None or not self.patient_id:
            return
        running = [one for one in view.page.series if one.series.status is SeriesStatus.ACTIVE]
        booked = dict.fromkeys(one.desk_name for one in running)
        dialog = OrderDialog(self.context, view.page.patient, parent=self, booked=booked)
        dialog.saved.connect(self._sign_written)
        dialog.open()

    def sign_order(self, order_id: int) -> None:
        """Opens the signature of an order that is on the page."""
        view = self.page.view
        if view is not None:
            self._open_signature(view.page.patient, next(o for o in view.orders or () if o.id == order_id))

    def _sign_written(self, order: Order) -> None:
        view = self.page.view
        if view is not None and view.page.patient.id == order.fields.patient_id:
            self._open_signature(view.page.patient, order)

    def _open_signature(self, patient: Patient, order: Order) -> None:
        from ketaclinic.ui.dialogs.sign_order_dialog import SignOrderDialog  # noqa: PLC0415 - loaded when it is needed

        dialog = SignOrderDialog(self.context, patient, order, parent=self)
        dialog.signed.connect(self._order_signed)
        dialog.open()

    def _order_signed(self, order: Order) -> None:
        self.context.notify(f"Order signed: {text.count(order.fields.sessions, 'infusion')}.")

    def withdraw_order(self, order_id: int) -> None:
        """Asks why an order that is on the page is taken back."""
        from ketaclinic.ui.dialogs.withdraw_dialog import WithdrawOrderDialog  # noqa: PLC0415 - loaded when needed

        view = self.page.view
        if view is not None:
            order = next(o for o in view.orders or () if o.id == order_id)
            dialog = WithdrawOrderDialog(self.context, view.page.patient, order, parent=self)
            dialog.withdrawn.connect(self._order_withdrawn)
            dialog.open()

    def _order_withdrawn(self, _order: Order) -> None:
        self.context.notify("Order withdrawn. Nothing is started under it any more.")

    def withdraw_consent(self, consent_id: int) -> None:
        """Asks why and since when a consent that is on the page does not hold any more."""
        from ketaclinic.ui.dialogs.withdraw_dialog import WithdrawConsentDialog  # noqa: PLC0415 - loaded when needed

        view = self.page.view
        if view is not None:
            consent = next(c for c in view.consents if c.id == consent_id)
            dialog = WithdrawConsentDialog(self.context, view.page.patient, consent, parent=self)
            dialog.withdrawn.connect(self._consent_withdrawn)
            dialog.open()

    def _consent_withdrawn(self, consent: Consent) -> None:
        day = text.day_month_year(consent.withdrawn_on) if consent.withdrawn_on else "today"
        self.context.notify(f"Consent withdrawn as of {day}. Nothing is started under it any more.")

    def record_consent(self) -> None:
        """Opens the form for a consent that was signed."""
        from ketaclinic.ui.dialogs.consent_dialog import ConsentDialog  # noqa: PLC0415 - loaded when it is needed

        view = self.page.view
        if view is None or not self.patient_id:
            return
        ordered = [
            order.fields.indication
            for order in view.orders or ()
            if not order_problem(order, protocol_id=order.fields.protocol_id, day=view.today)
        ]
        dialog = ConsentDialog(self.context, view.page.patient, view.documents, parent=self, ordered=ordered)
        dialog.saved.connect(self._consent_saved)
        dialog.open()

    def _consent_saved(self, consent: Consent) -> None:
        self.context.notify(f"Consent recorded, holds until {text.day_month_year(consent.expires_on)}.")

    def record_score(self, wrong: Assessment | None = None) -> None:
        """Opens the form for a rating scale, or for what corrects a score on the page."""
        from ketaclinic.ui.dialogs.score_dialog import ScoreDialog, ScoreFor  # noqa: PLC0415 - loaded when it is needed

        view = self.page.view
        if view is not None and view.trend is not None:
            patient = view.page.patient
            scale = wrong.instrument if wrong is not None else ""
            ScoreDialog(self, self.context, ScoreFor(patient.id, patient.name, scale, corrects=wrong)).open()

    def print_record(self, line: RecordLine) -> None:
        """Opens the record of a session as its pages."""
        from ketaclinic.ui.dialogs.record_paper import show_record  # noqa: PLC0415 - loaded when it is needed

        view = self.page.view
        if view is not None:
            show_record(self, self.context, line.encounter_id, line.label, view.page.patient.record)

    def _open_session(self, appointment_id: int) -> None:
        self.context.navigate("chairside", {"appointment_id": appointment_id})

    def plan_series(self) -> None:
        """Opens the series planner for who is shown."""
        from ketaclinic.ui.dialogs.plan_series_dialog import PlanSeriesDialog  # noqa: PLC0415

        PlanSeriesDialog(self.context, patient_id=self.patient_id or None, parent=self).open()

    def import_list(self) -> None:
        """Opens the import of another program's list."""
        from ketaclinic.ui.dialogs.import_dialog import ImportDialog  # noqa: PLC0415 - loaded when it is needed

        ImportDialog(self.context, parent=self).open()

    def print_here(self) -> bool:
        """Goes to the documents of who is shown."""
        if not self.patient_id:
            return False
        self.context.navigate("documents", {"patient_id": self.patient_id})
        return True

    def _show_document(self, kind: str) -> None:
        self.context.navigate("documents", {"patient_id": self.patient_id, "kind": kind})

    def _show_visit(self, appointment_id: int) -> None:
        view = self.page.view
        if view is None:
            return
        visits = [visit for progress in view.page.series for visit in progress.visits]
        day = next((visit.starts_at.date() for visit in visits if visit.appointment_id == appointment_id), view.today)
        self.context.navigate("day", {"day": day, "appointment_id": appointment_id})
