import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { afterEach, describe, expect, test } from "vitest";
import {
  DropFormerAppsRequestSchema,
  DropFormerAppsResponseSchema,
  ListFormerAppsRequestSchema,
  ListFormerAppsResponseSchema,
} from "../../proto/gen/ecert/catalog/v1/former_apps_service_pb.ts";
import { RegistryRecordSchema } from "../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";
import { TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { InboxService } from "../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { AppAccountSchema, AppRecordSchema } from "../../proto/gen/ecert/identity/v1/app_pb.ts";
import { AppService, PutAppRequestSchema } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { TokenService } from "../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { identify, seal } from "../../services/call/chain/sealed-answer.ts";
import { openFormerRows } from "../../services/catalog/apps/former-rows.ts";
import type { CatalogContext } from "../../services/catalog/context.ts";
import { dropFormerApps } from "../../services/catalog/routes/drop-former-apps.ts";
import { listFormerApps } from "../../services/catalog/routes/list-former-apps.ts";
import { FORMER_ANSWERS, FORMER_REFUSED_TOKENS } from "../../services/catalog/stored/former-apps.ts";
import { FORMER_REGISTRY } from "../../services/catalog/stored/former-registry.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { APPS, type AppDocument } from "../../services/identity/apps/app-record.ts";
import { openApps } from "../../services/identity/apps/open-apps.ts";
import { hashSecret } from "../../services/identity/apps/secret.ts";
import { openCarryOver } from "../../services/identity/carry/carry-over.ts";
import type { Runtime } from "../../services/node/runtime.ts";
import type { CollectionSpec, Store, Stored } from "../../services/store/port.ts";
import { openCore, type TestCore } from "../fixtures/core.ts";
import { bothEngines, type Engine } from "../fixtures/engines.ts";
import { directClient, openTestRuntime, testCall } from "../fixtures/runtime.ts";
import { APP, app, DEPARTMENT_RECORD } from "./app-scene.ts";

/* Stores of the version before, in which the catalog kept apps. */

const NOW = "2026-11-24T02:00:00.000Z";
const CHANGED = "2026-11-20T00:00:00.000Z";
const peer = (node: string, role: "province" | "city") => ({ node, role, name: node, publicKeyFile: "", services: {} });
const PROVINCE = peer("440000", "province");
const value = { ...app, node: "440100", quota: { callsPerMinute: 5 } };
const terms = { made: CHANGED, ends: "2027-11-20T00:00:00.000Z" };
const requestId = "of-yesterday";

/** An account as the catalog stored it, with whatever lies beside it. */
const former = async (more: object = {}) => ({
  ...{ _id: `app/${APP}`, revision: 4, kind: "app", node: "440100", key: APP, changes: 3, changedAt: CHANGED, value },
  ...{ secretHash: await hashSecret("the secret", (size) => new Uint8Array(size)), secretTerms: terms },
  ...{ secretUse: { newest: "2026-11-23" }, tokensNotBefore: CHANGED, refusedBefore: CHANGED },
  ...more,
});

/** What waited there to be told: the record as it was sent then. */
function pendingOf(changes: number, account: object) {
  const record = create(RegistryRecordSchema, {
    changes: BigInt(changes),
    record: { case: "app", value: account },
  } as never);
  const payload = Buffer.from(toBinary(RegistryRecordSchema, record)).toString("base64");
  const event = { key: `app/${APP}:${changes}`, kind: EventKind.REGISTRY_CHANGED, revision: changes, payload };
  return { pending: [{ ...event, blobs: [], occurredAt: CHANGED }], pendingSince: CHANGED };
}

async function plant({ store }: Pick<Runtime, "store">, spec: CollectionSpec, ...rows: object[]): Promise<void> {
  const collection = await store.collection<Stored>(spec);
  for (const row of rows) await collection.insert({ revision: 1, ...row } as Stored);
}

const cores: TestCore[] = [];
const stores: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const core of cores.splice(0)) await core.close();
  for (const remove of stores.splice(0)) await remove();
});

async function openStores(engine: Engine): Promise<Record<"catalog" | "identity", Store>> {
  const [catalog, identity] = [await engine.open(), await engine.open()];
  stores.push(catalog.remove, identity.remove);
  return { catalog: catalog.store, identity: identity.store };
}

async function start(options: Parameters<typeof openCore>[0]): Promise<TestCore> {
  const core = await openCore({ now: NOW, ...options });
  cores.push(core);
  return core;
}

const tokenOf = (core: TestCore, appSecret: string) =>
  core
    .client(TokenService)
    .issueAccessToken({ appKey: APP, appSecret })
    .then(
      () => "OK",
      ({ reason }) => reason,
    );
