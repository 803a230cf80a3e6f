"""Requests that no reader sends: a clear error for their sender, and a server that goes on for all others."""

import socket
import threading
import time

import pytest

from support import http_client
from support.http_client import Connection, Disconnected, request_bytes
from support.koreader import dumps, registered


@pytest.fixture(autouse=True)
def everyone_else_is_served(stack, reader):
    """Around every test here: the same workers live on, and another device notices nothing."""
    pids = stack.wait_for_full_pool()
    assert reader.push("before", 0.5, "x").status == 200
    yield
    assert reader.pull("before").json["progress"] == "x"
    assert stack.wait_for_full_pool() == pids, "a worker died"
    assert stack.nginx.alive() and "exited on signal" not in stack.log_text()


def put(stack, reader, body, headers=(), **more):
    data = request_bytes("PUT", "/syncs/progress", list(reader.headers()) + list(headers), body)
    return http_client.exchange(stack.https_port, data, **more)


def chunked(*pieces):
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def put_chunked(stack, reader, *pieces):
    return put(stack, reader, chunked(*pieces), [("Transfer-Encoding", "chunked")])


@pytest.mark.parametrize("size", [65537, 70000, 1000000, 3000000])
def test_a_body_over_64_kib_is_413_json(stack, reader, size):
    body = dumps({"document": "book", "percentage": 0.5, "device": "d", "progress": "x" * size})
    assert put(stack, reader, body).error == (413, 413)
    assert put_chunked(stack, reader, *(body[at:at + 50000] for at in range(0, len(body),
                                                                            50000))).error == (413, 413)
    assert reader.pull("book").json == {}


def test_a_body_of_just_64_kib_is_served(stack, reader):
    frame = len(dumps(reader.position("book", 0.5, "")))
    progress = "p" * (65536 - frame)
    assert reader.push("book", 0.5, progress).status == 200
    assert reader.pull("book").json["progress"] == progress


def test_an_announced_body_of_gigabytes_is_413_before_it_is_sent(stack, reader):
    headers = list(reader.headers()) + [("Content-Length", "5000000000")]
    assert http_client.exchange(stack.https_port, request_bytes("PUT", "/syncs/progress",
                                                                headers)).error == (413, 413)


@pytest.mark.parametrize("body", [b"[" * 20000, b"[" * 20000 + b"]" * 20000,
                                  b'{"a":' * 10000 + b"1" + b"}" * 10000,
                                  b'{"document":' + b"[" * 20000 + b"]" * 20000 + b"}", b'{"a":[' * 8000],
                         ids=["open arrays", "arrays", "objects", "in a field", "open mixed"])
def test_deeply_nested_json_is_an_error(stack, reader, body):
    for method, path in (("PUT", "/syncs/progress"), ("POST", "/users/create"), ("PUT", "/users/password")):
        answer = reader.call(method, path, body)
        assert answer.error in {(400, 103), (400, 104), (403, 2003), (403, 2004)}, answer


def test_a_chunked_body_is_served(stack, reader):
    body = dumps(reader.position("book", 0.5, "chunked"))
    assert put_chunked(stack, reader, body[:10], body[10:11], body[11:]).status == 200
    assert reader.pull("book").json["progress"] == "chunked"
    assert put_chunked(stack, reader).error == (400, 103)


def test_a_body_after_expect_100_continue_is_served(stack, reader):
    body = dumps(reader.position("book", 0.5, "expected"))
    head = request_bytes("PUT", "/syncs/progress", list(reader.headers()) + [("Expect", "100-continue"),
                                                                            ("Content-Length",
                                                                             str(len(body)))])
    with Connection(stack.https_port) as connection:
        connection.send(head)
        assert connection.socket.recv(64).startswith(b"HTTP/1.1 100 ")
        connection.send(body)
        assert connection.response().status == 200
    assert reader.pull("book").json["progress"] == "expected"


