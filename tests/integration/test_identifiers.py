"""Several identifiers for one book: what is valid, what resolves, which aliases come to be."""

import pytest

from support.koreader import registered


def entry(kind, value, **more):
    return {"type": kind, "value": value} | more


def ids(*pairs):
    """`ids("md5:a", "file:b")`: the strongest first, as a list for a push."""
    return [entry(*pair.split(":")) for pair in pairs]


def weak(pair):
    return entry(*pair.split(":"), weak=True)


def put(reader, document, identifiers, progress="x", percentage=0.5):
    return reader.push(document, percentage, progress, identifiers=identifiers)


def get(reader, *pairs, document=None):
    return reader.pull(document or pairs[0].split(":")[1], ids=",".join(pairs))


def aliases(stack, reader):
    """value -> "type:canonical" as stored; an alias of a document to itself says nothing and is left out."""
    prefix = f"user:{reader.username}:alias:".encode()
    found = {key[len(prefix):].decode(): stack.redis.get(key).decode()
             for key in stack.redis.keys() if key.startswith(prefix)}
    return {value: target for value, target in found.items() if target.split(":")[1] != value}


VALID = [
    ids("md5:a"), ids("file:f", "md5:a"), ids("md5:a", *(f"t{n}:v{n}" for n in range(7))), ids("a:a"),
    ids("x-1-y:a"), ids("a" * 32 + ":a"), ids("md5:a", "file:" + "v" * 128), ids("md5:a", "file:A-Za_z0.9-"),
    ids("md5:a", "file:0"), ids("md5:a", "file:Z..--__"), [entry("md5", "a", weak=False)],
    [entry("md5", "a"), entry("t", "b", weak=True)], [entry("md5", "a", comment="ignored")],
]
INVALID = [
    [], ids("md5:b"), ids("md5:a", *(f"t{n}:v{n}" for n in range(8))), ids("md5:a", "md5:b"),
    ids("md5:a", "md5:a"), ids("MD5:a"), ids("Md5:a"), ids("5md:a"), ids("-md:a"), ids("m_d:a"), ids("m.d:a"),
    ids("é:a"), ids("m d:a"), ids(":a"),
    ids("a" * 33 + ":a"), ids("md5:a", "file:" + "v" * 129), ids("md5:a", "file:-x"), ids("md5:a", "file:.x"),
    ids("md5:a", "file:_x"), ids("md5:a", "file:x y"), ids("md5:a", "file:x/y"), ids("md5:a", "file:é"),
    ids("md5:a", "file:"), [entry("md5", "a"), entry("file", "x:y")], [entry("md5", "a\0b")],
    [entry("md5", "a"), entry("file", "x,y")], [entry("md5", "a"), entry("fi\0le", "b")],
    [entry("md5", "a"), entry("file", "b\n")], [entry("md5\n", "a")],
    [{"type": "md5"}], [{"value": "a"}], [{}], [entry(5, "a")], [entry("md5", 5)], [entry("md5", None)],
    ["md5:a"], [None], [[]], [entry("md5", "a"), None], "md5:a", {}, {"type": "md5", "value": "a"}, 5, True,
]


@pytest.mark.parametrize("identifiers", VALID, ids=lambda value: repr(value)[:40])
def test_valid_identifiers_are_accepted_on_push_and_pull(reader, identifiers):
    answer = put(reader, "a", identifiers)
    assert answer.status == 200, answer
    own = next(one["type"] for one in identifiers if one["value"] == "a")
    assert answer.json == {"document": "a", "match": own, "timestamp": answer.json["timestamp"]}
    query = ",".join(f"{one['type']}:{one['value']}" for one in identifiers)
    assert reader.pull("a", ids=query).json["document"] == "a"


@pytest.mark.parametrize("identifiers", INVALID, ids=lambda value: repr(value)[:40])
def test_invalid_identifiers_are_2003_on_a_push_and_store_nothing(stack, reader, identifiers):
    assert put(reader, "a", identifiers).error == (403, 2003)
    assert not stack.redis.keys(f"user:{reader.username}:document:*")
    assert not stack.redis.keys(f"user:{reader.username}:alias:*")


