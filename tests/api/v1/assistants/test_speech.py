"""Transcribers and voices of any vendor: what is accepted, what is refused when the assistant is saved."""

from typing import Any

import httpx
import pytest

from tests.api.v1.assistants.test_compile import compiled
from tests.api.world import Org
from voice_engine.providers import registry

SERVER = {"url": "https://tenant.example/hook", "secret": "s-1", "headers": {"X-For": "{{ customer.name }}"}}
ACCEPTED: list[dict[str, Any]] = [
    {"transcriber": {"provider": "tencent", "model": "16k_zh", "keywords": ["应答"], "language": "zh-CN"}},
    {"transcriber": {"provider": "tencent", "options": {"vadSilenceTime": 400}}},
    {"transcriber": {"provider": "tencent", "vadSilenceTime": 400}},
    {"transcriber": {"provider": "openai", "model": "gpt-4o-transcribe", "language": "zh"}},
    {"transcriber": {"provider": "whisper", "model": "large-v3", "url": "https://whisper.example"}},
    {"transcriber": {"provider": "whisper", "model": "large-v3"}},
    {"transcriber": {"provider": "custom-transcriber", "server": {"url": "wss://tenant.example/ears"}}},
    {"transcriber": {"provider": "sherpa-onnx", "model": "sense-voice-zh"}},
    {"transcriber": {"provider": "funasr", "options": {"kind": "nano", "endpoint": "client"}}},
    {"voice": {"provider": "tencent", "voiceId": "101001", "speed": 1.2, "volume": 3}},
    {
        "voice": {
            "provider": "openai",
            "voiceId": "alloy",
            "model": "gpt-4o-mini-tts",
            "instructions": "slowly",
        }
    },
    {"voice": {"provider": "custom-voice", "server": SERVER, "voiceId": "mine"}},
    {
        "voice": {
            "provider": "minimax",
            "voiceId": "male-qn-qingse",
            "emotion": "happy",
            "pitch": 2,
            "volume": 1.5,
        }
    },
    {"voice": {"provider": "azure", "voiceId": "zh-CN-XiaoxiaoNeural", "speed": 1.2}},
    {"transcriber": {"provider": "azure", "language": "zh-CN", "segmentationSilenceTimeoutMs": 400}},
    {"voice": {"provider": "tencent", "options": {"volume": "{{ volume }}"}}},
]


@pytest.mark.parametrize("body", ACCEPTED, ids=lambda body: next(iter(body.values()))["provider"])
async def test_what_an_adapter_takes_is_accepted_and_shown_as_it_was_sent(
    client: httpx.AsyncClient, org: Org, body: dict[str, Any]
):
    answer = await client.post("/assistant", json={"name": "a", **body}, headers=org.headers)

    assert answer.status_code == 201, answer.text
    (part,) = body
    shown = {**body[part], "server": {**body[part].get("server", {})}}
    shown["server"].pop("secret", None)
    assert answer.json()[part] == {name: value for name, value in shown.items() if value != {}}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            {"transcriber": {"provider": "tencent", "options": {"vadSilenceTime": 5}}},
            "transcriber.options.vadSilenceTime should be a number from 240 to 2000",
        ),
        (
            {"transcriber": {"provider": "tencent", "vadSilenceTim": 400}},
            "transcriber.vadSilenceTim should not exist; tencent has here: ",
        ),
        ({"transcriber": {"provider": "openai"}}, "Name the `model`"),
        (
            {"transcriber": {"provider": "custom-transcriber", "server": {"url": "ftp://a.example"}}},
            "transcriber.server.url should be a ws://, wss://, http:// or https:// URL",
        ),
        (
            {"transcriber": {"provider": "custom-transcriber", "server": {"url": "ws://10.1.2.3/"}}},
            "transcriber.server.url: ",
        ),
        (
            {"transcriber": {"provider": "sherpa-onnx", "model": "m", "options": {"threads": 99}}},
            "transcriber.options.threads should be a number from 1 to 8",
        ),
        (
            {"transcriber": {"provider": "whisper", "model": "m", "allowedTargets": ["10.0.0.0/8"]}},
            "transcriber.allowedTargets should not exist",
        ),
        ({"voice": {"provider": "tencent", "volume": 50}}, "voice.volume should be a number from -10 to 10"),
        ({"voice": {"provider": "tencent", "speed": 4}}, "speak at a `speed` from 0.6 to 2.5"),
        ({"voice": {"provider": "openai", "model": "m", "url": "http://127.0.0.1/"}}, "voice.url: "),
        (
            {
                "voice": {
                    "provider": "espeak",
                    "fallbackPlan": {"voices": [{"provider": "tencent", "pitch": 1}]},
                }
            },
            "voice.fallbackPlan.voices.0.pitch should not exist",
        ),
    ],
)
async def test_what_cannot_work_is_told_when_the_assistant_is_saved(
    client: httpx.AsyncClient, org: Org, body: dict[str, Any], sentence: str
):
    answer = await client.post("/assistant", json={"name": "a", **body}, headers=org.headers)

    assert answer.status_code == 400
    assert sentence in str(answer.json()["message"])


def test_the_secret_of_a_tenants_own_server_stays_sealed_until_it_is_used():
    spec = compiled({"voice": {"provider": "custom-voice", "server": SERVER}}, customer={"name": "Li"}).spec

    server = spec.assistant.voice.extra["server"]
    assert server["sealedSecret"] == "sealed(s-1)"
    assert server["headers"] == {"X-For": "Li"}
    assert "s-1" not in str(server).replace("sealed(s-1)", "")


def test_a_custom_voice_is_told_of_the_call():
    spec = compiled({"voice": {"provider": "custom-voice", "server": SERVER}}, customer={"number": "1"}).spec

    told = spec.assistant.voice.extra["message"]
    assert (told["call"]["id"], told["customer"]) == ("call-1", {"number": "1"})


def test_knobs_beside_the_fields_and_in_options_reach_the_adapter_alike():
    voice = {"provider": "tencent", "volume": 3, "options": {"emotion": "happy"}}

    assert compiled({"voice": voice}).spec.assistant.voice.extra == {"volume": 3, "emotion": "happy"}


@pytest.mark.parametrize("kind", ["stt", "tts"])
def test_every_vendor_reads_its_options_when_it_is_built(kind: registry.Kind):
    """An option that is read later would be taken for one that does not exist."""
    part = "transcriber" if kind == "stt" else "voice"
    theirs = {"model": "m", "url": "https://tenant.example"}
    needs: dict[str, dict[str, Any]] = {
        "openai": theirs,
        "whisper": theirs,
        "funasr": {"url": "wss://tenant.example"},
    }
    for provider in registry.REGISTRY[kind]:
        body = {"provider": provider, **needs.get(provider, {})}
        if provider.startswith("custom-"):
            body["server"] = {"url": "https://tenant.example"}

        assert getattr(compiled({part: body}).spec.assistant, part).provider == provider
