"""From measurements to a table, a JSON file and plots."""

import json
import re
import shutil
import statistics
import subprocess
from dataclasses import asdict, dataclass, field

from . import aims

TIE = 1.3
NOISE_MAX = 0.1  # cores that others, or the hypervisor, may have used while a repeat was measured
TICK_S = 0.02  # what the kernel's counters may be wrong by, at the beginning and the end
KEPT_MIN = 3  # fewer quiet repeats say nothing: then all count


@dataclass
class Answer:
    """What one contestant, in one setting, gave for one row."""

    contestant: str
    setting: str
    command: list
    repeats: list = field(default_factory=list)  # of {value, others, steal, cpu_s, wall_s}

    def quiet(self):
        return [one for one in self.repeats if one["others"] + one["steal"] <= NOISE_MAX + TICK_S / one["wall_s"]]

    def kept(self):
        return self.repeats if self.is_noisy() else self.quiet()

    def is_noisy(self):
        return len(self.quiet()) < min(KEPT_MIN, len(self.repeats))

    def values(self):
        return [one["value"] for one in self.kept()]

    def median(self):
        return statistics.median(self.values())

    def as_json(self):
        kept = self.kept()
        return {
            "contestant": self.contestant,
            "setting": self.setting,
            "command": self.command,
            "median": self.median(),
            "least": min(self.values()),
            "most": max(self.values()),
            "dropped": len(self.repeats) - len(kept),
            "noisy": self.is_noisy(),
            "repeats": [{**one, "kept": one in kept} for one in self.repeats],
        }


@dataclass
class Row:
    question: str
    group: str
    what: str
    unit: str
    answers: dict = field(default_factory=dict)  # by (contestant, setting)

    def less_is_better(self):
        return not self.unit.endswith("/s")

    def best(self):
        """Of each contestant the setting that does best."""
        best = {}
        for answer in self.answers.values():
            other = best.get(answer.contestant)
            if not other or (answer.median() < other.median()) == self.less_is_better():
                best[answer.contestant] = answer
        return best

    def verdict(self):
        """Zanni beside the best peer. Plain libzmq is no peer but the ceiling."""
        best = self.best()
        peers = [one for name, one in best.items() if not name.startswith(("Zanni", "libzmq"))]
        zannis = [one for name, one in best.items() if name.startswith("Zanni")]
        if not peers or not zannis:
            return ""
        pick = min if self.less_is_better() else max
        peer = pick(peers, key=Answer.median)
        zanni = pick(zannis, key=Answer.median).median()
        if not zanni or not peer.median():
            return ""
        factor = peer.median() / zanni if self.less_is_better() else zanni / peer.median()
        if 1 / TIE < factor < TIE:
            return f"tie with {peer.contestant} ({factor:.2f})"
        return f"{factor:.2f} x {peer.contestant}"


class Results:
    def __init__(self):
        self.rows = {}
        self.failures = 0  # of contestants that gave no answer

    def add(self, question, case, line, use):
        for suffix in case.suffixes:
            self.put(question, case, line["what"] + suffix, line["value"], line["unit"], use)
            if line.get("messages"):
                what = f"processor time per message, {line['what']}{suffix}"
                self.put(question, case, what, 1e6 * use.cpu_s / line["messages"], "us", use)

    def put(self, question, case, what, value, unit, use):
        row = self.rows.setdefault((question.name, what), Row(question.name, question.group, what, unit))
        answer = row.answers.setdefault((case.contestant, case.setting),
                                        Answer(case.contestant, case.setting, case.command))
        answer.repeats.append({"value": value, **asdict(use)})


def number(value, unit):
    if unit == "1/s" and value >= 1e6:
        return f"{value / 1e6:.2f} M"
    if unit == "1/s" and value >= 1e4:
        return f"{value / 1e3:.0f} k"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def cell(answer, unit):
    if not answer:
        return "-"
    text = f"**{number(answer.median(), unit)}**{'*' if answer.is_noisy() else ''}"
    text += f" ({number(min(answer.values()), unit)} - {number(max(answer.values()), unit)}"
    dropped = len(answer.repeats) - len(answer.kept())
    text += f", {dropped} dropped" if dropped else ""
    return text + (f"; {answer.setting})" if answer.setting != "default" else ")")


def markdown(results, about):
    lines = [
        f"# Zanni and its peers, {about['date']}, commit {about['commit']}",
        "",
        f"`{about['command']}` on {about['machine']['processor']}, {about['machine']['cores']} cores, Linux "
        f"{about['machine']['kernel']}. Median of {about['repeats']} repeats (least - most), each a process started anew, "
        "contestants in turns.",
        f"Repeats during which other processes and steal used more than {NOISE_MAX} core are dropped; `*`: fewer than "
        f"{KEPT_MIN} were left, so all are kept. Each contestant's best setting counts. Less than {TIE} times is a tie.",
        "",
    ]
    for group in dict.fromkeys(row.group for row in results.rows.values()):
        rows = [row for row in results.rows.values() if row.group == group]
        names = list(dict.fromkeys(answer.contestant for row in rows for answer in row.answers.values()))
        lines += [f"## {group[0].upper()}{group[1:]}", ""]
        lines.append("| | unit | " + " | ".join(names) + " | Zanni beside the best peer | aims |")
        lines.append("|---|---|" + "---|" * (len(names) + 2))
        for row in rows:
            best = row.best()
            cells = [cell(best.get(name), row.unit) for name in names]
            lines.append(f"| {row.what} | {row.unit} | " + " | ".join(cells) + f" | {row.verdict()} | " +
                         "; ".join(aims.outcomes(row, rows)) + " |")
        lines.append("")
    return "\n".join(lines)


