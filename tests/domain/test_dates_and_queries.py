"""Dates as people write them, telephone digits, and what a search query names."""

from datetime import date

import pytest

from ketaclinic.domain.dates import DateOrder, readings
from ketaclinic.domain.patient_query import PatientQuery, parse, record_number
from ketaclinic.domain.telephone import digits, end_key, front_key, looks_like_phone, search_keys

TODAY = date(2026, 11, 23)
APRIL_3 = date(1961, 4, 3)


@pytest.mark.parametrize(
    "text",
    ["1961-04-03", "1961/4/3", "1961.04.03", "19610403", "3 April 1961", "Apr 3, 1961", "April 3rd 1961", "3-Apr-61",
     "1961-04-03T00:00:00", "1961-04-03 00:00"],
)  # fmt: skip
def test_dates_that_read_one_way_only(text: str) -> None:
    assert set(readings(text, TODAY).values()) == {APRIL_3}


@pytest.mark.parametrize("text", ["04/03/1961", "4.3.1961", "4-3-1961", "04/03/61", "4/3/1961 12:00 AM"])
def test_dates_that_read_two_ways(text: str) -> None:
    found = readings(text, TODAY)
    assert found[DateOrder.MDY] == date(1961, 4, 3)
    assert found[DateOrder.DMY] == date(1961, 3, 4)


def test_a_day_over_twelve_settles_the_order() -> None:
    assert readings("04/25/1961", TODAY) == {DateOrder.MDY: date(1961, 4, 25)}
    assert readings("25/04/1961", TODAY) == {DateOrder.DMY: date(1961, 4, 25)}


def test_two_digits_are_the_last_such_year() -> None:
    assert readings("04/25/26", TODAY)[DateOrder.MDY] == date(2026, 4, 25)
    assert readings("04/25/27", TODAY)[DateOrder.MDY] == date(1927, 4, 25)


@pytest.mark.parametrize("text", ["", "soon", "31/31/1961", "1961-02-30", "2027-01-01", "12345", "3/1961"])
def test_what_is_no_date_so_far(text: str) -> None:
    assert readings(text, TODAY) == {}


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("(555) 010-4477", "5550104477"),
        ("+1 555.010.4477 ext. 3", "15550104477"),
        ("555 010 4477 x12", "5550104477"),
        ("٠٥٥٥١٢٣", "0555123"),
        ("none", ""),
    ],
)
def test_digits_of_a_telephone(phone: str, number: str) -> None:
    assert digits(phone) == number


def test_a_telephone_is_found_from_both_ends() -> None:
    assert search_keys("(555) 010-4477") == {
        front_key("5550104477"), front_key("0104477"), front_key("4477"), end_key("5550104477"),
    }  # fmt: skip
    assert search_keys("5550104477") == {front_key("5550104477"), front_key("0104477"), end_key("5550104477")}
    assert end_key("5550104477").startswith(end_key("4477"))
    assert not looks_like_phone("12")
    assert looks_like_phone("010-4477")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("silva joao", PatientQuery(names=("silva", "joao"))),
        ("Silva, João", PatientQuery(names=("silva", "joao"))),
        ("KC-12", PatientQuery(record="KC-0012")),
        ("kc0042", PatientQuery(record="KC-0042")),
        ("kc 10042", PatientQuery(record="KC-10042")),
        ("42", PatientQuery(numbers=("42",))),
        ("010-4477", PatientQuery(numbers=("0104477",))),
        ("silva 4477", PatientQuery(names=("silva",), numbers=("4477",))),
        ("1961-04-03", PatientQuery(born=frozenset({APRIL_3}))),
        ("sil 4/3/1961", PatientQuery(names=("sil",), born=frozenset({APRIL_3, date(1961, 3, 4)}))),
        ("3 april 1961 silva", PatientQuery(names=("silva",), born=frozenset({APRIL_3}))),
        ("   ", PatientQuery()),
        ("%_'; --", PatientQuery(names=("%",))),
    ],
)
def test_a_query_is_taken_apart(text: str, query: PatientQuery) -> None:
    assert parse(text, TODAY) == query


def test_record_numbers_grow_past_four_digits() -> None:
    assert [record_number(n) for n in (1, 9999, 10000)] == ["KC-0001", "KC-9999", "KC-10000"]


def test_a_country_code_may_be_left_out() -> None:
    assert front_key("7735550188") in search_keys("+1 773 555 0188")
    assert front_key("2079460958") in search_keys("+44 20 7946 0958")
