"""What the gateway allows nobody: too much, too many, too slow.

    bounds.py SCENARIO [plain|sealed|frames]
"""

import resource
import selectors
import ssl
import threading
import time

import wire
from frames import Frames
from gateway import Gateway, health
from upstream import Upstream, answer, answering
from wire import DOORS, GATEWAY_PID, plain, play, request, sealed, together, until

MEBIBYTE = 1 << 20
BODIES = [
    # Target, bytes: the limit of API routes is 64 KiB here, that of webhooks as it comes.
    ("/api/cloud/jobs", 65_536), ("/api/cloud/jobs", 65_537), ("/api/webhooks/replicate", MEBIBYTE),
    ("/api/webhooks/replicate", MEBIBYTE + 1), ("/api/cloud/webhook/x?y", MEBIBYTE),
    ("/api/cloud/webhook/x?y", MEBIBYTE + 1), ("/api/cloud/storage/bucket/key", 3 * MEBIBYTE),
    ("/api/cloud/storages", 65_537), ("/api/cloud/storage/../jobs", 65_537), ("/api//cloud/./storage/key", MEBIBYTE),
    ("/api/cloud/jobs?x=/api/cloud/storage", 65_537),
]
SMALL = 40_000


def bodies(door, framing):
    """By the length that is named, or by counting what comes."""
    found = []
    with Upstream(answering(lambda head, body: answer(str(len(body))))):
        for target, size in BODIES:
            found.append(upload(door, framing, target, size))
    return found


def upload(door, framing, target, size):
    """The status, and whether what arrived is what was sent."""
    if door == "frames":
        client = Frames()
        length = [("content-length", str(size))] if framing == "length" else []
        stream = client.open("POST", target, length, ends=False)
        client.send(stream, b"x" * size, ends=True)
        stream = client.over(stream)
        return [stream.status, stream.body == str(size).encode()]
    client = DOORS[door]()
    if framing == "length":
        client.send(request(target, "POST", [f"Content-Length: {size}"]))
    else:
        client.send(request(target, "POST", ["Transfer-Encoding: chunked"]))
    try:
        for start in range(0, size, SMALL):
            part = b"x" * min(SMALL, size - start)
            client.send(part if framing == "length" else b"%x\r\n" % len(part) + part + b"\r\n")
        client.send(b"" if framing == "length" else b"0\r\n\r\n")
    except ConnectionError:
        pass
    head, body = client.answer()
    return [head.status, body == str(size).encode()]


def is_served(line):
    try:
        return line.ask(request("/x"))[0].status == 200
    except (OSError, EOFError):
        return False


def per_client():
    """Four for each stranger here; another stranger and this machine do not feel it."""
    with Upstream(answering()):
        lines = [plain("127.0.0.2") for _ in range(6)]
        first = [is_served(line) for line in lines]
        others = [is_served(plain("127.0.0.3")), is_served(DOORS["sealed"]("127.0.0.4")), is_served(plain())]
        kept = [line for line, is_in in zip(lines, first) if is_in]
        kept.pop().close()

        def may_enter_again():
            line = plain("127.0.0.2")
            return is_served(line)

        until(may_enter_again, "the stranger might enter again")
        return {"first": first.count(True), "others": others, "kept": [is_served(line) for line in kept]}


def in_all():
    """Sixteen in all here. Who is busy keeps its place, and the local door stays open."""
    goes_on = threading.Event()

    def wait_for_word(head, body):
        if head.target == "/busy":
            goes_on.wait()
        return answer()

    with Upstream(answering(wait_for_word)) as backend:
        idle = [plain(f"127.0.1.{index}") for index in range(16)]
        first = [is_served(line) for line in idle]
        # Idle ones make room for newcomers.
        busy = [plain(f"127.0.2.{index}") for index in range(16)]
        for index, line in enumerate(busy):
            line.send(request("/busy"))
            until(lambda: len(backend.lines) > index, "a request was with the backend")
        gone = [line.rest()[0] == "" for line in idle]
        late = [is_served(plain(f"127.0.3.{index}")) for index in range(4)]
        healthy = [health(wire.LOCAL_PORT) for _ in range(3)]
        goes_on.set()
        return {
            "first": first.count(True), "gone": gone.count(True), "late": late, "healthy": healthy,
            "busy": [line.answer()[0].status for line in busy].count(200),
            "after": is_served(plain("127.0.4.1")),
        }


def crowd():
    """A stranger who has his share already takes no idle place of others."""
    with Upstream(answering()):
        idle = [plain(f"127.0.1.{index}") for index in range(12)]
        first = [is_served(line) for line in idle]
        greedy = [plain("127.0.0.2") for _ in range(40)]
        served = [is_served(line) for line in greedy]
        return {"first": first.count(True), "served": served.count(True), "kept": [is_served(line) for line in idle].count(True)}


