import { refusalOf } from "../services/call/refusal/refusal-wire.ts";
import { digestOf, type Json, sha256Hex } from "../services/domain/canonical.ts";
import { shanghaiDay } from "../services/domain/civil-date.ts";
import type { ChainEntry } from "../services/domain/hash-chain.ts";
import { instantOf } from "../services/domain/instant.ts";
import { type DataMessage, messageDigest } from "../services/domain/message.ts";
import type { Refusal } from "../services/domain/refusal.ts";
import type { ClockWatch } from "../services/host/clock-watch.ts";
import type { Logger } from "../services/host/log.ts";
import { rightTime } from "../services/host/right-time.ts";
import type { Journal } from "../services/journal/journal.ts";
import type { CatalogVersions } from "./catalog-versions.ts";
import { checkCatalog } from "./check-catalog.ts";
import { bearsGivenNumber, checkNames } from "./check-names.ts";
import { checkQr } from "./check-qr.ts";
import { type Decision, decide } from "./decide.ts";
import type { Device } from "./device/device.ts";
import type { FaceCheck } from "./face-check.ts";
import type { SignedOfDay } from "./index-rows.ts";
import type { NodeKeys } from "./node-keys.ts";
import type { OfficerLists } from "./officer-lists.ts";
import type { WaitingOrders } from "./page/waiting-orders.ts";
import type { Policy } from "./policy.ts";
import type { JobConfirmation, JobOrigin } from "./question.ts";
import type { RateLimit } from "./rate-limit.ts";
import { readMessage } from "./read-message.ts";
import { refuseMember } from "./refuse-member.ts";
import { waitsHere } from "./require-word.ts";
import type { SerialIndex } from "./serial-index.ts";
import { type CheckedFaces, type JobSignatures, signMessage } from "./sign-message.ts";

/** One certificate to be signed, as a core asks for it. */
export interface SignJob {
  jobId: string;
  /** Canonical bytes of the data message. */
  message: Uint8Array;
  origin: JobOrigin | undefined;
  confirmation?: JobConfirmation | undefined;
  templateSha256: string;
  sealPictureSha256: string;
  /** SHA-256 (hex) of the statement of the item's version. */
  catalogVersionSha256: string;
}

/** What came of a job. `missingDocuments` is filled where the refusal is `DOCUMENT_MISSING`. */
export type JobOutcome =
  | ({ signed: true; journalEntry: number } & JobSignatures)
  | { signed: false; refusal: Refusal; missingDocuments: string[] };

