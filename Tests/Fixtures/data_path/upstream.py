"""A backend that does with each connection what a test wrote."""

import os
import socket
import threading

import wire


class Upstream:
    """Listens while it is entered; each connection has a thread, which runs `serve` with it."""

    def __init__(self, serve, path=None, port=None, backlog=512, accepts=True):
        self.serve = serve
        self.path = None if port is not None else path or wire.UPSTREAM
        self.port = port
        self.backlog = backlog
        self.may_accept = threading.Event()
        self.lines = []
        if accepts:
            self.may_accept.set()

    def __enter__(self):
        if self.path:
            os.makedirs(os.path.dirname(self.path), exist_ok=True)
            if os.path.exists(self.path):
                os.unlink(self.path)
            self.listener = socket.socket(socket.AF_UNIX)
            self.listener.bind(self.path)
        else:
            self.listener = socket.create_server(("127.0.0.1", self.port))
            self.port = self.listener.getsockname()[1]
        self.listener.listen(self.backlog)
        self.is_open = True
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.stop()

    def accept(self):
        self.may_accept.wait()
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            if not self.is_open:
                return sock.close()
            line = wire.Line(sock)
            self.lines.append(line)
            threading.Thread(target=self.run, args=(line,), daemon=True).start()

    def run(self, line):
        try:
            self.serve(line)
        except (OSError, EOFError):
            pass
        finally:
            line.close()

    def stop(self):
        """Stops listening, and ends all connections."""
        self.is_open = False
        # A thread that waits in accept is woken by this, and not by closing alone.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for line in self.lines:
            try:
                line.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def answer(body=b"ok", status="200 OK", fields=()):
    body = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", *fields, f"Content-Length: {len(body)}"]
    return "\r\n".join(lines + ["", ""]).encode() + body


def answering(respond=lambda head, body: answer(), seen=None):
    """Serves request after request on a connection; `seen` gets each head as it comes."""

    def serve(line):
        line.sock.settimeout(None)
        while (head := line.head()) is not None:
            if seen is not None:
                seen.append(head)
            line.send(respond(head, line.body(head)))

    return serve
