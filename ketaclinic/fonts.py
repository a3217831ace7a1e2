"""One sans-serif on screen and on paper: static cuts of Noto Sans, made once for each user and kept in their cache.

The package brings one variable font for each slope. ReportLab cannot embed a variable font, and Qt does not treat one
alike on every platform, so the three cuts that the program uses are made here: regular, semibold and italic. A cut
keeps the Latin, Greek and Cyrillic scripts (Vietnamese too) and the signs the program prints.

The cuts carry the plain family name with the styles Regular, Bold and Italic: `QFont("Noto Sans")` with `setBold` gets
the weight of 600 on every platform, and nothing is thickened by the renderer.
"""

import logging
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FAMILY = "Noto Sans"
_RECIPE = 1  # raise it when a cut changes, so that cached ones are made again

_KEPT = (
    (0x0020, 0x024F),  # Latin, with its extensions A and B
    (0x02B0, 0x036F),  # modifier letters, combining marks
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x052F),  # Cyrillic
    (0x1E00, 0x1FFF),  # Latin additional (Vietnamese), polytonic Greek
    (0x2000, 0x22FF),  # punctuation, currency, letter-like signs, arrows, mathematics
    (0x25A0, 0x27BF),  # shapes
    (0xFB00, 0xFB06),  # ligatures
)
_FEATURES = ("ccmp", "kern", "liga", "locl", "mark", "mkmk", "rlig", "tnum", "lnum")
_DRAWN_WEIGHT = 400  # the default of the weight axis in the package's fonts; that of the width axis is 100
_ROMAN = "NotoSans[wdth,wght].ttf"
_ITALIC = "NotoSans-Italic[wdth,wght].ttf"


@dataclass(frozen=True, slots=True)
class FontFiles:
    """Where the static cuts lie; `bold` is the semibold (weight 600)."""

    regular: Path
    bold: Path
    italic: Path


@dataclass(frozen=True, slots=True)
class _Cut:
    """One static font: its style, its weight, and the style's name as a font menu shows it."""

    style: str
    weight: int
    postscript: str


_REGULAR = _Cut("Regular", 400, "NotoSans-Regular")
_BOLD = _Cut("Bold", 600, "NotoSans-SemiBold")
_SLANTED = _Cut("Italic", 400, "NotoSans-Italic")


@cache
def static_fonts(folder: Path | None = None) -> FontFiles:
    """The three cuts, made when they are not there yet: seconds the first time, then the cost of looking.

    Args:
        folder: where to keep them; by default the user's cache, and a temporary folder where that cannot be written.
    """
    made_from = f"noto-sans-{version('fontpkg-noto-sans')}-{_RECIPE}"
    home = (folder or Path(platformdirs.user_cache_dir("ketaclinic", appauthor=False)) / "fonts") / made_from
    try:
        return _complete(home)
    except OSError as problem:
        logging.getLogger(__name__).warning(
            "font cache cannot be written (%s); using a temporary folder", problem.errno
        )
        return _complete(Path(tempfile.mkdtemp(prefix="ketaclinic-fonts-")))


def _complete(home: Path) -> FontFiles:
    """The cuts of a folder, those that are missing made first."""
    files = FontFiles(*(home / f"{cut.postscript}.ttf" for cut in (_REGULAR, _BOLD, _SLANTED)))
    roman = [(cut, path) for cut, path in ((_REGULAR, files.regular), (_BOLD, files.bold)) if not path.exists()]
    italic = [(_SLANTED, files.italic)] if not files.italic.exists() else []
    if roman or italic:
        home.mkdir(parents=True, exist_ok=True)
    for source, cuts in ((_ROMAN, roman), (_ITALIC, italic)):
        if cuts:
            reduced = _reduced(source)
            for cut, path in cuts:
                _put(path, _instance(reduced, cut))
    return files


def _reduced(source: str) -> bytes:
    """The variable font with only the scripts and features kept: cutting it is then three times as fast."""
    from fontpkg_noto_sans import ROOT  # noqa: PLC0415 - slow, only to cut
    from fontTools import subset  # noqa: PLC0415 - slow, only to cut
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - slow, only to cut

    font = TTFont(ROOT / "files" / source, lazy=True, recalcBBoxes=False, recalcTimestamp=False)
    options = subset.Options(layout_features=list(_FEATURES), name_IDs=["*"], notdef_outline=True, glyph_names=False)
    subsetter = subset.Subsetter(options)
    has = font.getBestCmap()
    subsetter.populate(unicodes=[code for first, last in _KEPT for code in range(first, last + 1) if code in has])
    subsetter.subset(font)
    return _bytes_of(font)


def _instance(variable: bytes, cut: _Cut) -> bytes:
    """A static font of one weight and normal width, with the names of its style."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - slow, only to cut
    from fontTools.varLib import instancer  # noqa: PLC0415 - slow, only to cut

    font = TTFont(BytesIO(variable), recalcTimestamp=False)
    if cut.weight == _DRAWN_WEIGHT:
        for deltas in ("gvar", "HVAR", "MVAR"):
            del font[deltas]  # all zero here; reading them would take most of the time
    instancer.instantiateVariableFont(font, {"wght": cut.weight, "wdth": 100}, inplace=True)
    names = {1: FAMILY, 2: cut.style, 3: f"{cut.postscript};ketaclinic", 4: f"{FAMILY} {cut.style}", 6: cut.postscript}
    for name_id, text in names.items():
        font["name"].setName(text, name_id, 3, 1, 0x409)
    for name_id in (16, 17, 21, 22, 25):
        font["name"].removeNames(nameID=name_id)
    if cut.style == "Bold":
        font["head"].macStyle |= 0b1
        font["OS/2"].fsSelection = font["OS/2"].fsSelection & ~0b1000000 | 0b100000
    font["OS/2"].usWeightClass = cut.weight
    return _bytes_of(font)


def _bytes_of(font: "TTFont") -> bytes:
    stream = BytesIO()
    font.save(stream)
    font.close()
    return stream.getvalue()


def _put(path: Path, content: bytes) -> None:
    """Writes beside and renames: another process sees all of the file or none, and two that race write the same."""
    handle, beside = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        try:
            Path(beside).replace(path)
        except PermissionError:  # Windows: the other process won and has the file open
            if not path.exists():
                raise
    finally:
        with suppress(FileNotFoundError):
            Path(beside).unlink()
