import { afterEach, beforeEach, expect, test } from "vitest";
import { type CertificateRecord, CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { changed, daysAgo, makeCertificate } from "../../../test/sync/records.ts";
import type { Department } from "../../../test/trust/department.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { type Archive, archivedOf, openArchive } from "../archive/archive.ts";
import type { Fork, Kept } from "../archive/keep-record.ts";
import type { Ask } from "../ask/ask.ts";
import { type Forks, openForks } from "./forks.ts";
import { createSettleFork } from "./settle-fork.ts";

const CITY = "440100";
const CALL = { caller: { kind: "operator", name: "op" } } as unknown as CallContext;
const { ISSUED, SUSPENDED, REVOKED } = CertificateState;

let house: TestRuntime;
let archive: Archive;
let forks: Forks;
beforeEach(async () => {
  house = await openTestRuntime({ service: "sync", code: "440000" });
  archive = await openArchive(house.runtime);
  forks = await openForks(house.runtime, archive, [CITY]);
});
afterEach(() => house.close());

const signer = { signDigest: () => new Uint8Array([1]) } as unknown as Department;
const made = (name: string, data: string) =>
  makeCertificate(signer, { node: CITY, name, issuedAt: daysAgo(2), data: { name: data } }).record;
const next = (record: CertificateRecord, state: CertificateState, cause = "试验") => ({
  ...changed(record, state, daysAgo(1)),
  stateCause: cause,
});
const sha256Of = (record: CertificateRecord) => archivedOf(record, house.runtime.now()).payloadSha256;

/** What the intake does with a record that holds. */
async function arrives(record: CertificateRecord): Promise<Kept | "open" | "graver" | "settled"> {
  const kept = await archive.keep(record, house.runtime.now(), async () => true);
  return typeof kept === "object" && "forked" in kept ? forks.note(kept as Fork) : kept;
}

function settle(record: CertificateRecord) {
  const settling = createSettleFork({
    ...{ runtime: house.runtime, archive, forks, judge: undefined },
    ask: { all: async () => [] } as unknown as Ask,
  });
  return settling.settle(record.identifier, sha256Of(record), CALL);
}

test("the archived certificate goes on beside the other: the list shows it as it is now, and it can be settled for by that digest", async () => {
  const [first, second] = [made("s-1", "甲店"), made("s-1", "乙店")];
  await arrives(first);
  expect(await arrives(second)).toBe("open");
  const suspended = next(first, SUSPENDED);
  expect(await arrives(suspended)).toBe("newer");
  const [listed] = (await forks.list(10, "")).items;
  expect(listed).toMatchObject({ kept: { sha256: sha256Of(suspended), state: "suspended", recordRevision: 2 } });
  expect(listed).toMatchObject({ other: { sha256: sha256Of(second) } });
  // What an operator saw before is not what would stand now: the list tells.
  await expect(settle(first)).rejects.toMatchObject({ reason: "INVALID_FIELD" });
  expect(await settle(suspended)).toMatchObject({ state: "suspended", recordRevision: 2 });
  expect(await archive.stored(first.identifier)).not.toHaveProperty("forkedSince");
  expect(await forks.get(first.identifier)).toMatchObject({
    stage: "told",
    kept: { sha256: sha256Of(suspended) },
    lost: [{ sha256: sha256Of(second) }],
  });
});

test("5.9.4: of two histories the one that was revoked meanwhile stands: nobody can settle for what would give it back", async () => {
  const first = made("s-2", "甲店");
  const suspended = next(first, SUSPENDED);
  const kept = next(suspended, ISSUED);
  await arrives(kept);
  const other = next(suspended, SUSPENDED);
  expect(await arrives(other)).toBe("graver");
  const revoked = next(other, REVOKED);
  expect(await arrives(revoked)).toBe("newer");
  expect((await forks.list(10, "")).items).toMatchObject([
    { kept: { state: "revoked", sha256: sha256Of(revoked) }, other: { state: "issued", sha256: sha256Of(kept) } },
  ]);
  await expect(settle(kept)).rejects.toMatchObject({
    reason: "STATE_CONFLICT",
    fields: [{ field: "sha256", remedy: expect.stringContaining("in which it is revoked") }],
  });
  expect(await archive.stored(first.identifier)).toMatchObject({ state: "revoked" });
  expect(await settle(revoked)).toMatchObject({ state: "revoked" });
});

test("5.9.4: nor where it is the archived one that would give it back, the revoked one being noted and not archived yet: once that has come again it is settled for", async () => {
  const first = made("s-6", "甲店");
  const suspended = next(first, SUSPENDED);
  await arrives(suspended);
  const revoked = next(first, REVOKED);
  const put = async () => Promise.reject(new Error("killed between the two"));
  forks = await openForks(house.runtime, { ...archive, put }, [CITY]);
  await expect(arrives(revoked)).rejects.toThrow("killed");
  forks = await openForks(house.runtime, archive, [CITY]);
  await expect(settle(suspended)).rejects.toMatchObject({ reason: "STATE_CONFLICT" });
  expect(await forks.get(first.identifier)).toMatchObject({ stage: "open" });
  // Its source has no receipt, and sends it again.
  expect(await arrives(revoked)).toBe("graver");
  expect(await settle(revoked)).toMatchObject({ state: "revoked" });
  expect(await archive.stored(first.identifier)).toMatchObject({ state: "revoked" });
});

test("where the list of a node's forks is full, a graver history waits outside, marked and without receipt, until there is room: then it can be settled", async () => {
  forks = await openForks(house.runtime, archive, [CITY], 1);
  const full = [made("s-3", "甲店"), made("s-3", "乙店")] as const;
  for (const record of full) await arrives(record);
  const first = made("s-4", "甲店");
  await arrives(next(next(first, SUSPENDED), ISSUED));
  const revoked = next(next(first, SUSPENDED), REVOKED);
  expect(await arrives(revoked)).toBe("open");
  expect(await archive.stored(first.identifier)).toMatchObject({ state: "issued", forkedSince: expect.any(String) });
  await settle(full[0]);
  // Its source has no receipt, and sends it again.
  expect(await arrives(revoked)).toBe("graver");
  expect(await archive.stored(first.identifier)).toMatchObject({ state: "revoked", forkedSince: expect.any(String) });
  expect(await settle(revoked)).toMatchObject({ state: "revoked" });
  expect(await archive.stored(first.identifier)).not.toHaveProperty("forkedSince");
});

test("what came after the decision is not replaced by it", async () => {
  const first = made("s-5", "甲店");
  await arrives(first);
  const before = await archive.stored(first.identifier);
  await arrives(next(first, REVOKED));
  const decided = archivedOf(made("s-5", "乙店"), house.runtime.now());
  await expect(archive.put(decided, before as NonNullable<typeof before>)).rejects.toMatchObject({
    reason: "REVISION_CONFLICT",
  });
  expect(await archive.stored(first.identifier)).toMatchObject({ state: "revoked" });
});
