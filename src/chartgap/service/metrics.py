"""Counters for Prometheus. Labels are ours: routes as they are written here, never a path that was asked for."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)


class Metrics:
    """One registry a service, so that two in one process do not mix."""

    media = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        names = ("method", "route", "status")
        self._requests = Counter("chartgap_requests", "Requests answered.", names, registry=registry)
        self._seconds = Histogram(
            "chartgap_request_seconds", "Time to answer.", ("route",), buckets=_SECONDS, registry=registry
        )
        self._lost = Counter("chartgap_workers_lost", "Workers that had to be replaced.", ("why",), registry=registry)
        for why in ("hung", "died", "died idle"):  # a series that is not there yet cannot be alarmed on
            self._lost.labels(why)
        self._waiting = Gauge("chartgap_requests_waiting", "Requests that wait for a worker.", registry=registry)
        self._ready = Gauge("chartgap_workers_ready", "Workers that are ready or at work.", registry=registry)

    def watch(self, *, waiting: Callable[[], float], ready: Callable[[], float]) -> None:
        """Where the gauges are read when they are asked for."""
        self._waiting.set_function(waiting)
        self._ready.set_function(ready)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def lost(self, why: str) -> None:
        """Count one worker."""
        self._lost.labels(why).inc()

    def text(self) -> bytes:
        """As Prometheus reads it."""
        return generate_latest(self._registry)
