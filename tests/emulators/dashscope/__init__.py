"""Aliyun DashScope on loopback: speech over the task socket and the realtime socket, Qwen over compatible
mode, voices of one's own over HTTP.

async with DashScopeEmulator(Manner(script=Script(tones={440: "我想查一下余额。"}))) as vendor:
    stt = DashScopeStt(ProviderConfig(api_key="k", base_url=vendor.url))
"""

from tests.emulators.dashscope.chat import ChatServer, Qwen, Refusal
from tests.emulators.dashscope.server import DashScopeEmulator
from tests.emulators.dashscope.tasks import Manner, TaskRecord
from tests.emulators.dashscope.voices import OwnVoices
from tests.emulators.ear import Script

__all__ = [
    "ChatServer",
    "DashScopeEmulator",
    "Manner",
    "OwnVoices",
    "Qwen",
    "Refusal",
    "Script",
    "TaskRecord",
]
