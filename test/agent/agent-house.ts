import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReceivedStatement } from "../../agent/catalog-versions.ts";
import type { SignJob } from "../../agent/sign-job.ts";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import type { FaceAssets } from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { createFaceRenderer } from "../../services/document/face.ts";
import type { AttachedFiles } from "../../services/document/layout/compile-template.ts";
import type { SealPicture } from "../../services/document/seal-picture.ts";
import { canonicalJson, type JsonObject, sha256Hex } from "../../services/domain/canonical.ts";
import { certificateIdentifier, parseCertificateIdentifier } from "../../services/domain/certificate-identifier.ts";
import { certificateSerial } from "../../services/domain/certificate-serial.ts";
import { formatShanghaiTime } from "../../services/domain/civil-date.ts";
import { confirmationChallenge, confirmedDigest } from "../../services/domain/confirmation.ts";
import { consoleApp } from "../../services/domain/console-app.ts";
import { type DataMessage, DRAWING, messageBytes, messageForm } from "../../services/domain/message.ts";
import { originStatementOf } from "../../services/domain/origin-statement.ts";
import { qrSignedText, qrStatementOf, qrText } from "../../services/domain/signed-qr.ts";
import {
  catalogSignedBytes,
  catalogStatementBytes,
  catalogStatementOf,
  type PublishedVersion,
} from "../../services/trust/catalog-version.ts";
import { makeCertificateRequest } from "../../services/trust/certificate-request.ts";
import { signAsNode } from "../../services/trust/node-key.ts";
import { type OfficerList, signOfficerList } from "../../services/trust/officers/officer-list.ts";
import { signOrigin } from "../../services/trust/origin-sign.ts";
import { createSecurityKey, PAGE, RP_ID, type SecurityKey, type SecurityKeyChanges } from "../fixtures/security-key.ts";
import { DEPARTMENT } from "../trust/department.ts";

export const NODE = "440100";
export const ITEM = "GD-SCJG-0001";
export const ATTESTED_ITEM = "GD-MZ-0001";
export const APP = "440100-scjg";
/** An item that officers confirm on screen, and the console on which they work. */
export const OFFICER_ITEM = "GD-MZ-0002";
export const CONSOLE = consoleApp(NODE, DEPARTMENT.organizationCode);

export const PROVINCE = "440000";

export const TEMPLATE = canonicalJson({
  schema: "ecert.face.v1",
  page: { width: 297, height: 210 },
  elements: [
    { type: "field", source: "data.name", box: [40, 40, 200, 20], size: 20 },
    { type: "field", source: "metadata.number", box: [40, 70, 200, 10], size: 10 },
    { type: "qr", source: "metadata.qr", box: [20, 150, 30, 30] },
    { type: "seal", box: [200, 130, 40, 40] },
  ],
});
/** An item whose face shows an attachment. */
export const PHOTO_ITEM = "GD-GA-0001";
export const PHOTO_TEMPLATE = canonicalJson({
  ...(JSON.parse(TEMPLATE) as JsonObject),
  elements: [
    ...(JSON.parse(TEMPLATE) as { elements: JsonObject[] }).elements,
    { type: "image", box: [40, 90, 20, 20], attachment: "照片" },
  ],
});
export const PICTURE: SealPicture = { kind: "round", name: "广州市市场监督管理局", diameter: 40 };

/** The item of a key's seal: for an item and a unit there is one seal. */
export const itemOf = (label: string, index: number) => (index === 0 ? ITEM : `${ITEM}-${label}`);

