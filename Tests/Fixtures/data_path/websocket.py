"""WebSocket and Upgrade through the gateway: what of a tunnel passes, and when.

    websocket.py SCENARIO [plain|sealed]
"""

import asyncio
import base64
import os
import threading

import websockets
from websockets.asyncio.client import connect
from websockets.asyncio.server import unix_serve
from websockets.frames import Frame, Opcode

from frames import Frames
from upstream import Upstream, answer, answering
from wire import DOORS, LOCAL_PORT, TLS_PORT, UPSTREAM, play, plain, request, sealed, trusting, until

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ASKS = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {KEY}"]
GRANTED = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
MEGABYTE = 1 << 20


def dial(door, **settings):
    if door == "plain":
        return connect(f"ws://127.0.0.1:{LOCAL_PORT}/ws", max_size=None, proxy=None, **settings)
    return connect(f"wss://127.0.0.1:{TLS_PORT}/ws", max_size=None, proxy=None, ssl=trusting(), **settings)


def beside(serve, work):
    """Runs a client beside a WebSocket server at the backend's place."""

    async def run():
        os.makedirs(os.path.dirname(UPSTREAM), exist_ok=True)
        async with unix_serve(serve, UPSTREAM, max_size=None):
            return await asyncio.wait_for(work(), 60)

    return asyncio.run(run())


async def echo(socket):
    """Sends back what comes, whatever word the client goes with."""
    try:
        async for message in socket:
            await socket.send(message)
    except websockets.ConnectionClosed:
        pass


def messages(door):
    closings = []

    async def serve(socket):
        await echo(socket)
        closings.append([socket.close_code, socket.close_reason])

    async def work():
        async with dial(door) as client:
            await client.send("text: \u00e4")
            await client.send(b"\x00binary\xff")
            await client.send(["in ", "three ", "pieces"])
            small = [await client.recv(), (await client.recv()).hex(), await client.recv()]
            large = os.urandom(MEGABYTE)
            await client.send(large)
            is_whole = await client.recv() == large
            await (await client.ping(b"are you there"))
            await client.close(4321, "enough")
        return {"small": small, "is_whole": is_whole, "closings": closings}

    return beside(serve, work)


def closing(door):
    """The backend closes with a code of its own, behind a megabyte that nobody asked for."""

    async def serve(socket):
        await socket.send(os.urandom(MEGABYTE))
        await socket.close(4999, "over")

    async def work():
        async with dial(door) as client:
            size = len(await client.recv())
            await client.wait_closed()
            return {"size": size, "code": client.close_code, "reason": client.close_reason}

    return beside(serve, work)


def many(door):
    async def one(index):
        async with dial(door) as client:
            for number in range(10):
                await client.send(f"{index}-{number}")
            return all([await client.recv() == f"{index}-{number}" for number in range(10)])

    async def work():
        return {"right": sum(await asyncio.gather(*(one(index) for index in range(100))))}

    return beside(echo, work)


def early():
    """Bytes behind the request must wait for the 101."""
    seen = {}

    def serve(line):
        line.head()
        seen["is_silent"] = line.is_silent()
        line.send(GRANTED + b"first")
        seen["afterwards"] = line.exactly(5).decode()
        line.send(b"last")

    with Upstream(serve):
        client = plain()
        head, _ = client.ask(request("/ws", fields=ASKS) + b"EARLY")
        body = client.rest()[0]
        return {"status": head.status, **seen, "body": body, "upgrade": head.get("upgrade")}


