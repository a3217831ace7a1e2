"""Any list as a CSV file that Excel, Numbers and LibreOffice open as it stands on screen."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QWidget

from ketaclinic.services.saving import save_file
from ketaclinic.ui.icons import icon
from ketaclinic.ui.rows_model import Column, RowsModel
from ketaclinic.ui.screen import ScreenContext

R = TypeVar("R")
_MARK = "\ufeff"
"""Tells Excel that the file is UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
_QUOTED = re.compile(r'[",;\t\r\n]|^\s|\s$')


def csv_bytes(columns: Sequence[Column[R]], rows: Sequence[R]) -> bytes:
    """The table as CSV: UTF-8 with its mark, CRLF, quoted also where a semicolon would part it.

    Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers.
    """
    lines = [",".join(_cell(column.heading) for column in columns)]
    lines += [",".join(_cell(column.text(row)) for column in columns) for row in rows]
    return (_MARK + "".join(f"{line}\r\n" for line in lines)).encode("utf-8", "replace")


def _cell(text: str) -> str:
    if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def save_rows(
    parent: QWidget, context: ScreenContext, columns: Sequence[Column[R]], rows: Sequence[R], filename: str
) -> QFileDialog:
    """Asks where to and saves the rows as they are now; says in passing what became of it."""
    from ketaclinic.ui.paper import CSV, ask_for_path  # noqa: PLC0415 - with the first list that is saved

    content = csv_bytes(columns, rows)
    return ask_for_path(parent, _named(filename), partial(save_csv, parent, context, content), CSV)


def save_csv(owner: QObject, context: ScreenContext, content: bytes, path: str) -> None:
    """Writes the file away from the window's thread."""
    name = Path(path).name

    def saved(_: object) -> None:
        context.notify(f"Saved as {name}.")

    context.ops.run(owner, partial(save_file, path, content, kept="The list is as it was"), saved)


def _named(filename: str) -> str:
    return filename if filename.lower().endswith(".csv") else f"{filename}.csv"


class SaveList(QAction):
    """The act “Save as CSV” of a list: in its context menu, and on a button where there is room for one.

    Args:
        view: the list it stands at.
        context: what saves.
        model: whose rows are saved, in the order on screen.
        filename: proposed in the dialog; or what makes it.
        columns: other columns than those on screen, where these say a row in one sentence.
    """

    def __init__(
        self,
        view: QAbstractItemView,
        context: ScreenContext,
        model: RowsModel[Any],
        filename: str | Callable[[], str],
        columns: Sequence[Column[Any]] | None = None,
    ) -> None:
        super().__init__(icon("save"), "Save as CSV…", view)
        self._view, self._context, self._model = view, context, model
        self._filename, self._columns = filename, columns
        view.addAction(self)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.triggered.connect(self.save)
        model.modelReset.connect(self._count)
        self._count()

    def _count(self) -> None:
        self.setEnabled(self._model.rowCount() > 0)

    def save(self) -> None:
        """Asks where to and saves."""
        name = self._filename if isinstance(self._filename, str) else self._filename()
        columns = self._model.columns if self._columns is None else self._columns
        save_rows(self._view, self._context, columns, self._model.rows, name)
