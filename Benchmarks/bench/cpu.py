"""Processor time inside one process: commits, merges and reads beside plain SQLite, in turn."""
import tempfile

import lab as labs
from report import number, verdict

COMMIT_GATES = {"commit_disk": 1.5, "commit_memory": 2.5}
MERGE_GATE = .5


def office(bin, trace, office_code):
    """A PC that holds the register and the months of two PCs that did not hear of each other."""
    one = labs.Lab(bin, office_code)
    try:
        for d in (1, 2):
            one.add(f"e{d}", d, port=one.port)
        one.replay("e1", trace / "base.jsonl")
        for name in ("e1", "e2"):
            one.edge("sync", "--store", one.folder / name)
        for d in (1, 2):
            one.replay(f"e{d}", trace / "month.jsonl", d)
        for name in ("e1", "e2", "e1"):
            one.edge("sync", "--store", one.folder / name)
    except BaseException:
        one.close()
        raise
    return one


def spread(sample, digits=2):
    return f"{number(sample['median'], digits)} ({number(sample['least'], digits)}–{number(sample['most'], digits)})"


def measure(report, bin, title, trace, office_code, quick):
    one = office(bin, trace, office_code)
    try:
        with tempfile.TemporaryDirectory(prefix="trasne-cpu-") as disk, \
                tempfile.TemporaryDirectory(prefix="trasne-cpu-", dir=labs.memory(500 << 20)) as shm:
            found = labs.fieldbench(bin, "cpu", "--node", one.folder / "e1", "--disk", disk, "--memory", shm,
                                    "--rounds", 3 if quick else 7)
    finally:
        one.close()
    rows = []
    for part, where in (("commit_disk", "disk"), ("commit_memory", "tmpfs")):
        for name, sample in found[part]["microseconds"].items():
            ratio, indexed = (found[part][key].get(name) for key in ("ratios", "indexed_ratios"))
            gate = COMMIT_GATES[part] if name == "Trasne" else None
            rows.append([f"a commit on {where}, {name}", spread(sample, 1) + " µs",
                         "× " + spread(ratio) if ratio else "1", "× " + spread(indexed) if indexed else "1",
                         f"≤ {gate}" if gate else "", verdict(ratio["median"], gate) if gate else ""])
    for name, merge in found["merge"].items():
        for who, rate in merge["operations_a_second"].items():
            ratio = {"Trasne": merge["ratio"], "Trasne, merging alone": merge["merging_alone"]}.get(who)
            ours = who == "Trasne"
            rows.append([f"merging {name}, {who}", spread(rate, 0) + " ops/s", "× " + spread(ratio) if ratio else "",
                         "× " + spread(merge["indexed_ratio"]) if ours else "", f"≥ {MERGE_GATE}" if ours else "",
                         ("met" if ratio["median"] >= MERGE_GATE else f"missed × {MERGE_GATE / ratio['median']:.2f}")
                         if ours else ""])
    for name, sample in found["read"]["milliseconds"].items():
        rows.append([name, spread(sample, 2) + " ms", "", "", "", ""])
    report.table(f"Processor time, {title}", ["", "median (least–most)", "beside plain SQLite", "with the same indexes", "gate", ""], rows,
                 f"{found['commit_disk']['transactions']:,} transactions of one PC, "
                 f"{found['read']['rows']:,} rows shown in the end. Ratios are taken round by round; user and system "
                 "time of all threads.")
