"""A month and an empty PC over a slow line that is cut: time, goodput, and what was sent again.

Where the system lets us, office and hub live in network namespaces of their own, and the kernel shapes the
line between them (tbf on both ends of a veth pair, so TCP's and IP's heads count too); a proxy at the office
adds the delay and the cuts. Elsewhere the proxy shapes the rate as well.
"""
import os
import re
import subprocess
import sys
import time

import lab as labs
from report import ROOT, number, verdict

HUB, PC = "10.203.7.1", "10.203.7.2"


def quietly(*command):
    return subprocess.run(command, capture_output=True).returncode == 0


class Line:
    """The line between an office and its hub."""

    def __init__(self, kbit):
        self.kbit, name = kbit, f"trasne{os.getpid()}"
        self.names = [f"{name}hub", f"{name}pc"]
        self.is_shaped = self.build()
        if not self.is_shaped:
            self.close()

    def build(self):
        hub, pc = self.names
        if os.geteuid() or not all(quietly("ip", "netns", "add", name) for name in self.names):
            return False
        if not quietly("ip", "link", "add", "line", "netns", hub, "type", "veth", "peer", "name", "line",
                       "netns", pc):
            return False
        for name, address in ((hub, HUB), (pc, PC)):
            for command in (f"ip addr add {address}/30 dev line", "ip link set line up", "ip link set lo up",
                            # As little waits in the line as in a small modem: 4 s of it.
                            f"tc qdisc add dev line root tbf rate {self.kbit}kbit burst 3200 "
                            f"limit {self.kbit * 500}",
                            # Else whole 64 kB pieces would count as one packet.
                            "ethtool -K line tso off gso off gro off"):
                done = quietly("ip", "netns", "exec", name, *command.split())
                if not done and not command.startswith("ethtool"):
                    return False
        return True

    def at(self, end):
        return ("ip", "netns", "exec", self.names[end]) if self.is_shaped else ()

    def close(self):
        for name in self.names:
            quietly("ip", "netns", "del", name)


def run(bin, trace, office, kbit, cut, is_empty):
    """One PC that has a month to tell, or nothing yet: seconds, tries, bytes up and down."""
    line = Line(kbit)
    one = None
    try:
        one = labs.Lab(bin, office, address=HUB if line.is_shaped else "127.0.0.1", within=line.at(0))
        near, log = labs.free_port(), one.folder / "line.log"
        direct = f"http://{HUB if line.is_shaped else '127.0.0.1'}:{one.port}"
        slow = f"http://127.0.0.1:{near}"
        one.start(*line.at(1), sys.executable, ROOT / "scripts/slow_line.py", near, one.port,
                  "--to", HUB if line.is_shaped else "127.0.0.1",
                  "--kbit", 1_000_000 if line.is_shaped else kbit, "--cut-seconds", cut, stderr=log.open("wb"))
        # What went before is told at the hub's side, where nothing is slow.
        one.add("e1", 1, url=direct)
        one.replay("e1", trace / "base.jsonl")
        near_hub = [*line.at(0), str(bin / "edgenode"), "sync", "--store", str(one.folder / "e1")]
        subprocess.run(near_hub, check=True, capture_output=True)
        one.replay("e1", trace / "month.jsonl", 1)
        if is_empty:
            subprocess.run(near_hub, check=True, capture_output=True)
            one.add("e2", 2, url=slow)
        else:
            for file in (one.folder / "e1").glob("*.json"):
                file.write_text(file.read_text().replace(direct, slow).replace(
                    direct.replace("/", "\\/"), slow.replace("/", "\\/")))
        time.sleep(.4)
        began, tries = time.monotonic(), 0
        command = [*line.at(1), str(bin / "edgenode"), "sync", "--store", str(one.folder / ("e2" if is_empty else "e1"))]
        while True:
            tries += 1
            done = subprocess.run(command, capture_output=True, text=True)
            if not done.returncode:
                break
            if tries == 60:
                raise RuntimeError(f"60 syncs did not finish: {done.stderr}")
        took = time.monotonic() - began
        time.sleep(.7)
        passed = [sum(int(n) for n in re.findall(rf"(\d+) {way}", log.read_text())) for way in ("up", "down")]
        return took, tries, *passed, line.is_shaped
    finally:
        if one:
            one.close()
        line.close()


# What a segment takes at most of the line (`SyncLimits.segmentBytesTarget`): one is under way when the line is cut.
SEGMENT = 16 << 10


def measure(report, bin, trace, office, quick):
    # The rate, and every so many seconds a cut.
    lines = {False: [(64, 0), (16, 0), (16, 2)] if quick else [(64, 0), (64, 30), (64, 5), (32, 0), (32, 30), (32, 5)],
             True: [(64, 0), (64, 5)] if quick else [(64, 0), (64, 30), (64, 5), (32, 0), (32, 30)]}
    is_shaped, gates = True, []
    for what, is_empty in (("A month", False), ("Everything to an empty PC", True)):
        rows, whole = [], {}
        for kbit, cut in lines[is_empty]:
            took, tries, up, down, is_shaped = run(bin, trace, office, kbit, cut, is_empty)
            passed = down if is_empty else up
            whole.setdefault(kbit, passed)
            again = max(0, passed - whole[kbit])
            rows.append([f"{kbit} kbit/s, 600 ms", f"{cut} s" if cut else "never", f"{took:.1f} s", tries,
                         number(passed), number(again), f"{whole[kbit] * 8 / took / 1000:.1f} kbit/s"])
            if cut and tries > 1:
                gates.append([f"{what}, {kbit} kbit/s, cut every {cut} s: sent again for each cut, B",
                              number(again / (tries - 1)), number(SEGMENT), verdict(again / (tries - 1), SEGMENT)])
        report.table(f"{what} over a slow line", [
            "line", "cut every", "time until all is there", "syncs", "bytes", "sent again", "goodput"], rows,
            ("The kernel shapes the line (tbf between two network namespaces); `scripts/slow_line.py` adds delay and "
             "cuts" if is_shaped else "The line is shaped by `scripts/slow_line.py`") +
            "; bytes of the direction that matters, with HTTP's heads, as they come to the delay: what the line holds when "
            "it is cut counts as sent again. One run each.")
    report.table("Gates of the line", ["gate", "measured", "target", ""], gates,
                 "Where a cut fell into the exchange; it went on from where it was, or it would not have ended.")
