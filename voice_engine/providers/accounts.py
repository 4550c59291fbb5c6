"""Which fields a credential of each provider has, and the settings that hold the platform's own.

A field's setting is the prefix and the field in capitals: IFLYTEK_API_SECRET is iFlytek's apiSecret.
"""

import re
from dataclasses import dataclass

from voice_engine.kernel.errors import ProviderError


@dataclass(frozen=True, slots=True)
class Account:
    """`label` is the name people know; `needed` fields and `optional` ones are camelCase.

    `prefix` of the settings. An account of a provider that runs on one's own machines needs nothing.
    """

    label: str
    prefix: str
    needed: tuple[str, ...] = ("apiKey",)
    optional: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """All of them, the needed first."""
        return self.needed + self.optional

    def setting(self, name: str) -> str:
        """The environment variable that holds the platform's own value of a field."""
        words = re.sub(r"([A-Z])", r"_\1", name).upper()
        return f"{self.prefix}_{words}"


ACCOUNTS: dict[str, Account] = {
    "dashscope": Account("Aliyun 百炼 (DashScope)", "DASHSCOPE", optional=("workspace",)),
    "aliyun-nls": Account("Aliyun NLS", "ALIYUN_NLS", ("accessKeyId", "accessKeySecret", "appKey")),
    "iflytek": Account(
        "iFlytek 讯飞", "IFLYTEK", ("appId", "apiKey", "apiSecret"),
        ("rtasrApiKey", "accessKeyId", "accessKeySecret"),
    ),
    "tencent": Account("Tencent Cloud 腾讯云", "TENCENT", ("appId", "secretId", "secretKey")),
    "baidu": Account("Baidu 百度", "BAIDU", ("appId", "apiKey", "secretKey")),
    "volcengine": Account("Volcengine 火山引擎", "VOLCENGINE", (), ("appId", "accessToken", "apiKey")),
    "azure": Account("Azure Speech", "AZURE_SPEECH", ("apiKey",), ("region",)),
    "minimax": Account("MiniMax", "MINIMAX", ("apiKey",), ("groupId",)),
    "openai": Account("OpenAI", "OPENAI"),
    "google": Account("Google Gemini", "GEMINI"),
    "deep-seek": Account("DeepSeek", "DEEPSEEK"),
    "moonshot": Account("Moonshot (Kimi)", "MOONSHOT"),
    "zhipu": Account("智谱 (GLM)", "ZHIPU"),
    "qianfan": Account("百度千帆 (ERNIE)", "QIANFAN"),
    "spark": Account("讯飞星火 (Spark)", "SPARK"),
    "ark": Account("火山方舟 (Doubao)", "ARK"),
    "hunyuan": Account("腾讯混元 (Hunyuan)", "HUNYUAN"),
    "whisper": Account("a Whisper server", "WHISPER", (), ("apiKey",)),
    "funasr": Account("FunASR", "FUNASR", (), ("apiKey",)),
    "custom-llm": Account("the assistant's own model", "", (), ("apiKey",)),
    "custom-transcriber": Account("the assistant's own recogniser", "", (), ("apiKey",)),
    "custom-voice": Account("the assistant's own voice", "", (), ("apiKey",)),
}  # fmt: skip


def account(provider: str) -> Account | None:
    """The account of a provider; None if it needs none (engines of this process, packages out of tree)."""
    return ACCOUNTS.get(provider)


def refuse_incomplete(provider: str, secrets: dict[str, str]) -> None:
    """Raise ProviderError("auth") naming the settings that lack; providers without an account need none."""
    known = ACCOUNTS.get(provider)
    lacking = [name for name in known.needed if not secrets.get(name)] if known else []
    if known and lacking:
        names = ", ".join(known.setting(name) for name in lacking)
        sentence = f"No key for {provider}: set {names}, or give the assistant a credential of its own."
        raise ProviderError("auth", provider, sentence)
