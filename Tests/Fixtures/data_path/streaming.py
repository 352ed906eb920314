"""Answers that come piece by piece, and what follows a body: Server-Sent Events and trailers.

    streaming.py SCENARIO [plain|sealed|frames]
"""

import threading

from frames import Frames
from upstream import Upstream, answer
from wire import DOORS, play, request

EVENTS = [f"data: {number}\n\n" for number in range(5)]


class Turns:
    """The backend writes its next event only when the client has the one before."""

    def __init__(self):
        self.taken = threading.Semaphore(0)
        self.has_seen_end = threading.Event()

    def serve(self, line):
        head = line.head()
        is_chunked = head.target != "/until-close"
        framing = "Transfer-Encoding: chunked" if is_chunked else "Connection: close"
        line.send(f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Accel-Buffering: no\r\n{framing}\r\n\r\n")
        for event in EVENTS:
            line.send(f"{len(event):x}\r\n{event}\r\n" if is_chunked else event)
            if not self.taken.acquire(timeout=15):
                raise EOFError("an event did not arrive before the next was written")
        if head.target == "/endless":
            line.rest()
            return self.has_seen_end.set()
        if is_chunked:
            line.send("0\r\n\r\n")


def events(door, target="/events"):
    turns = Turns()
    with Upstream(turns.serve):
        if door == "frames":
            return framed_events(turns, target)
        client = DOORS[door]()
        client.send(request(target))
        head = client.head()
        seen = []
        for event in EVENTS:
            seen.append((client.chunk(head) if target == "/events" else client.exactly(len(event))).decode())
            turns.taken.release()
        rest = client.chunk(head).decode() if target == "/events" else client.rest()[0]
        return {"right": seen == EVENTS, "rest": rest, "buffering": head.get("x-accel-buffering")}


def framed_events(turns, target):
    client = Frames()
    stream = client.open("GET", target)
    for count in range(len(EVENTS)):
        client.wait(lambda: client.streams[stream].body.decode() == "".join(EVENTS[:count + 1]))
        turns.taken.release()
    found = client.over(stream)
    right = found.body.decode() == "".join(EVENTS)
    return {"right": right, "rest": "", "buffering": found.fields.get("x-accel-buffering")}


def listener_leaves(door):
    """Who listens no more is no burden to the backend."""
    turns = Turns()
    for _ in EVENTS:
        turns.taken.release()
    with Upstream(turns.serve):
        if door == "frames":
            client = Frames()
            stream = client.open("GET", "/endless")
            client.wait(lambda: client.streams[stream].body.endswith(EVENTS[-1].encode()))
            client.reset(stream)
        else:
            client = DOORS[door]()
            client.send(request("/endless"))
            client.until(EVENTS[-1].encode())
            client.close()
        return {"has_seen_end": turns.has_seen_end.wait(15)}


GOOD = ["X-Checksum: 1", "grpc-status: 0"]
BAD = [
    "X-Forwarded-For: 6.6.6.6", "X-Real-IP: 6.6.6.6", "Forwarded: for=6.6.6.6", "X-Forwarded-Proto: https",
    "X_Forwarded_For: 6.6.6.6", "Content-Length: 99", "Transfer-Encoding: chunked", "Host: evil", "Connection: close",
    "Authorization: Bearer x", "Cookie: a=b", "Set-Cookie: a=b", "Content-Type: text/html", "Trailer: x", "TE: gzip",
    "Upgrade: foo", "X-Request-ID: forged",
]
CHUNKED = ["Transfer-Encoding: chunked", "Trailer: X-Checksum"]


def chunked(trailers):
    return "5\r\nhello\r\n0\r\n" + "".join(line + "\r\n" for line in trailers) + "\r\n"


def trailers_up(door):
    seen = []

    def serve(line):
        while (head := line.head()) is not None:
            seen.append([line.body(head).decode(), head.trailers, head.get("te")])
            line.send(answer())

    with Upstream(serve):
        if door == "frames":
            client = Frames()
            for fields, trailers in [([("te", "trailers")], GOOD), ([], GOOD + unframed(BAD))]:
                stream = client.open("POST", "/up", fields, ends=False)
                client.send(stream, b"hello")
                client.trailers(stream, [tuple(line.lower().split(": ", 1)) for line in trailers])
                client.over(stream)
        else:
            client = DOORS[door]()
            client.ask(request("/up", "POST", [*CHUNKED, "TE: trailers, gzip;q=0.5", "Connection: TE"])
                       + chunked(GOOD).encode())
            client.ask(request("/up", "POST", CHUNKED) + chunked(GOOD + BAD).encode())
        return seen


def unframed(lines):
    """Without those that HTTP/2 itself refuses."""
    refused = ("connection", "transfer-encoding", "te", "upgrade")
    return [line for line in lines if line.split(":")[0].lower() not in refused]


def trailers_down(door):
    head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    def serve(line):
        while (asked := line.head()) is not None:
            line.send(head + chunked(GOOD + (BAD if asked.target == "/bad" else [])))

    found = []
    with Upstream(serve):
        client = Frames() if door == "frames" else DOORS[door]()
        for target in ("/good", "/bad"):
            if door == "frames":
                stream = client.get(target)
                lines = [f"{name}: {value}" for name, value in stream.trailers.items()]
                found.append([stream.body.decode(), lines])
            else:
                got, body = client.ask(request(target))
                found.append([body.decode(), got.trailers])
    return found


def large_trailers():
    """A body behind a shut window, with trailers behind the body."""
    body = b"x" * 300_000

    def serve(line):
        line.head()
        line.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body) + body
                  + b"\r\n0\r\ngrpc-status: 7\r\n\r\n")

    with Upstream(serve):
        client = Frames(window=1000)
        found = client.get("/")
        return {"is_whole": found.body == body, "trailers": found.trailers}


def conversation():
    """A call in both directions at once, as gRPC makes them: each side speaks in its turn."""
    seen = []

    def serve(line):
        head = line.head()
        seen.append([head.get("te"), head.get("content-type")])
        line.send("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n\r\n")
        while part := line.chunk(head):
            seen.append(part.decode())
            line.send(f"{len(part):x}\r\n{part.decode().upper()}\r\n")
        line.send("0\r\ngrpc-status: 0\r\ngrpc-message: fine\r\n\r\n")

    with Upstream(serve):
        client = Frames()
        fields = [("te", "trailers"), ("content-type", "application/grpc")]
        stream = client.open("POST", "/service/Method", fields, ends=False)
        said = ""
        for part in ("one", "two", "three"):
            client.send(stream, part.encode())
            said += part.upper()
            client.wait(lambda: client.streams[stream].body.decode() == said)
        client.send(stream, b"", ends=True)
        found = client.over(stream)
        return {"seen": seen, "status": found.status, "trailers": found.trailers}


SCENARIOS = {
    "events": events, "listener_leaves": listener_leaves, "trailers_up": trailers_up, "trailers_down": trailers_down,
    "large_trailers": large_trailers, "conversation": conversation,
}

if __name__ == "__main__":
    play(SCENARIOS)
