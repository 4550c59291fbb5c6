"""Processes tell each other of open breakers and of what is spent; each goes on without Redis."""

import asyncio
from dataclasses import dataclass, field

import orjson
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tests.voice_engine.providers.pool.vendors import broken
from voice_engine.providers.pool.allowance import Allowances
from voice_engine.providers.pool.board import KEPT_S, Board
from voice_engine.providers.pool.breaker import OPEN_S, State
from voice_engine.providers.pool.shared import BREAKERS, Shared
from voice_engine.providers.pool.standing import Key, Standing, Standings
from voice_engine.settings import ProviderLimit

KEY = Key("org", "llm", "a", "m", 255)
WALL = 1_800_000_000.0


@dataclass
class Process:
    """One engine process beside others, on one machine-wide sheet."""

    sheet: dict[str, bytes]
    offset: float = 0.0
    standings: Standings = field(default_factory=Standings)
    board: Board = field(default_factory=Board)

    @property
    def standing(self) -> Standing:
        return self.standings.of(KEY)

    def sync(self, now: float) -> None:
        table, offset = self.standings.items(), WALL + self.offset
        opened, closed = self.board.outgoing(table, offset, now + offset)
        self.sheet.update(opened)
        for name in closed:
            self.sheet.pop(name, None)
        for name in self.board.learn(dict(self.sheet), table, offset, now + offset):
            del self.sheet[name]


def opens(process: Process, now: float = 0.0) -> None:
    process.standing.failed(broken("auth"), now)


def test_what_one_has_found_out_all_know():
    sheet: dict[str, bytes] = {}
    one, other = Process(sheet), Process(sheet, offset=-500.0)
    opens(one)
    other.standing.succeeded(500.0)
    one.sync(0.0)

    other.sync(500.0)

    assert not other.standing.breaker.allows(500.0 + OPEN_S - 1)
    assert other.standing.breaker.allows(500.0 + OPEN_S + 1)
    assert other.standing.breaker.refuses_for_good
    assert orjson.loads(sheet[KEY.name])["kind"] == "auth"


def test_who_finds_out_that_it_is_well_again_tells_all():
    sheet: dict[str, bytes] = {}
    one, other = Process(sheet), Process(sheet)
    opens(one)
    one.sync(0.0)
    other.standing  # noqa: B018  it knows this vendor
    other.sync(1.0)
    other.standing.succeeded(61.0)
    other.sync(61.0)

    one.sync(62.0)

    assert one.standing.breaker.until is None
    assert sheet == {}


def test_who_left_a_vendor_alone_first_may_be_the_one_to_find_it_well():
    process = Process({})
    opens(process)
    process.sync(0.0)
    process.standing.succeeded(61.0)

    process.sync(62.0)

    assert process.standing.breaker.until is None
    assert process.sheet == {}


def test_what_ends_while_a_message_is_under_way_is_not_believed_again():
    process = Process({})
    opens(process)
    opened, _ = process.board.outgoing(process.standings.items(), WALL, WALL)
    process.standing.succeeded(1.0)
    process.board.learn(opened, process.standings.items(), WALL, WALL + 1.0)

    assert process.standing.breaker.until is None
    assert process.board.outgoing(process.standings.items(), WALL, WALL) == ({}, [KEY.name])


def test_a_standing_that_is_new_here_is_told_at_once():
    sheet: dict[str, bytes] = {}
    one, other = Process(sheet), Process(sheet)
    opens(one)
    one.sync(0.0)
    other.sync(1.0)
    newcomer = Standings().of(KEY)

    other.board.tell(KEY, newcomer, WALL, WALL + 1.0)

    assert not newcomer.breaker.allows(1.0)


def test_what_could_not_be_written_is_written_the_next_time():
    process = Process({})
    opens(process)
    process.board.outgoing(process.standings.items(), WALL, WALL)

    process.sync(1.0)

    assert list(process.sheet) == [KEY.name]


def test_what_is_long_over_is_wiped_off():
    process = Process({"gone": orjson.dumps({"until": WALL - KEPT_S - 1, "kind": "server", "code": ""})})

    process.sync(0.0)

    assert process.sheet == {}


def test_what_is_wiped_off_because_it_is_long_over_closes_nothing():
    sheet: dict[str, bytes] = {}
    one, other = Process(sheet), Process(sheet)
    opens(one)
    for process in (one, other):
        process.standing  # noqa: B018  it knows this vendor
        process.sync(0.0)

    for now in (OPEN_S + KEPT_S + 1, OPEN_S + KEPT_S + 3):
        for process in (one, other):
            process.sync(now)

    assert sheet == {}
    assert [p.standing.breaker.state(999.0) for p in (one, other)] == [State.HALF_OPEN] * 2


