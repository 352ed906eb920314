"""Plays the parts around a gateway's life that a test cannot play from inside: the service manager that hands it
listening sockets, the successor that dies, and clients that do not try again. Prints facts as one JSON object.

    lifecycle.py CASE BINARIES FOLDER        the cases are the functions at the end
"""

import array
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

PATIENCE = 60


def until(what, condition, patience=PATIENCE):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            value = condition()
        except OSError:
            value = None
        if value:
            return value
        time.sleep(0.01)
    raise SystemExit(f"never happened: {what}")


def free_port():
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


class Backend:
    """Answers everything with "ok", and GET /slow with 200 pieces over some seconds."""

    PIECES = 200

    def __init__(self, path):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(512)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        received = b""
        with connection:
            while True:
                while b"\r\n\r\n" not in received:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    received += piece
                head, received = received.split(b"\r\n\r\n", 1)
                if head.startswith(b"GET /slow"):
                    self.answer_slowly(connection)
                else:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    def answer_slowly(self, connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (self.PIECES * 1000))
        for _ in range(self.PIECES):
            connection.sendall(b"x" * 1000)
            time.sleep(0.1)


class Gateway:
    """A gateway without a supervisor, and all that it starts."""

    def __init__(self, binaries, folder, workers=2, **more):
        self.folder, self.socket = folder, f"{folder}/run/gateway.sock"
        self.tls, self.local = free_port(), free_port()
        self.binary = f"{folder}/bin/tunergate-gateway"
        os.makedirs(f"{folder}/bin", exist_ok=True)
        os.makedirs(f"{folder}/run", exist_ok=True)
        self.original = f"{binaries}/tunergate-gateway"
        self.install(self.original)
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": folder, "SIMPLETUNER_STATE_DIR": folder,
            "TUNERGATE_TLS_LISTEN": f"127.0.0.1:{self.tls}", "TUNERGATE_LOCAL_LISTEN": f"127.0.0.1:{self.local}",
            "TUNERGATE_WORKERS": str(workers), **more,
        }
        if "LD_LIBRARY_PATH" in os.environ:
            self.environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
        self.backend = Backend(f"{folder}/run/backend.sock")
        self.log = open(f"{folder}/gateway.log", "ab")

    def install(self, executable):
        """Replaces the executable as a package manager does: by a rename."""
        shutil.copy(executable, self.binary + ".new")
        os.chmod(self.binary + ".new", 0o755)
        os.rename(self.binary + ".new", self.binary)

    def start(self, **more):
        # Not this process's child for long: what it starts outlives it, as it does with a service manager.
        subprocess.Popen(
            [self.binary], env={**self.environment, **more}, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        until("the gateway served", lambda: self.get("/health")[0] == 200)
        return until("the gateway took commands", lambda: self.status()["pid"])

    def get(self, target):
        connection = http.client.HTTPConnection("127.0.0.1", self.local, timeout=PATIENCE)
        try:
            connection.request("GET", target)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def connect(self):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(PATIENCE)
        connection.connect(self.socket)
        return connection

    def control(self, method, target):
        with self.connect() as connection:
            connection.sendall(f"{method} {target} HTTP/1.1\r\nHost: g\r\n\r\n".encode())
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
        head, body = answer.split(b"\r\n\r\n", 1)
        return int(head.split()[1]), body

    def status(self):
        return json.loads(self.control("GET", "/status")[1])

    def upgrade(self):
        status, body = self.control("POST", "/upgrade")
        return status, json.loads(body)

    def processes(self):
        """Those that run, oldest first; a zombie has no environment any more."""
        marker = f"SIMPLETUNER_STATE_DIR={self.folder}".encode()
        found = []
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/environ", "rb") as file:
                    if marker in file.read().split(b"\0"):
                        found.append(int(name))
            except OSError:
                pass
        return sorted(found)

    def kill(self):
        for process in self.processes():
            os.kill(process, signal.SIGKILL)

    def ended(self, process):
        return process not in self.processes()


class Clients:
    """Clients that count every request which did not get its answer."""

    def __init__(self, gateway):
        self.gateway, self.stopped = gateway, threading.Event()
        self.done, self.lost, self.lock = 0, [], threading.Lock()
        self.slow_bytes = 0
        self.threads = [threading.Thread(target=self.keep_alive) for _ in range(3)]
        self.threads += [threading.Thread(target=self.one_each) for _ in range(3)]
        self.slow = threading.Thread(target=self.download)
        for thread in self.threads + [self.slow]:
            thread.start()

    def ask(self, connection, target="/work"):
        connection.request("GET", target)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise OSError(f"status {answer.status}")
        return answer, body

    def count(self, problem=None):
        with self.lock:
            self.done += 1
            if problem:
                self.lost.append(repr(problem))

    def one_each(self):
        while not self.stopped.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self.gateway.local, timeout=PATIENCE)
            try:
                self.ask(connection)
                self.count()
            except (OSError, http.client.HTTPException) as problem:
                self.count(problem)
            connection.close()
            time.sleep(0.005)

    def keep_alive(self):
        connection = None
        while not self.stopped.is_set():
            try:
                if connection is None:
                    connection = http.client.HTTPConnection("127.0.0.1", self.gateway.local, timeout=PATIENCE)
                    connection.connect()
                answer, _ = self.ask(connection)
                self.count()
                if answer.will_close:
                    connection = None
            except (OSError, http.client.HTTPException) as problem:
                self.count(problem)
                connection = None
            time.sleep(0.005)

    def download(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.gateway.local, timeout=PATIENCE)
        try:
            _, body = self.ask(connection, "/slow")
            self.slow_bytes = len(body)
        except (OSError, http.client.HTTPException) as problem:
            self.count(problem)

    def stop(self):
        self.stopped.set()
        for thread in self.threads + [self.slow]:
            thread.join()


