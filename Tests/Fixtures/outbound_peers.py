"""What stands between a company's machine and a provider: a CONNECT proxy that wants a login, and the provider's TLS.

Called with a folder that holds tls.pem (certificate and key) and with the port of a plain stand-in. Writes ports.json
("proxy", "tls") there when both listen, every CONNECT that was let through as a line of connects.log, and what the provider
is sent to requests.log. The proxy finds the one host that it knows, whatever the name, and only by the tunnel can that name be reached.
"""

import asyncio
import base64
import json
import os
import ssl
import sys

LOGIN = "Basic " + base64.b64encode(b"tuner:p@ss").decode()


async def pour(reader, writer, log=None):
    try:
        while data := await reader.read(65536):
            if log:
                with open(log, "ab") as file:
                    file.write(data)
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def relay(reader, writer, port, log=None):
    up_reader, up_writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.gather(pour(reader, up_writer, log), pour(up_reader, writer))


class Proxy:
    def __init__(self, folder, port):
        self.log = os.path.join(folder, "connects.log")
        self.port = port

    async def serve(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split("\r\n")[0].split(" ")
        fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        if method != "CONNECT" or fields.get("proxy-authorization") != LOGIN.lower():
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            writer.close()
            return
        with open(self.log, "a") as log:
            log.write(target + "\n")
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await relay(reader, writer, self.port)


async def main(folder, stand_in):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(os.path.join(folder, "tls.pem"))
    log = os.path.join(folder, "requests.log")
    provider = await asyncio.start_server(lambda r, w: relay(r, w, stand_in, log), "127.0.0.1", 0, ssl=context)
    tls = provider.sockets[0].getsockname()[1]
    proxy = await asyncio.start_server(Proxy(folder, tls).serve, "127.0.0.1", 0)
    ports = {"tls": tls, "proxy": proxy.sockets[0].getsockname()[1]}
    with open(os.path.join(folder, "ports.new"), "w") as file:
        json.dump(ports, file)
    os.rename(os.path.join(folder, "ports.new"), os.path.join(folder, "ports.json"))
    while not os.path.exists(os.path.join(folder, "peers-finish")):
        await asyncio.sleep(0.02)
    print("{}")
    sys.stdout.flush()
    os._exit(0)


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
