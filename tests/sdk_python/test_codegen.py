"""The part of the SDK that is written by a script."""

import subprocess
import sys
from typing import Any

import pytest

from tests.docs.snippets import ROOT

sys.path.insert(0, str(ROOT / "sdk-python"))

from codegen.document import Document
from codegen.resources import module
from codegen.types import Types, names, python_name, wire_name

pytestmark = pytest.mark.slow


def document(paths: dict[str, Any], **schemas: Any) -> Document:
    return Document({"paths": paths, "components": {"schemas": schemas}})


def answering(schema: Any, **more: Any) -> dict[str, Any]:
    return {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}, **more}


PET = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
REF = {"$ref": "#/components/schemas/Pet"}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer"}}


@pytest.mark.parametrize(
    ("path", "method", "name"),
    [
        ("/v1/pets", "post", "create"),
        ("/v1/pets/{id}", "get", "get"),
        ("/v1/pets/{id}", "patch", "update"),
        ("/v1/pets/{id}", "delete", "delete"),
        ("/v1/pets/{id}/feed", "post", "feed"),
        ("/v1/pets/{id}/toys", "post", "create_toy"),
        ("/v1/pets/{id}/toys/{toyId}", "delete", "delete_toy"),
        ("/v1/pets/{id}/toys/{toyId}/throw", "post", "throw_toy"),
        ("/v1/pets/{id}/restore/{version}", "post", "restore"),
        ("/v1/pets/stories", "get", "get_stories"),
    ],
)
def test_a_method_is_named_by_its_path(path: str, method: str, name: str):
    [operation] = document({path: {method: answering(REF)}}, Pet=PET).operations

    assert (operation.resource, operation.name) == ("pets", name)


def test_a_list_that_can_be_continued_pages_itself():
    paths = {"/v1/pets": {"get": answering({"type": "array", "items": REF}, parameters=[LIMIT])}}
    made = document(paths, Pet=PET)

    text = module(made.operations, Types(made), is_async=True)

    assert "def list(self, **given: Unpack[p.PetsList]) -> AsyncPages[o.Pet]:" in text
    assert "async def list" not in text


def test_an_operation_that_may_stream_has_two_methods():
    body = {"type": "object", "properties": {"input": {"type": "string"}, "stream": {"type": "boolean"}}}
    asked = {"requestBody": {"content": {"application/json": {"schema": body}}}}
    made = document({"/v1/chats": {"post": answering(REF, **asked)}}, Pet=PET)
    types = Types(made)

    text = module(made.operations, types, is_async=False)

    assert "fixed={'stream': False}" in text
    assert "def stream(self, **given: Unpack[p.ChatsCreate]) -> Stream[StreamEvent]" in text
    assert "stream:" not in types.params(made.operations)


def test_two_components_of_one_name_are_told_apart():
    made = document({}, api__v1__pets__big__Toy=PET, api__v1__pets__small__Toy=PET)

    assert sorted(made.names.values()) == ["PetToy", "PetsSmallToy"]


@pytest.mark.parametrize("wire", ["firstMessage", "id", "numberE164CheckEnabled", "createdAtGt", "maxTokens"])
def test_a_name_finds_its_way_back(wire: str):
    assert wire_name(python_name(wire)) == wire


def test_names_that_do_not_are_written_down():
    fields = {"type": "object", "properties": {"tools:append": {}, "async": {}, "plain": {}}}
    asked = {"requestBody": {"content": {"application/json": {"schema": fields}}}}
    made = document({"/v1/pets": {"post": answering(REF, **asked)}}, Pet=PET)

    assert names(made.operations).rstrip().endswith("{'tools_append': 'tools:append'}")
    assert "async_:" in Types(made).params(made.operations)


PROGRAM = """
from yingda import Yingda

client = Yingda("sk_1")
call = client.calls.create(assistant_id="a", transport={"provider": "vapi.websocket"})
for one in client.calls.list(limit=3):
    print(one.ended_reason.upper() if one.ended_reason else one.id)
"""


def checked(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-W", "ignore", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)


@pytest.mark.slow
def test_what_is_written_is_what_the_api_is_now():
    done = checked("scripts/sdk-python", "--check")

    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_the_sdk_is_strictly_typed():
    done = checked("-m", "mypy", "--config-file", "sdk-python/pyproject.toml")

    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_a_program_is_checked_before_it_runs():
    wrong = (
        PROGRAM.replace("assistant_id=", "asistant_id=")
        + PROGRAM.replace('"vapi.websocket"', '"carrier-pigeon"')
        + PROGRAM.replace("upper() if one.ended_reason else", "upper() or")
        + PROGRAM.replace("one.id", "one.idd")
    )

    good, bad = (checked("-m", "mypy", "--strict", "--config-file=", "-c", one) for one in (PROGRAM, wrong))

    assert good.returncode == 0, good.stdout
    assert bad.stdout.count("error:") == 4, bad.stdout
    for told in ('"asistant_id"', "WebsocketTransportParam", '"upper"', '"idd"'):
        assert told in bad.stdout
