"""Every metric of the control plane, named once."""

from prometheus_client import Counter, Histogram

HTTP_REQUESTS = Counter(
    "http_requests", "Requests answered, by route template.", ["method", "route", "status"]
)  # exposed as http_requests_total
HTTP_SECONDS = Histogram(
    "http_request_duration_seconds",
    "Time from the request's first byte to the answer's last.",
    ["method", "route"],
    buckets=(0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
RATE_LIMITS_UNAVAILABLE = Counter(
    "rate_limits_unavailable", "Times a process found Redis away and let reads pass uncounted."
)