@pytest.mark.parametrize("query", [
    "", ",", ":", "md5", "md5:", ":a", "a", "md5:a,", ",md5:a", "md5:a,,file:b", "md5:b", "md5:a,md5:b",
    "md5:a,md5:a", "MD5:a", "md5:a,file:-x", "md5:a,file:x:y", "md5:a;file:b", "md5:a%20file:b",
    "md5:a,%20file:b", "m%00d:a", "md5:a%00", "md5:a,file:%ff", "md5:a,"
    + ",".join(f"t{n}:v{n}" for n in range(8)),
    "md5:a,file:" + "v" * 129, "a" * 33 + ":a", "5:a", "md5:%C3%A9"])
def test_invalid_identifiers_are_2003_on_a_pull(reader, query):
    reader.push("a", 0.5, "x")
    assert reader.pull("a", ids=query).error == (403, 2003)


def test_an_escaped_query_is_decoded(reader):
    put(reader, "a", ids("md5:a", "file:f"))
    for query in ("md5%3Aa%2Cfile%3Af", "md5:%61,file:f", "md5:a,file:f&x=1"):
        assert reader.pull("a", ids=query).json["match"] == "md5"
    assert reader.call("GET", "/syncs/progress/a?x=1&ids=md5:a").json["match"] == "md5"


def test_a_pull_whose_identifiers_lead_nowhere_is_200_and_empty(reader):
    answer = get(reader, "md5:a", "file:f")
    assert (answer.status, answer.body) == (200, b"{}")


def test_a_second_edition_finds_the_book_through_a_shared_identifier(reader):
    put(reader, "a", ids("md5:a", "file:f"), "there", 0.4)
    answer = get(reader, "md5:b", "file:f").json
    assert answer == {"document": "a", "percentage": 0.4, "progress": "there", "device": reader.device,
                      "device_id": reader.device_id, "timestamp": answer["timestamp"], "match": "file",
                      "progress_match": "file"}


def test_a_push_through_an_alias_writes_the_canonical_document(stack, reader):
    put(reader, "a", ids("md5:a", "file:f"), "first")
    answer = put(reader, "b", ids("md5:b", "file:f"), "second")
    assert answer.json == {"document": "a", "match": "file", "timestamp": answer.json["timestamp"]}
    assert reader.pull("a").json["progress"] == "second"
    assert not stack.redis.exists(f"user:{reader.username}:document:b")


def test_a_document_that_is_not_first_in_the_list_is_created_under_its_own_type(stack, reader):
    answer = put(reader, "d", ids("file:f", "md5:d", "isbn:i"))
    assert (answer.json["document"], answer.json["match"]) == ("d", "md5")
    assert aliases(stack, reader) == {"f": "file:d", "i": "isbn:d"}


def test_a_create_registers_every_identifier_the_weak_ones_too(stack, reader):
    put(reader, "a", ids("md5:a", "file:f") + [weak("title:t")])
    assert aliases(stack, reader) == {"f": "file:a", "t": "title:a"}


def test_identifiers_above_the_match_are_not_registered_those_below_are(stack, reader):
    put(reader, "a", ids("md5:a", "file:f"))
    put(reader, "b", ids("md5:b", "sha:s", "file:f", "isbn:i"))
    assert aliases(stack, reader) == {"f": "file:a", "i": "isbn:a"}
    assert get(reader, "md5:b").json == {}


def test_a_match_by_document_registers_what_is_below_it(stack, reader):
    reader.push("a", 0.5, "plain")
    answer = put(reader, "a", ids("sha:s", "md5:a", "file:f"))
    assert (answer.json["document"], answer.json["match"]) == ("a", "md5")
    assert aliases(stack, reader) == {"f": "file:a"}


def test_the_strongest_hit_wins_in_the_order_of_the_list(reader):
    put(reader, "a", ids("md5:a", "file:f"), "of a")
    put(reader, "b", ids("md5:b", "isbn:i"), "of b")
    assert get(reader, "file:f", "isbn:i", "md5:z", document="z").json["document"] == "a"
    assert get(reader, "isbn:i", "file:f", "md5:z", document="z").json["document"] == "b"
    assert get(reader, "sha:none", "isbn:i", "md5:a", document="a").json["match"] == "isbn"


