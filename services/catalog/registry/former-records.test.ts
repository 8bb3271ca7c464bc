import type { Client } from "@connectrpc/connect";
import { beforeAll, describe, expect, test } from "vitest";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { OutboxService } from "../../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { type Life, mortal } from "../../../test/fixtures/mortal-store.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { recordsOf } from "../../../test/fixtures/stored-records.ts";
import { withChange } from "../../registry/keep-record.ts";
import { BY_NODE } from "../../registry/record.ts";
import { listOf } from "../../store/pages-of.ts";
import type { Collection } from "../../store/port.ts";
import { catalogService } from "../main.ts";
import { openContext } from "../open-context.ts";
import { FORMER_REGISTRY } from "../stored/former-registry.ts";
import { RECORD_KINDS, type RecordKind, type RegistryDocument, recordId } from "../stored/records.ts";
import { openFormerRecords } from "./former-records.ts";
import { recordTerms } from "./record-terms.ts";

const BUREAU = "114401000000990003";
const PROVINCE = { node: "440000", role: "province", name: "省", publicKeyFile: "", services: {} } as const;
const AT = new Date("2026-11-20T02:00:00.000Z");

/** A record of this node as processes of before stored it. */
function stored(kind: RecordKind, key: string, value: object, more: Partial<RegistryDocument> = {}): RegistryDocument {
  const head = { _id: recordId(kind, "440100", key), revision: 7, kind, node: "440100", key };
  return { ...head, changes: 3, changedAt: AT.toISOString(), value: value as never, ...more };
}

/** With the event that tells the province of it. */
const waiting = (document: RegistryDocument) =>
  withChange(
    recordTerms(() => ({}) as never),
    document,
    AT,
  );

const matter = (code: string, name = "事项") => stored("matter", code, { code, name, departmentCode: BUREAU });
const BEFORE: readonly RegistryDocument[] = [
  waiting(stored("department", BUREAU, { code: BUREAU, name: "局", division: "440100" }, { past: { superiors: [] } })),
  stored("seal", "S-1", { code: "S-1", departmentCode: BUREAU }),
  waiting(stored("opening", `I/${BUREAU}/440100-a`, { itemCode: "I", departmentCode: BUREAU, appKey: "440100-a" })),
  waiting(matter("M-1")),
  matter("M-2"),
];
const EVENTS = BEFORE.flatMap(({ pending = [] }) => pending.map(({ key }) => key));
const APP = { _id: "app/440100-a", revision: 1, kind: "app", node: "440100", key: "440100-a" };

