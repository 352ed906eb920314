"""What a run needs before a proxy starts: packages, a certificate, two small C programs, the stand-in backend."""

import pathlib
import shutil
import subprocess

from processes import Failure, notes, wait_until

SOURCES = pathlib.Path(__file__).resolve().parent
PACKAGES = {"nginx": "nginx-light", "haproxy": "haproxy", "gcc": "gcc", "openssl": "openssl"}


def check_packages(proxies):
    tools = {"gcc", "openssl"}.union(proxies) & PACKAGES.keys()
    missing = sorted(PACKAGES[tool] for tool in tools if not shutil.which(tool))
    if not pathlib.Path("/usr/include/openssl/ssl.h").exists():
        missing.append("libssl-dev")
    if missing:
        raise Failure(f"missing Debian packages; install them with: apt-get install {' '.join(missing)}")
    if not shutil.which("strace"):
        notes["strace"] = "no system calls counted; install them with: apt-get install strace"


def run_tool(*command):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if result.returncode != 0:
        raise Failure(f"{command[0]} failed: {result.stderr.strip()}")


def make_certificate(folder):
    run_tool(
        *"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost".split(),
        *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
        *("-keyout", folder / "tls.key", "-out", folder / "tls.crt"),
    )
    (folder / "tls.pem").write_text((folder / "tls.crt").read_text() + (folder / "tls.key").read_text())


def compile_programs(folder):
    for name in ("backend", "client"):
        flags = "-O2 -std=gnu17 -Wall -Wextra -Werror".split()
        run_tool("gcc", *flags, SOURCES / f"{name}.c", "-o", folder / name, "-lssl", "-lcrypto")


def start_backend(bench):
    """Starts the upstream of all proxies, where the gateway looks for its backend."""
    path = bench.folder / "run/backend.sock"
    path.parent.mkdir(mode=0o700)
    bench.start([bench.folder / "backend", path], bench.load_core)
    wait_until(path.exists, 5, "the stand-in backend did not start")
    return path
