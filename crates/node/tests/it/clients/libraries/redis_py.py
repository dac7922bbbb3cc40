"""redis-py against a node, whose port is the argument, with both versions of the protocol."""

import sys

import redis

port = int(sys.argv[1])


def commands(version):
    client = redis.Redis(port=port, protocol=version, client_name="tests", decode_responses=True)
    key = f"py:{version}"
    assert client.ping()
    assert client.client_getname() == "tests"
    assert client.set(key, "1") is True
    assert client.set(key, "2", nx=True) is None
    assert client.set(key, "2", get=True) == "1"
    assert client.get(key) == "2"
    assert client.incrby(key, 40) == 42
    assert client.append(key, "!") == 3 and client.strlen(key) == 3
    assert client.mset({f"{key}:a": "a", f"{key}:b": "b"}) is True
    assert client.mget(f"{key}:a", f"{key}:b", "absent") == ["a", "b", None]
    assert client.exists(f"{key}:a", "absent") == 1
    assert client.getdel(f"{key}:a") == "a"
    assert client.delete(f"{key}:a", f"{key}:b") == 1
    assert client.type(key) == "string"
    try:
        client.incr(key)
    except redis.ResponseError as error:
        assert "not an integer" in str(error)
    else:
        raise AssertionError("a text is no number")
    assert client.info()["redis_mode"] == "standalone"
    assert client.info("keyspace")["db0"]["keys"] == client.dbsize()
    assert client.command_count() == len(client.command_list())


def pipelines(version):
    client = redis.Redis(port=port, protocol=version)
    pipe = client.pipeline(transaction=False)
    for number in range(100):
        pipe.set(f"pipe:{number:02}", number)
        pipe.get(f"pipe:{number:02}")
    replies = pipe.execute()
    assert replies[1::2] == [str(number).encode() for number in range(100)], replies
    assert len(list(client.scan_iter(match="pipe:*", count=7))) == 100
    with client.pipeline() as transaction:
        transaction.set("t", 1).incr("t").get("t")
        assert transaction.execute() == [True, 2, b"2"]


def transactions(version):
    client = redis.Redis(port=port, protocol=version)
    other = redis.Redis(port=port, protocol=version)
    client.delete("watched")
    attempts = []

    def increment(pipe):
        value = int(pipe.get("watched") or 0)
        if not attempts:
            other.set("watched", 7)
        attempts.append(value)
        pipe.multi()
        pipe.set("watched", value + 1)

    client.transaction(increment, "watched")
    assert attempts == [0, 7], attempts
    assert client.get("watched") == b"8"


for version in (2, 3):
    commands(version)
    pipelines(version)
    transactions(version)
print("done")