def swaps(gateway):
    """Ten binaries one after the other, with different numbers of workers."""
    facts = {"pids": [gateway.start()], "answers": [], "sockets": []}
    clients = Clients(gateway)
    for _ in range(10):
        time.sleep(0.2)
        status, body = gateway.upgrade()
        facts["answers"].append(status)
        facts["pids"].append(gateway.status()["pid"])
        facts["said"] = body.get("pid")
        facts["sockets"].append(sum(item["sockets"] for item in gateway.status()["listeners"]))
    clients.stop()
    newest = facts["pids"][-1]
    until("the old gateways were gone", lambda: gateway.processes() == [newest])
    return {**facts, "requests": clients.done, "lost": clients.lost, "slow_bytes": clients.slow_bytes}


def workers(gateway):
    """Successors with more and with fewer workers, whose sockets all have to be served."""
    facts = {"sockets": [], "served": 0}
    gateway.start()
    for count in (5, 1, 3):
        # The environment is what the successor starts with: it is given by hand here, as a package's script might.
        old = gateway.status()["pid"]
        subprocess.Popen(
            [gateway.binary], env={**gateway.environment, "TUNERGATE_WORKERS": str(count), "TUNERGATE_TAKEOVER": "1"},
            stdin=subprocess.DEVNULL, stdout=gateway.log, stderr=gateway.log)
        until("the successor served", lambda: gateway.status()["pid"] != old)
        until("the predecessor ended", lambda: gateway.ended(old))
        facts["sockets"].append([item["sockets"] for item in gateway.status()["listeners"]])
        # A hundred connections hash to every socket of the port: one that nobody serves would hang.
        facts["served"] += sum(gateway.get("/health")[0] == 200 for _ in range(100))
    return facts


def midway(gateway):
    """Successors that die at every stage; the old gateway goes on and can be upgraded afterwards."""
    first = gateway.start()
    facts = {"goes_on": []}

    def take_sockets():
        connection = gateway.connect()
        connection.sendall(b"POST /takeover HTTP/1.1\r\nHost: g\r\n\r\n")
        received, descriptors = b"", []
        while not received.endswith((b"T", b"L")) or b"\r\n\r\n" not in received:
            piece, ancillary, _, _ = connection.recvmsg(65536, socket.CMSG_SPACE(253 * 4))
            received += piece
            for _, _, data in ancillary:
                numbers = array.array("i")
                numbers.frombytes(data)
                descriptors += numbers
        return connection, descriptors

    def check():
        status = gateway.status()
        facts["goes_on"].append(
            status["pid"] == first and status["phase"] == "serving" and gateway.get("/health")[0] == 200)

    connection, descriptors = take_sockets()
    facts["descriptors"] = len(descriptors)
    second, refused = gateway.control("POST", "/takeover")
    facts["second"] = second
    for descriptor in descriptors:
        os.close(descriptor)
    connection.close()
    check()

    # One that has even taken the control socket's name dies.
    connection, descriptors = take_sockets()
    thief = socket.socket(socket.AF_UNIX)
    thief.bind(gateway.socket + ".thief")
    thief.listen()
    os.rename(gateway.socket + ".thief", gateway.socket)
    thief.close()
    for descriptor in descriptors:
        os.close(descriptor)
    connection.close()
    until("the old gateway had its name again", lambda: gateway.status())
    check()

    # One whose executable cannot live.
    with open(f"{gateway.folder}/broken", "w") as file:
        file.write("#!/bin/sh\nexit 3\n")
    gateway.install(f"{gateway.folder}/broken")
    facts["broken"], facts["detail"] = gateway.upgrade()
    check()

    gateway.install(gateway.original)
    facts["good"], _ = gateway.upgrade()
    facts["upgraded"] = gateway.status()["pid"] != first
    until("the old gateway was gone", lambda: gateway.ended(first))
    return facts


