"""Keeps one part alive: starts it, watches it, says when it dies, starts it again, and ends it."""

import asyncio
import os
import re
import time
from typing import Protocol

from api.launcher import logs
from api.launcher.part import Part, ending, exited
from api.launcher.process import Child
from api.launcher.pulse import Pulse, Record
from api.launcher.restart import RestartPolicy
from voice_engine.kernel.errors import YingdaError


class Screen(Protocol):
    """Where a person reads what happens."""

    def up(self, name: str, seconds: float, *, again: bool) -> None: ...
    def died(self, name: str, why: str, said: list[str], *, pause: float) -> None: ...
    def looping(self, name: str, why: str, said: list[str], *, pause: float) -> None: ...
    def slow(self, name: str, seconds: float, said: list[str]) -> None: ...
    def echo(self, name: str, line: str, severity: logs.Severity) -> None: ...
    def note(self, text: str) -> None: ...


class Keeper:
    """One part's life. `first` is done when it was ready once, or false when it clearly will not be."""

    def __init__(self, part: Part, log: logs.RotatingLog, screen: Screen) -> None:
        self.part = part
        self.child: Child | None = None
        self.ready = False
        self.first: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._log = log
        self._screen = screen
        self._policy = RestartPolicy()
        self._stopping = asyncio.Event()
        self._seen = asyncio.Event()
        self._throttle = logs.Throttle()
        self._alarms = logs.Alarms(part.unremarkable)
        self._shown: tuple[logs.Severity, str] | None = None
        self._task = asyncio.create_task(self._keep(), name=f"keep {part.name}")

    @property
    def task(self) -> asyncio.Task[None]:
        return self._task

    def hopeless(self) -> None:
        """Nobody need wait for it any longer."""
        if not self.first.done():
            self.first.set_result(False)

    async def stop(self) -> None:
        """End the part: politely, then not. Returns when it is gone."""
        self._stopping.set()
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(self.part.stop)
        done, _ = await asyncio.wait([self._task], timeout=self.part.stop_patience)
        if not done:
            self._screen.note(
                f"{self.part.name} did not end in {self.part.stop_patience:g} s; ending it now."
            )
            self.kill()
        await self._task

    def kill(self) -> None:
        """End the part at once."""
        self._stopping.set()
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(self.part.kill)

    async def _keep(self) -> None:
        again = False
        while not self._stopping.is_set():
            started = time.monotonic()
            try:
                why = await self._live(started, again=again)
            except YingdaError as error:
                if not again:  # a mistake in the set-up: waiting does not mend it
                    self.first.set_exception(error)
                    break
                why = error.message
            self.ready = False
            if self._stopping.is_set():
                break
            verdict = self._policy.died(time.monotonic())
            said = list(self._log.last)[-8:]
            if verdict.looping:
                self._screen.looping(self.part.name, why, said, pause=verdict.pause)
                self.hopeless()
            else:
                self._screen.died(self.part.name, why, said, pause=verdict.pause)
            again = True
            await self._pause(verdict.pause)
        self.hopeless()
        self._log.close()

    async def _live(self, started: float, *, again: bool) -> str:
        """One life, from start to end; returns how it ended, in words."""
        self._log.last.clear()
        self._seen.clear()
        try:
            if self.part.before is not None:
                await asyncio.to_thread(self.part.before)
            if self._stopping.is_set():
                return "stopped"
            inlet, outlet = os.pipe()
            try:
                self.child = self.part.spawn(outlet)
            finally:
                os.close(outlet)
        except OSError as error:
            return f"could not be started: {error}"
        ears = asyncio.create_task(self._listen(inlet))
        eyes = asyncio.create_task(self._watch(started, again=again))
        code = await exited(self.child)
        eyes.cancel()
        # A grandchild may hold the pipe open; what it says after this is not for us.
        await asyncio.wait([ears], timeout=1.0)
        ears.cancel()
        await asyncio.gather(ears, eyes, return_exceptions=True)
        return ending(code)

    async def _watch(self, started: float, *, again: bool) -> None:
        """Find out when it is ready, and say so; say it, too, when it takes too long."""
        warned = False
        while not await self._is_ready():
            waited = time.monotonic() - started
            if waited > self.part.start_patience and not warned:
                warned = True
                self._screen.slow(self.part.name, waited, list(self._log.last)[-8:])
                self.hopeless()
            await asyncio.sleep(0.05)
        self.ready = True
        self._screen.up(self.part.name, time.monotonic() - started, again=again)
        if not self.first.done():
            self.first.set_result(True)
        if self.part.pulse is not None:
            await self._feel(self.part.pulse)

    async def _feel(self, pulse: Pulse) -> None:
        """Ask as long as it lives whether it works; say it and end it when it hangs."""
        record = Record(pulse.misses, pulse.patience)
        while True:
            await asyncio.sleep(pulse.every)
            answer = await pulse.ask()
            now = time.monotonic()
            if record.heard(answer, now) and not self._stopping.is_set() and self.child is not None:
                self._screen.note(
                    f"{self.part.name} hangs: it lives, but did not {pulse.what}"
                    f" for {record.silence(now):.0f} s; ending it now."
                )
                self.child.send_signal(self.part.kill)
                return

    async def _is_ready(self) -> bool:
        if isinstance(self.part.ready, re.Pattern):
            return self._seen.is_set()
        return await self.part.ready()

    async def _listen(self, inlet: int) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(loop=loop)
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(inlet, "rb", 0)
        )
        lines = logs.Lines()
        try:
            while data := await reader.read(65_536):
                for line in lines.feed(data):
                    self._hear(line)
        finally:
            for line in lines.end():
                self._hear(line)
            transport.close()

    def _hear(self, line: bytes) -> None:
        trouble = self._log.trouble
        self._log.write(line)
        if self._log.trouble and self._log.trouble != trouble:
            self._screen.note(f"Cannot write {self._log.path}: {self._log.trouble}.")
        text = line.decode(errors="replace")
        if isinstance(self.part.ready, re.Pattern) and self.part.ready.search(text):
            self._seen.set()
        alarm = self._alarms.hear(text)
        if alarm is None or alarm == self._shown or self._stopping.is_set():
            return
        self._shown = alarm  # the same again and again, as from a crash loop, is shown once
        if self._throttle.allows(time.monotonic()):
            if self._throttle.hidden:
                self._screen.note(f"{self.part.name}: {self._throttle.hidden} more in {self._log.path}")
                self._throttle.hidden = 0
            self._screen.echo(self.part.name, alarm[1], alarm[0])

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
