"""One chair in use, readable from two metres: who, what phase, what is due, the last vitals, the one next step."""

from datetime import datetime

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ketaclinic.domain.encounters import Step, Tile, Urgency
from ketaclinic.domain.observations import Level
from ketaclinic.ui import icons, theme
from ketaclinic.ui.screens.chairside import moments, tile_content
from ketaclinic.ui.screens.chairside.moments import Countdown
from ketaclinic.ui.screens.chairside.tile_chart import chart_of_tile
from ketaclinic.ui.screens.chairside.tile_painting import line, open_points, strip
from ketaclinic.ui.widgets.vitals_chart import ChartData, paint_small

PAUSE = "Pause infusion"
RECORD = "Record now"
_COMPACT, _ROOMY, _CURVE = 372, 430, 72
_SHARES = (1.5, 0.8, 1.05, 0.95, 1.3)
_PADDING, _HEAD, _BAR, _UNDER, _VITALS, _FACT, _BUTTONS = 20, 60, 8, 26, 58, 22, 44


class TileWidget(QWidget):
    """A self-painting tile with real buttons.

    Signals:
        opened(appointment id): the session is to be opened.
        acted(appointment id, words): the main button, named as in `Tile.action`.
    """

    opened = Signal(int)
    acted = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._tile: Tile | None = None
        self._zone = "UTC"
        self._as_of: datetime | None = None
        self._now: datetime | None = None
        self._count = Countdown("", "", "none")
        self._left = ""
        self._chart = ChartData()
        self._chart_minute = -1
        self._share = 0
        self._facts: tuple[tuple[str, str], ...] = ()
        self._open = QPushButton("Open")
        self._record = QPushButton(RECORD)
        self._main = QPushButton()
        self._lay_out()
        theme.signals.changed.connect(self.update)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        for button, kind in ((self._open, "plain"), (self._record, "plain"), (self._main, "primary")):
            button.setProperty("kind", kind)
            button.setProperty("large", True)  # 44 px high
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_PADDING, 0, _PADDING, 16)
        layout.addStretch(1)
        layout.addLayout(buttons)
        self._open.clicked.connect(self._open_clicked)
        self._record.clicked.connect(self._record_clicked)
        self._main.clicked.connect(self._main_clicked)

    @property
    def appointment_id(self) -> int | None:
        """Whose tile this is."""
        return self._tile.appointment_id if self._tile is not None else None

    @property
    def chair(self) -> str:
        """The name of the chair."""
        return self._tile.chair if self._tile is not None else ""

    @property
    def countdown(self) -> Countdown:
        """What the tile says largest."""
        return self._count

    def show_tile(self, tile: Tile, zone: str, as_of: datetime, now: datetime) -> None:
        """Shows a chair from now on, read at `as_of`; nothing is repainted for a tile that says the same."""
        same = tile == self._tile and zone == self._zone
        self._tile, self._zone, self._as_of = tile, zone, as_of
        if same:
            self.tick(now)
            return
        who = f"{tile.patient}, {tile.chair}"
        self._open.setAccessibleName(f"Open {who}")
        self._record.setAccessibleName(f"{RECORD}, {who}")
        self._record.setVisible(tile.action == PAUSE)
        self._main.setText(tile.action or "Open session")
        self._main.setAccessibleName(f"{self._main.text()}, {who}")
        self._open.setVisible(tile.action not in {"", "Open session", PAUSE})
        self.tick(now, whole=True)

    def tick(self, now: datetime, *, whole: bool = False) -> None:
        """Recomputes everything from stored instants and repaints only the parts that differ."""
        tile = self._tile
        if tile is None or self._as_of is None:
            return
        self._now = now
        count, left = moments.of_tile(tile, now), moments.time_left(tile, now, self._as_of)
        turned = count.tone != self._count.tone
        share = round(moments.progress(tile, now) * max(1, self.width() - 2 * _PADDING))
        if (count, left, share) != (self._count, self._left, self._share):
            self._count, self._left, self._share = count, left, share
            self.update(0, 0, self.width(), int(self._vitals_top()))
        minute = int(now.timestamp() // 60)
        if whole or minute != self._chart_minute:
            self._chart_minute = minute
            self._show_chart(chart_of_tile(tile, self._zone, now))
        facts = tile_content.facts(tile, self._zone, self._as_of, now)
        if facts != self._facts:
            self._facts = facts
            self.update(0, int(self._middle().bottom()), self.width(), self.height())
        if whole or turned:
            self.setAccessibleName(tile_content.spoken(tile, now))
            self.update()

    def _show_chart(self, chart: ChartData) -> None:
        if chart != self._chart:
            self._chart = chart
            self.update(self._middle().toAlignedRect())

    def sizeHint(self) -> QSize:
        return QSize(520, 400)

    def minimumSizeHint(self) -> QSize:
        return QSize(400, 296)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._open_clicked()
        super().mouseDoubleClickEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        self.update()
        super().changeEvent(event)

    def _open_clicked(self) -> None:
        if self._tile is not None:
            self.opened.emit(self._tile.appointment_id)

    def _record_clicked(self) -> None:
        if self._tile is not None:
            self.acted.emit(self._tile.appointment_id, RECORD)

    def _main_clicked(self) -> None:
        if self._tile is not None:
            self.acted.emit(self._tile.appointment_id, self._main.text())

    # Painting, from top to bottom

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._tile is None or self._now is None:
            return
        dirty = QRectF(event.rect())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRegion(event.region())
        self._paint_frame(painter, self._tile)
        inner = QRectF(self.rect()).adjusted(_PADDING, _PADDING - 4, -_PADDING, -(16 + _BUTTONS + 12))
        middle = self._middle()
        if dirty.top() < self._vitals_top():
            self._paint_head(painter, inner, self._tile)
            self._paint_bar(painter, inner, self._tile, self._now)
        if self._tile.last and dirty.top() < middle.top() and dirty.bottom() > self._vitals_top():
            self._paint_vitals(painter, inner, self._tile)
        if dirty.intersects(middle):
            self._paint_middle(painter, middle, self._tile)
        if dirty.bottom() > middle.bottom():
            self._paint_foot(painter, inner, self._tile)
        painter.end()

    def _vitals_top(self) -> float:
        return _PADDING - 4 + _HEAD + _BAR + _UNDER

    def _middle(self) -> QRectF:
        """The part between the vitals and the facts: the chart, or what is still open."""
        tile = self._tile
        top = self._vitals_top() + (_VITALS + 6 if tile is not None and tile.last else 4)
        bottom = self.height() - (16 + _BUTTONS + 12) - self._foot_height()
        return QRectF(_PADDING, top, self.width() - 2 * _PADDING, max(0.0, bottom - top - 6))

    @property
    def _compact(self) -> bool:
        """Whether the facts stand beside the buttons, so that a small screen keeps the curve."""
        return self.height() < _COMPACT

    @property
    def _shown_facts(self) -> tuple[tuple[str, str], ...]:
        """As many as there is room for without taking it from the curve."""
        return self._facts[: 6 if self.height() >= _ROOMY else 4]

    def _foot_height(self) -> float:
        if self._tile is None:
            return 0.0
        if self._tile.alert is not None and self._tile.alert.active:
            return 50.0 if self._compact else 70.0 + _FACT
        if self._compact:
            return 0.0
        rows = -(-len(self._shown_facts) // 2)
        return rows * _FACT + (34.0 if tile_content.hint(self._tile) else 0.0)

    def _paint_frame(self, painter: QPainter, tile: Tile) -> None:
        tokens = theme.tokens()
        edges = {Urgency.RED: tokens.red, Urgency.AMBER: tokens.amber, Urgency.DUE: tokens.amber}
        edge = edges.get(tile.urgency_at(self._now) if self._now is not None else tile.urgency)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setBrush(QColor(tokens.surface))
        painter.setPen(QPen(QColor(edge or tokens.line), 2.0 if edge else 1.0))
        painter.drawRoundedRect(box, 12, 12)

    def _paint_head(self, painter: QPainter, inner: QRectF, tile: Tile) -> None:
        tokens = theme.tokens()
        big, word = theme.font(36, bold=True), theme.font(13, bold=True)
        width = max(
            QFontMetricsF(big).horizontalAdvance(self._count.value),
            QFontMetricsF(word).horizontalAdvance(self._count.word),
        )
        colours = {"calm": tokens.green, "due": tokens.amber, "late": tokens.red}
        painter.setPen(QColor(colours.get(self._count.tone, theme.status(tile.status).color)))
        right = Qt.AlignmentFlag.AlignRight
        painter.setFont(word)
        painter.drawText(QRectF(inner.left(), inner.top() - 3, inner.width(), 18), right, self._count.word)
        painter.setFont(big)
        painter.drawText(
            QRectF(inner.left(), inner.top() + 12, inner.width(), 44),
            right | Qt.AlignmentFlag.AlignVCenter,
            self._count.value,
        )
        room = inner.width() - width - 20
        line(painter, QRectF(inner.left(), inner.top(), room, 28), tile.patient, 20, tokens.ink, bold=True)
        second = f"{tile.chair} · session {tile.label} · {tile.record}"
        line(painter, QRectF(inner.left(), inner.top() + 29, room, 20), second, 13, tokens.ink2)

    def _paint_bar(self, painter: QPainter, inner: QRectF, tile: Tile, now: datetime) -> None:
        tokens, look = theme.tokens(), theme.status(tile.status)
        bar = QRectF(inner.left(), inner.top() + _HEAD, inner.width(), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.line))
        painter.drawRoundedRect(bar, 4, 4)
        share = moments.progress(tile, now)
        if share > 0:
            painter.setBrush(QColor(look.fill))
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(8.0, bar.width() * share), bar.height()), 4, 4)
        below = QRectF(inner.left(), bar.bottom() + 4, inner.width(), 20)
        icons.paint(
            painter,
            "pause" if tile.paused_since else look.icon,
            QRectF(below.left(), below.top() + 2, 16, 16),
            look.color,
        )
        line(painter, below.adjusted(22, 0, 0, 0), tile_content.status_word(tile), 14, look.color, bold=True)
        painter.setFont(theme.font(14))
        painter.setPen(QColor(tokens.ink2))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._left)

    def _paint_vitals(self, painter: QPainter, inner: QRectF, tile: Tile) -> None:
        tokens = theme.tokens()
        colours = {Level.AMBER: tokens.amber, Level.RED: tokens.red, None: tokens.ink}
        found = tile_content.vitals(tile.last, tile.levels)
        shares = _SHARES
        top, left = inner.top() + _HEAD + _BAR + _UNDER + 2, inner.left()
        size = 27 if inner.width() > 430 else 23
        for vital, share in zip(found, shares, strict=True):
            width = inner.width() * share / sum(shares)
            colour = colours[vital.level]
            line(
                painter,
                QRectF(left, top, width - 4, 18),
                vital.label,
                12,
                tokens.ink2 if vital.level is None else colour,
                bold=vital.level is not None,
            )
            line(painter, QRectF(left, top + 17, width - 4, 36), vital.text, size, colour, bold=True)
            left += width

    def _paint_middle(self, painter: QPainter, area: QRectF, tile: Tile) -> None:
        waiting = tile.open_points if tile.step is Step.BEFORE else ()
        if area.height() < _CURVE:
            if area.height() >= 2 * _FACT and not (waiting and tile.step is Step.BEFORE):
                self._paint_facts(painter, area, 4)  # a curve this flat says nothing
            elif waiting and area.height() >= 2 * _FACT:
                open_points(painter, area, waiting)
            return
        if waiting:
            open_points(painter, area, waiting)
        elif self._chart.points:
            paint_small(painter, area, self._chart)

    def _paint_foot(self, painter: QPainter, inner: QRectF, tile: Tile) -> None:
        tokens = theme.tokens()
        area = QRectF(inner.left(), inner.bottom() - self._foot_height(), inner.width(), self._foot_height())
        alert = tile.alert
        if alert is not None and alert.active:
            red = alert.level is Level.RED
            strip(
                painter,
                QRectF(area.left(), area.top() + 2, area.width(), area.height() - (4 if self._compact else 6 + _FACT)),
                alert.finding.message,
                alert.finding.action,
                tokens.red if red else tokens.amber,
                tokens.red_tint if red else tokens.amber_tint,
            )
            if self._compact:
                self._paint_facts_beside(painter, inner, tile)
            else:
                row = QRectF(area.left(), area.bottom() - _FACT, area.width(), _FACT)
                self._paint_facts(painter, row, 2)
            return
        waits = tile_content.hint(tile)
        if waits and not self._compact:
            look = theme.status(tile.status)
            strip(painter, QRectF(area.left(), area.top(), area.width(), 28), waits, "", look.color, look.tint)
            area = area.adjusted(0, 34, 0, 0)
        if self._compact:
            self._paint_facts_beside(painter, inner, tile)
            return
        self._paint_facts(painter, area, 6)

    def _paint_facts(self, painter: QPainter, area: QRectF, most: int) -> None:
        """Label and text in two columns."""
        tokens = theme.tokens()
        for number, (label, text) in enumerate(self._shown_facts[:most]):
            column, row = number % 2, number // 2
            left, top = area.left() + column * area.width() / 2, area.top() + row * _FACT
            line(painter, QRectF(left, top, 66, _FACT), label, 12, tokens.ink2)
            line(painter, QRectF(left + 66, top, area.width() / 2 - 74, _FACT), text, 13, tokens.ink)

    @property
    def _pressing(self) -> tuple[tuple[str, str], ...]:
        """What must be read where there is room for two lines only: what runs, and who fetches the patient."""
        return (*self._facts[:1], *(fact for fact in self._facts[1:] if fact[0] == "Escort"))

    def _paint_facts_beside(self, painter: QPainter, inner: QRectF, tile: Tile) -> None:
        """The two most pressing facts at the left of the buttons."""
        tokens = theme.tokens()
        first = min(b.x() for b in (self._open, self._record, self._main) if not b.isHidden())
        top = self.height() - 16 - _BUTTONS
        room = first - inner.left() - 12
        above = self._middle().height() >= 2 * _FACT and not (tile.alert is not None and tile.alert.active)
        shown = self._facts[4:6] if above and tile.step is not Step.BEFORE else self._pressing
        lines = [text if label in {"Running", "Given"} else f"{label}: {text}" for label, text in shown]
        waits = tile_content.hint(tile)
        if waits:
            lines[1:] = [waits]
        for number, words in enumerate(lines):
            line(painter, QRectF(inner.left(), top + number * 22, room, 22), words, 12, tokens.ink2)
