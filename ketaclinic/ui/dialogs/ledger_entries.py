"""What is written into the ledger at the cupboard: received, drawn, administered, wasted, returned, taken back."""

from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import Any

from PySide6.QtWidgets import QWidget

from ketaclinic.domain.ledger import Balance, Vial, VialState, microlitres, milligrams
from ketaclinic.domain.ledger_views import LedgerLine, SessionLine, StockLine
from ketaclinic.domain.people import User
from ketaclinic.services.ledger import Delivery, Written
from ketaclinic.ui import text
from ketaclinic.ui.dialogs.ledger_dialog import LedgerDialog
from ketaclinic.ui.form import Field
from ketaclinic.ui.screen import ScreenContext

_REASON = 15


class ReceiveDialog(LedgerDialog):
    """New vials of one lot."""

    def __init__(self, parent: QWidget, context: ScreenContext, strengths: Sequence[int]) -> None:
        self._strengths = tuple(strengths)
        super().__init__(
            parent,
            context,
            "Receive vials",
            button="Receive",
            subtitle="Each vial gets its own number: write it on the vial.",
        )

    def fields(self) -> Sequence[Field]:
        """As on the vial and the delivery note."""
        return (
            Field("lot", "Lot", required=True, placeholder="As on the vial"),
            Field("expires_on", "Expires", "date", required=True, placeholder="30 Jun 2027", ages=False),
            Field(
                "mg_per_ml",
                "Strength",
                "choice",
                required=True,
                choices=((0, "Choose"), *((s, f"{s} mg/mL") for s in self._strengths)),
            ),
            Field("volume", "Volume of a vial, mL", required=True, placeholder="10"),
            Field("vials", "Number of vials", required=True, placeholder="1"),
            Field(
                "opening",
                "How they came",
                "choice",
                choices=((False, "Received from a supplier"), (True, "In stock when the ledger began")),
            ),
            Field("source", "Supplier", span=2, placeholder="Name and number of the delivery note"),
        )

    def missing(self) -> str:
        """The first thing the label still lacks."""
        values = self.form.values()
        if not values["lot"]:
            return "The lot"
        if values["expires_on"] is None:
            return "The day it expires"
        if not values["mg_per_ml"]:
            return "The strength"
        try:
            if microlitres(values["volume"] or "x") <= 0:
                return "The volume of a vial"
        except ValueError:
            return "The volume of a vial"
        return "" if values["vials"].isascii() and values["vials"].isdigit() else "The number of vials"

    def changed(self, *_: object) -> None:
        """Says in mg what would come in."""
        super().changed()
        values, told = self.form.values(), ""
        if not self.missing():
            content = microlitres(values["volume"]) * values["mg_per_ml"]
            told = f"{milligrams(content)} mg in each, {milligrams(content * int(values['vials'][:3]))} mg together"
        self.form.set_hint("volume", told)

    def act(self, by: User, values: dict[str, Any], pin: str, witness: User | None) -> object:  # noqa: ARG002
        """Takes them in."""
        delivery = Delivery(
            values["lot"],
            values["expires_on"],
            values["mg_per_ml"],
            microlitres(values["volume"]),
            int(values["vials"][:6]),
            values["source"],
            values["opening"],
        )
        return self.context.services.ledger.receive(by, self.context.location.id, delivery, self.command)

    def succeeded(self, result: tuple[Vial, ...]) -> None:
        """Which numbers to write on them."""
        numbers = result[0].number if len(result) == 1 else f"{result[0].number} to {result[-1].number}"
        self.context.notify(f"{text.count(len(result), 'vial')} received: {numbers}.")


LATE = Field("happened_at", "At, if earlier today", "time")
"""When it truly was, for who writes it down later."""


def vial_choice(line: StockLine) -> str:
    """A vial in a list of choices."""
    return (
        f"{line.vial.number} · {line.vial.mg_per_ml} mg/mL · {milligrams(line.balance.in_vial_ug)} mg · {line.vial.lot}"
    )


