"""Azure Speech's streaming recogniser.

Account: apiKey, region. Language as Azure has it (zh-CN is the default, en-US, zh-HK …); sound at 16 or 8
kHz. Model: the id of a custom endpoint, or none. Options: `region` (before the account's),
`segmentationSilenceTimeoutMs` (pause that ends a phrase, 100–5000, 300), `segmentationMaximumTimeMs`
(20000–70000), `segmentationStrategy` (Default, Time, Semantic), `finalWaitMs` (600), `profanity` (masked,
removed, raw). Keywords become a phrase list. Billed by seconds of sound.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from voice_engine.kernel.errors import ProviderErrorKind
from voice_engine.providers.azure import LABEL, VENDOR, endpoint, failures, locale, region, stamp
from voice_engine.providers.azure.turns import Turns
from voice_engine.providers.azure.usp import Said, parse
from voice_engine.providers.base import Capabilities, ProviderConfig
from voice_engine.providers.duplex.codec import PATIENCE, Endpoint, Heard, Message, Messages, Send, Signal
from voice_engine.providers.duplex.stt import PlannedStt, SttPlan
from voice_engine.providers.options import Options
from voice_engine.providers.sentences import Sentence

RATES = (16000, 8000)
LONGEST_MS = 70_000  # of a phrase
_PATH = "/speech/recognition/conversation/cognitiveservices/v1"
_PAD_MORE_MS = 60
_REFUSALS: dict[str, ProviderErrorKind] = {
    "Error": "server",
    "TooManyRequests": "rate_limit",
    "BadRequest": "bad_request",
    "Forbidden": "auth",
}


class AzureStt(PlannedStt):
    """Partials replace, finals end a phrase; the vendor's ear ends them sooner after a Flush."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        options = Options(config, LABEL)
        self._config, self._region = config, region(config, options)
        self.capabilities = Capabilities(sample_rates=RATES, endpoints_itself=True)
        language = locale(config.language)
        query = {"language": language, "format": "detailed"}
        if config.model:
            query["cid"] = config.model
        if profanity := options.choice("profanity", "", ("", "masked", "removed", "raw")):
            query["profanity"] = profanity
        self._path = f"{_PATH}?{urlencode(query)}"
        pause_ms = options.whole("segmentationSilenceTimeoutMs", 300, 100, 5000)
        context = _context(language, _segmentation(options, pause_ms), config.keywords)
        self._plan = SttPlan(
            failures, self._dial, lambda: _Codec(Turns(context, stamp)), RATES,
            pad_ms=pause_ms + _PAD_MORE_MS,
            final_s=options.number("finalWaitMs", 600, 50, 5000) / 1000,
            greets=True,
            patience=PATIENCE.at_most(config.timeout_s),
        )  # fmt: skip

    async def _dial(self) -> Endpoint:
        return endpoint(self._config, self._region, "stt", self._path)


def _segmentation(options: Options, pause_ms: int) -> dict[str, int | str]:
    strategy = options.choice("segmentationStrategy", "Default", ("Default", "Time", "Semantic"))
    found: dict[str, int | str] = {"mode": "Semantic" if strategy == "Semantic" else "Custom"}
    longest_ms = options.whole("segmentationMaximumTimeMs", LONGEST_MS, 20_000, LONGEST_MS)
    if longest_ms < LONGEST_MS:
        found["segmentationForcedTimeoutMs"] = longest_ms
    return {**found, "segmentationSilenceTimeoutMs": pause_ms}


def _context(language: str, segmentation: dict[str, int | str], keywords: tuple[str, ...]) -> str:
    phrases = {"segmentation": segmentation}
    context: dict[str, Any] = {
        "phraseDetection": {"language": language, "mode": "CONVERSATION", "CONVERSATION": phrases},
        "phraseOutput": {"format": "Detailed", "detailed": {"options": []}},
        "audio": {"streams": {"1": None}},
    }
    if keywords:
        items = [{"Text": word} for word in keywords]
        context["dgi"] = {"Groups": [{"Type": "Generic", "Items": items}], "bias": 1.0}
    return json.dumps(context)


class _Codec:
    """One recognition: as many turns as the vendor makes of it."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._phrases = 0
        self._ready = self._ended = False

    def begin(self, rate: int) -> Messages:
        return self._turns.begin(rate)

    def audio(self, pcm: bytes) -> Messages:
        return (self._turns.sound(pcm),)

    def pause(self) -> Messages:
        return ()

    def end(self) -> Messages:
        self._ended = True
        return (self._turns.sound(b""),)

    def receive(self, message: Message) -> Iterable[Heard]:
        said = parse(message)
        if said.request != self._turns.request:
            return ()
        match said.path:
            case "turn.start":
                return self._started()
            case "speech.hypothesis" | "speech.fragment":
                return (self._sentence(said.json(), final=False),)
            case "speech.phrase":
                return self._phrase(said)
            case "turn.end":
                return (Signal.OVER,) if self._ended else map(Send, self._turns.again())
        return ()

    def closed(self, code: int, reason: str) -> Exception | None:
        return failures.hung_up(code, reason)

    def _started(self) -> Iterator[Heard]:
        if not self._ready:
            self._ready = True
            yield Signal.READY

    def _phrase(self, said: Said) -> Iterator[Heard]:
        phrase = said.json()
        status = phrase["RecognitionStatus"]
        if kind := _REFUSALS.get(status):
            raise failures.told(kind, status, phrase.get("DisplayText", ""), said.request)
        if status == "EndOfDictation":
            return
        sentence = self._sentence(phrase, final=True)
        self._turns.understood(sentence.end_ms or 0)
        self._phrases += 1
        yield sentence

    def _sentence(self, fields: dict[str, Any], *, final: bool) -> Sentence:
        best = (fields.get("NBest") or [{}])[0]
        text = fields.get("Text") or fields.get("DisplayText") or best.get("Display") or ""
        begin = self._turns.at_ms(fields["Offset"])
        return Sentence(text, final, self._phrases, begin, begin + fields["Duration"] / 10_000)
