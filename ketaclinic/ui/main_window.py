"""The one window: places the rail, the screens and the bars, and tells the screen in front what was committed."""

from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.domain.changes import Changes, UndoState
from ketaclinic.domain.encounters import DueItem
from ketaclinic.domain.people import User
from ketaclinic.domain.permissions import CLINICAL
from ketaclinic.domain.resources import Location
from ketaclinic.services.bundle import Services
from ketaclinic.ui import theme
from ketaclinic.ui.chair_watch import ChairWatch
from ketaclinic.ui.crash import CrashDialog
from ketaclinic.ui.desk import Desk
from ketaclinic.ui.icons import icon
from ketaclinic.ui.idle import IdleWatch
from ketaclinic.ui.notify import Toast
from ketaclinic.ui.ops import Ops
from ketaclinic.ui.place import Place
from ketaclinic.ui.pulse import Hearing, Pulse
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens import SCREENS
from ketaclinic.ui.settings import Settings
from ketaclinic.ui.sign_in import SignIn
from ketaclinic.ui.sound import Alarm, SystemBeep
from ketaclinic.ui.undo_desk import UndoDesk
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.rail import Rail
from ketaclinic.ui.widgets.status_line import StatusLine
from ketaclinic.ui.widgets.top_bar import TopBar

_TICK_MS = 400
"""How often other stations are listened to: what they change is seen well within a second."""
_AT_THE_CHAIRS_MS = 50
"""The same while the chairs are in front, where a second nurse's row counts at once."""


