"""What the gateway makes of a backend that is away, comes back, breaks off, or does not answer.

    faults.py SCENARIO [plain|sealed|frames]
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import wire
from frames import Frames
from gateway import Gateway, free_port
from upstream import Upstream, answer, answering
from wire import DOORS, plain, play, refusal, request, together, until


def told_apart():
    """502, 503 and 504 are three things. The answer patience of this gateway is a second."""

    def serve(line):
        head = line.head()
        if head.target == "/silent":
            line.sock.settimeout(None)
            line.rest()
        if head.target == "/fine":
            line.send(answer())

    found = {"away": refusal(plain().ask(request("/x")))}
    with Upstream(serve):
        # It is tried again once the breaker's pause is over.
        until(lambda: plain().ask(request("/fine"))[0].status == 200, "the backend was tried again")
        found["breaks"] = refusal(plain().ask(request("/breaks", "POST")))
        found["silent"] = refusal(plain().ask(request("/silent", "POST")))
    return found


def away():
    """Who waited in vain speaks for all; and then the backend is back. A second is waited for a connection."""
    client = plain()
    first = refusal(client.ask(request("/x")))
    # Each in turn: with a second for each, this would outlast everybody's patience.
    others = [refusal(client.ask(request("/x"))) for _ in range(200)]
    with Upstream(answering()):
        statuses = []

        def is_back():
            statuses.append(client.ask(request("/x"))[0].status)
            return statuses[-1] == 200

        until(is_back, "the backend was found again")
        after = {client.ask(request("/x"))[0].status for _ in range(50)}
    return {"first": first, "others": [list(kind) for kind in {tuple(other) for other in others}],
            "meanwhile": sorted(set(statuses)), "after": sorted(after)}


def probe_that_leaves():
    """The first who is let through again goes away unanswered: the next is let through soon all the same."""
    plain().ask(request("/x"))

    def serve(line):
        while (head := line.head()) is not None:
            if head.target == "/slow":
                line.sock.settimeout(None)
                line.rest()
            line.send(answer())

    with Upstream(serve) as backend:
        prober = DOORS["sealed"]()

        def is_let_through():
            prober.send(request("/slow"))
            until(lambda: prober.is_silent(0.2) or prober.held, "the prober was answered or let through")
            if not prober.held:
                return True
            prober.answer()
            return False

        until(is_let_through, "somebody was let through")
        others = []
        for _ in range(40):
            others.append(plain().ask(request("/x"))[0].status)
            if others[-1] == 200:
                break
            time.sleep(0.1)
        prober.close()
        return {"last": others[-1]}


def serve_for_ever(path):
    """The backend of `restart`, a process of its own."""
    with Upstream(answering(slow_post), path=path):
        threading.Event().wait()


def slow_post(head, body):
    if head.target == "/hangs":
        threading.Event().wait()
    return answer(head.target)


class Backend:
    """A backend that can be killed."""

    def start(self):
        self.process = subprocess.Popen([sys.executable, __file__, "serve_for_ever", wire.UPSTREAM])

    def kill(self):
        self.process.kill()
        self.process.wait()


def restart():
    """Killed in the middle of work, and back within the patience of those who wait."""
    backend = Backend()
    backend.start()
    is_over = threading.Event()
    answered = [0] * 20

    def load(index):
        if index < 8:
            return plain().ask(request("/hangs", "POST"))[0].status
        door = "plain" if index % 2 else "sealed"
        client = DOORS[door]()
        method = ["GET", "PUT", "DELETE"][index % 3]
        statuses, right = set(), True
        while not is_over.is_set():
            head, body = client.ask(request(f"/{index}", method, body=b"small" if method == "PUT" else b""))
            statuses.add(head.status)
            right = right and body.decode() == f"/{index}"
            answered[index] += 1
        return [sorted(statuses), right]

    def fall():
        for _ in range(3):
            until_all_were_answered()
            backend.kill()
            time.sleep(0.2)
            backend.start()
        until_all_were_answered()
        is_over.set()

    def until_all_were_answered():
        before = list(answered)
        until(lambda: all(answered[index] > before[index] + 5 for index in range(8, 20)), "all were answered again")

    threading.Thread(target=fall, daemon=True).start()
    try:
        found = together(20, load)
    finally:
        backend.kill()
    kinds = {json.dumps(kind) for kind in found[8:]}
    return {"hanging": sorted(set(found[:8])), "kinds": [json.loads(kind) for kind in kinds]}


def lost_after_long():
    """An answer was waited for much longer than a connection may be; then the backend was started anew."""
    heads = []

    def serve_first(line):
        line.head()
        line.sock.settimeout(None)
        line.rest()

    with Upstream(serve_first) as backend:
        client = plain()
        client.send(request("/x"))
        until(lambda: backend.lines, "the request was with the backend")
        time.sleep(0.6)
    time.sleep(0.1)
    with Upstream(answering(seen=heads)):
        return {"status": client.answer()[0].status, "count": len(heads), "other": plain().ask(request("/x"))[0].status}


def stale(kind):
    """The backend ends a connection that waits, and the gateway hears of it only behind the next request."""
    heads = []
    port = None if kind == "unix" else free_port()
    settings = {"TUNERGATE_WORKERS": "1"}
    if port:
        settings["TUNERGATE_UPSTREAM"] = f"http://127.0.0.1:{port}"
    with Gateway(**settings) as gateway, Upstream(answering(seen=heads), port=port) as backend:
        statuses = []
        for method in ("GET", "POST", "GET", "POST"):
            client = plain()
            statuses.append(client.ask(request("/before", method))[0].status)
            # While the gateway is held, both happen: for it they are news of one turn, the request first.
            gateway.process.send_signal(signal.SIGSTOP)
            until(lambda: is_held(gateway.process.pid), "the gateway was held")
            client.send(request("/behind", method, body=b"once" if method == "POST" else b""))
            time.sleep(0.05)
            backend.lines[-1].sock.shutdown(socket.SHUT_RDWR)
            time.sleep(0.05)
            gateway.process.send_signal(signal.SIGCONT)
            statuses.append(client.answer()[0].status)
        # A connection that broke again would bring the request once more.
        plain().ask(request("/last"))
        return {"statuses": statuses, "count": len(heads) - 1}


def is_held(pid):
    """Whether all threads of a process are stopped (proc(5))."""
    stats = (open(f"/proc/{pid}/task/{thread}/stat").read() for thread in os.listdir(f"/proc/{pid}/task"))
    return all(stat.rpartition(")")[2].split()[0] == "T" for stat in stats)


def idle():
    """The backend ends connections that were idle for a while, about as often as requests come."""

    def serve(line):
        while True:
            line.sock.settimeout(0.02)
            try:
                head = line.head()
            except TimeoutError:
                return
            if head is None:
                return
            line.sock.settimeout(15)
            line.body(head)
            line.send(answer())

    with Upstream(serve):
        def client(index):
            line = plain()
            statuses = set()
            for number in range(60):
                # Only what may be sent twice: a request may cross the end on its way.
                method = "GET" if index % 2 else "PUT"
                statuses.add(line.ask(request("/x", method))[0].status)
                time.sleep(0.015 + 0.0001 * number)
            return sorted(statuses)

        return together(6, client)


def partly_sent():
    """A request that the backend has read of is not sent again, unless it may be."""
    counts = {}

    def serve(line):
        head = line.head()
        counts[head.line] = counts.get(head.line, 0) + 1
        if head.target == "/part":
            line.exactly(1000)
        if head.target == "/second" and counts[head.line] == 2:
            line.send(answer())

    with Upstream(serve):
        found = {}
        for method, target, body in [
            ("POST", "/part", b"x" * 200_000), ("PUT", "/part", b"x" * 200_000), ("POST", "/whole", b"x"),
            ("GET", "/whole", b""), ("GET", "/second", b""), ("DELETE", "/second", b""), ("PUT", "/second", b"x"),
        ]:
            status = plain().ask(request(target, method, body=body))[0].status
            found[f"{method} {target}"] = [status, counts.get(f"{method} {target} HTTP/1.1")]
        return found


def lost_at_once():
    """A TCP backend that takes the request and ends, before the gateway has heard that it is connected at all."""
    heads = []
    port = free_port()

    def serve(line):
        heads.append(line.head())
        line.reset()

    with Gateway(TUNERGATE_UPSTREAM=f"http://127.0.0.1:{port}", TUNERGATE_WORKERS="1"):
        with Upstream(serve, port=port):
            return {"status": plain().ask(request("/x"))[0].status, "count": len(heads)}


WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CUTS = {
    "/length": b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 50_000,
    "/chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "/within-chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello",
    "/before-trailers": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-A: b\r\n",
    "/bad-chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n",
}


def cut(door):
    """Nobody takes the half for the whole."""

    def serve(line):
        while (head := line.head()) is not None:
            if head.target in CUTS:
                line.send(CUTS[head.target])
                # So that what was sent is not overtaken by the reset.
                time.sleep(0.05)
                return line.reset()
            line.send(WHOLE)

    found = {}
    with Upstream(serve):
        client = Frames() if door == "frames" else None
        for target in CUTS:
            if client:
                stream = client.get(target)
                found[target] = "whole" if stream.has_ended else "broken"
                continue
            line = DOORS[door]()
            line.send(request(target))
            text, ending = line.rest()
            is_whole = ending == "end" or text.endswith("0\r\n\r\n")
            found[target] = "whole" if is_whole else "broken"
        found["after"] = client.get("/").status if client else DOORS[door]().ask(request("/"))[0].status
    return found


def backlog():
    """A backend that takes no connections for a while, and has room for one that waits."""
    with Upstream(answering(), backlog=1, accepts=False) as backend:
        threading.Timer(0.7, backend.may_accept.set).start()
        found = together(30, lambda index: plain().ask(request("/x", "POST" if index % 2 else "GET"))[0].status)
        return {"statuses": sorted(set(found), key=str)}


def quiet_streams():
    """Streams that fall silent are ended, but they are no sign that the backend is gone."""

    def serve(line):
        while (head := line.head()) is not None:
            if head.target == "/events":
                line.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
                line.sock.settimeout(None)
                return line.rest()
            line.send(answer())

    def listen(_):
        line = plain()
        line.send(request("/events"))
        return line.rest()[0].endswith("hello\r\n")

    with Upstream(serve):
        ended = together(8, listen)
        after = {plain().ask(request("/x"))[0].status for _ in range(10)}
        return {"ended": ended.count(True), "after": sorted(after)}


def burst_of_losses():
    """Requests that break together are one fault of the backend's, which is there again at once."""
    breaks = threading.Event()

    def serve(line):
        while (head := line.head()) is not None:
            line.body(head)
            if head.target == "/breaks":
                breaks.wait()
                return line.reset()
            line.send(answer())

    with Upstream(serve) as backend:
        lines = [plain() for _ in range(20)]
        for line in lines:
            line.send(request("/breaks", "POST"))
        until(lambda: len(backend.lines) == 20, "all were with the backend")
        breaks.set()
        lost = {line.answer()[0].status for line in lines}
        after = {plain().ask(request("/x"))[0].status for _ in range(10)}
        return {"lost": sorted(lost), "after": sorted(after)}


SCENARIOS = {
    "told_apart": told_apart, "away": away, "probe_that_leaves": probe_that_leaves, "serve_for_ever": serve_for_ever,
    "restart": restart, "lost_after_long": lost_after_long, "stale": stale, "idle": idle, "partly_sent": partly_sent, "lost_at_once": lost_at_once,
    "cut": cut, "backlog": backlog, "quiet_streams": quiet_streams, "burst_of_losses": burst_of_losses,
}

if __name__ == "__main__":
    play(SCENARIOS)
