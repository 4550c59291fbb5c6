# mypy: ignore-errors
"""A Pipecat agent with our loopback vendors: `python pipecat_server.py PORT VENDORS RATE ENDPOINT`.

Runs in an environment of its own (see environment.py) and imports nothing of ours. The pipeline is the one
`pipecat init` writes: FastAPI WebSocket transport, Silero VAD with its recommended times, observers, metrics
and interruptions on. The end of a turn is its speech timeout, so that both systems wait equally long.
"""

import json
import sys

import uvicorn
import uvloop
from fastapi import FastAPI, WebSocket
from loguru import logger
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VAD_STOP_SECS
from pipecat.frames.frames import (
    InputAudioRawFrame,
    InterruptionFrame,
    OutputAudioRawFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
    TTSStoppedFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.serializers.base_serializer import FrameSerializer
from pipecat.services.openai.llm import OpenAILLMService
from pipecat.services.settings import STTSettings, TTSSettings
from pipecat.services.stt_service import WebsocketSTTService
from pipecat.services.tts_service import WebsocketTTSService
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.turns.user_stop import SpeechTimeoutUserTurnStopStrategy
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.utils.time import time_now_iso8601
from pipecat.workers.runner import WorkerRunner
from websockets.protocol import State

STT_P99 = 0.35  # of the loopback recogniser, which takes 0.3 s
ID_BYTES = 4


class RawSerializer(FrameSerializer):
    """Sound as it is, both ways; an interruption tells the client to drop what it has not played."""

    def __init__(self, rate):
        super().__init__()
        self._rate = rate

    async def serialize(self, frame):
        if isinstance(frame, InterruptionFrame):
            return '{"type":"clear"}'
        return frame.audio if isinstance(frame, OutputAudioRawFrame) else None

    async def deserialize(self, data):
        if isinstance(data, str):
            return None
        return InputAudioRawFrame(audio=data, sample_rate=self._rate, num_channels=1)


class _Line:
    """Opening and closing a socket, the same for both services."""

    async def setup(self, setup):
        await super().setup(setup)
        await self._connect()

    async def _connect(self):
        await super()._connect()
        await self._connect_websocket()
        if self._receiving is None:
            self._receiving = self.create_task(self._receive_task_handler(self._report_error))

    async def _disconnect(self):
        await super()._disconnect()
        if self._receiving is not None:
            await self.cancel_task(self._receiving)
            self._receiving = None
        await self._disconnect_websocket()

    async def _connect_websocket(self):
        self._websocket = await self._websocket_connect(self._url)

    async def _disconnect_websocket(self):
        socket, self._websocket = self._websocket, None
        if socket is not None:
            await socket.close()

    def can_generate_metrics(self):
        return True


class LoopbackStt(_Line, WebsocketSTTService):
    """One socket for the whole call; every frame is sent as it comes, as Pipecat's own services do."""

    def __init__(self, url):
        super().__init__(ttfs_p99_latency=STT_P99, settings=STTSettings(model="fixed", language=None))
        self._url = url
        self._receiving = None

    async def run_stt(self, audio):
        if self._websocket and self._websocket.state is State.OPEN:
            await self._websocket.send(audio)
        yield None

    async def _receive_messages(self):
        async for message in self._websocket:
            heard = json.loads(message)
            if heard["text"]:
                await self.emit_stt_usage_metrics()
                await self.push_frame(TranscriptionFrame(heard["text"], self._user_id, time_now_iso8601()))


class LoopbackTts(_Line, WebsocketTTSService):
    """One warm socket for the whole call; requests are numbered, interrupted ones cancelled."""

    def __init__(self, url):
        settings = TTSSettings(model="fixed", voice="fixed", language=None)
        super().__init__(push_start_frame=True, push_stop_frames=True, settings=settings)
        self._url = url
        self._receiving = None
        self._asked = 0
        self._contexts = {}  # number of a request: context

    async def run_tts(self, text, context_id):
        self._asked += 1
        self._contexts[self._asked] = context_id
        await self._websocket.send(f"{self._asked} {text}")
        await self.start_tts_usage_metrics(text)
        yield None

    async def on_audio_context_interrupted(self, context_id):
        for number in [n for n, context in self._contexts.items() if context == context_id]:
            del self._contexts[number]
            await self._websocket.send(str(number))
        await super().on_audio_context_interrupted(context_id)

    async def _receive_messages(self):
        async for message in self._websocket:
            number, audio = int.from_bytes(message[:ID_BYTES], "big"), message[ID_BYTES:]
            context = self._contexts.get(number)
            if context is None or not self.audio_context_available(context):
                continue
            if audio:
                frame = TTSAudioRawFrame(audio, self.sample_rate, 1, context_id=context)
                await self.append_to_audio_context(context, frame)
            else:
                await self._finished(number, context)

    async def _finished(self, number, context):
        """The last request of a turn closes its context; more may still come before that."""
        del self._contexts[number]
        if context not in self._contexts.values() and context != self._turn_context_id:
            await self.append_to_audio_context(context, TTSStoppedFrame(context_id=context))
            await self.remove_audio_context(context)


async def converse(client, call, vendors, rate, endpoint):
    """One call, until the client hangs up."""
    params = FastAPIWebsocketParams(
        audio_in_enabled=True, audio_out_enabled=True, serializer=RawSerializer(rate)
    )
    transport = FastAPIWebsocketTransport(client, params)
    model = OpenAILLMService.Settings(model=call)
    llm = OpenAILLMService(api_key="none", base_url=f"http://127.0.0.1:{vendors}/v1", settings=model)
    stop = SpeechTimeoutUserTurnStopStrategy(user_speech_timeout=endpoint - VAD_STOP_SECS)
    user, assistant = LLMContextAggregatorPair(
        LLMContext(),
        user_params=LLMUserAggregatorParams(
            vad_analyzer=SileroVADAnalyzer(), user_turn_strategies=UserTurnStrategies(stop=[stop])
        ),
    )
    stt, tts = (
        LoopbackStt(f"ws://127.0.0.1:{vendors}/stt/{call}"),
        LoopbackTts(f"ws://127.0.0.1:{vendors}/tts/{call}"),
    )
    pipeline = Pipeline([transport.input(), stt, user, llm, tts, transport.output(), assistant])
    worker = PipelineWorker(
        pipeline,
        params=PipelineParams(
            audio_in_sample_rate=rate,
            audio_out_sample_rate=rate,
            enable_metrics=True,
            enable_usage_metrics=True,
        ),
    )

    @transport.event_handler("on_client_disconnected")
    async def gone(transport, client):
        await worker.cancel()

    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    await runner.run()


def main():
    """Serve until killed."""
    port, vendors, rate, endpoint = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    logger.remove()
    logger.add(sys.stderr, level="ERROR")
    app = FastAPI()

    @app.websocket("/call/{call}")
    async def answer(client: WebSocket, call: str):
        await client.accept()
        await converse(client, call, vendors, rate, endpoint)

    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning")
    uvloop.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main()
