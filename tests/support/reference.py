"""Redis as the reference server leaves it, for the tests that begin with someone's old data."""

from support.koreader import Koreader, credential

USERS = 20
DOCUMENTS = 15
FIRST = 1700000000


def document(step, **more):
    return {"percentage": str(step / 100), "progress": f"/body/p[{step}]", "device": "old kobo",
            "device_id": "ID",
            "timestamp": str(FIRST + step)} | more


def seed(redis):
    """The keys of USERS accounts as the reference server leaves them, and other things Redis may hold."""
    pipe = redis.pipeline(transaction=False)
    for user in range(USERS):
        pipe.set(f"user:reader{user}:key", credential(f"password{user}"))
        for step in range(DOCUMENTS):
            pipe.hset(f"user:reader{user}:document:book{step}", mapping=document(step))
    pipe.set("user:*:key", "globkey")
    pipe.hset("user:*:document:a-b.c d%2Fe", mapping=document(1))
    pipe.set("user:bare:key", "barekey")
    pipe.set("config:audiobookshelf", '{"server":"http://abs","token":"t"}')
    pipe.set("config:admin_username", "reader0")
    pipe.set("unrelated", "1")
    pipe.set("user:", "odd")
    pipe.set("user:broken:document:notahash", "string")
    pipe.hset("user:nobody:document:orphan", mapping=document(1))
    pipe.set("user:bare:document:notahash", "string")
    pipe.hset("user:odd:document:nan", mapping=document(1, timestamp="nan"))
    pipe.hset(b"user:odd:document:latin\xe9", mapping=document(2))
    pipe.set("user:odd:key", "oddkey")
    pipe.execute()


def old(stack, number):
    return Koreader(stack.https_port, f"reader{number}", credential(f"password{number}"))


def check_indexed(redis):
    for user in range(USERS):
        index = redis.zrange(f"user:reader{user}:documents", 0, -1, withscores=True)
        assert {name.decode(): score for name, score in index} == {f"book{step}": FIRST + step
                                                                   for step in range(DOCUMENTS)}
        assert redis.zscore("koshelf:users", f"reader{user}") is not None
    assert redis.zrange("user:*:documents", 0, -1) == [b"a-b.c d%2Fe"]
    assert redis.zscore("koshelf:users", "*") is not None and redis.zscore("koshelf:users",
                                                                           "bare") is not None
    assert redis.zrange("user:odd:documents", 0, -1, withscores=True) == [(b"nan", 0),
                                                                          (b"latin\xe9", FIRST + 2)]
    assert redis.zscore("koshelf:users", "nobody") is None and redis.zscore("koshelf:users", "broken") is None