class _SessionDialog(LedgerDialog):
    """An entry about a session and a vial. `sessions` are those it may be about."""

    def __init__(
        self,
        parent: QWidget,
        context: ScreenContext,
        title: str,
        *,
        button: str,
        stock: Sequence[StockLine],
        sessions: Sequence[SessionLine],
        vial: int | None,
        **more: Any,  # noqa: ANN401 - handed on
    ) -> None:
        self.stock = {line.vial.id: line for line in stock}
        self.sessions = {line.encounter_id: line for line in sessions}
        self.wanted = vial
        super().__init__(parent, context, title, button=button, **more)
        self._session_chosen()

    @property
    def session(self) -> SessionLine | None:
        """The session chosen."""
        return self.sessions.get(self.form.values().get("session") or 0)

    @property
    def vial(self) -> StockLine | None:
        """The vial chosen."""
        return self.stock.get(self.form.values().get("vial") or 0)

    def session_field(self) -> Field:
        """Whose session it is."""
        choices = tuple((s.encounter_id, s.words) for s in self.sessions.values())
        first = ((0, "Choose the session"),) if len(choices) != 1 else ()
        return Field("session", "Session", "choice", span=2, required=True, choices=(*first, *choices))

    def changed(self, *names: object) -> None:
        """Another session offers other vials; another vial another volume."""
        if names and names[0] == "session":
            self._session_chosen()
        self.show_volume(self.vial.vial.mg_per_ml if self.vial else None)
        self.check()

    def _session_chosen(self) -> None:
        session = self.session
        vials = self.vials_of(session)
        first = ((0, "Choose the vial"),) if len(vials) != 1 else ()
        self.form.set_choices("vial", (*first, *((line.vial.id, vial_choice(line)) for line in vials)))
        preferred = [self.wanted, session.chosen_vial if session else None]
        for vial_id in preferred:
            if vial_id is not None and any(line.vial.id == vial_id for line in vials):
                self.form.editor("vial").setCurrentIndex(  # type: ignore[attr-defined]
                    self.form.editor("vial").findData(vial_id)  # type: ignore[attr-defined]
                )
        self.propose()
        self.show_volume(self.vial.vial.mg_per_ml if self.vial else None)
        self.check()

    def vials_of(self, session: SessionLine | None) -> list[StockLine]:
        """The vials to choose from for a session."""
        return [line for line in self.stock.values() if session is not None and line.vial.id in session.by_vial]

    def propose(self) -> None:
        """Fills in what the chart says already; nothing where somebody must have looked."""

    def set_amount(self, amount_ug: int) -> None:
        """Shows an amount as proposed."""
        self.form.editor("amount").setText(milligrams(amount_ug) if amount_ug > 0 else "")  # type: ignore[attr-defined]

    def missing(self) -> str:
        """Session, vial, amount."""
        if self.session is None:
            return "The session"
        if self.vial is None:
            return "The vial"
        return self.amount_fault()

    def happened_at(self, values: dict[str, Any]) -> datetime | None:
        """When it truly was, on today's wall; None for now."""
        at = values.get("happened_at")
        return datetime.combine(self.today, at) if isinstance(at, time) else None

    def drawn(self) -> Balance:
        """What the session had of the vial."""
        session, vial = self.session, self.vial
        return session.by_vial.get(vial.vial.id, Balance()) if session and vial else Balance()


