"""Several devices pushing without a pause, and the record of what each was told."""

import threading
from dataclasses import dataclass, field

from support.http_client import Disconnected
from support.koreader import Koreader


@dataclass
class Account:
    """What one device sent: `tried` and `acknowledged` hold steps, `refused` (step, what came instead)."""

    device: Koreader
    document: str
    tried: list = field(default_factory=list)
    acknowledged: list = field(default_factory=list)
    refused: list = field(default_factory=list)

    def push(self, step):
        self.tried.append(step)
        try:
            answer = self.device.push(self.document, step / 1000000, progress_of(step))
        except (OSError, Disconnected) as failure:
            self.refused.append((step, failure))
            return
        if answer.status == 200 and answer.json["document"] == self.document:
            self.acknowledged.append(step)
        else:
            self.refused.append((step, answer))


def progress_of(step):
    return f"/body/DocFragment[{step}]/body/p.0"


class Load:
    """Context manager: every device of `devices` pushes one step after the other until the block ends."""

    def __init__(self, devices):
        self.accounts = [Account(device, f"book-{number}") for number, device in enumerate(devices)]
        self._stop = threading.Event()

    def _run(self, account):
        step = 0
        while not self._stop.is_set():
            step += 1
            account.push(step)
            if account.refused and account.refused[-1][0] == step:
                self._stop.wait(0.02)  # as a device would not hammer a server that is down

    def __enter__(self):
        self._threads = [threading.Thread(target=self._run, args=(account,)) for account in self.accounts]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=30)
        assert not any(thread.is_alive() for thread in self._threads), "a pushing thread hangs"

    @property
    def count(self):
        return sum(len(account.acknowledged) for account in self.accounts)

    @property
    def refused(self):
        return [entry for account in self.accounts for entry in account.refused]


DOCUMENT_FIELDS = {b"percentage", b"progress", b"device", b"device_id", b"timestamp"}


def check_nothing_acknowledged_is_lost(load, redis):
    """Every acknowledged push is in the history, the current position is the last acknowledged one or an
    attempt after it, and no document hash is half written."""
    for account in load.accounts:
        user, document = account.device.username, account.document
        assert account.acknowledged, f"{document}: no push at all got through"
        stored = redis.hgetall(f"user:{user}:document:{document}")
        assert set(stored) == DOCUMENT_FIELDS, stored
        history = {entry[b"progress"].decode() for _,
                   entry in redis.xrange(f"user:{user}:history:{document}")}
        # The stream is capped, so only as many of the latest can be asked for as it surely keeps.
        missing = {progress_of(step) for step in account.acknowledged[-150:]} - history
        assert not missing, f"{document}: acknowledged but not in the history: {sorted(missing)[:5]}"
        last = account.acknowledged[-1]
        later = [step for step in account.tried if step >= last]
        assert stored[b"progress"].decode() in map(progress_of, later), (stored, last)
        consistent = next(step for step in later if progress_of(step) == stored[b"progress"].decode())
        assert float(stored[b"percentage"]) == consistent / 1000000, stored
