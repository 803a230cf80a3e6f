"""Every row of the table of errors: code, status and message, and that nothing was stored."""

import time
from dataclasses import replace

import pytest

from support import http_client, wait
from support.koreader import Koreader, credential, dumps, fresh, registered
from support.stack import Stack

MESSAGES = {
    101: "Invalid Accept header format.", 102: "Unsupported version specified in the Accept header.",
    103: "Could not parse JSON in body.", 104: "Body should be a JSON hash.",
    1000: "Cannot connect to redis server.",
    2000: "Unknown server error.", 2001: "Unauthorized", 2002: "Username is already registered.",
    2003: "Invalid request",
    2004: "Field 'document' not provided.", 2005: "User registration is disabled.",
    2006: "Account not found.",
}


def check(answer, status, code):
    """`answer` is exactly this error, byte for byte."""
    assert answer.status == status, answer
    assert answer.body == b'{"code":%d,"message":"%s"}' % (code, MESSAGES[code].encode()), answer
    assert answer.header("content-type").split(";")[0] == "application/json"


def create(stack, body):
    return Koreader(stack.https_port, "-", "-").call("POST", "/users/create", body,
                                                     headers=[("Accept", "*/*")])


NOT_JSON = [b"", b"   ", b"{", b"not json", b"{'a':1}", b'{"a":1,}', b'{"a":1} x', b'{"a":1}{}',
            b"\xef\xbb\xbf{}",
            b'{"a":.5}', b'{"a":"\\ud800"}', b'{"a":"\\udc00x"}', b'{"a":01}', b'{"a":"\n"}',
            b'{"a":1 "b":2}', b"[1,]",
            b"nul", b'{"a":"\\x41"}', b"{\"a\":\"unterminated}", b'{"a":1}\x00', b"\x00"]
NOT_A_HASH = [b"[]", b"[{}]", b"null", b"true", b"false", b"1", b"-1.5e3", b'"text"', b'""', b" [1] "]


@pytest.mark.parametrize("body", NOT_JSON, ids=repr)
def test_a_body_that_is_not_json_is_103(stack, reader, body):
    check(create(stack, body), 400, 103)
    check(reader.call("PUT", "/syncs/progress", body), 400, 103)
    check(reader.call("PUT", "/users/password", body), 400, 103)
    assert reader.authorize().status == 200


@pytest.mark.parametrize("body", NOT_A_HASH, ids=repr)
def test_a_body_that_is_not_an_object_is_104(stack, reader, body):
    check(create(stack, body), 400, 104)
    check(reader.call("PUT", "/syncs/progress", body), 400, 104)
    check(reader.call("PUT", "/users/password", body), 400, 104)


def test_a_request_without_any_body_is_103(stack, reader):
    check(create(stack, None), 400, 103)
    check(reader.call("PUT", "/syncs/progress"), 400, 103)
    check(reader.call("PUT", "/users/password"), 400, 103)


BAD_REGISTRATIONS = [
    {}, {"username": "u"}, {"password": "p"}, {"username": "", "password": "p"},
    {"username": "u", "password": ""},
    {"username": "a:b", "password": "p"}, {"username": ":", "password": "p"},
    {"username": None, "password": "p"},
    {"username": "u", "password": None}, {"username": 7, "password": "p"}, {"username": "u", "password": 7},
    {"username": ["u"], "password": "p"}, {"username": "u", "password": {"p": 1}},
    {"username": True, "password": "p"},
    {"username": "a\0b", "password": "p"}, {"username": "u", "password": "p\0q"},
    {"username": "\0", "password": "p"},
]


@pytest.mark.parametrize("fields", BAD_REGISTRATIONS, ids=repr)
def test_a_registration_with_bad_fields_is_2003_and_creates_nobody(stack, fields):
    before = set(stack.redis.keys())
    check(create(stack, fields), 403, 2003)
    assert set(stack.redis.keys()) == before


def test_a_taken_name_is_2002_and_keeps_its_credential(stack, reader):
    check(create(stack, {"username": reader.username, "password": "another"}), 402, 2002)
    check(create(stack, {"username": reader.username, "password": reader.key}), 402, 2002)
    assert reader.authorize().status == 200


