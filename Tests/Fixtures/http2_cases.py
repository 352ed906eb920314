"""The public conformance cases of HTTP/2 and HPACK, run against a server: 146, numbered as h2spec numbers them.

    http2_cases.py --port P [--host H] [--path P] [--cacert F] [--only ID] [--exact] [--attacks [--stall-seconds N]]
                   [--source ADDRESS] [--preface HEX]

Prints one line per case and a closing line. Each case says what is sent and what must come back; where several answers
conform, any will do. With --exact an error must also carry the code that the RFC names, and be told before the
connection ends; and the cases that the public list leaves out unless asked (strict/…) run too. --attacks runs the
second list, in http2_attacks.py. --source is the address to come from, --preface what is sent ahead of TLS.
"""

import argparse
import sys

from http2_client import *

PROTOCOL, FLOW, STREAM_CLOSED, SIZE, REFUSED, COMPRESSION = 1, 3, 5, 6, 7, 9
LONG = "x" * 4000


class Failed(Exception):
    pass


class Skipped(Exception):
    pass


# What must come back. Each takes a connection and raises Failed.

def expect(c, wanted, is_wanted, is_wrong=lambda frame: False):
    """Reads until a frame is the one that is wanted."""
    seen = []
    for frame in c.frames():
        if is_wanted(frame):
            return frame
        seen.append(str(frame))
        if is_wrong(frame):
            break
    raise Failed(f"wanted {wanted}, got {'; '.join(seen[-3:])}")


def names(codes):
    return " or ".join(CODES[code] for code in codes)


def connection_error(*codes):
    def check(c):
        expect(
            c, f"GOAWAY {names(codes)}",
            lambda f: f.type == GOAWAY and f.code in codes or f == CLOSED and not c.target.exact,
            lambda f: c.target.exact and f.type == GOAWAY)
    return check


def stream_error(*codes, stream=None):
    def check(c):
        def is_error(f):
            return f.type in (RST_STREAM, GOAWAY) and f.code in codes and (stream in (None, f.stream) or f.stream == 0)
        expect(
            c, f"RST_STREAM or GOAWAY {names(codes)}",
            lambda f: is_error(f) or f == CLOSED and not c.target.exact,
            lambda f: c.target.exact and f.type in (RST_STREAM, GOAWAY))
    return check


def frame_of(type, **values):
    def check(c):
        return expect(
            c, f"{TYPES[type]} {values or ''}",
            lambda f: f.type == type and all(
                (len(f.payload) if name == "length" else getattr(f, name)) == value for name, value in values.items()),
            # The first of its kind decides, as far as it can.
            lambda f: f.type == type and "length" in values)
    return check


def closed(c):
    expect(c, "the connection's end", lambda f: f == CLOSED)


def answered(stream=1):
    return frame_of(HEADERS, stream=stream)


def ping_answered(payload=bytes(8)):
    return frame_of(PING, flags=ACK, payload=payload)


def ping_answered_or_closed(c):
    expect(c, "PING ACK or the end", lambda f: f == CLOSED or f.type == PING and f.flags & ACK)


def until_stream_ends(c):
    expect(c, "the end of the answer", lambda f: f.ends_stream)


def settings_acknowledged(c):
    expect(c, "SETTINGS ACK", lambda f: f.type == SETTINGS and f.flags & ACK)


# The table: number, what is sent in words, the frames, what must come back. A function with a case's own steps stands
# in place of frames and answer where one exchange is not enough.

def sends(*pieces):
    """Pieces are bytes, or functions of the connection that give bytes."""
    return lambda c: c.send(*[piece(c) if callable(piece) else piece for piece in pieces])


def request(stream=1, **how):
    return lambda c: c.request(stream, **how)


def post(stream=1, **how):
    return request(stream, method="POST", end=False, **how)


def with_block(before=b"", after=b""):
    return lambda c: c.request(block=before + c.block(c.target.fields()) + after)


def fields_of(change):
    """A request whose list of fields was changed."""
    return lambda c: c.request(block=c.block(change(c.target.fields())))


def with_field(*pairs):
    return fields_of(lambda fields: fields + list(pairs))


def without(name):
    return fields_of(lambda fields: [field for field in fields if field[0] != name])


def long_continuation(stream=1, end=True):
    return lambda c: continuation(stream, c.block([("x-long", LONG)]), end)


def trailers(*pairs, end=True):
    return lambda c: c.request(block=c.block(list(pairs)), end=end)


