"""import-patients, patients and print."""

from pathlib import Path

from tests.cli.conftest import Run


def test_patients_are_imported_and_refused_rows_told(clinic: Run, people: Path) -> None:
    answer = clinic("import-patients", people, "--json")
    assert answer.status == 0
    assert answer.json == {
        "imported": 2,
        "known": 0,
        "refused": [{"line": 4, "reason": "The date of birth “2031-01-01” is in the future."}],
    }
    assert answer.err.startswith(
        "3 rows, utf-8, comma: Family name = LName, Given name = FName, Date of birth = Birthdate"
    )
    again = clinic("import-patients", people, "--json").json
    assert (again["imported"], again["known"], len(again["refused"])) == (0, 2, 1)


def test_a_search_answers_with_record_name_birthday_and_phone(clinic: Run, people: Path) -> None:
    clinic("import-patients", people)
    answer = clinic("patients", "joao", "silva", "--json")
    assert answer.status == 0
    assert answer.json == {
        "patients": [{"record": "KC-0001", "name": "Silva, João", "born": "1961-04-03", "phone": "(312) 555-0144"}]
    }
    assert clinic("patients", "nguyen").out == "KC-0002  1990-06-15  Nguyễn, Zoë  (312) 555-0199\n"


def test_nobody_found_is_status_one(clinic: Run) -> None:
    answer = clinic("patients", "nobody", "--json")
    assert (answer.status, answer.json) == (1, {"patients": []})


def test_the_date_order_is_asked_for(clinic: Run, tmp_path: Path) -> None:
    file = tmp_path / "us.csv"
    file.write_text("Name;DOB\nSilva, João;04/03/1961\n", encoding="utf-8")
    refused = clinic("import-patients", file)
    assert refused.status == 2
    assert refused.err.splitlines()[-1] == (
        "ketaclinic: The dates of birth may be month/day/year or day/month/year. "
        "Nothing was imported: choose the order. Use --date-order ymd, mdy or dmy."
    )
    assert clinic("import-patients", file, "--date-order", "mdy", "--json").json["imported"] == 1
    assert clinic("patients", "1961-04-03", "--json").json["patients"][0]["name"] == "Silva, João"


def test_columns_are_corrected(clinic: Run, tmp_path: Path) -> None:
    file = tmp_path / "odd.txt"
    file.write_bytes("Was|Wer|Woher\nSilva|João|x\n".encode("windows-1252"))
    refused = clinic("import-patients", file)
    assert refused.status == 2
    assert "Use --match FIELD=COLUMN" in refused.err
    taken = clinic("import-patients", file, "--match", "family_name=Was", "--match", "given_name=2", "--json")
    assert taken.json == {"imported": 1, "known": 0, "refused": []}
    assert clinic("patients", "joao", "--json").json["patients"][0]["name"] == "Silva, João"


def test_a_matching_to_nowhere_is_wrong_use(clinic: Run, people: Path) -> None:
    assert clinic("import-patients", people, "--match", "shoes=LName").status == 2
    assert clinic("import-patients", people, "--match", "note=Shoes").status == 2


def test_a_file_that_cannot_be_taken_is_one_line(clinic: Run, tmp_path: Path) -> None:
    gone = clinic("import-patients", tmp_path / "gone.csv")
    assert gone.status == 1
    assert gone.err == "ketaclinic: gone.csv cannot be read (No such file or directory). Nothing was imported.\n"
    book = tmp_path / "book.csv"
    book.write_bytes(b"PK\x03\x04....")
    assert clinic("import-patients", book).err.startswith("ketaclinic: This file is a workbook, not CSV.")


def test_a_list_of_nobody_takes_nobody(clinic: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("LName,FName,DOB\n,,\nKim,,soon\n", encoding="utf-8")
    answer = clinic("import-patients", file, "--json")
    assert answer.status == 1
    assert answer.json["imported"] == 0
    assert [row["line"] for row in answer.json["refused"]] == [3]


def test_a_consent_form_is_printed_to_a_file(clinic: Run, people: Path, tmp_path: Path) -> None:
    clinic("import-patients", people)
    out = tmp_path / "consent.pdf"
    answer = clinic("print", "consent", "--patient", "KC-0001", "--out", out, "--json")
    assert answer.status == 0
    assert out.read_bytes().startswith(b"%PDF-")
    assert (answer.json["kind"], answer.json["file"]) == ("consent", str(out))


def test_a_sheet_that_is_not_there_is_refused(clinic: Run, people: Path, tmp_path: Path) -> None:
    clinic("import-patients", people)
    out = tmp_path / "x.pdf"
    assert clinic("print", "poem", "--patient", "KC-0001", "--out", out).status == 1
    assert clinic("print", "consent", "--patient", "KC-0999", "--out", out).status == 1
    assert clinic("print", "consent", "--patient", "KC-0001", "--out", tmp_path / "gone" / "x.pdf").status == 1
    assert not out.exists()


def test_half_a_sign_in_a_search_is_one_line(clinic: Run) -> None:
    refused = clinic("patients", "Sil\udcff", "--json")
    assert refused.status == 1
    assert "cannot be kept" in refused.json["error"]


def test_a_number_that_no_visit_can_have_is_one_line(clinic: Run, people: Path, tmp_path: Path) -> None:
    clinic("import-patients", people)
    refused = clinic("print", "consent", "--patient", "KC-0001", "--appointment", "9" * 30, "--out", tmp_path / "c.pdf")
    assert refused.status == 1
    assert "beyond all bounds" in refused.err
