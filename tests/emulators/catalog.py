"""Every emulated company by the name of its provider: name → "module:Class", one line each.

A class is a SpeechVendor, or a Chat or House with the same face. One address serves all a company has.
"""

from importlib import import_module
from typing import Any

COMPANIES: dict[str, str] = {
    "dashscope": "tests.emulators.companies:DashScope",
    "openai": "tests.emulators.companies:OpenAi",
    "google": "tests.emulators.companies:Google",
    "whisper": "tests.emulators.companies:Whisper",
    "tencent": "tests.emulators.tencent:TencentEmulator",
    "baidu": "tests.emulators.baidu:BaiduEmulator",
    "azure": "tests.emulators.azure:AzureEmulator",
    "minimax": "tests.emulators.companies:MiniMaxCompany",
    "iflytek": "tests.emulators.iflytek:IflytekEmulator",
    "aliyun-nls": "tests.emulators.aliyun_nls:AliyunNlsEmulator",
    "volcengine": "tests.emulators.volcengine:VolcengineEmulator",
    "deep-seek": "tests.emulators.openai.served:DeepSeek",
    "moonshot": "tests.emulators.openai.served:Kimi",
    "zhipu": "tests.emulators.openai.served:Glm",
    "qianfan": "tests.emulators.openai.served:Ernie",
    "spark": "tests.emulators.openai.served:Spark",
    "ark": "tests.emulators.openai.served:Doubao",
    "hunyuan": "tests.emulators.openai.served:Hunyuan",
    "custom": "tests.emulators.companies:Custom",
    "custom-transcriber": "tests.emulators.companies:Custom",
    "custom-llm": "tests.emulators.companies:Custom",
    "custom-voice": "tests.emulators.companies:Custom",
    "funasr": "tests.emulators.funasr:FunAsrEmulator",
}


def company(name: str) -> type[Any]:
    """The emulator's class; KeyError for a company nobody has emulated yet."""
    module, _, attribute = COMPANIES[name].partition(":")
    found: type[Any] = getattr(import_module(module), attribute)
    return found
