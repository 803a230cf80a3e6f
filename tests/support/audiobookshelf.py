"""A simulated Audiobookshelf on a free port, filled and observed by a test. See docs/audiobookshelf.md."""

import base64
import contextlib
import json
import re
import shutil
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path

from support import http_client, wait
from support.processes import Port, Process

MAIN = Path(__file__).resolve().parent / "audiobookshelf" / "main.mjs"
_ENV = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
_HELPER = ("x-test-helper", "1")  # marks our own calls in the log of requests


@dataclass(frozen=True)
class User:
    """An account. `token` is the legacy one, which opens sockets too; `api_key` opens REST calls alone."""

    id: str
    username: str
    password: str
    api_key: str
    api_key_id: str
    token: str


@dataclass(frozen=True)
class Item:
    """A library item as it was when added or changed."""

    id: str
    json: dict  # as GET /api/items/:id?expanded=1

    @property
    def media_id(self):
        return self.json["media"]["id"]

    @property
    def ebook_ino(self):
        return self.json["media"]["ebookFile"]["ino"]

    @property
    def duration(self):
        return self.json["media"]["duration"]


@dataclass(frozen=True)
class Request:
    """One line of the log. `path` is without the base path, `status` None if it was never answered."""

    time: float
    method: str
    path: str
    query: str
    headers: dict  # names in lower case
    user: str | None  # the name
    body: str
    fault: str | None
    status: int | None
    ended: float | None

    @property
    def json(self):
        return json.loads(self.body)


class Refused(AssertionError):
    """A helper's call was not answered with 2xx."""


