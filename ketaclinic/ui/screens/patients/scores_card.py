"""The scores of a patient: a curve for each scale with how the course stands, and every score in a table.

Signals of `ScoresCard`: `record_asked()`, `correct_asked(object)` an Assessment.
"""

from collections.abc import Mapping
from datetime import timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel

from ketaclinic.clock import to_wall
from ketaclinic.domain.assessments import Assessment, Infusion, ScoreStanding, ScoreTrend
from ketaclinic.domain.instruments import Instrument
from ketaclinic.ui.screens.patients.scores_table import ScoresTable
from ketaclinic.ui.widgets.card import TitledCard
from ketaclinic.ui.widgets.findings_panel import Notice
from ketaclinic.ui.widgets.pill import Pill
from ketaclinic.ui.widgets.score_curve import Curve, CurveBand, CurvePoint, ScoreCurve

_FIRST = "phq-9"
"""The scale shown first where there is one of it."""
_BEFORE = timedelta(days=30)
"""Infusions so long before the first score are still drawn."""


class ScoresCard(TitledCard):
    """For clinical roles alone."""

    record_asked = Signal()
    correct_asked = Signal(object)

    def __init__(self, trend: ScoreTrend, scales: Mapping[str, Instrument], shown: str = "") -> None:
        super().__init__("Scores", action="Record score…", action_icon="add", name="Record score")
        self._trend, self._scales = trend, scales
        self.action.clicked.connect(self.record_asked)
        self.table: ScoresTable | None = None
        self.curve: ScoreCurve | None = None
        if not trend.assessments:
            self.say_empty("No scores yet.")
            return
        self._choose(shown)
        self._head = QHBoxLayout(spacing=8)
        self.body.addLayout(self._head)
        self._calls = Notice("", tone="amber", icon="warn")
        self.body.addWidget(self._calls)
        self._make_curve()
        self._make_table()
        self._show()

    @property
    def shown(self) -> str:
        """Id of the scale in front."""
        return str(self._choice.currentData() or "") if self._trend.assessments else ""

    def _choose(self, shown: str) -> None:
        given = {a.instrument: a.title for a in self._trend.assessments}
        ordered = sorted(given, key=lambda key: (key != _FIRST, self._standing(key) is None, given[key]))
        self._choice = QComboBox(accessibleName="Scale shown")
        for key in ordered:
            self._choice.addItem(given[key], key)
        self._choice.setCurrentIndex(max(0, self._choice.findData(shown)))
        self._choice.currentIndexChanged.connect(self._show)

    def _make_curve(self) -> None:
        self.curve = ScoreCurve(Curve("", 1, ()))
        self.body.addWidget(self.curve)

    def _make_table(self) -> None:
        self.table = ScoresTable()
        self.table.correct_asked.connect(self.correct_asked)
        self.body.addWidget(self.table)

    # -- one scale

    def _show(self) -> None:
        """Shows the scale chosen."""
        key = self.shown
        standing = self._standing(key)
        self._say(standing)
        calls = standing.triggers if standing is not None else ()
        actions = dict.fromkeys(finding.action for finding in calls)
        self._calls.say("\n".join(finding.message for finding in calls), action="\n".join(actions))
        self._calls.setVisible(bool(calls))
        assert self.curve is not None
        assert self.table is not None
        own = [a for a in self._trend.assessments if a.instrument == key]
        self.curve.setVisible(standing is not None)
        if standing is not None:
            self.curve.show_curve(self._curve(standing, own))
        self.table.show_scores(own, self._trend.zone)

    def _say(self, standing: ScoreStanding | None) -> None:
        while self._head.count():
            item = self._head.takeAt(0)
            widget = item.widget()
            if widget is not None and widget is not self._choice:
                widget.hide()
                widget.deleteLater()
        self._head.addWidget(self._choice)
        if standing is not None and standing.latest is not None:
            if standing.remission:
                self._head.addWidget(Pill("✓ Remission", "green"))
            elif standing.response:
                self._head.addWidget(Pill("✓ Response", "green"))
            words = QLabel(_words(standing), wordWrap=True)
            words.setProperty("kind", "second")
            self._head.addWidget(words, 1)
        else:
            self._head.addStretch(1)

    def _standing(self, key: str) -> ScoreStanding | None:
        return next((s for s in self._trend.standings if s.instrument == key), None)

    def _curve(self, standing: ScoreStanding, own: list[Assessment]) -> Curve:
        zone, scale = self._trend.zone, self._scales.get(standing.instrument)
        points = tuple(CurvePoint(to_wall(a.taken_at, zone), a.total or 0, a.band_text) for a in own if a.counts)
        first = points[0].at if points else None
        given = [(to_wall(i.started_at, zone), _label(i)) for i in self._trend.infusions]
        infusions = tuple((at, label) for at, label in given if first is not None and at >= first - _BEFORE)
        base = standing.baseline.total if standing.baseline is not None else None
        return Curve(
            title=standing.title,
            maximum=standing.maximum,
            points=points,
            bands=tuple(CurveBand(b.low, b.high, b.text) for b in scale.bands) if scale is not None else (),
            infusions=infusions,
            response=_response(standing, base),
            remission=standing.goals.remission_at_most,
        )


def _response(standing: ScoreStanding, base: int | None) -> float | None:
    if base is None:
        return None
    if standing.goals.response_percent is not None:
        return base * (1 - standing.goals.response_percent / 100)
    points = standing.goals.response_points
    return float(base - points) if points is not None and base >= points else None


def _label(infusion: Infusion) -> str:
    return "M" if infusion.maintenance else str(infusion.number)


def _words(standing: ScoreStanding) -> str:
    """How the latest score stands beside the start of the course."""
    latest, base = standing.latest, standing.baseline
    band = f", {latest.band_text[:1].lower()}{latest.band_text[1:]}" if latest is not None and latest.band_text else ""
    said = f"Latest {latest.total}{band}" if latest is not None else ""
    if latest is None or base is None or base is latest or standing.change_percent is None:
        return said
    change = round(abs(standing.change_percent))
    way = "better" if standing.change_percent > 0 else "worse"
    than = f"{change} % {way} than {base.total}" if change else f"as {base.total}"
    return f"{said}; {than} at the start of the course"