class DrawDialog(_SessionDialog):
    """What is drawn from a vial for a session."""

    def __init__(
        self,
        parent: QWidget,
        context: ScreenContext,
        stock: Sequence[StockLine],
        sessions: Sequence[SessionLine],
        vial: int | None,
    ) -> None:
        super().__init__(
            parent, context, "Draw", button="Write down", stock=stock, sessions=sessions, vial=vial,
            subtitle="What is drawn up from the vial, as read off the syringe.",
        )  # fmt: skip

    def fields(self) -> Sequence[Field]:
        """Whose, from which, how much."""
        return (
            self.session_field(),
            Field("vial", "Vial", "choice", span=2, required=True),
            Field("amount", "Drawn, mg", required=True),
            LATE,
            Field("reason", "Remark", span=2, placeholder="Why it comes late, if it does"),
        )

    def vials_of(self, session: SessionLine | None) -> list[StockLine]:
        """In date, with something in them, and of the strength the dose was computed for."""
        return [
            line
            for line in self.stock.values()
            if line.state not in {VialState.EXPIRED, VialState.EMPTY}
            and line.balance.in_vial_ug > 0
            and (session is None or session.strength in {None, float(line.vial.mg_per_ml)})
        ]

    def write(self) -> Callable[..., Written]:
        """The entry that this dialog makes."""
        return self.context.services.ledger.draw

    def act(self, by: User, values: dict[str, Any], pin: str, witness: User | None) -> object:  # noqa: ARG002
        """Writes it down."""
        amount = self.gathered_amount(values)
        return self.write()(
            by,
            values["session"],
            values["vial"],
            amount,
            values["reason"],
            self.command,
            happened_at=self.happened_at(values),
        )

    def gathered_amount(self, values: dict[str, Any]) -> int:
        """The amount of the gathered values, in micrograms."""
        return int(values["amount_ug"])

    def gather(self) -> dict[str, Any]:
        """The form with its amount in micrograms."""
        return {**self.form.values(), "amount_ug": self.amount()}


class GivenDialog(DrawDialog):
    """What the patient was given of it: proposed from the pump's record, confirmed by the nurse."""

    def __init__(
        self,
        parent: QWidget,
        context: ScreenContext,
        stock: Sequence[StockLine],
        sessions: Sequence[SessionLine],
        vial: int | None,
    ) -> None:
        super().__init__(parent, context, stock, sessions, vial)
        self.set_title("Administered", "Proposed from the pump's record once it has stopped: look, then confirm.")
        self.confirm.setText("Confirm")
        self.confirm.setAccessibleName("Confirm")

    def fields(self) -> Sequence[Field]:
        """Whose, from which, how much."""
        return (
            self.session_field(),
            Field("vial", "Vial", "choice", span=2, required=True),
            Field("amount", "Administered, mg", required=True),
            LATE,
            Field("reason", "Remark", span=2),
        )

    def vials_of(self, session: SessionLine | None) -> list[StockLine]:
        """Vials this session had drug drawn from that is still open."""
        lines = _SessionDialog.vials_of(self, session)
        return [line for line in lines if session is not None and session.by_vial[line.vial.id].out_ug > 0]

    def propose(self) -> None:
        """What the pump gave and nobody has written down yet, at most what was drawn."""
        session = self.session
        if session is None or not session.stopped:
            self.set_amount(0)
            return
        owed = session.given_ug - session.drug.balance.administered_ug
        self.set_amount(min(owed, self.drawn().out_ug) if self.vial else owed)

    def write(self) -> Callable[..., Written]:
        """What the patient was given."""
        return self.context.services.ledger.administer


