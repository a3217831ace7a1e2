"""The look keeps its promises in both themes: contrast, and never colour alone."""

import re

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFontInfo, QFontMetrics
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from ketaclinic.domain.appointments import Status
from ketaclinic.paths import resources_dir
from ketaclinic.ui import icons, theme
from ketaclinic.ui.palette import DARK, LIGHT, Tokens, contrast, mix, readable

BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


def test_half_of_black_over_white_is_grey() -> None:
    assert mix("#000000", "#ffffff", 0.5) == "#808080"


def test_a_colour_that_reads_well_stays_itself() -> None:
    assert readable("#1b2430", "#ffffff") == "#1b2430"
    assert contrast(readable("#94a3b8", "#ffffff"), "#ffffff") >= 4.5


@BOTH
def test_words_read_well_on_every_ground(tokens: Tokens) -> None:
    for ink in (tokens.ink, tokens.ink2, tokens.ink3, tokens.red, tokens.amber, tokens.green, tokens.accent_ink):
        for ground in (tokens.canvas, tokens.surface, tokens.surface2):
            assert contrast(ink, ground) >= 4.5, (ink, ground)


@BOTH
def test_words_read_well_on_their_tints(tokens: Tokens) -> None:
    pairs = (
        (tokens.amber, tokens.amber_tint),
        (tokens.red, tokens.red_tint),
        (tokens.green, tokens.green_tint),
        (tokens.accent_ink, tokens.accent_tint),
        (tokens.on_accent, tokens.accent),
        (tokens.on_accent, tokens.accent_hover),
        (tokens.on_red, tokens.red_fill),
        (tokens.rail_ink, tokens.rail),
        (tokens.rail_active_ink, tokens.rail_active),
        (tokens.on_brand, tokens.brand),
        (tokens.ink, tokens.selection),
        (tokens.ink2, tokens.selection),
        (tokens.ink2, tokens.hover),
        (tokens.ink, tokens.amber_tint),
        (tokens.ink, tokens.red_tint),
        (tokens.ink, tokens.accent_tint),
    )
    for ink, ground in pairs:
        assert contrast(ink, ground) >= 4.5, (ink, ground)


@BOTH
def test_focus_shows_on_every_ground(tokens: Tokens) -> None:
    for ground in (tokens.canvas, tokens.surface, tokens.surface2):
        assert contrast(tokens.focus, ground) >= 3.0


@BOTH
@pytest.mark.parametrize("status", list(Status))
def test_status_reads_well_on_its_card(tokens: Tokens, status: Status) -> None:
    look = tokens.status[status]
    for ground in (look.tint, look.strong_tint, tokens.surface):
        assert contrast(look.color, ground) >= 4.5
        assert contrast(tokens.ink, ground) >= 4.5


def test_statuses_of_the_day_differ_by_sign_and_by_word() -> None:
    shown = [
        Status.SCHEDULED,
        Status.CONFIRMED,
        Status.ARRIVED,
        Status.CHECKED_IN,
        Status.INFUSING,
        Status.RECOVERING,
        Status.READY,
        Status.DISCHARGED,
        Status.NO_SHOW,
    ]
    assert [LIGHT.status[status].glyph for status in shown] == ["○", "✓", "●", "◆", "▶", "◐", "◕", "■", "✕"]
    assert len({status.word for status in shown}) == len(shown)


def test_only_those_who_do_not_come_are_struck_through() -> None:
    struck = {status for status in Status if LIGHT.status[status].struck}
    assert struck == {
        Status.NO_SHOW,
        Status.RESCHEDULED,
        Status.CANCELLED_BY_PATIENT,
        Status.CANCELLED_BY_CLINIC,
        Status.CANCELLED_LATE,
    }


@pytest.mark.parametrize("name", sorted(icons.NAMES))
def test_every_icon_has_its_sign(dressed_app: QApplication, name: str) -> None:
    picture = icons.icon(name).pixmap(QSize(24, 24)).toImage()
    assert any(picture.pixelColor(x, y).alpha() for x in range(24) for y in range(24))


def test_icons_are_sharp_on_a_scaled_screen(dressed_app: QApplication) -> None:
    picture = icons.icon("day").pixmap(QSize(20, 20), 1.5)
    assert picture.size() == QSize(30, 30)
    assert picture.devicePixelRatio() == 1.5


def test_unknown_icon_is_a_bug() -> None:
    with pytest.raises(KeyError):
        icons.icon("unicorn")


@BOTH
def test_style_sheet_knows_all_its_colours(tokens: Tokens) -> None:
    sheet = theme.style_sheet(tokens)
    assert "@" not in sheet
    assert tokens.accent in sheet


def test_pictures_of_the_style_sheet_are_there() -> None:
    for tokens in (LIGHT, DARK):
        named = re.findall(r'url\("([^"]+)"\)', theme.style_sheet(tokens))
        assert named
        for path in set(named):
            assert (resources_dir() / "style" / path.split("/style/")[1]).is_file()


def test_switching_the_theme_tells_those_who_paint_themselves(dressed_app: QApplication, qtbot: QtBot) -> None:
    with qtbot.wait_signal(theme.signals.changed):
        theme.set_mode("dark")
    assert theme.tokens() is DARK
    assert QColor(DARK.canvas).name() in dressed_app.styleSheet()
    theme.set_mode("light")
    assert theme.tokens() is LIGHT


def test_icon_on_a_button_follows_the_theme(dressed_app: QApplication) -> None:
    button = QPushButton(icons.icon("lock"), "")
    light = button.icon().pixmap(QSize(32, 32)).toImage()
    theme.set_mode("dark")
    dark = button.icon().pixmap(QSize(32, 32)).toImage()
    theme.set_mode("light")
    assert light != dark


def test_interface_font_is_the_one_of_the_documents(dressed_app: QApplication) -> None:
    assert QFontInfo(theme.font(13)).family() == "Noto Sans"
    assert QFontInfo(theme.font(13, True)).bold()


def test_figures_stand_in_columns(dressed_app: QApplication) -> None:
    for bold in (False, True):
        metrics = QFontMetrics(theme.font(13, bold))
        assert len({metrics.horizontalAdvance(figure * 8) for figure in "0123456789"}) == 1


def test_unknown_mode_is_the_one_of_the_system(dressed_app: QApplication) -> None:
    theme.set_mode("purple")
    assert theme.mode() == "system"
    theme.set_mode("light")
