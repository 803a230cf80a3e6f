"""koshelf-bridge's work on the libraries, as tests start and observe it."""

import hashlib
import itertools
import json
from pathlib import Path

from support import wait
from support.processes import Process
from support.stack import binary

_numbers = itertools.count(1)
ALIGNED = Path(__file__).resolve().parents[1] / "data" / "aligned"


def book(name):
    return (ALIGNED / name / "book.epub").read_bytes()


def audio(name, marks="titled"):
    return json.loads((ALIGNED / name / f"item-{marks}.json").read_text())


def partial_md5(content):
    """KOReader's document id by content."""
    samples = [content[offset:offset + 1024] for offset in (0, *(1024 * 4 ** i for i in range(11)))]
    return hashlib.md5(b"".join(samples)).hexdigest()


def filename_md5(name):
    """KOReader's document id by name."""
    return hashlib.md5(name.encode()).hexdigest()


class Bridge:
    """A context manager around a koshelf-bridge that serves a stack."""

    def __init__(self, stack, env):
        self.stack = stack
        self.env = stack.pool_env | env
        self.name = f"bridge{next(_numbers)}"  # a log of its own
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.process.alive():
            assert self.process.stop() == 0

    @property
    def log(self):
        return self.stack.dir / "logs" / f"{self.name}.log"

    def start(self):
        self.process = Process(self.name, [binary("koshelf-bridge")], self.log, self.env)

    def kill(self):
        self.process.kill()

    def events(self, name):
        lines = self.log.read_text("utf-8").splitlines() if self.log.exists() else []
        parsed = (json.loads(line) for line in lines if line.startswith("{") and line.endswith("}"))
        return [line for line in parsed if line.get("event") == name]

    def wait_for_scan(self, after=0, timeout=30):
        return wait.until(lambda: self.events("scan.done")[after:], "a scan", timeout)


def link(stack, device, document):
    """The link of a document as a dict, or None."""
    raw = stack.redis.hget(f"user:{device.username}:links", document)
    return raw and json.loads(raw)


def wait_for_link(stack, device, document, timeout=15):
    return wait.until(lambda: link(stack, device, document), f"a link of {document}", timeout)


def text_map(stack, item):
    """{fingerprint, map, made, error} of an item, or {}; the map is bytes."""
    fields = stack.redis.hgetall(f"koshelf:textmap:{item.id}")
    return {name.decode(): value if name == b"map" else value.decode() for name, value in fields.items()}


def alignment(stack, audio_item, text_item=None):
    fields = stack.redis.hgetall(f"koshelf:alignment:{audio_item.id}:{(text_item or audio_item).id}")
    return {name.decode(): value if name == b"alignment" else value.decode() for name, value in fields.items()}


def wait_for_map(stack, item, timeout=20):
    return wait.until(lambda: text_map(stack, item), f"a text map of {item.id}", timeout)
