import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JobOutcome, SignJob } from "../../agent/sign-job.ts";
import { createFaceRenderer } from "../../services/document/face.ts";
import { finishOfd, prepareOfdSignature } from "../../services/document/ofd/sign-ofd.ts";
import { verifyOfd } from "../../services/document/ofd/verify-ofd.ts";
import { embedSignature } from "../../services/document/prepared-pdf.ts";
import type { DataMessage } from "../../services/domain/message.ts";
import type { SignatureAlgorithm } from "../../services/trust/algorithm.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { verifyCms } from "../../services/trust/cms-verify.ts";
import { verifyPades } from "../../services/trust/pades.ts";
import { createFakeDevice, type FakeDevice } from "../fixtures/fake-device.ts";
import { type AgentHouse, buildHouse, PICTURE, TEMPLATE } from "./agent-house.ts";
import { startSigner } from "./signer.ts";

let house: AgentHouse;
let device: FakeDevice;
let directory: string;

beforeAll(async () => {
  device = createFakeDevice([
    { label: "old", algorithm: "ecdsa-p256-sha256" },
    { label: "new", algorithm: "sm2-sm3" },
  ]);
  const holders = (await device.keys()).map(({ label, publicKey }) => ({
    label,
    publicKey,
    sign: (bytes: Uint8Array) => device.sign(label, bytes),
  }));
  house = await buildHouse(holders);
  directory = mkdtempSync(join(tmpdir(), "ecert-move-"));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
  house.dispose();
});

/** Has an agent sign that was started with the policy as it stands on disk. */
async function signNow(job: SignJob): Promise<JobOutcome> {
  const running = await startSigner(house, { device, directory });
  try {
    return await running.sign(job, "core-a");
  } finally {
    await running.close();
  }
}

/** Writes the policy anew: the seal S-old signs with another key and certificate, and nothing else changes. */
function moveSeal(label: string): void {
  const policy = JSON.parse(readFileSync(house.policyFile, "utf8"));
  const [seal] = policy.seals;
  const moved = { ...seal, code: "S-old", keyLabel: label, certificateFile: `${label}.pem` };
  writeFileSync(house.policyFile, JSON.stringify({ ...policy, seals: [moved] }));
}

function expectAllGood(message: DataMessage, bytes: Uint8Array, outcome: JobOutcome, suite: SignatureAlgorithm): void {
  if (!outcome.signed) throw outcome.refusal;
  const { root, "root-sm2": national = "" } = house.authority.certificates;
  const options = { trust: createTrustAnchors([root, national]), at: new Date() };
  const good = { ok: true, findings: [], algorithm: suite };
  expect(verifyCms(outcome.messageCms, { content: bytes }, options)).toMatchObject(good);
  const face = createFaceRenderer().compile(TEMPLATE, PICTURE);
  const pdf = embedSignature(face.preparePdf(message), outcome.pdfCms);
  expect(verifyPades(pdf, options)).toMatchObject({ ...good, coveredSha256: message.faces[0]?.sha256 });
  const pending = prepareOfdSignature(face.prepareOfd(message), { suite });
  const ofd = finishOfd(pending, outcome.ofdCms);
  expect(verifyOfd(ofd, options)).toMatchObject({ ...good, suite });
}

describe("moving a seal from P-256 to SM2", () => {
  test("is a change of policy: certificates signed before and after are all good, under the same seal", async () => {
    const before = house.message("before", { seal: "S-old" });
    const beforeJob = house.job(before);
    const signedBefore = await signNow(beforeJob);
    expectAllGood(before, beforeJob.message, signedBefore, "ecdsa-p256-sha256");

    moveSeal("new");
    const after = house.message("after", { seal: "S-old" });
    const afterJob = house.job(after);
    const signedAfter = await signNow(afterJob);
    expectAllGood(after, afterJob.message, signedAfter, "sm2-sm3");
    expectAllGood(before, beforeJob.message, signedBefore, "ecdsa-p256-sha256");
  });

  test("without the certificate of the new key is refused before anything leaves the host", async () => {
    moveSeal("new");
    const policy = JSON.parse(readFileSync(house.policyFile, "utf8"));
    policy.seals[0].certificateFile = "old.pem";
    writeFileSync(house.policyFile, JSON.stringify(policy));
    const outcome = await signNow(house.job(house.message("mixed", { seal: "S-old" })));
    expect(outcome).toMatchObject({ signed: false, refusal: { reason: "DEVICE_FAULT" } });
    expect(outcome.signed ? "" : outcome.refusal.message).toContain("does not verify");
  });
});
