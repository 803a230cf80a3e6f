"""HTTP/1.1 spoken by hand over sockets, so that a test decides every byte that leaves.

A library client would refuse, repair or merge exactly the requests worth testing: two Accept headers, a raw
`/syncs/progress/..`, invalid UTF-8 in a header, a body shorter than announced.
"""

import json
import socket
import ssl
import time
from dataclasses import dataclass

CONNECT_TIMEOUT = 2.0  # what KOReader grants a progress call
READ_TIMEOUT = 5.0


class Disconnected(Exception):
    """The server closed the connection before a whole answer had come."""


def _no_constant(name):
    raise ValueError(f"{name} is not JSON")


def _no_duplicates(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError(f"duplicate names in {names}")
    return dict(pairs)


def strict_json(data):
    """`data` parsed as RFC 8259 JSON: no NaN, no duplicate names, valid UTF-8."""
    return json.loads(data.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_no_duplicates)


@dataclass(frozen=True)
class Response:
    status: int
    headers: list  # of (name, value) as received, in order
    body: bytes
    seconds: float  # from the first byte sent to the last received

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name):
        """The value of a header that comes at most once, else None."""
        values = self.all(name)
        assert len(values) <= 1, f"{name} came {len(values)} times: {values}"
        return values[0] if values else None

    @property
    def json(self):
        return strict_json(self.body)

    @property
    def error(self):
        """(HTTP status, code) of an error answer, which must be JSON of exactly code and message."""
        assert self.header("content-type").split(";")[0] == "application/json", self
        assert set(self.json) == {"code", "message"}, self
        assert isinstance(self.json["message"], str) and self.json["message"], self
        return self.status, self.json["code"]


def tls_context(minimum=None, maximum=None):
    """A context that verifies nothing, as KOReader's does not."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if minimum:
        context.minimum_version = minimum
    if maximum:
        context.maximum_version = maximum
    return context


_CONTEXT = tls_context()


class Connection:
    """One connection, a context manager. Reads fail once `read_timeout` has passed since the last send."""

    def __init__(self, port, tls=True, read_timeout=READ_TIMEOUT, context=None, session=None,
                 host="127.0.0.1"):
        self.read_timeout = read_timeout
        self._buffer = b""
        plain = socket.create_connection((host, port), timeout=CONNECT_TIMEOUT)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.socket = (context or _CONTEXT).wrap_socket(plain, session=session) if tls else plain
        except BaseException:
            plain.close()
            raise
        self._touch()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def _touch(self):
        self._started = time.monotonic()
        self._deadline = self._started + self.read_timeout

    def send(self, data):
        self._touch()
        self.socket.settimeout(self.read_timeout)
        self.socket.sendall(data)

    def _more(self):
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError(f"no whole answer within {self.read_timeout} s")
        self.socket.settimeout(remaining)
        data = self.socket.recv(65536)
        self._buffer += data
        return bool(data)

    def _until(self, mark):
        while mark not in self._buffer:
            if not self._more():
                raise Disconnected(f"closed after {self._buffer[:200]!r}")
        head, _, self._buffer = self._buffer.partition(mark)
        return head

    def _exactly(self, count):
        while len(self._buffer) < count:
            if not self._more():
                raise Disconnected(f"closed {count - len(self._buffer)} bytes early")
        data, self._buffer = self._buffer[:count], self._buffer[count:]
        return data

    def _chunks(self):
        body = b""
        while size := int(self._until(b"\r\n").split(b";")[0], 16):
            body += self._exactly(size)
            self._exactly(2)
        while self._until(b"\r\n"):  # trailers
            pass
        return body

    def _rest(self):
        while self._more():
            pass
        data, self._buffer = self._buffer, b""
        return data

    def at_end(self):
        """True once the server has closed and nothing is left unread; waits for that."""
        return self._buffer + self._rest() == b""

    def response(self, head=False):
        """The next final answer (1xx are skipped). `head`: the request was a HEAD, so no body follows."""
        while True:
            lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
            status = int(lines[0].split(" ")[1])
            if status >= 200:
                break
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:]]
        fields = {name.lower(): value for name, value in headers}
        if head or status in (204, 304):
            body = b""
        elif fields.get("transfer-encoding", "").lower() == "chunked":
            body = self._chunks()
        elif "content-length" in fields:
            body = self._exactly(int(fields["content-length"]))
        else:
            body = self._rest()
        return Response(status, headers, body, time.monotonic() - self._started)


def _bytes(text):
    return text if isinstance(text, bytes) else text.encode("utf-8")


def request_bytes(method, target, headers=(), body=None, close=True):
    """A request as bytes; a Host and, with a body, a Content-Length are added unless `headers` has them."""
    pairs = [(_bytes(name), _bytes(value)) for name, value in headers]
    names = {name.lower() for name, _ in pairs}
    if b"host" not in names:
        pairs.insert(0, (b"Host", b"localhost"))
    if body is not None and not names & {b"content-length", b"transfer-encoding"}:
        pairs.append((b"Content-Length", str(len(body)).encode()))
    if close and b"connection" not in names:
        pairs.append((b"Connection", b"close"))
    lines = [_bytes(method) + b" " + _bytes(target) + b" HTTP/1.1"] + [name + b": " + value for name,
                                                                       value in pairs]
    return b"\r\n".join(lines) + b"\r\n\r\n" + (body or b"")


def exchange(port, data, tls=True, head=False, read_timeout=READ_TIMEOUT):
    """Sends `data` as it is on a new connection and returns the first answer.

    A server may refuse a large request before all of it was sent; then its answer counts, not the broken
    pipe.
    """
    with Connection(port, tls=tls, read_timeout=read_timeout) as connection:
        try:
            connection.send(data)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
            pass
        return connection.response(head=head)


def is_ready(port):
    """Whether /readyz says so just now; a server that is away is not ready."""
    try:
        return request(port, "GET", "/readyz").status == 200
    except (OSError, Disconnected):
        return False


def request(port, method, target, headers=(), body=None, tls=True, read_timeout=READ_TIMEOUT):
    data = request_bytes(method, target, headers, body)
    return exchange(port, data, tls=tls, head=method == "HEAD", read_timeout=read_timeout)
