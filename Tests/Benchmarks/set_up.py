"""What a run needs before a proxy starts: packages, a certificate, small C programs, the stand-in backend."""

import pathlib
import shutil
import subprocess
import sys

from processes import Failure, notes, wait_until
from proxies import SCRIPTS, SOURCES, program

DEBIAN = {"nginx": "nginx-light", "haproxy": "haproxy", "gcc": "gcc", "openssl": "openssl"}


def check_packages(proxies):
    tools = {"gcc", "openssl"}.union(proxies) & DEBIAN.keys()
    missing = sorted(DEBIAN[tool] for tool in tools if not shutil.which(tool))
    if not pathlib.Path("/usr/include/openssl/ssl.h").exists():
        missing.append("libssl-dev")
    if missing:
        raise Failure(f"missing Debian packages; install them with: apt-get install {' '.join(missing)}")
    if not shutil.which("strace"):
        notes["strace"] = "no system calls counted; install what counts them with: apt-get install strace"


def install_peers(names):
    """Installs the peers that are Python packages into the project's own folder, if any is missing."""
    if all(program(name) for name in names):
        return
    if not (SCRIPTS / "pip").exists():
        run_tool(sys.executable, "-m", "venv", SCRIPTS.parent)
    quiet = ("--quiet", "--disable-pip-version-check")
    run_tool(SCRIPTS / "python", "-m", "pip", "install", *quiet, "-r", SOURCES / "peers/requirements.txt")
    for name in names:
        if not program(name):
            raise Failure(f"the packages of {SOURCES / 'peers/requirements.txt'} brought no {name}")


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
    compiler = ["gcc", *"-O2 -march=native -std=gnu17 -Wall -Wextra -Werror".split()]
    run_tool(*compiler, SOURCES / "backend.c", "-o", folder / "backend")
    run_tool(*compiler, *sorted((SOURCES / "load").glob("*.c")), "-o", folder / "load", "-lssl", "-lcrypto")
    run_tool(*compiler, "-shared", "-fPIC", SOURCES / "mallocs.c", "-o", folder / "mallocs.so")


def start_backend(bench):
    """Starts the upstream of all proxies."""
    bench.start([bench.folder / "backend", bench.backend], bench.load_core)
    wait_until(bench.backend.exists, 5, "the stand-in backend did not start")
