"""What may be read in the logs, and what must never stand there."""

import re

import pytest

from support import http_client
from support.http_client import request_bytes
from support.koreader import Koreader, registered
from support.stack import Stack

SECRETS = {"key": "5ec2e7key0123456789abcdef0123456", "new key": "a4e5ec2e7newkey",
           "password": "wrongpassw0rdsecret",
           "progress": "/body/DocFragment[777]/secretplace", "title": "SecretTitle",
           "query": "secretvalueinquery"}


def exercise(stack):
    """Every kind of request, succeeding and failing, with recognisable secrets in all of them."""
    reader = Koreader(stack.https_port, "visible-user", SECRETS["key"])
    assert reader.register().status == 201
    assert reader.register().status == 402
    identifiers = [{"type": "md5", "value": "book"}, {"type": "file", "value": SECRETS["query"]}]
    for device in (reader, reader.other(), reader):  # the third push is a stale one
        assert device.push("book", len(device.device) / 100, SECRETS["progress"] + device.device,
                           identifiers=identifiers,
                           metadata={"title": SECRETS["title"]}).status == 200
    assert reader.pull("book", ids="md5:book,file:" + SECRETS["query"]).status == 200
    assert Koreader(stack.https_port, "visible-user", SECRETS["password"]).authorize().status == 401
    assert Koreader(stack.https_port, "nobody", SECRETS["password"]).push("book").status == 401
    refused = [("PUT", "/syncs/progress", b'{"progress":"' + SECRETS["progress"].encode() + b'",'),
               ("PUT", "/syncs/progress", {"document": "book", "progress": SECRETS["progress"]}),
               ("POST", "/users/create", {"username": "a:b", "password": SECRETS["password"]}),
               ("PUT", "/users/password", {"password": SECRETS["new key"] + "\0"}),
               ("GET", "/nothing", None), ("POST", "/users/auth", {"password": SECRETS["password"]})]
    for method, path, body in refused:
        assert reader.call(method, path, body).status >= 400
    twice = list(reader.headers()) + [("x-auth-key", SECRETS["password"])]
    assert reader.call("GET", "/users/auth", headers=twice).status == 401
    too_large = request_bytes("PUT", "/syncs/progress", reader.headers(), SECRETS["progress"].encode() * 3000)
    assert http_client.exchange(stack.https_port, too_large).status == 413
    stack.kill_redis()
    assert reader.push("book", 0.5, SECRETS["progress"]).status == 502
    stack.start_redis()
    assert reader.call("GET", "/test/crash").status == 502
    assert reader.change_password(SECRETS["new key"]).status == 200
    assert Koreader(stack.https_port, "visible-user", SECRETS["new key"]).delete().status == 200


@pytest.fixture(scope="module")
def stack():
    with Stack(workers=2) as running:
        exercise(running)
        yield running


@pytest.mark.parametrize("secret", SECRETS)
def test_no_log_at_the_usual_level_contains_a_secret(stack, secret):
    assert SECRETS[secret] not in stack.log_text()


def test_every_line_of_a_pool_is_json_with_time_level_and_event(stack):
    for pool in ("device", "admin"):
        events = stack.events(pool)
        assert events
        for event in events:
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["time"]), event
            assert event["level"] in ("debug", "info", "warn", "error") and re.fullmatch(r"[a-z_.]+",
                                                                                         event["event"])


def test_what_happened_can_be_read(stack):
    names = [event["event"] for event in stack.events()]
    assert "push.stored" in names
    assert any(event.get("document") == "book" for event in stack.events())


def test_nothing_is_logged_below_the_level():
    with Stack(workers=1, env={"KOSHELF_LOG_LEVEL": "error"}) as quiet:
        registered(quiet).push("book")
        assert [event for event in quiet.events() if event["level"] != "error"] == []


def test_readiness_probes_are_not_logged(stack):
    for _ in range(5):
        http_client.request(stack.https_port, "GET", "/readyz")
    assert "readyz" not in stack.log_text()


@pytest.mark.parametrize("name", ['quote"and\\slash', "new\nline", "tab\t\x01\x7f", "é😀", "</script>"])
def test_odd_names_cannot_break_or_forge_a_line(stack, name):
    reader = registered(stack)
    before = len(stack.events())
    assert reader.push(name, 0.5, "x").status == 200
    reader.pull(name)
    found = [event for event in stack.events()[before:] if event.get("document") == name]
    assert found, stack.events()[before:]
