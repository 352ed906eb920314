"""What the gateway writes to the audit trail, and what a flood of refusals costs.

    audit.py SCENARIO …
"""

import glob
import json
import os
import threading
import time

import wire
from upstream import Upstream, answer, answering
from wire import play, plain, request, sealed

FOLDER = os.path.dirname(wire.UPSTREAM) + "/audit"


def events():
    """Every whole line of every segment, in the order of writing."""
    lines = [line for path in sorted(glob.glob(FOLDER + "/*.jsonl")) for line in open(path, "rb")]
    return [json.loads(line) for line in lines if line.endswith(b"\n")]


def told():
    """Refusals of two clients: one event each at once, whatever the client says of itself."""
    with Upstream(answering(lambda head, body: answer("served"))):
        agent = 'User-Agent: "quoted" \\ <script> ' + "\u00e9" + "x" * 3000
        fields = ["X-Forwarded-For: 203.0.113.9", agent]
        line = sealed()
        statuses = [
            line.ask(request("/api/auth/login?password=secret", "POST", fields))[0].status for _ in range(8)]
        other = ["X-Forwarded-For: 2001:db8:1:2::5", "User-Agent: curl/8"]
        statuses += [line.ask(request("/api/auth/login", "POST", other))[0].status for _ in range(6)]
        # Of the same network.
        neighbour = ["X-Forwarded-For: 2001:db8:1:2::6"]
        statuses += [line.ask(request("/api/auth/login", "POST", neighbour))[0].status]
        wire.until(lambda: len(events()) >= 2, "the events were on the disk")
        return {"statuses": statuses, "events": events()}


def metric(name):
    """A number of the gateway's own page."""
    import subprocess

    socket_path = os.path.dirname(wire.UPSTREAM) + "/gateway.sock"
    page = subprocess.run(
        ["curl", "--silent", "--unix-socket", socket_path, "http://gateway/metrics"], capture_output=True, text=True)
    return sum(float(line.rsplit(" ", 1)[1]) for line in page.stdout.splitlines() if line.startswith(name))


def memory():
    """KiB of the gateway that are in use, and the most there were."""
    status = open(f"/proc/{wire.GATEWAY_PID}/status").read()
    return [int(status.split(name + ":")[1].split()[0]) for name in ("VmRSS", "VmHWM")]


class Onlooker(threading.Thread):
    """Another client, which asks now and then; what it waited, in microseconds."""

    def __init__(self):
        super().__init__(daemon=True)
        self.line, self.waits, self.goes_on = sealed("127.0.0.9"), [], True

    def run(self):
        while self.goes_on:
            began = time.perf_counter()
            status = self.line.ask(request("/health"))[0].status
            self.waits.append((time.perf_counter() - began) * 1e6 if status == 200 else 1e9)
            time.sleep(0.005)

    def seen(self):
        """For how long half and almost all of its requests took."""
        self.goes_on = False
        self.join()
        waits = sorted(self.waits)
        return [round(waits[len(waits) // 2]), round(waits[len(waits) * 99 // 100]), len(waits)]


def watching(seconds=None, work=None):
    onlooker = Onlooker()
    onlooker.start()
    if work:
        work()
    else:
        time.sleep(seconds)
    return onlooker.seen()


def flood(count, clients, *routes):
    """Many refusals in a short time, of many clients, by turns on several routes."""
    count, clients = int(count), int(clients)
    batch = 100

    def requests(number, times):
        """Some of one client's, all for one route."""
        client = number % clients
        fields = [f"X-Forwarded-For: 198.18.{client // 250}.{client % 250 + 1}", f"User-Agent: flood/{client}"]
        return request(routes[number // clients % len(routes)], "POST", fields) * times

    kinds = range(clients * len(routes))
    batches = [requests(number, batch) for number in kinds]
    # What is allowed goes first, so that all that is counted below is refused.
    line = plain()
    for number in kinds:
        line.send(requests(number, 10))
        exhaust(line, 10)
    before, refused, written = memory(), refusals(), metric("tunergate_gateway_audit_written_bytes_total")
    calm = watching(seconds=3)
    took = []

    def work():
        began = time.monotonic()
        for number in range(count // batch):
            # Even over ten seconds.
            ahead = began + 10 * number * batch / count - time.monotonic()
            if ahead > 0:
                time.sleep(ahead)
            line.send(batches[number % len(batches)])
            exhaust(line, batch)
        took.append(time.monotonic() - began)

    during = watching(work=work)
    time.sleep(12)
    return {
        "refused": refusals() - refused, "seconds": round(took[0], 1), "calm": calm, "during": during,
        "kib_before": before, "kib_after": memory(),
        "written_bytes": metric("tunergate_gateway_audit_written_bytes_total") - written,
        "dropped": metric("tunergate_gateway_audit_events_dropped_total"),
    }


def refusals():
    return sum(
        metric("tunergate_gateway_refusals_total{reason=\"" + reason) for reason in ("rate_limit", "allowlist"))


def exhaust(line, count):
    """Reads answers until so many came; all are small and of the gateway's or the backend's own words."""
    seen = line.held.count(b"HTTP/1.1 ")
    while seen < count or not line.held.endswith(b"}"):
        tail = line.held[-8:]
        line.held = b""
        if not line.more():
            raise EOFError(f"the connection ended behind {seen} of {count} answers")
        seen += (tail + line.held).count(b"HTTP/1.1 ") - tail.count(b"HTTP/1.1 ")
    line.held = b""


SCENARIOS = {"told": told, "flood": flood}

if __name__ == "__main__":
    play(SCENARIOS)
