"""Work off the window's thread: results come back here, in order, and only to those who still live."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ketaclinic.domain.changes import Changes, Op
from ketaclinic.domain.findings import ClinicError, Refused
from ketaclinic.ui.ops import Ops


@pytest.fixture
def ops(qapp: QApplication) -> Iterator[Ops]:
    made = Ops()
    yield made
    made.stop()


@pytest.fixture
def owner(qapp: QApplication) -> QObject:
    return QObject()


def test_work_is_done_elsewhere_and_answered_here(ops: Ops, owner: QObject, qtbot: QtBot) -> None:
    worked: list[str] = []
    answered: list[tuple[str, int]] = []

    def work() -> int:
        worked.append(threading.current_thread().name)
        return 42

    ops.run(owner, work, lambda found: answered.append((threading.current_thread().name, found)))
    qtbot.wait_until(lambda: bool(answered))
    assert worked == ["ketaclinic-database"]
    assert answered == [(threading.current_thread().name, 42)]


def test_tasks_are_done_in_the_order_they_were_asked(ops: Ops, owner: QObject, qtbot: QtBot) -> None:
    answered: list[int] = []
    for number in range(20):
        ops.run(owner, lambda number=number: number, answered.append)
    qtbot.wait_until(lambda: len(answered) == 20)
    assert answered == list(range(20))


def test_only_the_newest_search_is_answered(ops: Ops, owner: QObject, qtbot: QtBot) -> None:
    held = threading.Event()
    answered: list[str] = []

    def slow() -> str:
        held.wait(5)
        return "s"

    ops.run(owner, slow, answered.append, latest="search")
    ops.run(owner, lambda: "si", answered.append, latest="search")
    ops.run(owner, lambda: "sil", answered.append, latest="search")
    held.set()
    qtbot.wait_until(lambda: not ops.busy)
    assert answered == ["sil"]


def test_refusal_goes_to_whoever_asked(ops: Ops, owner: QObject, qtbot: QtBot) -> None:
    told: list[ClinicError] = []

    def work() -> None:
        raise Refused((), "Chair 3 is taken.")

    ops.run(owner, work, failed=told.append)
    qtbot.wait_until(lambda: bool(told))
    assert str(told[0]) == "Chair 3 is taken."


def test_refusal_nobody_takes_is_shown_as_its_sentence(ops: Ops, owner: QObject, qtbot: QtBot) -> None:
    def work() -> None:
        raise ClinicError("The database is not there.")

    with qtbot.wait_signal(ops.failed) as told:
        ops.run(owner, work)
    assert told.args == ["The database is not there."]


def test_a_bug_is_logged_and_told_and_work_goes_on(
    ops: Ops, owner: QObject, qtbot: QtBot, expected_log: list[object]
) -> None:
    def work() -> None:
        raise ZeroDivisionError

    with qtbot.wait_signal(ops.crashed) as told:
        ops.run(owner, work)
    assert isinstance(told.args[0], ZeroDivisionError)
    assert len(expected_log) == 1
    answered: list[int] = []
    ops.run(owner, lambda: 1, answered.append)
    qtbot.wait_until(lambda: answered == [1])


def test_nobody_is_answered_who_is_gone(ops: Ops, qtbot: QtBot) -> None:
    held, done = threading.Event(), threading.Event()
    answered: list[int] = []
    gone = QWidget()

    def work() -> int:
        held.wait(5)
        done.set()
        return 1

    ops.run(gone, work, answered.append)
    gone.deleteLater()
    QApplication.sendPostedEvents(gone, QEvent.Type.DeferredDelete)
    held.set()
    done.wait(5)
    qtbot.wait_until(lambda: not ops.busy)
    assert answered == []


def test_widgets_of_finished_work_are_let_go_on_this_thread(ops: Ops, qtbot: QtBot) -> None:
    freed_on: list[str] = []

    class Held(QObject):
        def work(self) -> int:
            return 1

    holder = Held()
    weakref.finalize(holder, lambda: freed_on.append(threading.current_thread().name))
    ops.run(holder, holder.work)
    del holder
    qtbot.wait_until(lambda: not ops.busy)
    gc.collect()
    assert freed_on == [threading.current_thread().name]


def test_changes_are_told_before_the_answer(ops: Ops, owner: QObject, qtbot: QtBot) -> None:
    heard: list[object] = []
    ops.committed.connect(heard.append)
    change = Changes(7, Op.ADD_PATIENT)

    def work() -> str:
        ops.publish(change)
        return "saved"

    ops.run(owner, work, heard.append)
    qtbot.wait_until(lambda: len(heard) == 2)
    assert heard == [change, "saved"]


def test_in_line_changes_are_told_before_the_answer_too(qapp: QApplication, owner: QObject) -> None:
    ops = Ops(inline=True)
    heard: list[object] = []
    ops.committed.connect(heard.append)
    change = Changes(7, Op.ADD_PATIENT)

    def work() -> str:
        ops.publish(change)
        assert heard == []
        return "saved"

    ops.run(owner, work, heard.append)
    assert heard == [change, "saved"]


def test_in_line_a_bug_flies(qapp: QApplication, owner: QObject) -> None:
    def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Ops(inline=True).run(owner, work)


def test_stopping_ends_the_thread_and_silences_what_is_left(ops: Ops, owner: QObject, qtbot: QtBot) -> None:
    answered: list[int] = []
    ops.run(owner, lambda: 1, answered.append)
    ops.stop()
    assert not any(thread.name == "ketaclinic-database" for thread in threading.enumerate())
    QApplication.sendPostedEvents()
    assert answered == []


def test_busy_is_told_when_it_begins_and_ends(ops: Ops, owner: QObject, qtbot: QtBot) -> None:
    told: list[bool] = []
    ops.busy_changed.connect(told.append)
    ops.run(owner, lambda: 1)
    ops.run(owner, lambda: 2)
    qtbot.wait_until(lambda: not ops.busy)
    assert told == [True, False]


def test_a_long_search_keeps_nobody_from_the_database(ops: Ops, owner: QObject, qtbot: QtBot) -> None:
    held = threading.Event()
    answered: list[str] = []

    def search() -> str:
        assert held.wait(60)
        return "searched"

    ops.run_beside(owner, search, answered.append, cancel=held.set)
    ops.run(owner, lambda: "booked", answered.append)
    qtbot.wait_until(lambda: bool(answered))
    assert answered == ["booked"]
    assert ops.busy
    held.set()
    qtbot.wait_until(lambda: len(answered) == 2)
    assert answered == ["booked", "searched"]
    assert not ops.busy


def test_a_newer_search_cancels_the_one_before_and_alone_is_answered(ops: Ops, owner: QObject, qtbot: QtBot) -> None:
    held = threading.Event()
    answered: list[str] = []

    def first() -> str:
        assert held.wait(60)
        return "first"

    ops.run_beside(owner, first, answered.append, cancel=held.set, latest="plan")
    ops.run_beside(owner, lambda: "second", answered.append, cancel=lambda: None, latest="plan")
    qtbot.wait_until(lambda: not ops.busy)
    assert (held.is_set(), answered) == (True, ["second"])


def test_stopping_cancels_a_search_and_delivers_nothing(qapp: QApplication, owner: QObject) -> None:
    made = Ops()
    held = threading.Event()
    answered: list[bool] = []
    made.run_beside(owner, lambda: held.wait(60), answered.append, cancel=held.set)
    made.stop()
    QApplication.sendPostedEvents()
    assert (held.is_set(), answered) == (True, [])


def test_a_refusal_of_a_search_is_told_like_any_other(ops: Ops, owner: QObject, qtbot: QtBot) -> None:
    told: list[str] = []

    def refused() -> None:
        raise ClinicError("Say who is out.")

    ops.run_beside(owner, refused, None, lambda error: told.append(str(error)), cancel=lambda: None)
    qtbot.wait_until(lambda: bool(told))
    assert told == ["Say who is out."]
