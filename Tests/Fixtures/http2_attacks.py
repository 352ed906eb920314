"""Attacks on an HTTP/2 server, each by one connection that keeps to the letter of most frames and not to their spirit.

A case passes when the attacker was told so (GOAWAY) or cut off before the attack was over, and a second connection was
served while the first was still there. All of it is bounded: by frames and by seconds.
"""

import time

from http2_cases import Failed, needs_body
from http2_client import *

FRAMES = 20_000
BATCH = 50


def is_told(frame):
    return frame == CLOSED or frame.type == GOAWAY


def was_told(c):
    """Looks at what came so far, without waiting."""
    while True:
        frame = c.read(until=time.monotonic() + 0.0005)
        if is_told(frame):
            return True
        if frame == QUIET:
            return False


def flood(make, count=FRAMES, first=None, is_read=True):
    """Sends `count` pieces, numbered; the attacker may not get to the end of them."""
    def run(c):
        if first:
            c.send(first(c))
        for start in range(0, count, BATCH):
            if not c.send(*[make(c, index) for index in range(start, min(start + BATCH, count))], seconds=3):
                break
            if is_read and was_told(c):
                return
        wait_until_told(c, 5)
    return run


def wait_until_told(c, seconds):
    for frame in c.frames(seconds):
        if is_told(frame):
            return
    raise Failed("the attacker was neither told nor cut off")


def stream_of(index):
    return 1 + 2 * index


def open_then(spoil, **how):
    """A new stream each time, then what makes the server reset it."""
    def make(c, index):
        return c.request(stream_of(index), method="POST", end=False, **how) + spoil(c, stream_of(index))
    return make


def bomb(name, value, count):
    """One field put into the dynamic table, then named again and again by one byte each."""
    def run(c):
        block = c.block(c.target.fields())
        block += bytes([0x40]) + string(name.encode()) + string(value) + b"\xbe" * count
        c.send(frame(HEADERS, END_STREAM | END_HEADERS, 1, block))
        for f in c.frames(5):
            if is_told(f) or f.type == RST_STREAM or f.type == HEADERS and f.status != 200:
                return
            if f.type == HEADERS:
                raise Failed("the request was served")
        raise Failed("the request was neither refused nor served")
    return run


def bombs_without_end(c):
    """A bomb on each stream of many: refusing them one by one is work too, so the connection must end."""
    block = c.block(c.target.fields())
    first = bytes([0x40]) + string(b"x-bomb") + string(b"a" * 4000)
    def make(c, index):
        return frame(HEADERS, END_STREAM | END_HEADERS, stream_of(index), block + (first if index == 0 else b"") + b"\xbe" * 8000)
    flood(make, 1000)(c)


def unfinished_block(c):
    """A block that is begun and never ended holds the whole connection."""
    c.send(c.request(end_headers=False))
    wait_until_told(c, c.target.stall_seconds + 5)


def stalled_windows(c):
    """Answers that may not be sent hold buffers and streams: they must not for ever."""
    streams = min(c.server_settings.get(MAX_STREAMS, 100), 100)
    c.send(settings((INITIAL_WINDOW, 0)), *[c.request(stream_of(index)) for index in range(streams)])
    wait_until_dropped(c, streams, lambda: None)


def dripping_windows(c):
    """A window that opens by a byte now and then is no better than a closed one."""
    needs_body(c, 1000)
    c.send(settings((INITIAL_WINDOW, 0)), *[c.request(stream_of(index)) for index in range(10)])
    wait_until_dropped(c, 10, lambda: c.send(*[window_update(stream_of(index), 1) for index in range(10)]))


def wait_until_dropped(c, streams, nudge):
    """Until every stream was reset or the connection ended."""
    dropped = set()
    until = time.monotonic() + 2 * c.target.stall_seconds + 5
    while time.monotonic() < until:
        nudge()
        f = c.read(until=time.monotonic() + 0.5)
        if f.type == RST_STREAM:
            dropped.add(f.stream)
        if is_told(f) or len(dropped) == streams:
            return
    raise Failed(f"{streams - len(dropped)} of {streams} streams still wait for a window")


