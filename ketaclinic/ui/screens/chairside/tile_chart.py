"""The small curve of a tile, from what the tile itself holds."""

from datetime import datetime

from ketaclinic.domain.encounters import Tile
from ketaclinic.ui.screens.chairside.moments import wall
from ketaclinic.ui.widgets.vitals_chart import ChartBand, ChartData, ChartMark, ChartPoint

_HIGHEST = 400.0  # mmHg, above every axis
_BEYOND_THE_END, _WITHOUT_END = 30.0, 70.0  # minutes


def chart_of_tile(tile: Tile, zone: str, now: datetime) -> ChartData:
    """What the curve shows at `now`; it moves on in whole minutes, so that a tile is not painted for nothing."""
    curve = tile.curve
    if not curve.readings:
        return ChartData()
    zero = tile.started_at or curve.readings[0].at
    end = tile.stopped_at or tile.planned_end

    def minute(at: datetime) -> float:
        return (at - zero).total_seconds() / 60

    return ChartData(
        points=tuple(ChartPoint(round(minute(r.at), 2), r.sbp, r.dbp, r.hr, r.spo2) for r in curve.readings),
        bands=_bands(curve.amber, curve.red),
        marks=tuple(ChartMark(round(minute(at), 1), text, adverse=adverse) for at, text, adverse in curve.marks),
        pauses=tuple((minute(begun), None if done is None else minute(done)) for begun, done in curve.pauses),
        now=float(int(minute(now))),
        end=None if end is None else round(minute(end), 1),
        ended=tile.stopped_at is not None,
        baseline=curve.baseline,
        zero=wall(zero, zone),
        started=tile.started_at is not None,
        until=_WITHOUT_END if end is None else minute(end) + _BEYOND_THE_END,
    )


def _bands(amber: float | None, red: float | None) -> tuple[ChartBand, ...]:
    bands = []
    if amber is not None:
        bands.append(ChartBand(amber, red if red is not None else _HIGHEST, "amber"))
    if red is not None:
        bands.append(ChartBand(red, _HIGHEST, "red"))
    return tuple(bands)
