import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { expect } from "vitest";
import { HelloSchema, JournalMarkSchema } from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { FormerRowKind } from "../../proto/gen/ecert/catalog/v1/former_apps_service_pb.ts";
import { EventKind, PendingEventSchema } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { CertificateRecordSchema } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { openFormerRows } from "../../services/catalog/apps/former-rows.ts";
import type { CatalogContext } from "../../services/catalog/context.ts";
import { TERMS_MARK } from "../../services/catalog/items/terms-mark.ts";
import { openCarriedOver } from "../../services/catalog/openings/carried-over.ts";
import {
  CARRIED_OVER,
  DELEGATIONS,
  delegationId,
  openDelegations,
} from "../../services/catalog/openings/delegation-record.ts";
import { openFormerRecords } from "../../services/catalog/registry/former-records.ts";
import { FORMER_ANSWERS, FORMER_REFUSED_TOKENS } from "../../services/catalog/stored/former-apps.ts";
import { FORMER_REGISTRY } from "../../services/catalog/stored/former-registry.ts";
import { RECORDS } from "../../services/catalog/stored/records.ts";
import { shanghaiDay } from "../../services/domain/civil-date.ts";
import { dayLimitReached } from "../../services/domain/opening-controls.ts";
import { SET_ASIDE } from "../../services/event/set-aside-row.ts";
import { openSetAside } from "../../services/event/stored-set-aside.ts";
import { APPS_MARK } from "../../services/identity/apps/app-record.ts";
import type { AppRoom } from "../../services/identity/apps/app-room.ts";
import { ANSWERS, openKeptAnswers } from "../../services/identity/apps/kept-answers.ts";
import { CARRIED, openCarryOver } from "../../services/identity/carry/carry-over.ts";
import { ASSERTIONS, openUsedAssertions } from "../../services/identity/oauth/used-assertions.ts";
import { AGENT_HEADS, openAgentHeads } from "../../services/issue/agents/agent-heads.ts";
import { openAgentRoll } from "../../services/issue/agents/agent-roll.ts";
import { AGENTS } from "../../services/issue/agents/agent-row.ts";
import { AgentStream } from "../../services/issue/agents/agent-stream.ts";
import { LOST_SIGNATURES } from "../../services/issue/agents/lost-rows.ts";
import { openLostSignatures } from "../../services/issue/agents/lost-signatures.ts";
import type { CertificateDocument } from "../../services/issue/record/certificate.ts";
import { openRepository } from "../../services/issue/record/repository.ts";
import { FORKED, openForked } from "../../services/issue/restore/forked.ts";
import { ISSUE_COUNTERS, openIssueCounts } from "../../services/issue/sign/issue-counts.ts";
import { KEPT_REGISTER, openKeptRegister } from "../../services/judgement/kept-register.ts";
import { openChangeMark } from "../../services/node/marks/change-mark.ts";
import type { Runtime } from "../../services/node/runtime.ts";
import { openStoreMark, STORE_MARK } from "../../services/node/store-mark.ts";
import type { CollectionSpec, Stored } from "../../services/store/port.ts";
import { MIGRATIONS, openStateBackfill } from "../../services/sync/archive/state-backfill.ts";
import { COMPARISONS, openKeptComparisons } from "../../services/sync/compare/kept-comparison.ts";
import { openKeptNodeKeys, PUBLISHED } from "../../services/sync/publish/kept-node-keys.ts";
import { INCOMING } from "../../services/sync/receive/incoming-position.ts";
import { openIncoming } from "../../services/sync/receive/peer-numbers.ts";
import { moveQuarantined, QUARANTINE } from "../../services/sync/receive/quarantine.ts";
import { RECEIVED } from "../../services/sync/receive/received-digests.ts";
import { openKeptRecovery, RECOVERIES } from "../../services/sync/recovery/kept-recovery.ts";
import { DELIVERED } from "../../services/sync/send/blob-courier.ts";
import { CONFIRMED, openConfirmedMark } from "../../services/sync/send/confirmed-mark.ts";
import { openOutgoing } from "../../services/sync/send/open-outgoing.ts";
import { OUTGOING } from "../../services/sync/send/outgoing-rows.ts";
import { openKeptStanding, STANDING } from "../../services/sync/standing/kept-standing.ts";
import { linkedPeers } from "../../services/sync/wire/topology.ts";
import { COUNTERS, openUsageQuota } from "../../services/usage/codes/quota.ts";
import { expectAside, expectRetried, mend, plant } from "./plant-rows.ts";

/**
 * A collection that a service keeps for itself: positions, progress, copies. Plants what cannot be read and shows that the
 * service starts and goes on.
 */
export type OwnCase = (runtime: Runtime) => Promise<void>;

