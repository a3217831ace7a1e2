"""The cut fonts: they hold the names of the clinic's patients, and cutting them is safe and done once."""

import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from ketaclinic import fonts
from ketaclinic.fonts import FontFiles, static_fonts

NAMES = "Zoë Nguyễn, Łukasz, Ольга, Γιώργος"


@pytest.fixture(scope="module")
def cuts() -> FontFiles:
    return static_fonts()


@pytest.mark.parametrize("style", ["regular", "bold", "italic"])
def test_every_cut_holds_names_of_four_scripts(cuts: FontFiles, style: str) -> None:
    characters = TTFont(getattr(cuts, style)).getBestCmap()
    assert [letter for letter in NAMES if ord(letter) not in characters] == []


@pytest.mark.parametrize(
    ("style", "name", "weight"), [("regular", "Regular", 400), ("bold", "Bold", 600), ("italic", "Italic", 400)]
)
def test_a_cut_is_static_and_bears_the_family_name(cuts: FontFiles, style: str, name: str, weight: int) -> None:
    font = TTFont(getattr(cuts, style))
    assert "fvar" not in font
    assert (font["name"].getDebugName(1), font["name"].getDebugName(2)) == ("Noto Sans", name)
    assert font["OS/2"].usWeightClass == weight


def test_the_semibold_is_heavier_than_the_regular(cuts: FontFiles) -> None:
    def width(path: Path) -> int:
        font = TTFont(path)
        return int(font["hmtx"][font.getBestCmap()[ord("m")]][0])

    assert width(cuts.bold) > width(cuts.regular)


def test_cached_cuts_are_found_without_cutting_tools(cuts: FontFiles) -> None:
    program = (
        "import sys; from ketaclinic.fonts import static_fonts; static_fonts();"
        "print([m for m in sys.modules if m.startswith('fontTools')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_cut_that_another_process_finished_first_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "NotoSans-Regular.ttf"
    target.write_bytes(b"the other one")

    def refuse(self: Path, other: Path) -> Path:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", refuse)
    fonts._put(target, b"mine")
    assert target.read_bytes() == b"the other one"
    assert [path.name for path in tmp_path.iterdir()] == ["NotoSans-Regular.ttf"]


def test_a_full_disk_leaves_no_half_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fonts.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        fonts._put(tmp_path / "NotoSans-Regular.ttf", b"mine")
    assert list(tmp_path.iterdir()) == []
