import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openMemory } from "../../agent/memory.ts";
import { createJobSigner, type JobOutcome, type SignJob } from "../../agent/sign-job.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import type { DataMessage } from "../../services/domain/message.ts";
import { createFakeDevice } from "../fixtures/fake-device.ts";
import { type AgentHouse, ATTESTED_ITEM, buildHouse, ITEM } from "./agent-house.ts";
import { startSigner, type TestSigner } from "./signer.ts";

const bindings = [
  { dataItem: "/name", metadata: "holders[0].name" },
  { dataItem: "/no", metadata: "number" },
];
const OTHER = "别的公司";
let house: AgentHouse;
let running: TestSigner;
let directory: string;

beforeAll(async () => {
  const device = createFakeDevice([{ label: "p256", algorithm: "ecdsa-p256-sha256" }]);
  const [key] = await device.keys();
  const sign = (bytes: Uint8Array) => device.sign("p256", bytes);
  house = await buildHouse([{ label: "p256", publicKey: key?.publicKey ?? new Uint8Array(), sign }]);
  directory = mkdtempSync(join(tmpdir(), "ecert-bound-"));
  running = await startSigner(house, { device, directory });
});
afterAll(async () => {
  await running.close();
  rmSync(directory, { recursive: true });
  house.dispose();
});

/** What the agent says to a job under a version of its item that a core shows it. */
async function signed(job: SignJob, version: { statement: Uint8Array; signature: Uint8Array }): Promise<JobOutcome> {
  const { journal, faces } = running.parts;
  const log = { error: () => undefined, warn: () => undefined };
  const journalDirectory = mkdtempSync(join(directory, "index-"));
  const memory = await openMemory({ ...house.keys, journalDirectory, journal, faces, log });
  try {
    memory.hold({ ...house.assets, catalogVersions: [{ $typeName: "ecert.agent.v1.SignedStatement", ...version }] });
    const sign = createJobSigner({ ...running.parts, catalog: memory.catalog });
    return await sign({ ...job, catalogVersionSha256: sha256Hex(version.statement) }, "core-a");
  } finally {
    memory.close();
  }
}

/** A message with other data, and its faces as they follow: what a core can make of it. */
function withData(serial: string, itemCode: string, change: (message: DataMessage) => object): DataMessage {
  const message = house.message(serial, { itemCode });
  return house.dressed({ ...message, data: { ...message.data, ...change(message) } });
}

const same = ({ metadata }: DataMessage) => ({ no: metadata.number });
const refusalIn = (outcome: JobOutcome) => (outcome.signed ? undefined : outcome.refusal);

describe("5.3 data items that the province has bound to the metadata", () => {
  test("are signed where both say the same", async () => {
    const job = house.job(withData("same", ITEM, same));
    expect(refusalIn(await signed(job, house.version(ITEM, { bindings })))).toBeUndefined();
  });

  test("a core that shows another company on an attested licence is refused, with both members and without their values", async () => {
    const lie = withData("lie", ATTESTED_ITEM, (message) => ({ ...same(message), name: OTHER }));
    const job = house.job(lie, { origin: false });
    const refusal = refusalIn(await signed(job, house.version(ATTESTED_ITEM, { bindings })));
    expect(refusal).toMatchObject({
      reason: "DATA_MISMATCH",
      fields: [{ field: "/data/name" }, { field: "metadata.holders[0].name" }],
    });
    expect(refusal?.localized).toContain("/data/name 应与 metadata.holders[0].name 相同");
    expect(JSON.stringify([refusal?.message, refusal?.metadata])).not.toContain(OTHER);
    // Under a version that binds nothing it would have been signed, as it always was.
    expect(refusalIn(await signed(job, house.version(ATTESTED_ITEM)))).toBeUndefined();
  });

  test("a department that signed such an order itself is refused too", async () => {
    const job = house.job(withData("careless", ITEM, () => ({ no: "粤A-1" })));
    expect(refusalIn(await signed(job, house.version(ITEM, { bindings })))).toMatchObject({
      reason: "DATA_MISMATCH",
      fields: [{ field: "/data/no" }, { field: "metadata.number" }],
    });
  });

  test("a core that leaves the bindings out of the province's word shows nothing that the province signed", async () => {
    const lie = withData("stripped", ATTESTED_ITEM, () => ({ name: OTHER }));
    const stripped = {
      ...house.version(ATTESTED_ITEM, { bindings }),
      statement: house.version(ATTESTED_ITEM).statement,
    };
    expect(refusalIn(await signed(house.job(lie, { origin: false }), stripped))).toMatchObject({
      reason: "SIGNATURE_INVALID",
    });
  });
});
