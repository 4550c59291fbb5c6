"""Every engine metric, named once. Names of the design documents are kept (B-16, C-08, W-03)."""

from functools import cache

from prometheus_client import Counter, Gauge, Histogram

from voice_engine.kernel.events import Event, EventType
from voice_engine.providers.pool.figures import Component, Figures, Wait

_MS = (5, 10, 25, 50, 75, 100, 150, 200, 300, 500, 700, 1000, 1500, 2500, 5000)
_MOS = (1.5, 2.0, 2.5, 3.0, 3.2, 3.4, 3.6, 3.8, 4.0, 4.1, 4.2, 4.3, 4.4, 4.5)

ACTIVE = Gauge("relay_sessions_active", "sessions running in this process")
SESSIONS = Counter("relay_sessions", "sessions started by this process")
ACTIVE_CALLS = Gauge("vapi_active_calls", "calls running in this process")
PIPELINES = Gauge("aiservice_pipeline_active", "conversations with live providers in this process")
RECEIVED = Counter("relay_media_bytes_rx", "bytes of sound received")
SENT = Counter("relay_media_bytes_tx", "bytes of sound sent")
STT_LATENCY = Histogram("aiservice_stt_latency_ms", "from the last voiced sample to the final", buckets=_MS)
LLM_LATENCY = Histogram("aiservice_llm_latency_ms", "from the request to the first text", buckets=_MS)
TTS_LATENCY = Histogram("aiservice_tts_latency_ms", "from the first clause to its first sound", buckets=_MS)
MOUTH_TO_EAR = Histogram(
    "yingda_mouth_to_ear_ms", "from the caller's last voiced sample to the agent's first", buckets=_MS
)
TURNS = Counter(
    "yingda_turns", "turns of callers; guessed: the reply had begun before their end", ["guessed"]
)
WASTED = Counter(
    "yingda_usage_wasted", "what vendors bill for replies that nobody heard", ["component", "quantity"]
)
LINE_MOS = Histogram(
    "yingda_line_mos", "how well the caller's sound arrived, 1 to 4.5 (E-model), per call", buckets=_MOS
)
PROVIDER_FAILURES = Counter("vapi_ai_requests_failed", "requests a vendor failed", ["provider"])
ELEMENT_ERRORS = Counter("aiservice_element_errors", "faults by pipeline element", ["element"])
HEDGES = Counter(
    "yingda_provider_hedges", "late requests a second one was sent beside", ["component", "provider"]
)
FAILOVERS = Counter(
    "yingda_provider_failovers", "times a provider was taken over from", ["component", "provider", "to"]
)
BREAKERS = Gauge(
    "yingda_provider_breaker_open", "1 while a provider is not asked", ["component", "provider", "model"]
)
LIMITED = Counter(
    "yingda_provider_limited",
    "conversations in which a limit of the installation (provider_limits) kept a provider out",
    ["component", "provider"],
)
_VENDOR = ["component", "provider", "model"]
REQUESTS = Counter(
    "yingda_provider_requests", "requests to vendors: recognitions, replies, pieces spoken", _VENDOR
)
ERRORS = Counter("yingda_provider_errors", "requests that failed, by kind of failure", [*_VENDOR, "kind"])
WAITS = Histogram(
    "yingda_provider_wait_ms",
    "how long vendors take: connect, first-partial, final, first-token, first-audio (`what`)",
    [*_VENDOR, "what"],
    buckets=_MS,
)
LOOP_LAG = Gauge("yingda_engine_loop_lag_ms", "how late the last 20 ms tick was")
WORST_COLLECTION = Gauge("yingda_engine_worst_collection_ms", "longest pause for Python's garbage collector")
UNSHIPPED = Gauge("yingda_engine_events_unshipped", "events not yet in the stream")


MOST_MODELS = 300  # a tenant may name any model; the rest are counted as "other"


class _Vendor:
    """One vendor's model, its labels looked up once."""

    def __init__(self, component: Component, provider: str, model: str) -> None:
        self._labels = (component, provider, model)
        self._requests = REQUESTS.labels(*self._labels)

    def asked(self) -> None:
        self._requests.inc()

    def waited(self, what: Wait, seconds: float) -> None:
        WAITS.labels(*self._labels, what).observe(seconds * 1000)

    def failed(self, kind: str) -> None:
        ERRORS.labels(*self._labels, kind).inc()


_vendors: dict[tuple[Component, str, str], Figures] = {}


def vendor(component: Component, provider: str, model: str) -> Figures:
    """Where a pool counts what it sees of a vendor's model."""
    key = (component, provider, model)
    if key not in _vendors:
        if len(_vendors) >= MOST_MODELS:
            return _others(component)
        _vendors[key] = _Vendor(*key)
    return _vendors[key]


@cache
def _others(component: Component) -> Figures:
    return _Vendor(component, "other", "other")


def observe(event: Event) -> None:
    """Count what an event tells."""
    data = event.data
    if event.type is EventType.ERROR:
        PROVIDER_FAILURES.labels(data["provider"]).inc()
        ELEMENT_ERRORS.labels(data["component"]).inc()
    elif event.type is EventType.PROVIDER_SWITCHED:
        _switched(data["what"], data["component"], data["provider"], data["model"], data["toProvider"])
    elif event.type is EventType.TURN_STARTED:
        TURNS.labels(str(data["guessed"]).lower()).inc()
    elif event.type is EventType.USAGE and data["wasted"]:
        for quantity, amount in data["quantities"].items():
            WASTED.labels(data["component"], quantity).inc(amount)
    elif event.type is EventType.TURN_ENDED:
        marks = data["marks"]
        _between(STT_LATENCY, marks, "speechEndedS", "sttFinalS")
        _between(LLM_LATENCY, marks, "llmStartedS", "llmFirstS")
        _between(TTS_LATENCY, marks, "clauseFirstS", "ttsFirstS")
        if data["mouthToEarMs"] is not None:
            MOUTH_TO_EAR.observe(data["mouthToEarMs"])
    elif event.type is EventType.SESSION_ENDED and "line" in data:
        LINE_MOS.observe(data["line"]["mos"])


def _switched(what: str, component: str, provider: str, model: str, to: str) -> None:
    if what == "hedged":
        HEDGES.labels(component, provider).inc()
    elif what == "failed-over":
        FAILOVERS.labels(component, provider, to).inc()
    elif what == "limited":
        LIMITED.labels(component, provider).inc()
    elif what in ("opened", "closed"):
        BREAKERS.labels(component, provider, model).set(what == "opened")


def _between(histogram: Histogram, marks: dict[str, float], begin: str, end: str) -> None:
    if begin in marks and end in marks:
        histogram.observe(max(0.0, (marks[end] - marks[begin]) * 1000))
