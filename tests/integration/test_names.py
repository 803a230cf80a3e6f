"""Odd documents and odd usernames: whatever is accepted must be found again, by nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import http_client
from support.koreader import Koreader, dumps, fresh, registered

DOCUMENTS = [
    "0123456789abcdef0123456789abcdef", "a-b_c.d~e", "..", ".", "...", "../..", "a/b", "/", "//", "/a", "a/",
    "a//b", "%2F", "%", "%zz", "100%", "a b", " ", " a ", "a+b", "+", "*", "?", "[a]", "a?b=c", "a&b", "a#b",
    "é", "日本語", "😀", "e\u0301", "a\\b", '"', "'", "<b>", "{}", "a,b", "a;b", "a=b", "@", "\t", "\n", "a\nb",
    "\x01", "\x7f", "progress", "syncs/progress/x", "null", "../../users/auth", "a\u2028b", "\ufeff",
    "x" * 500, "é" * 300]
PLAIN = st.characters(blacklist_characters=":\0", blacklist_categories=("Cs",))


@pytest.fixture(scope="module")
def shared(stack):
    return registered(stack)


def served(reader, document):
    """What a pull says after a push of `document`, which must have been accepted."""
    assert reader.push(document, 0.5, "at " + document).status == 200
    return reader.pull(document)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda name: ascii(name)[:24])
def test_a_document_of_any_name_is_served_again(reader, document):
    answer = served(reader, document)
    assert answer.status == 200
    assert answer.json["document"] == document and answer.json["progress"] == "at " + document


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda name: ascii(name)[:24])
def test_a_path_may_escape_every_byte_in_either_case(shared, document):
    served(shared, document)
    for form in ("%{:02x}", "%{:02X}"):
        path = "".join(form.format(byte) for byte in document.encode())
        assert shared.call("GET", "/syncs/progress/" + path).json["document"] == document


def test_similar_names_are_different_documents(shared):
    names = ["same", "same/", "/same", "same ", " same", "Same", "same%20", "same%2F", "s%61me", "same\n",
             "sam\u00e9", "same?"]
    for name in names:
        shared.push(name, 0.5, "at " + name)
    assert [shared.pull(name).json["progress"] for name in names] == ["at " + name for name in names]


def test_dots_in_a_path_are_a_name_and_climb_nowhere(shared):
    shared.push("..", 0.5, "up")
    for path in ("/syncs/progress/%2e%2e", "/syncs/progress/%2E.", "/syncs/progress/.%2e"):
        assert shared.call("GET", path).json["progress"] == "up", path
    answer = shared.call("GET", "/syncs/progress/%2e%2e/%2e%2e/users/auth")
    assert answer.status == 404


def test_a_plus_in_a_path_is_a_plus(shared):
    shared.push("a+b", 0.5, "plus")
    shared.push("a b", 0.5, "space")
    assert shared.call("GET", "/syncs/progress/a+b").json["progress"] == "plus"
    assert shared.call("GET", "/syncs/progress/a%20b").json["progress"] == "space"
    assert shared.call("GET", "/syncs/progress/a%2Bb").json["progress"] == "plus"


@pytest.mark.parametrize("path", ["%", "%z", "%zz", "%0", "%00", "a%00b", "%ff", "%c3", "%ed%a0%80", "a%"])
def test_a_path_that_is_no_text_gets_a_json_answer(shared, path):
    answer = shared.call("GET", "/syncs/progress/" + path)
    assert answer.status in (200, 400, 403, 404), answer
    assert answer.json is not None


@given(st.text(PLAIN, min_size=1, max_size=60))
def test_no_document_is_write_only(shared, document):
    if shared.push(document, 0.5, "p").status == 200:
        assert shared.pull(document).json.get("document") == document


@given(st.text("%./\\ +?#&é*[]-_~aA0\t\n", min_size=1, max_size=12))
def test_no_document_of_troublesome_characters_is_refused_or_write_only(shared, document):
    assert served(shared, document).json["document"] == document


@pytest.mark.parametrize("length", [1000, 2000, 2600, 4000, 8000, 20000, 60000])
@pytest.mark.parametrize("character", ["a", "/", "é", "😀"])
def test_a_long_document_is_served_again_or_refused_at_once(shared, length, character):
    document = character * (length // len(character.encode()))
    answer = shared.push(document, 0.5, "long")
    if answer.status == 200:
        assert shared.pull(document).json["progress"] == "long"
    else:
        assert answer.error in {(403, 2004), (403, 2003), (413, 413)}


USERNAMES = ["*", "?", "[a]", "a*", "**", "a b", "é", "日本語", "😀", "e\u0301", "a/b", "..", "%41", "a\\b",
             "{x}", "'", '"', "#", "a;b", "a,b", "<b>", "null", "key", "document", "user", "a@b.example",
             "--", "$HOME", "`id`", "x" * 500, "a\tb"]


def enrolled(stack, username):
    """An account of exactly this name, whether or not another test has made it before."""
    device = Koreader(stack.https_port, username, "k" + str(len(username)))
    assert device.register().status in (201, 402)
    return device


@pytest.mark.parametrize("username", USERNAMES, ids=lambda name: ascii(name)[:24])
def test_a_user_of_any_name_can_do_everything(stack, username):
    device = enrolled(stack, username)
    assert device.authorize().body == b'{"authorized":"OK"}'
    assert device.push("book", 0.5, "x").status == 200
    assert device.pull("book").json["progress"] == "x"
    assert device.change_password("k").status == 200
    renewed = Koreader(stack.https_port, username, "k")
    assert renewed.delete().status == 200
    assert not [key for key in stack.redis.keys() if key.startswith(f"user:{username}:".encode())]


@given(st.text(st.characters(blacklist_characters=":\x7f", blacklist_categories=("Cs", "Cc")), min_size=1,
               max_size=40)
       .filter(lambda name: name.strip(" ") == name))
def test_any_name_that_fits_into_a_header_can_register_and_log_in(stack, name):
    username = name + fresh("")
    device = Koreader(stack.https_port, username, "k")
    answer = device.register()
    assert answer.status == 201 and answer.json == {"username": username}
    assert device.authorize().status == 200
    assert device.push("book", 0.5, "x").status == 200
    assert device.pull("book").json["progress"] == "x"


@pytest.mark.parametrize("glob", ["*", "?", "[a-z]*", "al?ce", "al*", "[!b]*", "\\*", "a[l]ice"])
def test_deleting_a_name_with_glob_characters_deletes_nobody_else(stack, glob):
    neighbours = [registered(stack, fresh("alice")), registered(stack, fresh("*x"))]
    for neighbour in neighbours:
        neighbour.push("book", 0.5, "x", metadata={"title": "T"})
    victim = enrolled(stack, glob)
    victim.push("book", 0.5, "x")
    victim.push("b*", 0.5, "x")
    assert victim.delete().status == 200
    for neighbour in neighbours:
        assert neighbour.pull("book").json["progress"] == "x"
        assert stack.redis.hget(f"user:{neighbour.username}:meta:book", "title") == b"T"
        assert stack.redis.zscore("koshelf:users", neighbour.username) is not None
    assert not [key for key in stack.redis.keys() if key.startswith(f"user:{glob}:".encode())]


@pytest.mark.parametrize("bad", [b"\xff", b"a\xc3", b"\xed\xa0\x80"], ids=repr)
def test_a_username_of_invalid_utf8_round_trips_or_is_refused(stack, bad):
    body = b'{"username":"' + bad + b'","password":"k"}'
    answer = http_client.request(stack.https_port, "POST", "/users/create", (), body)
    if answer.status == 201:
        headers = [(b"x-auth-user", bad), (b"x-auth-key", b"k")]
        assert http_client.request(stack.https_port, "GET", "/users/auth", headers).status == 200
    else:
        assert answer.error in {(403, 2003), (400, 103)}
    login = http_client.request(stack.https_port, "GET", "/users/auth",
                                [(b"x-auth-user", bad), (b"x-auth-key", b"z")])
    assert login.error == (401, 2001)


@pytest.mark.parametrize("key", ["*", " k", "k k", "ä", "x" * 1000, "K", "0", "null"])
def test_a_key_is_opaque(stack, key):
    device = Koreader(stack.https_port, fresh(), key.strip())
    assert device.call("POST", "/users/create", dumps({"username": device.username, "password": device.key}),
                       headers=[]).status == 201
    assert device.authorize().status == 200
