"""Assistant + overrides + variables → SessionSpec."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.v1.assistants.compile import (
    Compiled,
    Defaults,
    Occasion,
    compile_session,
    without_secret_headers,
)
from api.v1.assistants.config import Config, take
from api.v1.assistants.schemas.assistant import AssistantOverrides, CreateAssistant
from voice_engine.kernel.errors import BadRequest
from voice_engine.spec import SessionSpec, TransportSpec, TurnPlan

NOW = datetime(2026, 5, 4, 15, 10, tzinfo=UTC)
SCRIPTED: dict[str, Any] = {"provider": "scripted"}


def config(shape: type[CreateAssistant] | type[AssistantOverrides], fields: dict[str, Any]) -> Config:
    return take(shape.model_validate(fields).given(), lambda plain: f"sealed({plain})")


def compiled(assistant: dict[str, Any], overrides: dict[str, Any] | None = None, **occasion: Any) -> Compiled:
    return compile_session(
        config(CreateAssistant, {"model": SCRIPTED, **assistant}),
        config(AssistantOverrides, overrides or {}),
        Occasion("call-1", "session-1", "org-1", NOW, **occasion),
        lambda sealed: sealed.removeprefix("sealed(").removesuffix(")"),
    )


def test_defaults_are_filled_in():
    spec = compiled({}).spec

    assert (spec.call_id, spec.session_id, spec.org_id) == ("call-1", "session-1", "org-1")
    assert spec.created_at_ms == 1777907400000
    assistant = spec.assistant
    assert (assistant.transcriber.provider, assistant.voice.provider) == ("pocketsphinx", "espeak")
    assert (assistant.silence_timeout_s, assistant.max_duration_s) == (30, 600)
    assert assistant.turn == TurnPlan()
    assert assistant.recording
    assert assistant.client_messages == ()


def test_the_installation_decides_who_hears_and_speaks_by_default():
    defaults = Defaults({"provider": "dashscope"}, {"provider": "dashscope"})

    assistant = compiled({}, defaults=defaults).spec.assistant

    assert (assistant.transcriber.model, assistant.voice.model) == (
        "paraformer-realtime-v2",
        "cosyvoice-v3-flash",
    )


def test_a_call_needs_a_model():
    with pytest.raises(BadRequest) as refused:
        compiled({"model": None})

    assert refused.value.code == "model_missing"


def test_variables_reach_every_template():
    fields = {
        "firstMessage": "Hello {{ customer.name }} from {{ city }}",
        "endCallMessage": "Bye {{ customer.name }}, {{ call.type }} {{ transport.conversationType }}",
        "model": {
            "provider": "custom-llm",
            "url": "https://{{ host }}/v1/chat/completions",
            "model": "m",
            "headers": {"X-Call": "{{ call.id }}"},
            "messages": [{"role": "system", "content": "It is {{ year }}."}],
            "tools": [
                {
                    "type": "function",
                    "function": {"name": "f", "description": "In {{ city }}"},
                    "server": {"url": "https://{{ host }}/f", "headers": {"X-City": "{{ city }}"}},
                }
            ],
        },
        "transcriber": {
            "provider": "pocketsphinx",
            "grammar": ["go to {{ city }}"],
            "keywords": ["{{ city }}"],
        },
        "server": {"url": "https://{{ host }}/hook"},
    }
    values = {"variableValues": {"city": "Wuhan", "host": "example.com", "customer": {"name": "nobody"}}}

    made = compiled(fields, values, customer={"name": "Li"})

    assistant, model = made.spec.assistant, made.spec.assistant.model
    assert assistant.first_message == "Hello Li from Wuhan"
    assert assistant.end_call_message == "Bye Li, vapi.websocketCall voice"
    assert model.messages == ({"role": "system", "content": "It is 2026."},)
    assert (model.base_url, model.headers) == ("https://example.com/v1", {"X-Call": "call-1"})
    assert (model.tools[0].server_url, model.tools[0].server_headers) == (
        "https://example.com/f",
        {"X-City": "Wuhan"},
    )
    assert model.tools[0].description == "In Wuhan"
    assert assistant.transcriber.extra == {"grammar": ["go to Wuhan"]}
    assert assistant.transcriber.keywords == ("Wuhan",)
    assert made.server == {"url": "https://example.com/hook", "timeoutSeconds": 20, "headers": {}}


def test_overrides_replace_fields_as_a_whole_and_append_tools():
    assistant = {
        "firstMessage": "A",
        "endCallMessage": "Bye",
        "model": {**SCRIPTED, "temperature": 1.5, "tools": [{"type": "endCall"}]},
        "voice": {"provider": "espeak", "voiceId": "cmn", "pitch": 80},
    }
    overrides = {
        "firstMessage": "B",
        "voice": {"provider": "espeak", "speed": 2},
        "tools:append": [
            {
                "type": "function",
                "function": {"name": "late"},
                "server": {"url": "https://a.example", "secret": "s"},
            }
        ],
    }

    spec = compiled(assistant, overrides).spec.assistant

    assert (spec.first_message, spec.end_call_message) == ("B", "Bye")
    assert (spec.voice.voice_id, spec.voice.speed, spec.voice.extra) == ("en-us", 2, {})
    assert spec.model.temperature == 1.5
    assert [(tool.name, tool.kind) for tool in spec.model.tools] == [
        ("endCall", "endCall"),
        ("late", "function"),
    ]
    assert spec.model.tools[1].server_headers == {"X-Vapi-Secret": "s"}


def test_credentials_go_to_the_provider_they_are_for():
    spec = compiled(
        {
            "model": {"provider": "dashscope"},
            "transcriber": {"provider": "pocketsphinx"},
            "voice": {"provider": "dashscope"},
            "credentials": [{"provider": "openai", "apiKey": "o"}, {"provider": "dashscope", "apiKey": "d"}],
        }
    ).spec.assistant

    keys = (spec.model.sealed_api_key, spec.transcriber.sealed_api_key, spec.voice.sealed_api_key)
    assert keys == ("sealed(d)", "", "sealed(d)")


PLAN = {"type": "oauth2", "url": "https://id.example/token", "clientId": "shop", "scope": "calls"}


def test_an_account_of_several_fields_travels_as_one_sealed_text():
    account = {"provider": "tencent", "appId": "a", "secretId": "i", "secretKey": "k", "name": "ours"}
    given = config(CreateAssistant, {"model": SCRIPTED, "credentials": [account]})

    assert given.shown["credentials"] == [
        {"provider": "tencent", "appId": "a", "secretId": "i", "name": "ours"}
    ]
    assert given.api_key("tencent") == 'sealed({"appId": "a", "secretId": "i", "secretKey": "k"})'


def test_a_custom_model_gets_the_plan_of_its_credential_and_the_secret_stays_sealed():
    model = {"provider": "custom-llm", "url": "https://a.example", "model": "m", "metadataSendMode": "off"}
    fallback = {"models": [{**model, "model": "m-2"}, {"provider": "openai", "model": "gpt-6-luna"}]}
    credential = {"provider": "custom-llm", "authenticationPlan": {**PLAN, "clientSecret": "hush"}}

    made = compiled({"model": {**model, "fallbackPlan": fallback}, "credentials": [credential]})

    spec = made.spec.assistant.model
    assert [each.extra for each in (spec, *spec.fallbacks)] == [
        {"authenticationPlan": PLAN}, {"authenticationPlan": PLAN}, {},
    ]  # fmt: skip
    assert spec.sealed_api_key == 'sealed({"clientSecret": "hush"})'
    assert made.assistant["credentials"] == [{"provider": "custom-llm", "authenticationPlan": PLAN}]


def test_tools_without_a_server_go_to_the_assistants_if_it_is_sent_tool_calls():
    tool = {"type": "function", "function": {"name": "f"}}
    fields: dict[str, Any] = {
        "model": {**SCRIPTED, "tools": [tool]},
        "server": {"url": "https://example.com", "secret": "s", "timeoutSeconds": 5},
    }

    there = compiled(fields).spec.assistant.model.tools[0]
    client = compiled({**fields, "serverMessages": ["end-of-call-report"]}).spec.assistant.model.tools[0]
    alone = compiled({"model": {**SCRIPTED, "tools": [tool]}}).spec.assistant.model.tools[0]

    assert (there.server_url, there.server_headers, there.timeout_s) == (
        "https://example.com",
        {"X-Vapi-Secret": "s"},
        5,
    )
    assert (client.server_url, alone.server_url) == ("", "")


def test_what_is_kept_in_the_database_has_no_secret_header():
    fields = {
        "model": {**SCRIPTED, "tools": [{"type": "function", "function": {"name": "f"}}]},
        "server": {"url": "https://example.com", "secret": "hush"},
    }

    made = compiled(fields)

    assert "hush" not in str(without_secret_headers(made.spec))
    assert SessionSpec.model_validate(without_secret_headers(made.spec))
    assert made.server is not None
    assert made.server["sealedSecret"] == "sealed(hush)"


def test_the_deprecated_spelling_of_a_server_is_understood():
    made = compiled({"serverUrl": "https://old.example", "serverUrlSecret": "s"})

    assert made.server == {
        "url": "https://old.example",
        "timeoutSeconds": 20,
        "headers": {},
        "sealedSecret": "sealed(s)",
    }


def test_two_tools_of_one_name_are_refused():
    tools = [{"type": "endCall"}, {"type": "function", "function": {"name": "endCall"}}]

    with pytest.raises(BadRequest) as refused:
        compiled({"model": {**SCRIPTED, "tools": tools}})

    assert refused.value.code == "tool_twice"


def test_turns_follow_the_assistants_plans():
    fields = {
        "startSpeakingPlan": {"waitSeconds": 0.1, "smartEndpointingPlan": {"provider": "vapi"}},
        "stopSpeakingPlan": {"numWords": 3},
    }

    assert compiled(fields).spec.assistant.turn == TurnPlan(wait_s=0.1, interrupt_words=3)


def test_a_script_is_compiled_with_its_texts_rendered_and_its_patterns_untouched():
    model = {
        **SCRIPTED,
        "rules": [
            {"match": "a{2}", "reply": ["Hi {{ name }}", "Again"]},
            {
                "match": "book (?P<n>\\w+)",
                "tool": {"name": "book", "arguments": {"n": "{n}"}},
                "onToolResult": "{result}",
            },
        ],
        "otherwise": "What, {{ name }}?",
        "tools": [{"type": "function", "function": {"name": "book"}}],
    }

    extra = compiled({"model": model}, {"variableValues": {"name": "Li"}}).spec.assistant.model.extra

    assert extra == {
        "rules": [
            {"match": "a{2}", "reply": ["Hi Li", "Again"]},
            {
                "match": "book (?P<n>\\w+)",
                "tool": {"name": "book", "arguments": {"n": "{n}"}},
                "on_tool_result": "{result}",
            },
        ],
        "otherwise": "What, Li?",
    }


def test_vendors_own_knobs_travel_as_given():
    fields = {
        "model": {"provider": "openai", "model": "gpt-6-luna", "reasoningEffort": "low"},
        "transcriber": {"provider": "dashscope", "finalWaitMs": 300, "vocabularyId": "v1"},
        "voice": {"provider": "dashscope", "voiceId": "longanyang", "pitch": 1.2, "instruction": "开心"},
    }

    assistant = compiled(fields).spec.assistant

    assert assistant.model.extra == {"reasoningEffort": "low"}
    assert assistant.transcriber.extra == {"finalWaitMs": 300, "vocabularyId": "v1"}
    assert assistant.voice.extra == {"pitch": 1.2, "instruction": "开心"}


@pytest.mark.parametrize("mode", ["variable", "destructured", "off"])
def test_a_custom_model_is_told_of_the_call_as_it_wishes(mode: str):
    model = {"provider": "custom-llm", "url": "https://a.example", "model": "m", "metadataSendMode": mode}
    facts = {
        "call": {"id": "call-1", "orgId": "org-1", "type": "vapi.websocketCall"},
        "customer": {"name": "Li"},
    }

    spec = compiled({"model": model, "metadata": {"shop": 7}}, customer={"name": "Li"}).spec

    assert (
        spec.assistant.model.extra
        == {
            "variable": {"extraBody": {"metadata": {"shop": 7, **facts}}},
            "destructured": {"extraBody": {"metadata": {"shop": 7}, **facts}},
            "off": {},
        }[mode]
    )


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"transcriber": {"provider": "pocketsphinx", "grammar": "{{ grammar }}"}}, "bad_grammar"),
        ({"model": {**SCRIPTED, "otherwise": "{{ grammar }}"}}, "bad_rules"),
    ],
)
def test_what_only_rendering_shows_to_be_wrong_is_refused(fields: dict[str, Any], code: str):
    with pytest.raises(BadRequest) as refused:
        compiled(fields, {"variableValues": {"grammar": "<" * 2001}})

    assert refused.value.code == code


def test_an_empty_list_of_client_messages_means_none_not_the_default_set():
    assert compiled({"clientMessages": []}).spec.assistant.client_messages == ("nothing",)
    assert compiled({"clientMessages": ["hang"]}).spec.assistant.client_messages == ("hang",)


def test_the_transport_and_the_artifact_plan_are_kept():
    made = compiled(
        {"artifactPlan": {"recordingEnabled": False}, "monitorPlan": {"listenEnabled": False}},
        transport=TransportSpec(encoding="alaw", sample_rate=8000),
    )

    assert made.spec.transport == TransportSpec(encoding="alaw", sample_rate=8000)
    assert not made.spec.assistant.recording
    assert (made.listen_enabled, made.control_enabled) == (False, True)
