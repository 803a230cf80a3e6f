"""The two ways into koshelf-fcgi without nginx: FastCGI on its socket, and one CGI process per request."""

import os
import socket
import struct
import subprocess
import time
from dataclasses import dataclass

from support.http_client import Response

_BEGIN, _END, _PARAMS, _STDIN, _STDOUT, _STDERR = 1, 3, 4, 5, 6, 7


def environment(method, target, headers=(), body=b"", script_name=""):
    """The parameters that nginx passes for this request, as a list of (name, value) bytes pairs."""
    pairs = [("REQUEST_METHOD", method), ("REQUEST_URI", target),
             ("QUERY_STRING", target.partition("?")[2]), ("SCRIPT_NAME", script_name),
             ("SERVER_PROTOCOL", "HTTP/1.1"), ("REMOTE_ADDR", "127.0.0.1"), ("REQUEST_ID", "0" * 32),
             ("CONTENT_LENGTH", str(len(body)) if body else ""), ("CONTENT_TYPE", "")]
    pairs += [("HTTP_" + name.upper().replace("-", "_"), value) for name, value in headers]
    return pairs


def cgi_response(output, seconds=0.0):
    """A CGI answer (header lines, empty line, body) as a Response; without a Status line it is 200."""
    head, mark, body = output.partition(b"\r\n\r\n")
    assert mark, f"no header block in {output!r}"
    headers = [tuple(part.strip() for part in line.split(":", 1))
               for line in head.decode("latin-1").split("\r\n")]
    status = next((value for name, value in headers if name.lower() == "status"), "200")
    return Response(int(status.split()[0]), headers, body, seconds)


def connect(address, timeout=5.0):
    """A stream socket to `address`: a Unix path, or HOST:PORT."""
    address = str(address)
    if "/" in address:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(timeout)
        connection.connect(address)
        return connection
    host, port = address.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=timeout)


def _record(kind, content):
    return struct.pack("!BBHHBx", 1, kind, 1, len(content), 0) + content


def _stream(kind, content):
    pieces = [content[start:start + 65000] for start in range(0, len(content), 65000)]
    return b"".join(_record(kind, piece) for piece in pieces) + _record(kind, b"")


def _length(count):
    return struct.pack("!B", count) if count < 128 else struct.pack("!I", count | 0x80000000)


def _pair(name, value):
    name, value = name.encode(), value.encode()
    return _length(len(name)) + _length(len(value)) + name + value


@dataclass
class FastCgi:
    """One FastCGI request on a connection of its own, begun at construction and read by `response()`."""

    address: object
    timeout: float = 5.0

    def send(self, method, target, headers=(), body=b"", script_name=""):
        self._started = time.monotonic()
        self._socket = connect(self.address, self.timeout)
        params = b"".join(_pair(*pair) for pair in environment(method, target, headers, body, script_name))
        self._socket.sendall(_record(_BEGIN, struct.pack("!HB5x", 1, 0)) + _stream(_PARAMS, params)
                             + _stream(_STDIN, body))
        return self

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            piece = self._socket.recv(count - len(data))
            if not piece:
                raise ConnectionError("the worker closed the connection before the end of its answer")
            data += piece
        return data

    def response(self):
        output = b""
        with self._socket:
            while True:
                _, kind, _, length, padding = struct.unpack("!BBHHBx", self._exactly(8))
                content = self._exactly(length + padding)[:length]
                if kind == _STDOUT:
                    output += content
                elif kind == _END:
                    return cgi_response(output, time.monotonic() - self._started)


def fastcgi(address, method, target, headers=(), body=b"", script_name="", timeout=5.0):
    return FastCgi(address, timeout).send(method, target, headers, body, script_name).response()


def cgi(binary, base_env, method, target, headers=(), body=b"", script_name="", overrides=()):
    """Runs `binary` as a CGI program; `overrides` replaces or, with None, removes single variables."""
    variables = dict(environment(method, target, headers, body, script_name)) | dict(overrides)
    env = dict(base_env) | {name: value for name, value in variables.items() if value is not None}
    started = time.monotonic()
    done = subprocess.run([os.fspath(binary)], input=body, env=env, capture_output=True, timeout=30)
    assert done.returncode == 0, done
    return cgi_response(done.stdout, time.monotonic() - started)
