"""Who works here: everyone with sign-in name and role, added and changed by the manager."""

from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.capacity_change import BrokenVisit, CapacityChange
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.people import Role, User
from ketaclinic.ui.form import Field
from ketaclinic.ui.rows_model import Column
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.settings.broken import Foresight
from ketaclinic.ui.screens.settings.coming_back import StillEntered, still_entered
from ketaclinic.ui.screens.settings.form_dialog import FormDialog, Typed, wrong
from ketaclinic.ui.screens.settings.list_card import ListCard

_COLUMNS: tuple[Column[User], ...] = (
    Column("Name", lambda user: user.name),
    Column("Sign-in name", lambda user: user.login, width=180),
    Column("Role", lambda user: user.role.word, width=150),
    Column("Sign-in", lambda user: "✓ Active" if user.active else "– Not active", width=150),
)
_STATE = 3
_ROLES = tuple((role, role.word) for role in Role)
_NAME = Field("name", "Name", required=True, placeholder="As it stands under signatures")
_LOGIN = Field("login", "Sign-in name", required=True, placeholder="One word, e.g. ada")
_ROLE = Field("role", "Role", kind="choice", choices=_ROLES)
_AGAIN = Field("pin_again", "PIN once more", kind="pin")
_FOR_NEW = (
    _NAME,
    _LOGIN,
    Field("role", "Role", kind="choice", choices=_ROLES, span=2),
    Field("pin", "PIN", kind="pin", required=True, hint="4 to 12 digits. Nobody else should know it."),
    Field("pin_again", "PIN once more", kind="pin", required=True),
)
_FOR_KNOWN = (
    _NAME,
    _ROLE,
    Field("pin", "New PIN", kind="pin", placeholder="Stays as it is", hint="A new PIN also ends a wait."),
    _AGAIN,
    Field("active", "May sign in", kind="yes", hint="Who leaves stays in the records, but cannot sign in.", span=2),
)
_NEW_PIN = "Who comes back needs a new PIN. Nothing was saved: choose one together."


class UsersPage(QWidget):
    """Lists users; asks for what is to be changed."""

    title = "Users"
    tables = frozenset({"users"})

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        self.card: ListCard[User] = ListCard(
            "Users",
            "Everyone signs in with name and PIN; what the role allows is checked at every step.",
            _COLUMNS,
            lambda user: user.id,
            _look,
            empty="Nobody works here yet.",
        )
        self.card.add_button("Edit", self.edit, name="Edit user", icon_name="edit")
        self.card.add_button("Add user", self.add, icon_name="add_patient", kind="primary")
        self.card.activated.connect(self._open)
        self.card.offer_csv(context, "Users")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.card)

    def look(self) -> None:
        """Reads the users anew."""
        read = partial(self._context.services.users.list, self._context.user())
        self._context.ops.run(self, read, self.card.show_rows, latest="users")

    def add(self) -> None:
        """Opens the form of a new user."""
        users, by = self._context.services.users, self._context.user()

        def save(typed: Typed, command: str) -> User:
            return users.add(by, typed["login"], typed["name"], Role(typed["role"]), typed["pin"], command)

        dialog = FormDialog(self._context, "Add user", _FOR_NEW, save, parent=self, check=_check_new, button="Add user")
        dialog.saved.connect(self._added)
        dialog.open()

    def edit(self) -> None:
        """Opens the form of the user who is chosen."""
        user = self.card.chosen()
        if user is not None:
            self._open(user)

    def _open(self, user: User) -> None:
        if user.active:
            self._open_form(user, StillEntered())
            return
        clinic, by = self._context.services.clinic, self._context.user()
        today = wall_now(self._context.clock, self._context.location.zone).date()
        self._context.ops.run(
            self, lambda: still_entered(clinic, by, user.id, today), partial(self._open_form, user), latest="entered"
        )

    def _open_form(self, user: User, entered: StillEntered) -> None:
        users, by = self._context.services.users, self._context.user()

        def save(typed: Typed, _command: str) -> User:
            # Only what differs is sent: a wrong PIN typed meanwhile changes the user too, and is no conflict.
            return users.edit(
                by,
                user.id,
                name=typed["name"] if typed["name"] != user.name else None,
                role=Role(typed["role"]) if typed["role"] != user.role else None,
                active=typed["active"] if typed["active"] != user.active else None,
                pin=typed["pin"] or None,
            )

        dialog = FormDialog(
            self._context,
            "Edit user",
            _FOR_KNOWN if user.active else _coming_back(entered),
            save,
            parent=self,
            values={"name": user.name, "role": user.role, "active": user.active},
            check=partial(_check_known, user),
            subtitle=f"{user.name} · signs in as {user.login}",
            button="Save user",
            foresight=Foresight(partial(self._broken, user, entered)),
        )
        dialog.saved.connect(self._saved)
        dialog.open()

    def _broken(self, user: User, entered: StillEntered, typed: Typed) -> tuple[BrokenVisit, ...]:
        """The visits at any location left without a nurse or prescriber when this user leaves, comes back or changes.

        A day somebody comes back to counts as entered: the usual number of nurses does not step in any more.
        """
        becomes = Role(typed["role"]) if typed["active"] else None
        if becomes is (user.role if user.active else None):
            return ()
        clinic, by = self._context.services.clinic, self._context.user()
        change = CapacityChange(role_changes=((user.id, becomes),))
        if not user.active and becomes is not None:
            change = entered.change(user.id, becomes)
        found = [one for here in clinic.locations(by) for one in clinic.would_break(by, here.id, change)]
        return tuple(sorted(found, key=lambda one: one.card.appointment.starts_at))

    def _added(self, user: User) -> None:
        self._context.notify(f"{user.name} can sign in now.")
        self.look()
        self.card.choose(user.id)

    def _saved(self, user: User) -> None:
        self._context.notify(f"{user.name} saved.")


def _look(user: User, column: int) -> str:
    if column == _STATE:
        return "pill:green" if user.active else "pill:neutral"
    if not user.active:
        return "quiet"
    return "" if column else "strong"


def _check_new(typed: Typed) -> tuple[Finding, ...]:
    words = {"name": "A user needs a name.", "login": "A sign-in name is needed.", "pin": "A PIN is needed."}
    return (*(wrong(name, said) for name, said in words.items() if not typed[name]), *_differing_pins(typed))


def _coming_back(entered: StillEntered) -> tuple[Field, ...]:
    """The fields of somebody who cannot sign in: what ticking the box brings back stands beneath it."""
    told = {"pin": "Who comes back chooses a new one, 4 to 12 digits.", "active": entered.words}
    return tuple(
        replace(field, placeholder=_NAME.placeholder if field is _NAME else "", hint=told.get(field.name, ""))
        for field in _FOR_KNOWN
    )


def _check_known(user: User, typed: Typed) -> tuple[Finding, ...]:
    missing = [] if typed["name"] else [wrong("name", "A user needs a name.")]
    if typed["active"] and not user.active and not typed["pin"]:
        missing.append(wrong("pin", _NEW_PIN))
    return (*missing, *_differing_pins(typed))


def _differing_pins(typed: Typed) -> tuple[Finding, ...]:
    if typed["pin"] == typed["pin_again"]:
        return ()
    return (wrong("pin_again", "The two PINs differ. Type both again."),)
