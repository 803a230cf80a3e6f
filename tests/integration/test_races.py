"""Requests that meet: of two at once exactly one outcome of the two possible orders."""

import threading

from support.koreader import Koreader, fresh, registered

ROUNDS = 40


def at_once(calls):
    """The answers of all `calls`, begun together, in their order."""
    barrier = threading.Barrier(len(calls))
    answers = [None] * len(calls)

    def run(index):
        barrier.wait()
        answers[index] = calls[index]()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert None not in answers, "a request never ended"
    return answers


def keys_of(stack, username):
    prefix = f"user:{username}:".encode()
    return [key for key in stack.redis.keys() if key.startswith(prefix)]


def test_of_twelve_registrations_of_one_name_exactly_one_succeeds(stack):
    for _ in range(8):
        username = fresh()
        devices = [Koreader(stack.https_port, username, f"key-{number}") for number in range(12)]
        answers = at_once([device.register for device in devices])
        assert sorted(answer.status for answer in answers) == [201] + [402] * 11
        winner = [answer.status for answer in answers].index(201)
        assert [device.authorize().status for device in devices].index(200) == winner
        assert sum(device.authorize().status == 200 for device in devices) == 1


def test_of_six_password_changes_at_once_exactly_one_succeeds(stack):
    for _ in range(8):
        reader = registered(stack)
        reader.push("book", 0.5, "x")
        answers = at_once([lambda key=f"new-{number}": reader.change_password(key) for number in range(6)])
        assert sorted(answer.status for answer in answers) == [200] + [401] * 5
        assert all(answer.json["code"] == 2001 for answer in answers if answer.status == 401)
        winner = [answer.status for answer in answers].index(200)
        renewed = Koreader(stack.https_port, reader.username, f"new-{winner}")
        assert renewed.pull("book").json["progress"] == "x"
        assert reader.authorize().status == 401


def test_a_push_against_a_deletion_never_brings_the_account_back(stack):
    outcomes = set()
    for _ in range(ROUNDS):
        reader = registered(stack)
        reader.push("book", 0.5, "before", metadata={"title": "T"},
                    identifiers=[{"type": "md5", "value": "book"}])
        calls = [lambda number=number: reader.push(f"book-{number}", 0.5, "x", metadata={"title": "T"})
                 for number in range(3)]
        pushes = at_once(calls[:2] + [reader.delete] + calls[2:])
        deletion = pushes.pop(2)
        assert deletion.status == 200
        for answer in pushes:
            assert answer.status == 200 or answer.error == (401, 2001)
        outcomes |= {answer.status for answer in pushes}
        assert keys_of(stack, reader.username) == []
        assert reader.authorize().status == 401
    assert outcomes == {200, 401}  # over the rounds, both orders happen


def test_a_push_against_a_password_change_is_stored_or_unauthorized(stack):
    for _ in range(ROUNDS // 2):
        reader = registered(stack)
        push, change = at_once([lambda: reader.push("book", 0.5, "x"), lambda: reader.change_password("new")])
        assert change.status == 200
        stored = Koreader(stack.https_port, reader.username, "new").pull("book").json
        if push.status == 200:
            assert stored["progress"] == "x"
        else:
            assert push.error == (401, 2001) and stored == {}


def test_of_twelve_deletions_at_once_exactly_one_succeeds(stack):
    for _ in range(8):
        reader = registered(stack)
        reader.push("book", 0.5, "x")
        answers = at_once([reader.delete] * 12)
        assert sum(answer.status == 200 for answer in answers) == 1
        assert all(answer.status == 200 or answer.error in {(404, 2006), (401, 2001)} for answer in answers)
        assert keys_of(stack, reader.username) == []


def test_a_registration_against_a_deletion_leaves_the_old_account_or_an_empty_new_one(stack):
    for _ in range(ROUNDS // 2):
        reader = registered(stack)
        reader.push("book", 0.5, "old")
        again = Koreader(stack.https_port, reader.username, "another")
        deletion, registration = at_once([reader.delete, again.register])
        assert deletion.status == 200 and registration.status in (201, 402)
        if registration.status == 201:
            assert again.pull("book").json == {}
            assert again.push("book", 0.1, "new").status == 200
        else:
            assert keys_of(stack, reader.username) == []


def test_a_name_registered_again_after_deletion_starts_empty(stack, reader):
    everything = {"metadata": {"title": "T"}, "identifiers": [{"type": "md5", "value": "book"},
                                                              {"type": "f", "value": "x"}]}
    assert reader.push("book", 0.5, "x", **everything).status == 200
    assert reader.delete().status == 200
    assert keys_of(stack, reader.username) == []
    again = Koreader(stack.https_port, reader.username, "another")
    assert again.register().status == 201
    assert again.pull("book").json == {}
    assert again.pull("z", ids="md5:z,f:x").json == {}
    assert not stack.redis.exists(f"user:{reader.username}:history:book", f"user:{reader.username}:meta:book")


def test_deleting_an_account_with_a_thousand_books_leaves_nothing(stack, reader):
    pipe = stack.redis.pipeline()
    for number in range(1000):
        pipe.hset(f"user:{reader.username}:document:d{number}", mapping={"percentage": "0.5", "progress": "x",
                                                                         "device": "d",
                                                                        "timestamp": "1700000000"})
        pipe.zadd(f"user:{reader.username}:documents", {f"d{number}": 1700000000})
    pipe.execute()
    assert reader.delete().status == 200
    assert keys_of(stack, reader.username) == []


def test_pushes_of_two_devices_at_once_are_never_mixed(stack, reader):
    for step in range(ROUNDS):
        devices = [reader.other(f"device-{number}", f"id-{number}") for number in range(4)]
        calls = [lambda one=one, number=number: one.push("book", (step * 4 + number) / 1000,
                                                         f"{one.device} at {step}")
                 for number, one in enumerate(devices)]
        assert {answer.status for answer in at_once(calls)} == {200}
        stored = reader.pull("book").json
        number = int(stored["device"].split("-")[1])
        assert stored["device_id"] == f"id-{number}" and stored["progress"] == f"device-{number} at {step}"
        assert abs(stored["percentage"] - (step * 4 + number) / 1000) < 1e-9
    entries = stack.redis.xlen(f"user:{reader.username}:history:book")
    assert entries == ROUNDS * 4
