import { sha256Hex } from "../../services/domain/canonical.ts";
import { suiteOf } from "../../services/trust/algorithm.ts";
import { type Certificate, parseCertificate } from "../../services/trust/certificate.ts";
import type { Seal } from "../../services/trust/seal/form.ts";

const STANDARDS: Readonly<Record<Seal["version"], string>> = {
  1: "GM/T 0031-2014",
  4: "GB/T 38540-2020",
  5: "GM/T 0031-2025",
};
const TYPES: Readonly<Record<number, string>> = { 1: "单位印章 of a body", 2: "个人印章 of a person" };

/** What a seal says of itself, for programs. Nothing of it is verified. */
export function sealFacts(seal: Seal) {
  const { version, vendor, id, type, name, signers, created, validFrom, validTo, picture, algorithm, extensions } =
    seal;
  const { data, ...image } = picture;
  return {
    version,
    standard: STANDARDS[version],
    id,
    name,
    type,
    vendor,
    signers:
      signers.kind === "certificates"
        ? signers.certificates.map(certificateFacts)
        : signers.digests.map(({ type: hash, value }) => ({ digest: hash, value: Buffer.from(value).toString("hex") })),
    created,
    validFrom,
    validTo,
    picture: { ...image, bytes: data.length, sha256: sha256Hex(data) },
    maker: certificateFacts(seal.maker),
    algorithm,
    extensions: extensions.map(({ type: kind, critical, value }) => ({ type: kind, critical, bytes: value.length })),
    timeStamp: seal.timeStamp !== undefined,
  };
}

/** What a seal says of itself, for people. Nothing of it is verified. */
export function sealText(seal: Seal): string {
  const facts = sealFacts(seal);
  const { picture, extensions } = facts;
  const rows: [string, string][] = [
    ["版本 version", `${facts.version} (${facts.standard})`],
    ["标识 esID", facts.id],
    ["名称 name", facts.name],
    ["类型 type", TYPES[facts.type] ?? String(facts.type)],
    ["厂商 vendor", facts.vendor],
    ...facts.signers.map((one): [string, string] => ["签章人 signer", lineOf(one)]),
    ["制作 created", facts.created.toISOString()],
    ["有效期 validity", `${facts.validFrom.toISOString()} – ${facts.validTo.toISOString()}`],
    ["图样 picture", `${picture.type}, ${picture.width} × ${picture.height} mm, ${picture.bytes} bytes`],
    ["制章人 maker", lineOf(facts.maker)],
    ["算法 algorithm", facts.algorithm],
    ...extensions.map((one): [string, string] => ["附加 addition", `${one.type}${one.critical ? " critical" : ""}`]),
    ["时间戳 time stamp", facts.timeStamp ? "有 present" : "无 none"],
  ];
  return rows.map(([label, text]) => `    ${label}  ${text}\n`).join("");
}

type SignerFacts = ReturnType<typeof certificateFacts> | { digest: string; value: string };

function lineOf(one: SignerFacts): string {
  if ("digest" in one) return `${one.digest} ${one.value}`;
  if ("unreadable" in one) return one.unreadable;
  const { commonName, organizationCode, key, notAfter } = one;
  return [commonName, organizationCode, key, `至 until ${notAfter.toISOString()}`].filter(Boolean).join(", ");
}

/** Certificates of others may be odd; a seal is shown all the same. */
function certificateFacts(der: Uint8Array) {
  let certificate: Certificate;
  try {
    certificate = parseCertificate(der);
  } catch (error) {
    return { unreadable: `证书无法读取 · the certificate cannot be read: ${(error as Error).message}` };
  }
  const { subject, serial, notBefore, notAfter, publicKey } = certificate;
  const { commonName, organization, organizationCode } = subject;
  return {
    commonName,
    organization,
    organizationCode,
    serial,
    key: suiteOf(publicKey) ?? "weak or unknown",
    notBefore,
    notAfter,
  };
}
