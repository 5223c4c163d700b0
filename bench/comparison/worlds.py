"""The processes that stand still while questions are asked: brokers, servers, nodes. Each world is started anew for every
repeat, in a folder of its own, on ports that the kernel chooses."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

START_LONGEST_S = 30
END_LONGEST_S = 15


class World:
    """Starts its processes, says where clients find it (`at`), ends them."""

    def __init__(self, binaries, library):
        self.binaries = binaries
        self.library = library
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="zanni-bench-"))
        self.programs = []
        self.at = ""

    def run(self, command, log, **options):
        with open(self.folder / f"{log}.log", "ab") as file:
            program = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, **options)
        self.programs.append(program)
        return program

    def wait_for(self, what):
        """Until what() gives something, which is returned. With what was logged, if it doesn't."""
        until = time.monotonic() + START_LONGEST_S
        while time.monotonic() < until:
            if found := what():
                return found
            time.sleep(0.02)
        logs = "".join(file.read_text(errors="replace")[-500:] for file in self.folder.glob("*.log"))
        raise RuntimeError(f"{type(self).__name__} did not start: {logs}")

    def text_of(self, pattern):
        """What the first such file says, once it is there and whole."""
        def look():
            for file in self.folder.glob(pattern):
                text = file.read_text(errors="replace")
                if text.endswith(("\n", "}")):
                    return text.strip()
            return None
        return self.wait_for(look)

    def end(self):
        for program in reversed(self.programs):
            program.send_signal(signal.SIGCONT)
            program.terminate()
        until = time.monotonic() + END_LONGEST_S
        for program in self.programs:
            try:
                program.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class ZanniOne(World):
    """Client and server are processes of the same broker."""

    def host(self, name, words, server):
        command = [f"{self.binaries}/zanni", *words, "--name", name, "--state", str(self.folder / f"{name}.state"),
                   "--ready-file", str(self.folder / f"{name}.ready"), "--log-level", "error"]
        if server:
            command += ["--load", f"{self.library}/libbench_between_actors.so", "--capability", "Server=true"]
            command += ["--warm-processes", "6"]
        self.run(command, name)
        return self.text_of(f"{name}.ready")

    def leader(self, server):
        endpoint = self.host("leader", ["broker", "--listen", "tcp://127.0.0.1:*"], server)
        self.at = f"ipc://{self.folder / 'leader.state' / 'broker'}"
        return endpoint

    def start(self):
        self.leader(True)


class ZanniTwo(ZanniOne):
    """The server is a process of another host."""

    def start(self):
        endpoint = self.leader(False)
        self.host("worker", ["host", "--join", endpoint], True)


class NatsOne(World):
    """Clients and servers are connected to one NATS server."""

    SERVERS = ("s0", "s1", "s2", "s3")

    def nats(self, name, more=""):
        folder = self.folder / name
        folder.mkdir()
        (folder / "configuration").write_text(
            f'listen: "127.0.0.1:-1"\nmax_payload: 8MB\nmax_pending: 1GB\nports_file_dir: "{folder}"\n{more}\n')
        self.run(["nats-server", "-c", str(folder / "configuration")], name)
        ports = json.loads(self.text_of(f"{name}/*.ports"))
        return {kind: urls[0].rpartition(":")[2] for kind, urls in ports.items()}

    def servers(self, port):
        for name in self.SERVERS:
            self.run([f"{self.binaries}/peer_nats_server", port, name], name)
        if os.path.exists(f"{self.binaries}/peer_nats_libnats_server"):
            self.run([f"{self.binaries}/peer_nats_libnats_server", port, "l0"], "l0")

    def start(self):
        self.at = self.nats("nats")["nats"]
        self.servers(self.at)


class NatsTwo(NatsOne):
    """The servers are connected to another NATS server of the same cluster."""

    def start(self):
        cluster = 'cluster {{ name: bench, listen: "127.0.0.1:-1", routes: [{}] }}'
        near = self.nats("near", cluster.format(""))
        far = self.nats("far", cluster.format(f'"nats-route://127.0.0.1:{near["cluster"]}"'))
        self.at = near["nats"]
        self.servers(far["nats"])


class Caf(World):
    """Four processes with a middleman, to which clients connect directly."""

    def start(self):
        for number in range(4):
            self.run([f"{self.binaries}/peer_caf_server"], f"server{number}")
        self.at = ",".join(self.text_of(f"server{number}.log") for number in range(4))


def free_port():
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return tried.getsockname()[1]


class Erlang(World):
    """Four nodes, to which clients connect directly; an epmd of their own, at whose port they are found."""

    FLAGS = ()

    def start(self):
        self.at = str(free_port())
        environment = {**os.environ, "ERL_EPMD_PORT": self.at}
        self.run(["epmd", "-port", self.at, "-address", "127.0.0.1"], "epmd")
        for number in range(4):
            command = ["erl", *self.FLAGS, "-noinput", "-name", f"s{number}@127.0.0.1", "-setcookie", "bench"]
            command += ["-pa", f"{self.library}/erlang", "-run", "between_server", "start"]
            self.run(command, f"node{number}", env=environment)
        for number in range(4):
            self.text_of(f"node{number}.log")


class ErlangWithoutWaiting(Erlang):
    """The same with schedulers that go to sleep at once."""

    FLAGS = ("+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none")


WORLDS = {"zanni_one": ZanniOne, "zanni_fresh": ZanniOne, "zanni_two": ZanniTwo, "nats_one": NatsOne, "nats_two": NatsTwo,
          "caf": Caf, "erlang": Erlang, "erlang_sbwt_none": ErlangWithoutWaiting}
