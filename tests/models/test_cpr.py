"""CPR numbers: what is one, that they are encrypted, found again, and shown nowhere.

Only numbers that no person has: with 60 added to the day of birth, as replacement and test numbers are made.
"""

from __future__ import annotations

import pickle
import traceback
from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.cpr import Cpr, CprError, CprKeyError, CprVault, new_key, read_keys

TODAY = date(2026, 11, 30)
NUMBER = "610150-0000"
ROW = uuid4()


def test_number_is_read_with_and_without_hyphen() -> None:
    assert Cpr.parse(NUMBER).digits == "6101500000"
    assert Cpr.parse(" 6101500000 ").formatted() == NUMBER
    assert Cpr.parse(NUMBER).is_replacement


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "ten digits"),
        ("610150-000", "ten digits"),
        ("610150-00000", "ten digits"),
        ("610150-OOOO", "ten digits"),
        ("６１０１５０-0000", "ten digits"),
        ("610150--0000", "ten digits"),
        ("611350-0000", "date"),  # month 13
        ("910250-0000", "date"),  # 31 February
        ("600150-0000", "date"),  # day 60 is neither a day nor one with 60 added
        ("920150-0000", "date"),  # day 32 with 60 added
        ("610136-4000", "lies ahead"),  # 1 January 2036
        ("610158-5000", "more than 123 years"),  # 1858
    ],
)
def test_what_is_no_number_is_told_without_repeating_it(text: str, words: str) -> None:
    with pytest.raises(CprError, match=words) as caught:
        Cpr.parse(text, today=TODAY)
    shown = "".join(traceback.format_exception(caught.value))
    assert not text or text not in shown + repr(caught.value) + repr(caught.value.values)
    assert "During handling" not in shown, "the library's own error may hold the number"


def test_check_digit_is_not_asked_for() -> None:
    """Since 2007 numbers are given out that do not fit modulus 11."""
    for last in range(10):
        Cpr.parse(f"610150-000{last}")


def test_born_today_is_a_person_and_born_tomorrow_is_not() -> None:
    assert Cpr.parse("901126-4000", today=TODAY)
    with pytest.raises(CprError, match="lies ahead"):
        Cpr.parse("901126-4000", today=date(2026, 11, 29))


def test_number_is_hidden_wherever_values_are_shown() -> None:
    cpr = Cpr.parse(NUMBER)
    shown = [repr(cpr), str(cpr), f"{cpr}", f"{cpr!r:>40}", "{}".format(cpr), "%s" % cpr, repr([cpr])]  # noqa: UP031, UP032
    assert not any("610150" in text for text in shown)
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(cpr)


@given(st.dates(date(1905, 1, 1), date(1999, 12, 31)), st.integers(0, 3999))
def test_every_number_opens_again_and_is_not_in_the_stored_bytes(born: date, serial: int) -> None:
    vault = CprVault([b"k" * 32])
    cpr = Cpr.parse(f"{born.day + 60:02}{born:%m%y}-{serial:04}")
    stored = vault.encrypt(cpr, ROW)
    assert vault.decrypt(stored, ROW) == cpr
    assert cpr.digits.encode() not in stored + vault.blind_index(cpr)
    assert stored != vault.encrypt(cpr, ROW), "equal numbers must not be seen to be equal"
    assert vault.blind_index(cpr) == vault.blind_index(Cpr(cpr.digits))


def test_index_needs_the_key() -> None:
    cpr = Cpr.parse(NUMBER)
    assert CprVault([b"a" * 32]).blind_index(cpr) != CprVault([b"b" * 32]).blind_index(cpr)


def test_value_moved_to_another_row_does_not_open() -> None:
    vault = CprVault([b"a" * 32])
    stored = vault.encrypt(Cpr.parse(NUMBER), ROW)
    with pytest.raises(CprKeyError, match="moved from another row"):
        vault.decrypt(stored, uuid4())


@pytest.mark.parametrize("place", [0, 3, 10, 20, -1])
def test_damaged_value_does_not_open(place: int) -> None:
    vault = CprVault([b"a" * 32])
    stored = bytearray(vault.encrypt(Cpr.parse(NUMBER), ROW))
    stored[place] ^= 1
    with pytest.raises(CprKeyError):
        vault.decrypt(bytes(stored), ROW)


def test_older_keys_open_and_the_newest_encrypts() -> None:
    old, new = b"a" * 32, b"b" * 32
    cpr = Cpr.parse(NUMBER)
    before = CprVault([old]).encrypt(cpr, ROW)
    both = CprVault([new, old])
    assert both.decrypt(before, ROW) == cpr
    assert not both.is_current(before)
    after = both.encrypt(cpr, ROW)
    assert both.is_current(after)
    assert CprVault([new]).decrypt(after, ROW) == cpr
    assert both.blind_indexes(cpr) == [CprVault([new]).blind_index(cpr), CprVault([old]).blind_index(cpr)]
    with pytest.raises(CprKeyError, match="another key"):
        CprVault([new]).decrypt(before, ROW)


def test_keys_are_read() -> None:
    first, second = new_key(), new_key()
    assert first != second
    keys = read_keys(f"{first},\n {second}\n")
    assert [len(key) for key in keys] == [32, 32]
    assert keys == read_keys(first) + read_keys(second)


@pytest.mark.parametrize("text", ["", "secret", "c2hvcnQ=", "A" * 40, "A" * 43 + "= x", "A" * 64])
def test_bad_key_is_told_without_repeating_it(text: str) -> None:
    with pytest.raises(CprKeyError, match="make one with") as caught:
        read_keys(text)
    assert not text or text not in str(caught.value)


def test_vault_without_usable_key_is_refused_and_shows_none() -> None:
    with pytest.raises(CprKeyError):
        CprVault([])
    with pytest.raises(CprKeyError):
        CprVault([b"short"])
    assert "kkkk" not in repr(CprVault([b"k" * 32])) + repr(vars(CprVault([b"k" * 32])))
