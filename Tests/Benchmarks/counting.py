"""What one request costs in counts: system calls, by strace, and allocations of the gateway, by a preloaded library."""

import contextlib
import json
import pathlib
import shutil
import signal
import struct
import subprocess

from measuring import start_load
from processes import Failure, notes, wait_until
from proxies import start_proxy
from scenarios import COUNTS

CONNECTIONS = 120  # the more, the less a busy machine matters: each turn of the proxy finds more to do
TRIES = 3


@contextlib.contextmanager
def load_between_rests(bench, proxy, requests):
    """A load that waits at rest before its measured part and after it; yields the function that does that part."""
    options = ("--requests", requests, "--seconds", 0.1, "--wait")
    load = start_load(bench, proxy, "requests", CONNECTIONS, *options, weight=0)

    def do_measured_part():
        load.stdin.write("\n")
        load.stdin.flush()
        return json.loads(load.stdout.readline() or "{}").get("count")

    try:
        if load.stdout.readline() != "at rest\n":
            raise Failure(f"{proxy.name} was not counted: {load.stderr.read().strip()}")
        yield do_measured_part
    finally:
        bench.stop(load)


def is_traced(pid):
    threads = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return all("TracerPid:\t0\n" not in (thread / "status").read_text() for thread in threads)


def count_calls(bench, proxy, requests):
    """System calls per request, from one short load of its own: tracing costs more than what is traced."""
    if not shutil.which("strace"):
        return None
    summary = bench.folder / f"{proxy.name}.strace"
    with load_between_rests(bench, proxy, requests) as do_measured_part:
        targets = [word for pid in proxy.pids for word in ("-p", pid)]
        command = ["strace", "-f", "-c", "-o", summary, *targets]
        tracer = bench.start(command, bench.proxy_core, stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: all(map(is_traced, proxy.pids)), 5, "strace may not attach")
            done = do_measured_part()
            tracer.send_signal(signal.SIGINT)
            tracer.wait(10)
            total = next(line.split() for line in summary.read_text().splitlines() if line.endswith(" total"))
            return int(total[3]) / done
        except (Failure, OSError, StopIteration, TypeError, subprocess.TimeoutExpired):
            notes["strace"] = f"no system calls counted for {proxy.name}: strace could not follow it"
            return None
        finally:
            bench.stop(tracer)


def start_counted_gateway(bench):
    counter = bench.folder / "mallocs.count"
    environment = {"LD_PRELOAD": str(bench.folder / "mallocs.so"), "BENCH_MALLOCS": str(counter)}
    return start_proxy(bench, "gateway", environment), counter


def count_mallocs(bench, proxy, counter, requests):
    def count():
        return struct.unpack("=Q", counter.read_bytes())[0]

    with load_between_rests(bench, proxy, requests) as do_measured_part:
        before = count()
        done = do_measured_part()
        return (count() - before) / done


def count_gateway(bench, requests):
    """The counts that tests hold the gateway to: the least of some, because disturbance from outside only adds."""
    proxy, counter = start_counted_gateway(bench)
    try:
        calls = [count_calls(bench, proxy, requests) for _ in range(TRIES)]
        mallocs = [count_mallocs(bench, proxy, counter, requests) for _ in range(TRIES)]
        return {
            "syscalls_per_request": min((count for count in calls if count is not None), default=None),
            "mallocs_per_request": min(mallocs),
            "requests": requests,
        }
    finally:
        bench.stop(proxy.process)


def count_all(bench, proxies, requests, results):
    for proxy in proxies:
        report = {"calls": None, "mallocs": None}
        try:
            if proxy.name == "gateway":
                counts = count_gateway(bench, requests)
                report = {"calls": counts["syscalls_per_request"], "mallocs": counts["mallocs_per_request"]}
            else:
                report["calls"] = count_calls(bench, proxy, requests)
        except Failure as failure:
            results.void(COUNTS.key, proxy.name, failure)
        results.add(COUNTS.key, proxy.name, report)
