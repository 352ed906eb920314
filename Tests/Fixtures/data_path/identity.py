"""Who the backend is told the client is, whatever the client says.

    identity.py forged DOOR COUNT SEED     forged heads and trailers from a stranger; what reached the backend
    identity.py told DOOR CASE…            SOURCE|Name: value|…; what the backend is told for each
"""

import random

from frames import Frames
from upstream import Upstream, answer, answering
from wire import plain, play, request, sealed

# What the gateway writes itself, and how often.
OWN = {"x-forwarded-for", "x-real-ip", "x-forwarded-proto", "x-forwarded-host", "forwarded"}
FAMILY = [
    "X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port",
    "X-Forwarded-Server", "X-Forwarded-Prefix", "X-Forwarded", "Forwarded-For", "X-Client-IP", "True-Client-IP",
    "X-Cluster-Client-IP", "CF-Connecting-IP", "Fastly-Client-IP", "X-Original-Forwarded-For", "X-Original-Host",
    "X-Remote-IP", "X-Remote-Addr", "X-Originating-IP", "X-Envoy-External-Address", "Client-IP", "X-Forwarded-By",
    "WL-Proxy-Client-IP", "Proxy-Client-IP", "X-ProxyUser-Ip",
]
CLAIMS = [
    "127.0.0.1", "::1", "10.0.0.1", "203.0.113.9", "::ffff:127.0.0.1", "::ffff:7f00:1", "[::1]", "[::1]:80", "localhost",
    "127.0.0.1:1234", "127.1", "0x7f000001", "2130706433", "127.0.0.01", "fe80::1%eth0", "unknown", "_hidden", "", ",",
    "127.0.0.1, 127.0.0.1", "203.0.113.9, 127.0.0.1", "127.0.0.1,", " , 127.0.0.1", "for=127.0.0.1",
    'for="[::1]";proto=https', "for=127.0.0.1;by=127.0.0.1", "for=_x, for=127.0.0.1", "\u00a0127.0.0.1",
]


def disguise(name, random_):
    letters = [random_.choice((letter.lower(), letter.upper())) for letter in name]
    separators = random_.choice(["-", "-", "_", "."])
    return "".join(separators if letter == "-" and random_.random() < 0.7 else letter for letter in letters)


def fields(random_):
    return [
        f"{disguise(random_.choice(FAMILY), random_)}: {random_.choice(CLAIMS)}"
        for _ in range(random_.randint(1, 4))
    ]


def is_family(name):
    plain_name = name.lower().replace("_", "-").replace(".", "-")
    return plain_name in {one.lower() for one in FAMILY} or plain_name.startswith("x-forwarded-")


def told(head):
    return {name.lower(): value for name, value in head.fields if is_family(name)}


def forged(door, count, seed):
    """How many of the requests were answered, changed who the client is, or brought a word of theirs to the backend."""
    random_, seen = random.Random(int(seed)), []

    def respond(head, body):
        seen.append(head)
        return answer()

    with Upstream(answering(respond)):
        source = "127.0.0.7"
        client = Frames(source=source) if door == "frames" else (plain if door == "plain" else sealed)(source)
        answered = sum(attempt(client, door, random_) for _ in range(int(count)))
    changed = smuggled = 0
    for head in seen:
        family = [name.lower() for name, _ in head.fields if is_family(name)]
        changed += head.get("x-forwarded-for") != source or head.get("x-real-ip") != source
        smuggled += len(family) != len(set(family)) or not set(family) <= OWN or "127.0.0.1" in str(told(head))
    return {"answered": answered, "seen": len(seen), "changed": changed, "smuggled": smuggled}


def attempt(client, door, random_):
    """One request, one in four with a trailer of the family."""
    head, has_trailer = fields(random_), random_.random() < 0.25
    if door == "frames":
        pairs = [tuple(part.strip() for part in field.lower().split(":", 1)) for field in head]
        if not has_trailer:
            return client.over(client.open("GET", "/", pairs)).status == 200
        stream = client.open("POST", "/", pairs, ends=False)
        client.trailers(stream, [("x-forwarded-for", "127.0.0.1")])
        return client.over(stream).status == 200
    if not has_trailer:
        return client.ask(request("/", fields=head))[0].status == 200
    trailer = fields(random_)
    body = "\r\n".join(["1", "x", "0", *trailer, "", ""]).encode()
    return client.ask(request("/", "POST", [*head, "Transfer-Encoding: chunked"]) + body)[0].status == 200


def tell(door, *cases):
    """What the backend is told for each case."""
    seen = []

    def respond(head, body):
        names = {"client": "x-forwarded-for", "scheme": "x-forwarded-proto", "forwarded": "forwarded"}
        seen.append({name: head.get(field) for name, field in names.items()})
        return answer()

    with Upstream(answering(respond)):
        for case in cases:
            source, *head = case.split("|")
            line = (plain if door == "plain" else sealed)(source)
            line.ask(request("/", fields=head))
            line.close()
    return dict(zip(cases, seen, strict=True))


SCENARIOS = {"forged": forged, "told": tell}

if __name__ == "__main__":
    play(SCENARIOS)