PING_BYTES = b"\x00tuner\xff\x01"
# RFC 7541, appendix C: custom-key and custom-value, in the clear and Huffman-coded.
KEY, VALUE = string(b"custom-key"), string(b"custom-value")
HUFFMAN_KEY = b"\x88\x25\xa8\x49\xe9\x5b\xa9\x7d\x7f"
HUFFMAN_VALUE = b"\x89\x25\xa8\x49\xe9\x5b\xb8\xe8\xb4\xbf"
AGENT = 58  # user-agent in the static table

FIELDS = [
    ("with incremental indexing", 6, 0x40), ("without indexing", 4, 0x00), ("never indexed", 4, 0x10),
]


def literal_cases():
    number = 2
    for words, bits, first in FIELDS:
        for name, coded in [("a known name", integer(AGENT, bits, first)), ("a new name", bytes([first]))]:
            for kind, key, value in [("in the clear", KEY, VALUE), ("Huffman-coded", HUFFMAN_KEY, HUFFMAN_VALUE)]:
                block = coded + (b"" if name == "a known name" else key) + value
                yield (f"generic/5/{number}", f"a literal field {words}, {name}, {kind}",
                       sends(with_block(after=block)), answered())
                number += 1


def preface_only(c):
    c.send(PREFACE, settings((INITIAL_WINDOW, 65535)))
    first = c.read()
    if first.type != SETTINGS or first.flags & ACK:
        raise Failed(f"wanted SETTINGS first, got {first}")