def test_pipelined_requests_are_answered_in_order(stack, reader):
    reader.push("book", 0.5, "x")
    body = dumps(reader.position("other", 0.25, "y"))
    requests = [request_bytes("GET", "/users/auth", reader.headers(), close=False),
                request_bytes("PUT", "/syncs/progress", reader.headers(), body, close=False),
                request_bytes("GET", "/syncs/progress/book", reader.headers(), close=False),
                request_bytes("GET", "/nothing", reader.headers(), close=False),
                request_bytes("GET", "/syncs/progress/other", reader.headers(), close=True)]
    with Connection(stack.https_port) as connection:
        connection.send(b"".join(requests))
        answers = [connection.response() for _ in requests]
        assert connection.at_end()
    assert [answer.status for answer in answers] == [200, 200, 200, 404, 200]
    assert answers[2].json["progress"] == "x" and answers[4].json["progress"] == "y"


def test_fifty_requests_on_a_kept_connection_do_not_mix(stack):
    readers = [registered(stack) for _ in range(3)]
    for number, reader in enumerate(readers):
        reader.push("book", 0.5, f"of {number}")
    with Connection(stack.https_port) as connection:
        for step in range(50):
            connection.send(request_bytes("GET", "/syncs/progress/book", readers[step % 3].headers(),
                                          close=False))
            assert connection.response().json["progress"] == f"of {step % 3}"


def test_slow_clients_block_nobody(stack, reader):
    """More of them than workers, each sending a byte now and then, while another device is served."""
    data = request_bytes("PUT", "/syncs/progress", reader.headers(),
                         dumps(reader.position("slow", 0.5, "slowly")))
    stop = threading.Event()
    connections = [Connection(stack.https_port) for _ in range(10)]

    def drip(connection):
        at = 0
        while at < len(data) - 1 and not stop.is_set():
            connection.send(data[at:at + 1])
            at += 1
            time.sleep(0.005)
        connection.send(data[at:])

    threads = [threading.Thread(target=drip, args=(connection,)) for connection in connections]
    for thread in threads:
        thread.start()
    for _ in range(10):
        answer = reader.pull("before")
        assert answer.status == 200 and answer.seconds < 2.0
    stop.set()
    for thread, connection in zip(threads, connections):
        thread.join()
        with connection:
            assert connection.response().status == 200


def test_a_slow_client_is_served_in_the_end(stack, reader):
    data = request_bytes("PUT", "/syncs/progress", reader.headers(),
                         dumps(reader.position("slow", 0.5, "slowly")))
    with Connection(stack.https_port) as connection:
        for byte in data:
            connection.send(bytes([byte]))
            time.sleep(0.002)
        assert connection.response().status == 200
    assert reader.pull("slow").json["progress"] == "slowly"


