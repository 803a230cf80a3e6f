"""What nginx itself does: TLS, redirects, limits, headers, its own errors, and whose address it believes."""

import json
import os
import socket
import ssl
import subprocess
from dataclasses import replace

import pytest

from support import http_client, wait
from support.http_client import Connection, request_bytes, tls_context
from support.koreader import Koreader, fresh, registered
from support.stack import ROOT, Stack

PAGES = ["/", "/audiobookshelf"]


def logged(stack, path):
    """The last line of the access log for `path`; nginx writes it after the answer, so it is waited for."""
    def find():
        lines = (stack.dir / "logs" / "access.log").read_text("utf-8").splitlines()
        return [entry for entry in map(json.loads, lines) if entry["path"] == path]

    return wait.until(find, f"the access log to show {path}")[-1]


def test_the_plain_port_serves_the_same(stack):
    reader = replace(registered(stack), port=stack.http_port, tls=False)
    assert reader.authorize().body == b'{"authorized":"OK"}'
    assert reader.push("book", 0.5, "x").status == 200
    assert reader.pull("book").json["progress"] == "x"
    assert reader.call("GET", "/nothing").error == (404, 404)


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_plain_http_on_the_tls_port_is_redirected_with_its_method(stack, method):
    answer = http_client.request(stack.https_port, method, "/users/auth?a=b",
                                 [("Host", f"books.example:{stack.https_port}")],
                                 tls=False)
    assert answer.status == 307
    assert answer.header("location") == f"https://books.example:{stack.https_port}/users/auth?a=b"


