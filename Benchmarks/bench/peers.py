"""What other ways of keeping copies in step send for the same transactions.

Rows are named by random 128-bit ids, as peers without a registry of replicas must (SYNC §9). Only the
rows travel: not who did what with which intent and when, which Trasne's figures do hold. Each peer gives
bytes for what was recorded since the last call; the caller compresses them, alone, with zstd 19.
"""
import base64
import json
import random

import apsw
import loro
import pycrdt
import zstandard


def value_of(value, name):
    if isinstance(value, dict) and value.keys() == {"ref"}:
        return name(value["ref"])
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, (dict, list)) else value


class Names:
    """The same random id for the same row of a trace, on every PC."""

    def __init__(self, seed=5):
        self.rng, self.known = random.Random(seed), {}

    def raw(self, id):
        if id not in self.known:
            self.known[id] = self.rng.randbytes(16)
        return self.known[id]

    def text(self, id):
        return base64.urlsafe_b64encode(self.raw(id)).decode().rstrip("=")


class JSONLines:
    title = "JSON"

    def __init__(self, names, schema):
        self.names, self.out = names, []

    def record(self, ops):
        self.out.append(json.dumps([
            {"put" if "put" in op else "delete": op.get("put") or op["delete"], "id": self.names.text(op["id"]),
             **({"set": {k: value_of(v, self.names.text) for k, v in op["set"].items()}} if "set" in op else {})}
            for op in ops], ensure_ascii=False, separators=(",", ":")))

    def take(self):
        out, self.out = "\n".join(self.out).encode(), []
        return out


class Session:
    """SQLite's session extension; rows of ordinary tables with a BLOB key."""
    title, form = "SQLite session changeset", "changeset"

    def __init__(self, names, schema):
        self.names, self.db = names, apsw.Connection(":memory:")
        for table, columns in schema.items():
            self.db.execute(f"CREATE TABLE {table} (id BLOB PRIMARY KEY NOT NULL{''.join(', ' + c for c in columns)})")
        self.known = set()
        self.begin()

    def begin(self):
        self.session = apsw.Session(self.db, "main")
        self.session.attach()

    def record(self, ops):
        with self.db:
            for op in ops:
                key = self.names.raw(op["id"])
                if "delete" in op:
                    self.db.execute(f"DELETE FROM {op['delete']} WHERE id = ?", (key,))
                    continue
                names = list(op["set"])
                values = [value_of(v, self.names.raw) for v in op["set"].values()]
                if op["id"] in self.known:
                    self.db.execute(f"UPDATE {op['put']} SET {', '.join(n + ' = ?' for n in names)} WHERE id = ?",
                                    (*values, key))
                else:
                    self.known.add(op["id"])
                    self.db.execute(f"INSERT INTO {op['put']} (id{''.join(', ' + n for n in names)}) "
                                    f"VALUES (?{', ?' * len(names)})", (key, *values))

    def take(self):
        out = getattr(self.session, self.form)()
        self.session.close()
        self.begin()
        return out


class Patchset(Session):
    title, form = "SQLite session patchset", "patchset"


class Loro:
    title = "Loro"

    def __init__(self, names, schema):
        self.names, self.doc = names, loro.LoroDoc()
        self.said = self.doc.oplog_vv

    def record(self, ops):
        for op in ops:
            table, key = self.doc.get_map(op.get("put") or op["delete"]), self.names.text(op["id"])
            if "delete" in op:
                table.delete(key)
                continue
            row = table.get_or_create_container(key, loro.LoroMap())
            for column, value in op["set"].items():
                row.insert(column, value_of(value, self.names.text))
        self.doc.commit()

    def take(self):
        out = self.doc.export(loro.ExportMode.Updates(self.said))
        self.said = self.doc.oplog_vv
        return out


class Yjs:
    title = "Yjs"

    def __init__(self, names, schema):
        self.names, self.doc = names, pycrdt.Doc()
        self.tables = {table: self.doc.get(table, type=pycrdt.Map) for table in schema}
        self.said = self.doc.get_state()

    def record(self, ops):
        with self.doc.transaction():
            for op in ops:
                table, key = self.tables[op.get("put") or op["delete"]], self.names.text(op["id"])
                if "delete" in op:
                    if key in table:
                        del table[key]
                    continue
                values = {k: value_of(v, self.names.text) for k, v in op["set"].items()}
                if key in table:
                    row = table[key]
                    for column, value in values.items():
                        row[column] = value
                else:
                    table[key] = pycrdt.Map(values)

    def take(self):
        out = self.doc.get_update(self.said)
        self.said = self.doc.get_state()
        return out


