import { Refusal } from "./refusal.ts";
import { bearsSandboxMark, isSandboxNode } from "./sandbox.ts";
import { socialCreditCodeFault } from "./social-credit-code.ts";
import { typeCodeFault } from "./type-code.ts";

/** Root of every certificate identifier (GB/T 36904): the OID arc of electronic certificates. */
export const IDENTIFIER_ROOT = "1.2.156.3005.2";
/** Root of an older scheme without an issuer; identifiers below it are refused by name. */
const LEGACY_ROOT = "1.2.156.3003.2";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const SERIAL = /^[0-9A-Z]{1,32}$/;
const DIVISION = /^\d{6}$/;
const MAX_VERSION = 999;

/** The parts of a certificate identifier (证照标识) that are not constant or computed. */
export interface CertificateIdentifier {
  /** 证照类型代码, 21 characters. */
  typeCode: string;
  /** 证照颁发机构代码: social credit code. Foreign identifiers may carry a division code of 6 digits instead. */
  issuer: string;
  /** 流水号: 1 to 32 digits and capitals. */
  serial: string;
  /** 版本号: 1 to 999; grows when the certificate is made anew under the same number. */
  version: number;
}

/** The check character of ISO/IEC 7064 MOD 37,36 (GB/T 17710) for a text of digits and capitals. */
export function mod3736CheckCharacter(text: string): string {
  let product = 36;
  for (const character of text) {
    const sum = (product + ALPHABET.indexOf(character)) % 36;
    product = ((sum === 0 ? 36 : sum) * 2) % 37;
  }
  return ALPHABET.charAt((37 - product) % 36);
}

/** Builds an identifier. Throws `INVALID_FIELD` where a part does not suit; the issuer must be a social credit code. */
export function certificateIdentifier(parts: CertificateIdentifier): string {
  const fault = partsFault(parts) ?? socialCreditCodeFault(parts.issuer);
  if (fault !== undefined) throw refused("INVALID_FIELD", fault);
  const version = String(parts.version).padStart(3, "0");
  const check = mod3736CheckCharacter(`${parts.typeCode}${parts.issuer}${parts.serial}${version}`);
  return [IDENTIFIER_ROOT, parts.typeCode, parts.issuer, parts.serial, version, check].join(".");
}

/**
 * Reads an identifier that stands in `field`. Throws `INVALID_FIELD` where its form is wrong and `CODE_INVALID` where a check character is; what
 * it returns always builds the same text again, but for foreign ones whose issuer is a division.
 */
export function parseCertificateIdentifier(text: string, field = "identifier"): CertificateIdentifier {
  if (text.startsWith(`${LEGACY_ROOT}.`))
    throw refused("INVALID_FIELD", `identifiers below ${LEGACY_ROOT} are not used here`, field);
  if (!text.startsWith(`${IDENTIFIER_ROOT}.`))
    throw refused("INVALID_FIELD", `the identifier is not below ${IDENTIFIER_ROOT}`, field);
  const parts = text.slice(IDENTIFIER_ROOT.length + 1).split(".");
  const [typeCode, issuer, serial, version, check] = parts;
  if (parts.length !== 5 || !typeCode || !issuer || !serial || !version || !check) {
    const parts = "an identifier has six parts: root, type, issuer, serial, version, check character";
    throw refused("INVALID_FIELD", parts, field);
  }
  if (!/^\d{3}$/.test(version)) throw refused("INVALID_FIELD", "the version has three digits", field);
  const identifier = { typeCode, issuer, serial, version: Number(version) };
  if (!/^[0-9A-Z.]+$/.test(text) || mod3736CheckCharacter(`${typeCode}${issuer}${serial}${version}`) !== check) {
    throw refused("CODE_INVALID", "the check character of the identifier is wrong", field);
  }
  const fault = partsFault(identifier);
  if (fault !== undefined) throw refused("INVALID_FIELD", fault, field);
  return identifier;
}

/**
 * Reads the identifier of a certificate that a node may have to do with. Throws `SANDBOX_CERTIFICATE` where one of the two is of a sandbox
 * and the other is not, or is another sandbox's; else as {@link parseCertificateIdentifier} does.
 */
export function requireIdentifierFor(node: string, text: string, field = "identifier"): CertificateIdentifier {
  const parts = parseCertificateIdentifier(text, field);
  const suits = isSandboxNode(node) ? parts.serial.startsWith(node) : !bearsSandboxMark(parts.serial);
  if (suits) return parts;
  const here = isSandboxNode(node);
  const description = here ? "is not of this sandbox" : "is of a sandbox: it is a test, and worth nothing";
  const remedy = here ? "name a certificate that this sandbox has issued" : "name a certificate of production";
  const localized = here
    ? "不是本沙箱颁发的证照，请填写本沙箱的证照标识"
    : "这是沙箱测试证照，不具任何效力，请填写正式证照的标识";
  throw new Refusal("SANDBOX_CERTIFICATE", `${field}: ${description}`, {
    fields: [{ field, description, remedy, localized }],
    metadata: { identifier: text, node },
  });
}

/** The identifier of another version of the same certificate: a replacement keeps type, issuer and serial. */
export function withVersion(identifier: string, version: number): string {
  return certificateIdentifier({ ...parseCertificateIdentifier(identifier), version });
}

function partsFault({ typeCode, issuer, serial, version }: CertificateIdentifier): string | undefined {
  const type = typeCodeFault(typeCode);
  if (type !== undefined) return type;
  if (!DIVISION.test(issuer)) {
    const fault = socialCreditCodeFault(issuer);
    if (fault !== undefined) return `the issuer: ${fault}`;
  }
  if (!SERIAL.test(serial)) return "the serial has 1 to 32 digits and capitals";
  const known = Number.isInteger(version) && version >= 1 && version <= MAX_VERSION;
  return known ? undefined : `the version is between 1 and ${MAX_VERSION}`;
}

function refused(reason: "INVALID_FIELD" | "CODE_INVALID", description: string, field = "identifier"): Refusal {
  const remedy = "copy the identifier as it stands on the certificate";
  const form = `证照标识应形如${IDENTIFIER_ROOT}.证照类型代码.颁发机构代码.流水号.版本号.校验码`;
  const localized = `${reason === "CODE_INVALID" ? "证照标识的校验码错误" : form}，请按证照上的标识填写`;
  return new Refusal(reason, `${field}: ${description}`, { fields: [{ field, description, remedy, localized }] });
}