ATTACKS = [
    ("rapid-reset", "requests that are cancelled at once",
     flood(lambda c, index: c.request(stream_of(index)) + reset(stream_of(index)))),
    ("reset-again", "RST_STREAM on one stream that was reset",
     flood(lambda c, index: reset(1), first=lambda c: c.request() + reset(1))),
    ("made-you-reset/1", "requests, each spoiled by opening its window by nothing",
     flood(open_then(lambda c, stream: window_update(stream, 0)))),
    ("made-you-reset/2", "requests, each spoiled by opening its window too far",
     flood(open_then(lambda c, stream: window_update(stream, (1 << 31) - 1)))),
    ("made-you-reset/3", "requests, each spoiled by a body longer than promised",
     flood(open_then(lambda c, stream: data(stream), extra=[("content-length", "1")]))),
    ("made-you-reset/4", "requests, each spoiled by a priority of the wrong size",
     flood(open_then(lambda c, stream: frame(PRIORITY, 0, stream, bytes(4))))),
    ("made-you-reset/5", "requests, each spoiled by trailers with a pseudo-field",
     flood(open_then(lambda c, stream: c.request(stream, block=c.block([(":path", "/")]))))),
    ("malformed", "requests with a name in upper case",
     flood(lambda c, index: c.request(stream_of(index), extra=[("X-Test", "a")]))),
    ("continuation/1", "a block in empty frames without end",
     flood(lambda c, index: continuation(1, b"", end=False), first=lambda c: c.request(end_headers=False))),
    ("continuation/2", "a block in full frames without end",
     flood(lambda c, index: continuation(1, literal("x-long", "a" * 16000), end=False), 2000,
           first=lambda c: c.request(end_headers=False))),
    ("continuation/3", "a block that is never ended", unfinished_block),
    ("bomb/1", "a large field named 8000 times", bomb("x-bomb", b"a" * 4000, 8000)),
    ("bomb/2", "a cookie named 8000 times", bomb("cookie", b"a=b", 8000)),
    ("bomb/3", "an empty field named 8000 times", bomb("x", b"", 8000)),
    ("bomb/4", "a bomb on each of 1000 streams", bombs_without_end),
    ("stall/1", "requests whose windows stay closed", stalled_windows),
    ("stall/2", "requests whose windows open by a byte now and then", dripping_windows),
    ("empty/1", "DATA without bytes",
     flood(lambda c, index: data(1, b"", end=False), first=lambda c: c.request(method="POST", end=False))),
    ("empty/2", "DATA that is nothing but padding",
     flood(lambda c, index: frame(DATA, PADDED, 1, b"\x00"), first=lambda c: c.request(method="POST", end=False))),
    ("settings/1", "SETTINGS, their acknowledgements read", flood(lambda c, index: settings((MAX_STREAMS, 100)))),
    ("settings/2", "SETTINGS, their acknowledgements unread",
     flood(lambda c, index: settings((MAX_STREAMS, 100)), is_read=False)),
    ("settings/3", "acknowledgements of SETTINGS that were never sent",
     flood(lambda c, index: frame(SETTINGS, ACK, 0))),
    ("ping/1", "PING, their answers read", flood(lambda c, index: ping(bytes(8)))),
    ("ping/2", "PING, their answers unread", flood(lambda c, index: ping(bytes(8)), is_read=False)),
    ("ping/3", "answers to PINGs that were never sent", flood(lambda c, index: ping(bytes(8), ACK))),
    ("priority", "PRIORITY", flood(lambda c, index: priority(stream_of(index)))),
]


def run_attack(target, attack):
    _, _, run = attack
    with Connection(target) as c:
        c.handshake()
        run(c)
        serves_others(target)


def serves_others(target):
    with Connection(target) as other:
        other.handshake()
        other.send(other.request())
        for f in other.frames(5):
            if f.type == HEADERS and f.status == 200:
                return
    raise Failed("a second connection was not served")