/** Whoever holds a private key: a device, or a test. */
export interface KeyHolder {
  label: string;
  publicKey: Uint8Array;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** How a message is dressed: names computed or left, drawn by which template, with which attachments. */
export interface DressOptions {
  names?: boolean;
  template?: string;
  files?: AttachedFiles;
}

/** With what officers confirm: another security key, and what it says. */
export interface ConfirmOptions extends SecurityKeyChanges {
  by?: SecurityKey;
  signedAt?: Date;
}

/** A department's host on disk: certificates, policy and configuration of an agent, and its department system's key. */
export interface AgentHouse {
  readonly directory: string;
  readonly authority: Authority;
  readonly policyFile: string;
  /** The keys of province and node, as an agent's configuration names them. */
  readonly keys: { province: { node: string; publicKeyFile: string }; nodeKeyFile: string };
  /** Writes the configuration of an agent with these cores and returns its path. */
  writeConfig(cores: readonly string[], device: object, changes?: object): string;
  /** PEM of the mesh: the core's certificate, or of whom else is named. */
  certify(kind: "service" | "agent", name: string, node?: string): { cert: Buffer; key: Buffer; ca: Buffer };
  /** A version of an item as the province publishes it. */
  version(code: string, changes?: Partial<PublishedVersion>): ReceivedStatement & { sha256: string };
  /** What a core sends along: the template, and version 1 of every item. */
  readonly assets: Pick<FaceAssets, "documents" | "attachments" | "catalogVersions" | "nodeKeys">;
  /** A data message as a core would prepare it: names, QR text and faces follow from the rest. */
  message(serial: string, changes?: Partial<DataMessage["metadata"]>): DataMessage;
  /** The message with identifier, number, QR text and faces as they follow from the rest, in spite of what stood there. */
  dressed(message: Omit<DataMessage, "faces">, options?: DressOptions): DataMessage;
  /** The job for a message, signed by the department system (`origin: false`: not). */
  job(message: DataMessage, options?: { origin?: boolean; signedAt?: Date; numberGiven?: boolean }): SignJob;
  /** The security key of the officer who confirms. */
  readonly securityKey: SecurityKey;
  /** The jobs of messages that the officer has confirmed at once. */
  confirmed(messages: readonly DataMessage[], options?: ConfirmOptions): SignJob[];
  /** A list of officers that the department has signed. */
  officerList(changes?: Partial<OfficerList>): string;
  dispose(): void;
}

/** Builds a house. The seal `S-<label>` is made for each key; changes replace members of the policy. */
export async function buildHouse(keys: readonly KeyHolder[], policyChanges: object = {}): Promise<AgentHouse> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-agent-house-"));
  const write = (name: string, text: string) => {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
    return join(directory, name);
  };
  const publicPem = (key: KeyObject) => key.export({ type: "spki", format: "pem" }).toString();
  const authority = createAuthority(join(directory, "authority"), { national: true });
  const origin = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const province = generateKeyPairSync("ed25519");
  const node = generateKeyPairSync("ed25519");
  const signer = generateKeyPairSync("ed25519");
  const securityKey = createSecurityKey();
  write("origin.pem", publicPem(origin.publicKey));
  write("department.pem", publicPem(signer.publicKey));
  const officers = {
    department: DEPARTMENT.organizationCode,
    listFile: "officers.json",
    signerKeyFile: "department.pem",
  };
  write("officers.json", officerList());
  const keyFiles = {
    province: { node: PROVINCE, publicKeyFile: write("province.pem", publicPem(province.publicKey)) },
    nodeKeyFile: write("node.pem", publicPem(node.publicKey)),
  };
  write("picture.json", JSON.stringify(PICTURE));
  for (const { label, publicKey, sign: signBy } of keys) {
    const request = await makeCertificateRequest({ subject: DEPARTMENT, spki: publicKey, sign: signBy });
    write(`${label}.pem`, authority.issueSigning(request).certPem);
  }
  const unit = { code: DEPARTMENT.organizationCode, name: DEPARTMENT.organization, division: NODE };
  const policyFile = write(
    "policy.json",
    JSON.stringify({
      seals: keys.map(({ label }, index) => ({
        code: `S-${label}`,
        keyLabel: label,
        certificateFile: `${label}.pem`,
        pictureFile: "picture.json",
        items: index === 0 ? [ITEM, ATTESTED_ITEM, PHOTO_ITEM, OFFICER_ITEM] : [itemOf(label, index)],
        units: [unit],
        ratePerMinute: 1_000_000,
      })),
      apps: [
        { app: APP, originKeys: [{ id: "k1", publicKeyFile: "origin.pem" }] },
        { app: CONSOLE, originKeys: [{ id: "k1", publicKeyFile: "origin.pem" }] },
      ],
      items: [
        { item: ATTESTED_ITEM, origin: "attested" },
        ...[OFFICER_ITEM, PHOTO_ITEM].map((item) => ({ item, origin: "officer" })),
      ],
      officers: [officers],
      ...policyChanges,
    }),
  );
  const faces = new Map<string, ReturnType<ReturnType<typeof createFaceRenderer>["compile"]>>();
  const renderer = createFaceRenderer();

