"""The week on paper: a column for each day with its visits by time, as wide as the week has days."""

from ketaclinic.documents.list_pages import ListPages
from ketaclinic.domain.handouts import long_date, short_date
from ketaclinic.domain.sheets import SheetVisit, WeekSheet, WeekSheetDay

_SIZES = (8.5, 8.0, 7.5, 7.0, 6.5)
_LEADING = 1.2
_PAD = 4.0
_HEAD = 30.0


def build(sheet: WeekSheet) -> bytes:
    """The sheet as a PDF; the same value gives the same bytes."""
    days = [day for day in sheet.days if day.hours or day.visits or day.closures] or list(sheet.days[:5])
    count = sum(len(day.visits) for day in days)
    title = f"Week of {long_date(sheet.days[0].day)}"
    told = f"{short_date(sheet.days[0].day)} to {short_date(sheet.days[-1].day)} · {count} visit{'s' * (count != 1)}"
    pages = ListPages(sheet.head, title, told, ink=sheet.ink)
    pages.new_page()
    _Week(pages, days).draw()
    return pages.finish()


class _Week:
    """The columns of one week, drawn page after page until every day is through."""

    def __init__(self, pages: ListPages, days: list[WeekSheetDay]) -> None:
        self._pages, self._days = pages, days
        self._wide = pages.wide / len(days)
        self._inner = self._wide - 2 * _PAD
        self._size = next((size for size in _SIZES if self._fits(size)), _SIZES[1])

    def _fits(self, size: float) -> bool:
        room = self._pages.top - _HEAD - self._pages.bottom
        return all(self._height(day, size) <= room for day in self._days)

    def _height(self, day: WeekSheetDay, size: float) -> float:
        lines = sum(len(self._lines(visit, size)) + 0.4 for visit in day.visits)
        return (lines + self._closed(day, size)) * size * _LEADING

    def _closed(self, day: WeekSheetDay, size: float) -> int:
        return sum(len(self._pages.lines(words, size, self._inner, 2)) for words in day.closures)

    def _lines(self, visit: SheetVisit, size: float) -> list[tuple[str, bool]]:
        """A visit in two lines, or three where the name is long."""
        pages, inner = self._pages, self._inner
        name = pages.name(visit.patient, visit.record)
        first = pages.lines(f"{visit.starts_at:%H:%M} {name}", size, inner, 2, bold=True)
        gone = "" if visit.status in {"Scheduled", "Confirmed"} else f" · {visit.status}"
        second = pages.lines(f"{visit.chair} · {visit.label} {visit.kind}{gone}", size, inner, 1)
        return [*((line, True) for line in first), *((line, False) for line in second)]

    def draw(self) -> None:
        """Draws all days, those that are longer than a page on further pages."""
        waiting = [list(day.visits) for day in self._days]
        first = True
        while first or any(waiting):
            if not first:
                self._pages.new_page()
            for number, day in enumerate(self._days):
                waiting[number] = self._draw_day(number, day, waiting[number], first=first)
            first = False

    def _draw_day(self, number: int, day: WeekSheetDay, visits: list[SheetVisit], *, first: bool) -> list[SheetVisit]:
        """Draws one column; returns the visits there was no room for."""
        pages, size = self._pages, self._size
        x = pages.left + self._wide * number
        y = pages.top - _HEAD
        pages.ground(x, y, self._wide, _HEAD)
        weekday, date = long_date(day.day).split(", ", 1)
        pages.text(x + _PAD, y + 18, f"{weekday}, {date.rsplit(', ', 1)[0]}", size=9, bold=True, width=self._inner)
        hours = ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in day.hours) or "closed"
        count = len(day.visits)
        said = f"{count} visit{'s' * (count != 1)} · {hours}"
        pages.text(x + _PAD, y + 7, said, size=7.5, color=pages.tones.second, width=self._inner)
        pages.rule(x, y, x + self._wide, heavy=True)
        pages.upright(x, pages.bottom, pages.top)
        if number == len(self._days) - 1:
            pages.upright(pages.right, pages.bottom, pages.top)
        y -= size * 0.3
        for words in day.closures if first else ():
            for line in pages.lines(words, size, self._inner, 2):
                y -= size * _LEADING
                pages.text(x + _PAD, y, line, size=size, color=pages.tones.alert)
        return self._draw_visits(x, y, visits)

    def _draw_visits(self, x: float, y: float, visits: list[SheetVisit]) -> list[SheetVisit]:
        pages, size = self._pages, self._size
        for place, visit in enumerate(visits):
            lines = self._lines(visit, size)
            if y - (len(lines) + 0.4) * size * _LEADING < pages.bottom:
                return visits[place:]
            for words, bold in lines:
                y -= size * _LEADING
                pages.text(x + _PAD, y, words, size=size, bold=bold, width=self._inner)
            y -= size * _LEADING * 0.4
            pages.rule(x + _PAD, y + size * 0.02, x + self._wide - _PAD)
        return []