/** What signing needs. */
export interface SignerParts {
  node: string;
  policy: Policy;
  device: Pick<Device, "sign">;
  journal: Journal;
  faces: FaceCheck;
  catalog: Pick<CatalogVersions, "find">;
  nodeKeys: Pick<NodeKeys, "signedByNode">;
  serials: Pick<SerialIndex, "claim">;
  officers: Pick<OfficerLists, "of">;
  /** Where officers give their word on this host, and what waits for that; `undefined`: nowhere. */
  desk?: { page: string; waiting: Pick<WaitingOrders, "keep" | "wordFor"> } | undefined;
  rate: RateLimit;
  clockSkewSeconds: number;
  /** How right `now` is. */
  clock: Pick<ClockWatch, "require">;
  now: () => Date;
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

const JOB_ID = /^[\x21-\x7e]{1,64}$/;
/** Refusals in the journal per minute: a hostile core must not be able to fill the disk with them. */
const JOURNALLED_REFUSALS = 600;

/**
 * Makes the road of one job: read strictly, ask the policy, verify the origin, hold the message to what the province
 * signed and to what follows from it, draw both faces, take the serial, journal the intent, sign, verify the result, journal it. Jobs
 * of one turn share the journal's syncs and the device's batches.
 *
 * What the device signs is built here: CMS attributes over the digest of the message's own bytes and of the PDF that was drawn here;
 * for the OFD a CMS, or TBS_Sign of GB/T 38540 where the policy has an electronic seal, over the signature file, which follows from
 * the package that was drawn here. No digest of the core's choice is ever signed.
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
      const checked = await checkJob(parts, job, core);
      const intent = await intend(parts, job, core, checked);
      passed("intent-journalled");
      const signatures = await signMessage(parts, job.message, checked);
      passed("device-signed");
      // What was signed for whom stands in the intent, which it names.
      const entry = await journal.append("signed", {
        intended: intent.n,
        messageCms: sha256Hex(signatures.messageCms),
        pdfCms: sha256Hex(signatures.pdfCms),
        ofdCms: sha256Hex(signatures.ofdCms),
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

/** A message that may be signed, and its faces as they were drawn here. */
interface CheckedJob extends CheckedFaces {
  message: DataMessage;
}

/** Every member of message and job is held to the department's signature, the province's, the policy, or what follows from these. */
async function checkJob(parts: SignerParts, job: SignJob, core: string): Promise<CheckedJob> {
  const { node, policy, faces, catalog, nodeKeys, officers, clockSkewSeconds, rate, desk } = parts;
  faces.expect();
  if (!JOB_ID.test(job.jobId)) throw refuseMember("job_id", job.jobId, "1 to 64 visible characters of ASCII");
  const now = rightTime(parts);
  const message = readMessage(job.message);
  const { origin, confirmation, templateSha256, sealPictureSha256 } = job;
  const id = sha256Hex(job.message);
  const spoken = desk?.waiting.wordFor(id);
  const question = { message, origin, confirmation, word: spoken };
  const decision = decide(policy, question, { node, now, clockSkewSeconds, officers, page: desk?.page });
  const { seal } = decision;
  const word = catalog.find(job.catalogVersionSha256);
  const ordered = decision.waits ? undefined : (confirmation ?? (decision.confirmed ? spoken : origin));
  const orderedAt = ordered ? new Date(instantOf(ordered.signedAt)) : now;
  checkCatalog(message, word, { orderedAt, now: new Date(now.getTime() + clockSkewSeconds * 1000) });
  checkNames(message.metadata, { signed: ordered !== undefined, number: ordered?.numberGiven ?? false });
  await checkQr(message.metadata, (text, signature) => nodeKeys.signedByNode(node, text, signature, now));
  requireDigest("template_sha256", templateSha256, word.statement.templateSha256, "the province signed");
  requireDigest(
    "seal_picture_sha256",
    sealPictureSha256,
    seal.picture.sha256,
    `the policy names for seal ${seal.code}`,
  );
  const formats = message.faces.map(({ format }) => format).join(" ");
  if (formats !== "pdf ofd") throw refuseMember("faces", formats, "one PDF and one OFD behind it are signed");
  const assets = faces.gather(message, templateSha256, seal.picture.text);
  const { ofd, pdf } = await faces.draw(message, assets, seal.electronic !== undefined);
  if (decision.waits && desk) {
    const { app, itemCode } = message.metadata;
    const numberGiven = bearsGivenNumber(message.metadata);
    desk.waiting.keep({ id, message, numberGiven, pdf: pdf.bytes, core, since: now });
    throw waitsHere(itemCode, app, desk.page);
  }
  // Last of all, so that only what would be signed counts.
  rate(`seal ${seal.code}`, seal.ratePerMinute);
  return { message, decision, pdf, ofd };
}

function requireDigest(member: string, found: string, right: string, whose: string): void {
  if (found !== right) throw refuseMember(member, found, `not the one that ${whose}: ${right}`);
}

/** Takes the serial for this message, then journals the intent: only one message of a serial is ever intended. */
async function intend(
  parts: SignerParts,
  job: SignJob,
  core: string,
  { message, decision }: CheckedJob,
): Promise<ChainEntry> {
  const { app, businessSerial, identifier } = message.metadata;
  const digest = messageDigest(message);
  const latest = signedOfDay(job, message, decision);
  const claim = parts.serials.claim({ app, businessSerial, identifier, digest, latest }, decision.confirmed);
  try {
    const intent = { ...intentOf(job, core, message, decision), ...latest, order: digest };
    const entry = await parts.journal.append("intended", intent);
    claim.confirm(entry);
    return entry;
  } catch (error) {
    claim.release();
    throw error;
  }
}

/** What tells one message of a certificate from another of the same day. */
function signedOfDay({ message }: SignJob, { metadata }: DataMessage, { seal }: Decision): SignedOfDay {
  const shown = digestOf({ seal: seal.code, picture: seal.picture.sha256, electronic: seal.electronic !== undefined });
  return { day: shanghaiDay(new Date(instantOf(metadata.preparedAt))), message: sha256Hex(message), shown };
}

/** Digests and codes only: the journal holds no personal data, and proves what was signed all the same. */
function intentOf(job: SignJob, core: string, { metadata, faces }: DataMessage, decision: Decision) {
  const { seal } = decision;
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
    ofd: faces[1]?.sha256 ?? "",
    template: job.templateSha256,
    catalogVersion: job.catalogVersionSha256,
    origin: wordOf(job, decision),
  };
}

/** By whose word it is signed. */
function wordOf({ origin }: SignJob, { item, confirmed }: Decision): Json {
  if (confirmed) return { ...confirmed };
  return origin ? { keyId: origin.keyId, signedAt: origin.signedAt } : item.origin;
}
