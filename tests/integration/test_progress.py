"""What a push may contain, and what a pull gives back."""

import json
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.koreader import fresh, registered

XPOINTER = "/body/DocFragment[20]/body/p[22]/img.0"


def raw_push(reader, percentage_text, progress_text='"x"', more=""):
    """A push whose percentage and progress are written into the JSON as they are."""
    body = '{"document":"book","percentage":%s,"progress":%s,"device":"d"%s}' % (percentage_text,
                                                                                 progress_text, more)
    return reader.call("PUT", "/syncs/progress", body.encode("utf-8", "surrogatepass"))


def number_as_written(reader, document="book"):
    """The text of the percentage in the answer to a pull."""
    found = []
    body = reader.pull(document).body.decode()
    json.loads(body, parse_float=lambda text: found.append(text) or float(text),
               parse_int=lambda text: found.append(text) or int(text))
    return found


def test_a_pull_returns_the_whole_push_with_the_time_of_the_server(reader):
    before = int(time.time())
    pushed = reader.push("book", 0.3141, XPOINTER)
    after = int(time.time())
    pulled = reader.pull("book")
    assert pulled.status == 200
    assert before <= pushed.json["timestamp"] <= after
    assert pulled.json == {"document": "book", "percentage": 0.3141, "progress": XPOINTER,
                           "device": reader.device,
                           "device_id": reader.device_id, "timestamp": pushed.json["timestamp"]}
    assert type(pulled.json["timestamp"]) is int


def test_an_unknown_document_is_200_and_an_empty_object(reader):
    answer = reader.pull("never-pushed")
    assert (answer.status, answer.body) == (200, b"{}")


@pytest.mark.parametrize("sent", [1, 2**40, -5, "yesterday", None, {}], ids=str)
def test_a_timestamp_sent_by_a_client_is_ignored(reader, sent):
    now = int(time.time())
    answer = raw_push(reader, "0.5", more=',"timestamp":' + json.dumps(sent))
    assert answer.status == 200
    assert 0 <= answer.json["timestamp"] - now <= 10
    assert reader.pull("book").json["timestamp"] == answer.json["timestamp"]


@pytest.mark.parametrize("sent, served", [
    ("0", 0), ("0.0", 0), ("-0", 0), ("1", 1), ("0.5", 0.5), ('"0.5"', 0.5), ('"0"', 0), ('"1"', 1),
    ("1e-3", 0.001), ("1E-3", 0.001), ('"1e-3"', 0.001), ("5", 5), ("-0.25", -0.25), ("100", 100),
    ("1e10", 1e10), ("1.5e300", 1.5e300), ("123456789", 123456789), ("1e-300", 1e-300)])
def test_a_percentage_is_kept_as_a_number_without_clamping(reader, sent, served):
    assert raw_push(reader, sent).status == 200
    percentage = reader.pull("book").json["percentage"]
    assert type(percentage) in (int, float) and math.isclose(percentage, served, rel_tol=1e-13)


@pytest.mark.parametrize("sent", ["NaN", "Infinity", "-Infinity", "0x10", "+1", ".5", "1.", "01", "1e", "--1",
                                  "nan", "inf", "1_0", "0,5"])
def test_a_percentage_that_is_not_json_is_103_and_stores_nothing(reader, sent):
    assert raw_push(reader, sent).error == (400, 103)
    assert reader.pull("book").json == {}


@pytest.mark.parametrize("sent", [
    "1E400", "-1E400", '"1E400"', '"NaN"', '"nan"', '"Infinity"', '"-inf"', '"inf"', '"0x10"', '""', '" "',
    '"abc"', '"0.5x"', '"0.5\\u0000"', "null", "true", "false", "[]", "{}", "[0.5]", '"0,5"', '"½"', '"1 2"'])
def test_a_percentage_that_is_not_a_finite_number_is_2003_and_stores_nothing(reader, sent):
    assert raw_push(reader, sent).error == (403, 2003)
    assert reader.pull("book").json == {}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_percentage_comes_back_to_14_digits(stack, number):
    reader = _shared(stack)
    assert raw_push(reader, repr(number)).status == 200
    percentage = reader.pull("book").json["percentage"]
    assert percentage == number or math.isclose(percentage, number, rel_tol=1e-13)


