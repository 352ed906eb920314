"""A provider that takes every job, for the backend's benchmark: a process of its own, so that it takes no time of ours."""

import base64
import contextlib
import hashlib
import hmac
import http.server
import itertools
import json
import multiprocessing
import os
import time

TOKEN = "r8_tokenOfTheBenchmark"
_KEY = os.urandom(24)
WEBHOOK_SECRET = "whsec_" + base64.b64encode(_KEY).decode()
_numbers = itertools.count()


def sign(body):
    """The headers of Standard Webhooks, scheme v1, each time with an id of its own."""
    message, now = f"msg_{os.getpid()}_{next(_numbers)}", str(int(time.time()))
    code = hmac.new(_KEY, f"{message}.{now}.{body}".encode(), hashlib.sha256).digest()
    return {
        "Content-Type": "application/json", "webhook-id": message, "webhook-timestamp": now,
        "webhook-signature": "v1," + base64.b64encode(code).decode()}


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        if self.path.endswith("/versions"):
            self._answer(200, {"results": [{"id": "0" * 64, "created_at": "2026-01-01T00:00:00Z"}], "next": None})
        elif self.path.endswith("/webhooks/default/secret"):
            self._answer(200, {"key": WEBHOOK_SECRET})
        elif self.path.endswith("/predictions"):
            self._answer(200, {"results": [], "next": None})
        else:
            self._answer(404, {"detail": "unknown"})

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        if not self.path.endswith("/predictions"):
            return self._answer(404, {"detail": "unknown"})
        prediction = os.urandom(13).hex()
        self.server.made.append(prediction)
        self._answer(201, {"id": prediction, "status": "starting", "created_at": "2026-01-01T00:00:00Z"})

    def _answer(self, status, document):
        body = json.dumps(document).encode()
        head = f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    def log_message(self, *arguments):
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, pipe):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.made = []
        self.pipe = pipe


def _serve(pipe):
    import threading

    server = _Server(pipe)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pipe.send(server.server_address[1])
    while pipe.recv():
        pipe.send(list(server.made))


class Provider:
    def __init__(self, pipe, port):
        self.pipe, self.port = pipe, port

    def predictions(self):
        """The ids of all jobs that it took so far."""
        self.pipe.send(True)
        return self.pipe.recv()


@contextlib.contextmanager
def serve_provider():
    own, other = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_serve, args=(other,), daemon=True)
    process.start()
    try:
        yield Provider(own, own.recv())
    finally:
        process.terminate()
        process.join()
