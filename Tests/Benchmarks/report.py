"""Medians, ratios and the table."""

import statistics

from processes import notes

HEADS = ["name", "requests/s", "CPU µs/request (min–max)", "core %", "p50 µs", "p99 µs", "calls/request", "to nginx"]


def cost(report):
    return report["cpu_ns"] / report["requests"] / 1000


def ratio(one, other):
    """The median of the ratios round by round: what disturbs a round disturbs both."""
    pairs = [cost(a) / cost(b) for a, b in zip(one.rounds, other.rounds) if a and b]
    return statistics.median(pairs) if pairs else None


def note_idleness(proxy):
    """A proxy that waits for the load gathers less work per turn, and looks dearer than it is."""
    shares = [report["cpu_ns"] / report["seconds"] / 1e9 for report in proxy.rounds if report]
    if shares and statistics.median(shares) < 0.85:
        notes[proxy.name] = f"{proxy.name} was not kept busy: its cost per request is an upper bound"


def table_row(proxy, nginx):
    reports = [report for report in proxy.rounds if report]
    if not reports:
        return [proxy.name] + ["-"] * (len(HEADS) - 1)

    def median(value):
        return statistics.median(map(value, reports))

    costs = [cost(report) for report in reports]
    to_nginx = ratio(proxy, nginx) if nginx else None
    return [
        proxy.name,
        f"{median(lambda r: r['requests'] / r['seconds']):.0f}",
        f"{median(cost):.2f} ({min(costs):.2f}–{max(costs):.2f})",
        f"{median(lambda r: r['cpu_ns'] / r['seconds'] / 1e7):.0f}",
        f"{median(lambda r: r['p50_us']):.0f}",
        f"{median(lambda r: r['p99_us']):.0f}",
        f"{proxy.calls:.2f}" if proxy.calls else "-",
        f"{to_nginx:.2f}" if to_nginx else "-",
    ]


def print_table(proxies):
    by_name = {proxy.name: proxy for proxy in proxies}
    rows = [HEADS] + [table_row(proxy, by_name.get("nginx")) for proxy in proxies]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  ".join(cells))
    for proxy in proxies:
        note_idleness(proxy)
    for note in notes.values():
        print(f"note: {note}")


def judge(proxies, limit):
    """Prints the last line; whether the gateway is within the limit."""
    by_name = {proxy.name: proxy for proxy in proxies}
    if "gateway" not in by_name:
        return True
    ratios = {peer: ratio(by_name["gateway"], by_name[peer]) for peer in ("nginx", "haproxy") if peer in by_name}
    within = limit is None or (ratios.get("nginx") is not None and ratios["nginx"] <= limit)
    if not within:
        print(f"the gateway costs more than {limit} times nginx, or could not be compared")
    shown = {peer: "none" if value is None else f"{value:.2f}" for peer, value in ratios.items()}
    print(f"ratio to nginx: {shown.get('nginx', 'none')}, to HAProxy: {shown.get('haproxy', 'none')}")
    return within
