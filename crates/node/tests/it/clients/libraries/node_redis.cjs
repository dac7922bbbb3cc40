// node-redis against a node, whose port is the argument, with both versions of the protocol.
const assert = require("node:assert/strict");
const { createClient } = require("redis");

async function talk(RESP) {
  const client = createClient({ socket: { port: Number(process.argv[2]) }, RESP, name: "tests" });
  await client.connect();
  const key = `node-redis:${RESP}`;
  assert.equal(await client.ping(), "PONG");
  assert.equal(await client.set(key, "1"), "OK");
  assert.equal(await client.set(key, "2", { NX: true }), null);
  assert.equal(await client.incrBy(key, 41), 42);
  assert.equal(await client.get(key), "42");
  assert.equal(await client.get("absent"), null);
  await client.mSet({ [`${key}:a`]: "a", [`${key}:b`]: "b" });
  assert.deepEqual(await client.mGet([`${key}:a`, "absent", `${key}:b`]), ["a", null, "b"]);
  assert.equal(await client.exists(key), 1);

  // Requests that are made at once leave as a pipeline.
  const numbers = await Promise.all(Array.from({ length: 200 }, () => client.incr(`${key}:n`)));
  assert.deepEqual(numbers, Array.from({ length: 200 }, (_, index) => index + 1));

  const found = [];
  for await (const keys of client.scanIterator({ MATCH: `${key}:*`, COUNT: 2 })) found.push(keys);
  assert.deepEqual(found.flat().sort(), [`${key}:a`, `${key}:b`, `${key}:n`]);

  assert.deepEqual(await client.multi().set(key, "1").incr(key).get(key).exec(), ["OK", 2, "2"]);
  await client.watch(key);
  const other = await client.duplicate().connect();
  await other.set(key, "changed");
  await assert.rejects(client.multi().set(key, "lost").exec(), /watch/i);
  assert.equal(await client.get(key), "changed");
  other.destroy();
  await client.del([key, `${key}:a`, `${key}:b`, `${key}:n`]);
  await client.close();
}

(async () => {
  await talk(2);
  await talk(3);
  console.log("done");
})();
