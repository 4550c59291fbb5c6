"""The shape of keys: what is made is well formed, what is changed is not."""

import string

from hypothesis import given
from hypothesis import strategies as st

from api.http.secrets import ALPHABET, Pepper, is_well_formed, kind_of, new_key, new_refresh_token
from voice_engine.kernel.ids import new_id

kinds = st.sampled_from(["private", "public"])


@given(kinds)
def test_a_key_has_its_prefix_its_length_and_its_checksum(kind):
    key = new_key(kind)

    assert key.startswith({"private": "sk_", "public": "pk_"}[kind])
    assert len(key) == 3 + 37 + 6
    assert set(key[3:]) <= set(ALPHABET)
    assert is_well_formed(key)
    assert kind_of(key) == kind


@given(kinds, st.integers(0, 45), st.sampled_from(string.printable))
def test_one_changed_character_is_noticed(kind, position, character):
    key = new_key(kind)

    changed = key[:position] + character + key[position + 1 :]

    assert is_well_formed(changed) == (changed == key)


@given(kinds, st.integers(0, 45))
def test_a_cut_key_is_noticed(kind, length):
    assert not is_well_formed(new_key(kind)[:length])


@given(st.text(max_size=60))
def test_any_text_can_be_asked_about(text):
    assert not is_well_formed(text)
    assert not is_well_formed(f"sk_{text}")


def test_no_two_keys_are_alike():
    assert len({new_key("private") for _ in range(1000)}) == 1000


def test_the_same_key_has_another_hmac_in_another_installation():
    key = new_key("private")

    assert Pepper(b"a" * 32).mac(key) == Pepper(b"a" * 32).mac(key)
    assert Pepper(b"a" * 32).mac(key) != Pepper(b"b" * 32).mac(key)


def test_a_refresh_token_has_one_length():
    assert {len(new_refresh_token(new_id())) for _ in range(100)} == {78}
