"""Assistants to write to, and what is written."""

import json
from typing import Any

import httpx

from tests.api.world import Org
from tests.emulators.openai import OpenAiEmulator

Json = dict[str, Any]


def says(match: str, reply: str) -> Json:
    return {"match": match, "reply": reply}


def scripted(*rules: Json, **fields: Any) -> Json:
    return {"model": {"provider": "scripted", "rules": [*rules]}, **fields}


def real(vendor: OpenAiEmulator, **model: Any) -> Json:
    prompt = [{"role": "system", "content": "You are kind to {{ customer.name }}{{ who }}."}]
    given = {"provider": "custom-llm", "url": vendor.url, "model": "m", "messages": prompt, **model}
    return {"name": "Kind", "model": given}


async def assistant(client: httpx.AsyncClient, org: Org, body: Json) -> str:
    made = await client.post("/v1/assistants", json=body, headers=org.headers)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def send(client: httpx.AsyncClient, org: Org, words: Any, **fields: Any) -> httpx.Response:
    return await client.post("/v1/chats", json={"input": words, **fields}, headers=org.headers)


async def chat(client: httpx.AsyncClient, org: Org, words: Any, **fields: Any) -> Json:
    answer = await send(client, org, words, **fields)
    assert answer.status_code == 201, answer.text
    body: Json = answer.json()
    return body


async def session(client: httpx.AsyncClient, org: Org, **fields: Any) -> Json:
    made = await client.post("/v1/sessions", json=fields, headers=org.headers)
    assert made.status_code == 201, made.text
    body: Json = made.json()
    return body


def line(body: Json) -> str:
    """The last words of an answer."""
    return str(body["output"][-1]["content"])


def events(text: str) -> list[Any]:
    """The data of server-sent events; `[DONE]` as it is."""
    data = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
    return [one if one == "[DONE]" else json.loads(one) for one in data]
