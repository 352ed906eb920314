"""The gateway before servers that were there already.

    fronting.py front
"""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from frames import Frames
from gateway import Gateway, free_port
from wire import plain, play, refusal, request, until


class OrdinaryHandler(BaseHTTPRequestHandler):
    """What a plain Python server does."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        body = self.path.encode()
        self.send_response(200)
        self.send_header("X-Client", self.headers.get("X-Forwarded-For", ""))
        if self.path != "/until-close":
            self.send_header("Content-Length", str(len(body)))
        else:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class OldHandler(OrdinaryHandler):
    protocol_version = "HTTP/1.0"


def ordinary(port, handler):
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


def front():
    """A server that was there before, behind TCP: kept connections, old ones, and none."""
    port = free_port()
    found = {}
    settings = {"TUNERGATE_WORKERS": "1", "TUNERGATE_CONNECT_MILLISECONDS": "300"}
    with Gateway(TUNERGATE_UPSTREAM=f"http://127.0.0.1:{port}", **settings):
        found["refused"] = refusal(plain().ask(request("/x")))
        for name, handler in [("ordinary", OrdinaryHandler), ("old", OldHandler)]:
            server = ordinary(port, handler)
            until(lambda: plain().ask(request("/x"))[0].status == 200, "the server was found")
            client = plain("127.0.0.2")
            large = os.urandom(1 << 20)
            head, body = client.ask(request("/kept"))
            found[name] = [
                head.status, body.decode(), head.get("x-client"),
                client.ask(request("/up", "POST", body=large))[1] == large,
                client.ask(request("/until-close"))[1].decode(),
                Frames().get("/framed").body.decode() if name == "ordinary" else None,
            ]
            server.shutdown()
            server.server_close()
        found["refused again"] = plain().ask(request("/x", "POST"))[0].status
    return found


if __name__ == "__main__":
    play({"front": front})
