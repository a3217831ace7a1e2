"""The day by chair: a column for each chair and a card for each visit, as high as it is long."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import ceil

from ketaclinic.documents.list_pages import ListPages, width_of
from ketaclinic.domain.allergies import flagged
from ketaclinic.domain.handouts import short_date, unbroken
from ketaclinic.domain.sheets import DaySheet, SheetVisit

_AXIS = 30.0
_HEAD = 18.0
_WIDEST = 230.0
_PAD = 4.0
_SIZES = (8.5, 8.0, 7.5, 7.0, 6.5)
_LEADING = 1.2
_BOXES = 10.0
_MAY_SHRINK = 0.1  # part of the cards that may be set smaller than the others


@dataclass(frozen=True, slots=True)
class _Scale:
    """From minutes of the day to places on the page."""

    first: int
    last: int
    top: float
    bottom: float

    def y(self, minute: float) -> float:
        minute = min(max(minute, self.first), self.last)
        return self.top - (minute - self.first) / (self.last - self.first) * (self.top - self.bottom)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A visit with its part of the column, where two share it (a missed one and who came instead)."""

    visit: SheetVisit
    lane: int
    lanes: int


@dataclass(frozen=True, slots=True)
class _Card:
    """A visit and the rectangle it stands in; `leaves` is where the turnover begins."""

    visit: SheetVisit
    x: float
    wide: float
    top: float
    bottom: float
    leaves: float

    @property
    def inner(self) -> float:
        """Room for words across."""
        return self.wide - 2 * _PAD

    @property
    def room(self) -> float:
        """Room for words downwards, above the boxes at the foot."""
        return self.top - self.bottom - _BOXES - 4


def draw_columns(pages: ListPages, sheet: DaySheet, visits: Sequence[SheetVisit], legend: Callable[[], None]) -> None:
    """Draws the chairs, so many on a page; a chair that is not in use any more but has a visit is among them."""
    chairs = dict(sheet.chairs) | {v.chair_id: v.chair for v in visits if v.chair_id not in dict(sheet.chairs)}
    first, last = _span(sheet, visits)
    each = list(chairs.items())
    beside = max(1, ceil(len(each) / max(1, ceil(len(each) / max(1, sheet.look.chairs_per_page)))))
    for group in (each[at : at + beside] for at in range(0, len(each), beside)):
        pages.new_page()
        legend()
        scale = _Scale(first, last, pages.top - _HEAD, pages.bottom + 4)
        wide, cards = min(_WIDEST, (pages.wide - _AXIS) / len(group)), list[_Card]()
        _draw_axis(pages, scale, wide * len(group))
        for number, (chair_id, name) in enumerate(group):
            x = pages.left + _AXIS + wide * number
            pages.text(x + _PAD, pages.top - 12, name, size=9, bold=True, width=wide - 2 * _PAD)
            pages.upright(x, scale.bottom, pages.top)
            for placed in _in_lanes([visit for visit in visits if visit.chair_id == chair_id]):
                cards.append(_card(sheet, placed, scale, x, wide))
        size = sheet.look.size or _common_size(pages, cards)
        for card in cards:
            _draw_card(pages, card, size, shrinks=sheet.look.size is None)
        pages.upright(pages.left + _AXIS + wide * len(group), scale.bottom, pages.top)


def _minute(at: datetime, sheet: DaySheet) -> int:
    return int((at - datetime.combine(sheet.day, time())) / timedelta(minutes=1))


def _span(sheet: DaySheet, visits: Sequence[SheetVisit]) -> tuple[int, int]:
    """Whole hours from the opening or the first visit to the closing or the last one."""
    look = sheet.look
    starts = [opens.hour * 60 + opens.minute for opens, _ in sheet.hours]
    ends = [closes.hour * 60 + closes.minute or 24 * 60 for _, closes in sheet.hours]
    starts += [_minute(visit.starts_at, sheet) for visit in visits]
    ends += [_minute(visit.ends_at, sheet) for visit in visits]
    first = min(starts) if look.starts is None else look.starts.hour * 60 + look.starts.minute
    last = max(ends) if look.ends is None else look.ends.hour * 60 + look.ends.minute
    first -= first % 60
    return first, max(last + -last % 60, first + 60)


def _draw_axis(pages: ListPages, scale: _Scale, wide: float) -> None:
    pages.rule(pages.left, scale.top, pages.left + _AXIS + wide, heavy=True)
    for minute in range(scale.first, scale.last + 1, 60):
        y = scale.y(minute)
        pages.rule(pages.left + _AXIS - 4, y, pages.left + _AXIS + wide)
        if minute < scale.last:
            pages.text(pages.left, y - 8, f"{minute // 60 % 24:02}:00", size=7.5, color=pages.tones.second)