describe.each(await bothEngines())("4.3: records of before each kind had its collection, on $name", (engine) => {
  let node: TestRuntime;
  let former: Collection<RegistryDocument>;

  beforeAll(async () => {
    const { store, remove } = await engine.open();
    node = await openTestRuntime({ service: "catalog", store, peers: [PROVINCE] });
    former = await store.collection<RegistryDocument>(FORMER_REGISTRY);
    await former.insert(APP as unknown as RegistryDocument);
    return async () => {
      await node.close();
      await remove();
    };
  });

  async function plant(...documents: RegistryDocument[]): Promise<void> {
    await former.insertMany(documents);
  }

  async function kept(): Promise<RegistryDocument[]> {
    const { store } = node.runtime;
    const all = RECORD_KINDS.map(async (kind) => listOf(await recordsOf(store, kind), { index: BY_NODE.name }));
    return (await Promise.all(all)).flat();
  }

  /** As the store was before this version started. */
  async function asItWas(): Promise<void> {
    for (const { _id, revision, kind } of await kept()) {
      await (await recordsOf(node.runtime.store, kind)).remove(_id, revision);
    }
    await plant(...BEFORE);
  }

  /** All that waits in the outbox. */
  async function keysIn(outbox: Client<typeof OutboxService>): Promise<string[]> {
    const keys: string[] = [];
    for (let pageToken = ""; ; ) {
      const page = await outbox.listPendingEvents({ pageToken });
      // The list that was made of an opening of before waits, too.
      keys.push(...page.events.filter(({ kind }) => kind === EventKind.REGISTRY_CHANGED).map(({ key }) => key));
      if (page.nextPageToken === "") return keys;
      pageToken = page.nextPageToken;
    }
  }

  const left = async () => (await listOf(former, { index: "records" })).map(({ _id }) => _id);
  const asBefore = BEFORE.map((document) => ({ ...document, revision: 1 }));

  test("5.7.3: a process that dies at any write loses none of them and tells nothing twice: the next one has all, with the events that wait", async () => {
    const life: Life = { left: Number.POSITIVE_INFINITY };
    const dying = await openFormerRecords(
      await openContext({ ...node.runtime, store: mortal(node.runtime.store, life) }),
    );
    let died = 0;
    for (let writes = 0; ; writes++) {
      await asItWas();
      life.left = writes;
      const isDone = await dying.carryOver().then(
        () => true,
        () => false,
      );
      if (isDone) break;
      died += 1;
      const ending = new AbortController();
      const running = await catalogService.start({ ...node.runtime, signal: ending.signal });
      const outbox = directClient(running, OutboxService);
      expect(await keysIn(outbox)).toEqual(EVENTS);
      expect(await kept()).toEqual(asBefore);
      expect(await left()).toEqual([APP._id]);
      expect(await outbox.confirmEvents({ keys: EVENTS })).toMatchObject({ cleared: EVENTS.length });
      ending.abort();
      await running.stop();
    }
    expect(died).toBeGreaterThan(BEFORE.length);
  });

  test("two processes that start at once carry each over once", async () => {
    await asItWas();
    const context = await openContext(node.runtime);
    const both = [await openFormerRecords(context), await openFormerRecords(context)];
    await Promise.all(both.map((one) => one.carryOver()));
    expect(await kept()).toEqual(asBefore);
    expect(await left()).toEqual([APP._id]);
  });

  test("6.4.1.1: what a process of before stores beside is seen: new ones are taken, and one over what it did not see is the next change, told anew", async () => {
    const context = await openContext(node.runtime);
    const records = await openFormerRecords(context);
    await records.carryOver();
    const changedAt = "2026-11-21T02:00:00.000Z";
    const blind = waiting({ ...matter("M-1", "改名"), changes: 1, changedAt });
    await plant(waiting(matter("M-3")), blind, { ...matter("M-2", "更早"), changedAt: "2026-11-19T02:00:00.000Z" });
    const ending = new AbortController();
    const following = records.follow(ending.signal);
    await expect.poll(left).toEqual([APP._id]);
    ending.abort();
    await following;
    const of = (key: string) => context.registry.of("matter").get(recordId("matter", "440100", key));
    expect(await of("M-3")).toEqual({ ...waiting(matter("M-3")), revision: 1 });
    expect(await of("M-1")).toMatchObject({ changes: 4, value: { name: "改名" } });
    expect((await of("M-1"))?.pending?.map(({ revision }) => revision)).toEqual([3, 4]);
    // The one here was stored later.
    expect(await of("M-2")).toMatchObject({ changes: 4, value: { name: "事项" } });
  });

  test("5.8.3: of another node's record the higher count of changes counts", async () => {
    const context = await openContext(node.runtime);
    const records = await openFormerRecords(context);
    const theirs = (changes: number, name: string): RegistryDocument => {
      const document = matter("M-9", name);
      return { ...document, _id: recordId("matter", "440300", "M-9"), node: "440300", changes };
    };
    for (const [changes, name] of [
      [5, "五"],
      [4, "四"],
      [6, "六"],
    ] as const) {
      await plant(theirs(changes, name));
      await records.carryOver();
    }
    const [one] = (await kept()).filter((document) => document.node === "440300");
    expect(one).toMatchObject({ changes: 6, value: { name: "六" } });
    expect(one?.pending).toBeUndefined();
  });

  test("what cannot be read goes along as it is, and is set aside where it lies then; what was set aside where it lay is not listed any more", async () => {
    const { setAside } = node.runtime;
    const bad = { ...matter("M-7"), changes: "many" } as unknown as RegistryDocument;
    await plant(bad);
    await setAside.put({
      place: "registry",
      source: FORMER_REGISTRY.name,
      node: "",
      key: bad._id,
      reason: "RECORD_UNREADABLE",
      detail: "",
    });
    const context = await openContext(node.runtime);
    await (await openFormerRecords(context)).carryOver();
    expect(await left()).toEqual([APP._id]);
    await expect(context.registry.of("matter").get(bad._id)).rejects.toMatchObject({ reason: "RECORD_UNREADABLE" });
    const { items } = await setAside.list(10, "");
    expect(items).toMatchObject([{ source: "catalog_matters", key: bad._id }]);
  });
});
