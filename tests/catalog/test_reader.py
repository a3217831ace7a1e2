"""A slip in a resource file is told with file, line and key."""

from pathlib import Path

import pytest

from ketaclinic.catalog.reader import CatalogError, Resource, line_of, read


class Dose(Resource):
    mg: float
    note: str = ""


class Sheet(Resource):
    title: str
    limit: int
    dose: tuple[Dose, ...] = ()


def told(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError) as refused:
        read(path, Sheet)
    return str(refused.value)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return tmp_path / "resources" / "sheets" / "x.toml"


def test_a_good_file_is_read(sheet: Path) -> None:
    sheet.parent.mkdir(parents=True)
    sheet.write_text('title = "Ä"\nlimit = 3\n[[dose]]\nmg = 50\n', encoding="utf-8")
    assert read(sheet, Sheet) == Sheet(title="Ä", limit=3, dose=(Dose(mg=50.0),))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('title = "a"\nlimit = 3\nlimti = 4\n', "sheets/x.toml, line 3, key limti: not known here"),
        ('# only this\ntitle = "a"\n', "sheets/x.toml, key limit: missing"),
        (
            'title = "a"\nlimit = 1\n\n[[dose]]\nmg = 5\n\n[[dose]]\n# the second\nnoet = "b"\nmg = 5\n',
            "sheets/x.toml, line 9, key dose.2.noet: not known here",
        ),
        ('title = "a"\nlimit = 1\n[[dose]]\nnote = "b"\n', "sheets/x.toml, line 3, key dose.1.mg: missing"),
    ],
)
def test_a_slip_is_told_with_file_line_and_key(sheet: Path, text: str, sentence: str) -> None:
    assert told(sheet, text) == sentence


def test_a_number_in_quotes_is_not_converted_silently(sheet: Path) -> None:
    sentence = told(sheet, 'title = "a"\nlimit = "3"\n')
    assert sentence.startswith("sheets/x.toml, line 2, key limit: ")
    assert "integer" in sentence
    assert "it says '3'" in sentence


def test_what_is_not_toml_names_its_line(sheet: Path) -> None:
    assert "sheets/x.toml" in told(sheet, 'title = "a"\nlimit = \n')
    assert "line 2" in told(sheet, 'title = "a"\nlimit = \n')


def test_another_encoding_is_told(sheet: Path) -> None:
    sheet.parent.mkdir(parents=True)
    sheet.write_bytes('title = "é"'.encode("windows-1252"))
    with pytest.raises(CatalogError, match=r"^sheets/x\.toml: this file is not UTF-8 text$"):
        read(sheet, Sheet)


def test_a_missing_file_is_told(sheet: Path) -> None:
    with pytest.raises(CatalogError, match=r"^sheets/x\.toml: this file cannot be read"):
        read(sheet, Sheet)


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("gaps", "min_days"), 2),
        (("gaps", "unknown"), 1),
        (("quoted key", "deep"), 4),
        (("rows", 1, "a"), 8),
        (("nowhere",), None),
    ],
)
def test_keys_are_found_on_their_lines(keys: tuple[int | str, ...], line: int | None) -> None:
    text = '[gaps]\nmin_days = 2\n["quoted key"]\ndeep = 1\n[[rows]]\na = 1\n[[rows]]\na = 2\n'
    assert line_of(text, keys) == line
