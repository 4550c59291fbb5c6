"""Voices: SSML in, sound and the times of its words out, turn by turn on one socket."""

import re
from typing import Any
from xml.etree import ElementTree

from tests.emulators.azure.frames import object_of, ought_to_be, read, sound, text
from tests.emulators.speaking import pieces, tone
from tests.emulators.vendor import Desk

IDLE_S = 60.0
_FORMAT = re.compile(r"raw-(8|16|24|48)khz-16bit-mono-pcm")
_SSML = "{http://www.w3.org/2001/10/synthesis}"
_MSTTS = "{http://www.w3.org/2001/mstts}"
STYLES = ("friendly", "serious", "sorry", "cheerful", "customerservice")


async def speak(desk: Desk) -> None:
    """Until the client has gone."""
    await ought_to_be(desk, "speech.config")
    first = True
    while True:
        try:
            message = read(desk, await desk.receive(IDLE_S))
        except TimeoutError:
            await desk.hang_up(1000, "idle")
        if message.path in ("telemetry", "speech.config"):
            continue
        if not first:
            desk.again()
        first = False
        if message.path != "synthesis.context":
            desk.complain(f"{message.path} instead of synthesis.context")
        wanted = object_of(desk, message)["synthesis"]["audio"]
        ssml = await ought_to_be(desk, "ssml")
        if ssml.request != message.request or ssml.kind != "application/ssml+xml":
            desk.complain("the ssml belongs to another request")
        await _turn(desk, ssml.request, wanted, str(ssml.body))


async def _turn(desk: Desk, request: str, wanted: dict[str, Any], ssml: str) -> None:
    form = _FORMAT.fullmatch(wanted["outputFormat"])
    said = _said(desk, ssml)
    if form is None or said is None:
        desk.complain(f"format {wanted['outputFormat']!r} or ssml {ssml!r}")
        await desk.hang_up(1007, "Unsupported voice or format")
        return
    rate = int(form[1]) * 1000
    spoken = tone(said[0], rate, said[1])
    await desk.say(text("turn.start", request, {"context": {"serviceTag": "tag"}}), "start")
    head = {"context": {"serviceTag": "tag"}, "audio": {"type": "inline", "streamId": "A1"}}
    await desk.say(text("response", request, head))
    if wanted["metadataOptions"]["wordBoundaryEnabled"] is True:
        for word in spoken.words:
            await desk.say(text("audio.metadata", request, {"Metadata": [_boundary(word)]}))
    for piece in pieces(spoken.pcm, rate, 0.1):
        await desk.result(sound(request, piece))
    await desk.say(sound(request, b""))
    if wanted["metadataOptions"].get("sessionEndEnabled"):
        ended = {"Type": "SessionEnd", "Data": {"Offset": len(spoken.pcm) * 10_000_000 // 2 // rate}}
        await desk.say(text("audio.metadata", request, {"Metadata": [ended]}))
    await desk.say(text("turn.end", request, {}), "finish")


def _said(desk: Desk, ssml: str) -> tuple[str, float] | None:
    """The text and its speed, of SSML that Azure would take."""
    try:
        root = ElementTree.fromstring(ssml)
    except ElementTree.ParseError:
        return None
    voice, prosody = root.find(f"{_SSML}voice"), root.find(f".//{_SSML}prosody")
    if root.tag != f"{_SSML}speak" or root.get("version") != "1.0" or voice is None or not voice.get("name"):
        return None
    express = voice.find(f"{_MSTTS}express-as")
    if express is not None and express.get("style") not in STYLES:
        return None
    language = root.get("{http://www.w3.org/XML/1998/namespace}lang")
    if not language or "-" not in language:
        desk.complain(f"xml:lang {language!r}")
    rate = "+0%" if prosody is None else prosody.get("rate", "+0%")
    return "".join(root.itertext()), 1 + int(rate.rstrip("%")) / 100


def _boundary(word: dict[str, Any]) -> dict[str, Any]:
    begin, end = word["begin_time"] * 10_000, word["end_time"] * 10_000
    said = {"Text": word["text"], "Length": len(word["text"]), "BoundaryType": "WordBoundary"}
    return {"Type": "WordBoundary", "Data": {"Offset": begin, "Duration": end - begin, "text": said}}
