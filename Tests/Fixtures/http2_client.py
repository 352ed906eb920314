"""An HTTP/2 client that sends what no well-behaved client would: frames by hand over TLS, and what came back."""

import socket
import ssl
import struct
import time
from collections import namedtuple

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
TYPES = ["DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING", "GOAWAY", "WINDOW_UPDATE",
         "CONTINUATION"]
CODES = ["NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
         "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM",
         "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED"]
END_STREAM, ACK, END_HEADERS, PADDED, WITH_PRIORITY = 0x1, 0x1, 0x4, 0x8, 0x20
HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_STREAMS, INITIAL_WINDOW, MAX_FRAME, MAX_HEADER_LIST = range(1, 7)

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


class Frame(namedtuple("Frame", "type flags stream payload")):
    """A frame that came, or one of the two other things that can happen: CLOSED and QUIET."""

    @property
    def code(self):
        """The error code of a RST_STREAM or GOAWAY."""
        start = 4 if self.type == GOAWAY else 0
        return struct.unpack_from(">I", self.payload, start)[0]

    @property
    def ends_stream(self):
        return self.type in (DATA, HEADERS) and bool(self.flags & END_STREAM)

    @property
    def status(self):
        """The status of an answer, as far as its first field tells it without a decoder; else None."""
        start = 1 if self.payload[:1] == b"\x20" else 0
        first = self.payload[start:start + 5]
        known = {0x88: 200, 0x89: 204, 0x8a: 206, 0x8b: 304, 0x8c: 400, 0x8d: 404, 0x8e: 500}
        if first[:1] and first[0] in known:
            return known[first[0]]
        # A literal with the name :status, its three digits not Huffman-coded, or coded in two bytes.
        if len(first) == 5 and first[0] in (0x08, 0x18, 0x48) and first[1] == 3:
            return int(first[2:5])
        return None

    def __str__(self):
        if self in (CLOSED, QUIET):
            return self.type
        name = TYPES[self.type] if self.type < len(TYPES) else f"type {self.type}"
        text = f"{name} on {self.stream}, {len(self.payload)} bytes, flags {self.flags:#x}"
        if self.type in (RST_STREAM, GOAWAY):
            text += ", " + (CODES[self.code] if self.code < len(CODES) else hex(self.code))
        return text


CLOSED = Frame("the connection's end", 0, 0, b"")
QUIET = Frame("nothing more", 0, 0, b"")


def frame(type, flags, stream, payload=b"", length=None):
    """The bytes of a frame; its length may be a lie."""
    length = len(payload) if length is None else length
    return struct.pack(">I", length)[1:] + struct.pack(">BBI", type, flags, stream) + payload


def settings(*pairs):
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", *pair) for pair in pairs))


def ping(payload, flags=0):
    return frame(PING, flags, 0, payload)


def window_update(stream, increment):
    return frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", increment))


def reset(stream, code=8):
    return frame(RST_STREAM, 0, stream, struct.pack(">I", code))


def priority_fields(depends_on=0, weight=255, exclusive=False):
    return struct.pack(">IB", depends_on | (0x80000000 if exclusive else 0), weight)


def priority(stream, **fields):
    return frame(PRIORITY, 0, stream, priority_fields(**fields))


def data(stream, payload=b"test", end=True):
    return frame(DATA, END_STREAM if end else 0, stream, payload)


def continuation(stream, block, end=True):
    return frame(CONTINUATION, END_HEADERS if end else 0, stream, block)


def integer(value, prefix_bits, first=0):
    """An integer of HPACK (RFC 7541, section 5.1)."""
    limit = (1 << prefix_bits) - 1
    if value < limit:
        return bytes([first | value])
    value -= limit
    out = bytearray([first | limit])
    while value >= 128:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def string(value):
    """A string of HPACK (RFC 7541, section 5.2), not Huffman-coded."""
    return integer(len(value), 7) + value


def literal(name, value, first=0x00):
    """A field with its name spelled out: 0x00 without indexing, 0x10 never indexed, 0x40 indexed."""
    return bytes([first]) + string(name.encode()) + string(value.encode())


STATIC = {(":method", "GET"): 2, (":method", "POST"): 3, (":path", "/"): 4, (":scheme", "http"): 6,
          (":scheme", "https"): 7}
STATIC_NAMES = {":authority": 1, ":method": 2, ":path": 4, ":scheme": 6, ":status": 8}


