"""How long the unluckiest of many kept connections waits: rate and median do not show that some starve."""

import selectors
import socket
import time
from dataclasses import dataclass


@dataclass
class Outcome:
    worst_wait: float  # seconds, the longest any connection waited for one answer, unanswered ones included
    starved: int  # connections that got no answer at all
    requests: int


def measure(port, data, connections, seconds):
    """Sends `data` over and over on `connections` plain HTTP connections, each again once it was answered.

    An answer is small enough to arrive in one piece, and each connection has one request outstanding, so that
    one read is one answer.
    """
    selector = selectors.DefaultSelector()
    sent, worst, counts = {}, 0.0, {}
    sockets = []
    try:
        for _ in range(connections):
            one = socket.create_connection(("127.0.0.1", port), timeout=5)
            sockets.append(one)
            selector.register(one, selectors.EVENT_READ)
            sent[one], counts[one] = time.monotonic(), 0
            one.sendall(data)
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            for key, _ in selector.select(end - now):
                one = key.fileobj
                received = one.recv(65536)
                if not received:
                    raise ConnectionError("the server closed a kept connection")
                worst = max(worst, time.monotonic() - sent[one])
                counts[one] += 1
                sent[one] = time.monotonic()
                one.sendall(data)
        worst = max(worst, *(time.monotonic() - since for since in sent.values()))
    finally:
        for one in sockets:
            one.close()
        selector.close()
    return Outcome(worst, sum(count == 0 for count in counts.values()), sum(counts.values()))
