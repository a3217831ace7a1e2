"""The appointment card of a series: two wallet cards to cut out and fold, all dates on each.

One is for the patient, one for whoever takes the patient home. Folded once a card is as large as a bank card.
"""

from math import ceil

from ketaclinic.documents.list_pages import ListPages
from ketaclinic.domain.handouts import clock_time, long_date
from ketaclinic.domain.sheets import AppointmentCard, AppointmentCards, CardDate

_WIDE, _HIGH = 243.0, 306.0  # 86 by 54 mm, unfolded twice as high
_PAD = 11.0
_LARGEST, _SMALLEST = 9.0, 5.5
_BETWEEN = 36.0
_BENEATH = 18.0
_A_PAGE = 2  # series


def build(sheet: AppointmentCards) -> bytes:
    """The cards as a PDF, two series to a page; the same value gives the same bytes."""
    title = "Appointment card" if len(sheet.cards) == 1 else "Appointment cards"
    pages = ListPages(sheet.head, title, "Cut along the frame, fold at the dotted line.", landscape=False)
    for number, card in enumerate(sheet.cards):
        if not number % _A_PAGE:
            pages.new_page()
        top = pages.top - 8 - number % _A_PAGE * (_HIGH + _BENEATH)
        for copy in range(2):
            _draw(pages, card, pages.left + copy * (_WIDE + _BETWEEN), top)
    return pages.finish()


def _draw(pages: ListPages, card: AppointmentCard, x: float, top: float) -> None:
    canvas, fold = pages.canvas, top - _HIGH / 2
    pages.frame(x, top - _HIGH, _WIDE, _HIGH)
    canvas.setDash(1.5, 2.5)
    pages.rule(x, fold, x + _WIDE)
    canvas.setDash()
    _draw_front(pages, card, x + _PAD, top - _PAD)
    _draw_dates(pages, card, x + _PAD, fold - _PAD, _HIGH / 2 - 2 * _PAD)


def _draw_front(pages: ListPages, card: AppointmentCard, x: float, y: float) -> None:
    wide = _WIDE - 2 * _PAD
    for line in pages.lines(card.clinic, 11, wide, 2, bold=True):
        y -= 13
        pages.text(x, y, line, size=11, bold=True, color=pages.tones.accent)
    y -= 4
    for line in (*pages.lines(card.address, 8, wide, 2), *pages.lines(_phones(card), 8, wide, 2)):
        y -= 10.5
        pages.text(x, y, line, size=8, color=pages.tones.second)
    y -= 8
    for line in pages.lines(pages.name(card.patient, card.record), 11, wide, 2, bold=True):
        y -= 13
        pages.text(x, y, line, size=11, bold=True)
    y -= 12
    pages.text(x, y, f"Record {card.record}", size=8, color=pages.tones.second)
    told = "Please come at the time shown. An adult must take you home. To change a date, call us as early as you can."
    y -= 5
    for line in pages.lines(told, 7.5, wide, 3):
        y -= 9.5
        pages.text(x, y, line, size=7.5)


def _phones(card: AppointmentCard) -> str:
    after = f"after hours {card.after_hours}" if card.after_hours else ""
    return " · ".join(filter(None, (card.phone, after)))


def _draw_dates(pages: ListPages, card: AppointmentCard, x: float, top: float, room: float) -> None:
    """Every date in one column, or in two where there are many."""
    columns = 1 if len(card.dates) <= 12 else 2
    each = max(1, ceil(len(card.dates) / columns))
    step = min(18.0, room / each)
    size = max(_SMALLEST, min(_LARGEST, step * 0.72, _LARGEST if columns == 1 else 6.5))
    wide = (_WIDE - 2 * _PAD) / columns
    for number, date in enumerate(card.dates):
        left = x + wide * (number // each)
        y = top - step * (number % each) - size
        taken = pages.text(left, y, _short(date) if columns == 2 else _long(date), size=size, bold=True, width=wide)
        if columns == 1:
            said = " · ".join(filter(None, (date.label, date.note)))
            pages.text(left + wide, y, said, size=size - 1.5, color=pages.tones.second, right=True, width=wide - taken)


def _long(date: CardDate) -> str:
    weekday, day, year = long_date(date.arrives_at).split(", ")
    return f"{weekday[:3]}, {day}, {year}, {clock_time(date.arrives_at)}"


def _short(date: CardDate) -> str:
    weekday, day, year = long_date(date.arrives_at).split(", ")
    month, number = day.split(" ")
    return f"{weekday[:3]} {month[:3]} {number}, {year}, {clock_time(date.arrives_at)}"
