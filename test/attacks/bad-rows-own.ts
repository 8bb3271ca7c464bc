import { create } from "@bufbuild/protobuf";
import { expect } from "vitest";
import { EventKind, PendingEventSchema } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { ANSWERS, openKeptAnswers } from "../../services/catalog/kept-answers.ts";
import { shanghaiDay } from "../../services/domain/civil-date.ts";
import { KEPT_REGISTER, openKeptRegister } from "../../services/judgement/kept-register.ts";
import type { Runtime } from "../../services/runtime/runtime.ts";
import { openSetAside } from "../../services/runtime/set-aside.ts";
import { SET_ASIDE } from "../../services/runtime/set-aside-row.ts";
import type { CollectionSpec, Stored } from "../../services/store/port.ts";
import { DELIVERED } from "../../services/sync/blob-courier.ts";
import { INCOMING, openIncoming } from "../../services/sync/incoming.ts";
import { openKeptNodeKeys, PUBLISHED } from "../../services/sync/kept-node-keys.ts";
import { OUTGOING, openOutgoing } from "../../services/sync/outgoing.ts";
import { moveQuarantined, QUARANTINE } from "../../services/sync/quarantine.ts";
import { MIGRATIONS, openStateBackfill } from "../../services/sync/state-backfill.ts";
import { linkedPeers } from "../../services/sync/topology.ts";
import { COUNTERS, openUsageQuota } from "../../services/usage/quota.ts";

/**
 * A collection that a service keeps for itself: positions, progress, copies. Plants what cannot be read and shows that the
 * service starts and goes on.
 */
export type OwnCase = (runtime: Runtime) => Promise<void>;

const DIGEST = "a".repeat(64);

async function plant(runtime: Runtime, spec: CollectionSpec, ...documents: object[]): Promise<void> {
  const collection = await runtime.store.collection<Stored>(spec);
  for (const document of documents) await collection.insert({ revision: 1, ...document } as Stored);
}

async function mend(runtime: Runtime, spec: CollectionSpec, id: string, members: object): Promise<void> {
  const collection = await runtime.store.collection<Stored>(spec);
  await collection.replace({ ...((await collection.get(id)) as Stored), ...members });
}

async function expectAside({ setAside }: Runtime, source: string, key: string): Promise<void> {
  const { items } = await setAside.list(10, "");
  expect(items).toMatchObject([{ place: "store", source, key, reason: "RECORD_UNREADABLE" }]);
  expect(setAside.notices()).toEqual(["set aside: store 1"]);
}

async function expectRetried({ setAside }: Runtime): Promise<void> {
  for (const { _id } of (await setAside.list(10, "")).items) expect(await setAside.retry(_id)).toBeUndefined();
  expect(setAside.notices()).toEqual([]);
}

const event = (key: string) =>
  create(PendingEventSchema, { key, kind: EventKind.CERTIFICATE_CHANGED, revision: 1n, payload: Buffer.from(key) });

