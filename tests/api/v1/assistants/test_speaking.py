"""Vapi's words for how a voice is used → the spec's."""

from typing import Any

import pytest
from pydantic import ValidationError

from api.v1.assistants import speaking
from api.v1.assistants.compile import Occasion, compile_session
from api.v1.assistants.config import Config, take
from api.v1.assistants.schemas.assistant import CreateAssistant
from api.v1.assistants.schemas.voice import ChunkPlan, EspeakVoice
from voice_engine.kernel.clock import SystemClock
from voice_engine.kernel.templates import Templates
from voice_engine.spec import ChunkSpec, ReplacementSpec


def chunks(**plan: Any) -> ChunkSpec:
    return speaking.chunks(ChunkPlan.model_validate(plan))


def test_without_a_plan_everything_is_ours():
    assert speaking.chunks(None) == chunks() == ChunkSpec()


def test_a_plan_decides_where_text_is_cut():
    assert chunks(minCharacters=20, punctuationBoundaries=["。", ","]) == ChunkSpec(
        least=20, marks=("。", ",")
    )
    assert chunks(enabled=False) == ChunkSpec(early=False)


def test_words_may_be_replaced_exactly_or_by_a_pattern():
    plan = {
        "replacements": [
            {"type": "exact", "key": "VIP", "value": "贵宾"},
            {"type": "exact", "key": "a", "value": "b", "replaceAllEnabled": True},
            {
                "type": "regex",
                "regex": r"\bapi\b",
                "value": "接口",
                "options": [
                    {"type": "ignore-case", "enabled": True},
                    {"type": "whole-word", "enabled": False},
                ],
            },
        ]
    }

    assert chunks(formatPlan=plan).replacements == (
        ReplacementSpec(find="VIP", say="贵宾", every=False),
        ReplacementSpec(find="a", say="b"),
        ReplacementSpec(find=r"\bapi\b", say="接口", pattern=True, options=("ignore-case",)),
    )
    assert chunks(formatPlan={**plan, "enabled": False}) == ChunkSpec(written_out=False)


@pytest.mark.parametrize(
    "replacement",
    [
        {"type": "exact", "value": "x"},
        {"type": "regex", "key": "a", "value": "x"},
        {"type": "regex", "regex": "(", "value": "x"},
    ],
)
def test_a_replacement_that_finds_nothing_is_refused(replacement: dict[str, str]):
    with pytest.raises(ValidationError):
        ChunkPlan.model_validate({"formatPlan": {"replacements": [replacement]}})


@pytest.mark.parametrize(("wanted", "fillers"), [(None, None), (True, None), (False, ())])
def test_fillers_are_ours_unless_they_are_not_wanted(wanted: bool | None, fillers: tuple[str, ...] | None):
    voice = EspeakVoice.model_validate({"provider": "espeak", "fillerInjectionEnabled": wanted})

    assert speaking.fillers(voice) == fillers
    assert speaking.fillers(None) is None


@pytest.mark.parametrize(
    ("given", "background"),
    [
        (None, ""),
        ("off", ""),
        ("office", "office"),
        ("music", "music"),
        ("https://{{ host }}/a.wav", "https://a.cn/a.wav"),
    ],
)
def test_the_background_is_a_name_a_url_or_silence(given: str | None, background: str):
    sound = CreateAssistant.model_validate({"backgroundSound": given}).background_sound
    templates = Templates({"host": "a.cn"}, SystemClock().wall())

    assert speaking.background(sound, templates) == background


def test_all_of_it_reaches_the_engine():
    voice = {
        "provider": "espeak",
        "cachingEnabled": False,
        "fillerInjectionEnabled": False,
        "chunkPlan": {"enabled": False},
    }
    fields = {"model": {"provider": "scripted"}, "voice": voice, "backgroundSound": "office"}
    assistant = take(CreateAssistant.model_validate(fields).given(), lambda plain: plain)
    occasion = Occasion("call-1", "session-1", "org-1", SystemClock().wall())

    spec = compile_session(assistant, Config({}), occasion, lambda sealed: sealed).spec.assistant

    assert not spec.voice.caching
    assert spec.voice.chunks == ChunkSpec(early=False)
    assert "fillerInjectionEnabled" not in spec.voice.extra
    assert (spec.fillers, spec.background) == ((), "office")
