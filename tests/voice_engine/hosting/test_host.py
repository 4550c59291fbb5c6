"""Slots are given once, however many calls end or begin in the same moment."""

import asyncio
from dataclasses import replace


async def test_a_slot_that_is_offered_twice_in_one_moment_is_given_once(engine):
    host, told = engine.host, []
    host._house = replace(host._house, slots=0)
    first, second = (asyncio.create_task(host.slot_for(engine.expect(), told.append)) for _ in range(2))
    await asyncio.sleep(0)

    host._house = replace(host._house, slots=1)
    host._serve_queue()
    host._serve_queue()
    await first

    assert told[:2] == [1, 2]
    assert host.full
    assert not second.done()
    second.cancel()


async def test_whoever_leaves_with_a_slot_in_hand_leaves_it_to_the_next(engine):
    host, specs = engine.host, [engine.expect(), engine.expect()]
    host._house = replace(host._house, slots=0)
    first, second = (asyncio.create_task(host.slot_for(spec, lambda _: None)) for spec in specs)
    await asyncio.sleep(0)
    host._house = replace(host._house, slots=1)
    host._serve_queue()

    first.cancel()

    async with asyncio.timeout(1):
        await second
    host.give_up(specs[1])
    assert not host.full
