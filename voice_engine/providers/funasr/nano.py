"""Fun-ASR-Nano's realtime server: commands in plain text, results that hold all sentences so far. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from voice_engine.providers.duplex.codec import Heard, Message, Messages, Signal
from voice_engine.providers.funasr import failures
from voice_engine.providers.sentences import Sentence, join

RATES = (16000,)
CHUNK_MS = 100


class NanoCodec:
    """One call. `commits`: utterances end by our COMMIT (the server's endpoint mode `client`)."""

    def __init__(self, words: Sequence[str], language: str, *, commits: bool) -> None:
        self._words, self._language, self._commits = words, language, commits
        self._told = 0  # sentences, or with commits utterances, that were final

    def begin(self, rate: int) -> Messages:
        words = [f"HOTWORDS:{','.join(self._words)}"] if self._words else []
        language = [f"LANGUAGE:{self._language}"] if self._language else []
        return [*words, *language, "START"]

    def audio(self, pcm: bytes) -> Messages:
        return (pcm,)

    def pause(self) -> Messages:
        return ("COMMIT",) if self._commits else ()

    def end(self) -> Messages:
        return ("STOP",)

    def receive(self, message: Message) -> Iterable[Heard]:
        said = orjson.loads(message)
        match said.get("event"):
            case "started":
                return (Signal.READY,)
            case "stopped":
                return (Signal.OVER,)
            case "error":
                raise failures.told("server", "error", said.get("error"))
            case None:
                return list(self._utterance(said) if self._commits else self._sentences(said))
        return ()

    def closed(self, code: int, reason: str) -> Exception | None:
        return failures.hung_up(code, reason)

    def _utterance(self, said: Mapping[str, Any]) -> Iterator[Heard]:
        whole = ""
        for sentence in said["sentences"]:
            whole = join(whole, sentence["text"])
        whole = join(whole, said.get("partial", ""))
        final = bool(said.get("is_final"))
        yield Sentence(whole, final, self._told)
        self._told += final

    def _sentences(self, said: Mapping[str, Any]) -> Iterator[Heard]:
        for sentence in said["sentences"][self._told :]:
            yield Sentence(sentence["text"], True, self._told)
            self._told += 1
        if partial := said.get("partial", ""):
            yield Sentence(partial, bool(said.get("is_final")), self._told)
