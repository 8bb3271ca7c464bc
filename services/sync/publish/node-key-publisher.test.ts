import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { openTestRuntime, type TestRuntime, testCall } from "../../../test/fixtures/runtime.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type NodeKeyList, readNodeKeyList } from "../../statement/node-key-list.ts";
import { signedNodeKeyList } from "../../trust/node-key-list.ts";
import type { SyncContext } from "../context.ts";
import { getNodeKeys } from "../routes/get-node-keys.ts";
import { createNodeKeyPublisher, passOnNodeKeys } from "./node-key-publisher.ts";

const PROVINCE = "440000";
const CITY = "440100";
const NOW = "2026-11-24T02:00:00.000Z";
const LATER = "2026-11-24T02:02:00.000Z";

const opened: TestRuntime[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function open(service: string, methods: object, code = PROVINCE): Promise<TestRuntime> {
  const role = code === PROVINCE ? "province" : "city";
  const clients = { [service]: methods };
  const environment = await openTestRuntime({ service: "sync", role, code, now: NOW, clients });
  opened.push(environment);
  return environment;
}

const rawKey = () => {
  const { publicKey } = generateKeyPairSync("ed25519");
  return Buffer.from(publicKey.export({ format: "jwk" }).x as string, "base64url");
};
const row = (node: string, publicKey: Uint8Array, since: string, until = "", compromised = false) => ({
  node,
  publicKey,
  since,
  until,
  compromised,
});

function readBy(environment: TestRuntime, bytes: Uint8Array): NodeKeyList {
  const key = createPublicKey(environment.nodePublicKeyPem);
  return readNodeKeyList(bytes, PROVINCE, (signed, signature) => verify(null, signed, key, signature));
}

test("the province publishes what its catalog lists, page by page, under its signature", async () => {
  const keys = [rawKey(), rawKey(), rawKey()] as const;
  const pages = [
    [
      row(CITY, keys[1], "2026-06-01T08:00:00+08:00"),
      row(CITY, keys[0], "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"),
    ],
    [row("440300", keys[2], "2026-01-01T00:00:00Z", "", true)],
  ];
  const environment = await open("ecert.catalog.v1.TermsService", {
    listNodeKeys: async ({ pageToken }: { pageToken: string }) => ({
      keys: pages[Number(pageToken || 0)],
      nextPageToken: pageToken === "" ? "1" : "",
    }),
  });
  const publisher = await createNodeKeyPublisher(environment.runtime);
  const { bytes, builtAt } = await publisher.current();
  const text = (key: Buffer) => key.toString("base64url");
  expect(readBy(environment, bytes)).toEqual({
    publisher: PROVINCE,
    builtAt,
    nodes: {
      [CITY]: [
        { key: text(keys[0]), since: "2026-01-01T00:00:00.000Z", until: "2026-06-01T00:00:00.000Z" },
        { key: text(keys[1]), since: "2026-06-01T00:00:00.000Z" },
      ],
      "440300": [{ key: text(keys[2]), since: "2026-01-01T00:00:00.000Z", compromised: true }],
    },
  });
});

test("a row that is no key keeps nobody else's from being published", async () => {
  const good = rawKey();
  const keys = [
    row(CITY, rawKey().subarray(1), "2026-01-01T00:00:00Z"),
    row(CITY, rawKey(), "the first of May 2026 AD"),
    row(CITY, rawKey(), "2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z"),
    row("440300", good, "2026-01-01T00:00:00Z"),
    row("440300", good, "2026-02-01T00:00:00Z", "", true),
  ];
  const listNodeKeys = async () => ({ keys, nextPageToken: "" });
  const environment = await open("ecert.catalog.v1.TermsService", { listNodeKeys });
  const { bytes } = await (await createNodeKeyPublisher(environment.runtime)).current();
  const { nodes } = readBy(environment, bytes);
  expect(Object.keys(nodes)).toEqual(["440300"]);
});

/** A city whose province hands out what the test says. */
async function city() {
  let answer: () => Uint8Array = () => new Uint8Array();
  const getNodeKeys = async () => ({ keys: answer(), builtAt: "" });
  const environment = await open("ecert.sync.v1.StatusService", { getNodeKeys }, CITY);
  const { runtime } = environment;
  const list = (builtAt: string, since: string, publisher = PROVINCE) =>
    signedNodeKeyList(
      { publisher, builtAt, nodes: { [CITY]: [{ key: rawKey().toString("base64url"), since }] } },
      (bytes) => runtime.nodeKey.sign(bytes),
    );
  return {
    environment,
    list,
    answers: (next: () => Uint8Array) => {
      answer = next;
    },
  };
}

test("a city passes the province's list on, and keeps it over restarts while the province is away", async () => {
  const { environment, list, answers } = await city();
  const first = list(NOW, NOW);
  answers(() => first);
  const before = await passOnNodeKeys(environment.runtime, PROVINCE);
  expect(await before.current()).toEqual({ bytes: first, builtAt: NOW });
  answers(() => {
    throw new Refusal("PEER_AWAY", "the province is away");
  });
  environment.setNow(LATER);
  expect((await before.current()).builtAt).toBe(NOW);
  const after = await passOnNodeKeys(environment.runtime, PROVINCE);
  expect(Buffer.from((await after.current()).bytes).equals(first)).toBe(true);
});

test("a city passes on nothing that the province has not signed, and no older list than it had", async () => {
  const { environment, list, answers } = await city();
  const publisher = await passOnNodeKeys(environment.runtime, PROVINCE);
  const newer = list(LATER, NOW);
  answers(() => list(LATER, NOW, CITY));
  await expect(publisher.current()).rejects.toBeInstanceOf(Refusal);
  // By a clock that was years ahead once: it does not stand in the way of what comes after.
  answers(() => list("2036-01-01T00:00:00.000Z", NOW));
  expect((await publisher.current()).builtAt).toBe("2036-01-01T00:00:00.000Z");
  environment.setNow("2026-11-24T02:30:00.000Z");
  answers(() => newer);
  expect((await publisher.current()).builtAt).toBe(LATER);
  environment.setNow("2026-11-24T02:45:00.000Z");
  for (const wrong of [list(LATER, NOW, CITY), newer.subarray(1), new Uint8Array()]) {
    answers(() => wrong);
    expect((await publisher.current()).builtAt).toBe(LATER);
    environment.setNow(new Date(environment.runtime.now().getTime() + 120_000).toISOString());
  }
  answers(() => list(NOW, NOW));
  environment.setNow("2026-11-24T03:00:00.000Z");
  expect((await publisher.current()).builtAt).toBe(LATER);
});

test("everybody may fetch the list, ten times a minute from one address", async () => {
  const { environment, list, answers } = await city();
  answers(() => list(NOW, NOW));
  const nodeKeys = await passOnNodeKeys(environment.runtime, PROVINCE);
  const handler = getNodeKeys({ nodeKeys, runtime: environment.runtime } as SyncContext);
  const call = { ...testCall({ kind: "public" }), address: "192.0.2.1" };
  for (let n = 0; n < 10; n++) expect(await handler({} as never, call)).toMatchObject({ builtAt: NOW });
  await expect(handler({} as never, call)).rejects.toMatchObject({ reason: "RATE_EXCEEDED" });
  const alone = getNodeKeys({ nodeKeys: undefined, runtime: environment.runtime } as SyncContext);
  await expect(alone({} as never, testCall())).rejects.toMatchObject({ reason: "UNIMPLEMENTED" });
});
