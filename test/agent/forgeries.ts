import { generateKeyPairSync, sign } from "node:crypto";
import type { JobConfirmation } from "../../agent/question.ts";
import type { SignJob } from "../../agent/sign-job.ts";
import { canonicalBytes, canonicalJson, sha256Hex } from "../../services/domain/canonical.ts";
import { certificateIdentifier } from "../../services/domain/certificate-identifier.ts";
import { certificateSerial } from "../../services/domain/certificate-serial.ts";
import { type DataMessage, DRAWING } from "../../services/domain/message.ts";
import { signedNodeKeyList } from "../../services/trust/node-key-list.ts";
import { makePng } from "../document/png.ts";
import { type AgentHouse, APP, CONSOLE, NODE, PHOTO_ITEM, PHOTO_TEMPLATE, PROVINCE } from "./agent-house.ts";

/** A job in the hands of a hostile core: it may change every member of it, and what it sends along. */
export interface Draft {
  message: DataMessage;
  job: Omit<SignJob, "message">;
  assets: Pick<AgentHouse["assets"], "documents" | "attachments" | "catalogVersions"> & { nodeKeys: Uint8Array };
}

const PHOTO = makePng(4, 4);

/** A genuine job with every member that there is: a replacement with validity, attachment and QR text. */
export function genuine(house: AgentHouse, businessSerial: string): Draft {
  const plain = house.message(businessSerial, { itemCode: PHOTO_ITEM });
  const issuer = plain.metadata.issuer.code;
  const order = { node: NODE, issueDate: "2026-01-05", app: APP, businessSerial: `${businessSerial}-before` };
  const parts = { typeCode: plain.metadata.typeCode, issuer, serial: certificateSerial(order), version: 1 };
  const replaces = certificateIdentifier(parts);
  const validity = { validFrom: "2026-11-24", validTo: "2031-11-23" };
  const attachment = { name: "照片", mediaType: "image/png", size: PHOTO.length, sha256: sha256Hex(PHOTO) };
  const metadata = { ...plain.metadata, number: "", replaces, version: 2, ...validity };
  const message = dress(house, { ...plain, metadata, attachments: [attachment] });
  const { message: _bytes, ...job } = house.job(message);
  const { documents, catalogVersions } = house.assets;
  return { message, job, assets: { documents, catalogVersions, attachments: [PHOTO], nodeKeys: new Uint8Array() } };
}

/** The same, ordered on screen and confirmed by an officer. */
export function confirmed(house: AgentHouse, businessSerial: string): Draft {
  const draft = genuine(house, businessSerial);
  const metadata = { ...draft.message.metadata, number: "", app: CONSOLE };
  const message = dress(house, { ...draft.message, metadata });
  const [whole] = house.confirmed([message]);
  const { message: _bytes, ...job } = whole as SignJob;
  return { ...draft, message, job };
}

/** What the job of a member's alteration is taken from: one that has the member. */
export function genuineWith(member: string, house: AgentHouse, businessSerial: string): Draft {
  return (member.startsWith("job.confirmation.") ? confirmed : genuine)(house, businessSerial);
}

function dress(house: AgentHouse, message: Omit<DataMessage, "faces">): DataMessage {
  return house.dressed(message, { template: PHOTO_TEMPLATE, files: new Map([[sha256Hex(PHOTO), PHOTO]]) });
}

/** A draft that a core tried to make fit; `fits` where it could. */
export interface FittedDraft {
  draft: Draft;
  fits: boolean;
}

/** The draft with everything that a core can compute or sign made to fit what was altered: names, QR text, faces. */
export function fitted(house: AgentHouse, draft: Draft): FittedDraft {
  try {
    return { draft: { ...draft, message: dress(house, draft.message) }, fits: true };
  } catch {
    // What cannot be drawn or named any more is sent as it is.
    return { draft, fits: false };
  }
}

/** Members that no core makes fit, for the face cannot be drawn: a JPEG that is a PNG, and a picture that nobody has. */
export const UNDRAWABLE: ReadonlySet<string> = new Set([
  "message.attachments[].mediaType",
  "message.attachments[].sha256",
  "message.drawing",
]);

/** The job as it is sent. */
export function sent({ message, job }: Draft, jobId = job.jobId): SignJob {
  return { ...job, jobId: job.jobId === "" ? "" : jobId, message: canonicalBytes(message) };
}

