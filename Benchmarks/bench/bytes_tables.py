"""The tables of bytes, store, memory, start and instructions."""
import json
import os
import statistics
import subprocess

import peers
import wire
from report import ROOT, number, verdict


def milliseconds(samples):
    values = [s * 1e3 for s in samples]
    return f"{statistics.median(values):.0f} ({min(values):.0f}–{max(values):.0f})"


def measure(report, bin, title, trace, training, quick):
    exchanges_max = 40 if quick else 10_000
    base, month = wire.load(trace)
    ours = wire.trasne(bin, trace, exchanges_max)
    rows, floor = wire.others(trace, training, True, exchanges_max)
    register, each = ours["register"]["sent_bytes"], ours["month sent"] / len(month)
    table = [["Trasne", number(register), number(each, 1), number(ours[10]["payload"], 1), number(ours[1]["payload"], 1)]]
    for row in rows:
        table.append([row["title"], *(f"{number(v, d)} (× {v / o:.2f})" for v, o, d in (
            (row["register"], register, 0), (row[0], each, 1), (row[10], ours[10]["payload"], 1),
            (row[1], ours[1]["payload"], 1)))])
        if "0 with dictionary" in row:
            table.append([row["title"] + ", with dictionary", "", *(
                f"{number(v, 1)} (× {v / o:.2f})" for v, o in (
                    (row["0 with dictionary"], each), (row["10 with dictionary"], ours[10]["payload"]),
                    (row["1 with dictionary"], ours[1]["payload"])))])
    for name, (whole, value) in floor.items():
        table.append([f"floor: bare values, {name}", number(whole), number(value, 1), "", ""])
    report.table(f"Bytes, {title}", [
        "", "register", "a transaction: month at once", "10 at a time", "1 at a time"], table,
        f"{len(base):,} transactions of the register, {len(month):,} of the month of two PCs; 10 and 1 at a time are "
        f"PC 1's first {ours[10]['exchanges']} and {ours[1]['exchanges']} exchanges. In brackets: how many times Trasne's.")
    exchanges = ("register", "bootstrap", "month of PC 1", "month of PC 2, and PC 1's", "PC 2's month to PC 1", "idle")
    report.table(f"Each exchange, {title}", [
        "", "sent", "received", "of both: changes", "said around them", "on the line with HTTP's heads", "round trips"], [
        ["everything to an empty PC" if name == "bootstrap" else name, *(number(ours[name][key]) for key in (
            "sent_bytes", "received_bytes", "segments", "around")),
         number(ours[name]["line_up"] + ours[name]["line_down"]), ours[name]["rounds"]] for name in exchanges])
    gates(report, title, base, month, trace, ours, register, each)
    report.table(f"Memory and start, {title}", ["", ""], [
        ["`edgenode sync`, idle / receiving all: peak memory",
         f"{ours['edge idle kB'] / 1024:.0f} / {ours['edge peak kB'] / 1024:.0f} MiB"],
        ["`synchub serve`: memory after the register / peak",
         f"{ours['hub idle kB'] / 1024:.0f} / {ours['hub peak kB'] / 1024:.0f} MiB"],
        ["`edgenode --version`, ms: median of 5 (least–most)", milliseconds(ours["start s"])],
        ["`edgenode sync`, idle, ms", milliseconds(ours["edge idle s"])],
        ["`synchub serve` until it answers, ms, once", f"{ours['hub start s'] * 1e3:.0f}"]])


def gates(report, title, base, month, trace, ours, register, each):
    idle = ours["idle"]["sent_bytes"] + ours["idle"]["received_bytes"]
    plain = peers.plain_store_bytes(base, month, trace / "plain.sqlite")
    indexed = peers.plain_store_bytes(base, month, trace / "plain.sqlite", ours["indexes"])
    is_full = len(base) > 2_000
    rows = [("idle exchange, both ways, B", idle, 150),
            ("around an exchange that carries something (10 transactions), both ways, B", ours[10]["around"], 60),
            ("month in one exchange, B a transaction", each, 36),
            ("10 transactions, payload, B a transaction", ours[10]["payload"], 45),
            ("1 transaction, payload, B", ours[1]["payload"], 58),
            ("register, kB", register / 1_000, 135),
            (f"store ({ours['store'] / 1e6:.2f} MB) against plain tables ({plain / 1e6:.2f} MB), ×", ours["store"] / plain, 1.4),
            ("store against plain tables with the same indexes, ×", ours["store"] / indexed, 1.4)]
    report.table(f"Gates, {title}", ["gate", "measured", "target", ""], [
        [name, number(value, 2 if target < 2 else 1), target, verdict(value, target)] for name, value, target in rows],
        "" if is_full else "The gates are for an office of 7,300: less has less to learn from, and empty tables take a page each.")


def programs(report, bin, folder):
    sizes = []
    for name in ("edgenode", "synchub"):
        subprocess.run(["strip", "-o", folder / name, bin / name], check=True)
        sizes.append([f"`{name}`, stripped", f"{os.path.getsize(folder / name) / 1e6:.1f} MB"])
    report.table("Programs", ["", ""], sizes)


def instructions(report):
    """What `scripts/bench --check` compares with."""
    known = json.loads((ROOT / "Benchmarks/baseline.json").read_text())["instructions"]
    for platform, counts in known.items():
        report.table(f"Instructions, {platform}", ["", "million"], [
            [name, number(count / 1e6, 1)] for name, count in sorted(counts.items())],
            "Counted by callgrind in the programs as the tests build them (debug), kept in `Benchmarks/baseline.json`; "
            "`scripts/bench --check` fails on + 5 %.")
