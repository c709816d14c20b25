"""What TLS adds: two stunnel ends around the counting relay, TLS 1.3 with a P-256 certificate."""
import json
import socket
import subprocess
import time

import lab as labs


def wait(port):
    for _ in range(200):
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(.02)
    raise RuntimeError(f"stunnel did not listen on {port}")


def cost(bin, folder, office):
    """Bytes of the line under TLS and of the bodies, both ways, by exchange."""
    one = labs.Lab(bin, office)
    try:
        pem = one.folder / "tls.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                        "-nodes", "-days", "2", "-subj", "/CN=hub", "-keyout", pem, "-out",
                        one.folder / "tls.crt"], check=True, capture_output=True)
        pem.write_text(pem.read_text() + (one.folder / "tls.crt").read_text())
        near, far = labs.free_port(), labs.free_port()
        counted = labs.Relay(far)
        for name, text in (
                ("far", f"accept=127.0.0.1:{far}\nconnect=127.0.0.1:{one.port}\ncert={pem}\n"),
                ("near", f"client=yes\naccept=127.0.0.1:{near}\nconnect=127.0.0.1:{counted.port}\n"
                         "verifyChain=no\nsessionResume=no\n")):
            conf = one.folder / f"{name}.conf"
            conf.write_text(f"foreground=yes\npid=\ndebug=err\nsslVersion=TLSv1.3\n[{name}]\n{text}")
            one.start("stunnel4", conf, stderr=subprocess.DEVNULL)
        wait(far)
        wait(near)
        one.add("e1", 1, port=near)

        def sync(name="e1"):
            counted.take()
            report = one.sync(name)
            passed = sum(len(a) + len(b) for a, b in counted.take())
            return passed, report["sent_bytes"] + report["received_bytes"]
        found = {}
        one.replay("e1", folder / "base.jsonl")
        found["register"] = sync()
        sync()
        found["idle"] = sync()
        one.add("e2", 2, port=near)
        counted.take()
        found["everything to a second PC"] = sync("e2")
        month = [line for line in (folder / "month.jsonl").read_text().splitlines(True) if json.loads(line)["device"] == 1]
        for name, lines in (("1 transaction", month[:1]), ("10 transactions", month[1:11]), ("the rest of the month", month[11:])):
            (one.folder / "piece.jsonl").write_text("".join(lines))
            one.replay("e1", one.folder / "piece.jsonl")
            found[name] = sync()
        return found
    finally:
        one.close()
