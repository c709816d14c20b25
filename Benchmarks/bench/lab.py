"""The real programs: a hub and the PCs of an office in a folder of their own, on loopback.

A counting relay stands between them. It copies bytes and, when asked, tells the records of each
exchange apart (docs/protocol.md, Records): what carries changes, and what is said around it.
"""
import json
import os
import pathlib
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# A parent's peak memory counts as its children's (getrusage(2)), so a small process starts the program.
WATCH = """import json, os, sys, time
began = time.monotonic()
nothing = os.open(os.devnull, os.O_WRONLY)
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ,
                       file_actions=[(os.POSIX_SPAWN_DUP2, nothing, 1), (os.POSIX_SPAWN_DUP2, nothing, 2)])
_, status, used = os.wait4(child, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_maxrss, time.monotonic() - began]))"""


def memory(bytes):
    """A folder in memory with so much room; None, which stands for the disk, where there is none."""
    shm = pathlib.Path("/dev/shm")
    return shm if shm.is_dir() and shutil.disk_usage(shm).free > bytes else None


def fieldbench(bin, *arguments):
    """What `fieldbench` reports."""
    done = subprocess.run([bin / "fieldbench", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"fieldbench {' '.join(map(str, arguments))} ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


class Relay:
    """Copies each connection to the target and keeps both directions' bytes."""

    def __init__(self, target):
        self.target, self.flows = target, []
        self.server = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            client, _ = self.server.accept()
            upstream = socket.create_connection(("127.0.0.1", self.target))
            for s in (client, upstream):
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            flow = (bytearray(), bytearray())
            self.flows.append(flow)
            for a, b, kept in ((client, upstream, flow[0]), (upstream, client, flow[1])):
                threading.Thread(target=self._copy, args=(a, b, kept), daemon=True).start()

    @staticmethod
    def _copy(source, sink, kept):
        try:
            while data := source.recv(65536):
                kept += data
                sink.sendall(data)
        except OSError:
            pass
        for s in (source, sink):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def take(self):
        """What passed since the last call: (bytes up, bytes down) of the line, and the bodies."""
        time.sleep(.05)
        flows, self.flows = self.flows, []
        return flows


def bodies(stream):
    """The message bodies of one direction of an HTTP/1.1 connection."""
    at, found = 0, []
    while (end := stream.find(b"\r\n\r\n", at)) >= 0:
        head = bytes(stream[at:end]).lower().split(b"\r\n")
        fields = dict(line.split(b": ", 1) for line in head[1:] if b": " in line)
        at, body = end + 4, b""
        if fields.get(b"transfer-encoding") == b"chunked":
            while True:
                line = stream.index(b"\r\n", at)
                size = int(bytes(stream[at:line]), 16)
                body += stream[line + 2:line + 2 + size]
                at = line + 4 + size
                if not size:
                    break
        else:
            size = int(fields.get(b"content-length", 0))
            body, at = bytes(stream[at:at + size]), at + size
        found.append((head[0], body))
    return found


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def segment_bytes(body, is_request):
    """How many bytes of a message carry changes."""
    at = 0
    if is_request:
        _, at = varint(body, 1)
        _, at = varint(body, at)
    total = 0
    while at < len(body):
        length, at = varint(body, at)
        if body[at] == 2:
            total += length - 9  # kind and seal are said around it
        at += length
    return total


class Lab:
    """- address, within: where the hub listens, and the command that puts a program there."""

    def __init__(self, bin, office, parent=None, address="127.0.0.1", within=()):
        self.bin, self.office = pathlib.Path(bin), office
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="trasne-bench-", dir=parent))
        self.port = free_port()
        self.running = []
        self.hub("init", "--store", self.folder / "hub", "--url", f"http://{address}:{self.port}")
        log = open(self.folder / "hub.log", "wb")
        self.server = self.start(*within, self.bin / "synchub", "serve", "--store", self.folder / "hub",
                                 "--listen", f"{address}:{self.port}", stderr=log)
        began = time.monotonic()
        while not self.answers(address, within):
            if time.monotonic() - began > 20:
                raise SystemExit("synchub serve did not listen: " + (self.folder / "hub.log").read_text())
            time.sleep(.02)
        self.hub_start_s = time.monotonic() - began
        self.relay = Relay(self.port)

    def answers(self, address, within):
        if within:
            probe = f"import socket; socket.create_connection(('{address}', {self.port})).close()"
            return not subprocess.run([*within, sys.executable, "-c", probe], stderr=subprocess.DEVNULL).returncode
        try:
            socket.create_connection((address, self.port)).close()
            return True
        except OSError:
            return False

    def start(self, *command, **more):
        process = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, **more)
        self.running.append(process)
        return process

    def close(self):
        for process in self.running:
            process.kill()
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, program, *arguments):
        done = subprocess.run([str(self.bin / program), *map(str, arguments)], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{program} {' '.join(map(str, arguments))}: {done.stderr}{done.stdout}")
        return done.stdout

    def hub(self, *arguments):
        return self.run("synchub", *arguments)

    def edge(self, *arguments):
        return self.run("edgenode", *arguments)

    def add(self, name, device, port=None, office=None, url=None):
        """Enrols a PC that reaches the hub through the counting relay, through another port, or at a URL."""
        file = self.folder / f"{name}.json"
        self.hub("enrol", "--store", self.folder / "hub", "--office", office or self.office,
                 "--device", device, "--out", file)
        plan = json.loads(file.read_text())
        plan["hub"] = url or f"http://127.0.0.1:{port or self.relay.port}"
        file.write_text(json.dumps(plan))
        self.edge("init", "--store", self.folder / name, "--enrolment", file)

    def replay(self, name, trace, device=None):
        only = ["--device", device] if device else []
        return json.loads(self.edge("replay", "--store", self.folder / name, "--json", trace, *only))

    def sync(self, name):
        """One sync: its report, and what passed the line."""
        self.relay.take()
        report = json.loads(self.edge("sync", "--store", self.folder / name, "--json"))
        up = down = carried = said = 0
        for request, answer in self.relay.take():
            up, down = up + len(request), down + len(answer)
            calls = bodies(request)
            for (line, body), (_, reply) in zip(calls, bodies(answer)):
                if b"/v1/sync" not in line:
                    continue
                segments = segment_bytes(body, True) + segment_bytes(reply, False)
                carried += segments
                said += len(body) + len(reply) - segments
        return report | {"line_up": up, "line_down": down, "segments": carried, "around": said}

    def store_bytes(self, name):
        out = self.edge("query", "--store", self.folder / name,
                        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(out.split()[-1])

    def index_sql(self, name):
        """How the store's indexes on the domain's tables are made."""
        with sqlite3.connect(f"file:{self.folder / name / 'edge.sqlite'}?mode=ro", uri=True) as db:
            return [sql for (sql,) in db.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")]

    def peak(self, program, *arguments):
        """Peak memory in kB and time in s of one run of a program."""
        done = subprocess.run([sys.executable, "-S", "-c", WATCH, str(self.bin / program), *map(str, arguments)],
                              capture_output=True, text=True, check=True)
        code, kilobytes, seconds = json.loads(done.stdout)
        if code:
            raise RuntimeError(f"{program} {' '.join(map(str, arguments))} ended with {code}")
        return kilobytes, seconds

    def hub_memory_kb(self, field="VmRSS"):
        for line in pathlib.Path(f"/proc/{self.server.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1])

    def hub_cpu_s(self):
        fields = pathlib.Path(f"/proc/{self.server.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