@pytest.mark.parametrize("data, status", [
    (b"GET /users/auth HTTP/1.1\r\n\r\n", 400),
    (b"GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404),
    (b"PUT /syncs/progress HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n", 413),
    (b"GET /" + b"a" * 40000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 70000 + b"\r\n\r\n", 431)],
                         ids=["400", "404", "413", "414", "431"])
def test_an_error_of_nginx_is_json_with_its_status_as_code(stack, data, status):
    answer = http_client.exchange(stack.https_port, data)
    assert answer.error == (status, status)
    assert "nginx" not in answer.body.decode()


@pytest.mark.parametrize("version, module, lines", [
    ("1.22.1", "--with-http_v2_module", ["listen 7200 ssl http2 backlog=4096;"]),
    ("1.27.4", "--with-http_v2_module", ["listen 7200 ssl backlog=4096;", "http2 on;"]),
    ("1.22.1", "", ["listen 7200 ssl backlog=4096;"])])
def test_http2_is_asked_for_in_the_words_of_that_nginx(tmp_path, version, module, lines):
    nginx = tmp_path / "nginx"
    nginx.write_text(f"#!/bin/sh\necho 'nginx version: nginx/{version}\nconfigure arguments: {module}' >&2\n")
    nginx.chmod(0o755)
    env = os.environ | {"NGINX": str(nginx), "STATE_DIR": str(tmp_path), "KOSHELF_HTTP_PORT": "off", "KOSHELF_HTTPS_PORT": "7200"}
    made = tmp_path / "made" / "nginx.conf"
    subprocess.run([ROOT / "scripts" / "render-nginx", made], env=env, check=True)
    text = [line.strip() for line in made.read_text().splitlines()]
    assert [line for line in text if line.startswith(("listen 7200", "http2"))] == lines


class TestHttp2:
    """Browsers, and apps that read with libraries of today, speak it; readers do not."""

    @staticmethod
    def call(stack, reader, method, path, *options, data=None):
        """(version, status, body), by curl: Python's own client does not speak it."""
        headers = [option for name, value in reader.headers() for option in ("-H", f"{name}: {value}")]
        body = [] if data is None else ["-H", "Content-Type: application/json", "--data-binary", "@-"]
        done = subprocess.run(
            ["curl", "-sk", "--http2", "-X", method, *headers, *body, *options, "-w", "\n%{http_version} %{http_code}",
             f"https://127.0.0.1:{stack.https_port}{path}"], input=data, capture_output=True, check=True, timeout=20)
        body, _, end = done.stdout.rpartition(b"\n")
        version, status = end.decode().split()
        return version, int(status), json.loads(body)

    @pytest.mark.parametrize("options", [[], ["-H", "Content-Length:"]], ids=["with a length", "without"])
    def test_positions_go_both_ways(self, stack, options):
        reader = registered(stack)
        push = {"document": "book", "progress": "/body/p[3]", "percentage": 0.25, "device": "app", "device_id": "a"}
        told = self.call(stack, reader, "PUT", "/syncs/progress", *options, data=json.dumps(push).encode())
        assert told[:2] == ("2", 200) and told[2]["document"] == "book"
        assert self.call(stack, reader, "GET", "/syncs/progress/book")[2]["progress"] == "/body/p[3]"
        assert reader.pull("book").json["progress"] == "/body/p[3]"

    @pytest.mark.parametrize("options", [[], ["-H", "Content-Length:"]], ids=["with a length", "without"])
    def test_limits_are_the_same(self, stack, options):
        reader = registered(stack)
        _, status, error = self.call(stack, reader, "PUT", "/syncs/progress", *options, data=b" " * 70_000)
        assert (status, error["code"]) == (413, 413)
        assert self.call(stack, reader, "GET", "/nothing")[1] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_accepts_no_other_method_and_says_so_in_json(stack, method, path):
    answer = http_client.request(stack.https_port, method, path, body=b"{}")
    assert answer.error[0] in (404, 405)


def test_without_a_pool_the_answer_is_502_json_and_the_pages_stay():
    with Stack(parts=("redis", "nginx")) as stack:
        reader = Koreader(stack.https_port, "u", "k")
        for answer in (reader.register(), reader.authorize(), reader.push("book"), reader.pull("book")):
            assert answer.error == (502, 502) and answer.seconds < 2.0
        assert http_client.request(stack.https_port, "GET", "/admin/status").error == (502, 502)
        assert http_client.request(stack.https_port, "GET", "/").status == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_html_with_security_headers(stack, path):
    answer = http_client.request(stack.https_port, "GET", path)
    assert answer.status == 200 and answer.header("content-type").startswith("text/html")
    assert "default-src 'self'" in answer.header("content-security-policy")
    assert "unsafe" not in answer.header("content-security-policy")
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("x-frame-options") in ("DENY", "SAMEORIGIN")
    assert answer.header("referrer-policy") == "no-referrer"
    assert b"7200" in answer.body or b"KOReader" in answer.body


@pytest.mark.parametrize("path", ["/", "/nothing", "/healthcheck", "/users/auth"])
def test_the_server_does_not_tell_its_version(stack, path):
    answer = http_client.request(stack.https_port, "GET", path)
    assert not any(character.isdigit() for character in answer.header("server") or "")
    assert not answer.all("x-powered-by")


@pytest.mark.parametrize("path", ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
                                  "/audiobookshelf/../../../etc/passwd",
                                  "/audiobookshelf../nginx/koshelf.conf.in", "/.koshelf/device",
                                  "/.koshelf/error", "/.git/HEAD"])
def test_nothing_outside_the_pages_is_served(stack, path):
    assert http_client.request(stack.https_port, "GET", path).error[0] in (400, 404)


def handshake(stack, version):
    context = tls_context(version, version)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", stack.https_port),
                                  timeout=5) as plain, context.wrap_socket(plain) as tls:
        return tls.version(), tls.cipher()


@pytest.mark.parametrize("version, name", [(ssl.TLSVersion.TLSv1_2, "TLSv1.2"),
                                           (ssl.TLSVersion.TLSv1_3, "TLSv1.3")])
def test_tls_1_2_and_1_3_are_spoken(stack, version, name):
    spoken, (cipher, _, bits) = handshake(stack, version)
    assert spoken == name and bits >= 128 and ("GCM" in cipher or "CHACHA20" in cipher)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_older_tls_is_refused(stack, version):
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        handshake(stack, version)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_session_is_resumed(stack, version):
    context = tls_context(version, version)
    data = request_bytes("GET", "/healthcheck")
    with Connection(stack.https_port, context=context) as first:
        first.send(data)
        assert first.response().status == 200  # TLS 1.3 tickets come with the first bytes of data
        session = first.socket.session
    with Connection(stack.https_port, context=context, session=session) as second:
        second.send(data)
        assert second.response().status == 200
        assert second.socket.session_reused