def test_a_document_comes_before_an_alias_of_the_same_value(reader):
    put(reader, "a", ids("md5:a", "file:f"), "of a")
    reader.push("f", 0.9, "of f")
    answer = get(reader, "file:f").json
    assert (answer["document"], answer["progress"], answer["match"]) == ("f", "of f", "file")


def test_the_type_of_an_alias_does_not_restrict_who_finds_it(reader):
    put(reader, "a", ids("md5:a", "file:f"))
    assert get(reader, "md5:b", "other:f").json["document"] == "a"


def test_a_request_without_identifiers_follows_no_alias(stack, reader):
    put(reader, "a", ids("md5:a", "file:f"), "of a")
    assert reader.pull("f").json == {}
    assert set(reader.pull("a").json) == {"document", "percentage", "progress", "device", "device_id",
                                          "timestamp"}
    pushed = reader.push("f", 0.1, "of f")
    assert set(pushed.json) == {"document", "timestamp"} and pushed.json["document"] == "f"
    assert reader.pull("a").json["progress"] == "of a"


def test_an_alias_is_never_repointed(stack, reader):
    put(reader, "a", ids("md5:a", "file:f"))
    put(reader, "b", ids("md5:b", "isbn:i"))
    put(reader, "b", ids("md5:b", "file:f", "isbn:i"))
    assert aliases(stack, reader) == {"f": "file:a", "i": "isbn:b"}
    assert get(reader, "md5:z", "file:f").json["document"] == "a"


def drop(stack, reader, document):
    stack.redis.delete(f"user:{reader.username}:document:{document}")


def test_an_alias_whose_target_is_gone_resolves_nothing_and_is_repointed(stack, reader):
    put(reader, "a", ids("md5:a", "file:f"))
    drop(stack, reader, "a")
    assert get(reader, "md5:z", "file:f").json == {}
    answer = put(reader, "b", ids("md5:b", "file:f"), "of b")
    assert (answer.json["document"], answer.json["match"]) == ("b", "md5")
    assert aliases(stack, reader)["f"] == "file:b"
    assert get(reader, "md5:z", "file:f").json["progress"] == "of b"


def test_a_dangling_alias_does_not_hide_a_weaker_hit(stack, reader):
    put(reader, "a", ids("md5:a", "file:f"))
    put(reader, "b", ids("md5:b", "isbn:i"))
    drop(stack, reader, "a")
    answer = get(reader, "md5:z", "file:f", "isbn:i").json
    assert (answer["document"], answer["match"]) == ("b", "isbn")


def test_a_push_that_resolves_only_weakly_writes_its_own_document(stack, reader):
    put(reader, "a", ids("md5:a") + [weak("title:t")], "of a")
    answer = put(reader, "b", ids("md5:b") + [weak("title:t")], "of b")
    assert (answer.json["document"], answer.json["match"]) == ("b", "md5")
    assert reader.pull("a").json["progress"] == "of a"
    assert reader.pull("b").json["progress"] == "of b"
    assert aliases(stack, reader) == {"t": "title:a"}


def test_a_weak_identifier_resolves_a_pull(reader):
    put(reader, "a", ids("md5:a") + [weak("title:t")], "of a")
    answer = get(reader, "md5:b", "title:t").json
    assert (answer["document"], answer["match"], answer["progress_match"]) == ("a", "title", "title")


def test_a_strong_hit_behind_a_weak_one_still_resolves_a_push(reader):
    put(reader, "a", ids("md5:a") + [weak("title:t")], "of a")
    put(reader, "b", ids("md5:b", "file:f"), "of b")
    answer = put(reader, "c", [weak("title:t")] + ids("file:f", "md5:c"), "new")
    assert (answer.json["document"], answer.json["match"]) == ("b", "file")


