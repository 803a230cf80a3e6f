"""The client's side of Audiobookshelf's live events: Engine.IO long polling, step by step."""

import json

from support import http_client, wait

SEPARATOR = "\x1e"
PLAIN = ("Content-Type", "text/plain;charset=UTF-8")


class Feed:
    """One Engine.IO session, opened at construction but neither connected nor authenticated.

    `mount` is one of the two places where the server listens for it.
    """

    def __init__(self, port, mount="/socket.io/"):
        self.port = port
        self._base = f"{mount}?EIO=4&transport=polling"
        opened = self._call("GET", self._base).body.decode()
        assert opened[0] == "0", opened
        self.handshake = json.loads(opened[1:])
        self._url = f"{self._base}&sid={self.handshake['sid']}"

    def _call(self, method, target, headers=(), body=None, read_timeout=10):
        return http_client.request(self.port, method, target, headers, body, tls=False,
                                   read_timeout=read_timeout)

    def post(self, payload, headers=(PLAIN,), read_timeout=10):
        """The answer to one POST of a payload."""
        return self._call("POST", self._url, headers, payload.encode(), read_timeout)

    def poll(self, read_timeout=10, headers=()):
        """The answer to one GET."""
        return self._call("GET", self._url, headers, read_timeout=read_timeout)

    def packets(self, read_timeout=10):
        """The packets of one GET."""
        answer = self.poll(read_timeout)
        assert answer.status == 200, answer
        return answer.body.decode().split(SEPARATOR)

    def begin_poll(self, read_timeout=10):
        """A GET that was sent and is not waited for: a connection."""
        connection = http_client.Connection(self.port, tls=False, read_timeout=read_timeout)
        connection.send(http_client.request_bytes("GET", self._url))
        return connection

    def connect(self):
        self.post("40")
        packets = self.packets()
        assert len(packets) == 1 and packets[0].startswith("40{"), packets
        return self

    def authenticate(self, token):
        """Sends the token; ("init", {…}) or ("auth_failed", {…})."""
        self.post("42" + json.dumps(["auth", token]))
        return self.event("init", "auth_failed")

    def events(self, read_timeout=10):
        """The events of one GET as (name, value); pings are answered."""
        found = []
        for packet in self.packets(read_timeout):
            if packet == "2":
                self.post("3")
            elif packet.startswith("42"):
                name, *values = json.loads(packet[2:])
                found.append((name, values[0] if values else None))
        return found

    def event(self, *names):
        """The next event of one of these names; others before it are dropped."""
        def wanted():
            return next((event for event in self.events() if event[0] in names), None)
        return wait.until(wanted, f"one of {names}")


def feed_of(server, token, mount="/socket.io/"):
    """A feed that is authenticated."""
    feed = Feed(server.port, mount).connect()
    name, value = feed.authenticate(token)
    assert name == "init", value
    return feed
