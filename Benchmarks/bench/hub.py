"""Thousands of office PCs against one hub: the real client, all in one process (`fieldbench hub`)."""
import tempfile

import cpu
import lab as labs
from report import number

AT_ONCE = 32


def measure(report, bin, trace, office_code, quick):
    one = cpu.office(bin, trace, office_code)
    edges = 200 if quick else 2_000
    try:
        with tempfile.TemporaryDirectory(prefix="trasne-hub-", dir=labs.memory(edges * (3 << 20))) as folder:
            found = labs.fieldbench(bin, "hub", "--node", one.folder / "e1", "--folder", folder, "--synchub",
                                    bin / "synchub", "--port", labs.free_port(), "--edges", edges, "--at-once", AT_ONCE)
    finally:
        one.close()
    edges, grown = found["edges"], found["hub_kb_at_most"] - found["hub_kb_at_start"]
    rows = [[name, phase["exchanges"], f"{phase['exchanges'] / phase['seconds']:.0f}", f"{phase['p50_ms']:.0f} ms",
             f"{phase['p99_ms']:.0f} ms", f"{phase['hub_cpu_s'] / phase['exchanges'] * 1e3:.2f} ms",
             number(phase["bytes"] / phase["exchanges"])]
            for name in ("first call", "work of each", "work of the neighbours", "nothing new") for phase in [found["phases"][name]]]
    report.table(f"{edges:,} office PCs against one hub", [
        "", "syncs", "a second", "p50", "p99", "hub CPU a sync", "bytes a sync"], rows,
        f"{found['offices']} offices, {edges / found['offices']:.0f} PCs each, {found['transactions_each']} transactions "
        f"a PC; {AT_ONCE} syncs at a time on the same cores as the hub, all stores in memory. Hub memory "
        f"{found['hub_kb_at_start'] / 1024:.0f} MiB after the first calls, {found['hub_kb_at_most'] / 1024:.0f} MiB at "
        f"most: {max(0, grown) / edges:.0f} kB a PC.")
    idle = found["phases"]["nothing new"]
    each = idle["hub_cpu_s"] / idle["exchanges"]
    report.add(f"On paper: 84,000 offices with two PCs that sync every 15 minutes are {168_000 / 900:.0f} syncs/s, "
               f"{168_000 / 900 * each:.1f} cores at the idle figure.\n")
