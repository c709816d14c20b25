"""PC 1's month over a slow line that is cut: time, goodput, and what was sent again."""
import re
import subprocess
import sys
import time

import lab as labs
from report import ROOT, number


def measure(report, bin, trace, office, quick):
    rows = []
    for kbit, cut in ((64, 0), (64, 5)) if quick else ((64, 0), (64, 30), (32, 0), (32, 30), (64, 5)):
        one = labs.Lab(bin, office)
        try:
            one.add("e1", 1)
            one.replay("e1", trace / "base.jsonl")
            one.sync("e1")
            one.replay("e1", trace / "month.jsonl", 1)
            port = labs.free_port()
            log = one.folder / "line.log"
            one.start(sys.executable, ROOT / "scripts/slow_line.py", port, one.port, "--kbit", kbit,
                      "--cut-seconds", cut, stderr=log.open("wb"))
            time.sleep(.4)
            for file in (one.folder / "e1").glob("*.json"):
                file.write_text(re.sub(r"127\.0\.0\.1:%d" % one.relay.port,
                                       f"127.0.0.1:{port}", file.read_text()))
            began, tries = time.monotonic(), 0
            while True:
                tries += 1
                done = subprocess.run([str(bin / "edgenode"), "sync", "--store", str(one.folder / "e1")],
                                      capture_output=True, text=True)
                if not done.returncode:
                    break
                if tries == 60:
                    raise RuntimeError(f"60 syncs did not finish: {done.stderr}")
            took = time.monotonic() - began
            time.sleep(.7)
            passed = sum(int(n) for n in re.findall(r"(\d+) up", log.read_text()))
            rows.append((kbit, cut, took, tries, passed))
        finally:
            one.close()
    whole = {kbit: passed for kbit, cut, _, _, passed in rows if not cut}
    report.table("A month over a slow line", ["line", "cut every", "time", "syncs", "sent", "sent again",
                                              "goodput"], [
        [f"{kbit} kbit/s, 600 ms", f"{cut} s" if cut else "never", f"{took:.1f} s", tries, number(passed),
         number(max(0, passed - whole[kbit])), f"{whole[kbit] * 8 / took / 1000:.1f} kbit/s"]
        for kbit, cut, took, tries, passed in rows],
        "The line is shaped by `scripts/slow_line.py`; bytes that PC 1 sends, with HTTP's heads.")