def test_aborted_uploads_store_nothing(stack, reader):
    data = request_bytes("PUT", "/syncs/progress", reader.headers(),
                         dumps(reader.position("aborted", 0.5, "x")))
    for cut in (10, len(data) // 2, len(data) - 1):
        for _ in range(5):
            with Connection(stack.https_port) as connection:
                connection.send(data[:cut])
    assert reader.pull("aborted").json == {}


def test_clients_that_leave_before_the_answer_hurt_nobody(stack, reader):
    for step in range(30):
        data = request_bytes("PUT", "/syncs/progress", reader.headers(),
                             dumps(reader.position("left", 0.5, f"p{step}")))
        with Connection(stack.https_port) as connection:
            connection.send(data)
    assert reader.pull("left").status == 200


@pytest.mark.parametrize("headers", [
    [(f"X-Flood-{number}", "v" * 50) for number in range(500)], [("X-Long", "v" * 60000)],
    [("x-auth-user", "u" * 50000)],
    [("Accept", "a" * 30000)], [("Cookie", "c=1; " * 5000)]], ids=["many", "long", "long user", "long accept",
                                                                   "long cookie"])
def test_a_flood_of_headers_gets_an_answer(stack, reader, headers):
    data = request_bytes("GET", "/users/auth", list(reader.headers()) + headers)
    answer = http_client.exchange(stack.https_port, data)
    assert answer.status in (200, 400, 401, 412, 431), answer
    assert answer.json


@pytest.mark.parametrize("target", ["/syncs/progress/" + "a" * 60000, "/users/auth?" + "x" * 60000],
                         ids=["path", "query"])
def test_an_endless_target_is_414_json(stack, reader, target):
    assert reader.call("GET", target).error == (414, 414)


_GET, _PUT = b"GET /users/auth HTTP/1.1\r\n", b"PUT /syncs/progress HTTP/1.1\r\nHost: a\r\n"
GARBAGE = [
    b"\x00\x01\x02\x03\r\n\r\n", b"\xff" * 3000 + b"\r\n\r\n", b"GET\r\n\r\n", b"GET /users/auth\r\n\r\n",
    b"GET  HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /users/auth HTTP/9.9\r\n\r\n",
    _GET + b"\r\n", _GET + b"Host: a\r\nHost: b\r\n\r\n", _GET + b"Host: a\r\nX: a\x00b\r\n\r\n",
    _GET + b"Host: a\r\nbad header\r\n\r\n",
    _PUT + b"Content-Length: -5\r\n\r\n", _PUT + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    _PUT + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    _PUT + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    b"GET http://elsewhere/users/auth HTTP/1.1\r\nHost: a\r\n\r\n",
    b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    b"TRACE /users/auth HTTP/1.1\r\nHost: a\r\n\r\n",
]


@pytest.mark.parametrize("data", GARBAGE, ids=lambda data: repr(data[:40]))
def test_garbage_is_refused_or_the_connection_closed(stack, data):
    with Connection(stack.https_port) as connection:
        connection.send(data)
        connection.socket.settimeout(5)
        received = connection.socket.recv(65536)
    if received.startswith(b"HTTP/"):
        assert 400 <= int(received.split()[1]) < 600
        assert b'{"code":' in received or b"\r\n\r\n" not in received.rstrip(b"\r\n")
    else:
        assert received == b"" or b'{"code":' in received  # an HTTP/0.9 answer has no head


def test_bytes_that_are_no_tls_on_the_tls_port_hurt_nobody(stack):
    for data in (b"\x16\x03\x01" + b"\xff" * 100, b"\x80\x2e\x01", b"\x00" * 1000, b"SSH-2.0-x\r\n"):
        with socket.create_connection(("127.0.0.1", stack.https_port), timeout=5) as raw:
            raw.sendall(data)


@pytest.mark.parametrize("headers", [[("Content-Encoding", "gzip")], [("Range", "bytes=0-5")],
                                     [("Upgrade", "h2c")],
                                     [("If-Match", "*")], [("If-Modified-Since",
                                                            "Thu, 01 Jan 1970 00:00:00 GMT")],
                                     [("X-HTTP-Method-Override", "DELETE")], [("Proxy", "http://evil")],
                                     [("X_auth_key", "k")],
                                     [("X-Forwarded-Host", "evil")], [("Content-Length", "0")]], ids=str)
def test_headers_with_a_meaning_elsewhere_have_none_here(stack, reader, headers):
    answer = http_client.request(stack.https_port, "GET", "/syncs/progress/before",
                                 list(reader.headers()) + headers)
    assert answer.status == 200 and answer.json["progress"] == "x"


def test_a_get_with_a_body_is_served(stack, reader):
    assert reader.call("GET", "/syncs/progress/before", b'{"document":"other"}').json["document"] == "before"


def test_a_thousand_keys_and_duplicate_keys_are_an_answer(stack, reader):
    body = dumps({f"k{number}": number for number in range(4000)} | reader.position("book", 0.5, "x"))
    assert put(stack, reader, body).status == 200
    twice = b'{"document":"a","document":"b","percentage":0.5,"progress":"x","progress":"y","device":"d"}'
    answer = put(stack, reader, twice)
    assert answer.status in (200, 400, 403)
    if answer.status == 200:
        assert reader.pull(answer.json["document"]).json["document"] == answer.json["document"]


def test_idle_connections_do_not_keep_others_out(stack, reader):
    idle = [Connection(stack.https_port) for _ in range(100)]
    try:
        answer = reader.pull("before")
        assert answer.status == 200 and answer.seconds < 2.0
    finally:
        for connection in idle:
            connection.close()


def test_a_closed_connection_is_not_mistaken_for_an_answer(stack):
    with Connection(stack.https_port) as connection, pytest.raises(Disconnected):
        connection.send(b"\r\n")
        connection.socket.unwrap()
        connection.response()
