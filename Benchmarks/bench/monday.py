"""Monday morning: every office sends a week at once to one hub."""
import concurrent.futures
import re
import statistics
import time

import generate
import lab as labs
from report import ROOT, number

AT_ONCE = 16


def offices(count):
    """So many of the regency's offices, of all districts."""
    codes = re.findall(r"^ +(52\.02\.\d\d\.\d{4})\|", (ROOT / "Sources/Models/Regions.swift").read_text(), re.M)
    return codes[::max(1, len(codes) // count)][:count]


def measure(report, bin, folder, count):
    codes = offices(count)
    one = labs.Lab(bin, codes[0])
    try:
        weeks = 0
        for i, code in enumerate(codes):
            # A week of an office of 7,300: one PC's month of 1,800 residents, other people in each office.
            trace = generate.write(folder / "monday", 40 + i, 1_800, office=code)
            one.add(f"o{i}", 1, port=one.port, office=code)
            one.replay(f"o{i}", trace / "base.jsonl")
            one.edge("sync", "--store", one.folder / f"o{i}")
            weeks += one.replay(f"o{i}", trace / "month.jsonl", 1)["transactions"]
        idle = one.hub_memory_kb()

        def sync(i):
            began = time.monotonic()
            one.edge("sync", "--store", one.folder / f"o{i}")
            return time.monotonic() - began

        def rest():
            # What follows from an exchange in other scopes comes after its answer, and is part of its cost.
            before = -1.0
            while one.hub_cpu_s() - before > 0.02:
                before = one.hub_cpu_s()
                time.sleep(1)

        def all_at_once():
            rest()
            cpu, began = one.hub_cpu_s(), time.monotonic()
            with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
                times = sorted(pool.map(sync, range(len(codes))))
            took = time.monotonic() - began
            rest()
            return times, took, one.hub_cpu_s() - cpu
        rows = []
        costs = {}
        for name in ("a week each", "what follows from it", "nothing new"):
            times, took, cpu = all_at_once()
            costs[name] = cpu / len(times)
            rows.append([name, len(times), f"{len(times) / took:.1f}", f"{statistics.median(times) * 1e3:.0f} ms",
                         f"{times[int(len(times) * .99)] * 1e3:.0f} ms", f"{cpu / len(times) * 1e3:.1f} ms"])
        peak = one.hub_memory_kb("VmHWM")
        report.table(f"Monday morning, {len(codes)} offices", [
            "", "exchanges", "a second", "p50", "p99", "hub CPU an exchange"], rows,
            f"{weeks / len(codes):.0f} transactions an office; {AT_ONCE} `edgenode sync` at once on the same cores as the hub, so rate and times hold the PCs' work "
            f"too; the hub's own CPU is what a hub machine needs. Hub memory {idle / 1024:.0f} MiB before, "
            f"{peak / 1024:.0f} MiB at most: {max(0, peak - idle) / len(codes):.0f} kB an office.")
        each = costs["nothing new"]
        report.add(f"On paper: 84,000 offices that sync every 15 minutes are {84_000 / 900:.0f} exchanges/s, "
                   f"{number(84_000 / 900 * each, 1)} cores at the idle figure; a week each on Monday between 8 and 9 "
                   f"is {84_000 / 3600 * costs['a week each']:.1f} cores.\n")
    finally:
        one.close()
