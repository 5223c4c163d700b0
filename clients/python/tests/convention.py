"""A convention for tests: real brokers in a folder of their own. Nothing is left when it ends."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import zanni  # noqa: E402

PROGRAM = os.environ.get("ZANNI_PROGRAM", "")
MODULES = [one for one in os.environ.get("ZANNI_MODULES", "").split(":") if one]  # libecho.so and libprobe_module.so


def needs_programs(test):
    return unittest.skipUnless(PROGRAM, "ZANNI_PROGRAM names no zanni program")(test)


def eventually(what, longest=20.0):
    """Until what() gives something true, which is the result."""
    deadline = time.monotonic() + longest
    while not (result := what()):
        if time.monotonic() > deadline:
            raise AssertionError("it never came true")
        time.sleep(0.02)
    return result


class Convention:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="zanni-py-"))
        self._environment = dict(os.environ, XDG_RUNTIME_DIR=str(self.folder), XDG_CONFIG_HOME=str(self.folder / "config"))
        self._hosts = {}
        self.endpoint = ""

    def __enter__(self):
        return self

    def __exit__(self, error, *_rest):
        for host in self._hosts.values():
            host.send_signal(signal.SIGTERM)
        for host in self._hosts.values():
            try:
                host.wait(10)
            except subprocess.TimeoutExpired:
                host.kill()
                host.wait()
        if error:
            for log in self.folder.glob("*.log"):
                print(f"---- {log.name}\n{log.read_text()}", file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start_leader(self, *more, listen="tcp://127.0.0.1:0"):
        """The first start chooses the endpoint; later ones are at the same."""
        self._start("leader", "broker", "--listen", self.endpoint or listen, "--capability", "Server=true", "--capability",
                    "Client=true", "--capability", "Probes=true", *more)
        self.endpoint = (self.folder / "leader.ready").read_text().strip()

    def start_worker(self, name, *more):
        self._start(name, "host", "--join", self.endpoint, *more)

    def kill(self, name="leader"):
        """Its broker, not its actor process."""
        self._hosts[name].kill()
        self._hosts.pop(name).wait()

    def stop(self, name):
        """In order: its actors end with it."""
        self._hosts[name].send_signal(signal.SIGTERM)
        self._hosts.pop(name).wait(20)

    def zanni(self, *arguments):
        return subprocess.run([PROGRAM, *arguments], env=self._environment, capture_output=True, text=True, timeout=30)

    def join(self, **options):
        return zanni.join(self.endpoint, **options)

    def _start(self, name, *arguments):
        ready = self.folder / f"{name}.ready"
        ready.unlink(missing_ok=True)
        loads = [word for module in MODULES for word in ("--load", module)]
        with open(self.folder / f"{name}.log", "a", encoding="utf-8") as log:
            host = subprocess.Popen([PROGRAM, *arguments, *loads, "--name", name, "--ready-file", str(ready), "--state",
                                     str(self.folder / f"{name}.state")],
                                    env=self._environment, stdout=log, stderr=log)
        self._hosts[name] = host
        eventually(lambda: ready.exists() or host.poll() is not None)
        if not ready.exists():
            raise AssertionError(f"{name} did not start: {(self.folder / f'{name}.log').read_text()}")
