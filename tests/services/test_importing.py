"""Patients taken over from other programs' lists."""

from datetime import date
from pathlib import Path

import pytest

from ketaclinic.db.models import PatientRow
from ketaclinic.db.store import Store
from ketaclinic.domain.dates import DateOrder
from ketaclinic.domain.findings import Invalid, NotAllowed
from ketaclinic.domain.importing import ImportResult, RefusedRow
from ketaclinic.domain.people import Role, User
from ketaclinic.services.bundle import Services
from tests.services.people_builders import a_patient, a_staffed_clinic

Staff = dict[Role, User]

OPEN_DENTAL = (
    '"PatNum","LName","FName","Preferred","Birthdate","HmPhone","WirelessPhone","Email",'
    '"Address","Address2","City","State","Zip","Language"\n'
    '"101","Silva","João","","1961-04-03","(312) 555-0144","(312)555-0100","joao@example.org",'
    '"1 Main St","Apt 4","Chicago","IL","60601","por"\n'
    '"102","Nguyễn","Thị Zoë","Zoë","1990-06-15","","(312)555-0199","","","","","","",""\n'
    '"103","O\'Brien","Mary","","0001-01-01","(847) 555-0101","","","","","","","",""\n'
)


@pytest.fixture
def staff(services: Services) -> Staff:
    return a_staffed_clinic(services)


@pytest.fixture
def desk(staff: Staff) -> User:
    return staff[Role.FRONT_DESK]


def everybody(store: Store) -> list[tuple[str, str, str, date | None]]:
    with store.reading() as session:
        rows = session.query(PatientRow).order_by(PatientRow.id)
        return [(row.record, row.family_name, row.given_name, row.born) for row in rows]


def test_an_export_of_open_dental_is_understood_as_it_is(services: Services, desk: User) -> None:
    preview = services.importing.preview(desk, OPEN_DENTAL.encode("utf-8-sig"))
    assert {field: preview.columns[at] for field, at in preview.matching.items()} == {
        "family_name": "LName",
        "given_name": "FName",
        "preferred_name": "Preferred",
        "born": "Birthdate",
        "phone": "HmPhone",
        "mobile": "WirelessPhone",
        "email": "Email",
        "address": "Address",
        "address2": "Address2",
        "city": "City",
        "state": "State",
        "postcode": "Zip",
        "language": "Language",
        "external_id": "PatNum",
    }
    assert (preview.count, preview.encoding, preview.delimiter) == (3, "utf-8", ",")
    assert preview.date_order is DateOrder.YMD
    assert preview.rows[1][1:3] == ("Nguyễn", "Thị Zoë")


def test_patients_are_taken_with_all_their_details(services: Services, store: Store, desk: User) -> None:
    result = services.importing.run(desk, OPEN_DENTAL.encode())
    assert result == ImportResult(3, 0, ())
    assert everybody(store) == [
        ("KC-0001", "Silva", "João", date(1961, 4, 3)),
        ("KC-0002", "Nguyễn", "Thị Zoë", date(1990, 6, 15)),
        ("KC-0003", "O'Brien", "Mary", None),
    ]
    silva = services.patients.by_record(desk, "KC-0001").fields
    assert silva.address == "1 Main St\nApt 4\nChicago, IL 60601"
    assert (silva.phone, silva.email, silva.external_id) == ("(312) 555-0144", "joao@example.org", "101")
    assert [line.record for line in services.patients.search(desk, "zoe nguyen")] == ["KC-0002"]
    assert [line.record for line in services.patients.search(desk, "0144")] == ["KC-0001"]
    assert services.patients.by_record(desk, "KC-0002").fields.phone == "(312)555-0199"


def test_a_second_run_takes_nobody_twice(services: Services, store: Store, desk: User) -> None:
    services.importing.run(desk, OPEN_DENTAL.encode())
    before = everybody(store)
    assert services.importing.run(desk, OPEN_DENTAL.encode()) == ImportResult(0, 3, ())
    assert everybody(store) == before


def test_who_was_typed_in_before_is_known_by_name_and_birthday(services: Services, store: Store, desk: User) -> None:
    a_patient(services, desk, "SILVA", "Joao")
    result = services.importing.run(desk, OPEN_DENTAL.encode())
    assert (result.imported, result.known) == (2, 1)
    assert len(everybody(store)) == 3


