"""A turn becomes a realtime model's own sound; tools are run, its context stays true to what was heard."""

from collections.abc import AsyncGenerator

import structlog

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import ToolCall
from voice_engine.providers.base_realtime import ReplyEnded, ReplyText, Respond, ToolResult
from voice_engine.session.live import Answer, Live
from voice_engine.session.reply import Reply
from voice_engine.speak.heard import Pace
from voice_engine.speak.speaker import Over, Piece, Uttered
from voice_engine.spec import ModelSpec
from voice_engine.think.thinker import MAX_ROUNDS, Mind, ToolRunner
from voice_engine.think.tools.base import Round

VERBATIM = "Now say exactly the following words, in their language, and nothing else:\n{}"
GO_ON = (
    "The connection broke while you were speaking. The caller has heard you up to here, do not repeat it,"
    " go on from exactly there in the same language:\n{}"
)

log = structlog.get_logger()


class LiveMind(Mind):
    """`speaks_itself`: given words, too, are said by the model."""

    def __init__(self, spec: ModelSpec, tools: ToolRunner, *, speaks_itself: bool) -> None:
        super().__init__(spec, tools)
        self.speaks_itself = speaks_itself
        self.pace = Pace()
        self.live: Live  # set once both exist
        self._asked_for: tuple[ToolCall, ...] = ()  # as the vendor named them: our own ids are unique

    # ── what is said ─────────────────────────────────────────────────────────────────────────────────

    async def answer(self, reply: Reply) -> AsyncGenerator[Piece, None]:
        """The reply to its question: a turn that the vendor has heard, typed words, or nothing."""
        reply.model_asked()
        question = reply.question
        if question and question.turn:
            answer = await self.live.answer()
        else:
            if question:
                self.live.append("user", question.text)
            answer = await self.live.ask(Respond())
        for _ in range(MAX_ROUNDS + 1):
            said: list[str] = []
            calls: tuple[ToolCall, ...] = ()
            async for piece in self._spoken(answer, reply, said):
                if isinstance(piece, tuple):
                    calls = piece
                else:
                    yield piece
            if not calls:
                return
            await reply.may_act()
            asked, self._asked_for = Round("".join(said), self._unique(calls), self.history.messages()), calls
            await self._run(asked)
            self._report(asked)
            if asked.closing is not None:
                async for last in self._closing(asked.closing, reply):
                    yield last
                return
            reply.model_asked()
            answer = await self.live.ask(Respond())
        log.warning("tool_rounds_exhausted", rounds=MAX_ROUNDS)

    async def recite(self, text: str, reply: Reply) -> AsyncGenerator[Piece, None]:
        """Given words in the model's voice."""
        answer = await self.live.ask(Respond(VERBATIM.format(text)))
        async for piece in self._spoken(answer, reply, []):
            if not isinstance(piece, tuple):
                yield piece

    async def _closing(self, text: str, reply: Reply) -> AsyncGenerator[Piece, None]:
        if text and self.speaks_itself:
            async for piece in self.recite(text, reply):
                yield piece
        elif text:
            yield text

    async def _spoken(
        self, answer: Answer, reply: Reply, said: list[str]
    ) -> AsyncGenerator[Piece | tuple[ToolCall, ...], None]:
        """An answer and, if its socket breaks in the middle, its continuation; then the tools it asks for."""
        broken = False
        while True:
            piece = await answer.pieces.get()
            if isinstance(piece, ReplyText):
                reply.model_spoke()
                said.append(piece.text)
                yield Uttered(piece.text)
            elif not isinstance(piece, ReplyEnded):
                reply.model_spoke()
                yield piece.frame
            elif piece.outcome == "broken":
                yield Over()
                if broken:
                    raise ProviderError("network", self.live.vendor, "The model's reply broke off twice.")
                broken = True
                answer = await self._continued(answer)
            else:
                yield Over()
                if piece.usage:
                    reply.model_used(piece.usage)
                yield piece.calls
                return

    async def _continued(self, answer: Answer) -> Answer:
        """What was not begun to be answered is asked again by itself."""
        if answer.seconds:
            return await self.live.ask(Respond(GO_ON.format(answer.words)))
        self.live.played.remove(answer)
        return await self.live.answer()

    # ── what the model knows ─────────────────────────────────────────────────────────────────────────

    def _report(self, asked: Round) -> None:
        for call, result in zip(self._asked_for, asked.results, strict=True):
            self.live.tell(ToolResult(call, result))

    def add(self, role: str, text: str) -> None:
        super().add(role, text)
        self.live.append(role, text)

    def said(self, heard: str, *, interrupted: bool) -> None:
        running = self._running
        super().said(heard, interrupted=interrupted)
        if running:
            self._report(running)
        if not self.live.played:
            self.live.append("assistant", heard)

    def over(self, heard_s: float) -> None:
        """The running reply is over; of the model's own sound the caller heard so much."""
        self.live.over(heard_s)
