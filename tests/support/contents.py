"""What is in a Redis, as values that can be compared."""


def value_of(redis, key):
    kind = redis.type(key)
    if kind == b"string":
        return redis.get(key)
    if kind == b"hash":
        return redis.hgetall(key)
    if kind == b"set":
        return redis.smembers(key)
    if kind == b"zset":
        return redis.zrange(key, 0, -1, withscores=True)
    if kind == b"stream":
        return redis.xrange(key)
    return kind


def contents(redis, pattern="user:*"):
    """Every key of that pattern with its value."""
    return {key: value_of(redis, key) for key in redis.scan_iter(pattern, count=1000)}


def differences(before, after):
    """The keys in which two contents differ, for a message that can be read."""
    return {key: (before.get(key), after.get(key)) for key in before.keys() | after.keys()
            if before.get(key) != after.get(key)}