def refused(status):
    """The backend does not agree: what follows is a request, or it is nothing."""
    heads = []
    say = answering(lambda head, body: answer(status=status if head.target == "/ws" else "200 OK"), heads)
    frame = Frame(Opcode.TEXT, b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n").serialize(mask=False)
    with Upstream(say):
        client = plain()
        statuses = [client.ask(request("/ws", fields=ASKS) + request("/next"))[0].status, client.answer()[0].status]
        other = plain()
        other.send(request("/ws", fields=ASKS) + frame)
        answers, _ = other.rest()
        behind = [int(part[:3]) for part in answers.split("HTTP/1.1 ")[1:]]
        return {"statuses": statuses, "behind": behind, "targets": [head.target for head in heads]}


def unknown():
    """Other protocols are not asked for in the client's name."""
    found = {}
    heads = []
    spellings = {
        "foo": ["Connection: Upgrade", "Upgrade: foo"],
        "several": ["Connection: Upgrade", "Upgrade: websocket, foo"],
        "twice": ["Connection: Upgrade", "Upgrade: websocket", "Upgrade: h2c"],
        "h2c": ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"],
        "silent": ["Upgrade: websocket"],
        "post": ASKS + ["X-Method: POST"],
    }
    with Upstream(answering(seen=heads)):
        for name, fields in spellings.items():
            heads.clear()
            client = plain()
            method = "POST" if name == "post" else "GET"
            first = client.ask(request("/up", method, fields) + request("/next"))[0].status
            second = client.answer()[0].status
            asked = [heads[0].get("upgrade"), heads[0].get("connection"), heads[0].get("http2-settings")]
            found[name] = [first, second, *asked, *[head.target for head in heads]]
            client.close()
    return found


def unasked():
    """A backend that switches to what nobody asked for is no backend."""

    def serve(line):
        while (head := line.head()) is not None:
            if head.target == "/other":
                line.send(GRANTED.replace(b"websocket", b"foo"))
            elif head.target == "/bare":
                line.send(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
            else:
                line.send(GRANTED)

    with Upstream(serve):
        return {
            "plain": plain().ask(request("/plain"))[0].status,
            "other": plain().ask(request("/other", fields=ASKS))[0].status,
            "bare": plain().ask(request("/bare", fields=ASKS))[0].status,
        }


def death_behind(door, how):
    """The backend ends without a word."""

    def serve(line):
        line.head()
        line.send(GRANTED + b"hello")
        line.exactly(4)
        line.reset() if how == "reset" else line.close()

    with Upstream(serve):
        client = DOORS[door]()
        status = client.ask(request("/ws", fields=ASKS))[0].status
        hello = client.exactly(5).decode()
        client.send(b"away")
        return {"status": status, "hello": hello, "rest": client.rest()[0]}


def death_before(door, how):
    """The client ends without a word."""
    seen = []

    def serve(line):
        line.head()
        line.send(GRANTED)
        seen.append(line.rest()[0])

    with Upstream(serve):
        client = DOORS[door]()
        status = client.ask(request("/ws", fields=ASKS))[0].status
        client.send(b"last words")
        client.reset() if how == "reset" else client.close()
        until(lambda: seen, "the backend saw the end")
        # A reset may overtake what was sent before it.
        return {"status": status, "seen": seen[0] if how == "close" else None}


def both_ways(door):
    """Neither direction waits for the other: the client reads nothing before it has sent all, and there is much."""
    size = 16 * MEGABYTE
    seen = []

    def serve(line):
        line.head()
        line.send(GRANTED)
        sender = threading.Thread(target=line.send, args=(b"d" * size,), daemon=True)
        sender.start()
        seen.append(len(line.exactly(size)))
        sender.join()

    with Upstream(serve):
        client = DOORS[door]()
        client.ask(request("/ws", fields=ASKS))
        client.send(b"u" * size)
        return {"down": len(client.exactly(size)) == size, "up": seen == [size]}


def tunnel(client, path="/ws", protocol="websocket"):
    fields = [("sec-websocket-version", "13")]
    return client.open("CONNECT", path, fields, ends=False, protocol=protocol)


def framed():
    """RFC 8441: the setting, an echo by a real server, the end, and a second tunnel beside it."""

    def talk():
        client = Frames()
        client.wait(lambda: client.has_settings)
        first, second = tunnel(client), tunnel(client)
        client.wait(lambda: client.streams[first].status and client.streams[second].status)
        statuses = [client.streams[stream].status for stream in (first, second)]
        large = os.urandom(MEGABYTE)
        sent = b"".join(Frame(Opcode.BINARY, part).serialize(mask=True) for part in (b"one", large))
        back = b"".join(Frame(Opcode.BINARY, part).serialize(mask=False) for part in (b"one", large))
        client.send(first, sent)
        client.wait(lambda: len(client.streams[first].body) >= len(back))
        client.send(second, Frame(Opcode.TEXT, b"two").serialize(mask=True))
        client.wait(lambda: len(client.streams[second].body) >= 5)
        client.send(first, Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=True))
        client.wait(lambda: client.streams[first].has_ended)
        return {
            "setting": client.connection.remote_settings.enable_connect_protocol,
            "statuses": statuses,
            "is_whole": client.streams[first].body.startswith(back),
            "close": client.streams[first].body[len(back):].hex(),
            "second": client.streams[second].body[2:].decode(),
        }

    return beside(echo, lambda: asyncio.to_thread(talk))


def framed_refusals():
    heads = []
    with Upstream(answering(lambda head, body: answer(b"no", "404 Not Found"), heads)):
        client = Frames()
        client.wait(lambda: client.has_settings)
        other = client.over(tunnel(client, protocol="connect-udp"))
        heads.clear()
        refused = client.over(tunnel(client, "/none"))
        return {
            "other": other.status,
            "refused": [refused.status, refused.body.decode(), len(heads)],
            "asked": [heads[0].line, heads[0].get("upgrade"), heads[0].get("connection"),
                      heads[0].get("sec-websocket-version")],
            "key": len(base64.b64decode(heads[0].get("sec-websocket-key"))),
            "after": client.get("/").status,
        }


def framed_early():
    """DATA behind the CONNECT waits for the backend's word; and a refusal leaves it untold."""
    seen = {}

    def serve(line):
        head = line.head()
        seen["is_silent " + head.target] = line.is_silent()
        if head.target == "/no":
            return line.send(answer(b"", "403 Forbidden"))
        line.send(GRANTED)
        seen["afterwards"] = line.exactly(5).decode()

    with Upstream(serve):
        client = Frames()
        client.wait(lambda: client.has_settings)
        yes, no = tunnel(client, "/yes"), tunnel(client, "/no")
        client.send(yes, b"EARLY")
        client.send(no, b"EARLY")
        client.over(yes)
        client.over(no)
        return {**seen, "statuses": [client.streams[yes].status, client.streams[no].status]}


def framed_deaths():
    """Each side's end reaches the other, and nobody else on the connection."""
    ends = []

    def serve(line):
        head = line.head()
        line.send(GRANTED)
        if head.target == "/short":
            return line.exactly(2)
        if head.target == "/broken":
            line.exactly(2)
            return line.reset()
        line.sock.settimeout(None)
        ends.append([head.target, line.rest()[0]])

    with Upstream(serve):
        client = Frames()
        client.wait(lambda: client.has_settings)
        short, broken, left, ended = (tunnel(client, path) for path in ("/short", "/broken", "/left", "/ended"))
        client.wait(lambda: all(stream.status for stream in client.streams.values()))
        client.send(short, b"go")
        client.over(short)
        client.send(broken, b"go")
        client.over(broken)
        client.send(ended, b"bye", ends=True)
        until(lambda: len(ends) == 1, "the backend saw the end of a stream")
        client.reset(left)
        until(lambda: len(ends) == 2, "the backend saw the reset of a stream")
        return {
            "short": client.streams[short].has_ended,
            "broken": client.streams[broken].is_over,
            "ends": ends,
        }


SCENARIOS = {
    "messages": messages, "closing": closing, "many": many, "early": early, "refused": refused, "unknown": unknown,
    "unasked": unasked, "death_behind": death_behind, "death_before": death_before, "both_ways": both_ways,
    "framed": framed, "framed_refusals": framed_refusals, "framed_early": framed_early,
    "framed_deaths": framed_deaths,
}

if __name__ == "__main__":
    play(SCENARIOS)