def test_names_that_differ_in_case_are_different_accounts(stack):
    lower = registered(stack, fresh("case"))
    upper = registered(stack, lower.username.upper())
    lower.push("book", 0.5)
    assert upper.pull("book").json == {}


def test_the_password_of_a_registration_is_stored_as_it_came(stack):
    key = credential("open sesame")
    reader = Koreader(stack.https_port, fresh(), key)
    assert reader.register().status == 201
    assert stack.redis.get(f"user:{reader.username}:key") == key.encode()
    assert reader.authorize().status == 200


CLOSED_VALUES = ["false", "off", "0", "no", "False"]


@pytest.mark.parametrize("value", CLOSED_VALUES)
def test_a_closed_registration_is_2005_and_old_accounts_go_on(value):
    with Stack(env={"ENABLE_USER_REGISTRATION": value}, workers=1, parts=("redis", "device", "nginx"),
               seed=lambda redis: redis.set("user:old:key", "k")) as stack:
        check(create(stack, {"username": "new", "password": "p"}), 402, 2005)
        check(create(stack, {"username": "old", "password": "p"}), 402, 2005)
        assert not stack.redis.exists("user:new:key")
        old = Koreader(stack.https_port, "old", "k")
        assert old.authorize().status == 200 and old.push("book").status == 200


def authenticated_calls(reader):
    return [("GET", "/users/auth", None), ("PUT", "/syncs/progress", reader.position("book", 0.5, "x")),
            ("GET", "/syncs/progress/book", None), ("DELETE", "/users/me", None),
            ("PUT", "/users/password", {"password": "new"})]


def bad_credentials(reader):
    user, key = reader.username, reader.key
    return {
        "no headers": [], "no key": [("x-auth-user", user)], "no user": [("x-auth-key", key)],
        "empty key": [("x-auth-user", user), ("x-auth-key", "")], "empty user": [("x-auth-user", ""),
                                                                                 ("x-auth-key", key)],
        "unknown user": [("x-auth-user", fresh("ghost")), ("x-auth-key", key)],
        "wrong key": [("x-auth-user", user), ("x-auth-key", "0" * 32)],
        "key in upper case": [("x-auth-user", user), ("x-auth-key", key.upper())],
        "key cut short": [("x-auth-user", user), ("x-auth-key", key[:-1])],
        "key with more": [("x-auth-user", user), ("x-auth-key", key + "0")],
        "name with a colon": [("x-auth-user", user + ":key"), ("x-auth-key", key)],
        "name in upper case": [("x-auth-user", user.upper()), ("x-auth-key", key)],
        "right key, then a wrong one": [("x-auth-user", user), ("x-auth-key", key), ("x-auth-key", "0")],
        "wrong key, then the right one": [("x-auth-user", user), ("x-auth-key", "0"), ("x-auth-key", key)],
        "the right key twice": [("x-auth-user", user), ("x-auth-key", key), ("X-Auth-Key", key)],
        "right key, then an empty one": [("x-auth-user", user), ("x-auth-key", key), ("x-auth-key", "")],
    }


@pytest.mark.parametrize("kind", bad_credentials(Koreader(0, "u", "k")))
def test_every_failure_of_the_credential_is_the_same_2001(reader, kind):
    reader.push("book", 0.125, "before")
    headers = bad_credentials(reader)[kind]
    for method, path, body in authenticated_calls(reader):
        check(reader.call(method, path, body, headers=headers), 401, 2001)
    assert reader.pull("book").json["progress"] == "before"


def test_the_answers_to_an_unknown_user_and_to_a_wrong_key_differ_in_nothing(reader):
    def visible(headers):
        answer = reader.call("GET", "/users/auth", headers=headers)
        names = [(name, value) for name, value in answer.headers if name.lower() not in ("date",
                                                                                         "x-request-id")]
        return answer.status, names, answer.body

    kinds = bad_credentials(reader)
    assert visible(kinds["unknown user"]) == visible(kinds["wrong key"]) == visible(kinds["no headers"])


BAD_PASSWORDS = [{}, {"password": ""}, {"password": None}, {"password": 5}, {"password": ["a"]},
                 {"password": "a\0b"},
                 {"Password": "x"}, {"password": True}, {"password": {}}]