describe.each(await bothEngines())("what the catalog kept of apps before, on $name", (engine) => {
  test("5.9.3, 6.2.4.1: account, secret, ends, revoked tokens and answers are those of before from the start on", async () => {
    const old = await former();
    const core = await start({
      stores: await openStores(engine),
      peers: [PROVINCE],
      async before({ catalog }) {
        await plant(catalog, FORMER_REGISTRY, DEPARTMENT_RECORD, old);
        const revoked = { id: "one", until: "2026-11-24T02:10:00.000Z" };
        await plant(catalog, FORMER_REFUSED_TOKENS, { _id: APP, tokens: [revoked], until: revoked.until });
        const request = create(PutAppRequestSchema, { requestId, app: { ...app, key: "440100-asked" } });
        const by = { kind: "operator", node: "440100", name: "test" } as const;
        const identified = identify(PutAppRequestSchema, request, by, "ecert.catalog.v1.PutAppRequest");
        const answer = {
          app: { ...app, key: "440100-asked", node: "440100" },
          secret: { text: "of then", hash: "h" },
          basis: 0,
        };
        const at = "2026-11-24T01:00:00.000Z";
        await plant(catalog, FORMER_ANSWERS, {
          _id: identified.digest,
          at,
          done: true,
          ...seal(catalog, identified, answer),
        });
      },
    });
    expect(await tokenOf(core, "the secret")).toBe("OK");
    expect(await tokenOf(core, "wrong")).toBe("CREDENTIAL_REFUSED");
    const { app: told } = await core.client(AppService).getApp({ key: APP });
    expect(told).toMatchObject({ ...app, secrets: [{ made: terms.made, ends: terms.ends }] });
    expect((await core.client(TokenService).listRefusedApps({})).apps).toMatchObject([
      { appKey: APP, tokenIds: ["one"] },
    ]);
    // Nothing waited there, so nothing is told anew.
    expect(await core.events()).toEqual([]);
    const usage = { appKey: APP, matterCode: "M", day: "2026-06-01" };
    await expect(core.client(TermsService).getUsageTerms(usage)).rejects.toMatchObject({ reason: "MATTER_UNKNOWN" });
    expect(core.identity.test.evidence.filter(({ kind }) => kind === "app-carried-over")).toMatchObject([
      { body: { key: APP, changes: 3 } },
    ]);
  });

  test("5.7.3: what waited for a receipt is told to the province by its new owner, once, and by the catalog no more", async () => {
    const old = await former();
    const account = { app: { ...app }, secretHash: old.secretHash };
    const kept = await openStores(engine);
    const city = await start({
      ...{ stores: kept, peers: [PROVINCE] },
      before: ({ catalog }) => plant(catalog, FORMER_REGISTRY, DEPARTMENT_RECORD, { ...old, ...pendingOf(3, account) }),
    });
    await expect.poll(() => city.events()).toMatchObject([{ kind: EventKind.APP_CHANGED, revision: 4n }]);
    const events = await city.events();
    expect(fromBinary(AppRecordSchema, events[0]?.payload ?? new Uint8Array()).app?.secretHash).toBe(old.secretHash);
    expect((await directClient(city.catalog.running, OutboxService).listPendingEvents({})).events).toEqual([]);
    const province = await start({ role: "province", code: "440000", peers: [peer("440100", "city")] });
    await province.apply("440100", events);
    expect(await tokenOf(province, "the secret")).toBe("OK");
  });

  /** An identity service's room of apps, twice as in two replicas, and the catalog of their node with its rows. */
  async function atOnce(...rows: object[]) {
    const { catalog, identity } = await openStores(engine);
    await plant({ store: catalog }, FORMER_REGISTRY, ...rows);
    const opened = await openTestRuntime({ service: "identity", now: NOW, store: identity, peers: [PROVINCE] });
    const warned: object[] = [];
    const runtime = {
      ...opened.runtime,
      log: { ...opened.runtime.log, warn: (told: object) => void warned.push(told) },
    };
    const context = { former: await openFormerRows(catalog), runtime } as unknown as CatalogContext;
    const list = listFormerApps(context);
    const drop = dropFormerApps(context);
    let older = false;
    /** Revisions of the first row, as they were listed. */
    const listed: number[] = [];
    const client = {
      listFormerApps: async (request: object) => {
        if (older) throw new Refusal("UNIMPLEMENTED", "a catalog of before");
        const answer = await list(create(ListFormerAppsRequestSchema, request), testCall());
        const page = create(ListFormerAppsResponseSchema, answer);
        listed.push(Number(page.rows[0]?.revision));
        return page;
      },
      dropFormerApps: async (request: object) =>
        create(DropFormerAppsResponseSchema, await drop(create(DropFormerAppsRequestSchema, request), testCall())),
    };
    const ending = new AbortController();
    const running: Promise<void>[] = [];
    const replica = async () => {
      const room = await openApps(runtime);
      const carryOver = await openCarryOver(room, client, { lookAgainMs: 20 });
      running.push(
        carryOver
          .run(ending.signal)
          .then(() => room.answers.close())
          .then(() => room.guesses.close()),
      );
      return carryOver;
    };
    stores.unshift(async () => {
      ending.abort();
      await Promise.all(running);
      await opened.close();
    });
    const registry = await catalog.collection<Stored>(FORMER_REGISTRY);
    const apps = await identity.collection<AppDocument>(APPS);
    return {
      ...{ runtime, warned, replica, listed, registry, setNow: opened.setNow },
      kept: () => apps.get(`app/${APP}`),
      setOlder: (value: boolean) => {
        older = value;
      },
    };
  }

  test("it is carried over once by replicas that start together, and by one that starts again", async () => {
    const node = await atOnce({ ...(await former()), ...pendingOf(3, { app }) });
    const replicas = await Promise.all([node.replica(), node.replica()]);
    await Promise.all(replicas.map((one) => one.require()));
    await (await node.replica()).require();
    const kept = await node.kept();
    expect(kept).toMatchObject({ changes: 4, carried: { changes: 3, changedAt: CHANGED } });
    expect(kept?.pending).toHaveLength(1);
  });

  test("what a process of before changes meanwhile is the next change, as a whole; it goes from there when 15 minutes have passed", async () => {
    const node = await atOnce(await former());
    await (await node.replica()).require();
    const old = (await node.registry.get(`app/${APP}`)) as Stored;
    const secretHash = await hashSecret("rotated there", (size) => new Uint8Array(size));
    const changedAt = "2026-11-24T02:00:01.000Z";
    await node.registry.replace({ ...old, changes: 4, changedAt, secretHash } as Stored);
    await expect.poll(() => node.kept()).toMatchObject({ changes: 5, secretHash });
    expect(node.warned).toEqual([{ app: APP }]);
    expect((await node.kept())?.pending).toHaveLength(1);
    node.setNow("2026-11-24T02:15:00.000Z");
    await expect.poll(() => node.registry.get(`app/${APP}`)).toBeUndefined();
    expect(await node.kept()).toMatchObject({ changes: 5, secretHash });
  });

  test("a copy of the catalog's store that is put back brings no older account back", async () => {
    const old = await former();
    const node = await atOnce(old);
    await (await node.replica()).require();
    const [stored, kept] = [(await node.registry.get(`app/${APP}`)) as Stored, await node.kept()];
    await node.registry.replace({ ...stored, changes: 2, changedAt: "2026-11-19T00:00:00.000Z" } as Stored);
    const { revision } = (await node.registry.get(`app/${APP}`)) as Stored;
    // Looked at once, and carried or not by when it is looked at again.
    await expect.poll(() => node.listed.filter((one) => one === revision).length).toBeGreaterThan(1);
    expect(await node.kept()).toEqual(kept);
  });

  test("while the catalog is one of before, nothing is known of apps, which is said; once it is not, everything is", async () => {
    const node = await atOnce(await former());
    node.setOlder(true);
    const carryOver = await node.replica();
    expect(carryOver.notices()).toEqual([expect.stringContaining("wait to be carried over")]);
    const waiting = carryOver.require();
    node.setOlder(false);
    await waiting;
    expect(carryOver.notices()).toEqual([]);
  });

  test("an account that cannot be read stops no other: it is set aside, and stays where it was", async () => {
    const bad = { ...(await former()), _id: "app/440100-bad", key: "440100-bad", value: { key: 7 } };
    const node = await atOnce(bad, await former());
    await (await node.replica()).require();
    expect(await node.kept()).toMatchObject({ changes: 3 });
    const { items } = await node.runtime.setAside.list(10, "");
    expect(items).toMatchObject([{ source: "former-apps", key: "app/440100-bad", reason: "RECORD_UNREADABLE" }]);
    node.setNow("2026-11-24T02:15:00.000Z");
    await expect.poll(() => node.registry.get(`app/${APP}`)).toBeUndefined();
    expect(await node.registry.get("app/440100-bad")).toBeDefined();
  });
});

test("5.7.3: an app that a node of before sends is handed on, and another node's is refused there as ever", async () => {
  const province = await start({ role: "province", code: "440000", peers: [peer("440100", "city")] });
  const inbox = directClient(province.catalog.running, InboxService);
  const { secretHash } = await former();
  const account = create(AppAccountSchema, { app, secretHash });
  const sent = (node: string, changes: bigint) => {
    const payload = toBinary(
      RegistryRecordSchema,
      create(RegistryRecordSchema, { changes, record: { case: "app", value: account } }),
    );
    const event = { key: `app/${APP}:${changes}`, kind: EventKind.REGISTRY_CHANGED, revision: changes, payload };
    return inbox.applyEvent({ node, event });
  };
  expect(await sent("440100", 3n)).toMatchObject({ changed: true });
  expect(await sent("440100", 3n)).toMatchObject({ changed: false });
  expect(await tokenOf(province, "the secret")).toBe("OK");
  await expect(sent("441900", 4n)).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
});