const DIGEST = "a".repeat(64);

const event = (key: string) =>
  create(PendingEventSchema, { key, kind: EventKind.CERTIFICATE_CHANGED, revision: 1n, payload: Buffer.from(key) });

/** Cases by the name of the collection. */
export const OWN_CASES: Record<string, OwnCase> = {
  async forked(runtime) {
    await plant(
      runtime,
      FORKED,
      { _id: "one", since: 7, stands: 7 },
      { _id: "two", since: "2026-11-20T02:00:00.000Z" },
    );
    const forked = await openForked(runtime);
    const shown = async (identifier: string) =>
      (await forked.shown(create(CertificateRecordSchema, { identifier }), undefined)).forkedSince;
    expect([await shown("one"), await shown("two"), await shown("three")]).toEqual([
      "1970-01-01T00:00:00.000Z",
      "2026-11-20T02:00:00.000Z",
      "",
    ]);
    // Of damage the careful reading counts: it was decided against, until the province tells again.
    await expect(forked.requireStands({ _id: "one" } as CertificateDocument)).rejects.toMatchObject({
      reason: "IDENTIFIER_FORKED",
    });
    await forked.set(["two", "three"], []);
    expect([await shown("one"), await shown("three")]).toEqual(["", runtime.now().toISOString()]);
  },
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

  /** It counts as if nothing were known of its numbers; those of other documents go on being known. */
  async received(runtime) {
    const open = () => openIncoming(runtime.store, runtime.setAside, "440100");
    const position = await open();
    const digest = (number: number) => number.toString(16).padStart(32, "1").padEnd(64, "0");
    const numbered = (number: number) => ({ number, digest: digest(number), previous: digest(number - 1) });
    for (let number = 1; number <= 600; number++) position.note(numbered(number));
    await position.flush();
    const collection = await runtime.store.collection<Stored>(RECEIVED);
    const good = (await collection.get("440100|0")) as Stored;
    await mend(runtime, RECEIVED, "440100|0", { digests: "AAEC" });
    const reopened = await open();
    expect(await reopened.fits(7, DIGEST)).toBeUndefined();
    expect(await reopened.fits(550, DIGEST)).toBe(false);
    await expectAside(runtime, "received", "440100|0");
    await reopened.continueFrom(601, digest(601));
    await mend(runtime, RECEIVED, "440100|0", { ...good, revision: 2 });
    await expectRetried(runtime);
    expect(await (await open()).fits(7, digest(7))).toBe(true);
  },

  /** It begins anew: less is known of what the peer cannot deny, until its next receipt. */
  async confirmed(runtime) {
    await plant(runtime, CONFIRMED, { _id: "440100", number: 7, digest: "x", receipt: 4 });
    const mark = await openConfirmedMark(runtime.store, runtime.setAside, "440100");
    expect(mark.highest).toBeUndefined();
    await expectAside(runtime, "confirmed", "440100");
    await mend(runtime, CONFIRMED, "440100", { digest: DIGEST, receipt: "" });
    await expectRetried(runtime);
  },

  /** It counts as absent: the next comparison finds what it told. */
  async standing(runtime) {
    await plant(runtime, STANDING, { _id: "440100", standing: "far", detail: 4 });
    const kept = await openKeptStanding(runtime, "440100");
    expect(kept.verdict.standing).toBe("level");
    await expectAside(runtime, "standing", "440100");
    await kept.keep({ standing: "behind", detail: "why" });
    await expectRetried(runtime);
    expect((await openKeptStanding(runtime, "440100")).verdict).toEqual({ standing: "behind", detail: "why" });
    await kept.forget();
    expect((await openKeptStanding(runtime, "440100")).verdict.standing).toBe("level");
  },

  /** It counts as absent: nothing goes on with it, and the next one is begun by its operator. */
  async recoveries(runtime) {
    await plant(runtime, RECOVERIES, { _id: "last", state: { dryRun: false, startedAt: "x", parts: [{ done: -1 }] } });
    const kept = await openKeptRecovery(runtime);
    expect(await kept.look()).toBeUndefined();
    await expectAside(runtime, "recoveries", "last");
    const reached = { steps: [], parts: [], told: 0, lacking: 0 };
    const next = { dryRun: false, startedAt: "2026-11-24T02:00:00Z", parts: [], notices: [], reached };
    expect(await kept.write(next)).toBe(true);
    await expectRetried(runtime);
    expect(await kept.look()).toEqual(next);
  },

  /** It counts as absent: the next comparison begins anew, and finds by digest what there is to do. */
  async comparisons(runtime) {
    await plant(runtime, COMPARISONS, { _id: "440100", state: { going: { pass: "first" } } });
    const kept = (await openKeptComparisons(runtime))("440100");
    expect(await kept.look()).toBeUndefined();
    await expectAside(runtime, "comparisons", "440100");
    const going = { pass: 1, records: 4, checked: 2, repaired: 1 };
    expect(await kept.write({ going })).toBe(true);
    await expectRetried(runtime);
    expect(await kept.look()).toEqual({ going });
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

  /** Judged anew from what the process has seen: a count that cannot be read tells nothing. */
  async store_mark(runtime) {
    await plant(runtime, STORE_MARK, { _id: "mark", count: "many" });
    const file = join(mkdtempSync(join(tmpdir(), "ecert-mark-")), "marks.json");
    const mark = await openStoreMark({
      ...runtime,
      service: "issue",
      file,
      onWentBack: (refusal) => expect.fail(refusal.message),
    });
    mark.check();
    await mark.stop();
    expect(await (await runtime.store.collection(STORE_MARK)).get("mark")).toMatchObject({ count: 1 });
    rmSync(dirname(file), { recursive: true });
  },

  /** It is left out of lists, and what the agent tells next takes its place. */
  async issue_agents(runtime) {
    await plant(runtime, AGENTS, { _id: "mzj", name: "mzj", links: 4 });
    const roll = await openAgentRoll(runtime);
    expect((await roll.list(10, "")).items).toEqual([]);
    expect(await roll.alarms()).toEqual([]);
    await expectAside(runtime, "issue_agents", "mzj");
    await roll.came(new AgentStream(create(HelloSchema, { agent: "mzj", version: "1.0.0" }), 0));
    expect((await roll.list(10, "")).items).toMatchObject([{ name: "mzj", version: "1.0.0" }]);
  },

  /** The next hello of the agent is judged by nothing, and what it tells then takes the place of the row. */
  async agent_heads(runtime) {
    await plant(runtime, AGENT_HEADS, { _id: "mzj", n: "many", hash: 4, beyond: 0, at: "2026-11-20" });
    const heads = await openAgentHeads(runtime);
    const hello = { agent: "mzj", journal: create(JournalMarkSchema, { entry: 3n, hash: DIGEST }) };
    expect(await heads.judge(hello)).toEqual({ behind: false, mark: undefined });
    await expectAside(runtime, "agent_heads", "mzj");
    heads.heard("mzj", { n: 3, hash: DIGEST });
    await heads.left("mzj");
    expect(await heads.judge(hello)).toEqual({ behind: false, mark: { n: 3, hash: DIGEST } });
    await expectRetried(runtime);
  },

  /** What cannot be read is not listed, keeps the node from issuing like any other, and can be given up all the same. */
  async lost_signatures(runtime) {
    const row = { agent: "mzj", entry: 7, since: "2026-11-20T00:00:00Z", open: 1 };
    await plant(runtime, LOST_SIGNATURES, { ...row, _id: "good" }, { ...row, _id: "bad", entry: { x: 1 } });
    const lost = await openLostSignatures(runtime, await openRepository(runtime));
    expect((await lost.list(10, "")).items.map(({ _id }) => _id)).toEqual(["good"]);
    await expectAside(runtime, "lost_signatures", "bad");
    await expect(lost.require("911100000000000000")).rejects.toThrow(/2 certificates/);
    expect(await lost.accept(["good", "bad"], "operator/li")).toBe(0);
    await lost.require("911100000000000000");
    lost.stop();
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

  /** An app acts by it for nobody; every other does. */
  async catalog_delegations(runtime) {
    const value = { appKey: "a", departmentCode: "114401000000990003", since: "2026-01-01" };
    const _id = delegationId("a", value.departmentCode);
    await plant(runtime, DELEGATIONS, { _id, app: "a", department: value.departmentCode, value, dropped: 7 });
    const delegations = await openDelegations(runtime, { during: (write) => write() });
    await expect(delegations.get(_id)).rejects.toMatchObject({ reason: "RECORD_UNREADABLE" });
    const { items } = await runtime.setAside.list(10, "");
    expect(items).toMatchObject([{ place: "registry", source: "catalog_delegations", key: _id }]);
    await mend(runtime, DELEGATIONS, _id, { dropped: undefined });
    expect(await delegations.get(_id)).toBeDefined();
  },

  /** Whatever the mark holds, it is one. */
  async catalog_carried_over(runtime) {
    await plant(runtime, CARRIED_OVER, { _id: "delegations", at: 7 });
    expect((await openCarriedOver(runtime)).done()).toBe(true);
  },

  /** Of a mark its revision counts alone, and that is the store's own. */
  catalog_terms_mark: (runtime) => expectMark(runtime, TERMS_MARK),
  identity_apps_mark: (runtime) => expectMark(runtime, APPS_MARK),

  /** As with the counters of usage: what cannot be counted is not issued, of its opening alone. */
  async issue_counters(runtime) {
    const day = shanghaiDay(runtime.now());
    await plant(runtime, ISSUE_COUNTERS, { _id: `${day}/bad`, day, issued: "many" });
    const counts = await openIssueCounts(runtime);
    const take = (opening: string) => counts.take("issued", opening, 5, () => dayLimitReached(5, day, runtime.now()));
    await take("good");
    const refused = { reason: "RECORD_UNREADABLE", metadata: { source: "issue_counters", key: `${day}/bad` } };
    await expect(take("bad")).rejects.toMatchObject(refused);
    await expectAside(runtime, "issue_counters", `${day}/bad`);
    await mend(runtime, ISSUE_COUNTERS, `${day}/bad`, { issued: 5 });
    await expectRetried(runtime);
    await expect(take("bad")).rejects.toMatchObject({ reason: "DAY_LIMIT_REACHED" });
  },

  /** Who repeats the request is refused, every other is answered. */
  async identity_answers(runtime) {
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
    await expectAside(runtime, "identity_answers", "bad");
    expect(await once("good")).toBe("good");
    await (await runtime.store.collection(ANSWERS)).remove("bad", 1);
    await expectRetried(runtime);
    expect(await once("bad")).toBe("bad");
    await answers.close();
  },

  /** Whatever is wrong with it, a record goes to its kind as it is: whoever reads it there sets it aside. */
  async catalog_registry(runtime) {
    const bad = { _id: "matter/440000/M", kind: "matter", node: 7, key: "M", changes: "many" };
    await plant(runtime, FORMER_REGISTRY, bad);
    const mark = await openChangeMark({ ...runtime, spec: TERMS_MARK });
    await (await openFormerRecords({ runtime, given: { mark } } as unknown as CatalogContext)).carryOver();
    expect(await (await runtime.store.collection(RECORDS.matter)).get(bad._id)).toMatchObject(bad);
    expect(await (await runtime.store.collection(FORMER_REGISTRY)).get(bad._id)).toBeUndefined();
  },

  /** Whatever is wrong with them, they are handed over as they are: who carries them over judges what can be read. */
  async catalog_answers(runtime) {
    await plant(runtime, FORMER_ANSWERS, { _id: "bad", at: "2026-11-20T02:00:00.000Z", content: 3 });
    const rows = await openFormerRows(runtime.store);
    const [row] = (await rows.page(FormerRowKind.ANSWER, 10, "")).rows;
    expect(JSON.parse(row?.documentJson ?? "")).toMatchObject({ _id: "bad", content: 3 });
    expect(await rows.drop(FormerRowKind.ANSWER, "bad", 1)).toBe(true);
  },

  async catalog_refused_tokens(runtime) {
    await plant(runtime, FORMER_REFUSED_TOKENS, { _id: "bad", tokens: 7, until: "2026-11-24T02:00:00.000Z" });
    const rows = await openFormerRows(runtime.store);
    const { rows: found } = await rows.page(FormerRowKind.REFUSED_TOKENS, 10, "");
    expect(found.map(({ id }) => id)).toEqual(["bad"]);
    expect(await rows.drop(FormerRowKind.REFUSED_TOKENS, "bad", 2)).toBe(false);
  },

  /** Whatever it holds, it says that apps were carried over once. */
  async identity_carried(runtime) {
    await plant(runtime, CARRIED, { _id: "apps", at: 7 });
    const carryOver = await openCarryOver({ runtime } as unknown as AppRoom, {} as never);
    await carryOver.require();
    expect(carryOver.notices()).toEqual([]);
  },

  /** Whatever it holds, it stands for an assertion that was used; it is swept with the others, or stays and disturbs none. */
  async identity_assertions(runtime) {
    await plant(runtime, ASSERTIONS, { _id: "bad", ends: 7 }, { _id: "over", ends: "2026-11-20T02:00:00.000Z" });
    const assertions = await openUsedAssertions(runtime);
    const ends = new Date(runtime.now().getTime() + 60_000);
    const used = ["bad", "good", "good"].map((id) => assertions.use(id, ends));
    expect([await used[0], (await Promise.all(used.slice(1))).sort()]).toEqual([false, [false, true]]);
    await assertions.close();
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

async function expectMark(runtime: Runtime, spec: CollectionSpec): Promise<void> {
  await plant(runtime, spec, { _id: "mark", at: "bad" });
  const mark = await openChangeMark({ ...runtime, monotonic: () => runtime.monotonic(), spec });
  const before = await mark.told();
  await mark.during(async () => {});
  await expect.poll(async () => (await mark.told()).mark).not.toBe("");
  expect((await mark.told()).mark).not.toBe(before.mark);
}
