"""What a spec says beyond its fields."""

import pytest

from voice_engine.spec import AssistantSpec, ModelSpec, TranscriberSpec, VoiceSpec, language_of


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en-US", "en"), ("EN", "en"), ("zh-CN", "zh"), ("cmn", "zh"), ("", "zh"), ("ja", "zh")],
)
def test_every_tag_has_one_of_our_languages(tag: str, language: str):
    assert language_of(tag) == language


@pytest.mark.parametrize(
    ("voice", "transcriber", "language"), [("en", "zh", "en"), ("", "en-GB", "en"), ("", "", "zh")]
)
def test_an_assistant_speaks_the_language_of_its_voice_else_of_its_ear(
    voice: str, transcriber: str, language: str
):
    spec = AssistantSpec(
        model=ModelSpec(provider="x"),
        transcriber=TranscriberSpec(provider="x", language=transcriber),
        voice=VoiceSpec(provider="x", language=voice),
    )

    assert spec.speaks == language
