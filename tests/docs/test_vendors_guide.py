"""The guide's conversation without anybody's key: its emulators, their printed settings, the real product."""

import json
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.docs.snippets import ROOT, blocks
from tests.product import clean_environment, installed, yingda

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

PAGES = ["docs/guides/vendors.md", "docs/guides/vendors.zh.md"]
ASSISTANT = {
    "transcriber": {"provider": "iflytek"},
    "model": {"provider": "deep-seek", "model": "deepseek-v4-flash"},
    "voice": {"provider": "minimax"},
    "firstMessage": "您好。",
}


def commands(page: str) -> list[list[str]]:
    """The block that begins with several vendors."""
    block = next(text for text in blocks(page, "bash") if text.startswith("yingda emulate iflytek"))
    return [shlex.split(line, comments=True) for line in block.splitlines()]


@contextmanager
def emulated(words: list[str]) -> Iterator[dict[str, str]]:
    """The settings that are printed."""
    command = yingda(*words, "--port", "0")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=clean_environment()
    ) as vendors:
        assert vendors.stdout
        settings: dict[str, str] = {}
        while "MINIMAX_BASE_URL" not in settings:
            name, _, value = shlex.split(vendors.stdout.readline())[1].partition("=")
            settings[name] = value
        try:
            yield settings
        finally:
            vendors.terminate()


def test_both_languages_show_the_same_commands():
    assert commands(PAGES[0]) == commands(PAGES[1])


def test_three_emulated_companies_hold_the_conversation_that_the_guide_promises():
    emulate, doctor, _ = commands(PAGES[0])
    with emulated(emulate[1:]) as settings, installed(**settings) as product:
        told = product.run(*doctor[1:], "--json")
        product.start()
        answer = httpx.post(
            f"{product.url}/v1/assistants",
            headers={"Authorization": f"Bearer {product.keys['privateKey']}"},
            json=ASSISTANT,
            trust_env=False,
        )
        assert answer.status_code == 201, answer.text
        talked = product.run(
            "talk", "--assistant", answer.json()["id"], "--in", "examples/audio/yingye-shijian.wav"
        )

    found = [finding for finding in json.loads(told.stdout)["findings"] if " ms" in finding["found"]]
    assert [finding["verdict"] for finding in found] == ["ok"] * 3
    assert "我想查一下余额" in talked.stdout, talked.stderr
    assert "您刚才说：我想查一下余额" in talked.stdout
