"""Which fields a credential of each provider has, and the settings that hold the platform's own.

A field's setting is the prefix and the field in capitals: IFLYTEK_API_SECRET is iFlytek's apiSecret, and
IFLYTEK_BASE_URL is where the vendor is, if not at its own address.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points

from voice_engine.kernel.errors import ProviderError

BASE_URL = "baseUrl"
# Not secret: shown to whoever owns the credential, all others never.
OPEN_FIELDS = frozenset({"appId", "groupId", "region", "workspace", "accessKeyId", "secretId", "appKey"})


@dataclass(frozen=True, slots=True)
class Account:
    """`label` is the name people know, `prefix` that of its settings; fields are camelCase.

    All of `needed` must be given, at least one of `one_of`; `optional` ones may be.
    """

    label: str
    prefix: str = ""
    needed: tuple[str, ...] = ("apiKey",)
    one_of: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """All of them, the needed first."""
        return self.needed + self.one_of + self.optional

    def setting(self, name: str) -> str:
        """The environment variable that holds the platform's own value of a field."""
        words = re.sub(r"([A-Z])", r"_\1", name).upper()
        return f"{self.prefix}_{words}"

    def lacking(self, secrets: Mapping[str, str]) -> tuple[str, ...]:
        """The fields without which these secrets are of no use."""
        lacking = tuple(name for name in self.needed if not secrets.get(name))
        if self.one_of and not any(secrets.get(name) for name in self.one_of):
            lacking += self.one_of[:1]
        return lacking


_OURS: dict[str, Account] = {
    "dashscope": Account("Aliyun 百炼 (DashScope)", "DASHSCOPE", optional=("workspace",)),
    "aliyun-nls": Account("Aliyun NLS", "ALIYUN_NLS", ("accessKeyId", "accessKeySecret", "appKey")),
    "iflytek": Account(
        "iFlytek 讯飞", "IFLYTEK", ("appId", "apiKey", "apiSecret"),
        optional=("rtasrApiKey", "accessKeyId", "accessKeySecret"),
    ),
    "tencent": Account("Tencent Cloud 腾讯云", "TENCENT", ("appId", "secretId", "secretKey")),
    "baidu": Account("Baidu 百度", "BAIDU", ("appId", "apiKey", "secretKey")),
    "volcengine": Account(
        "Volcengine 火山引擎", "VOLCENGINE", (), one_of=("apiKey", "accessToken"), optional=("appId",)
    ),
    "azure": Account("Azure Speech", "AZURE_SPEECH", optional=("region",)),
    "minimax": Account("MiniMax", "MINIMAX", optional=("groupId",)),
    "openai": Account("OpenAI", "OPENAI"),
    "google": Account("Google Gemini", "GEMINI"),
    "deep-seek": Account("DeepSeek", "DEEPSEEK"),
    "moonshot": Account("Moonshot (Kimi)", "MOONSHOT"),
    "zhipu": Account("智谱 (GLM)", "ZHIPU"),
    "qianfan": Account("百度千帆 (ERNIE)", "QIANFAN"),
    "spark": Account("讯飞星火 (Spark)", "SPARK"),
    "ark": Account("火山方舟 (Doubao)", "ARK"),
    "hunyuan": Account("腾讯混元 (Hunyuan)", "HUNYUAN"),
    "whisper": Account("Whisper server", "WHISPER", (), optional=("apiKey",)),
    "funasr": Account("FunASR", "FUNASR", (), optional=("apiKey",)),
    "custom-llm": Account("the assistant's own model", needed=(), optional=("apiKey", "clientSecret")),
    "custom-transcriber": Account("the assistant's own recogniser", needed=(), optional=("apiKey",)),
    "custom-voice": Account("the assistant's own voice", needed=(), optional=("apiKey",)),
}  # fmt: skip


def _installed() -> dict[str, Account]:
    """Those of packages out of tree, by the entry points `yingda.account`."""
    return {entry.name: entry.load() for entry in entry_points(group="yingda.account")}


ACCOUNTS: dict[str, Account] = {**_OURS, **_installed()}


def platform_fields() -> dict[str, tuple[str, str]]:
    """Setting → (provider, field): every environment variable of the platform's own accounts."""
    return {
        account.setting(name): (provider, name)
        for provider, account in ACCOUNTS.items()
        if account.prefix
        for name in (*account.fields, BASE_URL)
    }


def refuse_incomplete(provider: str, secrets: Mapping[str, str]) -> None:
    """Raise ProviderError("auth") naming the settings that lack, or a field that cannot be right.

    Providers without an account need none.
    """
    known = ACCOUNTS.get(provider)
    for name, value in secrets.items():
        if not value.isprintable():  # a line break in a key would begin a header of its own
            sentence = f"The {name} of {provider} holds characters that no key has; enter it again."
            raise ProviderError("auth", provider, sentence)
    if known and (lacking := known.lacking(secrets)):
        names = ", ".join(known.setting(name) if known.prefix else name for name in lacking)
        sentence = f"No key for {provider}: set {names}, or give the assistant a credential of its own."
        raise ProviderError("auth", provider, sentence)


def packed(secrets: Mapping[str, str]) -> str:
    """The fields of a credential as one text, to be sealed; an apiKey alone is itself."""
    given = {name: value for name, value in secrets.items() if value}
    if set(given) == {"apiKey"} and not given["apiKey"].startswith("{"):
        return given["apiKey"]
    return json.dumps(given, ensure_ascii=False, sort_keys=True)


def unpacked(text: str) -> dict[str, str]:
    """The fields that `packed` made a text of."""
    if not text.startswith("{"):
        return {"apiKey": text} if text else {}
    fields: dict[str, str] = json.loads(text)
    return fields
