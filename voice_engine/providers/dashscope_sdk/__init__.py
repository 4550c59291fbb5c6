"""The official DashScope SDK's connections, used from asyncio. Shared by its recogniser and its voice.

We stand on the SDK's `WsConnection`: one key, one socket, one task after the other. Why not on its older
classes `Recognition` and `SpeechSynthesizer`: measured in docs/reference/vendors/dashscope.md.
"""

VENDOR = "dashscope"
