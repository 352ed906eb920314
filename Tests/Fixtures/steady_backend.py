"""The backend that steady_load.py puts behind the gateway, and what both ends of an HTTP/1.1 connection need.

Every answer can be told from every other: it holds what was asked for. What is long lasts until the stage says so.
"""

import asyncio
import os
import zlib

from websockets.frames import Opcode
from websockets.server import ServerProtocol

PIECE = 16 * 1024
PAUSE = 0.02


class Stage:
    """What both sides wait for; the test speaks by making files, and is answered in the same way."""

    def __init__(self, folder):
        self.folder = folder
        self.finishing = asyncio.Event()
        self.released = asyncio.Event()
        self.begun, self.held = 0, 0

    def say(self, name):
        open(f"{self.folder}/load-{name}", "w").close()

    async def read(self, name):
        path = f"{self.folder}/load-{name}"
        while not os.path.exists(path):
            await asyncio.sleep(PAUSE)
        with open(path) as file:
            return file.read()

    async def listen(self):
        for name, event in (("finish", self.finishing), ("release", self.released)):
            await self.read(name)
            event.set()


async def read_head(reader):
    """The first line's words and the fields, by their names in small letters."""
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = dict(line.split(":", 1) for line in lines[1:] if line)
    return lines[0].split(" "), {name.lower(): value.strip() for name, value in fields.items()}


async def read_body(reader, fields):
    """The body's pieces as they come; one that ends too early is an error."""
    if fields.get("transfer-encoding") == "chunked":
        while size := int(await reader.readuntil(b"\r\n"), 16):
            yield (await reader.readexactly(size + 2))[:-2]
        while await reader.readuntil(b"\r\n") != b"\r\n":
            pass
        return
    left = int(fields.get("content-length", 0))
    while left:
        piece = await reader.readexactly(min(left, PIECE))
        left -= len(piece)
        yield piece


def chunk(piece):
    return b"%x\r\n%b\r\n" % (len(piece), piece)


def text(name, size):
    """A body that belongs to this name only."""
    return (f"{name} " * (size // (len(name) + 1) + 1)).encode()[:size]


def count_line(number):
    return b"%09d\n" % number


def event_line(number):
    return b"data: %d\n\n" % number


class Backend:
    def __init__(self, stage):
        self.stage = stage

    async def listen(self, path):
        return await asyncio.start_unix_server(self.serve, path, backlog=1024)

    async def serve(self, reader, writer):
        try:
            while await self.exchange(reader, writer):
                pass
        except (EOFError, OSError):
            pass
        writer.close()

    async def exchange(self, reader, writer):
        """Answers one request. Returns whether another may follow."""
        (_, target, _), fields = await read_head(reader)
        _, kind, *words = target.split("/")
        if kind == "socket":
            await self.echo(reader, writer, target, fields)
            return False
        if kind in ("sink", "heldsink"):
            await self.sink(reader, writer, fields, words[0], isHeld=kind == "heldsink")
        elif kind in ("count", "events"):
            await self.stream(writer, count_line if kind == "count" else event_line, words[0])
        elif kind not in ("plain", "chunked", "held"):
            # Somebody asks how we are.
            self.answer(writer, b"{}")
        else:
            if kind == "held":
                self.stage.held += 1
                await self.stage.released.wait()
            self.answer(writer, text(words[0], int(words[1])), isChunked=kind == "chunked")
        await writer.drain()
        return True

    def answer(self, writer, body, isChunked=False):
        if isChunked:
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for index in range(0, len(body), PIECE):
                writer.write(chunk(body[index:index + PIECE]))
            writer.write(b"0\r\n\r\n")
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    async def sink(self, reader, writer, fields, name, isHeld):
        size, sum_, isFirst = 0, 0, True
        async for piece in read_body(reader, fields):
            size, sum_ = size + len(piece), zlib.crc32(piece, sum_)
            if isFirst and isHeld:
                self.stage.held += 1
            isFirst = False
        self.answer(writer, f"{name} {size} {sum_}".encode())

    async def stream(self, writer, line, length):
        """Lines one after the other: so many, or until the long ones end, or what is held is let go."""
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        limit = int(length) if length.isdigit() else None
        end = {"long": self.stage.finishing, "held": self.stage.released}.get(length)
        number = 0
        while number != limit and not (end and end.is_set()):
            writer.write(chunk(line(number)))
            await writer.drain()
            number += 1
            if number == 1 and length == "held":
                self.stage.held += 1
            if number == 1 and length == "long":
                self.stage.begun += 1
            await asyncio.sleep(PAUSE)
        writer.write(chunk(b"end\n") + b"0\r\n\r\n")

    async def echo(self, reader, writer, target, fields):
        protocol = ServerProtocol()
        head = f"GET {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        protocol.receive_data(head.encode() + b"\r\n")
        while True:
            for event in protocol.events_received():
                if not hasattr(event, "opcode"):
                    protocol.send_response(protocol.accept(event))
                elif event.opcode is Opcode.TEXT:
                    protocol.send_text(event.data)
            for piece in protocol.data_to_send():
                if piece:
                    writer.write(piece)
                else:
                    return
            await writer.drain()
            piece = await reader.read(PIECE)
            if not piece:
                return protocol.receive_eof()
            protocol.receive_data(piece)