def activation(gateway):
    """The service manager's sockets and notices; the sockets survive an upgrade, whatever the settings say."""
    def listener():
        opened = socket.socket()
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(("127.0.0.1", 0))
        opened.listen(64)
        return opened

    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(f"{gateway.folder}/notify.sock")
    manager.settimeout(PATIENCE)
    tls, local = listener(), listener()
    child = os.fork()
    if child == 0:
        # 3 and 4 may be in use here: both are moved out of the way first.
        spare = [os.dup2(tls.fileno(), 203), os.dup2(local.fileno(), 204)]
        os.dup2(spare[1], 3)
        os.dup2(spare[0], 4)
        for descriptor in spare:
            os.close(descriptor)
        os.dup2(gateway.log.fileno(), 2)
        os.execve(gateway.binary, [gateway.binary], {
            **gateway.environment, "LISTEN_FDS": "2", "LISTEN_PID": str(os.getpid()), "LISTEN_FDNAMES": "local:tls",
            "NOTIFY_SOCKET": f"{gateway.folder}/notify.sock",
        })
    gateway.local = local.getsockname()[1]
    port = tls.getsockname()[1]
    tls.close()
    local.close()
    notices = [manager.recv(4096).decode()]
    facts = {"health": gateway.get("/health")[0], "pid": gateway.status()["pid"] == child}
    facts["listeners"] = sorted(item["address"] for item in gateway.status()["listeners"])
    facts["expected"] = sorted([f"127.0.0.1:{gateway.local}", f"127.0.0.1:{port}"])
    facts["reload"], _ = gateway.control("POST", "/reload")
    notices += [manager.recv(4096).decode() for _ in range(2)]
    facts["upgrade"], body = gateway.upgrade()
    notices += sorted(manager.recv(4096).decode() for _ in range(2))
    facts["after"] = sorted(item["address"] for item in gateway.status()["listeners"])
    facts["health_after"] = gateway.get("/health")[0]
    os.waitpid(child, 0)
    gateway.control("POST", "/stop")
    notices.append(manager.recv(4096).decode())
    until("all gateways were gone", lambda: not gateway.processes())
    facts["notices"] = [notice.split("=")[0] for notice in "".join(notices).split("\n") if notice]
    facts["main"] = f"MAINPID={body.get('pid')}\n" in notices
    return facts


def reloads(gateway):
    """A hundred reloads, every second one of bad settings, under clients that do not try again."""
    path = f"{gateway.folder}/settings.yaml"

    def write(text):
        with open(path + ".new", "w") as file:
            file.write(text)
        os.rename(path + ".new", path)

    write("")
    first = gateway.start(TUNERGATE_CONFIG=path)
    clients = Clients(gateway)
    answers = []
    for number in range(50):
        write(f"limits:\n  idle_seconds: {60 + number % 2}\n")
        answers.append(gateway.control("POST", "/reload")[0])
        write("limits:\n  idle_seconds: never\n")
        answers.append(gateway.control("POST", "/reload")[0])
        time.sleep(0.02)
    clients.stop()
    return {
        "answers": answers, "requests": clients.done, "lost": clients.lost, "slow_bytes": clients.slow_bytes,
        "same": gateway.status()["pid"] == first,
    }


