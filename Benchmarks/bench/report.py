"""The table in docs/measurements.md, between two marks; what people wrote around it stays."""
import pathlib
import subprocess
import traceback

BEGIN, END = "<!-- scripts/bench begins -->", "<!-- scripts/bench ends -->"
ROOT = pathlib.Path(__file__).resolve().parents[2]


class Report:
    def __init__(self):
        self.lines, self.failed = [], []

    def part(self, title, measure):
        """Runs one part. What fails in it takes no other part's figures with it."""
        try:
            return measure()
        except Exception as error:
            traceback.print_exc()
            said = f": {error.stderr.strip()}" if isinstance(error, subprocess.CalledProcessError) and error.stderr else ""
            self.failed.append(title)
            self.add(f"**{title}: not measured.** {error}{said}\n")

    def add(self, text=""):
        print(text, flush=True)
        self.lines.append(text)

    def table(self, title, head, rows, note=""):
        self.add(f"### {title}\n")
        if note:
            self.add(note + "\n")
        self.add("| " + " | ".join(head) + " |")
        self.add("|" + "---|" * len(head))
        for row in rows:
            self.add("| " + " | ".join(str(cell) for cell in row) + " |")
        self.add()

    def write(self):
        path = ROOT / "docs/measurements.md"
        text = path.read_text()
        if BEGIN not in text:
            text = text.rstrip() + f"\n\n{BEGIN}\n{END}\n"
        before, rest = text.split(BEGIN)
        after = rest.split(END)[1]
        path.write_text(before + BEGIN + "\n" + "\n".join(self.lines).rstrip() + "\n" + END + after)


def number(value, digits=0):
    return f"{value:,.{digits}f}"


def verdict(value, target):
    return "met" if value <= target else f"missed × {value / target:.2f}"
