"""A call's costs in Vapi's shape."""

from hypothesis import given
from hypothesis import strategies as st

from api.v1.usage.costs import Used, costs

RECORDS = [
    Used("voice", "dashscope", "cosyvoice-v2", {"characters": 120}, 24_000),
    Used("model", "dashscope", "qwen-flash", {"promptTokens": 200, "completionTokens": 20}, 130),
    Used("model", "dashscope", "qwen-flash", {"promptTokens": 300, "completionTokens": 30}, 170),
    Used("transcriber", "dashscope", "paraformer-realtime-v2", {"seconds": 90.0}, 21_600),
    Used("transport", "websocket", "", {"seconds": 90.0}, 0),
    Used("platform", "yingda", "", {"seconds": 90.0}, 0),
    Used(
        "analysis", "openai", "gpt-4o", {"promptTokens": 50, "completionTokens": 5}, 999, "analysis-summary"
    ),
]
RARE = [
    *RECORDS,
    Used("analysis", "openai", "gpt-4o", {"promptTokens": 7}, 1, "analysis-structuredData"),
    Used("analysis", "openai", "gpt-4o", {"promptTokens": 9}, 1, "analysis-structuredData-again"),
    Used("analysis", "openai", "gpt-4o", {"promptTokens": 3}, 1, "analysis-successEvaluation"),
    Used("analysis", "openai", "gpt-4o", {"promptTokens": 4}, 1, "analysis-structuredOutput-0b3c-1"),
    Used("knowledge-base", "dashscope", "text-embedding-v4", {"promptTokens": 6}, 1),
    Used("voicemail-detection", "openai", "gpt-4o", {"audioPromptTokens": 8}, 1),
    Used("something-new", "acme", "x", {"seconds": 8}, 1),
]
MICROS = st.lists(st.integers(0, 10**9), min_size=len(RECORDS), max_size=len(RECORDS))


def test_costs_come_in_vapis_order_and_shape():
    result = costs(RECORDS)

    assert result.costs == [
        {"type": "transport", "provider": "vapi.websocket", "minutes": 1.5, "cost": 0.0},
        {
            "type": "transcriber",
            "transcriber": {"provider": "dashscope", "model": "paraformer-realtime-v2"},
            "minutes": 1.5,
            "cost": 0.0216,
        },
        {
            "type": "model",
            "model": {"provider": "dashscope", "model": "qwen-flash"},
            "promptTokens": 500,
            "completionTokens": 50,
            "cachedPromptTokens": 0,
            "cost": 0.0003,
        },
        {
            "type": "voice",
            "voice": {"provider": "dashscope", "model": "cosyvoice-v2"},
            "characters": 120,
            "cost": 0.024,
        },
        {"type": "vapi", "subType": "normal", "minutes": 1.5, "cost": 0.0},
        {
            "type": "analysis",
            "analysisType": "summary",
            "model": {"provider": "openai", "model": "gpt-4o"},
            "promptTokens": 50,
            "completionTokens": 5,
            "cachedPromptTokens": 0,
            "cost": 0.000999,
        },
    ]


def test_the_breakdown_adds_up():
    shown = costs(RECORDS).breakdown

    assert (shown["stt"], shown["llm"], shown["tts"], shown["vapi"]) == (0.0216, 0.0003, 0.024, 0)
    assert (shown["llmPromptTokens"], shown["llmCompletionTokens"], shown["ttsCharacters"]) == (500, 50, 120)
    assert shown["analysisCostBreakdown"]["summary"] == 0.000999
    assert shown["analysisCostBreakdown"]["summaryPromptTokens"] == 50
    assert shown["total"] == 0.046899


def test_a_call_without_usage_costs_nothing():
    nothing = costs([])

    assert (nothing.micros, nothing.costs, nothing.breakdown["total"]) == (0, [], 0)


def test_every_analysis_is_told_by_its_kind():
    result = costs(RARE)

    kinds = [(c["analysisType"], c["promptTokens"]) for c in result.costs if c["type"] == "analysis"]
    shown = result.breakdown["analysisCostBreakdown"]
    assert kinds == [
        ("summary", 50), ("structuredData", 16), ("successEvaluation", 3), ("structuredOutput", 4),
    ]  # fmt: skip
    assert (shown["structuredData"], shown["structuredDataPromptTokens"]) == (0.000002, 16)
    assert (shown["structuredOutput"], shown["structuredOutputPromptTokens"]) == (0.000001, 4)


def test_what_is_rare_has_vapis_shapes_and_nothing_is_left_out():
    found = {c["type"]: c for c in costs(RARE).costs}

    assert found["knowledge-base"]["promptTokens"] == 6
    assert found["voicemail-detection"]["promptAudioTokens"] == 8
    assert found["voicemail-detection"]["provider"] == "openai"
    assert found["something-new"]["cost"] == 0.000001


PARTS = ("transport", "stt", "llm", "tts", "vapi", "chat", "knowledgeBase", "voicemailDetection", "other")
ANALYSES = ("summary", "structuredData", "successEvaluation", "structuredOutput")


@given(st.lists(st.integers(0, 10**12), min_size=len(RARE), max_size=len(RARE)))
def test_all_sums_are_equal_to_the_micro(micros: list[int]):
    charged = [
        Used(r.component, r.provider, r.model, r.quantities, m, r.usage_id)
        for r, m in zip(RARE, micros, strict=True)
    ]

    result = costs(charged)

    shown, analysis = result.breakdown, result.breakdown["analysisCostBreakdown"]
    parts = [shown.get(name, 0) for name in PARTS] + [analysis[name] for name in ANALYSES]
    assert result.micros == sum(micros)
    assert sum(round(part * 1_000_000) for part in parts) == sum(micros)
    assert sum(round(c["cost"] * 1_000_000) for c in result.costs) == sum(micros)
    assert round(shown["total"] * 1_000_000) == sum(micros)


@given(st.permutations(range(len(RECORDS))), MICROS)
def test_the_order_of_records_never_matters_and_cost_is_the_sum(order: list[int], micros: list[int]):
    charged = [
        Used(r.component, r.provider, r.model, r.quantities, m) for r, m in zip(RECORDS, micros, strict=True)
    ]

    result = costs(charged[i] for i in order)

    assert result == costs(charged)
    assert result.micros == sum(micros) == round(sum(c["cost"] for c in result.costs) * 1_000_000)
