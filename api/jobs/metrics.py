"""Every metric of the events process and the worker, named once."""

from prometheus_client import Counter, Gauge, Histogram, start_http_server

events_applied = Counter("yingda_events_applied_total", "Events turned into rows", ["type"])
events_refused = Counter("yingda_events_refused_total", "Events that could not be applied", ["reason"])
events_waiting = Gauge("yingda_events_waiting", "Entries in the event stream, read or not")
tasks = Counter("yingda_tasks_total", "Outbox tasks by outcome", ["task", "outcome"])
outbox_overdue = Gauge("yingda_outbox_overdue", "Outbox rows the last sweep had to send")
deliveries = Counter("yingda_webhook_attempts_total", "Webhook attempts by outcome", ["type", "outcome"])
delivery_seconds = Histogram(
    "yingda_webhook_attempt_seconds",
    "Time a webhook target took",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60, 300),
)
reaped = Counter("yingda_calls_reaped_total", "Calls ended because nobody ran them any more", ["reason"])


def serve(host: str, port: int) -> None:
    """Answer /metrics on a thread of its own; port 0 means nobody asks."""
    if port:
        start_http_server(port, addr=host)
