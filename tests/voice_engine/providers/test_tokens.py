"""One token for many calls."""

import asyncio

import pytest

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.failures import Failures
from voice_engine.providers.tokens import Token, Tokens

FAILURES = Failures("lender", "Lender")


class Lender:
    """Counts what is fetched; `failure` is raised instead of a token, `gate` holds a fetch up."""

    def __init__(self, lasts_s: float = 3600.0) -> None:
        self.lasts_s, self.fetched = lasts_s, 0
        self.failure: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def fetch(self) -> Token:
        self.fetched += 1
        await self.gate.wait()
        if self.failure:
            raise self.failure
        return Token(f"token-{self.fetched}", self.lasts_s)


async def test_many_calls_at_once_share_one_fetch():
    tokens, lender = Tokens(FAILURES), Lender()
    lender.gate.clear()
    calls = [asyncio.create_task(tokens.of("a", lender.fetch)) for _ in range(50)]
    await asyncio.sleep(0)

    lender.gate.set()

    assert set(await asyncio.gather(*calls)) == {"token-1"}
    assert lender.fetched == 1


async def test_each_account_has_a_token_of_its_own():
    tokens, lender = Tokens(FAILURES), Lender()

    first, second = await tokens.of("a", lender.fetch), await tokens.of("b", lender.fetch)

    assert (first, second) == ("token-1", "token-2")


@pytest.mark.parametrize(("lasts_s", "fetched"), [(59.0, 2), (61.0, 1)])
async def test_a_token_is_renewed_a_minute_before_its_end(lasts_s: float, fetched: int):
    tokens, lender = Tokens(FAILURES), Lender(lasts_s)

    await tokens.of("a", lender.fetch)
    await tokens.of("a", lender.fetch)

    assert lender.fetched == fetched


async def test_a_refused_token_is_replaced_and_its_successor_stays():
    tokens, lender = Tokens(FAILURES), Lender()
    first = await tokens.of("a", lender.fetch)

    tokens.refused("a", first)
    second = await tokens.of("a", lender.fetch)
    tokens.refused("a", first)  # another call that still had the old one

    assert await tokens.of("a", lender.fetch) == second == "token-2"


async def test_who_waits_for_a_fetch_shares_its_failure_and_who_comes_later_tries_again():
    tokens, lender = Tokens(FAILURES), Lender()
    lender.failure = FAILURES.of("auth", "No such key.")
    lender.gate.clear()
    calls = [asyncio.create_task(tokens.of("a", lender.fetch)) for _ in range(5)]
    await asyncio.sleep(0)

    lender.gate.set()
    told = await asyncio.gather(*calls, return_exceptions=True)
    lender.failure = None

    assert [getattr(each, "kind", None) for each in told] == ["auth"] * 5
    assert lender.fetched == 1
    assert await tokens.of("a", lender.fetch) == "token-2"


async def test_a_call_that_is_cancelled_while_it_fetches_leaves_the_fetch_to_the_next():
    tokens, lender = Tokens(FAILURES), Lender()
    lender.gate.clear()
    first = asyncio.create_task(tokens.of("a", lender.fetch))
    second = asyncio.create_task(tokens.of("a", lender.fetch))
    await asyncio.sleep(0)

    first.cancel()
    lender.gate.set()

    assert await second == "token-2"
    assert first.cancelled()


async def test_a_fetch_that_takes_too_long_is_given_up():
    tokens, lender = Tokens(FAILURES, fetch_s=0.05), Lender()
    lender.gate.clear()

    with pytest.raises(ProviderError) as failure:
        await tokens.of("a", lender.fetch)

    assert failure.value.kind == "timeout"


def test_loops_do_not_share_tokens():
    tokens = Tokens(FAILURES)

    async def once() -> int:
        lender = Lender()
        await tokens.of("a", lender.fetch)
        return lender.fetched

    assert [asyncio.run(once()), asyncio.run(once())] == [1, 1]


def test_a_token_is_not_shown():
    assert "secret" not in repr(Token("secret", 1.0))


async def test_accounts_whose_tokens_have_ended_are_forgotten(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("voice_engine.providers.tokens.ACCOUNTS", 10)
    tokens, brief, lasting = Tokens(FAILURES), Lender(lasts_s=0.0), Lender()
    await tokens.of("lasting", lasting.fetch)
    for name in range(100):
        await tokens.of(name, brief.fetch)

    (kept,) = tokens._kept.values()

    assert len(kept) <= 12
    assert await tokens.of("lasting", lasting.fetch) == "token-1"
