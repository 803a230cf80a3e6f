"""A reading device: what KOReader's sync plugin sends, one new TLS connection per call."""

import hashlib
import itertools
import json
import os
from dataclasses import dataclass, replace
from urllib.parse import quote

from support import http_client, openapi

ACCEPT = "application/vnd.koreader.v1+json"
_numbers = itertools.count(1)


def fresh(prefix="reader"):
    """A name that no other test uses."""
    return f"{prefix}{os.getpid()}-{next(_numbers)}"


def credential(password):
    """The lowercase hex MD5 that the device makes of a password."""
    return hashlib.md5(password.encode()).hexdigest()


def partial_md5(data):
    """The digest by which a KOReader names a file: of a kilobyte at its start, at 1 KiB, 4 KiB, 16 KiB …"""
    starts = [0] + [1024 << (2 * n) for n in range(11)]
    return hashlib.md5(b"".join(data[start:start + 1024] for start in starts)).hexdigest()


def encoded(document):
    """`document` (str or bytes) as one path segment, every reserved byte escaped."""
    return quote(document, safe="")


def dumps(value):
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


@dataclass(frozen=True)
class Koreader:
    port: int
    username: str
    key: str
    device: str = "Kobo_nova"
    device_id: str | None = "0F3C1A"
    base_path: str = ""
    tls: bool = True

    def other(self, device="Boox_page", device_id="77AB90"):
        """A second device of the same account."""
        return replace(self, device=device, device_id=device_id)

    def headers(self, auth=True):
        common = [("Accept", ACCEPT), ("User-Agent", "LuaSocket 3.1.0"), ("TE", "trailers")]
        return common + ([("x-auth-user", self.username), ("x-auth-key", self.key)] if auth else [])

    def call(self, method, path, body=None, headers=None, read_timeout=http_client.READ_TIMEOUT):
        """`body`: None, bytes as they are, or a value for JSON. `headers` replaces the usual ones.

        What comes back must be what docs/openapi.json says.
        """
        value, pairs = body, list(self.headers() if headers is None else headers)
        if body is not None:
            body = body if isinstance(body, bytes) else dumps(body)
            if "content-type" not in {name.lower() for name, _ in pairs}:
                pairs.append(("Content-Type", "application/json"))
        answer = http_client.request(self.port, method, self.base_path + path, pairs, body, self.tls,
                                     read_timeout)
        openapi.check(method, path, value, answer)
        return answer

    def register(self):
        return self.call("POST", "/users/create", {"username": self.username, "password": self.key},
                         headers=self.headers(auth=False))

    def authorize(self):
        return self.call("GET", "/users/auth")

    def position(self, document, percentage, progress, /, **more):
        """The body of a push. `more` overrides or adds fields; a field given as None is left out."""
        fields = {"document": document, "percentage": percentage, "progress": progress,
                  "device": self.device, "device_id": self.device_id} | more
        return {name: value for name, value in fields.items() if value is not None}

    def push(self, document, percentage=0.25, progress="/body/DocFragment[7]/body/p[3]/text().12", /, **more):
        return self.call("PUT", "/syncs/progress", self.position(document, percentage, progress, **more))

    def pull(self, document, ids=None):
        query = "" if ids is None else "?ids=" + ids
        return self.call("GET", "/syncs/progress/" + encoded(document) + query)

    def place(self, document):
        """The progress string that a pull brings just now; None if there is none, or the server is away."""
        try:
            return self.pull(document).json.get("progress")
        except (OSError, http_client.Disconnected):
            return None

    def change_password(self, key):
        return self.call("PUT", "/users/password", {"password": key})

    def delete(self):
        return self.call("DELETE", "/users/me")


def registered(stack, username=None, **more):
    """A device whose account was just created on `stack`."""
    device = Koreader(stack.https_port, username or fresh(), credential(fresh("secret")),
                      base_path=stack.base_path,
                      **more)
    answer = device.register()
    assert answer.status == 201, answer
    return device
