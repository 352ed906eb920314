"""What is measured, and the bars that the gateway has to meet: data, and nothing else."""

import dataclasses
from collections.abc import Callable

GIB = 1 << 30


@dataclasses.dataclass(frozen=True)
class Bar:
    """A limit of the gateway's figure: a share of a peer's, or absolute where no peer is named."""

    limit: float
    peer: str | None = None
    at_least: bool = False

    def __str__(self):
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {self.limit:g}" + (f" x {self.peer}" if self.peer else "")

    def is_met(self, value):
        return value >= self.limit if self.at_least else value <= self.limit


@dataclasses.dataclass(frozen=True)
class Figure:
    """One row of the table: how it is read from a report of the load, or of memory or counting."""

    title: str
    value: Callable
    bars: tuple = ()
    digits: int = 1


@dataclasses.dataclass(frozen=True)
class Scenario:
    key: str
    title: str
    work: str  # of the load program
    figures: tuple
    connections: int = 64
    options: tuple = ()


@dataclasses.dataclass(frozen=True)
class OwnAnswer:
    """What S7 asks for: an answer that each proxy gives by itself on a kept connection."""

    target: str
    status: int
    gateway_environment: dict
    note: str


OWN_ANSWERS = {
    "health": OwnAnswer(
        "/health", 200, {},
        "S7 asks for /health, which each proxy answers itself",
    ),
    "429": OwnAnswer(
        "/api/cloud/limited", 429, {"RATE_LIMIT_CALLS": "1", "RATE_LIMIT_PERIOD": "3600"},
        "S7: the gateway's 429 is its rate limiter's; the peers' is a fixed answer, which is less work",
    ),
}


def cpu_us(report):
    return report["cpu_ns"] / report["count"] / 1000


def cpu_s_per_gib(report):
    return report["cpu_ns"] / 1e9 / (report["bytes"] / GIB)


def rate(report):
    return report["count"] / report["seconds"]


def field(name):
    return lambda report: report[name]


SCENARIOS = (
    Scenario(
        "S1", "small GET, keep-alive", "requests",
        (
            Figure("CPU µs", cpu_us, (Bar(0.75, "nginx"),), 2),
            Figure("p50 µs", field("p50_us"), (), 0),
            Figure("p99 µs", field("p99_us"), (Bar(0.75, "nginx"),), 0),
            Figure("requests/s", rate, (), 0),
        ),
    ),
    Scenario(
        "S2", "HTTP/2, 16 x 16 streams", "streams",
        (Figure("CPU µs", cpu_us, (Bar(0.45, "nginx"), Bar(0.60, "haproxy")), 2),), 16, ("--streams", 16),
    ),
    Scenario(
        "S3", "full TLS handshake", "full-handshakes", (Figure("CPU µs", cpu_us, (Bar(0.65, "nginx"),)),), 16,
    ),
    Scenario(
        "S4", "resumed handshake", "resumed-handshakes", (Figure("CPU µs", cpu_us, (Bar(0.70, "nginx"),)),), 16,
    ),
    Scenario(
        "S5", "upload", "upload",
        (Figure("CPU s/GiB", cpu_s_per_gib, (Bar(0.60, "nginx"), Bar(0.9, "envoy")), 3),), 4,
    ),
    Scenario(
        "S6", "download", "download",
        (Figure("CPU s/GiB", cpu_s_per_gib, (Bar(0.60, "nginx"), Bar(0.9, "envoy")), 3),), 4,
    ),
    Scenario("S7", "own answer", "refusals", (Figure("CPU µs", cpu_us, (Bar(0.75, "nginx"),), 2),)),
    Scenario(
        "mixed", "small GET beside 2 downloads", "mixed",
        (
            Figure("requests/s", rate, (Bar(5, "nginx", at_least=True),), 0),
            Figure("p50 µs", field("p50_us"), (), 0),
            Figure("downloads GiB/s", lambda report: report["bytes"] / GIB / report["seconds"], (), 2),
        ),
        16,
    ),
)

COUNTS = Scenario(
    "count", "of S1", "requests",
    (
        Figure("system calls/request", field("calls"), (Bar(4.1),), 2),
        Figure("mallocs/request", field("mallocs"), (Bar(2.5),), 2),
    ),
)

MEMORY = Scenario(
    "memory", "user memory", "idle",
    (
        Figure("idle connection h1, KiB", field("h1"), (Bar(6),)),
        Figure("idle connection h2, KiB", field("h2"), (Bar(6),)),
        Figure("process at rest, MiB", field("base"), (Bar(15),)),
    ),
)

ALL = (*SCENARIOS[:1], COUNTS, *SCENARIOS[1:], MEMORY)
KEYS = tuple(scenario.key for scenario in ALL)