def few_descriptors():
    """Started where it may have few descriptors, and everybody wants one."""
    goes_on = threading.Event()

    def wait_for_word(head, body):
        if head.target == "/busy":
            goes_on.wait()
        return answer()

    settings = {"TUNERGATE_WORKERS": "1", "TUNERGATE_CONNECTIONS_PER_CLIENT": "1000"}
    with Gateway(descriptors=200, **settings), Upstream(answering(wait_for_word)) as backend:
        lines = [plain("127.0.0.2") for _ in range(300)]
        for line in lines:
            try:
                line.send(request("/busy"))
            except ConnectionError:
                pass
        until(lambda: len(backend.lines) >= 40, "many were with the backend")
        healthy = [health(wire.LOCAL_PORT) for _ in range(3)]
        goes_on.set()
        served = together_served(lines)
        return {"healthy": healthy, "some": served > 0, "not_all": served < 300, "after": is_served(plain("127.0.0.3"))}


def together_served(lines):
    found = []
    for line in lines:
        try:
            found.append(line.answer()[0].status)
        except (OSError, EOFError):
            found.append(None)
        line.close()
    return found.count(200)


def no_descriptors():
    """The limit falls to what is open at this moment: nobody can enter, until it is raised again."""
    before = resource.prlimit(GATEWAY_PID, resource.RLIMIT_NOFILE)
    with Upstream(answering()):
        known = plain()
        first = is_served(known)
        resource.prlimit(GATEWAY_PID, resource.RLIMIT_NOFILE, (3, before[1]))
        waiting = [plain("127.0.0.2") for _ in range(20)]
        for line in waiting:
            line.send(request("/x"))
        # The parked connection to the backend is enough for those who are in.
        meanwhile = [is_served(known) for _ in range(5)]
        still = waiting[0].is_silent()
        resource.prlimit(GATEWAY_PID, resource.RLIMIT_NOFILE, before)
        return {"first": first, "meanwhile": meanwhile, "still": still,
                "after": [line.answer()[0].status for line in waiting].count(200)}


def slow_heads():
    """A thousand who send a byte a second, in three ways; and somebody who is served all the while."""
    selector = selectors.DefaultSelector()
    makers = [
        (wire.LOCAL_PORT, request("/slow-head")),
        (wire.TLS_PORT, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 500),
        (wire.TLS_PORT, request("/slow-head")),
    ]
    slow = {}
    for index in range(1000):
        port, text = makers[index % 3]
        line = plain(port=port)
        line.sock.setblocking(False)
        slow[line.sock] = text
        selector.register(line.sock, selectors.EVENT_READ)
    for line in [sealed() for _ in range(20)] + [Frames().line for _ in range(20)]:
        line.sock.setblocking(False)
        # To HTTP/2 the first byte is an answer to nothing, and the rest a frame that never ends.
        slow[line.sock] = request("/slow-head") if line.sock.selected_alpn_protocol() == "http/1.1" else b"\0\x40" * 9
        selector.register(line.sock, selectors.EVENT_READ)
    ended = []
    statuses = set()
    client = plain()
    count = 0
    deadline = time.monotonic() + 30
    with Upstream(answering()):
        while slow and time.monotonic() < deadline:
            drip(slow, count)
            count += 1
            until_next = time.monotonic() + 1
            while slow and time.monotonic() < until_next:
                statuses.add(client.ask(request("/x"))[0].status)
                for key, _ in selector.select(0.01):
                    if has_ended(key.fileobj):
                        selector.unregister(key.fileobj)
                        slow.pop(key.fileobj)
                        ended.append(key.fileobj.close())
    return {"ended": len(ended), "statuses": sorted(statuses)}


def drip(slow, count):
    for sock, text in slow.items():
        try:
            sock.send(text[count:count + 1])
        except OSError:
            pass


def has_ended(sock):
    try:
        return not sock.recv(4096)
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        return True


def slow():
    """Slow transfers of all kinds at one time: too slow is less than 5,000 bytes in a second."""
    large = b"x" * 150_000

    def respond(head, body):
        return answer(large if head.target == "/large" else str(len(body)))

    work = {"drops": drops, "stops": stops, "paced": paced, "tail": tail, "narrow": narrow}
    jobs = [(name, door) for name in ("drops", "stops", "paced", "tail") for door in ("plain", "sealed")]
    jobs += [("drops", "frames"), ("stops", "frames"), ("paced", "frames"), ("narrow", "frames")]
    with Upstream(answering(respond)):
        found = together(len(jobs), lambda index: work[jobs[index][0]](jobs[index][1]))
    return {f"{name} {door}": seen for (name, door), seen in zip(jobs, found)}