def test_progress_match_is_the_strongest_type_shared_with_the_current_progress(reader):
    put(reader, "a", ids("md5:a", "file:f", "isbn:i"))
    answer = get(reader, "md5:a", "file:f").json
    assert (answer["match"], answer["progress_match"]) == ("md5", "md5")
    answer = get(reader, "md5:a", "file:other", "isbn:i").json
    assert (answer["match"], answer["progress_match"]) == ("md5", "md5")


def test_progress_match_follows_the_push_that_wrote_the_current_progress(reader):
    put(reader, "a", ids("md5:a", "file:f", "isbn:i"), "of the first file")
    put(reader, "b", ids("md5:b", "file:f", "isbn:i"), "of the second file")
    answer = get(reader, "md5:a", "file:f").json
    assert (answer["progress"], answer["match"], answer["progress_match"]) == ("of the second file", "md5",
                                                                               "file")
    answer = get(reader, "md5:b", "file:f", "isbn:i").json
    assert (answer["match"], answer["progress_match"]) == ("file", "md5")


def test_progress_match_is_none_when_nothing_is_shared(reader):
    put(reader, "a", ids("md5:a", "file:f"))
    put(reader, "b", ids("md5:b", "file:f"))
    answer = get(reader, "md5:a", "isbn:z").json
    assert (answer["match"], answer["progress_match"]) == ("md5", "none")


def test_the_same_value_under_another_type_is_not_shared(reader):
    put(reader, "a", ids("md5:a", "file:f"))
    answer = get(reader, "md5:z", "isbn:f").json
    assert (answer["document"], answer["match"], answer["progress_match"]) == ("a", "isbn", "none")


def test_a_progress_written_without_identifiers_matches_as_the_document_does(reader):
    put(reader, "a", ids("md5:a", "file:f"), "with")
    reader.push("a", 0.6, "without")
    answer = get(reader, "md5:z", "file:f").json
    assert (answer["progress"], answer["match"], answer["progress_match"]) == ("without", "file", "file")


def test_another_account_resolves_nothing_through_my_aliases(stack, reader):
    stranger = registered(stack)
    put(reader, "a", ids("md5:a", "file:f"), "mine")
    assert get(stranger, "md5:b", "file:f").json == {}
    answer = put(stranger, "b", ids("md5:b", "file:f"), "theirs")
    assert (answer.json["document"], answer.json["match"]) == ("b", "md5")
    assert get(reader, "md5:b", "file:f").json["progress"] == "mine"
    assert aliases(stack, reader) == {"f": "file:a"} and aliases(stack, stranger) == {"f": "file:b"}


def test_the_document_hash_gains_no_field_from_identifiers(stack, reader):
    put(reader, "a", ids("md5:a", "file:f"))
    fields = set(stack.redis.hgetall(f"user:{reader.username}:document:a"))
    assert fields == {b"percentage", b"progress", b"device", b"device_id", b"timestamp"}


def test_a_refresh_by_identifiers_of_the_current_position_keeps_resolving(reader):
    for _ in range(3):
        assert put(reader, "a", ids("md5:a", "file:f"), "same").json["document"] == "a"
    assert get(reader, "md5:z", "file:f").json["progress"] == "same"


def test_deleting_the_account_forgets_its_aliases(stack, reader):
    put(reader, "a", ids("md5:a", "file:f"))
    assert reader.delete().status == 200
    assert reader.register().status == 201
    assert get(reader, "md5:z", "file:f").json == {}
    assert not stack.redis.keys(f"user:{reader.username}:alias:*")


def test_a_position_of_the_reference_server_has_no_identifiers_beside_it(stack, reader):
    put(reader, "a", ids("md5:a", "isbn:i"))
    put(reader, "a", ids("md5:a"), progress="y")
    assert get(reader, "epub:z", "isbn:i").json["progress_match"] == "none"
    stack.redis.hset(f"user:{reader.username}:document:a", mapping={"progress": "elsewhere", "timestamp": "1"})
    answer = get(reader, "epub:z", "isbn:i").json
    assert (answer["match"], answer["progress_match"], answer["progress"]) == ("isbn", "isbn", "elsewhere")
