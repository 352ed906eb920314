"""How often a client may ask, seen from clients at several addresses.

    limits.py SCENARIO DOOR …
"""

import json
import time

from frames import Frames
from upstream import Upstream, answer, answering
from wire import plain, play, request, sealed

# What the backend says of limits reaches a client only where the gateway has none for it.
BACKENDS = ["X-RateLimit-Limit: 7", "x-ratelimit-remaining: 7", "RateLimit: 7", "X-Other: stays"]


# Clients of one door are none of another's.
NETS = {"plain": 1, "sealed": 2, "frames": 3}


class Client:
    """Asks by one door, from one address or the door's own of that number, on one connection as long as it is kept."""

    def __init__(self, door, source):
        self.door, self.line = door, None
        self.source = source if isinstance(source, str) else f"127.0.{NETS[door]}.{source}"

    def ask(self, target, method="GET", fields=()):
        """Status, fields by name, body."""
        if self.door == "frames":
            self.line = self.line or Frames(source=self.source)
            pairs = [tuple(part.strip().lower() for part in field.split(":", 1)) for field in fields]
            stream = self.line.over(self.line.open(method, target, pairs))
            return stream.status, dict(stream.fields), bytes(stream.body)
        self.line = self.line or (plain if self.door == "plain" else sealed)(self.source)
        head, body = self.line.ask(request(target, method, fields))
        if (head.get("connection") or "").lower() == "close":
            self.line = None
        return head.status, {name.lower(): value for name, value in head.fields}, body


def serving():
    return Upstream(answering(lambda head, body: answer("served", fields=BACKENDS)))


def limit(fields):
    """The gateway's limit; none where the backend's own word is there."""
    told = fields.get("x-ratelimit-limit")
    return None if told == "7" else told


def row(door, method, target, calls, period):
    """As many as the row allows, and one more; then by another method, at another path, and from another address."""
    calls, period = int(calls), int(period)
    with serving():
        client = Client(door, 2)
        began = time.time()
        seen = [client.ask(target, method) for _ in range(calls)]
        refused = client.ask(target, method)
        ended = time.time()
        status, fields, body = refused
        resets = [int(found[1]["x-ratelimit-reset"]) for found in seen + [refused]]
        return {
            "passed": sum(found[0] == 200 for found in seen),
            "limits": sorted({found[1]["x-ratelimit-limit"] for found in seen + [refused]}),
            "counts_down": [int(found[1]["x-ratelimit-remaining"]) for found in seen] == list(range(calls))[::-1],
            "resets_in_time": all(began + period <= reset <= ended + period + 1.1 for reset in resets),
            "others_pass": all(found[1].get("x-other") == "stays" for found in seen),
            "refused": status, "left": fields["x-ratelimit-remaining"], "body": json.loads(body),
            "waits": 0 < int(fields["retry-after"]) <= period,
            "standard": [fields["ratelimit-policy"], fields["ratelimit"].split(";")[0]],
            "by_other_method": client.ask(target, "DELETE" if method == "POST" else method)[0],
            "elsewhere": client.ask("/elsewhere")[0],
            "other_client": Client(door, 3).ask(target, method)[0],
        }


def free(door, *targets):
    """How many of many requests are answered, and whether limits were mentioned."""
    with serving():
        found = []
        for target in targets:
            client = Client(door, 2)
            seen = [client.ask(target) for _ in range(120)]
            found.append([sum(one[0] == 200 for one in seen), any(limit(one[1]) for one in seen)])
        return found


def limits(door, *targets):
    """The limit that each target's answer tells, none where none does; from an address of its own each."""
    with serving():
        found = []
        for index, item in enumerate(targets):
            method, target = item.split(" ", 1)
            status, fields, _ = Client(door, index + 1).ask(target, method)
            found.append(limit(fields) if status == 200 else status)
        return found


def who(door, *cases):
    """Who each request is counted for, told by whether it finds the account of 10.9.8.7 used up."""
    with serving():
        tunnel = Client(door, "127.0.0.1")
        while tunnel.ask("/a", fields=["X-Forwarded-For: 10.9.8.7"])[0] == 200:
            pass
        found = []
        for case in cases:
            source, *fields = case.split("|")
            found.append(Client(door, source).ask("/a", fields=fields)[0])
        return found


def until_free(door, calls, period):
    """Refused requests cost nothing: who goes on asking is served when the first of those that counted leaves.

    When the gateway decides is known between sending and hearing, so each decision is held against what can have
    counted then, however slow the machine is.
    """
    calls, period, slack = int(calls), int(period), 0.01
    seen = []
    with serving():
        client = Client(door, 2)
        began = time.monotonic()
        while time.monotonic() < began + 3 * period + 0.2:
            sent = time.monotonic()
            status = client.ask("/a")[0]
            seen.append((status, sent, time.monotonic()))
            time.sleep(0.02)
    served = [one for one in seen if one[0] == 200]
    too_many = sum(late[2] - early[1] < period - slack for early, late in zip(served, served[calls:]))
    # Refused, though fewer than the limit can have counted.
    too_few = sum(
        sum(sent - period - slack < heard and begun < sent for _, begun, heard in served) < calls
        for status, sent, _ in seen if status == 429)
    statuses = [one[0] for one in seen]
    changes = [one for index, one in enumerate(statuses) if index == 0 or statuses[index - 1] != one]
    return {"others": len(seen) - len(served) - statuses.count(429), "too_many": too_many, "too_few": too_few,
            "changes": changes[:3], "is_enough": len(served) > 2 * calls}


def uploads(bucket, token):
    """A job's uploads are as many as they are; who has no token, or a wrong one, has his limit."""
    target = f"/api/cloud/storage/{bucket}/part"

    def put(client, count, *fields):
        return [client.ask(target, "PUT", ["Content-Length: 0", *fields]) for _ in range(count)]

    owner, thief = Client("sealed", 2), Client("sealed", 3)
    own = put(owner, 80, f"X-Upload-Token: {token}")
    wrong = put(thief, 60, "X-Upload-Token: wrong")
    after = put(owner, 1, "X-Upload-Token: wrong")[0]
    # From the owner's own address.
    junk = put(owner, 60, "X-Upload-Token: wrong")
    signed = put(thief, 1, "Authorization: AWS4-HMAC-SHA256 Credential=x/20260101/a/s3/aws4_request")[0]
    return {
        "own": sorted({found[0] for found in own}),
        # The first is given back, and those behind it are counted by the token.
        "limits": [found[1].get("x-ratelimit-limit") for found in own[:3]],
        "says": sorted({name for found in own for name in found[1] if name.startswith("x-tuner")}),
        "after_own": after[1]["x-ratelimit-remaining"],
        "junk": [sum(found[0] == status for found in junk) for status in (401, 429)],
        "not_locked_out": [found[0] for found in put(owner, 3, f"X-Upload-Token: {token}")],
        "wrong": [sum(found[0] == status for found in wrong) for status in (401, 429)],
        "signed": [signed[0], signed[1]["content-type"], b"<Code>SlowDown</Code>" in signed[2]],
    }


SCENARIOS = {"row": row, "free": free, "limits": limits, "who": who, "until_free": until_free, "uploads": uploads}

if __name__ == "__main__":
    play(SCENARIOS)
