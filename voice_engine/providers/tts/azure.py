"""Azure Speech's voices, a sentence of SSML at a time.

Account: apiKey, region. Voice = a name such as zh-CN-XiaoxiaoNeural (default), or andrew, brian, emma;
`speed` 0.5–2. Options: `region` (before the account's), `style` (how it is said: friendly, formal, apology or
any style the voice has), `styleDegree` (0.01–2), `role`, `pitch` and `volume` (percent, −50…50 and −100…100),
`sampleRate` (16000, 8000, 24000, 48000), `wordTimes`. Billed by characters, a Han character counts two.
"""

import json
import re
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.azure import LABEL, VENDOR, endpoint, failures, locale, region, stamp, usp
from voice_engine.providers.base import Capabilities, ProviderConfig, Usage, WordTimes
from voice_engine.providers.duplex.codec import PATIENCE, Endpoint, Message, Messages, Said, Signal, Sound
from voice_engine.providers.duplex.tts import PlannedTts, TtsPlan
from voice_engine.providers.options import Options
from voice_engine.providers.piecewise import piecewise
from voice_engine.providers.usages import han_twice
from voice_engine.providers.warming import warmed

DEFAULT_VOICE = "zh-CN-XiaoxiaoNeural"
RATES = (16000, 8000, 24000, 48000)
KEEP_S = 60.0
# What an assistant may say in plain words, as Xiaoxiao's styles have it.
STYLES = {"formal": "serious", "apology": "sorry"}
SHORT = {name: f"en-US-{name.title()}MultilingualNeural" for name in ("andrew", "brian", "emma")}
_PATH = "/cognitiveservices/websocket/v1"
_CONFIG = '{"context":{"system":{"name":"SpeechSDK","version":"1.53.0"}}}'
_UNSAYABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # not in XML 1.0
_TICKS = 10_000_000  # in a second


class AzureTts:
    """A voice that gets whole sentences."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        options = Options(config, LABEL)
        rate = options.choice("sampleRate", RATES[0], RATES)
        timed = options.flag("wordTimes", True)
        self.capabilities = Capabilities(sample_rates=(rate,), word_times=timed)
        self._pieces = piecewise(_SentenceVoice(config, options, rate, timed=timed))

    def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | WordTimes | Usage]:
        """Sound at the promised rate, and when its words are heard."""
        return self._pieces.synthesize(text)

    async def warm(self) -> None:
        """See Warms."""
        await warmed(self._pieces)


class _SentenceVoice(PlannedTts):
    """One text, one turn; the socket lives on for the next."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig, options: Options, rate: int, *, timed: bool) -> None:
        self.capabilities = Capabilities(sample_rates=(rate,), word_times=timed)
        self._config, self._region = config, region(config, options)
        ssml, context = _ssml(config, options), _context(rate, timed=timed)
        self._plan = TtsPlan(
            failures, self._dial, lambda: _Codec(context, ssml), rate,
            keep_s=KEEP_S,
            account=(VENDOR, config.base_url, self._region, config.api_key),
            count=han_twice,
            patience=PATIENCE.at_most(config.timeout_s),
            at_once=True,
            reuse="finished",
        )  # fmt: skip

    async def _dial(self) -> Endpoint:
        return endpoint(self._config, self._region, "tts", _PATH)


class _Codec:
    """One turn. `ssml` writes a text as its voice is to say it."""

    def __init__(self, context: str, ssml: Callable[[str], str]) -> None:
        self._context, self._ssml = context, ssml
        self._request = uuid.uuid4().hex
        self._text = ""

    def begin(self, fresh: bool) -> Messages:
        return (usp.text("speech.config", _CONFIG, stamp()),) if fresh else ()

    def text(self, text: str) -> Messages:
        self._text += text
        return ()

    def end(self) -> Messages:
        now, ssml = stamp(), self._ssml(self._text)
        return (
            usp.text("synthesis.context", self._context, now, self._request),
            usp.text("ssml", ssml, now, self._request, "application/ssml+xml"),
        )

    def cancel(self) -> Messages:
        return ()

    def receive(self, message: Message) -> Iterable[Said]:
        said = usp.parse(message)
        if said.request != self._request:
            return ()
        match said.path:
            case "audio" if said.body:
                return (Sound(bytes(said.body)),) if isinstance(said.body, bytes) else ()
            case "audio.metadata":
                return _words(said.json())
            case "turn.end":
                return (Signal.OVER,)
        return ()

    def closed(self, code: int, reason: str) -> Exception | None:
        return failures.hung_up(code, reason)


def _words(found: dict[str, Any]) -> Iterator[WordTimes]:
    for one in found["Metadata"]:
        if one["Type"] == "WordBoundary":
            word = one["Data"]
            start = word["Offset"] / _TICKS
            yield WordTimes((word["text"]["Text"],), (start,), (start + word["Duration"] / _TICKS,))


def _context(rate: int, *, timed: bool) -> str:
    told = {
        "bookmarkEnabled": False,
        "punctuationBoundaryEnabled": False,
        "sentenceBoundaryEnabled": False,
        "sessionEndEnabled": False,
        "visemeEnabled": False,
        "wordBoundaryEnabled": timed,
    }
    audio = {"outputFormat": f"raw-{rate // 1000}khz-16bit-mono-pcm", "metadataOptions": told}
    return json.dumps({"synthesis": {"audio": audio, "language": {"autoDetection": False}}})


def _ssml(config: ProviderConfig, options: Options) -> Callable[[str], str]:
    if not 0.5 <= config.speed <= 2:
        raise BadRequest("bad_speed", "Azure's voices speak at a `speed` from 0.5 to 2.")
    voice = SHORT.get(config.voice, config.voice) or DEFAULT_VOICE
    pitch, volume = options.whole("pitch", 0, -50, 50), options.whole("volume", 0, -100, 100)
    rate = round((config.speed - 1) * 100)
    before = (
        "<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' "
        f"xmlns:mstts='http://www.w3.org/2001/mstts' xml:lang={quoteattr(_language(config, voice))}>"
        f"<voice name={quoteattr(voice)}>{_style(options)}"
        f"<prosody rate='{rate:+d}%' pitch='{pitch:+d}%' volume='{volume:+d}%'>"
    )
    after = f"</prosody>{'</mstts:express-as>' if _style(options) else ''}</voice></speak>"
    return lambda text: before + escape(_UNSAYABLE.sub("", text)) + after


def _style(options: Options) -> str:
    style, role = options.text("style"), options.text("role")
    degree = options.number("styleDegree", 1.0, 0.01, 2.0)
    if not style and not role:
        return ""
    said = f" style={quoteattr(STYLES.get(style, style))} styledegree='{degree:g}'" if style else ""
    return f"<mstts:express-as{said}{f' role={quoteattr(role)}' if role else ''}>"


def _language(config: ProviderConfig, voice: str) -> str:
    return locale(config.language, otherwise="-".join(voice.split("-")[:2]))
