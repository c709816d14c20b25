#!/usr/bin/env python3
"""A slow line to a port of this machine: rate and delay each way, cut every so often.

Usage: slow_line.py LISTEN_PORT TARGET_PORT [--to ADDRESS] [--kbit 64] [--round-trip-ms 600] [--cut-seconds 0]
Bytes of both ways are written to standard error when a connection ends.
"""
import argparse
import socket
import sys
import threading
import time

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("listen", type=int)
parser.add_argument("target", type=int)
parser.add_argument("--to", default="127.0.0.1")
parser.add_argument("--kbit", type=float, default=64)
parser.add_argument("--round-trip-ms", type=float, default=600)
parser.add_argument("--cut-seconds", type=float, default=0)
options = parser.parse_args()
RATE = options.kbit * 1_000 / 8
DELAY = options.round_trip_ms / 2_000


class Way:
    """One direction of the line, shared by all connections: a queue that drains at the rate."""

    def __init__(self):
        self.free_at = 0.0
        self.lock = threading.Lock()

    def arrival(self, count):
        with self.lock:
            self.free_at = max(self.free_at, time.monotonic()) + count / RATE
            return self.free_at + DELAY


def forward(source, sink, way, ends_at):
    queue, done, ready = [], [], threading.Condition()

    def deliver():
        while True:
            with ready:
                while not queue and not done:
                    ready.wait()
                if not queue:
                    break
                at, data = queue.pop(0)
            time.sleep(max(0, at - time.monotonic()))
            if ends_at and time.monotonic() > ends_at:
                break
            try:
                sink.sendall(data)
            except OSError:
                break
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    thread = threading.Thread(target=deliver, daemon=True)
    thread.start()
    total = 0
    while True:
        try:
            data = source.recv(1_024)
        except OSError:
            break
        if not data:
            break
        total += len(data)
        at = way.arrival(len(data))
        with ready:
            queue.append((at, data))
            ready.notify()
        # As little waits in the line as in a small modem.
        time.sleep(max(0, at - DELAY - time.monotonic() - 0.5))
    with ready:
        done.append(True)
        ready.notify()
    thread.join()
    return total


up, down = Way(), Way()
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", options.listen))
server.listen(16)


def serve(client):
    target = socket.create_connection((options.to, options.target))
    # The handshake of TCP takes a round trip, too.
    time.sleep(2 * DELAY)
    ends_at = time.monotonic() + options.cut_seconds if options.cut_seconds else None
    counts = {}
    other = threading.Thread(
        target=lambda: counts.update(up=forward(client, target, up, ends_at)), daemon=True)
    other.start()
    counts["down"] = forward(target, client, down, ends_at)
    other.join()
    print(f"{counts.get('up', 0)} up, {counts['down']} down", file=sys.stderr, flush=True)


while True:
    connection, _ = server.accept()
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