  function officerList(changes: Partial<OfficerList> = {}): string {
    const credentials = [
      { id: securityKey.id.toString("base64url"), publicKey: securityKey.publicKey, since: "2026-01-01" },
    ];
    const list: OfficerList = {
      ...{ node: NODE, department: DEPARTMENT.organizationCode, version: 1, from: "2026-01-01", until: "2099-12-31" },
      ...{ rpId: RP_ID, origins: [PAGE], officers: [{ account: "440100-li", name: "李", credentials }] },
      ...changes,
    };
    return signOfficerList(list, signer.privateKey);
  }

  function faceOf(template: string) {
    const face = faces.get(template) ?? renderer.compile(template, PICTURE);
    faces.set(template, face);
    return face;
  }

  function certify(kind: "service" | "agent", name: string, of = NODE) {
    const { certPem, keyPem } = authority.issueTls({ node: of, kind, name });
    return { cert: Buffer.from(certPem), key: Buffer.from(keyPem), ca: Buffer.from(authority.certificates.root) };
  }

  function version(code: string, changes: Partial<PublishedVersion> = {}) {
    const statement = catalogStatementBytes(catalogStatementOf({ ...versionOf(code), ...changes }));
    const signature = new Uint8Array(sign(null, catalogSignedBytes(statement), province.privateKey));
    return { statement, signature, sha256: sha256Hex(statement) };
  }

  function dressed(
    message: Omit<DataMessage, "faces">,
    { names = true, template = TEMPLATE, files = new Map() }: DressOptions = {},
  ): DataMessage {
    const named = names ? withNames(message.metadata) : message.metadata;
    const { qr: _before, ...plain } = named;
    const statement = qrStatementOf(plain);
    const qr = qrText(statement, signAsNode(node.privateKey, "ecert.qr.v1", Buffer.from(qrSignedText(statement))));
    const source = { ...message, metadata: { ...plain, qr } };
    const face = faceOf(template);
    return {
      ...source,
      faces: [
        { format: "pdf", sha256: face.preparePdf(source, files).digest },
        { format: "ofd", sha256: face.prepareOfd(source, { files }).digest },
      ],
    };
  }

  const items = [...keys.map(({ label }, index) => itemOf(label, index)), ATTESTED_ITEM, OFFICER_ITEM];
  const versions = new Map(items.map((code) => [code, version(code)]));
  versions.set(PHOTO_ITEM, version(PHOTO_ITEM, { faceTemplateJson: PHOTO_TEMPLATE }));

  function jobOf(message: DataMessage): SignJob {
    return {
      jobId: message.metadata.businessSerial,
      message: messageBytes(message),
      origin: undefined,
      templateSha256: sha256Hex(message.metadata.itemCode === PHOTO_ITEM ? PHOTO_TEMPLATE : TEMPLATE),
      sealPictureSha256: sha256Hex(canonicalJson(PICTURE)),
      catalogVersionSha256: versions.get(message.metadata.itemCode)?.sha256 ?? "",
    };
  }