def test_the_certificate_is_p256_and_names_localhost(stack):
    pem = ssl.get_server_certificate(("127.0.0.1", stack.https_port))
    text = subprocess.run(["openssl", "x509", "-noout", "-text"], input=pem, capture_output=True, text=True,
                          check=True).stdout
    assert "NIST CURVE: P-256" in text and "ecdsa-with-SHA256" in text
    names = text.partition("Subject Alternative Name:")[2].split("\n")[1]
    assert "DNS:localhost" in names and "IP Address:127.0.0.1" in names


def test_x_forwarded_for_of_a_stranger_is_not_believed(stack):
    marker = fresh("/unbelieved")
    http_client.request(stack.http_port, "GET", marker, [("X-Forwarded-For", "203.0.113.7"),
                                                         ("X-Real-IP", "203.0.113.8"),
                                                         ("X-Forwarded-Proto", "https")], tls=False)
    entry = logged(stack, marker)
    assert entry["remote"] == "127.0.0.1" and entry["scheme"] == "http"


def test_x_forwarded_headers_of_a_trusted_proxy_are_believed():
    with Stack(nginx_env={"TRUSTED_PROXIES": "127.0.0.1 10.0.0.0/8"}, workers=1) as stack:
        headers = [("X-Forwarded-For", "198.51.100.1, 203.0.113.7, 10.1.2.3"), ("X-Forwarded-Proto", "https")]
        http_client.request(stack.http_port, "GET", "/marked", headers, tls=False)
        entry = logged(stack, "/marked")
        assert entry["remote"] == "203.0.113.7" and entry["scheme"] == "https"


def create(stack, headers=()):
    body = b'{"username":"%s","password":"p"}' % fresh().encode()
    return http_client.request(stack.https_port, "POST", "/users/create", headers, body)


def test_registrations_are_limited_per_address_with_a_hint_when_to_come_back():
    limits = {"REGISTRATION_RATE": "6", "REGISTRATION_BURST": "3", "LOGIN_RATE": "100000",
              "LOGIN_BURST": "100000",
              "TRUSTED_PROXIES": "127.0.0.1"}
    with Stack(nginx_env=limits, workers=1) as stack:
        answers = [create(stack) for _ in range(7)]
        assert [answer.status for answer in answers] == [201] * 4 + [429] * 3
        for refused in answers[4:]:
            assert refused.error == (429, 429) and int(refused.header("retry-after")) >= 1
        for spelling in ("//users//create", "/users/create/", "/users/create?x=1", "/users/create/?"):
            assert http_client.request(stack.https_port, "POST", spelling, body=b"{}").status == 429, spelling
        assert http_client.request(stack.https_port, "POST", "/users/%63reate", body=b"{}").status in (404,
                                                                                                       429)
        assert create(stack, [("X-Forwarded-For", "203.0.113.99")]).status == 201
        reader = Koreader(stack.https_port, "u", "k")
        assert all(answer.status == 401 for answer in (reader.authorize(), reader.pull("book")))


def test_log_ins_are_limited_per_address():
    with Stack(nginx_env={"LOGIN_RATE": "6", "LOGIN_BURST": "5"}, workers=1) as stack:
        reader = registered(stack)
        statuses = [replace(reader, key="wrong").authorize().status for _ in range(20)]
        assert 429 in statuses and statuses[:5] == [401] * 5
        assert reader.push("book", 0.5, "x").status == 200
        assert reader.pull("book").json["progress"] == "x"


def test_the_default_limits_let_a_household_register_at_once():
    defaults = {"REGISTRATION_RATE": "30r/m", "REGISTRATION_BURST": "30"}
    with Stack(nginx_env=defaults, workers=2) as stack:
        assert [create(stack).status for _ in range(20)] == [201] * 20
        assert 429 in {create(stack).status for _ in range(25)}


def test_the_request_id_of_nginx_reaches_the_log_of_the_pool(stack):
    reader = registered(stack)
    unmistakable = "/syncs////////progress"
    assert reader.call("PUT", unmistakable, reader.position("book", 0.5, "x")).status == 200
    entry = logged(stack, unmistakable)
    assert (entry["method"], entry["status"]) == ("PUT", 200)
    assert [event for event in stack.events() if event.get("request_id") == entry["request_id"]]
