"""Measures and writes the table. Called by scripts/bench, which builds and installs what is needed."""
import argparse
import pathlib
import sys
import tempfile

import bytes_tables
import cpu
import generate
import hub
import line
import monday
import peers
import tls
import wire
from report import Report, number

PARTS = ("wire", "cpu", "tls", "line", "hub", "monday")
p = argparse.ArgumentParser(description=__doc__, prog="scripts/bench")
p.add_argument("--bin", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
p.add_argument("--quick", action="store_true", help="small traces, fewer exchanges: at most 5 minutes")
p.add_argument("--traces", type=pathlib.Path, action="append", default=[],
               help="a folder with base.jsonl and month.jsonl of two PCs, before the bench's own; may be given again")
p.add_argument("--parts", default=",".join(PARTS),
               help="which parts to run; docs/measurements.md is written only when all are")
p.add_argument("--crsqlite", type=pathlib.Path, help="the library file of cr-sqlite, to measure it, too")
args = p.parse_args()
parts = args.parts.split(",")
if unknown := set(parts) - set(PARTS):
    p.error(f"there is no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
if args.crsqlite:
    peers.with_crsqlite(args.crsqlite)
report = Report()
with tempfile.TemporaryDirectory(prefix="trasne-traces-") as folder:
    folder = pathlib.Path(folder)
    sizes = ((3, 1_000, False), (4, 1_000, True)) if args.quick else (
        (3, 7_300, False), (4, 7_300, True), (5, 2_500, False))
    traces = [(f"given trace {t.name}", t) for t in args.traces] + [
        (f"own, seed {seed}, {residents:,} residents{', careless typing' if messy else ''}",
         generate.write(folder / f"s{seed}", seed, residents, messy)) for seed, residents, messy in sizes]
    training = generate.write(folder / "training", 900, 7_300)
    report.add("## Side by side\n")
    report.add("Made by `scripts/bench" + (" --quick" if args.quick else "")
               + "".join(f" --traces {t.name}" for t in args.traces)
               + "`; how each figure comes about: `Benchmarks/README.md`. The built-in dictionary was trained on "
                 "seed 101 of another generator; peers' dictionaries on seed 900 of the bench's own.\n")
    for title, trace in traces if "wire" in parts else []:
        report.part(f"Bytes, {title}", lambda: bytes_tables.measure(report, args.bin, title, trace, training, args.quick))
    title, trace = traces[0]
    office = wire.load(trace)[0][0]["office"]
    if "wire" in parts:
        report.part("Programs", lambda: bytes_tables.programs(report, args.bin, folder))
        report.part("Instructions", lambda: bytes_tables.instructions(report))
    if "cpu" in parts:
        report.part("Processor time", lambda: cpu.measure(report, args.bin, title, trace, office, args.quick))
    if "tls" in parts:
        report.part("With TLS", lambda: report.table(
            "With TLS", ["exchange", "bodies, both ways", "line under TLS 1.3", "added"],
            [[name, number(body), number(passed), number(passed - body)]
             for name, (passed, body) in tls.cost(args.bin, trace, office).items()],
            "A new connection with a full handshake each time (two `stunnel4` ends, P-256 certificate); HTTP's heads are "
            "in it, TCP's and IP's are not."))
    if "line" in parts:
        report.part("The line", lambda: line.measure(report, args.bin, trace, office, args.quick))
    if "hub" in parts:
        report.part("The hub", lambda: hub.measure(report, args.bin, trace, office, args.quick))
    if "monday" in parts:
        report.part("Monday", lambda: monday.measure(report, args.bin, folder, 20 if args.quick else 154))
if set(parts) == set(PARTS):
    report.write()
else:
    print("Not all parts were run: docs/measurements.md stays as it is.", file=sys.stderr)
if report.failed:
    sys.exit("Not measured: " + ", ".join(report.failed))
