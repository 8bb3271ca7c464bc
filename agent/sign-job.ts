import { createHash } from "node:crypto";
import type { PreparedOfd } from "../services/document/ofd/prepared-ofd.ts";
import { type PendingOfd, prepareOfdSignature } from "../services/document/ofd/sign-ofd.ts";
import { type PreparedPdf, rangeDigest } from "../services/document/prepared-pdf.ts";
import { sha256Hex } from "../services/domain/canonical.ts";
import type { DataMessage } from "../services/domain/message.ts";
import { Refusal } from "../services/domain/refusal.ts";
import type { Journal } from "../services/runtime/journal.ts";
import { refusalOf } from "../services/runtime/refusal-wire.ts";
import type { Logger } from "../services/runtime/runtime.ts";
import { type PreparedCms, prepareCms } from "../services/trust/cms.ts";
import { prepareSealSignature } from "../services/trust/seal/prepare-seal-signature.ts";
import { digestNameOf } from "../services/trust/signing-certificate.ts";
import type { RenderRule } from "./config/policy-file.ts";
import { type Decision, decide, type JobOrigin } from "./decide.ts";
import type { Device } from "./device/device.ts";
import { verifySignature } from "./device/health-probe.ts";
import type { FaceCheck } from "./face-check.ts";
import type { Policy, SealRule } from "./policy.ts";
import type { RateLimit } from "./rate-limit.ts";
import { readMessage } from "./read-message.ts";

/** One certificate to be signed, as a core asks for it. */
export interface SignJob {
  jobId: string;
  /** Canonical bytes of the data message. */
  message: Uint8Array;
  origin: JobOrigin | undefined;
  templateSha256: string;
  sealPictureSha256: string;
}

/** What came of a job. `missingDocuments` is filled where the refusal is `DOCUMENT_MISSING`. */
export type JobOutcome =
  | ({ signed: true; journalEntry: number } & JobSignatures)
  | { signed: false; refusal: Refusal; missingDocuments: string[] };

/** The signatures of a job: over the data message, over its PDF, and over its OFD where the message names one. */
export interface JobSignatures {
  messageCms: Uint8Array;
  pdfCms: Uint8Array;
  ofdCms?: Uint8Array;
}

/** What signing needs. */
export interface SignerParts {
  node: string;
  policy: Policy;
  device: Pick<Device, "sign">;
  journal: Journal;
  faces: FaceCheck;
  rate: RateLimit;
  clockSkewSeconds: number;
  now: () => Date;
  /** Decides which faces of a sampled item are drawn again; a core must not be able to foresee it. */
  random: () => number;
  /** Told after each job: `signed`, or the reason of the refusal; seconds only for what the device signed. */
  onOutcome: (outcome: string, deviceSeconds?: number) => void;
  /** Called behind each step of a job; tests end the agent right there. */
  passed?: (step: AgentStep) => void;
  log: Pick<Logger, "error">;
}

/** Steps on the road of one job, in order. */
export type AgentStep = "intent-journalled" | "device-signed" | "signature-journalled";

/** Signs one job for the core named. Never rejects: what goes wrong is in the outcome. */
export type JobSigner = (job: SignJob, core: string) => Promise<JobOutcome>;

/** Refusals in the journal per minute: a hostile core must not be able to fill the disk with them. */
const JOURNALLED_REFUSALS = 600;

/**
 * Makes the road of one job (design §3.6): read strictly, ask the policy, verify the origin, draw the face again, journal
 * the intent, sign, verify the result, journal it. Jobs of one turn share the journal's syncs and the device's batches.
 *
 * What the device signs is built here: CMS attributes over the digest of the message's own bytes and over the face
 * digest that stands in that message; for an OFD a CMS, or TBS_Sign of GB/T 38540 where the policy has an electronic seal, over
 * the signature file, which follows from the package that was drawn here. No digest of the core's choice is ever signed.
 */
export function createJobSigner(parts: SignerParts): JobSigner {
  const { journal, onOutcome, rate, passed = () => {} } = parts;

  async function refuse(job: SignJob, core: string, thrown: unknown): Promise<JobOutcome> {
    const refusal = refusalOf(thrown);
    onOutcome(refusal.reason);
    if (refusal.reason === "INTERNAL") parts.log.error({ ...refusal.metadata, cause: refusal.cause }, "job failed");
    const missingDocuments = refusal.reason === "DOCUMENT_MISSING" ? (refusal.metadata.missing?.split(" ") ?? []) : [];
    if (missingDocuments.length > 0) return { signed: false, refusal, missingDocuments };
    const body = { core, message: sha256Hex(job.message), reason: refusal.reason, ...refusal.metadata };
    try {
      rate("refusals in the journal", JOURNALLED_REFUSALS);
      await journal.append("refused", body);
    } catch {
      // The refusal stands whether or not it could be written down: nothing was signed.
    }
    return { signed: false, refusal, missingDocuments };
  }

  return async (job, core) => {
    try {
      const checked = await checkJob(parts, job);
      const { message, decision } = checked;
      const intent = await journal.append("intended", intentOf(job, core, message, decision));
      passed("intent-journalled");
      const signatures = await signMessage(parts, job, checked);
      passed("device-signed");
      const entry = await journal.append("signed", {
        intended: intent.n,
        identifier: message.metadata.identifier,
        messageCms: sha256Hex(signatures.messageCms),
        pdfCms: sha256Hex(signatures.pdfCms),
        ...(signatures.ofdCms && { ofdCms: sha256Hex(signatures.ofdCms) }),
      });
      passed("signature-journalled");
      onOutcome("signed", signatures.deviceSeconds);
      const { deviceSeconds: _, ...signed } = signatures;
      return { signed: true, ...signed, journalEntry: entry.n };
    } catch (error) {
      return refuse(job, core, error);
    }
  };
}