class MainWindow(QWidget):
    """Places things. What is done, screens and dialogs do."""

    def __init__(
        self,
        services: Services,
        store: Hearing,
        catalog: Catalog,
        clock: Clock,
        *,
        ops: Ops,
        settings: Settings,
        database_label: str,
        demonstration: bool,
    ) -> None:
        super().__init__(objectName="canvas")
        self.setWindowTitle("ketaclinic")
        self.services, self.catalog, self.clock, self.ops = services, catalog, clock, ops
        self._settings = settings
        self.user: User | None = None
        self.desk: Desk | None = None
        self._desks: dict[int, Desk] = {}
        self._held: dict[int, list[Dialog]] = {}
        self.place = Place(settings, self)
        self.rail = Rail()
        self.top = TopBar(self.all_actions)
        self.status = StatusLine(database_label, "Demonstration clinic, invented patients" if demonstration else "")
        self.desks = QStackedWidget()
        self.toast = Toast(self)
        self.sign_in = SignIn(self, ops, services, demonstration=demonstration)
        self.sign_in.hide()
        self.watch = ChairWatch(
            ops, services, clock, self._location_id, Alarm(catalog.rules, SystemBeep(self)), parent=self
        )
        self._idle = IdleWatch(clock, self)
        self._pulse = Pulse(ops, store, services, clock, self)
        self.undoing = UndoDesk(ops, services, self._who, self)
        self._timer = QTimer(self, interval=_TICK_MS)
        self._lay_out()
        self._begins_with = ""
        self._make_actions()
        self._connect()
        self._restore()

    def _lay_out(self) -> None:
        self.body = QWidget(self, objectName="canvas")
        column = QVBoxLayout(spacing=0)
        column.addWidget(self.top)
        column.addWidget(self.desks, 1)
        column.addWidget(self.status)
        row = QHBoxLayout(self.body, spacing=0)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.rail)
        row.addLayout(column, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.body)
        self.body.hide()

    def _connect(self) -> None:
        self.rail.screen_chosen.connect(self.go_to)
        self.rail.person_clicked.connect(self._show_person_menu)
        self.top.undo_pressed.connect(self.undoing.undo)
        self.top.redo_pressed.connect(self.undoing.redo)
        self.top.lock_pressed.connect(self.lock)
        self.top.search.patient_chosen.connect(self._show_patient)
        self.top.search.action_chosen.connect(self._trigger)
        self.sign_in.signed_in.connect(self._signed_in)
        self.ops.committed.connect(self._committed)
        self.ops.failed.connect(self._failed)
        self.ops.crashed.connect(self.show_crash)
        self._timer.timeout.connect(self.tick)
        self._pulse.trouble.connect(self.status.say_trouble)
        self.undoing.known.connect(self._show_undo)
        self.undoing.done.connect(self.toast.say)
        self.watch.counted.connect(self.rail.set_count)
        self.watch.turned_red.connect(self._turned_red)
        self.place.location_chosen.connect(self._moved_to)
        self.place.location_changed.connect(self._show_place)
        self.status.place_pressed.connect(self._show_place_menu)

    # -- who is there

    def start(self) -> None:
        """Asks who is there; called once the clinic is set up."""
        self.sign_in.ask()

    def start_new(self) -> None:
        """The same for a clinic that was just made: its manager goes on with what it still lacks."""
        self._begins_with = "settings"
        self.start()

    def lock(self, *, ask_who: bool = False) -> None:
        """Covers the window until someone signs in; everything stays as it is beneath."""
        if self.user is None or self.sign_in.isVisible():
            return
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        self._held[self.user.id] = [dialog for dialog in self.dialogs() if dialog.isVisible()]
        for dialog in self._held[self.user.id]:
            dialog.hide()
        self.body.hide()
        self._listen_as_needed()
        self.sign_in.ask(None if ask_who else self.user)

    def _signed_in(self, user: User) -> None:
        self._idle.touch()
        desk = self._desks.get(user.id)
        if desk is not None and desk.context.user().role is user.role:
            self._sit_down(user, desk)
            return
        find = partial(self.services.clinic.locations, user)
        self.ops.run(self, find, partial(self._make_desk, user))

    def _clear_desk(self, user: User, desk: Desk) -> None:
        """Takes away what a user had open in a role that is no longer theirs."""
        for dialog in self._held.pop(user.id, []):
            dialog.deleteLater()
        self.desks.removeWidget(desk)
        desk.deleteLater()

    def _make_desk(self, user: User, locations: tuple[Location, ...]) -> None:
        self.place.know(locations)
        context = ScreenContext(
            ops=self.ops,
            services=self.services,
            user=lambda: user,
            location=self.place.here,
            clock=self.clock,
            navigate=self.navigate,
            notify=self.toast.say,
            catalog=self.catalog,
            settings=self._settings,
            choose_location=self.place.choose,
            watch=self.watch,
        )
        desk = Desk(context, [entry for entry in SCREENS if user.role in entry.roles and entry.exists()])
        desk.headed.connect(self._headed)
        desk.counted.connect(self.rail.set_count)
        if user.id in self._desks:
            self._clear_desk(user, self._desks[user.id])
        self._desks[user.id] = desk
        self.desks.addWidget(desk)
        self._sit_down(user, desk)

    def _sit_down(self, user: User, desk: Desk) -> None:
        """Shows a user's desk as it was left."""
        known, self.user, self.desk = self.user, user, desk
        self.body.show()
        self.desks.setCurrentWidget(desk)
        self._show_place()
        self.top.search.set_context(desk.context)
        if known != user:
            self._show_entries(user, desk)
        first = self._begins_with if self._begins_with in desk.entries else next(iter(desk.entries))
        front = desk.current.key if desk.current else first
        self._begins_with = ""
        self.go_to(front)
        if known is not None and known != user:
            desk.refresh(None)
        self.watch.sit_down(user)
        self._sound_action.setVisible(user.role in CLINICAL)
        self._sound_action.setEnabled(user.role in CLINICAL)
        for dialog in self._held.pop(user.id, []):
            dialog.show()
        self.undoing.ask()
        self._timer.start()

    def _show_entries(self, user: User, desk: Desk) -> None:
        self.rail.set_entries(desk.entries.values())
        self.rail.person.set_person(user.initials, user.name)
        self.rail.person.setToolTip(f"{user.name}, {user.role.word}")
        self.rail.person.setAccessibleName(f"Signed in: {user.name}, {user.role.word}")
        for number, action in enumerate(self._go_actions):
            entry = list(desk.entries.values())[number] if number < len(desk.entries) else None
            action.setVisible(entry is not None)
            action.setEnabled(entry is not None)
            if entry is not None:
                action.setText(f"Go to {entry.title}")
                action.setData(entry.key)
                action.setProperty("icon_name", entry.icon)

    # -- screens

    def go_to(self, key: str) -> None:
        """Brings a screen to the front as it was left."""
        self.navigate(key, {})

    def navigate(self, key: str, args: dict[str, Any]) -> None:
        """Brings a screen to the front and goes to what `args` name there."""
        if self.desk is not None and key in self.desk.entries:
            self.desk.show_screen(key, args)
            self.rail.set_current(key)
            own = self.desk.current is not None and self.desk.current.uses_f1
            self._listen_as_needed()
            self._keys.setShortcuts([QKeySequence("?")] if own else [QKeySequence("F1"), QKeySequence("?")])

    def _headed(self, title: str, subtitle: str) -> None:
        if self.sender() in {None, self.desk}:
            self.top.show_screen(title, subtitle)
            self.setWindowTitle(f"{title} – ketaclinic")

    def _show_patient(self, patient_id: int) -> None:
        self.navigate("patients", {"patient_id": patient_id})

    def _print(self) -> None:
        if self.desk is None or self.desk.current is None or self.desk.current.print_here():
            return
        self.go_to("documents")

    # -- where it is

    def _show_place(self) -> None:
        self.status.show_place(self.place.words, several=bool(self.place.actions))

    def _show_place_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.place.actions)
        button = self.status.choose_place
        menu.popup(button.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def _moved_to(self, place: Location) -> None:
        """Every screen shows the other site."""
        self._show_place()
        for desk in self._desks.values():
            if desk is not self.desk:
                desk.mark_stale()
        if self.desk is not None:
            self.desk.refresh(None)
        self.watch.read()
        self.toast.say(f"You work at {place.name} now.")

    # -- what is committed, undone, refused

    def _committed(self, changes: Changes) -> None:
        if self.desk is None or self.user is None:
            return
        for desk in self._desks.values():
            if desk is not self.desk:
                desk.mark_stale()
        self.watch.hear(changes)
        if changes.touches("locations"):
            self.ops.run(self, partial(self.services.clinic.locations, self.user), self.place.know, latest="places")
        if ("users", self.user.id) in changes.rows or (changes.seq == 0 and changes.touches("users")):
            self.ops.run(self, self.services.users.who_may_sign_in, self._check_user, latest="user")
        self.desk.refresh(changes)
        self.undoing.ask()

    def _check_user(self, active: tuple[User, ...]) -> None:
        """Locks the window of someone who may no longer sign in, or not in this role; a new one gets a new desk."""
        if self.user is None:
            return
        found = next((user for user in active if user.id == self.user.id), None)
        if found is None or found.role is not self.user.role:
            self.lock(ask_who=found is None)

    def _show_undo(self, state: UndoState) -> None:
        self.top.show_undo(state)
        self.undo_action.setEnabled(bool(state.undo))
        self.redo_action.setEnabled(bool(state.redo))

    def _failed(self, sentence: str) -> None:
        self.toast.say(sentence, problem=True)

    def show_crash(self, error: BaseException) -> None:
        """Shows a bug, once at a time."""
        if not any(isinstance(dialog, CrashDialog) and dialog.isVisible() for dialog in self.dialogs()):
            CrashDialog(self, error).open()

    # -- each second

    def tick(self) -> None:
        """Hears other stations, lets holds lapse and locks a window nobody touches; called all the time."""
        self._pulse.listen()
        if self.user is not None and self.body.isVisible():
            self._pulse.sweep()
        self.watch.tick()
        rules = self.catalog.rules
        limit = rules["users.lock-after-chairside" if self._at_the_chairs else "users.lock-after"]
        if any(dialog.is_patients and dialog.isVisible() for dialog in self.dialogs()):
            limit = rules["users.lock-after-patient"]  # it shows nothing else, and a patient may think for a while
        if self._idle.seconds >= limit:
            self.lock()

    @property
    def _at_the_chairs(self) -> bool:
        return self.desk is not None and self.desk.current is not None and self.desk.current.key == "chairside"

    def _listen_as_needed(self) -> None:
        """More often while the chairs are in front."""
        wanted = _AT_THE_CHAIRS_MS if self._at_the_chairs and self.body.isVisible() else _TICK_MS
        if self._timer.interval() != wanted:
            self._timer.setInterval(wanted)

    def _who(self) -> User | None:
        return self.user

    def _location_id(self) -> int:
        return self.place.here().id

    def _turned_red(self, line: DueItem) -> None:
        """Tells whoever has another screen in front; a locked window shows no names, it only sounds."""
        if self.body.isVisible() and not self._at_the_chairs:
            self.toast.say(f"{line.chair} · {line.patient}: {line.text}", problem=True)

    def _press_sound(self) -> None:
        self.toast.say(self.watch.press_sound())

    # -- actions

    def _make_actions(self) -> None:
        self._go_actions = [self._action("", self._go, f"Ctrl+{number + 1}") for number in range(min(9, len(SCREENS)))]
        self._action("Search patients and actions", self.top.search.begin, "Ctrl+K", "search")
        self.undo_action = self._action("Undo", self.undoing.undo, "Ctrl+Z", "undo")
        self.redo_action = self._action("Redo", self.undoing.redo, "Ctrl+Shift+Z", "redo")
        silence = "Silence the chairs, or let them sound"
        self._sound_action = self._action(silence, self._press_sound, "Ctrl+M", "silent")
        self._action("Print", self._print, "Ctrl+P", "print")
        self._action("Lock", self.lock, "Ctrl+L", "lock")
        self._keys = self._action("Keys", self.show_keys, "F1", "keys")
        self._keys.setShortcuts([QKeySequence("F1"), QKeySequence("?")])
        group = QActionGroup(self)
        self._theme_actions = []
        for mode, words, icon_name in (
            ("light", "Light theme", "light"),
            ("dark", "Dark theme", "theme"),
            ("system", "Theme of the system", "settings"),
        ):
            action = self._action(words, self._choose_theme, "", icon_name)
            action.setData(mode)
            action.setCheckable(True)
            group.addAction(action)
            self._theme_actions.append(action)

    def _action(self, words: str, slot: Any, key: str, icon_name: str = "") -> QAction:  # noqa: ANN401
        action = QAction(words, self)
        if icon_name:
            action.setIcon(icon(icon_name))
            action.setProperty("icon_name", icon_name)
        if key:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(slot)
        self.addAction(action)
        return action

    def all_actions(self) -> list[QAction]:
        """Everything that can be done here and now, for the search."""
        front = self.desk.actions_in_front() if self.desk is not None else []
        own = [action for action in self.actions() if action.text() and not action.text().startswith("Search")]
        places = [action for action in self.place.actions if not action.isChecked()]
        return [action for action in (*front, *own, *places) if action.isEnabled() and action.isVisible()]

    def show_keys(self) -> None:
        """Shows the sheet of keys."""
        from ketaclinic.ui.dialogs.keys_dialog import KeysDialog  # noqa: PLC0415 - the first window does without

        groups = [("Everywhere", [action for action in self.actions() if action.isVisible()])]
        if self.desk is not None and self.desk.current is not None:
            groups.insert(0, (self.desk.current.title, self.desk.actions_in_front()))
        KeysDialog(self, groups).open()

    def _go(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.go_to(str(action.data()))

    def _trigger(self, action: QAction) -> None:
        action.trigger()

    def _choose_theme(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            theme.set_mode(str(action.data()))
            self._settings.set_theme(theme.mode())

    def _show_person_menu(self) -> None:
        for action in self._theme_actions:
            action.setChecked(action.data() == theme.mode())
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._theme_actions)
        menu.addSeparator()
        if self.place.actions:
            menu.addActions(self.place.actions)
            menu.addSeparator()
        menu.addAction(self._keys)
        menu.addAction(icon("lock"), "Lock, or change user", self.lock)
        person = self.rail.person
        menu.popup(person.mapToGlobal(QPoint(person.width() - 6, person.height() - menu.sizeHint().height())))

    # -- the window itself

    def dialogs(self) -> list[Dialog]:
        """The dialogs there are, the topmost last."""
        return [child for child in self.children() if isinstance(child, Dialog)]

    def _restore(self) -> None:
        if not self.restoreGeometry(self._settings.geometry()):
            room = self.screen().availableSize()
            self.resize(min(1440, room.width() - 40), min(900, room.height() - 40))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        handle = self.windowHandle()
        if handle is not None:
            handle.installEventFilter(self._idle)

    def closeEvent(self, event: QCloseEvent) -> None:
        waiting = [dialog for dialog in self.dialogs() if dialog.isVisible() and not dialog.may_close()]
        if waiting:
            event.ignore()
            return
        self._timer.stop()
        self._settings.set_geometry(self.saveGeometry())
        super().closeEvent(event)