/** Alters one member of a draft. */
export type Alteration = (draft: Draft, house: AgentHouse) => void;

const metadata =
  (change: (metadata: DataMessage["metadata"]) => object): Alteration =>
  (draft) =>
    void Object.assign(draft.message.metadata, change(draft.message.metadata));
const holder = (change: object) =>
  metadata(({ holders }) => ({ holders: holders.map((one) => ({ ...one, ...change })) }));
const issuer = (change: object) => metadata((one) => ({ issuer: { ...one.issuer, ...change } }));
const attachment =
  (change: object): Alteration =>
  ({ message }) =>
    void Object.assign(message.attachments[0] as object, change);
const origin =
  (change: object): Alteration =>
  ({ job }) => {
    if (job.origin) job.origin = { ...job.origin, ...change };
  };
const confirmation =
  (change: (given: JobConfirmation) => object): Alteration =>
  ({ job }) => {
    if (job.confirmation) job.confirmation = { ...job.confirmation, ...change(job.confirmation) };
  };
const flipped = (bytes: Uint8Array, place: number) => bytes.map((byte, at) => (at === place ? byte ^ 1 : byte));
const OTHER = "ab".repeat(32);
const STRANGER = generateKeyPairSync("ed25519");

/** A statement of which a core changed the name, with the province's signature over the one before, or with its own over any. */
function forgedVersion(draft: Draft, house: AgentHouse, which: "statement" | "signature"): void {
  const { statement, signature } = house.version(PHOTO_ITEM, { faceTemplateJson: PHOTO_TEMPLATE });
  const text = new TextDecoder().decode(statement);
  const renamed = which === "statement" ? text.replace("营业执照", "特许执照") : text.replace(/Z"/, '+00:00"');
  const forged = {
    $typeName: "ecert.agent.v1.SignedStatement" as const,
    statement: new TextEncoder().encode(renamed),
    signature: which === "statement" ? signature : new Uint8Array(sign(null, statement, STRANGER.privateKey)),
  };
  draft.assets.catalogVersions = [forged];
  draft.job.catalogVersionSha256 = sha256Hex(forged.statement);
  if (which === "statement") draft.message.metadata.name = "特许执照";
}

/** How a hostile core alters each member; the keys are those of the table in agent/README.md. */
export const ALTERATIONS: Readonly<Record<string, Alteration>> = {
  "message.schema": ({ message }) => void Object.assign(message, { schema: "ecert.message.v1" }),
  "message.drawing": ({ message }) => void Object.assign(message, { drawing: DRAWING + 1 }),
  "message.metadata.identifier": metadata(({ identifier }) => ({
    identifier: identifier.replace(/.\.002\../, "0.002.0"),
  })),
  "message.metadata.number": metadata(() => ({ number: "粤A-1" })),
  "message.metadata.name": metadata(() => ({ name: "特许执照" })),
  "message.metadata.typeCode": metadata(() => ({ typeCode: "11990000MB0DEM017Y002" })),
  "message.metadata.itemCode": metadata(() => ({ itemCode: "GD-XX-0001" })),
  "message.metadata.itemVersion": metadata(() => ({ itemVersion: 7 })),
  "message.metadata.version": metadata(() => ({ version: 3 })),
  "message.metadata.holders[].name": holder({ name: "别的公司" }),
  "message.metadata.holders[].code": holder({ code: "91440101MA5DEM1235" }),
  "message.metadata.holders[].codeType": holder({ codeType: "111" }),
  "message.metadata.issuer.name": issuer({ name: "别的局" }),
  "message.metadata.issuer.code": issuer({ code: "11440106MB9DEM11X6" }),
  "message.metadata.issuer.division": issuer({ division: "440300" }),
  "message.metadata.issueDate": metadata(() => ({ issueDate: "2026-11-23" })),
  "message.metadata.validFrom": metadata(() => ({ validFrom: "2026-11-25" })),
  "message.metadata.validTo": metadata(() => ({ validTo: "2041-11-23" })),
  "message.metadata.preparedAt": metadata(() => ({ preparedAt: "2019-06-03T10:00:00+08:00" })),
  "message.metadata.node": metadata(() => ({ node: "440300" })),
  "message.metadata.app": metadata(() => ({ app: "440100-other" })),
  "message.metadata.businessSerial": metadata(() => ({ businessSerial: "another" })),
  "message.metadata.seal": metadata(() => ({ seal: "S-other" })),
  "message.metadata.replaces": metadata(({ typeCode, issuer: { code } }) => {
    const serial = certificateSerial({ node: NODE, issueDate: "2026-01-05", app: APP, businessSerial: "some-other" });
    return { replaces: certificateIdentifier({ typeCode, issuer: code, serial, version: 1 }) };
  }),
  "message.metadata.qr": metadata(({ qr = "" }) => ({ qr: `${qr.slice(0, -86)}${"A".repeat(86)}` })),
  "message.data": ({ message }) => {
    message.data = { ...message.data, name: "别的公司" };
  },
  "message.attachments[].name": attachment({ name: "说明" }),
  "message.attachments[].mediaType": attachment({ mediaType: "image/jpeg" }),
  "message.attachments[].size": attachment({ size: 7 }),
  "message.attachments[].sha256": attachment({ sha256: OTHER }),
  "message.faces[].format": ({ message }) => void message.faces.reverse(),
  "message.faces[].sha256": ({ message }) => {
    message.faces = message.faces.map((face) => (face.format === "pdf" ? { ...face, sha256: OTHER } : face));
  },
  "job.job_id": ({ job }) => {
    job.jobId = "";
  },
  "job.origin.key_id": origin({ keyId: "k2" }),
  "job.origin.signed_at": origin({ signedAt: new Date(Date.now() + 1_000).toISOString() }),
  "job.origin.signature": ({ job }) => {
    if (job.origin)
      job.origin = { ...job.origin, signature: job.origin.signature.map((byte, at) => (at === 20 ? byte ^ 1 : byte)) };
  },
  "job.origin.number_given": origin({ numberGiven: true }),
  "job.confirmation.signed_at": confirmation(() => ({ signedAt: new Date(Date.now() + 1_000).toISOString() })),
  "job.confirmation.orders": confirmation(({ orders }) => ({ orders: [...orders, OTHER] })),
  "job.confirmation.credential_id": confirmation(({ credentialId }) => ({ credentialId: flipped(credentialId, 0) })),
  "job.confirmation.authenticator_data": confirmation(({ authenticatorData }) => ({
    authenticatorData: flipped(authenticatorData, 36),
  })),
  "job.confirmation.client_data_json": confirmation(({ clientDataJson }) => ({
    clientDataJson: Buffer.concat([clientDataJson, Buffer.from(" ")]),
  })),
  "job.confirmation.signature": confirmation(({ signature }) => ({
    signature: flipped(signature, signature.length - 1),
  })),
  "job.confirmation.number_given": confirmation(() => ({ numberGiven: true })),
  "job.template_sha256": ({ job }) => {
    job.templateSha256 = OTHER;
  },
  "job.seal_picture_sha256": ({ job }) => {
    job.sealPictureSha256 = OTHER;
  },
  "job.catalog_version_sha256": ({ job }) => {
    job.catalogVersionSha256 = OTHER;
  },
  "assets.documents": ({ assets }) => {
    assets.documents = [new TextEncoder().encode(PHOTO_TEMPLATE.replace('"size":20', '"size":21'))];
  },
  "assets.attachments": ({ assets }) => {
    assets.attachments = [makePng(5, 5)];
  },
  "assets.catalog_versions.statement": (draft, house) => forgedVersion(draft, house, "statement"),
  "assets.catalog_versions.signature": (draft, house) => forgedVersion(draft, house, "signature"),
  "assets.node_keys": (draft) => {
    const key = String(STRANGER.publicKey.export({ format: "jwk" }).x);
    const nodes = { [NODE]: [{ key, since: "2026-01-01T00:00:00.000Z" }] };
    const list = { publisher: PROVINCE, builtAt: "2026-11-01T00:00:00.000Z", nodes };
    draft.assets.nodeKeys = signedNodeKeyList(list, (bytes) => sign(null, bytes, STRANGER.privateKey));
  },
};

/** A copy that can be altered without touching the draft that it was taken from. */
export function copied({ message, job, assets }: Draft): Draft {
  return { message: JSON.parse(canonicalJson(message)) as DataMessage, job: { ...job }, assets: { ...assets } };
}
