"""Rounds of load, interleaved: A B A B."""

import json
import signal
import subprocess

NOT_AVAILABLE = 3  # the load's exit code for work that a proxy has no means for


class Results:
    """Reports by scenario and proxy, and why there are none."""

    def __init__(self):
        self.rounds = {}  # (scenario's key, proxy's name): reports in order, None for a void round
        self.unavailable = {}  # the same: a reason
        self.is_good = True

    def add(self, key, name, report):
        self.rounds.setdefault((key, name), []).append(report)

    def void(self, key, name, reason):
        self.is_good = False
        self.add(key, name, None)
        print(f"{key}, {name}: void, {reason}", flush=True)


def start_load(bench, proxy, work, connections, *more, weight=19):
    command = [bench.folder / "load", work, "--port", proxy.port, "--connections", connections]
    command += ["--cpu", ",".join(map(str, proxy.pids)), *more]
    pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    # It spins: by weight, if not by yielding, the backend on the same core comes first.
    return bench.start(command, bench.load_core, weight=weight, **pipes)


def reason_of(code):
    return "an answer did not come in time" if code == -signal.SIGALRM else f"the load ended with code {code}"


def run_round(bench, scenario, proxy, seconds, results):
    options = ["--seconds", seconds, *scenario.options]
    if scenario.work == "refusals":
        options += ["--target", bench.own_answer.target, "--status", bench.own_answer.status]
    load = start_load(bench, proxy, scenario.work, scenario.connections, *options)
    out, complaint = load.communicate()  # the load bounds its own time
    bench.stop(load)
    if load.returncode == NOT_AVAILABLE:
        results.unavailable[scenario.key, proxy.name] = complaint.strip()
    elif load.returncode != 0:
        results.void(scenario.key, proxy.name, complaint.strip() or reason_of(load.returncode))
    else:
        results.add(scenario.key, proxy.name, json.loads(out))


def measure(bench, scenario, proxies, rounds, seconds, results):
    for _ in range(rounds):
        for proxy in proxies:
            if (scenario.key, proxy.name) not in results.unavailable:
                run_round(bench, scenario, proxy, seconds, results)