def test_a_repeated_command_answers_as_before(services: Services, store: Store, desk: User) -> None:
    data = OPEN_DENTAL.encode() + b'"103","X","Y","","soon","","","","","","","","",""\n'
    first = services.importing.run(desk, data, command_id="c1")
    assert services.importing.run(desk, data, command_id="c1") == first
    assert first == ImportResult(3, 0, (RefusedRow(5, "The date of birth “soon” is not a date."),))
    assert len(everybody(store)) == 3


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (
            "Last Name;First Name;DOB\n;;1961-04-03\nKim;Kim;2027-01-01\nWei;Li;1890-01-01\nRuiz;Ana;1961-04-31\n",
            [
                (2, "A patient needs a name."),
                (3, "The date of birth “2027-01-01” is in the future."),
                (4, "The date of birth 1890-01-01 is over 120 years ago."),
                (5, "The date of birth “1961-04-31” is not a date."),
            ],
        ),
        (
            "name,dob,email,phone\nKim Kim,1990-01-01,kim@,\nLi Wei,1990-01-02,,none\n",
            [(2, "The e-mail address has no form like name@example.org."), (3, "The telephone number has no digits.")],
        ),
        (
            'lname,fname,dob,address\nSilva,João,1961-04-03,"1 Main St\nChicago"\nKim,A,1990-01-01,x,y,z\nWei,Li,no,\n',
            [(4, "It has 6 columns where the header has 4."), (5, "The date of birth “no” is not a date.")],
        ),
    ],
)
def test_each_refused_row_has_its_line_and_reason(
    services: Services, desk: User, text: str, refused: list[tuple[int, str]]
) -> None:
    result = services.importing.run(desk, text.encode())
    assert [(row.line, row.reason) for row in result.refused] == refused


def test_one_person_twice_in_a_file_is_taken_once(services: Services, store: Store, desk: User) -> None:
    text = (
        "id,lname,fname,dob,phone\n"
        "1,Silva,João,1961-04-03,555 0144\n"
        "2,SILVA,Joao,1961-04-03,5550144\n"
        "1,Kim,Kim,1990-01-01,\n"
        "4,Silva,João,1961-04-03,555 9999\n"
        "5,Silva,João,1988-01-01,\n"
    )
    result = services.importing.run(desk, text.encode())
    assert result.imported == 3
    assert [(row.line, row.reason) for row in result.refused] == [
        (3, "This is the patient of line 2 once more."),
        (4, "This is the patient of line 2 once more."),
    ]
    again = services.importing.run(desk, text.encode())
    assert (again.imported, again.known, len(everybody(store))) == (0, 5, 3)


def test_dates_that_can_be_read_two_ways_are_asked_for(services: Services, store: Store, desk: User) -> None:
    data = b"LName,FName,DOB\nSilva,Jo,04/03/1961\nKim,Kim,01/02/1990\n"
    preview = services.importing.preview(desk, data)
    assert (preview.date_order, preview.date_orders) == (None, (DateOrder.MDY, DateOrder.DMY))
    with pytest.raises(Invalid, match="may be month/day/year or day/month/year") as refused:
        services.importing.run(desk, data)
    assert refused.value.field == "date_order"
    assert everybody(store) == []
    services.importing.run(desk, data, date_order="dmy")
    assert [born for *_, born in everybody(store)] == [date(1961, 3, 4), date(1990, 2, 1)]


def test_one_date_that_reads_one_way_settles_the_others(services: Services, store: Store, desk: User) -> None:
    data = b"LName,FName,DOB\nSilva,Jo,04/03/1961\nKim,Kim,12/25/1990\n"
    assert services.importing.preview(desk, data).date_order is DateOrder.MDY
    services.importing.run(desk, data)
    assert [born for *_, born in everybody(store)] == [date(1961, 4, 3), date(1990, 12, 25)]


def test_nothing_is_asked_where_every_date_reads_the_same(services: Services, desk: User) -> None:
    data = b"LName,FName,DOB\nSilva,Jo,04/04/1961\nKim,Kim,12/12/1990\nWei,Li,01/01/0001\n"
    assert services.importing.preview(desk, data).date_order is not None
    assert services.importing.run(desk, data).imported == 3


def test_a_date_that_does_not_fit_the_chosen_order_is_refused(services: Services, desk: User) -> None:
    data = b"LName,FName,DOB\nSilva,Jo,04/03/1961\nKim,Kim,12/25/1990\n"
    result = services.importing.run(desk, data, date_order=DateOrder.DMY)
    assert result == ImportResult(
        1, 0, (RefusedRow(3, "The date of birth “12/25/1990” cannot be read as day/month/year."),)
    )


