"""init, doctor, and what every command does when something is wrong."""

from pathlib import Path

import pytest

from ketaclinic.keys import KeyMissingError, keys_for
from tests.cli.conftest import Run


def test_init_makes_a_clinic_with_its_first_manager(run: Run, tmp_path: Path) -> None:
    made = run("init", "--clinic", "Lakeside", "--zone", "America/Chicago", "--as", "helen", "--json")
    assert made.status == 0
    assert made.json == {"clinic": "Lakeside", "manager": "helen", "zone": "America/Chicago"}
    file = tmp_path / "home" / "clinic.db"
    assert not file.read_bytes().startswith(b"SQLite format")
    assert run("patients", "x", "--as", "helen").status == 1


def test_a_clinic_is_made_once(clinic: Run) -> None:
    again = clinic("init", "--clinic", "Other")
    assert again.status == 1
    assert again.err == "ketaclinic: This database holds a clinic already. Nothing was changed: sign in.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--zone", "Mars/Olympus"), "ketaclinic: “Mars/Olympus” is not a time zone such as America/New_York.\n"),
        (("--clinic", " "), "ketaclinic: The clinic needs a name.\n"),
    ],
)
def test_init_says_what_is_wrong(run: Run, words: tuple[str, str], sentence: str) -> None:
    refused = run("init", *words)
    assert refused.status == 1
    assert refused.err.startswith(sentence)


def test_a_pin_that_is_none_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETACLINIC_PIN", "12")
    refused = run("init")
    assert (refused.status, refused.err) == (1, "ketaclinic: A PIN has 4 to 12 digits and nothing else.\n")