_ACCOUNTS = {}


def _shared(stack):
    """One account for all examples of a property, since its documents do not meet."""
    if stack not in _ACCOUNTS:
        _ACCOUNTS[stack] = registered(stack)
    return _ACCOUNTS[stack]


def test_more_than_14_digits_keep_at_least_14_in_a_form_lua_reads(stack, reader):
    raw_push(reader, "0.12345678901234567890123456789")
    assert abs(reader.pull("book").json["percentage"] - 0.12345678901234568) < 1e-14
    stored = stack.redis.hget(f"user:{reader.username}:document:book", "percentage")
    assert stack.redis.eval("return tostring(tonumber(ARGV[1]) - 0.12345678901234 < 1e-13)", 0,
                            stored) == b"true"


def test_a_percentage_that_was_a_string_is_served_as_a_number(reader):
    raw_push(reader, '"0.75"')
    assert type(reader.pull("book").json["percentage"]) is float
    assert "0.75" in number_as_written(reader)


@pytest.mark.parametrize("text, served", [
    ("56", "56"), ('"56"', "56"), ('"056"', "056"), ('"56.0"', "56.0"), ('"1e3"', "1e3"), ('"0x1F"', "0x1F"),
    ('"-7"', "-7"),
    ('"true"', "true"), ('"null"', "null"), ('"NaN"', "NaN"), ("0", "0"), ('""', ""), ('" "', " "),
    ("123456789", "123456789"),
    ('"\\u00e9\\ud83d\\ude00"', "é😀"), ('"a\\"b\\\\c\\/d"', 'a"b\\c/d'),
    ('"\\n\\t\\u0001\\u007f"', "\n\t\x01\x7f"),
    ('"\u2028"', "\u2028"), ('"<script>"', "<script>"), ('"99999999999999999999"', "99999999999999999999")])
def test_a_progress_is_served_as_a_string_byte_for_byte(reader, text, served):
    assert raw_push(reader, "0.5", text).status == 200
    assert reader.pull("book").json["progress"] == served


@given(st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), max_size=300))
def test_any_progress_and_any_device_come_back_as_they_were(stack, text):
    reader = _shared(stack)
    document = fresh("any")  # on one document, a device of an earlier example would be repeating itself
    assert reader.push(document, 0.5, text, device=text, device_id=text).status == 200
    pulled = reader.pull(document).json
    assert (pulled["progress"], pulled["device"]) == (text, text)
    assert pulled.get("device_id") == text


@pytest.mark.parametrize("field", ["progress", "device"])
@pytest.mark.parametrize("value", [None, {}, [], True, False, ["x"], {"a": 1}], ids=str)
def test_a_progress_or_device_that_is_no_text_is_2003_and_stores_nothing(stack, reader, field, value):
    body = {"document": "book", "percentage": 0.5, "progress": "x", "device": "d"} | {field: value}
    assert reader.call("PUT", "/syncs/progress", body).error == (403, 2003)
    assert reader.pull("book").json == {}
    assert not stack.redis.exists(f"user:{reader.username}:document:book")


@pytest.mark.parametrize("field", ["progress", "device", "device_id"])
def test_a_nul_inside_a_field_is_2003_and_stores_nothing(reader, field):
    assert reader.push("book", 0.5, **{field: "a\0b"}).error == (403, 2003)
    assert reader.pull("book").json == {}


@pytest.mark.parametrize("field", ["progress", "device", "device_id"])
def test_an_empty_text_is_stored_because_a_koreader_sends_what_it_has(reader, field):
    assert reader.push("book", 0.5, **{field: ""}).status == 200
    assert reader.pull("book").json.get(field, "") == ""


@pytest.mark.parametrize("bad", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xc0\xaf",
                                 b"a\x80b"], ids=repr)
