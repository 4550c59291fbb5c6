import json
from pathlib import Path

from api.launcher.settings import LauncherSettings
from api.launcher.welcome import LOGIN, program, welcome


def test_the_demo_key_is_in_a_line_to_paste(tmp_path):
    (tmp_path / "demo.json").write_text(json.dumps({"privateKey": "sk_1", "publicKey": "pk_1"}))

    lines = welcome(LauncherSettings(api_port=8123), tmp_path)

    assert "  curl http://127.0.0.1:8123/v1/assistants -H 'Authorization: Bearer sk_1'" in lines


def test_the_owners_password_is_shown_once(tmp_path):
    (tmp_path / LOGIN).write_text(json.dumps({"email": "owner@demo.local", "password": "opensesame"}))

    first = "\n".join(welcome(LauncherSettings(), tmp_path))
    second = "\n".join(welcome(LauncherSettings(), tmp_path))

    assert "owner@demo.local" in first
    assert "opensesame" in first
    assert "opensesame" not in second
    assert not (tmp_path / LOGIN).exists()


def test_without_a_demo_organisation_no_key_is_made_up(tmp_path):
    lines = "\n".join(welcome(LauncherSettings(), tmp_path))

    assert "Private key" not in lines
    assert "curl" not in lines


def test_addresses_are_the_ones_you_gave_or_those_it_listens_on(tmp_path):
    given = LauncherSettings(public_url="https://voice.example.com/")

    assert "  Portal      https://voice.example.com/" in welcome(given, tmp_path)
    assert "  Portal      http://127.0.0.1:8000/" in welcome(LauncherSettings(api_host="0.0.0.0"), tmp_path)
    assert "  Portal      http://[::1]:8000/" in welcome(LauncherSettings(api_host="::"), tmp_path)


def test_the_line_to_paste_leads_to_this_installation(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert "YINGDA_DATA_DIR" not in program(tmp_path / ".yingda")
    assert program(Path("/else where")).startswith("YINGDA_DATA_DIR='/else where' ")