def test_without_a_pin_and_nobody_to_ask_nothing_is_done(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("KETACLINIC_PIN")
    refused = run("init")
    assert refused.status == 2
    assert refused.err == "ketaclinic: There is no PIN and nobody to ask. Nothing was done: set KETACLINIC_PIN.\n"
    assert not (tmp_path / "home" / "clinic.db").exists()


def test_doctor_calls_a_new_clinic_sound_and_needs_nobody_signed_in(clinic: Run, run: Run) -> None:
    answer = run("doctor", "--json")
    assert (answer.status, answer.err) == (0, "")
    assert answer.json["sound"] is True
    assert all(set(check) == {"name", "ok", "detail"} and check["ok"] for check in answer.json["checks"])
    assert run("doctor").out.endswith("The database is sound.\n")


def test_who_acts_must_be_named(clinic: Run, run: Run) -> None:
    refused = run("patients", "silva")
    assert refused.status == 2
    assert refused.err == "ketaclinic: Nobody is named. Nothing was done: say who you are with --as USER.\n"


def test_a_wrong_pin_is_one_sentence(clinic: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETACLINIC_PIN", "9999")
    refused = clinic("patients", "silva", "--json")
    assert refused.status == 1
    assert refused.err == "ketaclinic: Name or PIN is wrong. Nobody was signed in: try again.\n"
    assert refused.json == {"error": "Name or PIN is wrong. Nobody was signed in: try again.", "findings": []}


@pytest.mark.parametrize(
    "words",
    [
        ("no-such-command",),
        ("day",),
        ("day", "yesterday-ish"),
        ("plan", "--patient", "KC-0001"),
        ("free", "2026-11-24", "--minutes", "0"),
        ("plan", "--patient", "KC-0001", "--protocol", "x", "--from", "2026-11-24", "--weekdays", "mon,blursday"),
        ("why", "--patient", "KC-0001", "--protocol", "x", "--at", "noon", "--chair", "1"),
        ("day", "9999-12-31"),
        ("demo", "--months", "99999"),
        ("why", "--patient", "KC-0001", "--protocol", "x", "--at", "0001-01-01T00:00+14:00", "--chair", "1"),
        ("plan", "--patient", "KC-0001", "--protocol", "x", "--from", "2026-11-24", "--earliest", "10:00+02:00"),
    ],
)
def test_wrong_use_is_status_two(run: Run, words: tuple[str, ...]) -> None:
    refused = run(*words)
    assert refused.status == 2
    assert refused.out == ""
    assert "error: " in refused.err


def test_help_lists_the_commands(run: Run) -> None:
    answer = run("--help")
    assert answer.status == 0
    listed = {line.split()[0] for line in answer.out.splitlines() if line.startswith("    ") and line.split()}
    assert listed >= {"init", "demo", "import-patients", "patients", "plan", "book", "day", "free", "why", "print"}
    assert listed >= {"doctor", "tour", "bench"}


def test_a_database_that_is_not_there_is_status_three(run: Run, tmp_path: Path) -> None:
    refused = run("doctor", "--database", f"sqlite:///{tmp_path}/gone.db")
    assert refused.status == 3
    assert refused.err == (
        f"ketaclinic: There is no database {tmp_path}/gone.db. Nothing was done: make one with `main.py init`.\n"
    )


def test_a_wrong_key_is_status_three(clinic: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETACLINIC_KEY", "00" * 32)
    refused = clinic("patients", "silva")
    assert refused.status == 3
    assert refused.err.count("\n") == 1


def test_a_file_that_is_no_database_is_status_three(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear clinic, " * 500, encoding="utf-8")
    refused = run("doctor", "--database", f"sqlite:///{file}", "--json")
    assert refused.status == 3
    assert refused.json["error"] in refused.err
    assert file.read_text(encoding="utf-8").startswith("Dear clinic")


def test_an_address_of_another_engine_is_status_three(run: Run) -> None:
    assert run("doctor", "--database", "mysql://host/clinic").status == 3


def test_the_key_may_be_a_passphrase(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETACLINIC_KEY", "correct horse battery staple")
    assert run("init").status == 0
    assert run("doctor").status == 0
    monkeypatch.setenv("KETACLINIC_KEY", "correct horse battery stapler")
    assert run("doctor").status == 3


def test_the_keyring_keeps_a_new_key_for_one_database(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring

    kept: dict[tuple[str, str], str] = {}
    monkeypatch.delenv("KETACLINIC_KEY", raising=False)
    monkeypatch.setattr(keyring, "get_password", lambda service, name: kept.get((service, name)))
    monkeypatch.setattr(keyring, "set_password", lambda service, name, key: kept.update({(service, name): key}))
    made = keys_for("postgresql+psycopg://ada:secret@host/clinic", create=True)
    assert keys_for("postgresql+psycopg://maria:other@host/clinic", create=False) == made
    assert list(kept) == [("ketaclinic", "postgresql+psycopg://host/clinic")]
    assert len(made.file) == 64
    assert len(made.audit) == 32
    assert made.file not in repr(made)
    with pytest.raises(KeyMissingError, match=r"is not in this computer's keyring\. Nothing was opened or changed"):
        keys_for("sqlite:///other.db", create=False)


def test_a_manager_sees_the_key_to_keep_it_safe(clinic: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = clinic("key", "--json")
    assert (shown.status, shown.json) == (0, {"key": "4b" * 32})
    monkeypatch.setenv("KETACLINIC_PIN", "0000")
    assert clinic("key").out == ""


def test_one_file_has_one_key_however_its_path_is_written(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import keyring

    kept: dict[tuple[str, str], str] = {}
    monkeypatch.delenv("KETACLINIC_KEY")
    monkeypatch.setattr(keyring, "get_password", lambda service, name: kept.get((service, name)))
    monkeypatch.setattr(keyring, "set_password", lambda service, name, key: kept.update({(service, name): key}))
    monkeypatch.chdir(tmp_path)
    assert run("init", "--database", "sqlite:///own.db").status == 0
    assert run("doctor", "--database", f"sqlite:///{tmp_path}/own.db").status == 0
    assert len(kept) == 1
    kept.clear()
    lost = run("doctor", "--database", "sqlite:///own.db")
    assert lost.status == 3
    assert lost.err.startswith("ketaclinic: The key of this database is not in this computer's keyring.")
    assert run("init", "--database", "sqlite:///own.db").status == 3
    assert kept == {}


def test_a_computer_without_a_keyring_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.errors import NoKeyringError

    def none_here(*_: str) -> str:
        raise NoKeyringError

    monkeypatch.delenv("KETACLINIC_KEY", raising=False)
    monkeypatch.setattr(keyring, "get_password", none_here)
    with pytest.raises(KeyMissingError, match=r"no keyring .* Set KETACLINIC_KEY"):
        keys_for("sqlite:///clinic.db", create=True)


def test_a_keyring_that_keeps_nothing_is_not_trusted_with_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring

    monkeypatch.delenv("KETACLINIC_KEY", raising=False)
    monkeypatch.setattr(keyring, "get_password", lambda *_: None)
    monkeypatch.setattr(keyring, "set_password", lambda *_: None)
    with pytest.raises(KeyMissingError, match=r"no keyring .* Set KETACLINIC_KEY"):
        keys_for("sqlite:///clinic.db", create=True)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_further_workstation_of_a_server_needs_the_key(
    run: Run, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    import keyring

    kept: dict[tuple[str, str], str] = {}
    monkeypatch.delenv("KETACLINIC_KEY")
    monkeypatch.setattr(keyring, "get_password", lambda service, name: kept.get((service, name)))
    monkeypatch.setattr(keyring, "set_password", lambda service, name, key: kept.update({(service, name): key}))
    refused = run("init", "--database", database_url)
    assert refused.status == 3
    assert kept == {}, "a second key would break the chain of the audit"
    monkeypatch.setenv("KETACLINIC_KEY", "4b" * 32)
    assert run("init", "--database", database_url).status == 0


def test_at_the_demonstration_clinic_the_front_desk_acts_when_nobody_is_named(run: Run) -> None:
    made = run("demo", "--patients", "20", "--months", "1", "--seed", "3", "--today", "2026-11-23", "--json")
    assert made.status == 0
    assert made.json["patients"] == 20
    assert made.json["now"].startswith("2026-11-23T")
    assert run("patients", "KC-0020", "--json").json["patients"][0]["record"] == "KC-0020"
    assert run("day", "2026-11-23", "--json").status == 0
    again = run("demo", "--patients", "20")
    assert again.status == 1
    assert "already holds a clinic" in again.err


def test_a_larger_clinic_without_clinical_records(run: Run) -> None:
    words = "--patients 400 --months 2 --chairs 6 --nurses 3 --schedule-only --today 2026-11-23 --json"
    made = run("demo", *words.split())
    assert made.status == 0
    assert made.json["patients"] == 400
    chairs = {visit["chair"] for visit in run("day", "2026-11-23", "--json").json["appointments"]}
    assert chairs == {f"Chair {number}" for number in range(1, 7)}
    assert run("doctor").status == 0
