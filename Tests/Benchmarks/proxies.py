"""The five proxies: how each is configured and started."""

import contextlib
import dataclasses
import grp
import os
import pathlib
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile

from processes import Failure, process_tree, wait_until

SOURCES = pathlib.Path(__file__).resolve().parent
ROOT = SOURCES.parent.parent
SCRIPTS = ROOT / ".build/venv/bin"
NAMES = ("gateway", "nginx", "haproxy", "envoy", "caddy")


@dataclasses.dataclass
class Proxy:
    name: str
    port: int
    pids: list
    process: subprocess.Popen


def gateway_binary():
    named = pathlib.Path(os.environ.get("TUNERGATE_BIN", ROOT / ".build/release/tunergate-gateway"))
    binary = named / "tunergate-gateway" if named.is_dir() else named
    if not os.access(binary, os.X_OK):
        raise Failure(
            f"{binary} is not there; build it with `swift build -c release --product tunergate-gateway`, "
            "or name it in TUNERGATE_BIN"
        )
    return binary


def program(name):
    """Where a peer's program is: Debian's on the path, those of Python packages in the project's own folder."""
    if name == "envoy":
        found = next(SCRIPTS.parent.glob("lib/python*/site-packages/envoy/_bin/envoy"), None)
        return str(found) if found else None
    return shutil.which(name, path=SCRIPTS) if name == "caddy" else shutil.which(name)


def free_ports(count):
    """Ports that nobody listens on; all held at once, so that they differ."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def write_configuration(bench, template, port):
    values = {
        "FOLDER": bench.folder,
        "BACKEND": bench.backend,
        "PORT": port,
        "OWN_TARGET": bench.own_answer.target,
        "OWN_STATUS": bench.own_answer.status,
        "USER": pwd.getpwuid(os.getuid()).pw_name,  # else nginx's worker may not open the backend's socket
        "GROUP": grp.getgrgid(os.getgid()).gr_name,
    }
    text = (SOURCES / "peers" / template).read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    path = bench.folder / template
    path.write_text(text)
    return path


def clean_environment():
    ours = ("SIMPLETUNER_", "TUNERGATE_", "RATE_LIMIT_", "STATE_BACKEND")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def gateway_folder(bench):
    """A state folder of its own for each gateway, with the one backend where it looks for it."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gateway.", dir=bench.folder))
    (folder / "run").mkdir(mode=0o700)
    (folder / "run/backend.sock").symlink_to(bench.backend)
    return folder


def gateway_environment(bench, port, local_port):
    """The gateway as it ships, whatever the caller's shell has set: places, the one worker and
    limits that the load does not reach are given."""
    return clean_environment() | {
        "SIMPLETUNER_STATE_DIR": str(gateway_folder(bench)),
        "SIMPLETUNER_SSL_CERT": str(bench.folder / "tls.crt"),
        "SIMPLETUNER_SSL_KEY": str(bench.folder / "tls.key"),
        "TUNERGATE_TLS_LISTEN": f"127.0.0.1:{port}",
        "TUNERGATE_LOCAL_LISTEN": f"127.0.0.1:{local_port}",
        "TUNERGATE_WORKERS": "1",
        # Every request is counted, and none is one too many.
        "RATE_LIMIT_CALLS": "1000000",
        "RATE_LIMIT_PERIOD": "1",
        "TUNERGATE_RATE_LIMIT_RULES": "/api/cloud/storage/ 1000000/1",
    }


def command_line(bench, name, port):
    if name == "gateway":
        return [gateway_binary()]
    if name == "nginx":
        return [program(name), "-c", write_configuration(bench, "nginx.conf", port)]
    if name == "haproxy":
        return [program(name), "-db", "-f", write_configuration(bench, "haproxy.cfg", port)]
    if name == "envoy":
        one_worker = ["--concurrency", "1", "--disable-hot-restart", "--log-level", "error"]
        return [program(name), *one_worker, "-c", write_configuration(bench, "envoy.yaml", port)]
    configuration = write_configuration(bench, "Caddyfile", port)
    return [program(name), "run", "--config", configuration, "--adapter", "caddyfile"]


def start_proxy(bench, name, more_environment=None):
    port, local_port = free_ports(2)
    if name == "gateway":
        environment = gateway_environment(bench, port, local_port)
    else:
        environment = clean_environment() | {"GOMAXPROCS": "1", "HOME": str(bench.folder)}
    environment |= more_environment or {}
    certificate = (bench.folder / "tls.crt").read_text().strip()
    log_path = bench.folder / f"{name}.log"
    with open(log_path, "w") as log:
        files = dict(stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        process = bench.start(command_line(bench, name, port), bench.proxy_core, env=environment, **files)

    def serves():
        if process.poll() is not None:
            raise Failure(f"{name} ended with code {process.returncode}: {log_path.read_text()[-600:].strip()}")
        with contextlib.suppress(OSError):
            if served_certificate(port) != certificate:
                raise Failure(f"{name} serves another certificate than the one it was given")
            return True

    wait_until(serves, 20, lambda: f"{name} does not serve TLS after 20 s: {log_path.read_text()[-600:].strip()}")
    return Proxy(name, port, process_tree(process.pid), process)


def served_certificate(port):
    """From a whole handshake, so that nginx's worker is there and counted, and all serve the one certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), timeout=2) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as sealed:
            return ssl.DER_cert_to_PEM_cert(sealed.getpeercert(binary_form=True)).strip()
