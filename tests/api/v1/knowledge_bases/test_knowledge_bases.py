"""Knowledge bases over HTTP: what is in them and how it stands, and servers that are asked instead."""

from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from api.jobs import outbox
from api.jobs.context import Jobs
from tests.api.world import Org, SetClock, posted

CUSTOM = {
    "provider": "custom-knowledge-base",
    "server": {"url": "https://example.com/kb", "secret": "hush"},
}


async def upload(client: httpx.AsyncClient, org: Org, content: bytes = b"menu") -> dict[str, Any]:
    answer = await client.post("/v1/files", files={"file": ("menu.txt", content)}, headers=org.headers)
    body: dict[str, Any] = answer.json()
    return body


async def base_with_file(client: httpx.AsyncClient, org: Org, content: bytes = b"menu") -> tuple[str, str]:
    base = await posted(client, org, "/v1/knowledge-bases", {"name": "Shop"})
    file = await upload(client, org, content)
    await posted(client, org, f"/v1/knowledge-bases/{base['id']}/files", {"fileId": file["id"]})
    return base["id"], file["id"]


def work(jobs: Jobs, owner: Engine) -> None:
    with owner.connect() as connection:
        rows = connection.execute(text("SELECT id, org_id FROM outbox WHERE done_at IS NULL")).all()
    for row in rows:
        outbox.perform(jobs, row.id, row.org_id)


async def test_a_knowledge_base_is_made_described_listed_and_deleted(
    client: httpx.AsyncClient, org: Org, clock: SetClock
):
    made = await posted(client, org, "/v2/knowledge-base", {"name": "菜单", "description": "d"})
    clock.advance(1)
    second = await posted(client, org, "/v1/v2/knowledge-base", {"name": "b"})
    url = f"/v2/knowledge-base/{made['id']}"

    changed = await client.patch(url, json={"name": "新菜单", "description": None}, headers=org.headers)
    listed = await client.get("/v1/knowledge-bases", headers=org.headers)
    gone = await client.delete(url, headers=org.headers)

    assert (made["name"], made["description"], made["files"], made["toolId"]) == ("菜单", "d", [], None)
    assert (changed.json()["name"], "description" in changed.json()) == ("新菜单", False)
    assert [base["id"] for base in listed.json()] == [second["id"], made["id"]]
    assert gone.json()["id"] == made["id"]
    assert (await client.get(url, headers=org.headers)).status_code == 404


async def test_a_file_is_indexing_until_its_text_is_read(
    client: httpx.AsyncClient, org: Org, jobs: Jobs, owner: Engine
):
    base, file = await base_with_file(client, org)
    before = (await client.get(f"/v2/knowledge-base/{base}", headers=org.headers)).json()["files"]
    work(jobs, owner)

    after = (await client.get(f"/v2/knowledge-base/{base}/file", headers=org.headers)).json()

    assert [one["status"] for one in before] == ["indexing"]
    assert [(one["fileId"], one["fileName"], one["status"], one["bytes"]) for one in after] == [
        (file, "menu.txt", "ready", 4)
    ]
    assert after[0]["knowledgeBaseV2Id"] == base


async def test_a_file_that_failed_is_read_again(
    client: httpx.AsyncClient, org: Org, jobs: Jobs, owner: Engine
):
    base, file = await base_with_file(client, org, b"%PDF-1.7 broken")
    url = f"/v2/knowledge-base/{base}/file/{file}"
    early = await client.post(f"{url}/retry", headers=org.headers)
    work(jobs, owner)
    [failed] = (await client.get(f"/v2/knowledge-base/{base}/file", headers=org.headers)).json()

    again = await client.post(f"{url}/retry", headers=org.headers)

    assert early.json()["code"] == "file_not_failed"
    assert failed["status"] == "failed"
    assert failed["failure"].startswith("The file is broken")
    assert (again.status_code, again.json()["status"]) == (201, "indexing")


async def test_a_file_without_text_is_not_ready(client: httpx.AsyncClient, org: Org):
    base, _ = await base_with_file(client, org, b"\x89PNG\r\n\x1a\n")

    [found] = (await client.get(f"/v2/knowledge-base/{base}/file", headers=org.headers)).json()

    assert (found["status"], found["failure"]) == (
        "failed",
        "Files of this kind have no text that could be searched.",
    )


async def test_a_file_is_attached_once_and_detached_without_being_lost(client: httpx.AsyncClient, org: Org):
    base, file = await base_with_file(client, org)
    url = f"/v2/knowledge-base/{base}/file"

    again = await posted(client, org, url, {"fileId": file})
    listed = (await client.get(url, headers=org.headers)).json()
    gone = await client.delete(f"{url}/{file}", headers=org.headers)
    twice = await client.delete(f"{url}/{file}", headers=org.headers)

    assert [one["id"] for one in listed] == [again["id"]]
    assert (gone.status_code, gone.json()["fileId"], twice.status_code) == (200, file, 404)
    assert (await client.get(f"/v1/files/{file}", headers=org.headers)).status_code == 200


async def test_a_deleted_file_leaves_its_knowledge_bases(client: httpx.AsyncClient, org: Org):
    base, file = await base_with_file(client, org)

    await client.delete(f"/v1/files/{file}", headers=org.headers)

    assert (await client.get(f"/v2/knowledge-base/{base}/file", headers=org.headers)).json() == []