  return {
    directory,
    authority,
    policyFile,
    keys: keyFiles,
    securityKey,
    officerList,
    certify,
    version,
    dressed,
    assets: {
      documents: [TEMPLATE, PHOTO_TEMPLATE].map((text) => new TextEncoder().encode(text)),
      attachments: [],
      catalogVersions: [...versions.values()].map(({ statement, signature }) => ({
        $typeName: "ecert.agent.v1.SignedStatement",
        statement,
        signature,
      })),
      nodeKeys: new Uint8Array(),
    },
    writeConfig(cores, device, changes = {}) {
      const tls = certify("agent", "mzj");
      write("tls.pem", tls.cert.toString());
      write("tls.key", tls.key.toString());
      write("ca.pem", tls.ca.toString());
      mkdirSync(join(directory, "journal"), { recursive: true, mode: 0o700 });
      const config = {
        agent: "mzj",
        node: NODE,
        ...keyFiles,
        device,
        journalDirectory: "journal",
        policyFile: "policy.json",
        tls: { certificateFile: "tls.pem", privateKeyFile: "tls.key", caFile: "ca.pem" },
        cores: cores.map((address, index) => ({ name: `core-${index}`, address })),
        ...changes,
      };
      return write("agent.json", JSON.stringify(config));
    },
    message(serial, changes = {}) {
      const index = keys.findIndex(({ label }) => `S-${label}` === changes.seal);
      return dressed({
        ...messageForm(DRAWING),
        metadata: {
          identifier: "",
          number: "",
          name: "营业执照",
          typeCode: TYPE_CODE,
          itemCode: index > 0 ? itemOf(keys[index]?.label ?? "", index) : ITEM,
          itemVersion: 1,
          version: 1,
          holders: [{ name: "岭海市小满贸易有限公司", code: "91440101MA5DEM1234", codeType: "001" }],
          issuer: { name: DEPARTMENT.organization, code: DEPARTMENT.organizationCode, division: NODE },
          issueDate: "2026-11-24",
          preparedAt: formatShanghaiTime(new Date()),
          node: NODE,
          app: APP,
          businessSerial: serial,
          seal: `S-${keys[0]?.label}`,
          ...changes,
        },
        data: { name: "岭海市小满贸易有限公司" },
        attachments: [],
      });
    },
    job(message, { origin: withOrigin = true, signedAt = new Date(), numberGiven = false } = {}) {
      const at = signedAt.toISOString();
      const signature = signOrigin(origin.privateKey, originStatementOf(message, at, numberGiven));
      return {
        ...jobOf(message),
        origin: withOrigin ? { keyId: "k1", signedAt: at, signature, numberGiven } : undefined,
      };
    },
    confirmed(messages, { by = securityKey, signedAt = new Date(), ...changes } = {}) {
      const at = signedAt.toISOString();
      const orders = messages.map((message) => confirmedDigest(originStatementOf(message, at, false)));
      const assertion = by.confirm(confirmationChallenge(NODE, orders), changes);
      const confirmation = { ...assertion, orders, credentialId: by.id, signedAt: at, numberGiven: false };
      return messages.map((message) => ({ ...jobOf(message), confirmation }));
    },
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  };
}

const TYPE_CODE = "11990000MB0DEM017Y001";

function versionOf(code: string): PublishedVersion {
  return {
    code,
    version: 1,
    publisher: PROVINCE,
    publishedAt: "2026-01-01T00:00:00Z",
    name: "营业执照",
    typeCode: TYPE_CODE,
    definingAuthority: "国家市场监督管理总局",
    holderKind: "any",
    holdersMin: 1,
    holdersMax: 2,
    validityRuleJson: JSON.stringify({ kind: "stated", openEnded: true }),
    dataSchemaJson: "{}",
    faceTemplateJson: TEMPLATE,
    exampleJson: "{}",
  };
}

/** Identifier and number as they follow from the rest. */
function withNames(metadata: DataMessage["metadata"]): DataMessage["metadata"] {
  const { typeCode, issuer, version, replaces } = metadata;
  const serial = replaces === undefined ? certificateSerial(metadata) : parseCertificateIdentifier(replaces).serial;
  const identifier = certificateIdentifier({ typeCode, issuer: issuer.code, serial, version });
  return { ...metadata, identifier, number: metadata.number || serial };
}
