"""Rounds of load, and the short traced load that counts system calls."""

import json
import pathlib
import shutil
import signal
import subprocess

from processes import Failure, notes, wait_until

TRACED_SECONDS = 1


def start_client(bench, proxy, seconds, connections, *more):
    command = [bench.folder / "client", "--port", proxy.port, "--connections", connections, "--seconds", seconds]
    command += ["--cpu", ",".join(map(str, proxy.pids)), *more]
    pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    # It spins: by weight, if not by yielding, the backend on the same core comes first.
    return bench.start(command, bench.load_core, weight=19, **pipes)


def run_round(bench, proxy, arguments):
    """One client's report, or the reason why the round is void."""
    client = start_client(bench, proxy, arguments.seconds, arguments.connections)
    out, complaint = client.communicate()  # the client bounds its own time
    bench.stop(client)
    if client.returncode != 0:
        return None, complaint.strip() or f"the client ended with code {client.returncode}"
    return json.loads(out), None


def is_traced(pid):
    threads = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return all("TracerPid:\t0\n" not in (thread / "status").read_text() for thread in threads)


def count_calls(bench, proxy, connections):
    """System calls per request, from one short load of its own: tracing costs more than what is traced."""
    summary = bench.folder / f"{proxy.name}.strace"
    client = start_client(bench, proxy, TRACED_SECONDS, connections, "--wait")
    client.stdout.readline()  # warm-up over, the proxy at rest
    targets = [word for pid in proxy.pids for word in ("-p", pid)]
    tracer = bench.start(["strace", "-f", "-c", "-o", summary, *targets], bench.proxy_core, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: all(map(is_traced, proxy.pids)), 5, "strace may not attach")
        client.stdin.write("\n")
        client.stdin.flush()
        requests = json.loads(client.stdout.readline())["requests"]
        tracer.send_signal(signal.SIGINT)
        tracer.wait(10)
        total = next(line.split() for line in summary.read_text().splitlines() if line.endswith(" total"))
        proxy.calls = int(total[3]) / requests
    except (Failure, ValueError, OSError, StopIteration, subprocess.TimeoutExpired):
        notes["strace"] = "no system calls counted for some proxy: strace could not follow it"
    finally:
        bench.stop(tracer)
        bench.stop(client)


def measure(bench, proxies, arguments):
    """Fills in the proxies' rounds; whether all were good."""
    good = True
    for number in range(1, arguments.rounds + 1):
        for proxy in proxies:
            report, reason = run_round(bench, proxy, arguments)
            proxy.rounds.append(report)
            if reason:
                good = False
                print(f"round {number}, {proxy.name}: void, {reason}", flush=True)
    if shutil.which("strace"):
        for proxy in filter(lambda proxy: any(proxy.rounds), proxies):
            count_calls(bench, proxy, arguments.connections)
    return good