async def test_foreign_knowledge_bases_and_files_do_not_exist(
    client: httpx.AsyncClient, org: Org, other_org: Org
):
    base, file = await base_with_file(client, org)
    theirs, their_file = await base_with_file(client, other_org)
    url, headers = f"/v2/knowledge-base/{base}", other_org.headers

    answers = [
        await client.get(url, headers=headers),
        await client.patch(url, json={"name": "x"}, headers=headers),
        await client.delete(url, headers=headers),
        await client.get(f"{url}/file", headers=headers),
        await client.post(f"{url}/file", json={"fileId": their_file}, headers=headers),
        await client.delete(f"{url}/file/{file}", headers=headers),
        await client.post(f"{url}/file/{file}/retry", headers=headers),
        await client.delete(f"/v2/knowledge-base/{theirs}/file/{file}", headers=headers),
    ]
    stolen = await client.post(f"/v2/knowledge-base/{theirs}/file", json={"fileId": file}, headers=headers)

    assert [answer.status_code for answer in answers] == [404] * 8
    assert (stolen.status_code, stolen.json()["code"]) == (400, "file_not_found")


async def test_a_knowledge_base_of_files_says_that_it_is_not_searched_yet(
    client: httpx.AsyncClient, org: Org
):
    base = await posted(client, org, "/v1/knowledge-bases", {"name": "Shop"})

    model = {"provider": "scripted", "knowledgeBaseId": base["id"]}
    refused = await posted(client, org, "/v1/assistants", {"model": model}, 400)

    assert refused["code"] == "knowledge_base_not_searchable"
    assert "use a custom knowledge base" in refused["message"]


# ── servers that are asked ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/v1/custom-knowledge-bases", "/knowledge-base", "/v1/knowledge-base"])
async def test_a_custom_knowledge_base_is_kept_without_showing_its_secret(
    client: httpx.AsyncClient, org: Org, path: str
):
    made = await posted(client, org, path, CUSTOM)
    url = f"{path}/{made['id']}"

    changed = await client.patch(url, json={"name": "faq"}, headers=org.headers)
    listed = await client.get(path, headers=org.headers)
    gone = await client.delete(url, headers=org.headers)

    assert made["server"] == {"url": "https://example.com/kb"}
    assert (changed.json()["name"], changed.json()["server"]) == ("faq", made["server"])
    assert [one["id"] for one in listed.json()] == [made["id"]]
    assert gone.json()["id"] == made["id"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({**CUSTOM, "provider": "trieve"}, "provider: only custom-knowledge-base is available"),
        ({**CUSTOM, "server": {}}, "server: needs the url"),
        ({**CUSTOM, "server": {"url": "http://127.0.0.1"}}, "server.url"),
        ({"provider": "custom-knowledge-base"}, "server"),
    ],
)
async def test_a_custom_knowledge_base_is_a_server_that_can_be_reached(
    client: httpx.AsyncClient, org: Org, body: Any, said: str
):
    refused = await posted(client, org, "/knowledge-base", body, 400)

    assert said in str(refused["message"])


@pytest.mark.parametrize("body", [{"server": None}, {"server": {"timeoutSeconds": 3}}])
async def test_a_custom_knowledge_base_keeps_an_address(
    client: httpx.AsyncClient, org: Org, body: dict[str, Any]
):
    made = await posted(client, org, "/knowledge-base", CUSTOM)

    refused = await client.patch(f"/knowledge-base/{made['id']}", json=body, headers=org.headers)

    assert (refused.status_code, refused.json()["code"]) == (400, "wrong_value")


async def test_a_foreign_custom_knowledge_base_does_not_exist(
    client: httpx.AsyncClient, org: Org, other_org: Org
):
    made = await posted(client, org, "/knowledge-base", CUSTOM)
    url, headers = f"/knowledge-base/{made['id']}", other_org.headers

    answers = [
        await client.get(url, headers=headers),
        await client.patch(url, json={"name": "x"}, headers=headers),
        await client.delete(url, headers=headers),
    ]
    model = {"provider": "scripted", "knowledgeBaseId": made["id"]}
    named = await posted(client, other_org, "/v1/assistants", {"model": model}, 400)

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert named["code"] == "custom_knowledge_base_not_found"


async def test_a_custom_knowledge_base_that_is_used_cannot_be_deleted(client: httpx.AsyncClient, org: Org):
    made = await posted(client, org, "/knowledge-base", CUSTOM)
    model = {"provider": "scripted", "knowledgeBaseId": made["id"]}
    shop = await posted(client, org, "/v1/assistants", {"name": "Shop", "model": model})

    pinned = await client.delete(f"/knowledge-base/{made['id']}", headers=org.headers)

    assert (pinned.status_code, pinned.json()["error"]) == (409, "knowledge_base_pinned")
    assert pinned.json()["references"] == [{"type": "assistant", "id": shop["id"], "name": "Shop"}]


async def test_a_custom_knowledge_base_names_only_credentials_that_are_there(
    client: httpx.AsyncClient, org: Org
):
    server = {**CUSTOM["server"], "credentialId": "nobody"}

    refused = await posted(client, org, "/knowledge-base", {**CUSTOM, "server": server}, 400)

    assert refused["code"] == "credential_not_found"
