import { createPublicKey, verify } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { Refusal } from "../../domain/refusal.ts";
import { readSignedRegister } from "../../trust/issuer-register.ts";
import { DEFAULT_SYNC_OPTIONS } from "../options.ts";
import { createRegisterPublisher, type PublishedRegister, passOnRegister } from "./register-publisher.ts";

const NOW = "2026-11-24T02:00:00.000Z";
const right = (node: string) => ({
  ...{ departmentCode: "A", itemCode: "I", typeCode: "T", node, since: "2026-01-01", until: "", forUnits: false },
});

let house: TestRuntime;
let rights: ReturnType<typeof right>[];
let mark: number;
let away: boolean;
let looks: number;
/** Questions that the province got from the node below, by the register that this had. */
let questions: string[];

const province = {
  listBodies: async ({ pageToken }: { pageToken?: string }) => {
    // Departments come first, and bodies behind them, as the catalog lists them.
    if (!pageToken)
      return { departments: [{ code: "Z", superiorCode: "A", node: "440300" }], bodies: [], nextPageToken: "b" };
    const former = [{ node: "440100", departmentCode: "A", superiorCode: "B", until: "2026-03-01T00:00:00.000Z" }];
    const bodies = [
      { code: "A", node: "440100", superiorCode: "", superiorSet: false, formerSuperiors: former },
      { code: "B", node: "440100", superiorCode: "", superiorSet: false, formerSuperiors: [] },
    ];
    return { departments: [], bodies, nextPageToken: "" };
  },
  listIssuingRights: async () => {
    looks += 1;
    if (away) throw new Refusal("STORE_AWAY", "away");
    return { rights, nextPageToken: "", mark: String(mark) };
  },
};

beforeEach(async () => {
  [rights, mark, away, looks, questions] = [[right("440100")], 1, false, 0, []];
  const clients = { "ecert.catalog.v1.TermsService": province };
  house = await openTestRuntime({ service: "sync", role: "province", code: "440000", now: NOW, clients });
});
afterEach(() => house.close());

const publisher = () => createRegisterPublisher(house.runtime, DEFAULT_SYNC_OPTIONS);
const later = (seconds: number) => house.setNow(new Date(Date.parse(NOW) + seconds * 1_000).toISOString());
const content = ({ bytes }: PublishedRegister) =>
  readSignedRegister(bytes, (node, signed, signature) => {
    return node === "440000" && verify(null, signed, createPublicKey(house.nodePublicKeyPem), signature);
  });
const nodesOf = (published: PublishedRegister) => content(published).bodies.A?.rights.I?.map(({ node }) => node);

test("5.8.3: the province signs what it has confirmed, and none of what nodes have registered themselves", async () => {
  expect(content(await publisher().current())).toEqual({
    publisher: "440000",
    builtAt: NOW,
    bodies: {
      A: {
        node: "440100",
        exact: true,
        formerly: [{ superior: "B", until: "2026-03-01T00:00:00.000Z" }],
        rights: { I: [{ type: "T", node: "440100", from: "2026-01-01" }] },
      },
      B: { node: "440100", exact: true, rights: {} },
    },
  });
});

test("a change at the province is in the next register, within two seconds, and at once for whoever asks anew", async () => {
  const { current, anew } = publisher();
  expect(nodesOf(await current())).toEqual(["440100"]);
  [rights, mark] = [[right("440000")], 2];
  later(1);
  expect(nodesOf(await current())).toEqual(["440100"]);
  expect(nodesOf(await anew())).toEqual(["440000"]);
  [rights, mark] = [[right("440300")], 3];
  later(4);
  expect(nodesOf(await current())).toEqual(["440300"]);
});

test("where nothing has changed it stays the same for ten minutes, and says since when that was so", async () => {
  const { current } = publisher();
  const first = await current();
  later(300);
  expect(await current()).toMatchObject({ builtAt: NOW, asOf: "2026-11-24T02:05:00.000Z", bytes: first.bytes });
  later(601);
  expect((await current()).builtAt).toBe("2026-11-24T02:10:01.000Z");
});

test("all who ask while one is made wait for the same, and for one more behind it", async () => {
  const { anew } = publisher();
  await Promise.all(Array.from({ length: 20 }, () => anew()));
  // One register is made by a look and a list; then one look that finds nothing new.
  expect(looks).toBe(3);
});

test("what cannot be looked up is refused, and comes again", async () => {
  const { current } = publisher();
  await current();
  away = true;
  later(3);
  await expect(current()).rejects.toMatchObject({ reason: "STORE_AWAY" });
  away = false;
  expect(nodesOf(await current())).toEqual(["440100"]);
});

test("another node passes it on: kept for ten minutes, asked for again for whoever asks anew, and kept while the province is away", async () => {
  const above = publisher();
  const clients = {
    "ecert.sync.v1.StatusService": {
      getIssuerRegister: async ({ knownBuiltAt }: { knownBuiltAt: string }) => {
        questions.push(knownBuiltAt);
        if (away) throw new Refusal("PEER_AWAY", "the province is away");
        const { bytes, builtAt, asOf } = await above.anew();
        return { register: builtAt === knownBuiltAt ? new Uint8Array() : bytes, builtAt, asOf };
      },
    },
  };
  const below = await openTestRuntime({ service: "sync", code: "440100", now: NOW, clients });
  const { current, anew } = passOnRegister(below.runtime, "440000", DEFAULT_SYNC_OPTIONS);
  expect(nodesOf(await current())).toEqual(["440100"]);
  await current();
  expect(questions).toEqual([""]);
  expect(nodesOf(await anew())).toEqual(["440100"]);
  expect(questions).toEqual(["", NOW]);
  [rights, mark] = [[right("440000")], 2];
  expect(nodesOf(await anew())).toEqual(["440000"]);
  away = true;
  expect(nodesOf(await anew())).toEqual(["440000"]);
  below.setNow("2026-11-24T02:10:01.000Z");
  await expect(current()).rejects.toMatchObject({ reason: "PEER_AWAY" });
  await below.close();
});

test("while the province is an older copy of itself it publishes none, not even the last one; for its own judgement there is one", async () => {
  let behind = false;
  const require = async () => {
    if (behind) throw new Refusal("NODE_BEHIND", "older");
  };
  const standing = { ...house.runtime.standing, require };
  const { current, anew, unpublished } = createRegisterPublisher({ ...house.runtime, standing }, DEFAULT_SYNC_OPTIONS);
  await current();
  behind = true;
  await expect(current()).rejects.toMatchObject({ reason: "NODE_BEHIND" });
  await expect(anew()).rejects.toMatchObject({ reason: "NODE_BEHIND" });
  expect(nodesOf(await unpublished())).toEqual(["440100"]);
});