def stop():
    """A body that stands still, where that is all that is too slow."""
    with Upstream(answering()):
        return stops("plain")


def stops(door):
    """A body that stands still."""
    return drops(door, count=0)


def drops(door, count=1000):
    """A body by drops is given up, and so is its connection.

    One thread sends and listens: a TLS connection is not for two at a time.
    """
    if door == "frames":
        client = Frames()
        stream = client.open("POST", "/x", ends=False)
        for _ in range(count):
            client.hear(0.05)
            if client.is_closed or client.streams[stream].is_over:
                break
            client.send(stream, b"x")
        return client.over(stream).status
    client = DOORS[door]()
    client.send(request("/x", "POST", ["Content-Length: 1000000"]))
    for _ in range(count):
        if not client.is_silent(0.05):
            break
        client.send(b"x")
    return [client.answer()[0].status, client.rest()[0]]


def paced(door):
    """Slow, but above the rate, for several periods: it arrives."""
    size, piece = 60_000, 2_000
    if door == "frames":
        client = Frames()
        stream = client.open("PUT", "/x", [("content-length", str(size))], ends=False)
        for sent in range(piece, size + piece, piece):
            client.send(stream, b"x" * piece, ends=sent == size)
            time.sleep(0.1)
        found = client.over(stream)
        return [found.status, found.body.decode()]
    client = DOORS[door]()
    client.send(request("/x", "PUT", [f"Content-Length: {size}"]))
    for _ in range(0, size, piece):
        client.send(b"x" * piece)
        time.sleep(0.1)
    head, body = client.answer()
    return [head.status, body.decode()]


def tail(door):
    """Who takes an answer slowly, but above the rate, gets all of it, also what comes behind the backend's end."""
    client = DOORS[door](receive_buffer=8192)
    client.send(request("/large", fields=["Connection: close"]))
    head = client.head()
    size = len(client.held)
    while data := client.sock.recv(3000):
        size += len(data)
        time.sleep(0.1)
    return [head.status, size]


def narrow(door):
    """A window that opens by a byte at a time is as good as shut."""
    client = Frames(acknowledges=False, window=10)
    stream = client.open("GET", "/large")
    client.wait(lambda: len(client.streams[stream].body) >= 10)
    while not client.streams[stream].is_over and len(client.streams[stream].body) < 1000:
        client.connection.increment_flow_control_window(1, stream)
        client.flush()
        size = len(client.streams[stream].body)
        client.wait(lambda: len(client.streams[stream].body) > size or client.streams[stream].is_over)
        time.sleep(0.02)
    return client.streams[stream].is_over and not client.streams[stream].has_ended


def no_reader(door):
    """Who asks for much and takes nothing is let go, and the backend is told."""
    ends = []

    def serve(line):
        head = line.head()
        if head.target == "/x":
            return line.send(answer())
        try:
            line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
            for _ in range(100):
                line.send(b"x" * 1_000_000)
            ends.append("all was taken")
        except ConnectionError:
            ends.append("the gateway ended it")

    with Upstream(serve):
        client = DOORS[door](receive_buffer=4096)
        client.send(request("/much"))
        until(lambda: ends, "the backend heard of it")
        client.sock.settimeout(wire.PATIENCE)
        text, ending = client.rest()
        return {"ends": ends, "ending": ending, "is_short": len(text) < 100_000_000, "other": is_served(plain())}


def shut_window():
    """A stream whose window stays shut is ended, the streams beside it are not."""
    ends = []

    def serve(line):
        head = line.head()
        if head.target != "/much":
            return line.send(answer(head.target))
        try:
            line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n" + b"x" * 5_000_000)
            ends.append("all was taken")
        except ConnectionError:
            ends.append("the gateway ended it")

    with Upstream(serve):
        client = Frames(acknowledges=False, window=1000)
        much = client.open("GET", "/much")
        client.wait(lambda: len(client.streams[much].body) == 1000)
        beside = client.get("/beside")
        client.over(much)
        behind = client.get("/behind")
        until(lambda: ends, "the backend heard of it")
        stream = client.streams[much]
        return {
            "much": [stream.status, len(stream.body), stream.has_ended, stream.reset_code is not None], "ends": ends,
            "others": [beside.body.decode(), behind.body.decode()],
        }


SCENARIOS = {
    "bodies": bodies, "per_client": per_client, "in_all": in_all, "crowd": crowd, "few_descriptors": few_descriptors,
    "no_descriptors": no_descriptors, "slow_heads": slow_heads, "slow": slow, "stop": stop,
    "no_reader": no_reader, "shut_window": shut_window,
}

if __name__ == "__main__":
    play(SCENARIOS)