@pytest.mark.parametrize("fields", BAD_PASSWORDS, ids=repr)
def test_a_bad_new_password_is_2003_and_the_old_one_stays(reader, fields):
    check(reader.call("PUT", "/users/password", fields), 403, 2003)
    assert reader.authorize().status == 200


def test_an_address_that_is_refused_too_often_has_to_wait_and_no_other_does():
    with Stack(env={"KOSHELF_REFUSALS_PER_MINUTE": "20"}, nginx_env={"TRUSTED_PROXIES": "127.0.0.1"}) as stack:
        reader = registered(stack)
        wait.until(lambda: time.time() % 60 < 50, "a minute that does not end during the test", 20)
        guesses = [replace(reader, key=f"guess {number}").authorize().status for number in range(30)]
        assert guesses == [401] * 20 + [429] * 10
        refused = reader.push("book")
        assert refused.error == (429, 429) and int(refused.header("retry-after")) >= 1
        assert http_client.request(stack.https_port, "GET", "/healthcheck").status == 200
        elsewhere = reader.headers() + [("X-Forwarded-For", "203.0.113.5")]
        assert reader.call("GET", "/users/auth", headers=elsewhere).status == 200


def test_after_a_password_change_only_the_new_key_works_and_positions_stay(stack, reader):
    reader.push("book", 0.5, "x")
    assert reader.change_password("new-key").status == 200
    check(reader.authorize(), 401, 2001)
    check(reader.push("book", 0.6), 401, 2001)
    renewed = Koreader(stack.https_port, reader.username, "new-key")
    assert renewed.pull("book").json["progress"] == "x"


def test_a_deleted_account_cannot_do_anything_any_more(reader):
    assert reader.delete().status == 200
    for method, path, body in authenticated_calls(reader):
        if method != "DELETE":
            check(reader.call(method, path, body), 401, 2001)


def test_deleting_an_account_again_is_2006(reader):
    assert reader.delete().status == 200
    check(reader.delete(), 404, 2006)
    check(Koreader(reader.port, reader.username, "another").delete(), 401, 2001)


def test_the_old_key_of_a_name_that_is_somebodys_again_is_just_wrong(reader):
    assert reader.delete().status == 200
    assert Koreader(reader.port, reader.username, "another").register().status == 201
    check(reader.delete(), 401, 2001)


@pytest.mark.parametrize("change, code", [
    ({"document": None}, 2004), ({"document": ""}, 2004), ({"document": "a:b"}, 2004),
    ({"document": ":"}, 2004),
    ({"document": "a\0b"}, 2004), ({"document": "\0"}, 2004), ({"document": "a\0:b"}, 2004),
    ({"percentage": None}, 2003), ({"progress": None}, 2003), ({"device": None}, 2003)], ids=str)
def test_a_push_without_a_required_field_is_refused_and_stores_nothing(stack, reader, change, code):
    check(reader.call("PUT", "/syncs/progress", reader.position("book", 0.5, "x", **change)), 403, code)
    assert not stack.redis.keys(f"user:{reader.username}:document:*")


@pytest.mark.parametrize("document", [7, True, False, ["a"], {"a": 1}], ids=str)
def test_a_document_that_is_not_a_string_is_refused(stack, reader, document):
    answer = reader.push("book", document=document)
    assert answer.error in {(403, 2004), (403, 2003)}
    assert not stack.redis.keys(f"user:{reader.username}:document:*")


def test_a_missing_document_wins_over_other_missing_fields(reader):
    body = dumps({"percentage": 0.5, "progress": "x", "device": "d"})
    check(reader.call("PUT", "/syncs/progress", body), 403, 2004)


@pytest.mark.parametrize("path", ["a%3Ab", "%3A", "a:b"])
def test_a_pull_of_a_document_with_a_colon_is_2004(reader, path):
    check(reader.call("GET", "/syncs/progress/" + path), 403, 2004)


def test_errors_raised_by_nginx_have_the_same_shape(stack):
    answer = http_client.request(stack.https_port, "GET", "/nowhere")
    assert answer.body == b'{"code":404,"message":"Not found"}'
