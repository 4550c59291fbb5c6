"""Words everyone shares."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.kernel import tokens
from voice_engine.kernel.errors import ProviderError, Unauthorized, YingdaError
from voice_engine.kernel.events import Event, EventType
from voice_engine.kernel.ids import is_id, new_id
from voice_engine.kernel.mask import mask
from voice_engine.kernel.sealed import seal, unseal


def test_ids_are_uuids_that_sort_by_birth():
    first = new_id()
    time.sleep(0.002)
    second = new_id()

    assert is_id(first)
    assert first[14] == "7"
    assert first < second


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我的手机是13812348888。", "我的手机是138****8888。"),
        ("身份证11010519491231002X。", "身份证110105********002X。"),
        ("订单号20261120123456789", "订单号20261120123456789"),
        ("卡号6222021234567894有钱", "卡号6222********7894有钱"),
        ("发到zhang.san@example.com", "发到z***@example.com"),
        ("拨打10086", "拨打10086"),
    ],
)
def test_personal_numbers_are_masked_and_others_are_not(text, masked):
    assert mask(text) == masked


def test_a_sealed_secret_opens_only_in_its_own_organisation():
    box = seal("sk-123", b"secret", context="org-a")

    assert unseal(box, b"secret", context="org-a") == "sk-123"
    assert "sk-123" not in box
    with pytest.raises(YingdaError, match="cannot be opened"):
        unseal(box, b"secret", context="org-b")


@pytest.mark.parametrize(
    ("token", "kind", "now", "code"),
    [
        ("", "x", 0, "token_missing"),
        ("a", "x", 0, "token_malformed"),
        ("e30.e30", "x", 0, "token_invalid"),
        (None, "y", 0, "token_wrong_kind"),
        (None, "x", 101, "token_expired"),
    ],
)
def test_a_token_that_is_not_right_says_why(token, kind, now, code):
    good = tokens.sign({"kind": "x", "call": "c"}, b"secret", expires_at=100)

    with pytest.raises(Unauthorized) as refused:
        tokens.verify(good if token is None else token, b"secret", kind=kind, now=now)

    assert refused.value.code == code


@given(st.binary(max_size=60).map(lambda b: b.decode("latin-1")))
def test_no_text_is_taken_for_a_token(text):
    with pytest.raises(Unauthorized):
        tokens.verify(text, b"secret", kind="x", now=0)


def test_an_event_survives_its_journey():
    event = Event(EventType.MESSAGE, "o", "c", "s", 7, 1000, 1.5, {"role": "user", "message": "你好"})

    assert Event.from_json(event.to_json()) == event


def test_a_vendors_fault_knows_whether_trying_again_helps():
    assert ProviderError("timeout", "x", "late").retryable
    assert not ProviderError("auth", "x", "no").retryable
    assert ProviderError("auth", "x", "no").code == "x.auth"
