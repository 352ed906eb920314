"""Clients that never try a request again and never look whether the gateway has closed before they ask on.

    steady_load.py FOLDER        FOLDER/backend.sock becomes the backend's socket, FOLDER/load-port tells the gateway's

They go on until FOLDER/load-finish is there; FOLDER/load-running says that all kinds have begun. Then what is long
ends, and some requests of every kind stay under way; FOLDER/load-held says that they do, and FOLDER/load-release lets
them end. Meanwhile the other clients go on with the connections that they have, until they are told that those end.
Prints JSON.
"""

import asyncio
import itertools
import json
import os
import random
import sys
import zlib

import websockets.asyncio.client

from steady_backend import PAUSE, PIECE, Backend, Stage, count_line, event_line, text
from steady_clients import NAME, Browser, Ledger, Line, Lost, check, context

STREAMS = 6
LONG_PAUSE = 1.5


class Load:
    def __init__(self, port, stage):
        self.port, self.stage, self.ledger = port, stage, Ledger()
        self.contexts = {protocol: context(protocol) for protocol in ("http/1.1", "h2")}
        self.numbers = itertools.count()
        self.certificates, self.tasks = set(), set()

    @property
    def goesOn(self):
        return not self.stage.finishing.is_set()

    async def connect(self, protocol):
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=self.contexts[protocol], server_hostname=NAME)
        self.certificates.add(writer.get_extra_info("ssl_object").getpeercert(binary_form=True))
        return reader, writer

    def short(self, asker):
        """Some request with a short answer."""
        name, size = f"n{next(self.numbers)}", random.choice((20, 2000, 50_000))
        if random.random() < 0.3:
            body = text(name, size)
            pieces = once(body) if isinstance(asker, Browser) else body
            return asker.ask("POST", f"/sink/{name}", f"{name} {size} {zlib.crc32(body)}".encode(), pieces)
        return asker.ask("GET", f"/{random.choice(('plain', 'chunked'))}/{name}/{size}", text(name, size))

    async def keep_alive(self, pause):
        line = Line(self)
        while self.goesOn or line.writer:
            if not await self.ledger.enter("keep-alive", self.short(line)) or line.ends:
                line.hang_up()
            await asyncio.sleep(random.random() * pause)

    async def hesitate(self):
        """Keeps a connection alive with pauses in which a gateway that wants to end soon has lost its patience."""
        line = Line(self)
        while self.goesOn:
            if not await self.ledger.enter("hesitant", self.short(line)) or line.ends:
                line.hang_up()
            await asyncio.sleep(LONG_PAUSE)

    async def start_slowly(self, line):
        """Is let in, and shows only later what it wants."""
        line.reader, line.writer = await asyncio.open_connection("127.0.0.1", self.port)
        await asyncio.sleep(LONG_PAUSE)
        await line.writer.start_tls(self.contexts["http/1.1"], server_hostname=NAME)
        await self.short(line)

    async def streams(self, browser, pause):
        while self.goesOn or not browser.isOut:
            await self.ledger.enter("http2", self.short(browser))
            await asyncio.sleep(random.random() * pause)

    async def one_each(self, kind, work):
        """A connection for each request."""
        while self.goesOn:
            await self.ledger.enter(kind, self.alone(work))
            await asyncio.sleep(random.random() * PAUSE)

    async def alone(self, work):
        line = Line(self)
        try:
            await work(line)
        finally:
            line.hang_up()

    async def talk(self, until, begun=None):
        """Echoes over a WebSocket until told, and ends it as one should."""
        async with websockets.asyncio.client.connect(
                f"wss://{NAME}/socket", host="127.0.0.1", port=self.port, ssl=self.contexts["http/1.1"],
                server_hostname=NAME, proxy=None, ping_interval=None) as socket:
            for number in itertools.count():
                await socket.send(text(f"m{number}", 1000).decode())
                check((await socket.recv()).encode(), text(f"m{number}", 1000))
                if not number and begun:
                    begun()
                if until(number):
                    break
                await asyncio.sleep(PAUSE)
        if socket.close_code != 1000:
            raise Lost(f"WebSocket closed with {socket.close_code}")

    async def pieces(self, until):
        for number in itertools.count():
            yield text(f"p{number}", PIECE)
            if until(number):
                return
            await asyncio.sleep(PAUSE)

    def after(self, count):
        return lambda number: number >= count

    def begin(self):
        self.stage.begun += 1

    def hold(self):
        self.stage.held += 1

    async def long(self):
        """One of each kind that lasts as long as the whole test, so that it sees every change from one connection."""
        isOver, enter, alone = (lambda _: not self.goesOn), self.ledger.enter, self.alone
        await asyncio.gather(
            enter("long download", alone(lambda line: line.read_lines("/count/long", count_line)), None),
            enter("long events", alone(lambda line: line.read_lines("/events/long", event_line)), None),
            enter("long upload", alone(lambda line: line.upload("/sink/long", "long", self.pieces(isOver))), None),
            enter("long websocket", self.talk(isOver, self.begin), None))

    async def held(self):
        """Some of each kind, which are under way when the gateway is stopped."""
        isOver, enter = (lambda _: self.stage.released.is_set()), self.ledger.enter
        browser, held = Browser(self), [f"h{number}" for number in range(6)]
        body = [piece async for piece in self.pieces(self.after(1))]
        sums = f"held {sum(map(len, body))} {zlib.crc32(b''.join(body))}".encode()

        async def halves():
            yield body[0]
            await self.stage.released.wait()
            yield body[1]

        works = [enter("held", Line(self).ask("GET", f"/held/{name}/9000", text(name, 9000))) for name in held[:3]]
        works += [enter("held http2", browser.ask("GET", f"/held/{name}/9000", text(name, 9000))) for name in held[3:]]
        works += [
            enter("held http2 upload", browser.ask("POST", "/heldsink/held", sums, halves())),
            enter("held upload", Line(self).upload("/heldsink/held", "held", halves())),
            enter("held download", Line(self).read_lines("/count/held", count_line)),
            enter("held events", Line(self).read_lines("/events/held", event_line)),
            enter("held websocket", self.talk(isOver, self.hold)),
        ]
        tasks = [asyncio.create_task(work) for work in works]
        while self.stage.held < len(tasks) and not self.ledger.lost:
            await asyncio.sleep(PAUSE)
        self.stage.say("held")
        await asyncio.gather(*tasks)

    async def run(self):
        passing = [self.one_each("new connection", self.short) for _ in range(3)] + [
            self.one_each("download", lambda line: line.read_lines("/count/20", count_line)),
            self.one_each("events", lambda line: line.read_lines("/events/20", event_line)),
            self.one_each("upload", lambda line: line.upload("/sink/some", "some", self.pieces(self.after(20)))),
            self.one_each("websocket", lambda line: self.talk(self.after(10))),
            self.one_each("slow start", self.start_slowly),
            self.hesitate(),
        ]
        staying = [self.keep_alive(pause) for pause in (0, 0.01, 0.01, 0.05, 0.3)]
        for pause in (0.02, 0.2):
            browser = Browser(self)
            staying += [self.streams(browser, pause) for _ in range(STREAMS)]
        staying = [asyncio.create_task(work) for work in staying]
        passing = [asyncio.create_task(work) for work in passing + [self.long()]]
        while len(self.ledger.answered) < 9 or self.stage.begun < 3:
            await asyncio.sleep(PAUSE)
        self.stage.say("running")
        await asyncio.gather(*passing)
        await self.held()
        await asyncio.gather(*staying)


async def once(piece):
    yield piece


async def main():
    stage = Stage(sys.argv[1])
    server = await Backend(stage).listen(f"{stage.folder}/backend.sock")
    load = Load(await stage.read("port"), stage)
    listening = asyncio.create_task(stage.listen())
    await load.run()
    listening.cancel()
    server.close()
    ledger = load.ledger
    print(json.dumps({
        "sent": ledger.sent, "answered": ledger.answered, "lost": ledger.lost, "refused": ledger.refused,
        "reasons": ledger.reasons, "requests": ledger.sent.total(), "certificates": len(load.certificates),
    }), flush=True)
    # What is left are the backend's connections, and tasks that wait for them.
    os._exit(0)


asyncio.run(main())
