"""Names of any script, folded so that they are found however they are typed."""

import pytest

from ketaclinic.domain.names import fold, one_slip, same_name_key, search_parts, words


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("João", "joao"),
        ("Łukasz", "lukasz"),
        ("LUKASZ", "lukasz"),
        ("Weiß", "weiss"),
        ("Zoë Nguyễn", "zoe nguyen"),
        ("Ольга", "ольга"),
        ("Андрей", "андрей"),
        ("Фёдор", "федор"),
        ("Γιώργος", "γιωργοσ"),
        ("Øystein Åse", "oystein ase"),
        ("İbrahim", "ibrahim"),
        ("Đặng", "dang"),
        ("ﬁona", "fiona"),
        ("王小明", "王小明"),
    ],
)
def test_accents_fold_and_letters_of_other_scripts_stay(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_a_name_comes_apart_into_words() -> None:
    assert words("O'Brien-Núñez, Mary") == ("obrien", "nunez", "mary")
    assert words("  van der   Berg ") == ("van", "der", "berg")
    assert words("—") == ()


def test_a_name_is_found_by_its_words_and_as_one() -> None:
    assert search_parts("García-López", "Ana María", "") == {
        "garcia", "lopez", "garcialopez", "ana", "maria", "anamaria",
    }  # fmt: skip
    assert "王小明" in search_parts("王", "小明")


@pytest.mark.parametrize("slip", ["sliva", "siva", "sillva", "selva", "silvz", "xilva"])
def test_one_slip_reaches_the_name(slip: str) -> None:
    assert any("silva".startswith(spelling) for spelling in one_slip(slip))


@pytest.mark.parametrize("other", ["slvia1", "savli", "brown"])
def test_two_slips_do_not(other: str) -> None:
    assert "silva" not in one_slip(other)


def test_short_words_and_scripts_without_letters_have_no_slips() -> None:
    assert one_slip("kim") == frozenset()
    assert one_slip("王小明日") == frozenset()
    assert one_slip("") == frozenset()
    assert "ольга" in one_slip("олга")


def test_spelling_does_not_make_two_people() -> None:
    assert same_name_key("Garcia Lopez", "ANA") == same_name_key("García-López", "Ana")
