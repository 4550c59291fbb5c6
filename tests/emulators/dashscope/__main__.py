"""A whole vendor in one process: `python -m tests.emulators.dashscope --port 9100 --espeak`."""

import argparse
import asyncio
import signal
import sys
from contextlib import AsyncExitStack

from tests.emulators.dashscope.chat import ChatServer, Qwen
from tests.emulators.dashscope.server import DashScopeEmulator
from tests.emulators.dashscope.tasks import Manner
from tests.emulators.ear import Script

QUESTIONS = ("你好，你是谁？", "我想查一下我的余额。", "你们明天几点开门？", "好的，谢谢，再见。")


def main() -> None:
    """Serve until interrupted; then tell what clients did wrong."""
    asyncio.run(serve(arguments()))


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="dashscope emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=9100, help="speech; the model answers on the next port")
    parser.add_argument("--http-port", type=int, help="another port for the model")
    parser.add_argument("--espeak", action="store_true", help="speak with espeak-ng instead of a tone")
    parser.add_argument("--said", action="append", help="what callers will say, once per utterance, in order")
    parser.add_argument("--first-audio", type=float, default=0.0, help="seconds until a voice begins")
    parser.add_argument("--token", type=float, default=0.02, help="seconds between two pieces of the model")
    return parser.parse_args(words)


async def serve(options: argparse.Namespace) -> None:
    """Both servers, until SIGINT or SIGTERM."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    said = options.said or [q for _ in range(1000) for q in QUESTIONS]
    speech = DashScopeEmulator(
        Manner(
            script=Script(said),
            voice="espeak" if options.espeak else "tone",
            first_audio_s=options.first_audio,
        )
    )
    chat = ChatServer(Qwen(token_s=options.token))
    async with AsyncExitStack() as stack:
        await speech.start(port=options.port)
        stack.push_async_callback(speech.stop)
        http_port = options.port and options.port + 1 if options.http_port is None else options.http_port
        await chat.start(port=http_port)
        stack.push_async_callback(chat.stop)
        _tell(f"export DASHSCOPE_API_KEY=sk-emulated DASHSCOPE_WEBSOCKET_BASE_URL={speech.url}")
        _tell(f"export DASHSCOPE_COMPATIBLE_BASE_URL={chat.url}")
        _tell(f"export DASHSCOPE_HTTP_BASE_URL={chat.http_url}")
        await over.wait()
    for violation in (*speech.violations, *chat.qwen.violations, *chat.voices.violations):
        _tell(f"violation: {violation}")


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
