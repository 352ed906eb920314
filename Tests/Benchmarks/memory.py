"""What an idle TLS connection costs a proxy in memory of its own, and what the proxy costs without one."""

import pathlib
import time

from measuring import reason_of, start_load
from processes import Failure
from proxies import start_proxy
from scenarios import MEMORY


def memory_of(proxy, settling):
    """The proportional set size of all its processes, in KiB: memory that processes share counts once (proc(5))."""
    time.sleep(settling)  # some give memory back on a timer, and none tells when it has
    total = 0
    for pid in proxy.pids:
        rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += int(next(line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:")))
    return total


def rests(load):
    """The numbers of connections at which the load rests; it goes on when the next one is asked for."""
    while (line := load.stdout.readline()).startswith("at rest "):
        yield int(line.split()[2])
        load.stdin.write("\n")
        load.stdin.flush()
    if line != "served\n":
        load.wait(10)
        raise Failure(load.stderr.read().strip() or reason_of(load.returncode))


def measure_protocol(bench, name, connections, http2):
    """KiB per connection, and the process's MiB before the first one; from a process that did nothing else."""
    proxy = start_proxy(bench, name)
    settling = min(0.5, connections / 5000)
    load = None
    try:
        base = memory_of(proxy, settling)
        load = start_load(bench, proxy, "idle", connections, "--wait", *(["--http2"] if http2 else []))
        # The first connections are part of the base: with them come buffers and tables that all share.
        sizes = {count: memory_of(proxy, settling) for count in rests(load)}
        first, last = min(sizes), max(sizes)
        growth = {count: (size - sizes[first]) / (count - first) for count, size in sizes.items() if count > first}
        return growth[last], base / 1024, growth
    finally:
        if load:
            bench.stop(load)
        bench.stop(proxy.process)


def measure_memory(bench, names, connections, results):
    for name in names:
        report = {"h1": None, "h2": None, "base": None}
        for protocol in ("h1", "h2"):
            try:
                report[protocol], report["base"], growth = measure_protocol(bench, name, connections, protocol == "h2")
                steps = ", ".join(f"{count}: {size:.1f}" for count, size in growth.items())
                print(f"memory, {name}, {protocol}: KiB per connection with {steps}; all were served again", flush=True)
            except Failure as failure:
                if str(failure).startswith("not available"):
                    results.unavailable[MEMORY.key, name, protocol] = str(failure)
                else:
                    results.is_good = False
                    print(f"memory, {name}, {protocol}: void, {failure}", flush=True)
        results.add(MEMORY.key, name, report)
