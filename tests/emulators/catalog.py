"""Every emulated company by the name of its provider: name → "module:Class", one line each.

A class is a SpeechVendor; its `account` holds the credential it accepts.
"""

from importlib import import_module
from typing import Any

COMPANIES: dict[str, str] = {
    "openai-realtime": "tests.emulators.openai_realtime:OpenAiRealtimeEmulator",
    "qwen-omni": "tests.emulators.qwen_omni:QwenOmniEmulator",
    "gemini-live": "tests.emulators.gemini:GeminiEmulator",
    "tencent": "tests.emulators.tencent:TencentEmulator",
    "baidu": "tests.emulators.baidu:BaiduEmulator",
    "azure": "tests.emulators.azure:AzureEmulator",
    "minimax": "tests.emulators.minimax:MiniMaxEmulator",
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
    "openai-speech": "tests.emulators.openai_speech:OpenAiSpeechEmulator",
    "custom": "tests.emulators.custom:CustomEmulator",
    "funasr": "tests.emulators.funasr:FunAsrEmulator",
}


def company(name: str) -> type[Any]:
    """The emulator's class; KeyError for a company nobody has emulated yet."""
    module, _, attribute = COMPANIES[name].partition(":")
    found: type[Any] = getattr(import_module(module), attribute)
    return found
