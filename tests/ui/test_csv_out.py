"""Lists as CSV: what a spreadsheet makes of them, and the file itself."""

import csv
import errno
import io
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QListView

from ketaclinic.ui.csv_out import SaveList, csv_bytes, save_csv
from ketaclinic.ui.rows_model import Column, RowsModel
from tests.desk import AtTheDesk


@dataclass(frozen=True)
class Line:
    name: str
    said: str


COLUMNS = (Column[Line]("Name", lambda line: line.name), Column[Line]("Note", lambda line: line.said))


def read_back(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_excel_sees_utf_8_and_windows_line_ends() -> None:
    content = csv_bytes(COLUMNS, [Line("Nguyễn, Thị Minh", "王小明")])
    assert content == b"\xef\xbb\xbf" + 'Name,Note\r\n"Nguyễn, Thị Minh",王小明\r\n'.encode()


def test_what_parts_cells_or_lines_anywhere_is_quoted() -> None:
    said = ["a;b", 'say "hello"', "two\nlines", "tab\there", " leading", "plain"]
    content = csv_bytes(COLUMNS, [Line("x", one) for one in said])
    assert [row[1] for row in read_back(content)[1:]] == said
    assert b'"a;b"' in content
    assert b"x,plain\r\n" in content


@pytest.mark.parametrize("typed", ["=HYPERLINK(1)", "+1 312 555 0148", "-2+3", "@SUM(A1)", "\t=1"])
def test_text_that_a_spreadsheet_would_calculate_gets_an_apostrophe(typed: str) -> None:
    assert read_back(csv_bytes(COLUMNS, [Line("x", typed)]))[1][1] == f"'{typed}"


@pytest.mark.parametrize("typed", ["-5", "-3.25", "12", "2026-11-23"])
def test_numbers_and_dates_stay_as_they_are(typed: str) -> None:
    assert read_back(csv_bytes(COLUMNS, [Line("x", typed)]))[1][1] == typed


def test_a_list_of_nobody_still_has_its_heading() -> None:
    assert read_back(csv_bytes(COLUMNS, [])) == [["Name", "Note"]]


def test_a_list_is_saved_as_it_stands_from_its_menu(clerk_at_desk: AtTheDesk, tmp_path: Path) -> None:
    context = clerk_at_desk.window.desk.context  # type: ignore[union-attr]
    view = QListView(clerk_at_desk.window)
    model = RowsModel(COLUMNS, lambda line: line.name, view)
    view.setModel(model)
    save = SaveList(view, context, model, "Patients")
    assert not save.isEnabled()
    model.replace([Line("Silva", "b"), Line("Okafor", "a")])
    assert save.isEnabled()
    model.sort(1)
    save.trigger()
    (asking,) = view.findChildren(QFileDialog)
    assert asking.windowTitle() == "Save as CSV"
    assert asking.selectedFiles()[0].endswith("Patients.csv")
    asking.selectFile(str(tmp_path / "who"))
    asking.accept()
    assert read_back((tmp_path / "who.csv").read_bytes()) == [["Name", "Note"], ["Okafor", "a"], ["Silva", "b"]]
    assert clerk_at_desk.window.toast.text == "Saved as who.csv."


def test_a_full_disk_is_one_sentence(clerk_at_desk: AtTheDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    window = clerk_at_desk.window
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        save_csv(window, window.desk.context, b"x", str(tmp_path / "who.csv"))  # type: ignore[union-attr]
    assert window.toast.text == (
        "who.csv was not saved: the disk is full. Nothing was overwritten. "
        "The list is as it was; save it somewhere else."
    )
    assert list(tmp_path.glob("who*")) == []


def test_the_patients_found_are_saved_with_a_column_for_each_thing(clerk_at_desk: AtTheDesk, tmp_path: Path) -> None:
    clerk_at_desk.go_to("Patients")
    clerk_at_desk.type("Search patients", "silva")
    window = clerk_at_desk.window
    action = next(one for one in window.all_actions() if one.text() == "Save list of patients as CSV")
    action.trigger()
    (asking,) = window.findChildren(QFileDialog)
    asking.selectFile(str(tmp_path / "patients"))
    asking.accept()
    assert read_back((tmp_path / "patients.csv").read_bytes()) == [
        ["Record", "Name", "Born", "Telephone", "Series"],
        ["KC-0001", "Silva, João", "1979-03-12", "(312) 555-0148", ""],
    ]