def _in_lanes(visits: Sequence[SheetVisit]) -> list[_Placed]:
    """Visits that overlap stand beside each other."""
    placed: list[_Placed] = []
    cluster: list[tuple[SheetVisit, int]] = []
    free: list[datetime] = []

    def close() -> None:
        placed.extend(_Placed(visit, lane, len(free)) for visit, lane in cluster)
        cluster.clear()
        free.clear()

    for visit in sorted(visits, key=lambda one: one.starts_at):
        if free and visit.starts_at >= max(free):
            close()
        lane = next((number for number, until in enumerate(free) if until <= visit.starts_at), len(free))
        if lane == len(free):
            free.append(visit.ends_at)
        else:
            free[lane] = visit.ends_at
        cluster.append((visit, lane))
    close()
    return placed


def _card(sheet: DaySheet, placed: _Placed, scale: _Scale, x: float, wide: float) -> _Card:
    visit, part = placed.visit, wide / placed.lanes
    top, bottom = scale.y(_minute(visit.starts_at, sheet)), scale.y(_minute(visit.ends_at, sheet))
    return _Card(visit, x + part * placed.lane + 1.5, part - 3, top, bottom, scale.y(_minute(visit.leaves_at, sheet)))


def _common_size(pages: ListPages, cards: Sequence[_Card]) -> float:
    """The largest type at which nearly all cards hold everything; those that do not are set smaller."""
    for size in _SIZES:
        if sum(not _holds(pages, card, size) for card in cards) <= len(cards) * _MAY_SHRINK:
            return size
    return _SIZES[-1]


def _holds(pages: ListPages, card: _Card, size: float) -> bool:
    words = _words(pages, card.visit, size, card.inner)
    return len(words) * size * _LEADING <= card.room and not any("…" in line for line, _ in words)


def _draw_card(pages: ListPages, card: _Card, size: float, *, shrinks: bool) -> None:
    pages.ground(card.x, card.leaves, card.wide, card.top - card.leaves)
    pages.frame(card.x, card.bottom, card.wide, card.top - card.bottom)  # down to the end of the turnover
    _draw_boxes(pages, card.visit, card.x + _PAD, card.bottom + 3, card.inner)
    if shrinks:
        smaller = (one for one in _SIZES if one <= size)
        size = next((one for one in smaller if _holds(pages, card, one)), _SIZES[-1])
    y = card.top - 1
    for words, bold in _words(pages, card.visit, size, card.inner)[: max(int(card.room / (size * _LEADING)), 1)]:
        y -= size * _LEADING
        pages.text(card.x + _PAD, y + size * 0.12, words, size=size, bold=bold, width=card.inner)


def _words(pages: ListPages, visit: SheetVisit, size: float, width: float) -> list[tuple[str, bool]]:
    """The lines of a card, what must not be missed first."""
    birth = short_date(visit.born) if visit.born else ""
    who = " ".join(filter(None, (visit.escort, unbroken(visit.escort_phone)))) or "not named"
    minutes = unbroken(f"{visit.minutes} min")
    said = [
        (f"{visit.starts_at:%H:%M}–{visit.leaves_at:%H:%M} {unbroken(visit.status)}", True, 2),
        (pages.name(visit.patient, visit.record), True, 2),
        (f"{visit.record} · {unbroken(birth)}" if birth else visit.record, False, 2),
        (f"{unbroken(visit.label)} · {visit.kind}, {minutes}", False, 2),
        (f"Note: {visit.notes}" if visit.notes else "", True, 4),
        (f"Escort: {who}", False, 3),
        (f"Nurse: {visit.nurse}" if visit.nurse else "", False, 2),
    ]
    found: list[tuple[str, bool]] = []
    for words, bold, most in said:
        found += [(line, bold) for line in pages.lines(words, size, width, most, bold=bold)]
    return found


def _draw_boxes(pages: ListPages, visit: SheetVisit, x: float, y: float, width: float) -> None:
    """Consent, order, allergy, and a line for initials, at the foot of the card."""
    at = x
    for letter, met in (("C", visit.consent), ("O", visit.order)):
        pages.text(at, y + 1, letter, size=7, bold=True)
        pages.box(at + 7, y, size=6.5, ticked=met, alert=not met)
        at += 19
    if flagged(visit.allergies or ""):
        pages.frame(at - 1, y - 1, 9, 9)
        pages.text(at + 1, y + 1, "A", size=7, bold=True, color=pages.tones.alert)
        at += 13
    taken = width_of("Init.", 6.5)
    if x + width - at > taken + 24:
        pages.text(at + 2, y + 1, "Init.", size=6.5, color=pages.tones.second)
        pages.field(at + taken + 4, y, min(40, x + width - at - taken - 6))