def as_json(results, about):
    rows = [
        {
            "question": row.question,
            "group": row.group,
            "what": row.what,
            "unit": row.unit,
            "aims": aims.outcomes(row, list(results.rows.values())),
            "answers": [answer.as_json() for answer in row.answers.values()],
        }
        for row in results.rows.values()
    ]
    return json.dumps({"schema": 1, **about, "noise_max": NOISE_MAX, "rows": rows}, indent=1)


GNUPLOT_BARS = """set terminal svg size {width},520 dynamic background "white" font "sans,12"
set output "{svg}"
set title "{title}"
set ylabel "{unit}"
set format y "%.0s%c"
set grid ytics
set style data histograms
set style histogram errorbars gap 1.5 lw 1
set style fill solid 0.8 border -1
set xtics rotate by -30 noenhanced
set key outside top center horizontal
set datafile missing "?"
set bmargin 14
set rmargin 26
{scale}
plot {series}
"""


def plot(results, folder, stem):
    """One plot for each group and unit. Returns the files."""
    if not shutil.which("gnuplot"):
        return []
    made = []
    for group, unit in dict.fromkeys((row.group, row.unit) for row in results.rows.values()):
        rows = [row for row in results.rows.values() if (row.group, row.unit) == (group, unit)]
        made.append(plot_bars(rows, f"{group}, {unit}", unit, folder, stem))
    for title, pattern, label in CURVES:
        made += plot_curve(results.rows.values(), title, re.compile(pattern), label, folder, stem)
    return made


# Of rows that differ in one number: a curve of the time that one message takes, or of what else they say.
CURVES = [
    ("cost per message by active actors, 1 thread", r"big, pings, ([\d,]+) actors, 1 thread", "active actors"),
    ("cost per message by active actors, 2 threads", r"big, pings, ([\d,]+) actors, 2 threads", "active actors"),
    ("round trips by connected processes", r"round trips, 1000 in flight, (\d+) processes connected", "connected processes"),
    ("broker memory by connected processes", r"broker's memory for each, (\d+) processes connected", "connected processes"),
]

GNUPLOT_CURVE = """set terminal svg size 700,450 dynamic background "white" font "sans,12"
set output "{svg}"
set title "{title}"
set xlabel "{label}"
set ylabel "{unit}"
set logscale x
set yrange [0:*]
set grid
set key outside top center horizontal
plot {series}
"""


def plot_curve(rows, title, pattern, label, folder, stem):
    points, unit = {}, ""
    for row in rows:
        found = pattern.fullmatch(row.what)
        for name, answer in row.best().items() if found else ():
            rate = row.unit == "1/s"
            unit = "ns each" if rate else row.unit
            value = 1e9 / answer.median() if rate else answer.median()
            points.setdefault(name, []).append((int(found.group(1).replace(",", "")), value))
    if not points:
        return []
    data = "".join(f"$c{i} << END\n" + "\n".join(f"{x} {y}" for x, y in sorted(points[name])) + "\nEND\n"
                   for i, name in enumerate(points))
    svg = folder / f"{stem}-{title.replace(', ', '-').replace(' ', '-')}.svg"
    series = ", ".join(f'$c{i} with linespoints lw 2 title "{name}"' for i, name in enumerate(points))
    script = data + GNUPLOT_CURVE.format(svg=svg, title=title, label=label, unit=unit, series=series)
    subprocess.run(["gnuplot"], input=script, text=True, check=True)
    return [svg]


def plot_bars(rows, title, unit, folder, stem):
    names = list(dict.fromkeys(answer.contestant for row in rows for answer in row.answers.values()))
    table = []
    for row in rows:
        best = row.best()
        fields = [json.dumps(row.what)]
        for name in names:
            answer = best.get(name)
            fields += [str(n) for n in (answer.median(), min(answer.values()), max(answer.values()))] if answer else "???"
        table.append(" ".join(fields))
    data = "$rows << END\n" + "\n".join(table) + "\nEND\n"
    svg = folder / f"{stem}-{title.replace(', ', '-').replace(' ', '-').replace('/', '-per-')}.svg"
    values = [answer.median() for row in rows for answer in row.best().values() if answer.median() > 0]
    scale = "set logscale y" if values and max(values) > 30 * min(values) else "set yrange [0:*]"
    series = ", ".join(f'$rows using {2 + 3 * i}:{3 + 3 * i}:{4 + 3 * i}:xtic(1) title "{name}"'
                       for i, name in enumerate(names))
    script = data + GNUPLOT_BARS.format(svg=svg, title=title, unit=unit, series=series, scale=scale,
                                       width=max(700, 90 * len(rows)))
    subprocess.run(["gnuplot"], input=script, text=True, check=True)
    return svg
