"""Which paths exist, what they accept, and how they may be written."""

import pytest

from support import http_client
from support.koreader import Koreader, fresh, registered
from support.stack import Stack

KNOWN = [
    ("/healthcheck", {"GET", "HEAD"}),
    ("/users/create", {"POST"}),
    ("/users/auth", {"GET", "HEAD"}),
    ("/syncs/progress/book", {"GET", "HEAD"}),
    ("/users/me", {"DELETE"}),
    ("/users/password", {"PUT"}),
]
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]


def test_healthcheck_answers_exactly_state_ok_without_credentials(stack):
    answer = http_client.request(stack.https_port, "GET", "/healthcheck")
    assert (answer.status, answer.body) == (200, b'{"state":"OK"}')
    assert answer.header("content-type").split(";")[0] == "application/json"


def test_every_success_has_exactly_the_documented_body(stack):
    reader = Koreader(stack.https_port, fresh(), "k1")
    created = reader.register()
    assert (created.status, created.body) == (201, b'{"username":"%s"}' % reader.username.encode())
    authorized = reader.authorize()
    assert (authorized.status, authorized.body) == (200, b'{"authorized":"OK"}')
    pushed = reader.push("book")
    assert pushed.status == 200
    assert pushed.body == b'{"document":"book","timestamp":%d}' % pushed.json["timestamp"]
    updated = reader.change_password("k2")
    assert (updated.status, updated.body) == (200, b'{"updated":true}')
    deleted = Koreader(stack.https_port, reader.username, "k2").delete()
    assert (deleted.status, deleted.body) == (200, b'{"deleted":true}')
    for answer in (created, authorized, pushed, updated, deleted):
        assert answer.header("content-type").split(";")[0] == "application/json"


@pytest.mark.parametrize("path, allowed", KNOWN, ids=[path for path, _ in KNOWN])
def test_a_known_path_with_another_method_is_405_and_says_what_is_allowed(reader, path, allowed):
    for method in METHODS:
        if method in allowed:
            continue
        answer = reader.call(method, path, {} if method in ("POST", "PUT", "PATCH") else None)
        assert answer.status == 405, (method, answer)
        assert {name.strip() for name in answer.header("allow").split(",")} == allowed, (method, answer)
        assert answer.header("content-type").split(";")[0] == "application/json"
        if method != "HEAD":
            assert answer.json["code"] and answer.json["message"]


def test_a_pull_without_a_document_is_not_a_route(reader):
    for path in ("/syncs/progress", "/syncs/progress/", "/syncs//progress//"):
        answer = reader.call("GET", path)
        assert (answer.error[0], answer.header("allow")) == (405, "PUT"), (path, answer)


@pytest.mark.parametrize("path", [
    "/nothing", "/users", "/users/", "/users/create/more", "/users/auth/more", "/users/me/too", "/syncs",
    "/syncs/", "/syncs/progressive", "/syncs/progress/one/two", "/healthcheckx", "/healthcheck/x",
    "/HEALTHCHECK", "/users/Auth", "/test", "/koshelf-device", "/users%2Fauth", "/../etc/passwd",
    "/.git/config", "/test/unknown"])
def test_an_unknown_path_is_404_json(reader, path):
    for method in ("GET", "PUT", "POST", "DELETE"):
        answer = reader.call(method, path, b"{}" if method in ("PUT", "POST") else None)
        assert answer.error[0] in (404, 400) if ".." in path else answer.error[0] == 404, (method, answer)


@pytest.mark.parametrize("path", [
    "/users/auth/", "//users/auth", "/users//auth", "//users//auth//", "/users/auth?a=b", "/users/auth/?",
    "/users/auth?", "/users/auth?x=/syncs/progress", "/users/auth///?x=%zz"])
def test_slashes_and_query_strings_do_not_change_a_route(reader, path):
    answer = reader.call("GET", path)
    assert (answer.status, answer.body) == (200, b'{"authorized":"OK"}')


@pytest.mark.parametrize("path", ["/syncs/progress/", "//syncs//progress", "/syncs/progress?now=1"])
def test_a_push_may_have_slashes_and_a_query_too(reader, path):
    answer = reader.call("PUT", path, reader.position("book", 0.5, "x"))
    assert answer.status == 200 and answer.json["document"] == "book"
    for spelling in ("/syncs/progress/book", "/syncs/progress/book/", "/syncs//progress//book",
                     "/syncs/progress/book?x=1"):
        assert reader.call("GET", spelling).json["progress"] == "x", spelling


@pytest.mark.parametrize("path", ["/healthcheck", "/users/auth", "/syncs/progress/book",
                                  "/syncs/progress/unknown"])
def test_head_is_get_without_a_body(reader, path):
    reader.push("book")
    get, head = reader.call("GET", path), reader.call("HEAD", path)
    assert head.status == get.status == 200
    assert head.body == b""
    assert head.header("content-type") == get.header("content-type")
    denied = reader.call("HEAD", "/users/auth", headers=[])
    assert denied.status == 401


def test_head_leaves_no_stray_bytes_on_a_kept_connection(stack, reader):
    head = http_client.request_bytes("HEAD", "/users/auth", reader.headers(), close=False)
    get = http_client.request_bytes("GET", "/users/auth", reader.headers())
    with http_client.Connection(stack.https_port) as connection:
        connection.send(head)
        assert connection.response(head=True).status == 200
        connection.send(get)
        assert connection.response().body == b'{"authorized":"OK"}'
        assert connection.at_end()