class Audiobookshelf:
    """A context manager; the state and the ports stay when it is stopped and started again within.

    `options` override those of main.mjs, e.g. `{"pingIntervalMs": 300}` or `{"progressList": False}`.
    """

    def __init__(self, options=None):
        self.options = dict(options or {})
        self.process = None
        self._shift = 0.0
        self._log_read = 0
        self._log_entries = {}
        self._cleared = set()

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.dir = Path(tempfile.mkdtemp(prefix="ks-abs-", dir="/tmp"))
            stack.callback(shutil.rmtree, self.dir)
            ports = [Port(), Port()]
            for port in ports:
                stack.callback(port.release)
            self.port, self._control_port = (port.number for port in ports)
            stack.callback(self.kill)
            self.start()
            self._exit = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._exit.close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def prefixed_url(self):
        """The same server below its base path."""
        return self.url + "/audiobookshelf"

    # Life and death

    def start(self):
        """Starts it and waits until it listens."""
        options = self.options | {"shiftMillis": round(self._shift * 1000)}
        argv = ["node", MAIN, "--port", self.port, "--control-port", self._control_port, "--state", self.dir,
                "--options", json.dumps(options)]
        self.process = Process("audiobookshelf", argv, self.dir / "log", _ENV)
        wait.until(self._answers, f"the simulated Audiobookshelf to listen: {self.log_text()}", timeout=30)

    def _answers(self):
        assert self.process.alive(), f"the simulated Audiobookshelf ended: {self.log_text()}"
        try:
            return self.control("GET", "/faults") is not None
        except OSError:
            return False

    def alive(self):
        return self.process is not None and self.process.alive()

    def stop(self):
        """SIGTERM: feeds are cut off without a word."""
        self.process.stop()

    def interrupt(self):
        """SIGINT: feeds are told that it ends."""
        self.process.signal(signal.SIGINT)
        self.process.wait()

    def kill(self):
        """SIGKILL."""
        if self.process:
            self.process.kill()

    def restart(self):
        self.kill()
        self.start()

    def log_text(self):
        log = self.dir / "log"
        return log.read_text(errors="replace") if log.exists() else ""

    # Talking to it

    def control(self, method, path, body=None):
        """The answer of the control port, whose routes are in control.mjs."""
        data = None if body is None else json.dumps(body).encode()
        headers = [("Content-Type", "application/json")]
        answer = http_client.request(self._control_port, method, path, headers, data, tls=False,
                                     read_timeout=60)
        if answer.status != 200:
            raise Refused(f"{method} {path}: {answer.status} {answer.body!r}")
        return answer.json

    def request(self, method, path, user=None, body=None, headers=(), read_timeout=10):
        """A call of the public port with the key of `user` (or a credential itself); not in requests()."""
        pairs = [_HELPER, *headers]
        if user is not None:
            pairs.append(("Authorization", f"Bearer {getattr(user, 'api_key', user)}"))
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            pairs.append(("Content-Type", "application/json"))
        return http_client.request(self.port, method, path, pairs, body, tls=False, read_timeout=read_timeout)

    def _done(self, method, path, user, body):
        answer = self.request(method, path, user, body)
        if not 200 <= answer.status < 300:
            raise Refused(f"{method} {path}: {answer.status} {answer.body!r}")
        return answer

    # Filling it

    def add_user(self, name, password="secret", type="user", libraries=None, active=True, permissions=None):
        """A new account; it sees all libraries, or only these (ids). `type`: root, admin, user, guest."""
        body = {"username": name, "password": password, "type": type, "isActive": active,
                "librariesAccessible": libraries or [], "permissions": permissions or {}}
        if libraries is not None:
            body["permissions"] = {"accessAllLibraries": False} | body["permissions"]
        return User(**self.control("POST", "/users", body))

    def change_user(self, user, **fields):
        """Fields as in the user JSON, e.g. isActive, username, password, librariesAccessible, permissions."""
        return self.control("PATCH", f"/users/{user.id}", fields)

    def access_token(self, user):
        """A token as a login gives it, without counting against the limit of logins."""
        return self.control("POST", f"/users/{user.id}/access-token")["token"]

    def set_key_active(self, user, active):
        self.control("PATCH", f"/api-keys/{user.api_key_id}", {"isActive": active})

    def add_library(self, name="Books", media_type="book", **settings):
        """The id of a new library."""
        body = {"name": name, "mediaType": media_type, "settings": settings}
        return self.control("POST", "/libraries", body)["id"]

    def add_item(self, library, title=None, ebook=None, audio=None, metadata=None, filename="book.epub",
                 supplementary=(), episodes=(), cover=True, tags=()):
        """A new item. `ebook`, each of `supplementary`: bytes or a path; `audio`: an item JSON (or its path),
        of which tracks, chapters, duration and metadata are taken; without it the item has no audio. `cover`: whether it
        has one; base64 for a PNG that is not just one pixel."""
        media = _media(audio)
        body = {"libraryId": library, "audio": media, "metadata": metadata or {}, "cover": cover,
                "title": title or (media or {}).get("metadata", {}).get("title", "Untitled"),
                "tags": list(tags),
                "ebook": _file(ebook, filename), "episodes": list(episodes),
                "supplementary": [_file(each, f"extra{n}.epub") for n, each in enumerate(supplementary)]}
        json_ = self.control("POST", "/items", body)
        return Item(json_["id"], json_)

    def change_item(self, item, ebook=..., filename="book.epub", metadata=None, media=None, cover=None):
        """Another ebook (None: none), metadata or media fields; item_updated goes out."""
        body = {"metadata": metadata or {}, "media": media or {}}
        if ebook is not ...:
            body["ebook"] = _file(ebook, filename)
        if cover is not None:
            body["cover"] = cover
        json_ = self.control("PATCH", f"/items/{item.id}", body)
        return Item(json_["id"], json_)

    def remove_item(self, item):
        self.control("DELETE", f"/items/{item.id}")

    # Progress

    def progress(self, user, item, episode=None):
        """The record that GET /api/me/progress/:item gives, or None."""
        query = f"?episode={episode}" if episode else ""
        return self.control("GET", f"/progress/{user.id}/{item.id}{query}")

    def records(self, user, item=None):
        """All records of the user (for the item) as stored: with extraData, and duplicates."""
        records = self.control("GET", f"/progress/{user.id}")
        return [each for each in records if item is None or each["mediaItemId"] == item.media_id]

    def set_progress(self, user, item, **columns):
        """Writes columns (currentTime, ebookProgress, updatedAt, extraData …) past all rules, silently."""
        return self.control("PUT", f"/progress/{user.id}/{item.id}", columns)

    def patch_progress(self, user, item, **fields):
        """PATCH /api/me/progress/:item as any client may."""
        self._done("PATCH", f"/api/me/progress/{item.id}", user, fields)

    def read_web(self, user, item, cfi, fraction):
        """A page turned in the web reader."""
        self.patch_progress(user, item, ebookLocation=cfi, ebookProgress=fraction)

    def play(self, user, item, device="player"):
        """A player that opened the item."""
        body = {"deviceInfo": {"deviceId": device, "clientName": "test", "clientVersion": "1"},
                "mediaPlayer": "test", "forceDirectPlay": True}
        return Player(self, user, self._done("POST", f"/api/items/{item.id}/play", user, body).json)

    def listen(self, user, item, seconds, listened=10.0):
        """The user plays the item, is at `seconds` after `listened` seconds of listening, and closes it."""
        player = self.play(user, item)
        player.sync(seconds, listened)
        player.close()

    # What happened

    def requests(self, method=None, path=None, user=None, helpers=False):
        """The requests since clear_requests(), oldest first, also of earlier runs; `path` is a regex."""
        entries = self._read_request_log()
        wanted = [entry for entry in entries.values()
                  if "method" in entry and (helpers or not entry["helper"])
                  and method in (None, entry["method"]) and (path is None or re.search(path, entry["path"]))
                  and (user is None or entry["user"] == getattr(user, "username", user))]
        return [Request(**{name: entry[name] for name in Request.__dataclass_fields__}) for entry in wanted]

    def wait_for_requests(self, count=1, timeout=15, **wanted):
        """The answered requests that requests() finds, once there are `count` of them."""
        def answered():
            found = [each for each in self.requests(**wanted) if each.status is not None]
            return found if len(found) >= count else None
        return wait.until(answered, f"{count} requests {wanted}", timeout)

    def clear_requests(self):
        """Forgets those that began until now."""
        self._read_request_log()
        self._cleared = set(self._log_entries)

    def _read_request_log(self):
        """What is not cleared, as dicts by id. Reads on where it ended the last time."""
        with open(self.dir / "requests.jsonl", "rb") as log:
            log.seek(self._log_read)
            lines = log.read()
        lines = lines[:lines.rfind(b"\n") + 1]
        self._log_read += len(lines)
        for line in lines.splitlines():
            with contextlib.suppress(ValueError):  # cut short by SIGKILL
                entry = json.loads(line)
                self._log_entries.setdefault(entry["id"], {"status": None, "ended": None}).update(entry)
        return {id_: entry for id_, entry in self._log_entries.items() if id_ not in self._cleared}

    def sockets(self):
        """The open feeds: dicts of id, mount, polling (a GET is pending), user (name, if authenticated)."""
        return self.control("GET", "/sockets")

    def wait_for_feed(self, user, timeout=15):
        """Waits until a feed of the user is authenticated and polls."""
        wait.until(lambda: any(each["user"] == user.username and each["polling"] for each in self.sockets()),
                   f"a feed of {user.username}", timeout)

    def drop_sockets(self):
        """Closes every feed from the server's side."""
        self.control("DELETE", "/sockets")

    def emit(self, user, name, value):
        """Any event to the feeds of the user, also a malformed one."""
        self.control("POST", "/sockets/events", {"user": user.id, "name": name, "value": value})

    # Trouble

    def fault(self, kind, method=None, path=None, count=None, **options):
        """Orders a fault for the next `count` fitting requests, or for all until cleared; `path` is a regex.

        Kinds: delay(ms), hang, half_open, drop, lose_answer (executed, but nobody hears of it), garbage (no
        HTTP), not_json(body), truncate(body), status(status, body, headers), redirect(location, status),
        flood(bytes), trickle(ms). Usable as a context manager that clears it at the end.
        """
        order = {"kind": kind, "method": method, "path": path, "count": count} | options
        return Fault(self, self.control("POST", "/faults", order)["id"])

    def clear_faults(self):
        self.control("DELETE", "/faults")

    def faults(self):
        """Those still active, with `hits`."""
        return self.control("GET", "/faults")

    def shift_clock(self, seconds):
        """Puts its clock ahead (or back) by `seconds` more, also for later starts."""
        self._shift += seconds
        self.control("POST", "/clock", {"shiftMillis": round(seconds * 1000)})

    def set_options(self, **options):
        """Changes options of main.mjs while it runs and for later starts."""
        self.options |= options
        self.control("PATCH", "/options", options)


class Player:
    """An open playback session; `json` as the server described it."""

    def __init__(self, server, user, json_):
        self._server = server
        self._user = user
        self.id = json_["id"]
        self.json = json_

    def sync(self, seconds, listened=10.0):
        """The regular report: now at `seconds`, `listened` seconds after the last one."""
        body = {"currentTime": seconds, "timeListened": listened, "duration": self.json["duration"]}
        self._server._done("POST", f"/api/session/{self.id}/sync", self._user, body)

    def close(self):
        self._server._done("POST", f"/api/session/{self.id}/close", self._user, {})


@dataclass
class Fault:
    server: Audiobookshelf
    id: int

    def clear(self):
        self.server.control("DELETE", f"/faults/{self.id}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.clear()


def _file(content, filename):
    if content is None:
        return None
    if isinstance(content, (str, Path)):
        return {"filename": filename, "source": str(Path(content).resolve())}
    return {"filename": filename, "base64": base64.b64encode(content).decode()}


def _media(audio):
    if audio is None:
        return None
    if isinstance(audio, (str, Path)):
        audio = json.loads(Path(audio).read_text())
    return dict(audio.get("media", audio))
