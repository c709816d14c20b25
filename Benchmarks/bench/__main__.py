"""Measures and writes the table. Called by scripts/bench, which builds and installs what is needed."""
import argparse
import os
import pathlib
import subprocess
import tempfile

import cpu
import generate
import hub
import line
import monday
import peers
import tls
import wire
from report import Report, number, verdict

p = argparse.ArgumentParser(description=__doc__, prog="scripts/bench")
p.add_argument("--bin", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
p.add_argument("--quick", action="store_true", help="small traces, fewer exchanges: at most 5 minutes")
p.add_argument("--traces", type=pathlib.Path, action="append", default=[],
               help="a folder with base.jsonl and month.jsonl of two PCs; may be given again")
p.add_argument("--parts", default="wire,cpu,tls,line,hub,monday", help="which parts to run")
args = p.parse_args()
parts = args.parts.split(",")
report = Report()
with tempfile.TemporaryDirectory(prefix="trasne-traces-") as folder:
    folder, residents = pathlib.Path(folder), 1_000 if args.quick else 7_300
    traces = [(f"given trace {t.name}", t) for t in args.traces] or [
        (f"own, seed {seed}{', careless typing' if messy else ''}",
         generate.write(folder / f"s{seed}", seed, residents, messy))
        for seed, messy in ((3, False), (4, True), (5, False))[:2 if args.quick else 3]]
    training = generate.write(folder / "training", 900, 7_300)
    report.add("## Side by side\n")
    report.add("Made by `scripts/bench" + (" --quick" if args.quick else "")
               + "".join(" --traces FOLDER" for _ in args.traces)
               + "`; how each figure comes about: `Benchmarks/README.md`. The built-in dictionary was trained on "
                 "seed 101 of another generator; peers' dictionaries on seed 900 of the bench's own.\n")
    for title, trace in traces if "wire" in parts else []:
        base, month = wire.load(trace)
        ours = wire.trasne(args.bin, trace, 40 if args.quick else 10_000)
        rows, floor = wire.others(trace, training, True)
        register = ours["register"]["sent_bytes"]
        each = ours["month sent"] / len(month)
        table = [["Trasne", number(register), number(each, 1), number(ours[10]["payload"], 1),
                  number(ours[1]["payload"], 1)]]
        for row in rows:
            table.append([row["title"], *(f"{number(v, d)} (× {v / o:.2f})" for v, o, d in (
                (row["register"], register, 0), (row[0], each, 1), (row[10], ours[10]["payload"], 1),
                (row[1], ours[1]["payload"], 1)))])
            if "0 with dictionary" in row:
                table.append([row["title"] + ", with dictionary", "", *(
                    f"{number(v, 1)} (× {v / o:.2f})" for v, o in (
                        (row["0 with dictionary"], each), (row["10 with dictionary"], ours[10]["payload"]),
                        (row["1 with dictionary"], ours[1]["payload"])))])
        for name, value in floor.items():
            table.append([f"floor: bare values, {name}", "", number(value, 1), "", ""])
        report.table(f"Bytes, {title}",
                     ["", "register", "a transaction: month at once", "10 at a time", "1 at a time"], table,
                     f"{len(base):,} transactions of the register, {len(month):,} of the month, two PCs. "
                     "In brackets: how many times Trasne's.")
        idle = ours["idle"]["sent_bytes"] + ours["idle"]["received_bytes"]
        gates = [("idle exchange, both ways, B", idle, 150),
                 ("around an exchange that carries something, both ways, B", ours[10]["around"], 60),
                 ("month in one exchange, B a transaction", each, 36),
                 ("10 transactions, payload, B a transaction", ours[10]["payload"], 45),
                 ("1 transaction, payload, B", ours[1]["payload"], 58)]
        if len(base) > 2_000:
            gates.append(("register, kB", register / 1_000, 135))
        plain = peers.plain_store_bytes(base, month, folder / "plain.sqlite")
        indexed = peers.plain_store_bytes(base, month, folder / "plain.sqlite", ours["indexes"])
        gates.append(("store against plain tables, ×", ours["store"] / plain, 1.4))
        gates.append(("store against plain tables with the same indexes, ×", ours["store"] / indexed, 1.4))
        report.table(f"Gates, {title}", ["gate", "measured", "target", ""], [
            [name, number(value, 2 if target < 2 else 1), target, verdict(value, target)]
            for name, value, target in gates])
        report.table(f"Memory and start, {title}", ["", ""], [
            ["store after register and month", f"{ours['store'] / 1e6:.2f} MB; plain tables {plain / 1e6:.2f} MB"],
            ["`edgenode sync`, idle / receiving all: peak memory",
             f"{ours['edge idle kB'] / 1024:.0f} / {ours['edge peak kB'] / 1024:.0f} MiB"],
            ["`synchub serve`: memory after the register / peak",
             f"{ours['idle hub kB'] / 1024:.0f} / {ours['hub peak kB'] / 1024:.0f} MiB"],
            ["`edgenode --version` / idle sync / hub until it answers",
             f"{ours['start s'] * 1e3:.0f} / {ours['edge idle s'] * 1e3:.0f} / {ours['hub start s'] * 1e3:.0f} ms"]])
    sizes = []
    for name in ("edgenode", "synchub"):
        subprocess.run(["strip", "-o", folder / name, args.bin / name], check=True)
        sizes.append([f"`{name}`, stripped", f"{os.path.getsize(folder / name) / 1e6:.1f} MB"])
    if "wire" in parts:
        report.table("Programs", ["", ""], sizes)
    trace = traces[0][1]
    office = wire.load(trace)[0][0]["office"]
    if "cpu" in parts:
        for title, given in traces[:1] if args.quick else traces:
            cpu.measure(report, args.bin, title, given, wire.load(given)[0][0]["office"], args.quick)
    if "tls" in parts:
        found = tls.cost(args.bin, trace, office)
        report.table("With TLS", ["exchange", "bodies, both ways", "line under TLS 1.3", "added"], [
            [name, number(body), number(passed), number(passed - body)]
            for name, (passed, body) in found.items()],
            "A new connection with a full handshake each time (two `stunnel4` ends, P-256 certificate); HTTP's "
            "heads are in it, TCP's and IP's are not.")
    if "line" in parts:
        line.measure(report, args.bin, trace, office, args.quick)
    if "hub" in parts:
        hub.measure(report, args.bin, trace, office, args.quick)
    if "monday" in parts:
        monday.measure(report, args.bin, folder, 20 if args.quick else 154)
report.write()
