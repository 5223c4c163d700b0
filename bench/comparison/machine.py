"""What this machine did while something was measured: by whom its processors were used."""

import ctypes
import os
import platform
import resource
import signal
import subprocess
import time
from dataclasses import dataclass

TICKS = os.sysconf("SC_CLK_TCK")
PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans():
    """What our children leave behind becomes ours, so that its processor time is counted, and nothing is left running."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def processes():
    """Of every process: its parent, and the ticks that the children it has waited for have used."""
    found = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        found[int(name)] = (int(fields[1]), int(fields[13]) + int(fields[14]))
    return found


def descendants(found):
    """This process and everything below it."""
    children = {}
    for pid, (parent, _) in found.items():
        children.setdefault(parent, []).append(pid)
    family, unseen = set(), [os.getpid()]
    while unseen:
        pid = unseen.pop()
        family.add(pid)
        unseen.extend(children.get(pid, []))
    return family


def seconds_used_by(pid):
    """To the microsecond, which /proc doesn't tell: by the process's own clock."""
    try:
        return time.clock_gettime((~pid << 3) | 2)  # the kernel's number for it: clock_getcpuclockid(3)
    except OSError:
        return 0.0  # it has ended meanwhile


def used_by_own():
    """By this process and everything below it, what has ended included."""
    found = processes()
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = time.process_time() + ended.ru_utime + ended.ru_stime
    for pid in descendants(found) - {os.getpid()}:
        used += seconds_used_by(pid) + found[pid][1] / TICKS if pid in found else 0
    return used


@dataclass
class Snapshot:
    """Seconds since some beginning; of all processors, but for `wall`."""

    wall: float
    own: float
    idle: float  # and handling interrupts
    steal: float

    @staticmethod
    def take():
        with open("/proc/stat", encoding="ascii") as file:
            ticks = [int(word) for word in file.readline().split()[1:]]
        return Snapshot(time.monotonic(), used_by_own(), (ticks[3] + ticks[4] + ticks[5] + ticks[6]) / TICKS, ticks[7] / TICKS)


@dataclass
class Use:
    """Between two snapshots. `others` and `steal` are in cores: what the benchmark's own processes have not used."""

    wall_s: float
    cpu_s: float
    others: float
    steal: float

    @staticmethod
    def between(before, after):
        wall = max(after.wall - before.wall, 1e-3)
        cpu = after.own - before.own
        steal = after.steal - before.steal
        busy = os.cpu_count() * wall - (after.idle - before.idle) - steal
        return Use(wall, cpu, max(0.0, busy - cpu) / wall, steal / wall)


def reap_orphans():
    """Ends and waits for what we have adopted, when all that we have started ourselves has ended."""
    for pid, (parent, _) in processes().items():
        if parent == os.getpid():
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except OSError:
                pass


def describe():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    with open("/proc/meminfo", encoding="ascii") as file:
        kilobytes = int(file.readline().split()[1])
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "memory_mib": kilobytes // 1024,
        "kernel": platform.release(),
    }


class Awake:
    """While entered, the processors never halt: one loop for each, of the least priority."""

    LOOP = ["nice", "-n", "19", "sh", "-c", "while :; do :; done"]

    def __enter__(self):
        self.loops = [subprocess.Popen(self.LOOP) for _ in range(os.cpu_count())]

    def __exit__(self, *_):
        for loop in self.loops:
            loop.kill()
            loop.wait()
