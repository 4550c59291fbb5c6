"""The demo assistants: made once, working without a key."""

import re
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine

from api.db.tx import transaction
from api.v1.assistants.compile import Occasion, compile_session
from api.v1.assistants.config import Config
from api.v1.assistants.demo import CHINESE, ENGLISH, add_demo_assistants
from api.v1.assistants.repo import Assistants
from tests.api.world import Org, SetClock
from voice_engine.providers.llm.script import read_script
from voice_engine.settings import EngineSettings
from voice_engine.spec import AssistantSpec


def compiled(config: dict[str, Any], clock: SetClock) -> AssistantSpec:
    occasion = Occasion("call-1", "session-1", "org-1", clock.wall())
    return compile_session(Config(config), Config(), occasion, lambda sealed: sealed).spec.assistant


def test_they_are_made_once_and_survive_a_change_of_name(org: Org, engine: Engine):
    settings = EngineSettings(dashscope_api_key=SecretStr("sk-x"))

    with transaction(engine, org.id) as session:
        first = add_demo_assistants(session, org.id, settings)
    with transaction(engine, org.id) as session:
        repo = Assistants(session, org.id)
        row = repo.get(first["assistantId"])
        repo.change(row, name="Mine", config={**row.config, "name": "Mine"})
    with transaction(engine, org.id) as session:
        second = add_demo_assistants(session, org.id, settings)
        rows = Assistants(session, org.id).list()

    assert first == second
    assert set(first) == {"assistantId", "assistantIdZh"}
    assert {row.name for row in rows} == {"Mine", CHINESE["name"]}


def test_without_a_key_there_is_only_the_one_that_needs_none(org: Org, engine: Engine):
    with transaction(engine, org.id) as session:
        made = add_demo_assistants(session, org.id, EngineSettings(dashscope_api_key=SecretStr("")))

    assert set(made) == {"assistantId"}


def test_every_sentence_it_understands_has_its_answer(clock: SetClock):
    spec = compiled(ENGLISH, clock)
    script = read_script(spec.model.extra)

    for sentence in spec.transcriber.extra["grammar"]:
        assert script.find(sentence) is not None, sentence
    rule, _ = script.find("are you open on sunday") or (None, {})
    assert rule is not None
    assert "closed" in rule.replies[0]
    when, _ = script.find("what time is it") or (None, {})
    assert when is not None
    assert when.replies == ("It was 12:00 PM, universal time, when you called.",)


def test_its_goodbye_ends_the_call(clock: SetClock):
    spec = compiled(ENGLISH, clock)

    rule, _ = read_script(spec.model.extra).find("goodbye") or (None, {})

    assert rule is not None
    assert spec.end_call_phrases[0] in rule.replies[0].lower()


def test_the_chinese_one_knows_the_time_in_beijing(clock: SetClock):
    prompt = compiled(CHINESE, clock).model.messages[0]["content"]

    assert "现在是北京时间2026年11月20日 20:00。" in prompt
    assert re.search(r"[{}]", prompt) is None
