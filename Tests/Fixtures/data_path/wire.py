"""Exact bytes over the gateway's doors and behind it.

Settings come from the environment: TLS_PORT, LOCAL_PORT, CA_FILE, UPSTREAM (the backend's socket) and GATEWAY_PID.
Whatever is waited for has a patience that only a failing test uses up.
"""

import json
import os
import socket
import ssl
import struct
import sys
import threading
import time

PATIENCE = 15
TLS_PORT = int(os.environ.get("TLS_PORT", "0"))
LOCAL_PORT = int(os.environ.get("LOCAL_PORT", "0"))
UPSTREAM = os.environ.get("UPSTREAM", "")
GATEWAY_PID = int(os.environ.get("GATEWAY_PID", "0"))


class Head:
    """A request's or an answer's head, and the trailers once its body was read."""

    def __init__(self, data):
        lines = data.decode("latin-1").split("\r\n")
        self.line = lines[0]
        self.fields = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:] if line]
        self.trailers = []

    @property
    def status(self):
        return int(self.line.split(" ")[1])

    @property
    def target(self):
        return self.line.split(" ")[1]

    def get(self, name):
        """All values of a field as one, and none when there is no such field."""
        values = [value for known, value in self.fields if known.lower() == name]
        return ", ".join(values) if values else None


class Line:
    """One connection, of a client or of the backend."""

    def __init__(self, sock):
        self.sock = sock
        self.held = b""
        sock.settimeout(PATIENCE)

    def send(self, data):
        self.sock.sendall(data.encode() if isinstance(data, str) else data)

    def more(self):
        """Reads once; false at the end of the connection."""
        data = self.sock.recv(65536)
        self.held += data
        return bool(data)

    def until(self, mark):
        """What comes before a mark, which is thrown away; none when the connection ends first."""
        while mark not in self.held:
            if not self.more():
                return None
        taken, self.held = self.held.split(mark, 1)
        return taken

    def exactly(self, count):
        while len(self.held) < count:
            if not self.more():
                raise EOFError(f"{len(self.held)} of {count} bytes came")
        taken, self.held = self.held[:count], self.held[count:]
        return taken

    def head(self):
        """The next head; none at the end of the connection."""
        data = self.until(b"\r\n\r\n")
        return None if data is None else Head(data)

    def body(self, head):
        """The body behind a head: of an answer without a length, all up to the end of the connection."""
        if head.get("transfer-encoding"):
            return b"".join(iter(lambda: self.chunk(head), b""))
        if head.get("content-length") is not None:
            return self.exactly(int(head.get("content-length")))
        if not head.line.startswith("HTTP/"):
            return b""
        while self.more():
            pass
        taken, self.held = self.held, b""
        return taken

    def chunk(self, head):
        """The next chunk; with the last, empty one the head's trailers are read."""
        size = self.until(b"\r\n")
        if size is None:
            raise EOFError("the connection ended between two chunks")
        if int(size, 16):
            data = self.exactly(int(size, 16))
            self.exactly(2)
            return data
        while line := self.until(b"\r\n"):
            head.trailers.append(line.decode("latin-1"))
        return b""

    def answer(self):
        """The next final answer and its body."""
        while True:
            head = self.head()
            if head is None:
                raise EOFError("the connection ended before an answer")
            if head.status >= 200 or head.status == 101:
                return head, b"" if head.status == 101 else self.body(head)

    def ask(self, request):
        self.send(request)
        return self.answer()

    def rest(self):
        """All that comes up to the end, and whether that was an end or a reset."""
        try:
            while self.more():
                pass
            ending = "end"
        except (ConnectionError, ssl.SSLError):
            ending = "reset"
        taken, self.held = self.held, b""
        return taken.decode("latin-1"), ending

    def is_silent(self, seconds=0.3):
        """Whether nothing comes for a while: a byte that is on its way would be here."""
        self.sock.settimeout(seconds)
        try:
            self.more()
            return False
        except TimeoutError:
            return not self.held
        finally:
            self.sock.settimeout(PATIENCE)

    def close(self):
        self.sock.close()

    def reset(self):
        """Ends the connection with a reset, as the kernel does for a process that was killed with work undone."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Without TLS's own end.
        socket.socket(fileno=self.sock.detach()).close()


def plain(source="127.0.0.1", port=None, receive_buffer=None):
    """A plain connection to the local door."""
    sock = socket.socket()
    if receive_buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        # Segments that a small window has room for: otherwise the kernel waits for a larger one.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1000)
    sock.settimeout(PATIENCE)
    sock.bind((source, 0))
    sock.connect(("127.0.0.1", port or LOCAL_PORT))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Line(sock)


def trusting(protocol="http/1.1"):
    context = ssl.create_default_context(cafile=os.environ["CA_FILE"])
    context.check_hostname = False
    context.set_alpn_protocols([protocol])
    return context


def sealed(source="127.0.0.1", protocol="http/1.1", port=None, receive_buffer=None):
    """A TLS connection to the TLS door."""
    line = plain(source, port or TLS_PORT, receive_buffer)
    return Line(trusting(protocol).wrap_socket(line.sock, suppress_ragged_eofs=False))


DOORS = {"plain": plain, "sealed": sealed}


def request(target, method="GET", fields=(), body=b""):
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost", *fields]
    if body and not any(field.lower().startswith("transfer-encoding") for field in fields):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines + ["", ""]).encode() + body


def refusal(found):
    """The status, whether there is a reason in JSON, and whether it is said when to try again."""
    head, body = found
    detail = json.loads(body).get("detail") if head.get("content-type") == "application/json" else None
    return [head.status, bool(detail), head.get("retry-after") is not None]


def until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"in vain until {what}")
        time.sleep(0.01)


def together(count, work):
    """What each of many threads found at the same time."""
    found = [None] * count

    def run(index):
        try:
            found[index] = work(index)
        except Exception as error:
            found[index] = repr(error)

    threads = [threading.Thread(target=run, args=(index,), daemon=True) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def play(scenarios):
    """Runs the scenario that the arguments name, and prints what was seen."""
    name, *arguments = sys.argv[1:]
    print(json.dumps(scenarios[name](*arguments)), flush=True)
    # Threads of connections that wait for ever are of no interest any more.
    os._exit(0)
