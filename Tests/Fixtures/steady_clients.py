"""The clients of steady_load.py, and the ledger of what became of their requests.

None of them tries a request again, and none looks whether its connection was closed before it is used again.
"""

import asyncio
import collections
import ssl
import zlib

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import websockets.exceptions

from steady_backend import chunk, read_body, read_head

PATIENCE = 30
NAME = "load.test"
GO_AWAY = 7
REFUSED_STREAM = 7


class Wrong(Exception):
    """An answer that is not the one to its request."""


class Lost(Exception):
    """The connection ended before the answer."""


class Refused(Exception):
    """The gateway said that it has not begun the request."""


class Ledger:
    """What was sent, and what became of it."""

    FAILURES = (
        OSError, EOFError, ValueError, Wrong, Lost, h2.exceptions.H2Error, websockets.exceptions.WebSocketException)

    def __init__(self):
        self.sent, self.answered = collections.Counter(), collections.Counter()
        self.lost, self.refused = collections.Counter(), collections.Counter()
        self.reasons = collections.defaultdict(list)

    async def enter(self, kind, work, patience=PATIENCE):
        """Returns whether the answer came."""
        self.sent[kind] += 1
        try:
            async with asyncio.timeout(patience):
                await work
        except Refused:
            self.refused[kind] += 1
        except self.FAILURES as problem:
            self.lost[kind] += 1
            if len(self.reasons[kind]) < 5:
                self.reasons[kind].append(repr(problem))
        else:
            self.answered[kind] += 1
            return True
        return False


def check(body, expected):
    if body != expected:
        raise Wrong(f"{len(body)} bytes, {body[:60]!r}, instead of {len(expected)}, {expected[:60]!r}")


def context(protocol):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    # The certificate changes all the time; whose it is is another test's matter.
    made.verify_mode = ssl.CERT_NONE
    made.set_alpn_protocols([protocol])
    return made


class Line:
    """HTTP/1.1, one connection after the other: a new one only when an answer said that the old one ends."""

    def __init__(self, load):
        self.load, self.writer = load, None

    async def begin(self, method, target, fields=""):
        if self.writer is None:
            self.reader, self.writer = await self.load.connect("http/1.1")
        self.writer.write(f"{method} {target} HTTP/1.1\r\nHost: {NAME}\r\n{fields}\r\n".encode())

    async def answer(self):
        words, fields = await read_head(self.reader)
        self.ends = fields.get("connection") == "close"
        if words[1] != "200":
            raise Wrong(" ".join(words))
        return read_body(self.reader, fields)

    async def ask(self, method, target, expected, body=b""):
        await self.begin(method, target, f"Content-Length: {len(body)}\r\n" if body else "")
        self.writer.write(body)
        check(b"".join([piece async for piece in await self.answer()]), expected)

    async def read_lines(self, target, line):
        """A stream of numbered lines up to its proper end."""
        await self.begin("GET", target)
        body = b"".join([piece async for piece in await self.answer()])
        count = (body.count(b"\n") - 1) // line(0).count(b"\n")
        check(body, b"".join(map(line, range(count))) + b"end\n")

    async def upload(self, target, name, pieces):
        """Sends what comes of the asynchronous iterator, chunked."""
        await self.begin("POST", target, "Transfer-Encoding: chunked\r\n")
        size, sum_ = 0, 0
        async for piece in pieces:
            size, sum_ = size + len(piece), zlib.crc32(piece, sum_)
            self.writer.write(chunk(piece))
            await self.writer.drain()
        self.writer.write(b"0\r\n\r\n")
        check(b"".join([piece async for piece in await self.answer()]), f"{name} {size} {sum_}".encode())

    def hang_up(self):
        if self.writer is not None:
            self.writer.close()
        self.writer = None


class Stream:
    def __init__(self):
        self.status, self.body, self.over, self.failure = None, bytearray(), asyncio.Event(), None


