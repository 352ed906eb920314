"""The three proxies: how each is configured and started."""

import contextlib
import dataclasses
import grp
import os
import pathlib
import pwd
import socket
import ssl
import subprocess

from processes import Failure, process_tree, wait_until

SOURCES = pathlib.Path(__file__).resolve().parent
ROOT = SOURCES.parent.parent
NAMES = ("gateway", "nginx", "haproxy")


@dataclasses.dataclass
class Proxy:
    name: str
    port: int
    pids: list
    rounds: list = dataclasses.field(default_factory=list)  # a client's report each, None for a void round
    calls: float | None = None  # system calls per request


def gateway_binary():
    named = pathlib.Path(os.environ.get("TUNERGATE_BIN", ROOT / ".build/release/tunergate-gateway"))
    binary = named / "tunergate-gateway" if named.is_dir() else named
    if not os.access(binary, os.X_OK):
        raise Failure(
            f"{binary} is not there; build it with `swift build -c release --product tunergate-gateway`, "
            "or name it in TUNERGATE_BIN"
        )
    return binary


def free_ports(count):
    """Ports that nobody listens on; all held at once, so that they differ."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def write_configuration(bench, template, port, backend):
    values = {
        "FOLDER": bench.folder,
        "BACKEND": backend,
        "PORT": port,
        "USER": pwd.getpwuid(os.getuid()).pw_name,  # else nginx's worker may not open the backend's socket
        "GROUP": grp.getgrgid(os.getgid()).gr_name,
    }
    text = (SOURCES / template).read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    path = bench.folder / template
    path.write_text(text)
    return path


def gateway_environment(folder, port, local_port):
    """The gateway as it ships, whatever the caller's shell has set: only places and the one worker are given."""
    ours = ("SIMPLETUNER_", "TUNERGATE_", "RATE_LIMIT_", "STATE_BACKEND")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return environment | {
        "SIMPLETUNER_STATE_DIR": str(folder),
        "SIMPLETUNER_SSL_CERT": str(folder / "tls.crt"),
        "SIMPLETUNER_SSL_KEY": str(folder / "tls.key"),
        "TUNERGATE_TLS_LISTEN": f"127.0.0.1:{port}",
        "TUNERGATE_LOCAL_LISTEN": f"127.0.0.1:{local_port}",
        "TUNERGATE_WORKERS": "1",
    }


def start_proxy(bench, name, backend):
    port, local_port = free_ports(2)
    environment = None
    if name == "gateway":
        command = [gateway_binary()]
        environment = gateway_environment(bench.folder, port, local_port)
    elif name == "nginx":
        command = ["nginx", "-c", write_configuration(bench, "nginx.conf", port, backend)]
    else:
        command = ["haproxy", "-db", "-f", write_configuration(bench, "haproxy.cfg", port, backend)]

    certificate = (bench.folder / "tls.crt").read_text().strip()
    log_path = bench.folder / f"{name}.log"
    with open(log_path, "w") as log:
        files = dict(stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        process = bench.start(command, bench.proxy_core, env=environment, **files)

    def serves():
        if process.poll() is not None:
            raise Failure(f"{name} ended with code {process.returncode}: {log_path.read_text()[-600:].strip()}")
        with contextlib.suppress(OSError):
            # A whole handshake, so that nginx's worker is there and counted, and all serve the one certificate.
            served = ssl.get_server_certificate(("127.0.0.1", port), timeout=2)
            if served.strip() != certificate:
                raise Failure(f"{name} serves another certificate than the one it was given")
            return True

    wait_until(serves, 10, lambda: f"{name} does not serve TLS after 10 s: {log_path.read_text()[-600:].strip()}")
    return Proxy(name, port, process_tree(process.pid))
