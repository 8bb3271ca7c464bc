import { describe, expect, onTestFinished, test } from "vitest";
import { type CertificateRecord, CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { openTestRuntime } from "../../../test/fixtures/runtime.ts";
import { changed, daysAgo, makeCertificate } from "../../../test/sync/records.ts";
import type { Department } from "../../../test/trust/department.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { archivedOf, openArchive } from "../archive/archive.ts";
import type { Fork } from "../archive/keep-record.ts";
import type { Ask } from "../ask/ask.ts";
import { openForks } from "./forks.ts";
import { createSettleFork } from "./settle-fork.ts";

const CITY = "440100";
const CALL = { caller: { kind: "operator", name: "op" } } as unknown as CallContext;
const signer = { signDigest: () => new Uint8Array([1]) } as unknown as Department;

describe.each(await bothEngines())("what a node is told of its forks, on $name", (engine) => {
  async function openProvince() {
    const { store, remove } = await engine.open();
    const { runtime, close } = await openTestRuntime({ service: "sync", code: "440000", store });
    onTestFinished(async () => {
      await close();
      await remove();
    });
    const archive = await openArchive(runtime);
    const forks = await openForks(runtime, archive, [CITY]);
    const settling = createSettleFork({ runtime, archive, forks, judge: undefined, ask: {} as Ask });
    const now = runtime.now();
    const sha256Of = (record: CertificateRecord) => archivedOf(record, now).payloadSha256;
    const settle = (record: CertificateRecord) => settling.settle(record.identifier, sha256Of(record), CALL);
    /** What the intake does with a record that holds. */
    async function arrives(record: CertificateRecord): Promise<void> {
      const kept = await archive.keep(record, now, async () => true);
      if (typeof kept === "object" && "forked" in kept) await forks.note(kept as Fork);
      else await forks.followed(archivedOf(record, now));
    }
    return { forks, arrives, settle, sha256Of };
  }

  const made = (name: string, data: string) =>
    makeCertificate(signer, { node: CITY, name, issuedAt: daysAgo(2), data: { name: data } }).record;

  test("a decision for the archived record is told with that record, until the node has sent it, or what has come of it", async () => {
    const { forks, arrives, settle, sha256Of } = await openProvince();
    const records = ["t-1", "t-2", "t-3"].map((name) => [made(name, "甲店"), made(name, "乙店")] as const);
    for (const pair of records) for (const record of pair) await arrives(record);
    const [one, two, open] = records.map(([first]) => first) as [
      CertificateRecord,
      CertificateRecord,
      CertificateRecord,
    ];
    for (const first of [one, two]) await settle(first);
    const told = await forks.of(CITY);
    expect(told.count).toBe(3);
    expect(told.identifiers.toSorted()).toEqual([one, two, open].map(({ identifier }) => identifier).toSorted());
    const named = ({ identifier, ...record }: CertificateRecord) => ({
      identifier,
      sha256: sha256Of({ identifier, ...record }),
    });
    expect(told.settled).toHaveLength(2);
    expect(told.settled).toEqual(expect.arrayContaining([named(one), named(two)]));
    await arrives(one);
    await arrives(changed(two, CertificateState.REVOKED, daysAgo(1)));
    expect(await forks.of(CITY)).toEqual({ identifiers: [open.identifier], settled: [], count: 1 });
  });
});
