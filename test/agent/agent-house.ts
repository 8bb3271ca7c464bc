import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SignJob } from "../../agent/sign-job.ts";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { createFaceRenderer } from "../../services/document/face.ts";
import type { SealPicture } from "../../services/document/seal-picture.ts";
import { canonicalJson, sha256Hex } from "../../services/domain/canonical.ts";
import { type DataMessage, messageBytes, originStatementOf } from "../../services/domain/message.ts";
import { makeCertificateRequest } from "../../services/trust/certificate-request.ts";
import { signOrigin } from "../../services/trust/origin-sign.ts";
import { DEPARTMENT } from "../trust/department.ts";

export const NODE = "440100";
export const ITEM = "GD-SCJG-0001";
export const ATTESTED_ITEM = "GD-MZ-0001";
export const APP = "440100-scjg";

const TEMPLATE = canonicalJson({
  schema: "ecert.face.v1",
  page: { width: 297, height: 210 },
  elements: [
    { type: "field", source: "data.name", box: [40, 40, 200, 20], size: 20 },
    { type: "seal", box: [200, 130, 40, 40] },
  ],
});
const PICTURE: SealPicture = { kind: "round", name: "广州市市场监督管理局", diameter: 40 };
const PICTURE_TEXT = canonicalJson(PICTURE);

/** The documents that draw the faces of these tests, as a core sends them. */
export const DOCUMENTS = [TEMPLATE, PICTURE_TEXT].map((text) => new TextEncoder().encode(text));
export const TEMPLATE_SHA256 = sha256Hex(TEMPLATE);

/** Whoever holds a private key: a device, or a test. */
export interface KeyHolder {
  label: string;
  publicKey: Uint8Array;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** A department's host on disk: certificates, policy and configuration of an agent, and its department system's key. */
export interface AgentHouse {
  readonly directory: string;
  readonly authority: Authority;
  readonly policyFile: string;
  /** Writes the configuration of an agent with these cores and returns its path. */
  writeConfig(cores: readonly string[], device: object, changes?: object): string;
  /** PEM of the mesh: the core's certificate, or of whom else is named. */
  certify(kind: "service" | "agent", name: string, node?: string): { cert: Buffer; key: Buffer; ca: Buffer };
  /** A data message as a core would prepare it, with the right digests of its faces. */
  message(serial: string, changes?: Partial<DataMessage["metadata"]>): DataMessage;
  /** The job for a message, signed by the department system (`origin: false`: not). */
  job(message: DataMessage, options?: { origin?: boolean; signedAt?: Date }): SignJob;
  dispose(): void;
}

/** Builds a house. The seal `S-<label>` is made for each key; changes replace members of the policy. */
export async function buildHouse(keys: readonly KeyHolder[], policyChanges: object = {}): Promise<AgentHouse> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-agent-house-"));
  const write = (name: string, text: string) => {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
    return join(directory, name);
  };
  const authority = createAuthority(join(directory, "authority"), { national: true });
  const origin = generateKeyPairSync("ec", { namedCurve: "P-256" });
  write("origin.pem", origin.publicKey.export({ type: "spki", format: "pem" }).toString());
  for (const { label, publicKey, sign: signBy } of keys) {
    const request = await makeCertificateRequest({ subject: DEPARTMENT, spki: publicKey, sign: signBy });
    write(`${label}.pem`, authority.issueSigning(request).certPem);
  }
  const policyFile = write(
    "policy.json",
    JSON.stringify({
      seals: keys.map(({ label }) => ({
        code: `S-${label}`,
        keyLabel: label,
        certificateFile: `${label}.pem`,
        items: [ITEM, ATTESTED_ITEM],
        units: [DEPARTMENT.organizationCode],
        ratePerMinute: 1_000_000,
      })),
      apps: [{ app: APP, originKeys: [{ id: "k1", publicKeyFile: "origin.pem" }] }],
      items: [{ item: ATTESTED_ITEM, origin: "attested", render: "never" }],
      ...policyChanges,
    }),
  );
  const renderer = createFaceRenderer();

  function certify(kind: "service" | "agent", name: string, node = NODE) {
    const { certPem, keyPem } = authority.issueTls({ node, kind, name });
    return { cert: Buffer.from(certPem), key: Buffer.from(keyPem), ca: Buffer.from(authority.certificates.root) };
  }

  return {
    directory,
    authority,
    policyFile,
    certify,
    writeConfig(cores, device, changes = {}) {
      const tls = certify("agent", "mzj");
      write("tls.pem", tls.cert.toString());
      write("tls.key", tls.key.toString());
      write("ca.pem", tls.ca.toString());
      mkdirSync(join(directory, "journal"), { recursive: true, mode: 0o700 });
      const config = {
        agent: "mzj",
        node: NODE,
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
      const source: Omit<DataMessage, "faces"> = {
        schema: "ecert.message.v1",
        metadata: {
          identifier: `1.2.156.3005.2.${serial}`,
          number: serial,
          name: "营业执照",
          typeCode: "11990000MB0DEM017Y001",
          itemCode: ITEM,
          itemVersion: 1,
          version: 1,
          holders: [{ name: "岭海市小满贸易有限公司", code: "91440101MA5DEM1234", codeType: "001" }],
          issuer: { name: DEPARTMENT.organization, code: DEPARTMENT.organizationCode, division: NODE },
          issueDate: "2026-11-24",
          preparedAt: "2026-01-01T08:00:00+08:00",
          node: NODE,
          app: APP,
          businessSerial: serial,
          seal: `S-${keys[0]?.label}`,
          ...changes,
        },
        data: { name: "岭海市小满贸易有限公司" },
        attachments: [],
      };
      const face = renderer.compile(TEMPLATE, PICTURE);
      return {
        ...source,
        faces: [
          { format: "pdf", sha256: face.preparePdf(source).digest },
          { format: "ofd", sha256: face.prepareOfd(source).digest },
        ],
      };
    },
    job(message, { origin: withOrigin = true, signedAt = new Date() } = {}) {
      const at = signedAt.toISOString();
      const statement = originStatementOf(message, at, false);
      const signature = signOrigin(origin.privateKey, statement);
      return {
        jobId: message.metadata.businessSerial,
        message: messageBytes(message),
        origin: withOrigin ? { keyId: "k1", signedAt: at, signature, numberGiven: false } : undefined,
        templateSha256: TEMPLATE_SHA256,
        sealPictureSha256: sha256Hex(PICTURE_TEXT),
      };
    },
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A key in memory that can be certified, and signs nothing else. */
export function keyInMemory(label: string): KeyHolder {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicKey = new Uint8Array(createPublicKey(privateKey).export({ type: "spki", format: "der" }));
  return { label, publicKey, sign: async (bytes) => new Uint8Array(sign("sha256", bytes, privateKey)) };
}
