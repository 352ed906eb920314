"""Another gateway of the same build, with settings and limits that a script chooses at run time."""

import os
import resource
import socket
import subprocess
import tempfile

import wire


def free_port():
    """A port where nobody listens, of those that the kernel gives to no outgoing connection."""
    for _ in range(100):
        port = 20_000 + int.from_bytes(os.urandom(2)) % 12_000
        try:
            socket.create_server(("127.0.0.1", port)).close()
            return port
        except OSError:
            continue
    raise OSError("no port is free")


class Gateway:
    """Runs while it is entered, and is what the doors of `wire` lead to."""

    def __init__(self, descriptors=None, **settings):
        self.settings = settings
        self.descriptors = descriptors

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="tunergate-", dir="/tmp")
        wire.LOCAL_PORT, wire.TLS_PORT = free_port(), free_port()
        environment = {
            # Found by this, and ended, should the script itself be killed.
            "SIMPLETUNER_STATE_DIR": os.path.dirname(os.environ["CA_FILE"]).removesuffix("/tls"),
            "TUNERGATE_RUNTIME_DIR": self.folder.name,
            "TUNERGATE_LOCAL_LISTEN": f"127.0.0.1:{wire.LOCAL_PORT}",
            "TUNERGATE_TLS_LISTEN": f"127.0.0.1:{wire.TLS_PORT}",
            "HOME": self.folder.name, "RATE_LIMIT_CALLS": "0",
            **{name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ},
            **self.settings,
        }
        wire.UPSTREAM = self.folder.name + "/backend.sock"
        self.process = subprocess.Popen(
            [os.readlink(f"/proc/{wire.GATEWAY_PID}/exe")], env=environment, preexec_fn=self.lower_limits,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wire.until(self.is_serving, "the other gateway served")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(wire.PATIENCE)
        finally:
            self.process.kill()
            self.folder.cleanup()

    def lower_limits(self):
        if self.descriptors:
            resource.setrlimit(resource.RLIMIT_NOFILE, (self.descriptors, self.descriptors))

    def is_serving(self):
        if self.process.poll() is not None:
            raise ChildProcessError(f"the other gateway ended with {self.process.returncode}")
        try:
            return health(wire.LOCAL_PORT) == 200
        except OSError:
            return False


def health(port):
    line = wire.plain(port=port)
    status = line.ask(wire.request("/health", fields=["Connection: close"]))[0].status
    line.close()
    return status