class Frames:
    """One HTTP/2 connection.

    The library takes the first GOAWAY for the end of everything, so that frame is read here.
    """

    @classmethod
    async def open(cls, load):
        self = cls()
        self.reader, self.writer = await load.connect("h2")
        self.machine = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.machine.initiate_connection()
        self.streams, self.window = {}, asyncio.Event()
        self.ended, self.last = None, None
        self.flush()
        # The loop alone does not keep what it runs.
        task = asyncio.create_task(self.read())
        load.tasks.add(task)
        task.add_done_callback(load.tasks.discard)
        return self

    def flush(self):
        self.writer.write(self.machine.data_to_send())

    async def read(self):
        received = b""
        try:
            while piece := await self.reader.read(65536):
                received += piece
                while len(received) >= 9 and len(received) >= (end := 9 + int.from_bytes(received[:3], "big")):
                    self.take(received[:end])
                    received = received[end:]
                self.flush()
                self.close_if_done()
            self.ended = "end of the connection"
        except (OSError, h2.exceptions.H2Error) as problem:
            self.ended = repr(problem)
        for number, stream in self.streams.items():
            isKnown = self.last is not None and number > self.last
            stream.failure = Refused() if isKnown else Lost(f"{self.ended}, last stream {self.last}")
            stream.over.set()
        self.window.set()
        self.writer.close()

    def take(self, frame):
        if frame[3] == GO_AWAY:
            self.last = int.from_bytes(frame[9:13], "big")
            return
        for event in self.machine.receive_data(frame):
            stream = self.streams.get(getattr(event, "stream_id", None))
            if isinstance(event, h2.events.WindowUpdated):
                self.window.set()
            elif stream is None:
                continue
            elif isinstance(event, h2.events.ResponseReceived):
                stream.status = dict(event.headers)[":status"]
            elif isinstance(event, h2.events.DataReceived):
                stream.body += event.data
                self.machine.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamReset):
                stream.failure = Refused() if event.error_code == REFUSED_STREAM else Lost(f"reset {event.error_code}")
                stream.over.set()
            elif isinstance(event, h2.events.StreamEnded):
                stream.over.set()

    def close_if_done(self):
        if self.last is not None and not self.streams:
            self.writer.close()

    async def ask(self, method, target, expected, pieces=None):
        if self.ended:
            raise Lost(f"{self.ended} without GOAWAY")
        number, stream = self.machine.get_next_available_stream_id(), Stream()
        self.streams[number] = stream
        try:
            head = [(":method", method), (":scheme", "https"), (":authority", NAME), (":path", target)]
            self.machine.send_headers(number, head, end_stream=pieces is None)
            self.flush()
            if pieces is not None:
                await self.send(number, stream, pieces)
            await stream.over.wait()
            if stream.failure:
                raise stream.failure
            if stream.status != "200":
                raise Wrong(stream.status)
            check(bytes(stream.body), expected)
        finally:
            del self.streams[number]
            self.close_if_done()

    async def send(self, number, stream, pieces):
        async for piece in pieces:
            while piece and not stream.over.is_set():
                count = min(self.machine.local_flow_control_window(number), self.machine.max_outbound_frame_size)
                if not count:
                    self.window.clear()
                    await self.window.wait()
                    continue
                self.machine.send_data(number, piece[:count])
                piece = piece[count:]
                self.flush()
        if not stream.over.is_set():
            self.machine.end_stream(number)
            self.flush()


class Browser:
    """HTTP/2, one connection after the other: a new one only after GOAWAY."""

    def __init__(self, load):
        self.load, self.current, self.lock = load, None, asyncio.Lock()

    @property
    def isOut(self):
        return self.current is None or self.current.last is not None

    async def ask(self, *request):
        async with self.lock:
            if self.isOut:
                self.current = await Frames.open(self.load)
            connection = self.current
        try:
            await connection.ask(*request)
        except (Lost, OSError, h2.exceptions.H2Error):
            # Each connection's loss is counted for those that were on it, and not for ever.
            if self.current is connection:
                self.current = None
            raise
