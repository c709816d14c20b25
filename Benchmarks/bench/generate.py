"""A register and a month of an office, in words that no dictionary was trained on.

Every name, text and letter body is put together from syllables by the seed, so a dictionary can know
the shapes of the domain but none of its words. Form: docs/trace-format.md. The same options give the
same bytes. For the traces of the design's gates, give the bench its own folder with --traces.
"""
import base64
import datetime as dt
import hashlib
import json
import random

OFFICE = "52.02.04.2009"
LETTERS = ["SKTM", "PGT", "SKU", "DOM", "SKCK", "SKD"]
SERVICES = [("kk-baru", "dukcapil"), ("ktp-el", "dukcapil"), ("pindah", "dukcapil"), ("pbi", "dinsos")]
ODD = ["  ", " 🙏", " محمد", "\t", "’"]
SYLLABLES = [c + v + e for c in "bdghjklmnprstwy" for v in "aeiou" for e in ("", "", "n", "r", "k")]


def ref(id):
    return {"ref": id}


class Town:
    def __init__(self, seed, residents, messy, office=OFFICE):
        self.rng, self.messy, self.office = random.Random(f"bench/{seed}"), messy, office
        self.count, self.n, self.lines, self.serials = {}, 0, [], {}
        self.district, self.first_serial = office.replace(".", "")[:6], int(office[-3:]) * 40 % 9_000
        self.residents_wanted = residents
        words = [self.word() for _ in range(900)]
        self.names, self.places = words[:350], [w.title() for w in words[350:390]]
        self.sentences = [" ".join(self.rng.choices(words, k=self.rng.randint(3, 9))) for _ in range(160)]
        self.jobs = words[390:415]
        self.bodies = {kind: " ".join(self.rng.choices(words, k=75)) for kind in LETTERS}
        self.at = {1: dt.datetime(2026, 8, 29), 2: dt.datetime(2026, 8, 29)}

    def word(self):
        return "".join(self.rng.choices(SYLLABLES, k=self.rng.randint(2, 3)))

    def text(self, pool):
        """Some texts are common, most are rare; a careless hand spoils some."""
        value = pool[min(int(self.rng.expovariate(6 / len(pool))), len(pool) - 1)]
        if self.messy and self.rng.random() < .2:
            at = self.rng.randrange(len(value))
            value = self.rng.choice([value.upper(), value + self.rng.choice(ODD), value[:at] + value[at + 1:]])
        return value

    def name(self):
        return " ".join(self.text(self.names).title() for _ in range(self.rng.choice([1, 2, 2, 3])))

    def new(self, table, prefix, **values):
        self.count[prefix] = self.count.get(prefix, 0) + 1
        return {"put": table, "id": f"{prefix}{self.count[prefix]}",
                "set": {k: v for k, v in values.items() if v is not None}}

    def tx(self, device, by, intent, *ops, minutes=9):
        self.at[device] += dt.timedelta(seconds=self.rng.randint(20, minutes * 120))
        self.n += 1
        self.lines.append({"n": self.n, "at": f"{self.at[device]:%Y-%m-%dT%H:%M:%SZ}", "office": self.office,
                           "device": device, "by": by, "intent": intent, "ops": list(ops)})

    def nik(self, sex, born):
        key = f"{self.district}{born.day + 40 * (sex == 'female'):02}{born:%m%y}"
        self.serials[key] = self.serials.get(key, 0) + 1
        # Offices of one district share its people's numbers: each has a stretch of its own.
        return f"{key}{self.first_serial + self.serials[key]:04}"

    def ms(self, device):
        return int(self.at[device].timestamp()) * 1000 + self.rng.randint(0, 999)

    def resident(self, house, relationship, years):
        sex = self.rng.choice(["male", "female"])
        born = dt.date(2026 - years, self.rng.randint(1, 12), self.rng.randint(1, 28))
        return self.new(
            "resident", "r", nik=self.nik(sex, born), nik_status="matched", name=self.name(), sex=sex,
            birth_place=self.text(self.places), birth_date=born.isoformat(), religion="islam",
            education=self.rng.choice(["primary", "junior", "senior"]), occupation=self.text(self.jobs),
            marital_status="married" if years > 21 else "single", citizenship="wni", father_name=self.name(),
            mother_name=self.name(), household=ref(house), relationship=relationship, residency="permanent",
            phone=f"08{self.rng.randint(10**9, 10**10 - 1)}" if years > 16 and self.rng.random() < .3 else None,
            vital_status="alive")

    def base(self):
        self.houses = []
        while self.count.get("r", 0) < self.residents_wanted:
            hamlet = self.places[self.rng.randrange(8)]
            house = self.new(
                "household", "h", family_card_no=f"{self.district}0101{self.rng.randint(10, 20)}{len(self.houses) + 1:04}",
                address=f"Dusun {hamlet}", hamlet=hamlet, rw="000", rt=f"{self.rng.randint(1, 8):03}",
                welfare_class=self.rng.choice(["poor", "near_poor", "not_poor"]), status="active")
            members = [self.resident(house["id"], "head", self.rng.randint(24, 80))]
            members += [self.resident(house["id"], "child", self.rng.randint(1, 30))
                        for _ in range(self.rng.choice([0, 1, 2, 2, 3, 4]))]
            aid = [self.new("aid_entitlement", "e", program="CBP", period="2026-09", household=ref(house["id"]),
                            quantity=10, state="allotted")] if self.rng.random() < .2 else []
            self.houses.append((house["id"], members[0]["id"], aid[0]["id"] if aid else None))
            self.tx(1, "op1", "register.import", house, *members, *aid, minutes=1)
        lines, self.lines = self.lines, []
        return lines

    def letter(self, d, who):
        kind = self.rng.choice(LETTERS)
        letter = self.new("letter", "l", type=kind, type_version=1, classification="140", resident=ref(who),
                          fields={"purpose": self.text(self.sentences)}, state="draft")
        self.tx(d, f"op{d}", "letter.draft", letter)
        number = self.count["l"]
        text = f"{kind}/{number:03}/IX/2026\n{self.name()}\n{self.bodies[kind]}\n{self.text(self.sentences)}"
        digest = hashlib.sha256(text.encode()).hexdigest()
        seal = base64.urlsafe_b64encode(hashlib.sha512(f"{text}{number}".encode()).digest()).decode().rstrip("=")
        self.tx(d, "kades", "letter.sign", {"put": "letter", "id": letter["id"], "set": {
            "series": "UMUM", "number": number, "year": 2026, "frozen_text": text, "issued_on": "2026-09-10",
            "valid_until": "2026-12-09", "signer": self.names[0].title(), "signer_title": "Kepala Desa",
            "state": "signed", "signature_class": "node", "digest": digest,
            "qr": f"https://cek.example.id/s#{digest[:16]}{seal}"}})
        self.tx(d, f"op{d}", "letter.hand_over",
                {"put": "letter", "id": letter["id"], "set": {"state": "handed_over"}})

    def application(self, d, who):
        service, agency = self.rng.choice(SERVICES)
        a = self.new("application", "a", ticket=f"{self.office}-{'AB'[d - 1]}-{self.count.get('a', 0):04}",
                     service=service, service_version=1, applicant=ref(who), channel="counter", state="submitted",
                     assigned_agency=agency, due_at=self.ms(d) + 259_200_000, paused_minutes=0)

        def step(old, new):
            return self.new("application_step", "as", application=ref(a["id"]), at=self.ms(d), actor=f"op{d}",
                            from_state=old, to_state=new)
        self.tx(d, f"op{d}", "application.submit", a, step("draft", "submitted"), *(
            self.new("requirement_check", "rc", application=ref(a["id"]), requirement=r, state="present")
            for r in ("kk", "ktp")))
        self.tx(d, f"op{d}", "application.step", step("submitted", "ready"),
                {"put": "application", "id": a["id"], "set": {"state": "ready"}})

    def correct(self, d, who, column):
        value = {"phone": f"08{self.rng.randint(10**9, 10**10 - 1)}", "occupation": self.text(self.jobs),
                 "mother_name": self.name(), "birth_place": self.text(self.places)}[column]
        self.tx(d, f"op{d}", "resident.correct", {"put": "resident", "id": who, "set": {column: value}})

    def month(self):
        self.at = {1: dt.datetime(2026, 9, 1), 2: dt.datetime(2026, 9, 1, 0, 0, 7)}
        columns = ["phone", "occupation", "mother_name", "birth_place"]
        people = [f"r{i}" for i in range(1, self.count["r"] + 1)]
        scale = self.residents_wanted / 7300
        todo = (["letter"] * max(4, round(300 * scale)) + ["aid"] * max(4, round(300 * scale))
                + ["application"] * max(2, round(90 * scale)) + ["correct"] * max(6, round(80 * scale))
                + ["survey"] * max(2, round(60 * scale)) + ["complaint"] * max(1, round(20 * scale)))
        self.rng.shuffle(todo)
        due = [h for h in self.houses if h[2]]
        for what in todo:
            d, who = self.rng.choice([1, 1, 2]), self.rng.choice(people)
            if what == "letter":
                self.letter(d, who)
            elif what == "application":
                self.application(d, who)
            elif what == "correct":
                column = self.rng.choice(columns)
                self.correct(d, who, column)
                if self.rng.random() < .2:  # the other PC too, without having heard of it
                    self.correct(3 - d, who, column)
            elif what == "survey":
                self.tx(d, "citizen", "survey.answer", self.new(
                    "survey_response", "s", service="surat", channel="counter",
                    **{f"u{i}": self.rng.randint(2, 4) for i in range(1, 10)},
                    suggestion=self.text(self.sentences) if self.rng.random() < .3 else None))
            elif what == "complaint":
                c = self.new("complaint", "c", ticket=f"{self.office}-C-{self.n:05}", kind="complaint",
                             category="road", text=self.text(self.sentences), channel="counter",
                             identity="open", reporter=ref(who), agency="pupr", state="received")
                self.tx(d, f"op{d}", "complaint.receive", c, self.new(
                    "complaint_action", "ca", complaint=ref(c["id"]), at=self.ms(d), actor=f"op{d}",
                    action="received"))
            elif due:
                house, head, entitlement = due.pop()
                self.tx(d, "kasi", "aid.deliver", self.new(
                    "aid_delivery", "d", entitlement=ref(entitlement), warehouse=f"POS-{d}", at=self.ms(d),
                    quantity=10, recipient=ref(head), evidence="signature"), self.new(
                    "stock_movement", "m", warehouse=f"POS-{d}", item="beras", delta=-10, reason="serah"),
                    {"put": "aid_entitlement", "id": entitlement, "set": {"state": "delivered"}})
        return self.lines


def write(folder, seed, residents, messy=False, office=OFFICE):
    folder.mkdir(parents=True, exist_ok=True)
    town = Town(seed, residents, messy, office)
    for name, lines in (("base", town.base()), ("month", town.month())):
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            for line in lines:
                file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    return folder