class WasteDialog(_SessionDialog):
    """What is wasted, of a session's draw or straight from a vial, before a witness."""

    def __init__(
        self,
        parent: QWidget,
        context: ScreenContext,
        stock: Sequence[StockLine],
        sessions: Sequence[SessionLine],
        vial: int | None,
    ) -> None:
        super().__init__(
            parent, context, "Waste", button="Write down the waste", stock=stock, sessions=sessions, vial=vial,
            subtitle="Somebody else sees it wasted and signs with their own PIN.", witnessed=True,
        )  # fmt: skip

    def fields(self) -> Sequence[Field]:
        """Of which, how much, how."""
        choices = tuple((s.encounter_id, f"Drawn for {s.words}") for s in self.sessions.values())
        return (
            Field("session", "What", "choice", span=2, choices=(*choices, (0, "Straight from the vial"))),
            Field("vial", "Vial", "choice", span=2, required=True),
            Field("amount", "Wasted, mg", required=True),
            LATE,
            Field("reason", "How", span=2, required=True, placeholder="Into the waste container"),
        )

    def vials_of(self, session: SessionLine | None) -> list[StockLine]:
        """Of the session those with drug open; else all that hold any, the expired too."""
        if session is None:
            return [line for line in self.stock.values() if line.balance.in_vial_ug > 0]
        lines = super().vials_of(session)
        return [line for line in lines if session.by_vial[line.vial.id].out_ug > 0]

    def propose(self) -> None:
        """What is left of a session's draw once its dose is written down."""
        session = self.session
        done = session is not None and session.drug.balance.administered_ug > 0
        self.set_amount(self.drawn().out_ug if done else 0)

    def missing(self) -> str:
        """Vial, amount, how."""
        if self.vial is None:
            return "The vial"
        return self.amount_fault() or ("" if len(self.form.values()["reason"]) >= 3 else "How it was wasted")

    def gather(self) -> dict[str, Any]:
        """The form with its amount in micrograms."""
        return {**self.form.values(), "amount_ug": self.amount()}

    def act(self, by: User, values: dict[str, Any], pin: str, witness: User | None) -> object:
        """Writes it down."""
        assert witness is not None
        return self.context.services.ledger.waste(
            by,
            values["vial"],
            values["amount_ug"],
            values["reason"],
            pin,
            witness,
            values["session"] or None,
            self.command,
            happened_at=self.happened_at(values),
        )


class ReturnDialog(WasteDialog):
    """What leaves the clinic for the supplier or a reverse distributor."""

    def __init__(self, parent: QWidget, context: ScreenContext, stock: Sequence[StockLine], vial: int | None) -> None:
        super().__init__(parent, context, stock, (), vial)
        self.set_title("Return", "To the supplier or a reverse distributor; somebody else sees it packed.")
        self.confirm.setText("Write down the return")
        self.confirm.setAccessibleName("Write down the return")

    def fields(self) -> Sequence[Field]:
        """Which, how much, to whom."""
        return (
            Field("vial", "Vial", "choice", span=2, required=True),
            Field("amount", "Returned, mg", required=True),
            Field("reason", "To whom", required=True, placeholder="Name, number of the form"),
        )

    def propose(self) -> None:
        """A vial goes back whole."""
        self.set_amount(self.vial.balance.in_vial_ug if self.vial else 0)

    def changed(self, *names: object) -> None:
        """Another vial: another amount."""
        if names and names[0] == "vial":
            self.propose()
        super().changed(*names)

    def missing(self) -> str:
        """Vial, amount, to whom."""
        lacking = super().missing()
        return "To whom it goes" if lacking == "How it was wasted" else lacking

    def act(self, by: User, values: dict[str, Any], pin: str, witness: User | None) -> object:
        """Writes it down."""
        assert witness is not None
        return self.context.services.ledger.return_(
            by, values["vial"], values["amount_ug"], values["reason"], pin, witness, self.command
        )


class CorrectDialog(LedgerDialog):
    """Takes a wrong line back by a new one; the right one is then entered anew."""

    def __init__(self, parent: QWidget, context: ScreenContext, line: LedgerLine) -> None:
        self._line = line
        told = f"Line {line.entry.id}: {line.what.lower()} {milligrams(line.entry.amount_ug)} mg, {line.vial.number}"
        super().__init__(
            parent, context, "Take a line back", button="Take back", witnessed=True, columns=1,
            subtitle=f"{told}. The line stays and a new one takes it back; then enter the right one anew.",
        )  # fmt: skip

    def fields(self) -> Sequence[Field]:
        """Why."""
        return (Field("reason", "Reason", "lines", required=True, placeholder="What was wrong with it"),)

    def missing(self) -> str:
        """The reason."""
        short = _REASON - len(" ".join(self.form.values()["reason"].split()))
        return f"A reason, {text.count(short, 'more letter')}" if short > 0 else ""

    def act(self, by: User, values: dict[str, Any], pin: str, witness: User | None) -> object:
        """Takes it back."""
        assert witness is not None
        return self.context.services.ledger.reverse(
            by, self._line.entry.id, values["reason"], pin, witness, self.command
        )