SERVED = [
    ["application/vnd.koreader.v1+json"], [], ["*/*"], ["application/json"], ["application/*"],
    ["application/vnd.koreader.v1+json, */*"], ["application/vnd.koreader.v1+json;q=1"],
    ["application/vnd.koreader.v1+json; q=0.5"], ["APPLICATION/VND.KOREADER.V1+JSON"],
    ["application/vnd.koreader.v1.2+json"], ["text/html, application/vnd.koreader.v1+json"],
    ["*/*;q=0.1,application/vnd.koreader.v1+json"], ["application/vnd.koreader.v1+json",
                                                     "application/vnd.koreader.v1+json"], ["*/*", "*/*"],
    [""], ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
]
UNSUPPORTED = ["application/vnd.koreader.v2+json", "application/vnd.koreader.v0+json",
               "application/vnd.koreader.v10+json", "application/vnd.koreader.v2.1+json",
               "APPLICATION/VND.KOREADER.V2+JSON", "application/vnd.koreader.v2+json;q=1",
               "application/vnd.koreader.v99999999999999999999+json"]
UNPARSABLE = ["application/vnd.koreader.vx+json", "application/vnd.koreader.v+json",
              "application/vnd.koreader.+json",
              "application/vnd.koreader.json", "application/vnd.koreader.v-1+json"]


def _with_accept(device, values):
    rest = [pair for pair in device.headers() if pair[0] != "Accept"]
    return [("Accept", value) for value in values] + rest


@pytest.mark.parametrize("accept", SERVED, ids=str)
def test_an_accept_header_without_a_foreign_version_is_served(reader, accept):
    assert reader.call("GET", "/users/auth", headers=_with_accept(reader, accept)).status == 200
    body = reader.position("book", 0.5, "x")
    assert reader.call("PUT", "/syncs/progress", body, headers=_with_accept(reader, accept)).status == 200
    assert reader.call("GET", "/syncs/progress/book", headers=_with_accept(reader,
                                                                           accept)).json["percentage"] == 0.5


@pytest.mark.parametrize("accept, code, message",
                         [(value, 102, "Unsupported version specified in the Accept header.")
                          for value in UNSUPPORTED]
                         + [(value, 101, "Invalid Accept header format.") for value in UNPARSABLE])
def test_an_accept_header_of_another_version_is_412_and_stores_nothing(reader, accept, code, message):
    assert reader.call("GET", "/users/auth", headers=_with_accept(reader, [accept])).error == (412, code)
    answer = reader.call("PUT", "/syncs/progress", reader.position("book", 0.5, "x"),
                         headers=_with_accept(reader, [accept]))
    assert answer.error == (412, code) and answer.json["message"] == message
    assert reader.pull("book").json == {}


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded",
                                  "multipart/form-data; boundary=x", "nonsense", "",
                                  "application/json; charset=latin1"])
def test_the_content_type_of_a_request_never_matters(stack, reader, kind):
    body = reader.position("book", 0.5, kind)
    assert reader.call("PUT", "/syncs/progress", body, reader.headers()
                       + [("Content-Type", kind)]).status == 200
    assert reader.pull("book").json["progress"] == kind
    created = Koreader(stack.https_port, fresh(), "k").call(
        "POST", "/users/create", {"username": fresh(), "password": "k"}, [("Content-Type", kind)])
    assert created.status == 201


def test_no_content_type_at_all_is_served(stack, reader):
    body = b'{"document":"book","percentage":1,"progress":"x","device":"d"}'
    data = http_client.request_bytes("PUT", "/syncs/progress", reader.headers(), body)
    assert b"Content-Type" not in data
    assert http_client.exchange(stack.https_port, data).status == 200


def test_header_names_may_come_in_any_case(reader):
    for change in (str.upper, str.title, str.lower):
        headers = [(change(name), value) for name, value in reader.headers()]
        assert reader.call("GET", "/users/auth", headers=headers).status == 200


def test_readyz_says_ready(stack):
    assert http_client.request(stack.https_port, "GET", "/readyz").status == 200


@pytest.fixture(scope="module")
def prefixed():
    with Stack(base_path="/kosync", workers=2) as running:
        yield running


def test_every_route_is_served_under_a_base_path(prefixed):
    reader = registered(prefixed)
    assert http_client.request(prefixed.https_port, "GET", "/kosync/healthcheck").body == b'{"state":"OK"}'
    assert reader.authorize().status == 200
    assert reader.push("a/b", 0.5, "x").status == 200
    assert reader.pull("a/b").json["progress"] == "x"
    assert reader.call("POST", "/users/auth", {}).status == 405
    assert reader.call("GET", "/nothing").error[0] == 404
    assert reader.change_password("k2").status == 200
    assert Koreader(prefixed.https_port, reader.username, "k2", base_path="/kosync").delete().status == 200


def test_a_path_that_only_begins_like_the_base_path_is_not_a_route(prefixed):
    reader = Koreader(prefixed.https_port, "nobody", "k")
    for path in ("/kosyncusers/auth", "/kosyncx/users/auth"):
        assert reader.call("GET", path).error[0] == 404
