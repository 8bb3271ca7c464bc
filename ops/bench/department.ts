import { generateKeyPairSync, type KeyObject, sign as signWith } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { createPkcs11Device, type Pkcs11Options } from "../../agent/device/pkcs11-device.ts";
import type { SignJob } from "../../agent/sign-job.ts";
import type { SignedStatement } from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { CatalogItemSchema } from "../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { createFaceRenderer } from "../../services/document/face.ts";
import type { SealPicture } from "../../services/document/seal-picture.ts";
import { canonicalJson, sha256Hex } from "../../services/domain/canonical.ts";
import { certificateIdentifier } from "../../services/domain/certificate-identifier.ts";
import { certificateSerial } from "../../services/domain/certificate-serial.ts";
import { formatShanghaiTime } from "../../services/domain/civil-date.ts";
import { type DataMessage, DRAWING, messageBytes, messageForm } from "../../services/domain/message.ts";
import { originStatementOf } from "../../services/domain/origin-statement.ts";
import { qrSignedText, qrStatementOf, qrText } from "../../services/domain/signed-qr.ts";
import { publishedVersionIn } from "../../services/record/published-version.ts";
import { catalogSignedBytes, catalogStatementBytes, catalogStatementOf } from "../../services/trust/catalog-version.ts";
import { makeCertificateRequest } from "../../services/trust/certificate-request.ts";
import { signAsNode } from "../../services/trust/node-key.ts";
import { signOrigin } from "../../services/trust/origin-sign.ts";
import { createAuthority } from "../authority/authority.ts";
import { DEVICE_MODULE } from "../trial/agents.ts";
import { type CatalogFile, readCatalogFiles } from "../trial/catalog-files.ts";
import { ISSUERS, LINGHAI, PROVINCE } from "../trial/plan.ts";
import { varied } from "./vary.ts";

/** Keys of the bench's token, by algorithm. */
export const KEYS = { "P-256": "p256", "RSA-2048": "rsa" } as const;
/** An algorithm that is measured. */
export type KeyKind = keyof typeof KEYS;

/** A department's host: token with two keys, policy, configuration of an agent, and its department system's jobs. */
export interface Department {
  readonly directory: string;
  readonly device: Pkcs11Options & { pinFile: string };
  readonly policyFile: string;
  readonly configFile: string;
  /** The template as a core sends it, and the version of the item as the province signed it. */
  readonly documents: Uint8Array[];
  readonly catalogVersions: SignedStatement[];
  /** Keys of province and node, as an agent's configuration names them. */
  readonly keys: { province: { node: string; publicKeyFile: string }; nodeKeyFile: string };
  /** The core's end of the mutual TLS. */
  readonly core: { cert: Buffer; key: Buffer; ca: Buffer };
  /** Distinct jobs, each with its own message, face digests and origin signature. */
  jobs(kind: KeyKind, count: number): SignJob[];
  dispose(): void;
}

const PIN = "24681357";
const issuer = ISSUERS[0];

