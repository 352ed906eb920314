"""Swaps a gateway's certificate again and again as Kubernetes does, and asks until the new one is shown.

Usage: certificate_swaps.py PORT FOLDER COUNT. The folder has tls.crt and tls.key, links into ..data. One connection stays
open the whole time and is used after every swap. Prints JSON.
"""

import json
import os
import shutil
import ssl
import socket
import subprocess
import sys
import time

PATIENCE = 30


def make(folder, number):
    revision = f"{folder}/..{number}"
    os.mkdir(revision)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "2",
         "-keyout", revision + "/tls.key", "-out", revision + "/tls.crt", "-subj", f"/CN=revision {number}",
         "-addext", "subjectAltName=DNS:swap.test"],
        check=True, capture_output=True)
    os.symlink(f"..{number}", folder + "/..new")
    os.rename(folder + "/..new", folder + "/..data")
    for name in os.listdir(folder):
        if name.startswith("..") and name not in ("..data", f"..{number}"):
            shutil.rmtree(f"{folder}/{name}")


def connect(port):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE), server_hostname="swap.test")


def shown(port, folder):
    with connect(port) as connection:
        der = connection.getpeercert(binary_form=True)
    with open(folder + "/tls.crt") as file:
        return der == ssl.PEM_cert_to_DER_cert(file.read())


def ask(connection):
    connection.sendall(b"GET /health HTTP/1.1\r\nHost: swap.test\r\n\r\n")
    return connection.recv(4096).startswith(b"HTTP/1.1 200")


port, folder, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
kept = connect(port)
served, answered, slowest = 0, 0, 0
for number in range(1, count + 1):
    make(folder, number)
    start = time.monotonic()
    while not shown(port, folder):
        if time.monotonic() - start > PATIENCE:
            sys.exit(f"revision {number} was never shown")
        time.sleep(0.02)
    slowest = max(slowest, time.monotonic() - start)
    served += 1
    answered += ask(kept)
print(json.dumps({"served": served, "answered": answered, "slowest": round(slowest, 3)}))