def supervised(gateway):
    """Upgrades under a supervisor: one that fails, and one whose new gateway dies while the old one still finishes."""
    for name in ("tunergate", "tunergate-backend"):
        shutil.copy(os.path.join(os.path.dirname(gateway.original), name), f"{gateway.folder}/bin/{name}")
    # The supervisor's backend wants the socket; the play's own one is enough here.
    gateway.environment["TUNERGATE_UPSTREAM"] = f"unix:{gateway.folder}/own.sock"
    Backend(f"{gateway.folder}/own.sock")
    os.remove(f"{gateway.folder}/run/backend.sock")
    supervisor = subprocess.Popen(
        [f"{gateway.folder}/bin/tunergate", "up"], env=gateway.environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=gateway.log)
    first = until("the gateway took commands", lambda: gateway.status()["pid"])
    facts = {}

    with open(f"{gateway.folder}/broken", "w") as file:
        file.write("#!/bin/sh\nexit 78\n")
    gateway.install(f"{gateway.folder}/broken")
    facts["broken"], _ = gateway.upgrade()
    facts["goes_on"] = gateway.status()["pid"] == first and supervisor.poll() is None

    gateway.install(gateway.original)
    with socket.create_connection(("127.0.0.1", gateway.local), timeout=PATIENCE) as client:
        client.sendall(b"GET /slow HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n")
        received = len(client.recv(65536))
        facts["good"], body = gateway.upgrade()
        os.kill(body["pid"], signal.SIGKILL)
        third = until("a third gateway served", lambda: gateway.status()["pid"])
        facts["third"] = third not in (first, body["pid"])
        facts["health"] = gateway.get("/health")[0]
        facts["old_finishes"] = first in gateway.processes()
        while piece := client.recv(65536):
            received += len(piece)
    facts["received"] = received > 200_000
    until("the first gateway was gone", lambda: gateway.ended(first))
    supervisor.terminate()
    facts["code"] = supervisor.wait(PATIENCE)
    facts["left"] = gateway.processes()
    return facts


def cut(gateway, hasten):
    """A download that takes longer than a stop may."""
    first = gateway.start(TUNERGATE_DRAIN_SECONDS="60" if hasten else "1")
    with socket.create_connection(("127.0.0.1", gateway.local), timeout=PATIENCE) as client:
        client.sendall(b"GET /slow HTTP/1.1\r\nHost: g\r\n\r\n")
        received = client.recv(65536)
        os.kill(first, signal.SIGTERM)
        until("the gateway drained", lambda: gateway.status()["phase"] == "draining")
        if hasten:
            os.kill(first, signal.SIGTERM)
        try:
            while piece := client.recv(65536):
                received += piece
        except ConnectionResetError:
            pass
    until("the gateway ended", lambda: gateway.ended(first))
    with open(f"{gateway.folder}/gateway.log") as log:
        lines = [json.loads(line) for line in log]
    told = [line["extra"] for line in lines if "are cut" in line["message"]]
    return {"received": len(received), "told": told, "name_left": os.path.exists(gateway.socket)}


def deadline(gateway):
    return cut(gateway, hasten=False)


def twice(gateway):
    return cut(gateway, hasten=True)


def stale(gateway):
    """A killed gateway leaves its name; a living one's is not taken; what is no socket is not removed."""
    first = gateway.start()
    os.kill(first, signal.SIGKILL)
    until("the gateway was gone", lambda: gateway.ended(first))
    facts = {"left": os.path.exists(gateway.socket)}
    facts["again"] = gateway.start() != first
    second = subprocess.run([gateway.binary], env=gateway.environment, capture_output=True, timeout=PATIENCE)
    facts["second"], facts["words"] = second.returncode, second.stderr.decode().strip().split("\n")[-1]
    facts["undisturbed"] = gateway.status()["phase"] == "serving"
    gateway.control("POST", "/stop")
    until("the gateway was gone", lambda: not gateway.processes())
    facts["removed"] = not os.path.exists(gateway.socket)
    with open(gateway.socket, "w") as file:
        file.write("mine")
    third = subprocess.run([gateway.binary], env=gateway.environment, capture_output=True, timeout=PATIENCE)
    with open(gateway.socket) as file:
        facts["third"], facts["kept"] = third.returncode, file.read() == "mine"
    return facts


def crowd(gateway):
    """Control clients that say nothing are bounded in number and time, and keep nobody else out for long."""
    gateway.start()
    silent = [gateway.connect() for _ in range(40)]
    # Closed at once, or when its time is over.
    closed = sum(client.recv(1) == b"" for client in silent)
    return {"closed": closed, "status": gateway.status()["phase"]}


def main():
    case, binaries, folder = sys.argv[1:]
    gateway = Gateway(binaries, folder)
    try:
        facts = globals()[case](gateway)
    finally:
        gateway.kill()
    print(json.dumps(facts))
    sys.stdout.flush()
    os._exit(0)


main()
