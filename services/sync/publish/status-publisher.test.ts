import { createPublicKey } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAuthority } from "../../../ops/authority/authority.ts";
import { type CertificateRecord, CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { changed, makeCertificate } from "../../../test/sync/records.ts";
import { createDepartment, type Department } from "../../../test/trust/department.ts";
import type { NodeConfig } from "../../host/config.ts";
import { readStatusBundle } from "../../trust/status-bundle.ts";
import { type Archive, openArchive } from "../archive/archive.ts";
import { DEFAULT_SYNC_OPTIONS } from "../options.ts";
import { createStatusPublisher } from "./status-publisher.ts";

const NOW = "2026-11-24T02:00:00.000Z";
const CITY = "440100";
const peers = [
  { node: CITY, role: "city" },
  { node: "440300", role: "city" },
] as unknown as NodeConfig["peers"];

let directory: string;
let department: Department;
let environment: TestRuntime;
let archive: Archive;
/** What the province itself issued: identifiers by state. */
const own = new Map<CertificateState, string[]>();
/** From which day of end on the province's own were asked for. */
const askedFrom = new Set<string>();
type OwnPage = { state: CertificateState; pageToken: string; exceptEndedBefore: string };
const clients = {
  "ecert.event.v1.SetAsideService": { listSetAside: async () => ({ rows: [], nextPageToken: "" }) },
  "ecert.sync.v1.ArchiveService": {
    // In pages of one day.
    listBuckets: async ({ pageToken }: { pageToken: string }) =>
      pageToken === ""
        ? { buckets: [{ bucket: "2026-11-19", count: 2n, digest: "" }], root: "own-root", nextPageToken: "2026-11-19" }
        : { buckets: [{ bucket: "2026-11-20", count: 3n, digest: "" }], root: "own-root", nextPageToken: "" },
    // In pages of one.
    listInState: async ({ state, pageToken, exceptEndedBefore }: OwnPage) => {
      askedFrom.add(exceptEndedBefore);
      const all = own.get(state) ?? [];
      const at = Number(pageToken || 0);
      return { identifiers: all.slice(at, at + 1), nextPageToken: at + 1 < all.length ? String(at + 1) : "" };
    },
  },
};
const DONE = { done: true };

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "ecert-status-"));
  department = await createDepartment(createAuthority(join(directory, "ca")), "P-256");
  environment = await openTestRuntime({
    service: "sync",
    role: "province",
    code: "440000",
    now: NOW,
    peers,
    clients,
    config: { services: ["sync", "issue"], mesh: {} },
  });
  archive = await openArchive(environment.runtime);
});
afterAll(async () => {
  await environment.close();
  rmSync(directory, { recursive: true, force: true });
});

const records = new Map<string, CertificateRecord>();

/** Keeps a certificate as issued, or as changed to another state. `validTo`: empty for one without end (长期). */
async function keep(identifier: string, state: CertificateState, validTo = ""): Promise<void> {
  const order = { node: CITY, name: identifier, issuedAt: "2026-11-20T02:00:00.000Z" };
  const record = records.get(identifier) ?? makeCertificate(department, order).record;
  record.identifier = identifier;
  record.validTo = validTo;
  records.set(identifier, record);
  await archive.keep(
    state === CertificateState.ISSUED ? record : changed(record, state, NOW),
    new Date(NOW),
    async () => true,
  );
}

test("4.6 the province publishes what is not in force, with what it looked at, and signs it", async () => {
  await keep("in-force", CertificateState.ISSUED);
  await keep("suspended", CertificateState.SUSPENDED);
  await keep("revoked", CertificateState.REVOKED);
  await keep("superseded", CertificateState.SUPERSEDED);
  own.set(CertificateState.REVOKED, ["own-revoked-1", "own-revoked-2"]);
  const publisher = createStatusPublisher(environment.runtime, archive, DONE, DEFAULT_SYNC_OPTIONS);
  const [{ bytes, builtAt }, joined] = await Promise.all([publisher.current(), publisher.current()]);
  expect(joined.bytes).toBe(bytes);
  expect(builtAt).toBe(NOW);
  const bundle = readStatusBundle(bytes, new Map([["440000", createPublicKey(environment.nodePublicKeyPem)]]));
  const { root } = await archive.digests.buckets(CITY);
  const nodes = [
    { node: CITY, records: 4, root },
    { node: "440000", records: 5, root: "own-root" },
  ];
  expect(bundle.head).toEqual({ publisher: "440000", builtAt: NOW, omitsEndedBefore: "2026-10-25", nodes });
  for (const identifier of ["own-revoked-1", "own-revoked-2"]) expect(bundle.stateOf(identifier)).toBe("revoked");
  for (const state of ["suspended", "revoked", "superseded"]) expect(bundle.stateOf(state)).toBe(state);
  expect(bundle.stateOf("in-force")).toBeUndefined();
});

test("a certificate is left out once its validity ended more than 30 days before; one without end (长期) never is", async () => {
  for (const state of ["SUSPENDED", "REVOKED", "SUPERSEDED"] as const) {
    await keep(`${state}-lasting`, CertificateState[state]);
    await keep(`${state}-ended`, CertificateState[state], "2026-10-25");
    await keep(`${state}-long-ended`, CertificateState[state], "2026-10-24");
  }
  const { bytes } = await createStatusPublisher(environment.runtime, archive, DONE, DEFAULT_SYNC_OPTIONS).current();
  const bundle = readStatusBundle(bytes, new Map([["440000", createPublicKey(environment.nodePublicKeyPem)]]));
  for (const state of ["SUSPENDED", "REVOKED", "SUPERSEDED"] as const) {
    expect(bundle.stateOf(`${state}-lasting`)).toBe(state.toLowerCase());
    expect(bundle.stateOf(`${state}-ended`)).toBe(state.toLowerCase());
    expect(bundle.stateOf(`${state}-long-ended`)).toBeUndefined();
  }
  expect([...askedFrom]).toEqual(["2026-10-25"]);
});

test("no bundle is made while old records cannot be found by their state: what is not listed counts as in force", async () => {
  const publisher = createStatusPublisher(environment.runtime, archive, { done: false }, DEFAULT_SYNC_OPTIONS);
  await expect(publisher.current()).rejects.toMatchObject({ reason: "PEER_AWAY", retryAfterMs: 30_000 });
});

test("a bundle is made anew when it is too old, and tells what changed since", async () => {
  const publisher = createStatusPublisher(environment.runtime, archive, DONE, DEFAULT_SYNC_OPTIONS);
  const first = await publisher.current();
  await keep("in-force", CertificateState.REVOKED);
  expect(await publisher.current()).toBe(first);
  environment.setNow("2026-11-24T02:10:00.000Z");
  const second = await publisher.current();
  const keys = new Map([["440000", createPublicKey(environment.nodePublicKeyPem)]]);
  expect(readStatusBundle(second.bytes, keys).stateOf("in-force")).toBe("revoked");
});