def test_an_old_note_never_hides_a_new_one():
    sheet: dict[str, bytes] = {}
    one, other = Process(sheet), Process(sheet)
    opens(one)
    for now in (61.0, 122.0):
        for process in (other, one, other, one):
            process.sync(now)
    opens(other, 122.0)

    for process in (one, other, one):
        process.sync(124.0)

    assert not one.standing.breaker.allows(124.0)
    assert not other.standing.breaker.allows(124.0)


class Machine(RuleBasedStateMachine):
    """Two processes fail, succeed and talk in any order; when both have talked they agree."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        sheet: dict[str, bytes] = {}
        self.processes = Process(sheet), Process(sheet, offset=-77.0)

    @rule(who=st.integers(0, 1), kind=st.sampled_from(["auth", "server", "quota"]))
    def one_fails(self, who: int, kind: str) -> None:
        process = self.processes[who]
        process.standing.failed(broken(kind), self.now - process.offset)

    @rule(who=st.integers(0, 1))
    def one_succeeds(self, who: int) -> None:
        process = self.processes[who]
        process.standing.succeeded(self.now - process.offset)

    @rule(seconds=st.sampled_from([2.0, 30.0, 61.0]), order=st.booleans())
    def time_passes_and_they_talk(self, seconds: float, order: bool) -> None:
        self.now += seconds
        for process in (*self.processes, *self.processes)[order:][:4]:
            process.sync(self.now - process.offset)
        one, other = (p.standing.breaker.allows(self.now - p.offset) for p in self.processes)
        assert one == other

    @invariant()
    def nobody_is_shut_out_for_longer_than_its_time(self) -> None:
        for process in self.processes:
            assert process.standing.breaker.allows(self.now - process.offset + OPEN_S + 1)


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


# ── through Redis ────────────────────────────────────────────────────────────────────────────────────

LIMIT = ProviderLimit(requests_per_minute=3)


@dataclass
class Engine:
    """What a process has to share."""

    redis: Redis
    standings: Standings = field(default_factory=Standings)
    allowances: Allowances = field(default_factory=lambda: Allowances([LIMIT], lambda: WALL))

    def __post_init__(self) -> None:
        self.shared = Shared(self.redis, self.standings, self.allowances, lambda: WALL)
        self.mine = self.allowances.of("llm", "a", "org", own_key=False)


async def test_breakers_and_accounts_travel_through_redis(redis: Redis):
    one, other = Engine(redis), Engine(redis)
    one.standings.of(KEY).failed(broken("quota"), asyncio.get_running_loop().time())
    other.standings.of(KEY)
    one.mine.asked()
    other.mine.asked()
    other.mine.asked()
    for engine in (one, other, one):
        await engine.shared.exchange()

    assert not other.standings.of(KEY).breaker.allows(asyncio.get_running_loop().time())
    assert one.mine.refusal("a") is not None
    assert other.mine.refusal("a") is not None
    (name,) = await redis.hkeys(BREAKERS)
    assert name.decode() == KEY.name
    (spent,) = await redis.keys("yingda:spent:*")
    assert await redis.get(spent) == b"3"
    assert 60 < await redis.ttl(spent) <= 120


async def test_a_breaker_that_closes_is_wiped_off_for_all(redis: Redis):
    one, other = Engine(redis), Engine(redis)
    now = asyncio.get_running_loop().time()
    one.standings.of(KEY).failed(broken("auth"), now)
    other.standings.of(KEY)
    for engine in (one, other):
        await engine.shared.exchange()
    one.standings.of(KEY).succeeded(now + 61)

    for engine in (one, other):
        await engine.shared.exchange()

    assert await redis.hkeys(BREAKERS) == []
    assert other.standings.of(KEY).breaker.until is None


async def test_a_process_that_starts_reads_what_stands_there(redis: Redis):
    one, other = Engine(redis), Engine(redis)
    one.standings.of(KEY).failed(broken("auth"), asyncio.get_running_loop().time())
    await one.shared.exchange()
    await other.shared.exchange()

    found = other.standings.of(KEY)

    assert not found.breaker.allows(asyncio.get_running_loop().time())


async def test_what_makes_no_sense_in_redis_ends_nothing(redis: Redis):
    engine = Engine(redis)
    await redis.hset(BREAKERS, "x", "nonsense")
    running = asyncio.create_task(engine.shared.run())
    await asyncio.sleep(0.05)

    assert not running.done()
    running.cancel()
    await asyncio.wait([running])
    assert running.cancelled()


async def test_without_redis_each_goes_by_what_it_knows():
    nowhere = Redis.from_url("redis://127.0.0.1:1")
    engine = Engine(nowhere)
    for _ in range(3):
        engine.mine.asked()

    with pytest.raises(RedisError):
        await engine.shared.exchange()

    await nowhere.aclose()
    assert engine.mine.refusal("a") is not None
    (account,) = engine.allowances.accounts
    assert account.unsent(WALL)[1] == 3
