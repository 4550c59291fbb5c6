import os

import pytest

from api.launcher import parts
from api.launcher.pulse import Record
from api.launcher.redis import EmbeddedRedis, asked_once
from api.launcher.settings import LauncherSettings


def test_three_misses_in_a_row_that_last_long_enough_are_a_hang():
    record = Record(misses=3, patience=15)

    verdicts = [record.heard(False, now) for now in (0, 3, 6, 9, 12, 15)]

    assert verdicts == [False] * 5 + [True]
    assert record.silence(15) == 15


def test_time_alone_is_no_hang_for_we_may_have_been_stopped_ourselves():
    record = Record(misses=3, patience=15)

    verdicts = [record.heard(False, now) for now in (0, 1000, 1003)]

    assert verdicts == [False, False, True]


@pytest.mark.parametrize("answer", [True, None], ids=["it answers", "Redis is away"])
def test_an_answer_and_not_knowing_start_the_count_again(answer):
    record = Record(misses=2, patience=0)

    verdicts = [record.heard(heard, now) for now, heard in enumerate((False, answer, False, False))]

    assert verdicts == [False, False, False, True]


async def test_an_engine_is_judged_by_its_lease_and_only_while_redis_answers(data_dir):
    server = EmbeddedRedis(data_dir)
    server.start()
    env = {**os.environ, "REDIS_URL": server.url}
    pulse = parts.engine(LauncherSettings(engine_id="e"), env, 0).pulse
    assert pulse is not None

    without = await pulse.ask()
    with asked_once(server.url) as client:
        client.set("yingda:engine:e-0", "{}")
    leased = await pulse.ask()
    server.stop()
    away = await pulse.ask()

    assert (without, leased, away) == (False, True, None)