/** Sets a department up in a temporary directory. `coreAddress` is where its agent will dial. */
export async function setUpDepartment(): Promise<Department & { pointTo(coreAddress: string): void }> {
  if (!issuer) throw new Error("the trial plan has no issuer");
  const directory = mkdtempSync(join(tmpdir(), "ecert-bench-agent-"));
  const write = (name: string, content: string | Buffer) => {
    writeFileSync(join(directory, name), content, { mode: 0o600 });
    return join(directory, name);
  };
  mkdirSync(join(directory, "tokens"), { mode: 0o700 });
  const softHsm = `directories.tokendir = ${join(directory, "tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n`;
  const device = {
    module: DEVICE_MODULE,
    tokenLabel: "bench",
    pinFile: write("pin", PIN),
    environment: { SOFTHSM2_CONF: write("softhsm2.conf", softHsm) },
  };
  const licence = readCatalogFiles().find(({ name }) => name === "营业执照");
  if (!licence) throw new Error("the seed has no 营业执照");
  const authority = createAuthority(join(directory, "authority"));
  await makeKeys(device, write("so-pin", PIN), async (label, publicKey, sign) => {
    const { name, code } = issuer;
    const subject = { country: "CN", organization: name, organizationCode: code, commonName: name };
    const request = await makeCertificateRequest({ subject, spki: publicKey, sign });
    write(`${label}.pem`, authority.issueSigning(request).certPem);
  });
  const origin = generateKeyPairSync("ec", { namedCurve: "P-256" });
  write("origin.pem", origin.publicKey.export({ type: "spki", format: "pem" }).toString());
  const picture: SealPicture = { kind: "round", name: issuer.name, caption: "电子证照专用章", diameter: 42 };
  write("picture.json", JSON.stringify(picture));
  const unit = { code: issuer.code, name: issuer.name, division: issuer.division };
  const seals = Object.values(KEYS).map((label) => ({
    code: label,
    keyLabel: label,
    certificateFile: `${label}.pem`,
    pictureFile: "picture.json",
    items: [label],
    units: [unit],
    ratePerMinute: 10_000_000,
  }));
  const apps = [{ app: issuer.appKey, originKeys: [{ id: "k1", publicKeyFile: "origin.pem" }] }];
  const policyFile = write("policy.json", JSON.stringify({ seals, apps, originMaxAgeSeconds: 86_400 }));
  const agentTls = authority.issueTls({ node: LINGHAI.code, kind: "agent", name: "bench" });
  write("tls.pem", agentTls.certPem);
  write("tls.key", agentTls.keyPem);
  write("ca.pem", authority.certificates.root);
  mkdirSync(join(directory, "journal"), { mode: 0o700 });
  const coreTls = authority.issueTls({ node: LINGHAI.code, kind: "service", name: "issue" });

  const template = canonicalJson(licence.template);
  const face = createFaceRenderer().compile(template, picture);
  const [province, node] = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed25519")];
  const publicPem = (key: KeyObject) => key.export({ type: "spki", format: "pem" }).toString();
  const keys = {
    province: { node: PROVINCE.code, publicKeyFile: write("province.pem", publicPem(province.publicKey)) },
    nodeKeyFile: write("node.pem", publicPem(node.publicKey)),
  };
  const versions = new Map(
    Object.values(KEYS).map((item) => [item, signedVersion(item, licence, template, province.privateKey)]),
  );

  function job(kind: KeyKind, turn: number): SignJob {
    const businessSerial = `${KEYS[kind]}-${turn}`;
    const { example, name, typeCode } = licence as NonNullable<typeof licence>;
    const { issueDate, holders, validFrom, validTo } = example;
    const app = issuer?.appKey ?? "";
    const serial = certificateSerial({ node: LINGHAI.code, issueDate, app, businessSerial });
    const identifier = certificateIdentifier({ typeCode, issuer: unit.code, serial, version: 1 });
    const metadata: DataMessage["metadata"] = {
      ...{ identifier, number: serial, name, typeCode, itemCode: KEYS[kind], itemVersion: 1, version: 1 },
      ...{ holders, issuer: unit, issueDate, ...(validFrom && { validFrom }), ...(validTo && { validTo }) },
      ...{ preparedAt: formatShanghaiTime(new Date()), node: LINGHAI.code, app, businessSerial, seal: KEYS[kind] },
    };
    const shown = qrStatementOf(metadata);
    const qr = qrText(shown, signAsNode(node.privateKey, "ecert.qr.v1", Buffer.from(qrSignedText(shown))));
    const source: Omit<DataMessage, "faces"> = {
      ...messageForm(DRAWING),
      metadata: { ...metadata, qr },
      data: varied(example.data, turn),
      attachments: [],
    };
    const message: DataMessage = {
      ...source,
      faces: [
        { format: "pdf", sha256: face.preparePdf(source).digest },
        { format: "ofd", sha256: face.prepareOfd(source).digest },
      ],
    };
    const signedAt = new Date().toISOString();
    const signature = signOrigin(origin.privateKey, originStatementOf(message, signedAt, false));
    return {
      jobId: businessSerial,
      message: messageBytes(message),
      origin: { keyId: "k1", signedAt, signature, numberGiven: false },
      templateSha256: sha256Hex(template),
      sealPictureSha256: sha256Hex(canonicalJson(picture)),
      catalogVersionSha256: sha256Hex(versions.get(KEYS[kind])?.statement ?? ""),
    };
  }

  return {
    directory,
    device,
    policyFile,
    configFile: join(directory, "agent.json"),
    documents: [new TextEncoder().encode(template)],
    catalogVersions: [...versions.values()],
    keys,
    core: {
      cert: Buffer.from(coreTls.certPem),
      key: Buffer.from(coreTls.keyPem),
      ca: readFileSync(join(directory, "ca.pem")),
    },
    pointTo(coreAddress) {
      const config = {
        ...{
          agent: "bench",
          node: LINGHAI.code,
          ...keys,
          device,
          journalDirectory: "journal",
          policyFile: "policy.json",
        },
        tls: { certificateFile: "tls.pem", privateKeyFile: "tls.key", caFile: "ca.pem" },
        cores: [{ name: "bench", address: coreAddress }],
        ...{ window: 512, renderThreads: 1, logLevel: "error" },
      };
      write("agent.json", JSON.stringify(config));
    },
    jobs: (kind, count) => Array.from({ length: count }, (_, i) => job(kind, i)),
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A version of the licence's item as the province publishes it. */
function signedVersion(code: string, file: CatalogFile, template: string, key: KeyObject): SignedStatement {
  const content = { ...file.content, faceTemplateJson: template };
  const publishedAt = "2026-01-01T00:00:00Z";
  const item = create(CatalogItemSchema, { code, version: 1, content, publisher: PROVINCE.code, publishedAt });
  const published = publishedVersionIn(item) as NonNullable<ReturnType<typeof publishedVersionIn>>;
  const statement = catalogStatementBytes(catalogStatementOf(published));
  const signature = signWith(null, catalogSignedBytes(statement), key);
  return { $typeName: "ecert.agent.v1.SignedStatement", statement, signature };
}

type Sign = (toBeSigned: Uint8Array) => Promise<Uint8Array>;

async function makeKeys(
  options: Pkcs11Options,
  soPinFile: string,
  certify: (label: string, publicKey: Uint8Array, sign: Sign) => Promise<void>,
): Promise<void> {
  const device = createPkcs11Device(options);
  try {
    await device.initialize(soPinFile);
    await device.generateKey(KEYS["P-256"], "ecdsa-p256-sha256");
    await device.generateKey(KEYS["RSA-2048"], "rsa-pkcs1-sha256", 2048);
    for (const { label, publicKey } of await device.keys()) {
      await certify(label, publicKey, (toBeSigned) => device.sign(label, toBeSigned));
    }
  } finally {
    await device.close();
  }
}