@pytest.mark.parametrize("field", ["document", "progress", "device", "device_id"])
def test_invalid_utf8_comes_back_whole_or_is_refused(reader, field, bad):
    template = b'{"document":"book","percentage":0.5,"progress":"x","device":"d","device_id":"i"}'
    old = {"document": b'"book"', "progress": b'"x"', "device": b'"d"', "device_id": b'"i"'}[field]
    answer = reader.call("PUT", "/syncs/progress", template.replace(old, b'"' + bad + b'"'))
    if answer.status == 200:
        name = "".join(f"%{byte:02x}" for byte in bad) if field == "document" else "book"
        assert b'"' + bad + b'"' in reader.call("GET", "/syncs/progress/" + name).body
    else:
        assert answer.error in {(403, 2003), (403, 2004), (400, 103)}
        assert reader.pull("book").json == {}


def test_a_device_id_is_returned_only_if_it_was_sent(reader):
    reader.push("book", device_id=None)
    assert set(reader.pull("book").json) == {"document", "percentage", "progress", "device", "timestamp"}


def test_a_later_push_without_device_id_clears_the_earlier_one(stack, reader):
    reader.push("book", 0.5, "x")
    assert reader.push("book", 0.6, "y", device_id=None).status == 200
    assert "device_id" not in reader.pull("book").json
    assert not stack.redis.hexists(f"user:{reader.username}:document:book", "device_id")


def test_the_last_write_wins_also_backwards_and_nothing_is_merged(reader):
    reader.push("book", 0.9, "far")
    reader.other(device_id=None).push("book", 0.1, "near")
    pulled = reader.pull("book").json
    assert (pulled["percentage"], pulled["progress"], pulled["device"]) == (0.1, "near", "Boox_page")
    assert "device_id" not in pulled


def test_fields_unknown_to_the_protocol_are_ignored(reader):
    answer = raw_push(reader, "0.5", more=',"battery":88,"nested":{"deep":[1,2,{"x":null}]},"":0')
    assert answer.status == 200 and set(answer.json) == {"document", "timestamp"}
    assert "battery" not in reader.pull("book").json


METADATA = {"filename": "Der Name.epub", "title": "Der Name der Rose", "authors": "Eco, Umberto 😀"}


def test_metadata_is_kept_and_a_push_without_it_does_not_clear_it(stack, reader):
    assert reader.push("book", 0.5, metadata=METADATA).status == 200
    assert reader.push("book", 0.6).status == 200
    stored = stack.redis.hgetall(f"user:{reader.username}:meta:book")
    assert {name.decode(): value.decode() for name, value in stored.items()} == METADATA
    assert "metadata" not in reader.pull("book").json


def test_later_metadata_replaces_the_fields_it_has(stack, reader):
    reader.push("book", 0.5, metadata=METADATA)
    reader.push("book", 0.6, metadata={"title": "The Name of the Rose"})
    assert stack.redis.hget(f"user:{reader.username}:meta:book", "title").decode() == "The Name of the Rose"


@pytest.mark.parametrize("metadata", [
    [], "text", 5, True, None, {}, {"title": 5}, {"title": None, "authors": ["a"]}, {"title": "a\0b"},
    {"title": "x" * 20000},
    {"filename": {}}, {"other": "field"}, {"title": ""}, [{"title": "x"}]],
                         ids=lambda value: repr(value)[:30])
def test_odd_metadata_never_fails_a_push(reader, metadata):
    body = reader.position("book", 0.5, "x") | {"metadata": metadata}
    assert reader.call("PUT", "/syncs/progress", body).status == 200
    assert reader.pull("book").json["progress"] == "x"


def test_accounts_do_not_see_each_other(stack, reader):
    stranger = registered(stack)
    reader.push("book", 0.5, "mine", metadata=METADATA)
    assert stranger.pull("book").json == {}
    stranger.push("book", 0.7, "theirs")
    assert reader.pull("book").json["progress"] == "mine"


def test_a_registered_name_is_not_a_prefix_of_anothers_data(stack):
    short = registered(stack, fresh("ann"))
    long = registered(stack, short.username + "a")
    long.push("book", 0.5, "x")
    assert short.pull("book").json == {}
    assert short.delete().status == 200
    assert long.pull("book").json["progress"] == "x"


def test_a_progress_of_ten_thousand_characters_is_stored(reader):
    text = "/body/" + "p" * 10000
    assert reader.push("book", 0.5, text).status == 200
    assert reader.pull("book").json["progress"] == text