class Target:
    """Where the server under test is."""

    def __init__(self, host, port, path="/", cacert=None, patience=2.0, source=None, preface=b""):
        self.host, self.port, self.path, self.patience = host, port, path, patience
        self.source, self.preface = source, preface
        self.authority = f"{host}:{port}"
        self.context = ssl.create_default_context(cafile=cacert)
        if cacert is None:
            self.context.check_hostname = False
            self.context.verify_mode = ssl.CERT_NONE
        self.context.set_alpn_protocols(["h2"])

    def fields(self, method="GET", path=None, **changes):
        fields = {":method": method, ":scheme": "https", ":path": path or self.path, ":authority": self.authority}
        fields.update(changes)
        return list(fields.items())


class Connection:
    """One connection; sending never fails, because what came back before the server hung up is what counts."""

    def __init__(self, target):
        self.target = target
        self.buffer = b""
        self.is_closed = False
        self.server_settings = {}
        # Fields that this side has put into the dynamic table, the youngest first.
        self.table = []
        source = (target.source, 0) if target.source else None
        plain = socket.create_connection((target.host, target.port), timeout=5, source_address=source)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.sendall(target.preface)
        self.socket = target.context.wrap_socket(plain, server_hostname=target.host)
        if self.socket.selected_alpn_protocol() != "h2":
            raise ConnectionError("the server does not choose h2")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, *pieces, seconds=5):
        """Sends the pieces at once. False when the server takes no more."""
        try:
            self.socket.settimeout(seconds)
            self.socket.sendall(b"".join(pieces))
            return True
        except (OSError, ssl.SSLError):
            return False

    def read(self, until=None):
        """The next frame; CLOSED at the end of the connection, QUIET when nothing comes in time."""
        until = until or time.monotonic() + self.target.patience
        while True:
            if len(self.buffer) >= 9:
                length = int.from_bytes(self.buffer[:3], "big")
                if len(self.buffer) >= 9 + length:
                    type, flags, stream = struct.unpack_from(">BBI", self.buffer, 3)
                    payload = self.buffer[9:9 + length]
                    self.buffer = self.buffer[9 + length:]
                    return Frame(type, flags, stream & 0x7fffffff, payload)
            left = until - time.monotonic()
            if left <= 0:
                return QUIET
            try:
                self.socket.settimeout(left)
                more = self.socket.recv(65536)
            except (TimeoutError, ssl.SSLWantReadError):
                return QUIET
            except OSError:
                more = b""
            if not more:
                self.is_closed = True
                return CLOSED
            self.buffer += more

    def frames(self, seconds=None):
        """All frames until the connection ends or is quiet for too long; the last one says which."""
        until = time.monotonic() + (seconds or self.target.patience)
        while True:
            frame = self.read(until)
            yield frame
            if frame in (CLOSED, QUIET):
                return

    def handshake(self, *pairs):
        """Both sides' SETTINGS, both acknowledged."""
        self.send(PREFACE, settings(*(pairs or [(INITIAL_WINDOW, 65535)])))
        has_settings = has_ack = False
        for frame in self.frames(seconds=5):
            if frame.type != SETTINGS:
                continue
            if frame.flags & ACK:
                has_ack = True
            else:
                has_settings = True
                for start in range(0, len(frame.payload), 6):
                    name, value = struct.unpack_from(">HI", frame.payload, start)
                    self.server_settings[name] = value
                self.send(frame_ack())
            if has_settings and has_ack:
                return self
        raise ConnectionError("the server did not finish the exchange of SETTINGS")

    def block(self, fields):
        """A header block; the authority goes through the dynamic table."""
        out = b""
        for name, value in fields:
            if (name, value) in STATIC:
                out += integer(STATIC[name, value], 7, 0x80)
            elif (name, value) in self.table:
                out += integer(62 + self.table.index((name, value)), 7, 0x80)
            elif name == ":authority":
                out += integer(1, 6, 0x40) + string(value.encode())
                self.table.insert(0, (name, value))
            elif name in STATIC_NAMES:
                out += integer(STATIC_NAMES[name], 4) + string(value.encode())
            else:
                out += literal(name, value)
        return out

    def request(self, stream=1, method="GET", end=True, end_headers=True, extra=(), block=None, pad=None, depends=None,
                path=None):
        """A HEADERS frame with a request."""
        if block is None:
            block = self.block(self.target.fields(method, path) + list(extra))
        flags = (END_STREAM if end else 0) | (END_HEADERS if end_headers else 0)
        if depends is not None:
            block = priority_fields(**depends) + block
            flags |= WITH_PRIORITY
        if pad is not None:
            block = bytes([pad]) + block + bytes(pad)
            flags |= PADDED
        return frame(HEADERS, flags, stream, block)


def frame_ack():
    return frame(SETTINGS, ACK, 0)
