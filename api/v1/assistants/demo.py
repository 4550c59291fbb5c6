"""The demo organisation's assistants: one that needs no key, one in Chinese where DashScope's key is set.

They are found again by `metadata.demo`, so that a newcomer may rename and change them; a deleted one comes
back at the next start.
"""

from typing import Any

from sqlmodel import col

from api.db.tx import TenantSession
from api.v1.assistants.model import AssistantRow
from api.v1.assistants.repo import Assistants
from api.v1.assistants.schemas.assistant import CreateAssistant
from voice_engine.settings import EngineSettings

Json = dict[str, Any]

# Recognised by a grammar, so every sentence here is one that is understood; each key is a rule's pattern.
_ANSWERS: dict[str, tuple[list[str], list[str]]] = {
    r"open on (saturday|sunday|weekends)|open at the weekend": (
        ["are you open on saturday", "are you open on sunday", "are you open on weekends"],
        ["On Saturdays we are open from ten to four. On Sundays we are closed."],
    ),
    r"\b(open|hours|close)\b": (
        ["when do you open", "when do you close", "what are your opening hours"],
        ["We are open from nine in the morning to six in the evening, Monday to Friday."],
    ),
    r"cost|price|much": (
        ["how much does it cost", "what is the price"],
        ["A haircut is sixty yuan. The first one is free."],
    ),
    r"\btime is it\b": (
        ["what time is it"],
        ["It was {{ time }}, universal time, when you called."],
    ),
    r"\bday is it\b": (
        ["what day is it"],
        ["Today is {{ month }} {{ day }}, {{ year }}."],
    ),
    r"where": (
        ["where are you", "where is the shop"],
        ["We are at twelve Garden Road, next to the library."],
    ),
    r"joke": (
        ["tell me a joke", "tell me another joke"],
        [
            "Why did the robot go on holiday? It needed to recharge its batteries.",
            "I would tell you a joke about speech recognition, but you might not get it.",
        ],
    ),
    r"who are you|your name": (
        ["who are you", "what is your name"],
        ["I am the demo of Yingda. I follow a script; I am not a language model."],
    ),
    # While it speaks: the first is no interruption, the others are one.
    r"^(sure|okay)$": (["sure", "okay"], ["What would you like to know?"]),
    r"^(stop|hold on)\b": (["stop", "hold on"], ["All right."]),
    r"thank": (["thank you", "thanks a lot"], ["You are welcome. Anything else?"]),
    r"bye": (["goodbye", "bye bye"], ["Goodbye, and thank you for calling."]),
    r"^(hello|hi)\b": (["hello", "hi there"], ["Hello! Ask me when we open, what it costs, or for a joke."]),
}
ENGLISH: Json = {
    "name": "Yingda demo (English, no key)",
    "firstMessage": "Hello, this is Yingda. Ask me when we open, what it costs, or for a joke.",
    "transcriber": {
        "provider": "pocketsphinx",
        "language": "en-US",
        "grammar": [sentence for sentences, _ in _ANSWERS.values() for sentence in sentences],
    },
    "model": {
        "provider": "scripted",
        "rules": [{"match": match, "reply": replies} for match, (_, replies) in _ANSWERS.items()],
        "otherwise": "I only know our opening hours, prices, the address and two jokes.",
    },
    "voice": {"provider": "espeak", "voiceId": "en-us"},
    "endCallPhrases": ["thank you for calling"],
    "metadata": {"demo": "en"},
}
CHINESE: Json = {
    "name": "应答演示（中文，百炼）",
    "firstMessage": "您好，我是应答的语音助手，请问有什么可以帮您？",
    "transcriber": {"provider": "dashscope", "model": "paraformer-realtime-v2", "language": "zh"},
    "model": {
        "provider": "dashscope",
        "model": "qwen-plus",
        "messages": [
            {
                "role": "system",
                "content": "你是“应答”平台的电话语音助手。现在是北京时间"
                '{{ "now" | date: "%Y年%m月%d日 %H:%M", "Asia/Shanghai" }}。'
                "请用口语化的短句回答，每次不超过两句，不要使用列表、表情或任何标记符号。"
                "听不清时请对方再说一遍；对方告别时说“再见，祝您生活愉快”。"
                "If the caller speaks English, answer in English.",
            }
        ],
        "maxTokens": 200,
    },
    "voice": {"provider": "dashscope", "model": "cosyvoice-v3-flash", "voiceId": "longanhuan"},
    "endCallPhrases": ["祝您生活愉快"],
    "metadata": {"demo": "zh"},
}


def add_demo_assistants(
    session: TenantSession, org_id: str, settings: EngineSettings | None = None
) -> dict[str, str]:
    """Make the ones that are missing; the ids as `assistantId` and, with DashScope's key, `assistantIdZh`."""
    known = settings or EngineSettings()
    repo = Assistants(session, org_id)
    ids = {"assistantId": _ensure(repo, ENGLISH)}
    if known.dashscope_api_key.get_secret_value():
        ids["assistantIdZh"] = _ensure(repo, CHINESE)
    return ids


def _ensure(repo: Assistants, wish: Json) -> str:
    marked = col(AssistantRow.config)["metadata"]["demo"].as_string() == wish["metadata"]["demo"]
    found = repo.session.exec(repo.select().where(marked)).first()
    if found is not None:
        return found.id
    config = CreateAssistant.model_validate(wish).given()
    return repo.add(AssistantRow(org_id=repo.org_id, name=wish["name"], config=config)).id
