"""koshelf-fcgi as a plain CGI program: every route, one process per request."""

import json

import pytest

from support import gateway
from support.koreader import credential, encoded, fresh
from support.stack import Stack, binary


@pytest.fixture(scope="module")
def stack():
    with Stack(parts=("redis",)) as running:
        yield running


class CgiUser:
    def __init__(self, stack, env=None):
        self.env = stack.pool_env | (env or {})
        self.name, self.key = fresh("cgi"), credential("x")

    def call(self, method, target, body=None, headers=None, **more):
        pairs = [("x-auth-user", self.name), ("x-auth-key", self.key)] if headers is None else headers
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return gateway.cgi(binary("koshelf-fcgi"), self.env, method, target, pairs, data, **more)

    def registered(self):
        answer = self.call("POST", "/users/create", {"username": self.name, "password": self.key})
        assert answer.status == 201, answer
        return self


POSITION = {"document": "book", "percentage": 0.5, "progress": "x", "device": "d", "device_id": "i"}


@pytest.fixture
def user(stack):
    return CgiUser(stack).registered()


def test_every_route_answers_as_it_does_over_fastcgi(user):
    assert user.call("GET", "/healthcheck").body == b'{"state":"OK"}'
    assert user.call("GET", "/users/auth").body == b'{"authorized":"OK"}'
    pushed = user.call("PUT", "/syncs/progress", POSITION)
    assert pushed.status == 200 and set(pushed.json) == {"document", "timestamp"}
    assert user.call("GET", "/syncs/progress/book").json == POSITION | {"timestamp": pushed.json["timestamp"]}
    assert user.call("PUT", "/users/password", {"password": "new"}).body == b'{"updated":true}'
    assert user.call("GET", "/users/auth").error == (401, 2001)
    user.key = "new"
    assert user.call("DELETE", "/users/me").body == b'{"deleted":true}'
    assert user.call("GET", "/readyz").status == 200


def test_errors_have_their_status_and_their_json(user):
    assert user.call("GET", "/nothing").error[0] == 404
    assert user.call("POST", "/users/auth").header("allow") is not None
    assert user.call("PUT", "/syncs/progress", b"{").error == (400, 103)
    assert user.call("PUT", "/syncs/progress").error == (400, 103)
    assert user.call("GET", "/users/auth", headers=[]).error == (401, 2001)
    assert user.call("GET", "/healthcheck").header("content-type").split(";")[0] == "application/json"


def test_the_console_s_routes_are_served_as_well(user):
    assert user.call("GET", "/admin/setup").status == 200
    assert user.call("GET", "/admin/accounts/login").json["username"] == user.name
    user.call("PUT", "/syncs/progress", POSITION)
    assert [entry["document"] for entry in user.call("GET", "/admin/library").json["documents"]] == ["book"]


def test_head_has_no_body(user):
    answer = user.call("HEAD", "/users/auth")
    assert (answer.status, answer.body) == (200, b"")


def test_a_body_over_64_kib_is_413(user):
    answer = user.call("PUT", "/syncs/progress", b'{"a":"' + b"x" * 3000000 + b'"}')
    assert answer.error[0] == 413


def test_identifiers_come_through_the_query(user):
    user.call("PUT", "/syncs/progress", POSITION | {"identifiers": [{"type": "md5", "value": "book"},
                                                                    {"type": "f", "value": "v"}]})
    assert user.call("GET", "/syncs/progress/z?ids=md5:z,f:v").json["document"] == "book"
    assert user.call("GET", "/syncs/progress/z?ids=").error == (403, 2003)


@pytest.mark.parametrize("document", ["a/b", "..", "a b", "é", "%", "a-b.c", "?", "*"])
def test_a_document_of_any_name_is_served_again(user, document):
    assert user.call("PUT", "/syncs/progress", POSITION | {"document": document}).status == 200
    assert user.call("GET", "/syncs/progress/" + encoded(document)).json["document"] == document


@pytest.mark.parametrize("overrides", [
    {"REQUEST_URI": "//users///auth//?a=b"}, {"REQUEST_URI": "/users/auth", "QUERY_STRING": None},
    {"REQUEST_URI": "/users/auth", "REMOTE_ADDR": None, "REQUEST_ID": None, "SERVER_PROTOCOL": None},
    {"REQUEST_URI": "/users/auth", "SCRIPT_NAME": None}, {"REQUEST_URI": "/users/auth",
                                                          "PATH_INFO": "/users/auth"},
    {"REQUEST_URI": "/users/auth", "PATH_INFO": ""},
    {"REQUEST_URI": "/users/auth", "CONTENT_LENGTH": None, "CONTENT_TYPE": None},
    {"REQUEST_URI": "/users/auth", "CONTENT_LENGTH": "0"}, {"REQUEST_URI": "/users/auth",
                                                            "GATEWAY_INTERFACE": "CGI/1.1"}], ids=repr)
def test_odd_or_missing_variables_do_not_matter(user, overrides):
    answer = user.call("GET", "/users/auth", overrides=overrides.items())
    assert answer.body == b'{"authorized":"OK"}'


def test_a_base_path_is_taken_off_the_request_uri(stack):
    user = CgiUser(stack, {"KOSHELF_BASE_PATH": "/kosync"})
    answer = user.call("POST", "/kosync/users/create", {"username": user.name, "password": user.key},
                       script_name="/kosync")
    assert answer.status == 201
    assert user.call("GET", "/kosync/users/auth", script_name="/kosync").status == 200
    assert user.call("GET", "/kosyncx/users/auth").status == 404


def test_the_program_in_a_cgi_directory_finds_its_route_behind_its_name(user):
    script = "/cgi-bin/koshelf.cgi"
    overrides = {"REQUEST_URI": script + "/users/auth", "SCRIPT_NAME": script, "PATH_INFO": "/users/auth"}
    assert user.call("GET", "", overrides=overrides.items()).body == b'{"authorized":"OK"}'


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "99999999999999999999", "10"])
def test_a_wrong_content_length_is_an_error_and_no_crash(user, length):
    body = json.dumps(POSITION).encode()
    answer = user.call("PUT", "/syncs/progress", body, overrides=[("CONTENT_LENGTH", length)])
    assert answer.status in (400, 413)
    assert answer.json["message"]


def test_a_body_shorter_than_announced_is_an_error(user):
    answer = user.call("PUT", "/syncs/progress", json.dumps(POSITION).encode(),
                       overrides=[("CONTENT_LENGTH", "500")])
    assert 400 <= answer.status < 500
    assert user.call("GET", "/syncs/progress/book").json == {}


def test_without_redis_it_answers_1000(stack):
    user = CgiUser(stack, {"REDIS_URL": "unix:///nowhere.sock?db=3"})
    assert user.call("GET", "/users/auth").error == (502, 1000)
    assert user.call("GET", "/healthcheck").status == 200


@pytest.mark.parametrize("method", ["BREW", "get", "GET\n", "CONNECT"])
def test_an_unknown_method_is_an_error(user, method):
    answer = user.call("GET", "/users/auth", overrides=[("REQUEST_METHOD", method)])
    assert answer.status in (400, 405, 501)
