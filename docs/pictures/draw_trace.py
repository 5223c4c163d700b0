#!/usr/bin/env python3
"""Draws the first trace in a file of `zanni trace --chrome` as SVG: a row for each actor, as Perfetto shows it.

draw_trace.py chrome.json > trace.svg
"""

import html
import json
import sys

LEFT, WIDTH, ROW, TOP = 330, 640, 44, 46


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        events = json.load(file)["traceEvents"]
    hosts = {e["pid"]: e["args"]["name"] for e in events if e["name"] == "process_name"}
    rows = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"}
    bars = [e for e in events if e["ph"] == "X"]
    bars = [e for e in bars if e["args"]["trace"] == bars[0]["args"]["trace"]]
    spans = {e["args"]["span"] for e in bars}
    starts = {e["id"]: e for e in events if e["ph"] == "s" and e["id"] in spans}
    ends = {e["id"]: e for e in events if e["ph"] == "f" and e["id"] in spans}
    places = {row: place for place, row in enumerate(dict.fromkeys((e["pid"], e["tid"]) for e in bars))}
    began = min(e["ts"] for e in bars)
    longest = max(e["ts"] + e["dur"] for e in bars) - began

    def x(microseconds: float) -> float:
        return LEFT + (microseconds - began) / longest * WIDTH

    def y(event) -> float:
        return TOP + places[event["pid"], event["tid"]] * ROW

    height = TOP + len(places) * ROW + 10
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 30}" height="{height}" font-family="sans-serif" '
          'font-size="13">')
    print('<style>text{fill:#333}.dim{fill:#777}.bar{fill:#4e79a7}.line{stroke:#ddd}.arrow{stroke:#e15759;fill:none}'
          '@media(prefers-color-scheme:dark){text{fill:#ddd}.dim{fill:#999}.line{stroke:#444}}</style>')
    print('<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto">'
          '<path d="M0,1 L7,4 L0,7" fill="none" stroke="#e15759"/></marker></defs>')
    for tick in range(5):
        at = LEFT + WIDTH * tick / 4
        print(f'<line class="line" x1="{at}" y1="{TOP - 14}" x2="{at}" y2="{height - 10}"/>')
        print(f'<text class="dim" x="{at}" y="{TOP - 20}" text-anchor="middle">{longest * tick / 4:.0f} µs</text>')
    for row, place in places.items():
        name, _, address = rows[row].partition(" ")
        print(f'<text x="10" y="{TOP + place * ROW + 14}">{html.escape(name)}</text>')
        print(f'<text class="dim" x="10" y="{TOP + place * ROW + 29}" font-size="11">{html.escape(address)} on '
              f'{html.escape(hosts[row[0]].split()[0])}</text>')
    for bar in bars:
        width = max(bar["dur"] / longest * WIDTH, 3)
        print(f'<rect class="bar" rx="2" x="{x(bar["ts"]):.1f}" y="{y(bar) + 4:.1f}" width="{width:.1f}" height="20"/>')
        inside = width > 150
        fill = ' style="fill:#fff"' if inside else ""
        print(f'<text x="{x(bar["ts"]) + (6 if inside else width + 6):.1f}" y="{y(bar) + 19:.1f}"{fill}>'
              f'{html.escape(bar["name"])}, {bar["dur"]:.0f} µs</text>')
    for span, start in starts.items():
        end = ends[span]
        x1, y1, x2, y2 = x(start["ts"]), y(start) + 24, x(end["ts"]), y(end) + 4
        print(f'<path class="arrow" marker-end="url(#tip)" d="M{x1:.1f},{y1:.1f} C{x1:.1f},{y2:.1f} {x2 - 30:.1f},{y2 + 10:.1f} '
              f'{x2:.1f},{y2 + 10:.1f}"/>')
    print("</svg>")


main()