def bad_preface(c):
    c.send(b"PRY * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(40))
    closed(c)


def ping_with_ack(c):
    c.send(ping(b"unasked!", ACK), ping(PING_BYTES))
    expect(c, "one answer", lambda f: f.type == PING and f.flags & ACK and f.payload == PING_BYTES,
           lambda f: f.type == PING and f.payload == b"unasked!")


def after_the_answer(*pieces, then):
    def run(c):
        c.send(c.request())
        until_stream_ends(c)
        sends(*pieces)(c)
        then(c)
    return run


def too_many_streams(c):
    limit = c.server_settings.get(MAX_STREAMS)
    if limit is None:
        raise Skipped("the server has no limit")
    c.send(settings((INITIAL_WINDOW, 0)), *[c.request(1 + 2 * index) for index in range(limit + 1)])
    stream_error(PROTOCOL, REFUSED)(c)


def needs_body(c, least):
    """The length of the answer's body decides whether a case says anything."""
    with Connection(c.target) as other:
        other.handshake()
        other.send(other.request())
        length = 0
        for f in other.frames():
            length += len(f.payload) if f.type == DATA else 0
            if f.ends_stream:
                break
    if length < least:
        raise Skipped("the answer's body is too short")


def window(*values, least=1):
    def run(c):
        needs_body(c, least)
        c.send(settings(*[(INITIAL_WINDOW, value) for value in values]))
        settings_acknowledged(c)
        c.send(c.request())
        frame_of(DATA, length=1)(c)
    return run


def window_opens_later(c):
    needs_body(c, 1)
    c.send(settings((INITIAL_WINDOW, 0)))
    settings_acknowledged(c)
    c.send(c.request(), settings((INITIAL_WINDOW, 1)))
    # The answer may come before or after the acknowledgement; the one byte decides.
    frame_of(DATA, length=1)(c)


def negative_window(c):
    needs_body(c, 5)
    c.send(settings((INITIAL_WINDOW, 3)))
    settings_acknowledged(c)
    c.send(c.request())
    expect(c, "DATA", lambda f: f.type == DATA)
    c.send(settings((INITIAL_WINDOW, 2)))
    settings_acknowledged(c)
    c.send(window_update(1, 2))
    frame_of(DATA, length=1)(c)


def too_large_table(c):
    size = c.server_settings.get(HEADER_TABLE_SIZE, 4096) + 1
    c.send(with_block(before=integer(size, 5, 0x20))(c))
    connection_error(COMPRESSION)(c)


def stream_window_open(*between):
    """A request whose answer waits for a window."""
    return [settings((INITIAL_WINDOW, 0)), request(), *between, window_update(1, 1)]


UNKNOWN = frame(0x16, 0, 0, bytes(8))
BAD_PAD = lambda c: (lambda block: frame(HEADERS, END_STREAM | END_HEADERS | PADDED, 1, bytes([len(block) + 2]) + block))(
    c.block(c.target.fields()))
TEST = ("x-test", "ok")

CASES = [
    # How a connection begins and what every server takes.
    ("generic/1/1", "the client's preface", preface_only, None),
    ("generic/2/1", "PRIORITY on an idle stream", sends(priority(1), ping(PING_BYTES)), ping_answered(PING_BYTES)),
    ("generic/2/2", "WINDOW_UPDATE on a half-closed stream", sends(*stream_window_open()), frame_of(DATA)),
    ("generic/2/3", "PRIORITY on a half-closed stream", sends(*stream_window_open(priority(1))), frame_of(DATA)),
    ("generic/2/4", "RST_STREAM on a half-closed stream", sends(request(), reset(1), ping(PING_BYTES)),
     ping_answered_or_closed),
    ("generic/2/5", "PRIORITY on a closed stream",
     after_the_answer(priority(1), ping(PING_BYTES), then=ping_answered(PING_BYTES)), None),
    ("generic/3.1/1", "a DATA frame", sends(post(), data(1)), answered()),
    ("generic/3.1/2", "several DATA frames", sends(post(), data(1, end=False), data(1)), answered()),
    ("generic/3.1/3", "a DATA frame with padding",
     sends(post(), frame(DATA, END_STREAM | PADDED, 1, b"\x06test" + bytes(6))), answered()),
    ("generic/3.2/1", "a HEADERS frame", sends(request()), answered()),
    ("generic/3.2/2", "a HEADERS frame with padding", sends(request(pad=8)), answered()),
    ("generic/3.2/3", "a HEADERS frame with a priority", sends(request(depends={})), answered()),
    ("generic/3.3/1", "PRIORITY with the least weight", sends(priority(1, weight=0), request()), answered()),
    ("generic/3.3/2", "PRIORITY with the greatest weight", sends(priority(1, weight=255), request()), answered()),
    ("generic/3.3/3", "PRIORITY that depends on a stream", sends(priority(3, depends_on=1), request()), answered()),
    ("generic/3.3/4", "PRIORITY that excludes", sends(priority(1, exclusive=True), request()), answered()),
    ("generic/3.3/5", "PRIORITY on an idle stream, then a request on a lower one", sends(priority(3), request()),
     answered()),
    ("generic/3.4/1", "RST_STREAM", sends(request(end=False), reset(1), ping(PING_BYTES)), ping_answered_or_closed),
    ("generic/3.5/1", "SETTINGS with all six known values",
     sends(settings((HEADER_TABLE_SIZE, 4096), (ENABLE_PUSH, 1), (MAX_STREAMS, 100), (INITIAL_WINDOW, 65535),
                    (MAX_FRAME, 16384), (MAX_HEADER_LIST, 100))), settings_acknowledged),
    ("generic/3.7/1", "PING", sends(ping(PING_BYTES)), ping_answered(PING_BYTES)),
    ("generic/3.8/1", "GOAWAY", sends(frame(GOAWAY, 0, 0, bytes(8) + b"bye"), ping(PING_BYTES)),
     ping_answered_or_closed),
    ("generic/3.9/1", "WINDOW_UPDATE of the connection", sends(window_update(0, 1), ping(PING_BYTES)),
     ping_answered(PING_BYTES)),
    ("generic/3.9/2", "WINDOW_UPDATE of a stream", sends(request(), window_update(1, 1)), answered()),
    ("generic/3.10/1", "a block in two frames",
     sends(lambda c: in_parts(c, 5)), answered()),
    ("generic/3.10/2", "a block in three frames", sends(lambda c: in_parts(c, 5, 10)), answered()),
    ("generic/4/1", "GET", sends(request()), answered()),
    ("generic/4/2", "HEAD", sends(request(method="HEAD")), answered()),
    ("generic/4/3", "POST", sends(post(), data(1)), answered()),
    ("generic/4/4", "POST with trailers",
     sends(post(extra=[("trailer", "x-test")]), data(1, end=False), trailers(TEST)), answered()),
    ("generic/5/1", "an indexed field", sends(with_block(after=integer(AGENT, 7, 0x80))), answered()),
    *literal_cases(),
    ("generic/5/14", "a size update of the dynamic table", sends(with_block(before=b"\x20")), answered()),
    ("generic/5/15", "two size updates of the dynamic table",
     sends(with_block(before=integer(128, 5, 0x20) + integer(4096, 5, 0x20))), answered()),

    # RFC 9113 (7540), section by section: what must be refused, and how.
    ("http2/3.5/1", "the client's preface", preface_only, None),
    ("http2/3.5/2", "a preface that is none", bad_preface, None),
    ("http2/4.1/1", "a frame of unknown type", sends(UNKNOWN, ping(PING_BYTES)), ping_answered(PING_BYTES)),
    ("http2/4.1/2", "PING with flags that mean nothing", sends(ping(PING_BYTES, 0x16)), ping_answered(PING_BYTES)),
    ("http2/4.1/3", "PING with the reserved bit", sends(frame(PING, 0, 0x80000000, PING_BYTES)),
     ping_answered(PING_BYTES)),
    ("http2/4.2/1", "DATA of 16384 bytes", sends(post(), data(1, bytes(16384))), answered()),
    ("http2/4.2/2", "DATA one byte larger than allowed",
     sends(post(), lambda c: data(1, bytes(c.server_settings.get(MAX_FRAME, 16384) + 1))), stream_error(SIZE)),
    ("http2/4.2/3", "HEADERS larger than allowed",
     sends(request(extra=[(f"x-long{index}", LONG) for index in range(5)])), connection_error(SIZE)),
    ("http2/4.3/1", "a block that is cut off", sends(frame(HEADERS, END_STREAM | END_HEADERS, 1, b"\x40")),
     connection_error(COMPRESSION)),
    ("http2/4.3/2", "PRIORITY within a block",
     sends(request(end=False, end_headers=False), priority(1), long_continuation()), connection_error(PROTOCOL)),
    ("http2/4.3/3", "HEADERS of another stream within a block",
     sends(request(end=False, end_headers=False), request(3), long_continuation()), connection_error(PROTOCOL)),
    ("http2/5.1/1", "DATA on an idle stream", sends(data(1)), connection_error(PROTOCOL)),
    ("http2/5.1/2", "RST_STREAM on an idle stream", sends(reset(1)), connection_error(PROTOCOL)),
    ("http2/5.1/3", "WINDOW_UPDATE on an idle stream", sends(window_update(1, 100)), connection_error(PROTOCOL)),
    ("http2/5.1/4", "CONTINUATION on an idle stream",
     sends(lambda c: continuation(1, c.block(c.target.fields()))), connection_error(PROTOCOL)),
    ("http2/5.1/5", "DATA on a half-closed stream", sends(request(), data(1)), stream_error(STREAM_CLOSED)),
    ("http2/5.1/6", "HEADERS on a half-closed stream", sends(request(), request()), stream_error(STREAM_CLOSED)),
    ("http2/5.1/7", "CONTINUATION on a half-closed stream",
     sends(request(), lambda c: continuation(1, c.block(c.target.fields()))), stream_error(STREAM_CLOSED, PROTOCOL)),
    ("http2/5.1/8", "DATA after RST_STREAM", sends(request(end=False), reset(1), data(1)),
     stream_error(STREAM_CLOSED)),
    ("http2/5.1/9", "HEADERS after RST_STREAM", sends(request(end=False), reset(1), request()),
     stream_error(STREAM_CLOSED)),
    ("http2/5.1/10", "CONTINUATION after RST_STREAM", sends(request(end=False), reset(1), long_continuation()),
     stream_error(STREAM_CLOSED, PROTOCOL)),
    ("http2/5.1/11", "DATA on a stream that was answered",
     after_the_answer(data(1), then=stream_error(STREAM_CLOSED)), None),
    ("http2/5.1/12", "HEADERS on a stream that was answered",
     after_the_answer(request(), then=connection_error(STREAM_CLOSED)), None),
    ("http2/5.1/13", "CONTINUATION on a stream that was answered",
     after_the_answer(long_continuation(), then=connection_error(STREAM_CLOSED, PROTOCOL)), None),
    ("http2/5.1.1/1", "a request on an even stream", sends(request(2)), connection_error(PROTOCOL)),
    ("http2/5.1.1/2", "a request on a lower stream than the last", sends(request(5), request(3)),
     connection_error(PROTOCOL)),
    ("http2/5.1.2/1", "one stream more than allowed", too_many_streams, None),
    ("http2/5.3.1/1", "HEADERS that depend on their own stream", sends(request(depends={"depends_on": 1})),
     stream_error(PROTOCOL)),
    ("http2/5.3.1/2", "PRIORITY that depends on its own stream", sends(priority(1, depends_on=1)),
     stream_error(PROTOCOL)),
    ("http2/5.4.1/1", "PING on a stream: the connection ends", sends(frame(PING, 0, 3, bytes(8))), closed),
    ("http2/5.5/1", "a frame of an unknown extension", sends(UNKNOWN, ping(PING_BYTES)), ping_answered(PING_BYTES)),
    ("http2/5.5/2", "a frame of an unknown extension within a block", sends(request(end_headers=False), UNKNOWN),
     connection_error(PROTOCOL)),
    ("http2/6.1/1", "DATA on stream 0", sends(data(0)), connection_error(PROTOCOL)),
    ("http2/6.1/2", "DATA on a stream that takes none", sends(request(method="POST"), data(1)),
     stream_error(STREAM_CLOSED)),
    ("http2/6.1/3", "DATA with more padding than frame",
     sends(post(extra=[("content-length", "4")]), frame(DATA, END_STREAM | PADDED, 1, b"\x06test")),
     connection_error(PROTOCOL)),
    ("http2/6.2/1", "HEADERS without the end of the block, then PRIORITY",
     sends(request(end=False, end_headers=False), priority(1), long_continuation()), connection_error(PROTOCOL)),
    ("http2/6.2/2", "HEADERS without the end of the block, then HEADERS of another stream",
     sends(request(end=False, end_headers=False), request(3), long_continuation()), connection_error(PROTOCOL)),
    ("http2/6.2/3", "HEADERS on stream 0", sends(request(0)), connection_error(PROTOCOL)),
    ("http2/6.2/4", "HEADERS with more padding than frame", sends(BAD_PAD), stream_error(PROTOCOL)),
    ("http2/6.3/1", "PRIORITY on stream 0", sends(priority(0)), connection_error(PROTOCOL)),
    ("http2/6.3/2", "PRIORITY of four bytes", sends(request(), frame(PRIORITY, 0, 1, b"\x80\x00\x00\x01")),
     stream_error(SIZE)),
    ("http2/6.4/1", "RST_STREAM on stream 0", sends(reset(0)), connection_error(PROTOCOL)),
    ("http2/6.4/2", "RST_STREAM on an idle stream", sends(reset(1)), connection_error(PROTOCOL)),
    ("http2/6.4/3", "RST_STREAM of three bytes", sends(request(), frame(RST_STREAM, 0, 1, bytes(3))),
     stream_error(SIZE)),
    ("http2/6.5/1", "SETTINGS that acknowledge and say something", sends(frame(SETTINGS, ACK, 0, b"\x00")),
     connection_error(SIZE)),
    ("http2/6.5/2", "SETTINGS on a stream", sends(frame(SETTINGS, 0, 1, b"\x00\x03\x00\x00\x00\x64")),
     connection_error(PROTOCOL)),
    ("http2/6.5/3", "SETTINGS of eight bytes", sends(frame(SETTINGS, 0, 0, b"\x00\x03\x00\x00\x00\x64\x00\x02")),
     stream_error(PROTOCOL, SIZE)),
    ("http2/6.5.2/1", "push allowed by 2", sends(settings((ENABLE_PUSH, 2))), connection_error(PROTOCOL)),
    ("http2/6.5.2/2", "a window above the greatest", sends(settings((INITIAL_WINDOW, 1 << 31))),
     connection_error(FLOW)),
    ("http2/6.5.2/3", "frames smaller than the least", sends(settings((MAX_FRAME, 16383))),
     connection_error(PROTOCOL)),
    ("http2/6.5.2/4", "frames larger than the greatest", sends(settings((MAX_FRAME, 1 << 24))),
     connection_error(PROTOCOL)),
    ("http2/6.5.2/5", "a setting that is unknown", sends(settings((0xff, 1)), ping(PING_BYTES)),
     ping_answered(PING_BYTES)),
    ("http2/6.5.3/1", "the same setting twice: the second counts", window(100, 1), None),
    ("http2/6.5.3/2", "SETTINGS are acknowledged", sends(settings((ENABLE_PUSH, 0))), settings_acknowledged),
    ("http2/6.7/1", "PING", sends(ping(PING_BYTES)), ping_answered(PING_BYTES)),
    ("http2/6.7/2", "an answer to a PING that was not sent", ping_with_ack, None),
    ("http2/6.7/3", "PING on a stream", sends(frame(PING, 0, 1, bytes(8))), connection_error(PROTOCOL)),
    ("http2/6.7/4", "PING of six bytes", sends(frame(PING, 0, 0, bytes(6))), connection_error(SIZE)),
    ("http2/6.8/1", "GOAWAY on a stream", sends(frame(GOAWAY, 0, 1, bytes(8))), connection_error(PROTOCOL)),
    ("http2/6.9/1", "the connection's window opened by nothing", sends(window_update(0, 0)),
     connection_error(PROTOCOL)),
    ("http2/6.9/2", "a stream's window opened by nothing", sends(request(end=False), window_update(1, 0)),
     stream_error(PROTOCOL)),
    ("http2/6.9/3", "WINDOW_UPDATE of three bytes", sends(frame(WINDOW_UPDATE, 0, 0, b"\x00\x00\x01")),
     connection_error(SIZE)),
    ("http2/6.9.1/1", "a window of one byte gets one byte", window(1), None),
    ("http2/6.9.1/2", "the connection's window opened too far",
     sends(window_update(0, (1 << 31) - 1), window_update(0, (1 << 31) - 1)), frame_of(GOAWAY, code=FLOW)),
    ("http2/6.9.1/3", "a stream's window opened too far",
     sends(request(end=False), window_update(1, (1 << 31) - 1), window_update(1, (1 << 31) - 1)),
     frame_of(RST_STREAM, stream=1, code=FLOW)),
    ("http2/6.9.2/1", "a new first window holds for streams that are open", window_opens_later, None),
    ("http2/6.9.2/2", "a window below zero", negative_window, None),
    ("http2/6.9.2/3", "a first window above the greatest", sends(settings((INITIAL_WINDOW, 1 << 31))),
     connection_error(FLOW)),
    ("http2/6.10/1", "two CONTINUATION frames",
     sends(request(end_headers=False), long_continuation(end=False), long_continuation()), answered()),
    ("http2/6.10/2", "CONTINUATION, then DATA",
     sends(post(end_headers=False), long_continuation(end=False), data(1)), connection_error(PROTOCOL)),
    ("http2/6.10/3", "CONTINUATION on stream 0", sends(request(end_headers=False), long_continuation(0)),
     connection_error(PROTOCOL)),
    ("http2/6.10/4", "CONTINUATION after a whole block", sends(request(), long_continuation()),
     connection_error(PROTOCOL)),
    ("http2/6.10/5", "CONTINUATION after the last CONTINUATION",
     sends(request(end_headers=False), long_continuation(), long_continuation()), connection_error(PROTOCOL)),
    ("http2/6.10/6", "DATA within a block, then CONTINUATION",
     sends(post(end_headers=False), data(1), long_continuation(end=False), long_continuation(0)),
     connection_error(PROTOCOL)),
    ("http2/7/1", "GOAWAY with a code that nobody knows",
     sends(frame(GOAWAY, 0, 0, bytes(7) + b"\xff"), ping(PING_BYTES)), ping_answered_or_closed),
    ("http2/7/2", "RST_STREAM with a code that nobody knows", sends(post(), reset(1, 0xff), ping(PING_BYTES)),
     ping_answered(PING_BYTES)),
    ("http2/8.1/1", "trailers that do not end the stream",
     sends(post(), data(1, end=False), trailers(TEST, end=False)), stream_error(PROTOCOL)),
    ("http2/8.1.2/1", "a name in upper case", sends(with_field(("X-TEST", "ok"))), stream_error(PROTOCOL)),
    ("http2/8.1.2.1/1", "a pseudo-field that is unknown", sends(with_field((":test", "ok"))), stream_error(PROTOCOL)),
    ("http2/8.1.2.1/2", "a pseudo-field of answers", sends(with_field((":status", "200"))), stream_error(PROTOCOL)),
    ("http2/8.1.2.1/3", "a pseudo-field among trailers",
     sends(post(), data(1, end=False), trailers((":method", "POST"), end=False)), stream_error(PROTOCOL)),
    ("http2/8.1.2.1/4", "a pseudo-field after another field", sends(fields_of(lambda fields: [TEST] + fields)),
     stream_error(PROTOCOL)),
    ("http2/8.1.2.2/1", "a field of the connection", sends(with_field(("connection", "keep-alive"))),
     stream_error(PROTOCOL)),
    ("http2/8.1.2.2/2", "te with more than trailers",
     sends(with_field(("trailers", "test"), ("te", "trailers, deflate"))), stream_error(PROTOCOL)),
    ("http2/8.1.2.3/1", "an empty path",
     sends(fields_of(lambda fields: [(name, "" if name == ":path" else value) for name, value in fields])),
     stream_error(PROTOCOL)),
    ("http2/8.1.2.3/2", "no method", sends(without(":method")), stream_error(PROTOCOL)),
    ("http2/8.1.2.3/3", "no scheme", sends(without(":scheme")), stream_error(PROTOCOL)),
    ("http2/8.1.2.3/4", "no path", sends(without(":path")), stream_error(PROTOCOL)),
    ("http2/8.1.2.3/5", "two methods", sends(with_field((":method", "GET"))), stream_error(PROTOCOL)),
    ("http2/8.1.2.3/6", "two schemes", sends(with_field((":scheme", "https"))), stream_error(PROTOCOL)),
    ("http2/8.1.2.3/7", "two paths", sends(with_field((":path", "/"))), stream_error(PROTOCOL)),
    ("http2/8.1.2.6/1", "a body longer than its content-length",
     sends(post(extra=[("content-length", "1")]), data(1)), stream_error(PROTOCOL)),
    ("http2/8.1.2.6/2", "a body in two frames longer than its content-length",
     sends(post(extra=[("content-length", "1")]), data(1, end=False), data(1)), stream_error(PROTOCOL)),
    ("http2/8.2/1", "PUSH_PROMISE from a client",
     sends(lambda c: frame(PUSH_PROMISE, END_HEADERS, 1, b"\x00\x00\x00\x03" + c.block(c.target.fields()))),
     connection_error(PROTOCOL)),

    # RFC 7541.
    ("hpack/2.3.3/1", "an indexed field beyond the tables", sends(with_block(after=integer(70, 7, 0x80))),
     connection_error(COMPRESSION)),
    ("hpack/2.3.3/2", "a literal field whose name is beyond the tables",
     sends(with_block(after=integer(70, 6, 0x40) + b"\x00")), connection_error(COMPRESSION)),
    ("hpack/4.2/1", "a size update at the end of a block", sends(with_block(after=b"\x21")),
     connection_error(COMPRESSION)),
    ("hpack/5.2/1", "Huffman padding of more than seven bits",
     sends(with_block(after=b"\x00" + HUFFMAN_KEY + b"\x8a" + HUFFMAN_VALUE[1:] + b"\xff")),
     connection_error(COMPRESSION)),
    ("hpack/5.2/2", "Huffman padding of zeros",
     sends(with_block(after=b"\x00" + HUFFMAN_KEY + HUFFMAN_KEY[:-1] + b"\x00")), connection_error(COMPRESSION)),
    ("hpack/5.2/3", "the end symbol within a Huffman string",
     sends(with_block(after=b"\x00" + HUFFMAN_KEY + b"\x85\xff\xff\xff\xfc\xff")), connection_error(COMPRESSION)),
    ("hpack/6.1/1", "an indexed field with index 0", sends(with_block(after=b"\x80")), connection_error(COMPRESSION)),
    ("hpack/6.3/1", "a size update above what the server allows", too_large_table, None),
]


def in_parts(c, *cuts):
    """A request whose block is cut at these places."""
    block = c.block(c.target.fields())
    bounds = [0, *cuts, len(block)]
    parts = [block[start:end] for start, end in zip(bounds, bounds[1:])]
    first = c.request(block=parts[0], end_headers=False)
    return first + b"".join(continuation(1, part, part is parts[-1]) for part in parts[1:])


# What the public list runs only when asked to be strict, and what the same sections say beyond it.
STRICT_CASES = [
    ("strict/4.1/1", "the largest frame of unknown type", sends(frame(0xfa, 0xff, 0, bytes(16384)), ping(PING_BYTES)),
     ping_answered(PING_BYTES)),
    ("strict/4.3/1", "size updates after fields",
     sends(with_block(after=b"\x20" + integer(4096, 5, 0x20))), connection_error(COMPRESSION)),
    ("strict/5.1.1/1", "HEADERS twice on a stream above the first", sends(request(5), request(5)),
     stream_error(STREAM_CLOSED)),
    ("strict/5.4.1/1", "PING on a stream: GOAWAY comes before the end", sends(frame(PING, 0, 3, bytes(8))),
     frame_of(GOAWAY, code=PROTOCOL)),
    ("strict/6.1/1", "DATA that is nothing but padding", sends(post(), frame(DATA, END_STREAM | PADDED, 1, b"\x00")),
     answered()),
    ("strict/6.1/2", "DATA without room for the length of its padding",
     sends(post(), frame(DATA, END_STREAM | PADDED, 1, b"")), connection_error(PROTOCOL, SIZE)),
    ("strict/6.4/1", "RST_STREAM twice", sends(request(end=False), reset(1), reset(1), ping(PING_BYTES)),
     ping_answered(PING_BYTES)),
    ("strict/6.9/1", "WINDOW_UPDATE on a stream that was answered",
     after_the_answer(window_update(1, 1), ping(PING_BYTES), then=ping_answered(PING_BYTES)), None),
    ("strict/6.9.1/1", "more DATA than the connection's window",
     lambda c: more_than_window(c), None),
    ("strict/8.1.2/1", "an empty name", sends(with_block(after=b"\x00\x00\x01a")), stream_error(PROTOCOL)),
    ("strict/8.1.2/2", "a line break in a value", sends(with_field(("x-test", "a\r\nb: c"))), stream_error(PROTOCOL)),
    ("strict/8.1.2/3", "NUL in a value", sends(with_field(("x-test", "a\0b"))), stream_error(PROTOCOL)),
    ("strict/8.1.2/4", "a colon in a name", sends(with_field(("x:test", "ok"))), stream_error(PROTOCOL)),
    ("strict/8.1.2/5", "a blank in a name", sends(with_field(("x test", "ok"))), stream_error(PROTOCOL)),
    ("strict/8.1.2/6", "a blank before a value", sends(with_field(("x-test", " ok"))), stream_error(PROTOCOL)),
    ("strict/8.1.2.2/1", "transfer-encoding", sends(with_field(("transfer-encoding", "chunked"))),
     stream_error(PROTOCOL)),
    ("strict/8.1.2.2/2", "upgrade", sends(with_field(("upgrade", "websocket"))), stream_error(PROTOCOL)),
    ("strict/8.1.2.2/3", "keep-alive", sends(with_field(("keep-alive", "timeout=5"))), stream_error(PROTOCOL)),
    ("strict/8.1.2.2/4", "proxy-connection", sends(with_field(("proxy-connection", "close"))), stream_error(PROTOCOL)),
    ("strict/8.1.2.2/5", "te: trailers", sends(with_field(("te", "trailers"))), answered()),
    ("strict/8.1.2.3/1", "a line break in the path",
     sends(fields_of(lambda fields: [(name, "/ HTTP/1.1\r\nx: y" if name == ":path" else value) for name, value in fields])),
     stream_error(PROTOCOL)),
    ("strict/8.1.2.3/2", "a blank in the method",
     sends(fields_of(lambda fields: [(name, "GET /a" if name == ":method" else value) for name, value in fields])),
     stream_error(PROTOCOL)),
    ("strict/8.1.2.3/3", "two authorities", sends(with_field((":authority", "other.example"))),
     stream_error(PROTOCOL)),
    ("strict/8.1.2.6/1", "a body shorter than its content-length",
     sends(post(extra=[("content-length", "9")]), data(1)), stream_error(PROTOCOL)),
    ("strict/8.1.2.6/2", "no body where content-length promises one",
     sends(request(method="POST", extra=[("content-length", "9")])), stream_error(PROTOCOL)),
    ("strict/8.1.2.6/3", "two lengths that differ",
     sends(post(extra=[("content-length", "4"), ("content-length", "5")]), data(1)), stream_error(PROTOCOL)),
]


def more_than_window(c):
    """Many frames at once against a stream whose backend takes its time; a server whose window never closes passes."""
    c.send(post()(c), *[data(1, bytes(16384), end=False) for _ in range(2000)], seconds=c.target.patience)
    c.send(data(1, b"", end=True), seconds=c.target.patience)
    expect(c, "an error of flow control, an answer or the end",
           lambda f: f == CLOSED or f.type in (RST_STREAM, GOAWAY, HEADERS))


def run_case(target, case):
    number, _, steps, then = case
    with Connection(target) as c:
        if not number.endswith(("generic/1/1", "http2/3.5/1", "http2/3.5/2")):
            c.handshake()
        steps(c)
        if then:
            then(c)


def run(target, cases, run_one):
    """Runs each case, and says how it went; the number of those that failed."""
    counts = {"ok": 0, "FAIL": 0, "skip": 0}
    for case in cases:
        outcome, why = "ok", ""
        try:
            run_one(target, case)
        except Skipped as reason:
            outcome, why = "skip", f": {reason}"
        except (Failed, OSError) as reason:
            outcome, why = "FAIL", f": {reason}"
        counts[outcome] += 1
        print(f"{outcome:5}{case[0]:18}{case[1]}{why}", flush=True)
    print(f"{counts['ok']} passed, {counts['FAIL']} failed, {counts['skip']} skipped")
    return counts["FAIL"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", default="/")
    parser.add_argument("--cacert")
    parser.add_argument("--only", default="")
    parser.add_argument("--exact", action="store_true")
    parser.add_argument("--attacks", action="store_true")
    parser.add_argument("--patience", type=float, default=2.0)
    parser.add_argument("--source")
    parser.add_argument("--preface", type=bytes.fromhex, default=b"")
    parser.add_argument("--stall-seconds", type=float, default=30)
    arguments = parser.parse_args()
    target = Target(arguments.host, arguments.port, arguments.path, arguments.cacert, arguments.patience,
                    arguments.source, arguments.preface)
    target.exact = arguments.exact
    target.stall_seconds = arguments.stall_seconds
    if arguments.attacks:
        from http2_attacks import ATTACKS, run_attack
        cases, run_one = ATTACKS, run_attack
    else:
        cases, run_one = CASES + (STRICT_CASES if arguments.exact else []), run_case
    sys.exit(1 if run(target, [case for case in cases if case[0].startswith(arguments.only)], run_one) else 0)


if __name__ == "__main__":
    sys.modules["http2_cases"] = sys.modules["__main__"]
    main()
