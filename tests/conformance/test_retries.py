"""Vapi's SDKs send a request again when they do not hear of it, without saying that it is the same one."""

from typing import Any

import httpx
import pytest

from tests.conformance.columns import COLUMNS
from tests.conformance.operations import Operation
from tests.conformance.proxy import Trouble, bad_line
from tests.conformance.world import World

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.mark.parametrize(("sdk", "trouble"), [("python", "drop"), ("python", "500"), ("typescript", "500")])
def test_a_call_that_is_asked_for_three_times_is_dialled_once(vapi_world: World, sdk: str, trouble: Trouble):
    number = f"+86139{abs(hash((sdk, trouble))) % 10**8:08}"
    call = {"assistantId": "$talker", "phoneNumberId": "$line", "customer": {"number": number}}
    asked = Operation("POST /call", "calls.create", call)

    with bad_line(vapi_world.product.url, trouble) as line:
        [outcome] = COLUMNS[sdk].drive(vapi_world, line.url, [asked])

    assert outcome.wrong == []
    assert line.seen == 3
    assert [one["id"] for one in _calls(vapi_world, number)] == [outcome.body["id"]]


def _calls(world: World, number: str) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {world.key}"}
    calls = httpx.get(f"{world.product.url}/call?limit=100", headers=headers, trust_env=False).json()
    return [one for one in calls if one.get("customer", {}).get("number") == number]
