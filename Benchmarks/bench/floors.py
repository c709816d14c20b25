"""The bare values of a month, column by column, under the strongest general coders: a floor."""
import pathlib
import subprocess
import tempfile

import json


def columns(lines):
    found = {}
    for line in lines:
        for op in line["ops"]:
            for column, value in op.get("set", {}).items():
                if isinstance(value, dict) and value.keys() == {"ref"}:
                    value = value["ref"][1:]
                elif isinstance(value, (dict, list)):
                    value = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
                found.setdefault((op["put"], column), []).append(str(value))
    return "\0".join("\n".join(found[key]) for key in sorted(found)).encode()


def floors(lines):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "v"
        file.write_bytes(columns(lines))
        commands = {
            "xz -9e": ["xz", "-9e", "-k", "-c", str(file)],
            "zstd --ultra -22": ["zstd", "--ultra", "-22", "-q", "-c", str(file)]}
        sizes = {name: len(subprocess.run(command, capture_output=True, check=True).stdout)
                 for name, command in commands.items()}
        archive = file.with_suffix(".zpaq")
        subprocess.run(["zpaq", "add", str(archive), "v", "-m5"], cwd=folder, capture_output=True, check=True)
        sizes["zpaq -m5"] = archive.stat().st_size
        return sizes
