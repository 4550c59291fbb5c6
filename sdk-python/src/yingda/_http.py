"""Sends requests, again if need be. Two classes, one line of thought: waiting is all that differs."""

import asyncio
import json
import time
from types import TracebackType
from typing import Any, Self

import httpx

from yingda._config import Config
from yingda._request import Request
from yingda._retry import Attempts
from yingda.errors import APIError, ConnectionFailed, TimedOut, UnexpectedAnswer, YingdaError, from_answer

CONNECT_S = 10.0


class _Base:
    """What both have: the configuration, and judging what came back."""

    config: Config

    def _built(
        self, client: httpx.Client | httpx.AsyncClient, request: Request, seconds: float
    ) -> httpx.Request:
        return client.build_request(
            request.method,
            self.config.base_url + request.path,
            params=request.query or None,
            content=request.content,
            files=request.files or None,
            data=request.form or None,
            headers=self.config.headers | request.headers,
            timeout=httpx.Timeout(seconds, connect=min(seconds, CONNECT_S)),
        )

    def _lost(self, error: httpx.RequestError) -> YingdaError:
        if isinstance(error, httpx.TimeoutException) and not isinstance(error, httpx.ConnectTimeout):
            return TimedOut(f"No answer from {self.config.base_url} in time ({type(error).__name__}).")
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return ConnectionFailed(self.config.unreachable)
        return ConnectionFailed(f"The connection to {self.config.base_url} broke: {error}")

    def _late(self) -> TimedOut:
        return TimedOut(f"The deadline has passed without an answer from {self.config.base_url}.")


def decoded(answer: httpx.Response, *kinds: type) -> Any:
    """The JSON of a good answer, of one of these kinds; raises UnexpectedAnswer."""
    try:
        found = json.loads(answer.content)
    except ValueError:
        found = None
    if isinstance(found, kinds):
        return found
    raise UnexpectedAnswer(
        f"{answer.url} answered something else than JSON of Yingda's: {answer.text[:80]!r}."
        " Is this the right address (YINGDA_BASE_URL)?"
    )


def _refused(answer: httpx.Response) -> APIError:
    try:
        body: Any = json.loads(answer.content)
    except ValueError:
        body = answer.text
    return from_answer(answer.status_code, body, answer.headers)


def _again(attempts: Attempts, error: APIError, answer: httpx.Response, now: float) -> float | None:
    return attempts.after_answer(error.status, error.code, answer.headers, now)


class Http(_Base):
    """Over `httpx.Client`."""

    def __init__(self, config: Config, client: httpx.Client | None = None) -> None:
        self.config = config
        self.owned = client is None
        self.client = client or httpx.Client()

    def send(self, request: Request, *, stream: bool = False) -> httpx.Response:
        """A good answer; raises YingdaError. A stream is not read and must be closed."""
        config = self.config.with_options(request.options)
        attempts = config.attempts(time.monotonic())
        while True:
            left = attempts.time_left(time.monotonic())
            if left <= 0:
                raise self._late()
            built = self._built(self.client, request, left)
            try:
                answer = self.client.send(built, stream=stream, follow_redirects=True)
                if answer.is_success:
                    return answer
                answer.read()
                answer.close()
            except httpx.RequestError as error:
                pause, told = attempts.after_failure(time.monotonic()), self._lost(error)
            else:
                refusal = _refused(answer)
                pause, told = _again(attempts, refusal, answer, time.monotonic()), refusal
            if pause is None:
                raise told
            time.sleep(pause)

    def close(self) -> None:
        """Give connections back, unless the client was yours."""
        if self.owned:
            self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncHttp(_Base):
    """Over `httpx.AsyncClient`."""

    def __init__(self, config: Config, client: httpx.AsyncClient | None = None) -> None:
        self.config = config
        self.owned = client is None
        self.client = client or httpx.AsyncClient()

    async def send(self, request: Request, *, stream: bool = False) -> httpx.Response:
        """A good answer; raises YingdaError. A stream is not read and must be closed."""
        config = self.config.with_options(request.options)
        attempts = config.attempts(time.monotonic())
        while True:
            left = attempts.time_left(time.monotonic())
            if left <= 0:
                raise self._late()
            built = self._built(self.client, request, left)
            try:
                answer = await self.client.send(built, stream=stream, follow_redirects=True)
                if answer.is_success:
                    return answer
                await answer.aread()
                await answer.aclose()
            except httpx.RequestError as error:
                pause, told = attempts.after_failure(time.monotonic()), self._lost(error)
            else:
                refusal = _refused(answer)
                pause, told = _again(attempts, refusal, answer, time.monotonic()), refusal
            if pause is None:
                raise told
            await asyncio.sleep(pause)

    async def close(self) -> None:
        """Give connections back, unless the client was yours."""
        if self.owned:
            await self.client.aclose()