/** A message that may be signed, and its OFD where it names one: its signature file cannot be had without drawing it. */
interface CheckedJob {
  message: DataMessage;
  decision: Decision;
  /** Drawn by policy, and always for SM2: it signs the SM3 of the byte range, which the message does not name. */
  pdf: PreparedPdf | undefined;
  ofd: PreparedOfd | undefined;
}

async function checkJob(parts: SignerParts, job: SignJob): Promise<CheckedJob> {
  const { node, policy, faces, now, clockSkewSeconds, rate } = parts;
  const message = readMessage(job.message);
  const { origin, templateSha256, sealPictureSha256 } = job;
  const decision = decide(policy, { message, origin, templateSha256 }, { node, now: now(), clockSkewSeconds });
  const { seal, item } = decision;
  const drawn = isDrawn(item.render, parts.random) || digestNameOf(seal.signer) !== "sha256";
  const hasOfd = message.faces.some(({ format }) => format === "ofd");
  const assets = drawn || hasOfd ? faces.gather(message, templateSha256, sealPictureSha256) : undefined;
  const [ofd, pdf] = await Promise.all([
    assets && hasOfd ? faces.drawOfd(message, assets, seal.electronic !== undefined) : undefined,
    assets && drawn ? faces.drawPdf(message, assets) : undefined,
  ]);
  // Last of all, so that only what would be signed counts.
  rate(`seal ${seal.code}`, seal.ratePerMinute);
  return { message, decision, pdf, ofd };
}

async function signMessage(
  parts: SignerParts,
  job: SignJob,
  { message, decision, pdf, ofd }: CheckedJob,
): Promise<JobSignatures & { deviceSeconds: number }> {
  const { keyLabel, signer, electronic } = decision.seal;
  const hash = digestNameOf(signer);
  const pdfDigest = pdf ? rangeDigest(pdf, hash) : Buffer.from(message.faces[0]?.sha256 ?? "", "hex");
  const messageDigest = createHash(hash).update(job.message).digest();
  const pending = ofd && prepareOfdSignature(ofd, { suite: signer.algorithm, ...(electronic && { seal: electronic }) });
  const orders = [
    prepareCms({ contentDigest: messageDigest, signer, pades: false, signingTime: parts.now() }),
    prepareCms({ contentDigest: pdfDigest, signer, pades: true }),
    pending && prepareOfdValue(pending, decision.seal, parts.now()),
  ] as const;
  const start = performance.now();
  const sign = async (prepared: PreparedCms) => {
    const signature = await parts.device.sign(keyLabel, prepared.toBeSigned);
    if (!(await verifySignature(signer.parsed.publicKey, prepared.toBeSigned, signature))) {
      const remedy = `see that key ${keyLabel} is the one of the seal's certificate`;
      throw new Refusal("DEVICE_FAULT", `the device's signature does not verify: ${remedy}`, {
        metadata: { keyLabel },
      });
    }
    return prepared.finish(signature);
  };
  const [messageCms, pdfCms, ofdCms] = await Promise.all([
    sign(orders[0]),
    sign(orders[1]),
    orders[2] && sign(orders[2]),
  ]);
  return { messageCms, pdfCms, ...(ofdCms && { ofdCms }), deviceSeconds: (performance.now() - start) / 1000 };
}

/** What SignedValue.dat will hold: a signature by electronic seal where the policy has one, else a CMS. */
function prepareOfdValue(pending: PendingOfd, { signer, electronic: seal }: SealRule, time: Date): PreparedCms {
  const { digest, signaturePath: propertyInfo } = pending;
  if (!seal) return prepareCms({ contentDigest: digest, signer, pades: false });
  return prepareSealSignature({ seal, dataHash: digest, propertyInfo, time, signer });
}

/** Digests and codes only: the journal holds no personal data, and proves what was signed all the same. */
function intentOf(job: SignJob, core: string, { metadata, faces }: DataMessage, { seal, item }: Decision) {
  return {
    core,
    identifier: metadata.identifier,
    item: metadata.itemCode,
    itemVersion: metadata.itemVersion,
    issuer: metadata.issuer.code,
    seal: seal.code,
    key: seal.keyLabel,
    app: metadata.app,
    businessSerial: metadata.businessSerial,
    message: sha256Hex(job.message),
    pdf: faces[0]?.sha256 ?? "",
    ...(faces[1] && { ofd: faces[1].sha256 }),
    template: job.templateSha256,
    origin: job.origin ? { keyId: job.origin.keyId, signedAt: job.origin.signedAt } : item.origin,
    render: typeof item.render === "string" ? item.render : `sampled ${item.render.sampled}`,
  };
}

function isDrawn(rule: RenderRule, random: () => number): boolean {
  return typeof rule === "object" ? random() < rule.sampled : rule === "always";
}