/** Cases by the name of the collection. */
export const OWN_CASES: Record<string, OwnCase> = {
  async incoming(runtime) {
    await plant(runtime, INCOMING, { _id: "440100", through: "seven", beyond: 4 });
    const other = await openIncoming(runtime.store, runtime.setAside, "440300");
    expect(other.through).toBe(0);
    const position = await openIncoming(runtime.store, runtime.setAside, "440100");
    await expectAside(runtime, "incoming", "440100");
    position.arrived(1);
    position.note({ number: 1, digest: DIGEST, previous: "0".repeat(64) });
    await position.flush();
    expect((await openIncoming(runtime.store, runtime.setAside, "440100")).through).toBe(1);
    await expectRetried(runtime);
  },

  async outgoing(runtime) {
    const open = () => openOutgoing({ ...runtime, node: "440100", peer: "440000" });
    const first = await (await open()).assign("issue", event("good:1"));
    const bad = { peer: "440000", source: "issue", key: "bad:1" };
    await plant(runtime, OUTGOING, { ...bad, _id: "440000|issue|bad:1", number: 2, digest: 5 });
    const outgoing = await open();
    expect(await outgoing.assign("issue", event("good:1"))).toEqual(first);
    expect((await outgoing.assign("issue", event("next:1"))).number).toBe(3);
    await outgoing.sweep("issue", new Set(["good:1", "next:1", "bad:1"]));
    await expectAside(runtime, "outgoing", "440000|issue|bad:1");
    // The event of the damaged row gets a number anew.
    expect((await outgoing.assign("issue", event("bad:1"))).number).toBe(4);
    await expectRetried(runtime);
  },

  async migrations(runtime) {
    await plant(runtime, MIGRATIONS, { _id: "archive-state", after: 3, looked: "some", done: "no" });
    const backfill = await openStateBackfill(runtime);
    await expectAside(runtime, "migrations", "archive-state");
    await backfill.run(runtime.signal);
    expect(backfill.done).toBe(true);
    await expectRetried(runtime);
  },

  /** Of these nothing but the key is read: a member too many means nothing. */
  async "delivered-blobs"(runtime) {
    await plant(runtime, DELIVERED, { _id: `440000|${DIGEST}`, since: { never: true } });
    const collection = await runtime.store.collection(DELIVERED);
    expect(await collection.getMany([`440000|${DIGEST}`, "440000|other"])).toMatchObject([{ revision: 1 }, undefined]);
  },

  async quarantine(runtime) {
    const kept = { peer: "440100", why: "the node's signature does not hold", at: "2026-11-20", content: "AAEC" };
    await plant(runtime, QUARANTINE, { ...kept, _id: "good" }, { _id: "bad", peer: 4, at: 5, content: { x: 1 } });
    await moveQuarantined(runtime, linkedPeers(runtime.config));
    const { items } = await runtime.setAside.list(10, "");
    expect(items.map(({ place, key }) => [place, key]).sort()).toEqual([
      ["inbox", "bad"],
      ["inbox", "good"],
    ]);
    const collection = await runtime.store.collection(QUARANTINE);
    expect(await collection.count("peer")).toBe(0);
  },

  /** A copy of what the province publishes: what cannot be read counts as absent, and the next one takes its place. */
  async issuer_register(runtime) {
    const heads = [{ pieces: "all" }, { pieces: -1 }, { pieces: 1e15 }, { pieces: 1 }, {}];
    for (const [index, head] of heads.entries()) {
      const collection = await runtime.store.collection<Stored>(KEPT_REGISTER);
      const before = await collection.get("head");
      const document = { _id: "head", revision: before?.revision ?? 1, builtAt: "2026-11-20T00:00:00Z", ...head };
      if (before) await collection.replace(document);
      else await collection.insert(document);
      const kept = await openKeptRegister(runtime.store);
      expect(await kept.read()).toBeUndefined();
      const builtAt = `2026-11-21T00:00:0${index}Z`;
      await kept.keep(builtAt, Buffer.from("register"));
      expect(await kept.read()).toEqual({ builtAt, bytes: Buffer.from("register") });
    }
  },

  async published(runtime) {
    await plant(runtime, PUBLISHED, { _id: "node-keys", content: 7 });
    const kept = await openKeptNodeKeys(runtime, "440000");
    expect(await kept.last()).toBeUndefined();
  },

  /** A counter that is no number would let everything through: its app alone is refused, and old ones go all the same. */
  async usage_counters(runtime) {
    const day = shanghaiDay(runtime.now());
    await plant(runtime, COUNTERS, { _id: `${day}/bad`, day, usageCodes: "many", holders: 0 });
    const quota = await openUsageQuota(runtime);
    await quota.take("usageCodes", "good", 5);
    const refused = { reason: "RECORD_UNREADABLE", metadata: { source: "usage_counters", key: `${day}/bad` } };
    await expect(quota.take("usageCodes", "bad", 5)).rejects.toMatchObject(refused);
    await expectAside(runtime, "usage_counters", `${day}/bad`);
    await quota.sweep();
    await mend(runtime, COUNTERS, `${day}/bad`, { usageCodes: 5 });
    await expectRetried(runtime);
    await expect(quota.take("usageCodes", "bad", 5)).rejects.toMatchObject({ reason: "RATE_EXCEEDED" });
  },

  /** Who repeats the request is refused, every other is answered. */
  async catalog_answers(runtime) {
    const at = runtime.now().toISOString();
    await plant(runtime, ANSWERS, { _id: "bad", at, content: 3, sealed: "x" });
    const answers = await openKeptAnswers(runtime);
    const once = (digest: string) =>
      answers.once(
        { digest, content: "c", requestId: "r" } as never,
        async () => digest,
        async () => {},
      );
    expect(await once("good")).toBe("good");
    await expect(once("bad")).rejects.toMatchObject({ reason: "RECORD_UNREADABLE" });
    await expectAside(runtime, "catalog_answers", "bad");
    expect(await once("good")).toBe("good");
    await (await runtime.store.collection(ANSWERS)).remove("bad", 1);
    await expectRetried(runtime);
    expect(await once("bad")).toBe("bad");
    await answers.close();
  },

  async set_aside(runtime) {
    await runtime.setAside.put({ place: "inbox", source: "s", key: "good", reason: "INTERNAL", detail: "d" });
    await plant(runtime, SET_ASIDE, { _id: "bad", place: { x: 1 }, since: "2000-01-01", tries: [] });
    const setAside = await openSetAside(runtime);
    expect(setAside.notices()).toEqual(["set aside: inbox 1, store 1"]);
    expect((await setAside.list(10, "")).items.map(({ _id }) => _id)).toContain("bad");
    expect(await setAside.retry("bad")).toBeUndefined();
    expect(setAside.notices()).toEqual(["set aside: inbox 1"]);
  },
};
