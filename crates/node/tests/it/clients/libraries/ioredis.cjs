// ioredis against a node, whose port is the argument.
const assert = require("node:assert/strict");
const Redis = require("ioredis");

(async () => {
  const client = new Redis({ port: Number(process.argv[2]), connectionName: "tests" });
  assert.equal(await client.ping(), "PONG");
  assert.equal(await client.client("GETNAME"), "tests");
  assert.equal(await client.set("ioredis", "1"), "OK");
  assert.equal(await client.set("ioredis", "2", "NX"), null);
  assert.equal(await client.incrby("ioredis", 41), 42);
  assert.deepEqual(await client.mget("ioredis", "absent"), ["42", null]);

  const pipeline = client.pipeline();
  for (let n = 0; n < 100; n += 1) pipeline.incr("ioredis:n");
  const replies = await pipeline.exec();
  assert.deepEqual(replies, Array.from({ length: 100 }, (_, index) => [null, index + 1]));

  const done = await client.multi().set("ioredis", "1").incr("ioredis").exec();
  assert.deepEqual(done, [[null, "OK"], [null, 2]]);
  await client.watch("ioredis");
  const other = client.duplicate();
  await other.set("ioredis", "changed");
  assert.equal(await client.multi().set("ioredis", "lost").exec(), null);

  const found = [];
  for await (const keys of client.scanStream({ match: "ioredis*", count: 1 })) found.push(...keys);
  assert.deepEqual(found.sort(), ["ioredis", "ioredis:n"]);
  other.disconnect();
  await client.quit();
  console.log("done");
})();
