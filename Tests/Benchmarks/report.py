"""Medians, ratios, the one table, and the bars."""

import statistics

from processes import notes

GATEWAY = "gateway"


def values(results, scenario, figure, name):
    """The figure of each round in order, None where there is none."""
    reports = results.rounds.get((scenario.key, name), [])
    return [None if report is None else figure.value(report) for report in reports]


def median(numbers):
    known = [number for number in numbers if number is not None]
    return statistics.median(known) if known else None


def ratio(results, scenario, figure, peer):
    """The median of the gateway's figure to the peer's round by round: what disturbs a round disturbs both."""
    pairs = zip(values(results, scenario, figure, GATEWAY), values(results, scenario, figure, peer))
    return median([one / other for one, other in pairs if one is not None and other])


def cell(results, scenario, figure, name):
    middle = median(values(results, scenario, figure, name))
    if middle is None:
        is_missing = any(key[:2] == (scenario.key, name) for key in results.unavailable)
        return "not available" if is_missing else "-"
    text = f"{middle:.{figure.digits}f}"
    share = ratio(results, scenario, figure, name) if name != GATEWAY else None
    return text if share is None else f"{text} ({share:.2f})"


def verdict(results, scenario, figure, bar):
    """Met, missed, or why it cannot be told; a figure that the gateway does not have misses its bar."""
    middle = median(values(results, scenario, figure, GATEWAY))
    value = ratio(results, scenario, figure, bar.peer) if bar.peer else middle
    if middle is None:
        return "no figure"
    if value is None:
        return "not compared"
    return "met" if bar.is_met(value) else "MISSED"


def table_rows(results, scenarios, names):
    yield ["", *names, "bar"]
    for scenario in scenarios:
        for figure in scenario.figures:
            bars = "; ".join(f"{bar}: {verdict(results, scenario, figure, bar)}" for bar in figure.bars)
            cells = [cell(results, scenario, figure, name) for name in names]
            yield [f"{scenario.key} {scenario.title}, {figure.title}", *cells, bars]


def note_idleness(results, scenarios, names):
    """A proxy that waits for the load gathers less work per turn, and looks dearer than it is."""
    for scenario in scenarios:
        idle = []
        for name in names:
            reports = [report for report in results.rounds.get((scenario.key, name), []) if report]
            shares = [report["cpu_ns"] / report["seconds"] / 1e9 for report in reports if "cpu_ns" in report]
            if shares and statistics.median(shares) < 0.85:
                idle.append(f"{name} {statistics.median(shares):.0%}")
        if idle:
            notes[scenario.key] = f"{scenario.key}: not kept busy, so rather cheaper than shown: {', '.join(idle)}"


def print_table(results, scenarios, names):
    rows = list(table_rows(results, scenarios, names))
    widths = [max(map(len, column)) for column in zip(*rows)]
    print()
    for row in rows:
        middle = [text.rjust(width) for text, width in zip(row[1:-1], widths[1:-1])]
        print("  ".join([row[0].ljust(widths[0]), *middle, row[-1]]).rstrip())
    print("\nMedians. In brackets: the gateway's figure over this peer's, the median of the ratios round by round.")
    note_idleness(results, scenarios, names)
    for (key, name, *part), reason in results.unavailable.items():
        notes[key, name, *part] = f"{' '.join([key, name, *part])}: {reason}"
    for note in notes.values():
        print(f"note: {note}")


def missed_bars(results, scenarios):
    return [
        f"{scenario.key} {figure.title} {bar}"
        for scenario in scenarios
        for figure in scenario.figures
        for bar in figure.bars
        if verdict(results, scenario, figure, bar) in ("MISSED", "no figure")
    ]
