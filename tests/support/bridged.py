"""A Koshelf and an Audiobookshelf with the bridge between them, and one reader who uses both."""

import contextlib
import json
import time
from pathlib import Path

from support import wait
from support.audiobookshelf import Audiobookshelf
from support.koreader import Koreader, credential, fresh
from support.stack import Stack

ALIGNED = Path(__file__).resolve().parents[1] / "data" / "aligned"
BOOKS = ("alices_adventures_in_wonderland", "siddhartha", "the_time_machine", "the_wrong_box")


def real_book(abs_server, library, name, kind="titled", ebook=True, audio=True):
    """A library item of a real e-book and its real narration's marks."""
    folder = ALIGNED / name
    return abs_server.add_item(library, title=name.replace("_", " "),
                               ebook=folder / "book.epub" if ebook else None, filename=f"{name}.epub",
                               audio=folder / f"item-{kind}.json" if audio else None)


# Audio that no text belongs to: 20,000 s in five chapters.
PLAIN_AUDIO = {
    "duration": 20000, "tracks": [{"index": 1, "startOffset": 0, "duration": 20000, "title": "a.mp3"}],
    "chapters": [{"id": n, "start": n * 4000, "end": (n + 1) * 4000, "title": str(n + 1)} for n in range(5)]}


def plain_audiobook(abs_server, library, title="Plain", **more):
    """A library item without text, of that audio."""
    return abs_server.add_item(library, title=title, audio=PLAIN_AUDIO, **more)


def pointer(share):
    """Where a document of no particular text is when that share of it is read."""
    return f"/body/DocFragment[{round(share * 100)}]/body/p[2]/text().0"


def next_second():
    """Stamps of devices are whole seconds: waits until what happens now is later than all of them."""
    time.sleep(1.02 - time.time() % 1)


class Bridged:
    """A context manager. `user` is the Audiobookshelf account of `device`'s account, `library` one it sees.

    `env`: what is different for the stack, or a function that says so of this object once Audiobookshelf runs.
    """

    def __init__(self, *, abs_options=None, env=None, bridge=True, **stack_options):
        self._abs_options = abs_options
        self._env = env or {}
        self._bridge = bridge
        self._stack_options = stack_options

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.abs = stack.enter_context(Audiobookshelf(self._abs_options))
            self.library = self.abs.add_library()
            self.username = fresh()
            self.user = self.abs.add_user(self.username)
            users = {self.username: {"api_key": self.user.api_key}}
            env = {"AUDIOBOOKSHELF_BASE_URL": self.abs.url, "AUDIOBOOKSHELF_USER_MAP": json.dumps(users),
                   "AUDIOBOOKSHELF_HTTP_TIMEOUT": "2000"}
            env |= self._env(self) if callable(self._env) else self._env
            self.stack = stack.enter_context(Stack(env=env, **self._stack_options))
            self.device = self.register(self.username)
            if self._bridge:
                self.stack.start_bridge()
            self._exit = stack.pop_all()
        return self

    def __exit__(self, *details):
        return self._exit.__exit__(*details)

    def register(self, username):
        """A device of a new account."""
        device = Koreader(self.stack.https_port, username, credential("p"))
        assert device.register().status == 201
        return device

    # What readers do

    def push(self, document, percentage, progress, device=None):
        device = device or self.device
        body = {"document": document, "percentage": percentage, "progress": progress,
                "device": device.device, "device_id": device.device_id}
        answer = device.call("PUT", "/syncs/progress", body)
        assert answer.status == 200, answer
        return answer.json

    def pull(self, document, device=None):
        answer = (device or self.device).call("GET", f"/syncs/progress/{document}")
        assert answer.status == 200, answer
        return answer.json

    def read_to(self, document, share, device=None):
        """A push of pointer(share)."""
        return self.push(document, share, pointer(share), device)

    def link(self, document, item, text=None, username=None):
        arguments = ["link", username or self.username, document, item.id] + (["--text", text.id] if text else [])
        done = self.stack.ctl(*arguments)
        assert done.returncode == 0, done.stderr

    # What is to be seen

    def stored(self, document, username=None):
        """The document's record as it is, without a device that asks: bytes to bytes."""
        return self.stack.redis.hgetall(f"user:{username or self.username}:document:{document}")

    def wait_for_stored(self, document, share, username=None, timeout=15):
        """Until the bridge has brought the document to pointer(share)."""
        def there():
            return self.stored(document, username).get(b"progress") == pointer(share).encode()
        wait.until(there, f"{pointer(share)}, not {self.stored(document, username)}", timeout)

    def bridge_events(self, event):
        """The lines of the bridge's log with that name."""
        return [line for line in self.stack.events("bridge") if line["event"] == event]

    def seconds(self, item):
        """Where the audio is, or None."""
        record = self.abs.progress(self.user, item)
        return record and record["currentTime"]

    def patches(self, item):
        return self.abs.requests("PATCH", f"/api/me/progress/{item.id}")

    def wait_for_seconds(self, item, expected, tolerance=0.5, timeout=15):
        """Until the audio is there; the record."""
        def there():
            record = self.abs.progress(self.user, item)
            return record and abs(record["currentTime"] - expected) <= tolerance and record
        return wait.until(there, f"the audio at {expected}, not {self.seconds(item)}", timeout)

    def wait_for_import(self, document, timeout=15):
        """Until the document's position comes from Audiobookshelf; the position."""
        def imported():
            position = self.pull(document)
            return position.get("device_id") == "audiobookshelf" and position
        return wait.until(imported, f"an import, not {self.pull(document)}", timeout)

    def wait_for_feed(self):
        self.abs.wait_for_feed(self.user)

    def settled(self, timeout=15):
        """Until the bridge has nothing left to do."""
        def quiet():
            return not self.stack.redis.zcard(f"user:{self.username}:outbox")
        wait.until(quiet, "the outbox to be empty", timeout)

    def sentences(self):
        """The activity log, oldest first."""
        entries = self.stack.redis.xrange("koshelf:activity")
        return [fields[b"sentence"].decode() for _, fields in entries]
