"""Credentials of vendors: their fields, their settings, how they are packed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.kernel.accounts import ACCOUNTS, packed, platform_fields, refuse_incomplete, unpacked
from voice_engine.kernel.errors import ProviderError
from voice_engine.kernel.vendor_settings import platform_account, platform_url
from voice_engine.settings import EngineSettings

NAMES = st.sampled_from(sorted({name for account in ACCOUNTS.values() for name in account.fields}))


@given(st.dictionaries(NAMES, st.text(min_size=1)))
def test_what_is_packed_comes_back(fields: dict[str, str]):
    assert unpacked(packed(fields)) == fields


def test_a_single_key_is_sealed_as_it_always_was():
    assert packed({"apiKey": "sk-1"}) == "sk-1"


def test_no_two_fields_share_a_setting():
    known = [
        account.setting(name)
        for account in ACCOUNTS.values()
        if account.prefix
        for name in (*account.fields, "baseUrl")
    ]

    assert len(known) == len(set(known)) == len(platform_fields())


def test_the_platforms_account_comes_from_its_settings(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("IFLYTEK_APP_ID", "app")
    monkeypatch.setenv("YINGDA_IFLYTEK_API_SECRET", "secret")
    monkeypatch.setenv("IFLYTEK_BASE_URL", "http://127.0.0.1:9")
    settings = EngineSettings()

    assert platform_account(settings, "iflytek") == {"appId": "app", "apiSecret": "secret"}
    assert platform_url(settings, "iflytek") == "http://127.0.0.1:9"
    assert platform_account(settings, "espeak") == {}


def test_what_an_account_lacks_is_named():
    with pytest.raises(ProviderError, match="set IFLYTEK_API_SECRET,") as refused:
        refuse_incomplete("iflytek", {"appId": "a", "apiKey": "k"})

    assert refused.value.kind == "auth"


def test_one_of_two_keys_is_enough():
    refuse_incomplete("volcengine", {"accessToken": "t", "appId": "a"})
    refuse_incomplete("volcengine", {"apiKey": "k"})
    with pytest.raises(ProviderError, match="VOLCENGINE_API_KEY"):
        refuse_incomplete("volcengine", {"appId": "a"})


def test_secrets_are_not_shown():
    assert "top-secret" not in repr(EngineSettings(iflytek_api_secret="top-secret"))
