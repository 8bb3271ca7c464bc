import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { InboxService } from "../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { ExtensionService } from "../../proto/gen/ecert/extension/v1/extension_service_pb.ts";
import { CertificateRecordSchema, CertificateState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { httpsFetch } from "../../services/base/https-fetch.ts";
import type { ExtensionContext } from "../../services/extension/context.ts";
import { deliverDue } from "../../services/extension/deliveries/deliver.ts";
import { givenUpAlarms } from "../../services/extension/deliveries/given-up-alarms.ts";
import { MAX_ATTEMPTS } from "../../services/extension/deliveries/schedule.ts";
import { extensionService } from "../../services/extension/main.ts";
import { readExtensions } from "../../services/extension/manifest/extension.ts";
import { mountRoutes } from "../../services/extension/mount.ts";
import { openContext } from "../../services/extension/open-context.ts";
import { startNode } from "../../services/node/node.ts";
import type { RunningService } from "../../services/node/runtime.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../fixtures/runtime.ts";
import { makeNodeFiles } from "../node/node-files.ts";
import { openReceiver, type TestReceiver } from "./receiver.ts";

const SAMPLE = resolve(import.meta.dirname, "../../ops/extension-sample");
const directory = mkdtempSync(join(tmpdir(), "ecert-extension-"));
const files = makeNodeFiles();
const ORDER = {
  itemCode: "YYZZ",
  issuer: { code: "11440106MB9DEM11X6", division: "440106" },
  app: "440100-scjg",
  businessSerial: "1",
  issueDate: "2026-11-30",
  holders: [],
  attachments: [],
};

let house: TestRuntime;
let context: ExtensionContext;
let receiver: TestReceiver;
let operator: Client<typeof ExtensionService>;
let issue: Client<typeof ExtensionService>;
let relay: Client<typeof InboxService>;
let now = Date.parse("2026-11-30T02:00:00Z");

function running(): RunningService {
  return { services: mountRoutes(context), ready: async () => {}, stop: async () => {} };
}

/** What the relay hands over: a record of a certificate of a node. */
function told(identifier: string, revision: number, state: CertificateState, node = "440100") {
  const issuedAt = "2026-11-30T01:00:00Z";
  const stateSince = state === CertificateState.ISSUED ? issuedAt : "2026-11-30T01:30:00Z";
  const record = create(CertificateRecordSchema, {
    ...{ identifier, node, revision: BigInt(revision), state, issuedAt, stateSince },
    ...{ itemCode: "YYZZ", name: "营业执照", issuerCode: ORDER.issuer.code, number: "91440101MA59" },
    holders: [{ name: "广州市云山贸易有限公司", code: "91440101MA59XXXXXX", codeType: "001" }],
  });
  const payload = toBinary(CertificateRecordSchema, record);
  const key = `${identifier}:${revision}`;
  const event = { key, kind: EventKind.CERTIFICATE_CHANGED, revision: BigInt(revision), payload, occurredAt: issuedAt };
  return relay.applyEvent({ node, event });
}

beforeAll(async () => {
  const names = files.identity(files.certify("service", ["receiver"]));
  receiver = await openReceiver(names, () => house.runtime.nodeKey.publicKey);
  house = await openTestRuntime({
    service: "extension",
    config: {
      extensions: [
        { extensionDirectory: SAMPLE, receivers: { notices: { url: receiver.url, caFile: files.caFile } } },
        { extensionDirectory: broken(), receivers: {} },
      ],
    },
  });
  context = await openContext({ ...house.runtime, now: () => new Date(now) });
  operator = directClient(running(), ExtensionService, { kind: "operator", node: "440100", name: "admin" });
  issue = directClient(running(), ExtensionService, { kind: "service", node: "440100", name: "issue" });
  relay = directClient(running(), InboxService, { kind: "service", node: "440100", name: "sync" });
});
afterEach(() => receiver.answer(204));
afterAll(async () => {
  await context.checks.close();
  await receiver.close();
  await house.close();
  files.remove();
  rmSync(directory, { recursive: true, force: true });
});

/** An extension whose checks break, each in its own way. */
function broken(): string {
  const folder = join(directory, "broken");
  mkdirSync(folder, { recursive: true });
  const check = (item: string, module: string) => ({ items: [item], module, timeoutMs: 300 });
  const checks = [
    check("THROWS", "throws.mjs"),
    check("HANGS", "hangs.mjs"),
    check("EATS", "eats.mjs"),
    check("LIES", "lies.mjs"),
  ];
  const manifest = { schema: "ecert.extension.v1", name: "broken", version: "0.1.0", title: "坏的", checks };
  writeFileSync(join(folder, "extension.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "throws.mjs"), "export const check = () => { throw new Error('secret 身份证'); };");
  writeFileSync(join(folder, "hangs.mjs"), "export const check = () => { for (;;); };");
  writeFileSync(
    join(folder, "eats.mjs"),
    "export const check = () => { const all = []; for (;;) all.push(new Array(1e6).fill({})); };",
  );
  writeFileSync(join(folder, "lies.mjs"), "export const check = () => 'all is well';");
  return folder;
}

const checked = (itemCode: string, data: object) =>
  issue.checkOrder({ itemCode, orderJson: JSON.stringify({ ...ORDER, itemCode, data }) });

describe("4.1.3 a city adds features of its own without a fork", () => {
  test("tells what each extension adds", async () => {
    const { extensions } = await operator.listExtensions({});
    expect(extensions[0]).toMatchObject({
      name: "linghai-business",
      version: "1.0.0",
      pages: "/extensions/linghai-business/",
      checks: ["*"],
      receivers: [{ name: "notices", url: receiver.url, events: ["certificate.issued", "certificate.revoked"] }],
    });
  });

  test("a check of the city's own finds what is wrong at its place in the data, and nothing where nothing is", async () => {
    expect((await checked("YYZZ", { capital: 500 })).faults).toEqual([]);
    const { faults } = await checked("YYZZ", { capital: 0 });
    expect(faults).toMatchObject([{ extension: "linghai-business", pointer: "/capital", localized: /注册资本/ }]);
  });

  test.each(["THROWS", "HANGS", "EATS", "LIES"])(
    "a check that %s lets nothing pass unchecked, tells nothing of its inside, and others go on",
    async (item) => {
      const refused = await checked(item, { capital: 1 }).catch((error: unknown) => error);
      expect(refused).toMatchObject({ reason: "EXTENSION_FAULT", metadata: { extension: "broken" } });
      expect(String((refused as Error).message)).not.toContain("secret");
      expect((await checked("YYZZ", { capital: 0 })).faults).toHaveLength(1);
    },
  );
});

describe("4.1.3 receivers of events", () => {
  const settled = async () => {
    while ((await deliverDue(context)) > 0);
  };

  test("get what they asked for, signed by the node, without holders or data, and an event that comes again once", async () => {
    await told("1.2.156.3005.2.A", 2, CertificateState.ISSUED);
    await told("1.2.156.3005.2.A", 2, CertificateState.ISSUED);
    await told("1.2.156.3005.2.A", 3, CertificateState.SUSPENDED);
    await settled();
    expect(receiver.received).toHaveLength(1);
    const [message] = receiver.received;
    expect(message).toMatchObject({ signed: true, id: "linghai-business/notices/1.2.156.3005.2.A:2" });
    expect(JSON.parse(message?.body ?? "")).toMatchObject({ type: "certificate.issued", data: { itemCode: "YYZZ" } });
    expect(message?.body).not.toContain("云山");
    expect(message?.body).not.toContain("91440101");
  });

  test("are tried again under the same id and act once; what they have acknowledged is never sent again", async () => {
    const before = receiver.received.length;
    receiver.answer(503);
    await told("1.2.156.3005.2.B", 2, CertificateState.ISSUED);
    await settled();
    const [waiting] = (await operator.listDeliveries({ state: "waiting" })).deliveries;
    expect(waiting).toMatchObject({ attempts: 1, lastFault: "answers 503", event: "certificate.issued" });
    receiver.answer(204);
    await settled();
    expect(receiver.received).toHaveLength(before + 1);
    now += 6_000;
    await settled();
    const again = receiver.received.slice(before);
    expect(new Set(again.map(({ id }) => id)).size).toBe(1);
    expect(again).toHaveLength(2);
    now += 86_400_000;
    await settled();
    expect(receiver.received).toHaveLength(before + 2);
    expect([...receiver.acted].filter((id) => id.includes("2.B"))).toHaveLength(1);
  });

  test("are given up after some three days, which is shown, and tried again when an operator says so", async () => {
    receiver.answer(500);
    await told("1.2.156.3005.2.C", 2, CertificateState.REVOKED);
    const begun = now;
    for (let attempt = 0; attempt <= MAX_ATTEMPTS; attempt++) {
      await settled();
      now += 7_200_000;
    }
    expect(now - begun).toBeLessThan(4 * 86_400_000);
    const [given] = (await operator.listDeliveries({})).deliveries;
    expect(given).toMatchObject({ state: "given-up", attempts: MAX_ATTEMPTS, lastFault: "answers 500", nextAt: "" });
    expect((await operator.listExtensions({})).extensions[0]?.receivers[0]).toMatchObject({ givenUp: 1, waiting: 0 });
    expect(await givenUpAlarms(context)).toMatchObject([
      { kind: "DELIVERIES_GIVEN_UP", urgent: false, told: { count: 1 } },
    ]);
    receiver.answer(204);
    await operator.retryDelivery({ id: given?.id ?? "" });
    await settled();
    expect((await operator.listDeliveries({ state: "delivered" })).deliveries.map(({ id }) => id)).toContain(given?.id);
    await expect(operator.retryDelivery({ id: "none" })).rejects.toMatchObject({ reason: "DELIVERY_UNKNOWN" });
  });

  test("that are gone (410) are given up at once, and two processes that look at once send one delivery once", async () => {
    receiver.answer(410);
    await told("1.2.156.3005.2.D", 2, CertificateState.ISSUED);
    await settled();
    expect((await operator.listDeliveries({})).deliveries.at(-1)).toMatchObject({ state: "given-up", attempts: 1 });
    receiver.answer(204);
    const before = receiver.received.length;
    await told("1.2.156.3005.2.E", 2, CertificateState.ISSUED);
    await Promise.all([deliverDue(context), deliverDue(context)]);
    expect(receiver.received).toHaveLength(before + 1);
  });

  test("are told nothing of certificates of other nodes", async () => {
    const before = receiver.received.length;
    expect(await told("1.2.156.3005.2.F", 2, CertificateState.ISSUED, "440300")).toMatchObject({ changed: false });
    await settled();
    expect(receiver.received).toHaveLength(before);
  });
});

describe("an extension that is not whole does not start", () => {
  const copy = (name: string, change: (folder: string) => void) => {
    const folder = join(directory, name);
    cpSync(SAMPLE, folder, { recursive: true });
    change(folder);
    return folder;
  };
  const receivers = { notices: { url: "https://localhost:1/" } };

  test.each<[string, (folder: string) => void, object, RegExp]>([
    [
      "a manifest that is none",
      (folder) => writeFileSync(join(folder, "extension.json"), "{}"),
      receivers,
      /must have required property 'schema'/,
    ],
    [
      "a module that is not there",
      (folder) => rmSync(join(folder, "checks"), { recursive: true }),
      receivers,
      /checks\/capital.ts is not there/,
    ],
    ["a receiver without a place", () => {}, {}, /receivers\/notices: is missing/],
    [
      "a place without a receiver",
      () => {},
      { ...receivers, other: { url: "https://localhost:1/" } },
      /no receiver of the manifest/,
    ],
  ])("%s is told", (name, change, placed, told) => {
    const extensionDirectory = copy(name.replaceAll(" ", "-"), change);
    expect(() => readExtensions([{ extensionDirectory, receivers: placed as typeof receivers }])).toThrow(told);
  });

  test("two of one name are told, and a folder that is none", () => {
    const one = { extensionDirectory: SAMPLE, receivers };
    expect(() => readExtensions([one, one])).toThrow(/linghai-business twice/);
    expect(() => readExtensions([{ extensionDirectory: directory, receivers: {} }])).toThrow(/cannot be read/);
  });
});

describe("4.1.3 pages of an extension", () => {
  test("are served beside the node's own, to read alone, and run nothing but their own scripts", async () => {
    const free = { address: "127.0.0.1:0" };
    const node = await startNode(
      files.config(["extension"], {
        listeners: { mesh: free, connect: free },
        extensions: [{ extensionDirectory: SAMPLE, receivers: { notices: { url: receiver.url } } }],
      }),
      [extensionService],
    );
    onTestFinished(() => node.stop());
    const { ca } = files.identity(files.certify("operator", ["li"]));
    const limits = { ca: ca.toString(), timeoutMs: 10_000, maxBytes: 100_000 };
    const at = (path: string) => `https://${node.addresses.connect}/extensions/${path}`;
    const page = await httpsFetch(at("linghai-business/"), {}, limits);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(await page.text()).toContain("不改动平台代码");
    const known = { headers: { "if-none-match": page.headers.get("etag") ?? "" } };
    expect((await httpsFetch(at("linghai-business/"), known, limits)).status).toBe(304);
    expect((await httpsFetch(at("linghai-business/main.js"), {}, limits)).headers.get("content-type")).toContain(
      "javascript",
    );
    for (const path of ["linghai-business/../extension.json", "linghai-business/checks/capital.ts", "other/", ""])
      expect((await httpsFetch(at(path), {}, limits)).status).toBe(404);
    expect((await httpsFetch(at("linghai-business/"), { method: "POST" }, limits)).status).toBe(405);
  });
});
