from pydantic import SecretStr

from api.launcher.settings import LauncherSettings
from api.launcher.sources import entries, shown
from voice_engine.settings import ProviderLimit


def entry(name: str):
    return next(entry for entry in entries(LauncherSettings()) if entry.name == name)


def test_a_value_nobody_set_is_the_default(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("YINGDA_API_PORT", raising=False)

    found = entry("api_port")

    assert (found.variable, found.value, found.source) == ("YINGDA_API_PORT", "8000", "default")


def test_the_environment_goes_before_the_file(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "yingda.yaml").write_text("api_port: 9000\nengines: 3\n")
    monkeypatch.setenv("YINGDA_API_PORT", "9001")

    assert (entry("api_port").value, entry("api_port").source) == ("9001", "environment YINGDA_API_PORT")
    assert (entry("engines").value, entry("engines").source) == ("3", "yingda.yaml")


def test_a_secret_from_a_file_names_the_file_and_hides_the_secret(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("sk-very-secret")
    monkeypatch.setenv("DASHSCOPE_API_KEY_FILE", str(tmp_path / "key"))

    found = entry("dashscope_api_key")

    assert found.value == "(set, hidden)"
    assert found.source == f"file {tmp_path / 'key'} (DASHSCOPE_API_KEY_FILE)"


def test_tables_are_shown_as_a_variable_would_hold_them():
    limit = ProviderLimit(provider="espeak", requests_per_minute=3)

    assert shown([limit]) == '[{"provider":"espeak","per":"platform","requests_per_minute":3}]'
    assert shown({"model": {"models": ["讯飞"]}}) == '{"model":{"models":["讯飞"]}}'


def test_passwords_in_urls_are_not_shown():
    assert shown("postgresql://me:pa55@db:5432/yingda") == "postgresql://me:***@db:5432/yingda"
    assert shown("redis://:pa55@127.0.0.1:6379/0") == "redis://:***@127.0.0.1:6379/0"
    assert shown(SecretStr("")) == "(not set)"
    assert shown(SecretStr("pa55")) == "(set, hidden)"
    assert shown(None) == ""