def write(db, op, name):
    """A row into its table, new or not, or out of it."""
    if "delete" in op:
        db.execute(f"DELETE FROM {op['delete']} WHERE id = ?", (name(op["id"]),))
        return
    names, values = list(op["set"]), [value_of(v, name) for v in op["set"].values()]
    db.execute(f"INSERT INTO {op['put']} (id{''.join(', ' + n for n in names)}) VALUES "
               f"(?{', ?' * len(names)}) ON CONFLICT (id) DO UPDATE SET "
               + ", ".join(f"{n} = excluded.{n}" for n in names), (name(op["id"]), *values))


class CRSQLite:
    """Rows of crsql_changes since the last call, column by column; its library file is given by --crsqlite."""
    title, library = "cr-sqlite", None
    columns = ("table", "pk", "cid", "val", "col_version", "db_version", "cl", "seq")

    def __init__(self, names, schema):
        self.names, self.db = names, apsw.Connection(":memory:")
        self.db.enable_load_extension(True)
        self.db.load_extension(self.library, "sqlite3_crsqlite_init")
        for table, columns in schema.items():
            self.db.execute(f"CREATE TABLE {table} (id BLOB PRIMARY KEY NOT NULL{''.join(', ' + c for c in columns)})")
            self.db.execute("SELECT crsql_as_crr(?)", (table,)).fetchall()
        self.said = 0

    def record(self, ops):
        with self.db:
            for op in ops:
                write(self.db, op, self.names.raw)

    def take(self):
        rows = self.db.execute(f"SELECT {', '.join(chr(34) + c + chr(34) for c in self.columns)} FROM crsql_changes "
                               "WHERE site_id = crsql_site_id() AND db_version > ? ORDER BY db_version, seq",
                               (self.said,)).fetchall()
        self.said = max([row[5] for row in rows], default=self.said)
        return b"\n".join(b"\t".join(v if isinstance(v, bytes) else str(v).encode() for v in column)
                          for column in zip(*rows))

    def close(self):
        self.db.execute("SELECT crsql_finalize()").fetchall()


ALL = [JSONLines, Session, Patchset, Loro, Yjs]


def with_crsqlite(path):
    CRSQLite.library = str(path)
    try:
        CRSQLite(Names(), {"probe": {"word": None}}).close()
    except apsw.Error as error:
        raise SystemExit(f"--crsqlite {path}: {error}. It must be the library file of cr-sqlite, crsqlite.so.")
    ALL.append(CRSQLite)


def schema_of(*traces):
    tables = {}
    for lines in traces:
        for line in lines:
            for op in line["ops"]:
                columns = tables.setdefault(op.get("put") or op["delete"], {})
                columns.update(dict.fromkeys(op.get("set", {})))
    return tables


def payloads(peer, base, month, every):
    """The base's bytes, and one payload for every so many transactions of each PC (0: all at once)."""
    schema, names, register, found = schema_of(base, month), Names(), b"", []
    for device in sorted({line["device"] for line in month}):
        one = peer(names, schema)
        for line in base:
            one.record(line["ops"])
        register = one.take()
        waiting = 0
        for line in (line for line in month if line["device"] == device):
            one.record(line["ops"])
            waiting += 1
            if waiting == every:
                found.append(one.take())
                waiting = 0
        if waiting:
            found.append(one.take())
        getattr(one, "close", lambda: None)()
    return register, found


def squeezed(parts, dictionary=None):
    coder = zstandard.ZstdCompressor(level=19, dict_data=dictionary, write_checksum=False, write_dict_id=False)
    return sum(len(coder.compress(part)) for part in parts)


def dictionary(parts):
    """As large as ours, or a tenth of what there is to train on: another town's payloads."""
    return zstandard.train_dictionary(min(64 * 1024, sum(map(len, parts)) // 10), parts, level=19)


def plain_store_bytes(base, month, file, indexes=()):
    """The same rows in plain tables with integer keys, without log or versions; with these indexes."""
    db = apsw.Connection(str(file))
    numbers = {}
    for table, columns in schema_of(base, month).items():
        db.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY{''.join(', ' + c for c in columns)})")
    for sql in indexes:
        try:
            db.execute(sql)
        except apsw.SQLError:
            pass  # of a table or column that the trace does not fill

    def key(id):
        return numbers.setdefault(id, (2 << 32) + (1 << 31) + len(numbers))
    with db:
        for line in base + month:
            for op in line["ops"]:
                write(db, op, key)
    db.close()
    size = file.stat().st_size
    file.unlink()
    return size
