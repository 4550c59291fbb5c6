"""Arguments that only the receiver can read."""

import base64
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from voice_engine.kernel.encryption import encrypted, read_key
from voice_engine.kernel.errors import YingdaError

KEY = rsa.generate_private_key(65537, 2048)


def pem(key: Any) -> str:
    public: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return public.decode()


def opened(text: str) -> bytes:
    return KEY.decrypt(base64.b64decode(text), OAEP(MGF1(SHA256()), SHA256(), None))


def test_only_the_named_fields_are_encrypted():
    given = {"ssn": "110101", "name": "李雷", "payment": {"card": 6222, "bank": "ICBC"}}

    found = encrypted(given, ["ssn", "payment.card", "absent.field"], pem(KEY))

    assert opened(found["ssn"]) == b"110101"
    assert orjson.loads(opened(found["payment"]["card"])) == 6222
    assert (found["name"], found["payment"]["bank"]) == ("李雷", "ICBC")
    assert given["ssn"] == "110101"


def test_places_in_lists_can_be_named():
    found = encrypted({"cards": [{"no": "1"}, {"no": "2"}]}, ["cards.*.no"], pem(KEY))
    first = encrypted({"cards": ["1", "2"]}, ["cards.0", "cards.7", "cards.x"], pem(KEY))

    assert [opened(card["no"]) for card in found["cards"]] == [b"1", b"2"]
    assert (opened(first["cards"][0]), first["cards"][1]) == (b"1", "2")


def test_what_is_too_long_for_the_key_is_not_sent_and_not_quoted():
    assert opened(encrypted({"a": "x" * 190}, ["a"], pem(KEY))["a"]) == b"x" * 190

    with pytest.raises(YingdaError) as refused:
        encrypted({"a": "x" * 191}, ["a"], pem(KEY))

    assert "190" in refused.value.message
    assert "xxx" not in refused.value.message


@pytest.mark.parametrize(
    "text",
    ["", "hello", pem(rsa.generate_private_key(65537, 1024)), pem(ec.generate_private_key(ec.SECP256R1()))],
    ids=["empty", "text", "short", "curve"],
)
def test_a_key_that_is_no_good_is_refused(text: str):
    with pytest.raises(ValueError, match="2048"):
        read_key(text)
