"""Bytes of the exchanges: the programs through the counting relay, peers and floors on the same trace."""
import json

import floors
import lab
import peers


def load(folder):
    return tuple([json.loads(line) for line in (folder / f"{part}.jsonl").open(encoding="utf-8")]
                 for part in ("base", "month"))


def first(month, count):
    """So many of PC 1's transactions."""
    return [line for line in month if line["device"] == 1][:count]


def pieces(folder, month, device, every):
    """Files of so many transactions of one PC."""
    lines = [line for line in month if line["device"] == device]
    for at in range(0, len(lines), every):
        file = folder / f"piece-{device}-{at}.jsonl"
        file.write_text("".join(json.dumps(x, ensure_ascii=False) + "\n" for x in lines[at:at + every]))
        yield file, len(lines[at:at + every])


def trasne(bin, folder, exchanges_max):
    """The exchanges of one trace, and what of the store and memory they leave."""
    base, month = load(folder)
    found = {}
    one = lab.Lab(bin, base[0]["office"])
    try:
        for d in (1, 2):
            one.add(f"e{d}", d)
        one.replay("e1", folder / "base.jsonl")
        found["register"] = one.sync("e1")
        found["bootstrap"] = one.sync("e2")
        found["hub idle kB"] = one.hub_memory_kb()
        both = []
        for d in (1, 2):
            one.replay(f"e{d}", folder / "month.jsonl", d)
            both.append(one.sync(f"e{d}"))
        # PC 2's exchange also brings PC 1's month: what it sent alone counts.
        found["month sent"] = sum(x["sent_bytes"] for x in both)
        found["month of PC 1"], found["month of PC 2, and PC 1's"] = both
        found["PC 2's month to PC 1"] = one.sync("e1")
        found["idle"] = one.sync("e1")
        one.edge("verify", "--store", one.folder / "e1")
        found["store"] = one.store_bytes("e1")
        found["indexes"] = one.index_sql("e1")
        found["hub peak kB"] = one.hub_memory_kb("VmHWM")
        found["hub start s"] = one.hub_start_s
        one.add("e3", 3)
        found["edge peak kB"], _ = one.peak("edgenode", "sync", "--store", one.folder / "e3")
        idle = [one.peak("edgenode", "sync", "--store", one.folder / "e1") for _ in range(5)]
        found["edge idle kB"] = max(kilobytes for kilobytes, _ in idle)
        found["edge idle s"] = [seconds for _, seconds in idle]
        found["start s"] = [one.peak("edgenode", "--version")[1] for _ in range(5)]
    finally:
        one.close()
    for every in (10, 1):
        found[every] = small_exchanges(bin, folder, every, exchanges_max)
    return found


def small_exchanges(bin, folder, every, exchanges_max):
    """A sync after every so many transactions of PC 1: segments and what is said around them."""
    base, month = load(folder)
    one = lab.Lab(bin, base[0]["office"])
    try:
        one.add("e1", 1)
        one.replay("e1", folder / "base.jsonl")
        one.sync("e1")
        one.sync("e1")
        segments = around = count = exchanges = 0
        for file, transactions in pieces(one.folder, month, 1, every):
            one.replay("e1", file)
            said = one.sync("e1")
            segments, around = segments + said["segments"], around + said["around"]
            count, exchanges = count + transactions, exchanges + 1
            if exchanges == exchanges_max:
                break
        return {"payload": segments / count, "around": around / exchanges, "exchanges": exchanges}
    finally:
        one.close()


def others(folder, training, with_dictionary, exchanges_max):
    """Each peer's bytes: register, and a transaction of the month for all, 10, 1 at a time.

    The whole month is both PCs'; 10 and 1 at a time are PC 1's, as many exchanges as Trasne's.
    """
    base, month = load(folder)
    rows = []
    for peer in peers.ALL:
        row = {"title": peer.title, "register": None}
        for every in (0, 10, 1):
            told = month if not every else first(month, every * exchanges_max)
            register, parts = peers.payloads(peer, base, told, every)
            row["register"] = peers.squeezed([register])
            row[every] = peers.squeezed(parts) / len(told)
            if with_dictionary and peer in (peers.JSONLines, peers.Patchset):
                _, trained = peers.payloads(peer, *load(training), every or 10)
                row[f"{every} with dictionary"] = peers.squeezed(
                    parts, peers.dictionary(trained)) / len(told)
        rows.append(row)
    register, month_floor = floors.floors(base), floors.floors(month)
    return rows, {name: (register[name], month_floor[name] / len(month)) for name in register}