@pytest.mark.parametrize("written", ["", "0000-00-00", "0001-01-01", "01/01/0001", "00/00/0000", "  /  /    "])
def test_no_date_of_birth_however_programs_write_it(services: Services, store: Store, desk: User, written: str) -> None:
    services.importing.run(desk, f"LName,FName,DOB\nSilva,Jo,{written}\n".encode())
    assert everybody(store) == [("KC-0001", "Silva", "Jo", None)]


def test_who_has_no_birthday_is_known_by_name_and_telephone(services: Services, desk: User) -> None:
    data = b"LName,FName,Phone\nSilva,Jo,(312) 555-0144\nSilva,Jo,(312) 555-0199\n"
    assert services.importing.run(desk, data) == ImportResult(2, 0, ())
    assert services.importing.run(desk, data) == ImportResult(0, 2, ())


def test_one_column_for_the_whole_name(services: Services, store: Store, desk: User) -> None:
    data = "Patient Name\tDate of Birth\nSilva, João\t1961-04-03\nZoë Nguyễn\t1990-06-15\nCher\t1946-05-20\n"
    services.importing.run(desk, data.encode("utf-16"))
    assert [(family, given) for _, family, given, _ in everybody(store)] == [
        ("Silva", "João"),
        ("Nguyễn", "Zoë"),
        ("Cher", ""),
    ]


def test_a_wrong_matching_can_be_corrected(services: Services, store: Store, desk: User) -> None:
    data = b"A,B,C\nJo,Silva,1961-04-03\n"
    preview = services.importing.preview(desk, data)
    assert dict(preview.matching) == {}
    with pytest.raises(Invalid, match="No column holds the family name") as refused:
        services.importing.run(desk, data)
    assert refused.value.field == "matching"
    corrected = {"family_name": 1, "given_name": 0, "born": 2}
    assert services.importing.preview(desk, data, matching=corrected).date_order is DateOrder.YMD
    services.importing.run(desk, data, corrected)
    assert everybody(store) == [("KC-0001", "Silva", "Jo", date(1961, 4, 3))]


@pytest.mark.parametrize("matching", [{"family_name": 9}, {"family_name": -1}, {"family_name": 0, "shoe size": 1}])
def test_a_matching_to_nowhere_is_refused(services: Services, desk: User, matching: dict[str, int]) -> None:
    with pytest.raises(Invalid) as refused:
        services.importing.run(desk, b"A,B\nSilva,Jo\n", matching)
    assert refused.value.field == "matching"


def test_a_fault_in_the_middle_leaves_nobody(
    services: Services, store: Store, desk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ketaclinic.db import people

    def fails(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(people, "_index", fails)
    with pytest.raises(RuntimeError, match="power cut"):
        services.importing.run(desk, OPEN_DENTAL.encode())
    assert everybody(store) == []


def test_progress_reaches_the_end(services: Services, desk: User) -> None:
    text = "LName,FName,DOB\n" + "".join(f"Family{n},Given,1961-04-03\n" for n in range(1200))
    seen: list[tuple[int, int]] = []
    services.importing.run(desk, text.encode(), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 1200), (500, 1200), (1000, 1200), (1200, 1200)]


def test_a_file_that_cannot_be_read_is_one_sentence(services: Services, desk: User, tmp_path: Path) -> None:
    with pytest.raises(
        Invalid, match=r"^gone\.csv cannot be read \(No such file or directory\)\. Nothing was imported\.$"
    ):
        services.importing.read(desk, tmp_path / "gone.csv")
    file = tmp_path / "there.csv"
    file.write_bytes(b"abc")
    assert services.importing.read(desk, file) == b"abc"


def test_nurses_do_not_import(services: Services, staff: Staff) -> None:
    with pytest.raises(NotAllowed, match=r"^A nurse may not import patients\.$"):
        services.importing.run(staff[Role.NURSE], b"")


def test_of_a_file_too_large_no_more_is_read_than_shows_it(
    services: Services, desk: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.importing, "_most_bytes", 100)
    film = tmp_path / "film.csv"
    film.write_bytes(b"x" * 101)
    with pytest.raises(Invalid, match=r"so it is no list of patients. Nothing was imported"):
        services.importing.read(desk, film)
