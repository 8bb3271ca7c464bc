import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { createFaceRenderer, type FaceSource } from "../../services/document/face.ts";
import { embedSignature } from "../../services/document/prepared-pdf.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { certificateIdentifier } from "../../services/domain/certificate-identifier.ts";
import { type DataMessage, messageBytes } from "../../services/domain/message.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { parseCertificate } from "../../services/trust/certificate.ts";
import { fromPem } from "../../services/trust/pem.ts";
import { createRevocationSource } from "../../services/trust/revocation.ts";
import type { VerificationOptions } from "../../services/trust/verification/options.ts";
import type { VerificationReport } from "../../services/trust/verification/report.ts";
import type { CertificateStatus, IssuerRegister, StatusSource } from "../../services/trust/verification/sources.ts";
import { verifyDocument } from "../../services/trust/verification/verify-document.ts";
import { exampleMessage, type SeedItem, seedItems } from "../document/seed.ts";
import { createDepartment, DEPARTMENT, type Department } from "../trust/department.ts";

/** The time of signing in these tests, and that of verification. */
export const SIGNED_AT = new Date("2026-11-24T02:15:00Z");
export const NOW = new Date("2026-11-25T04:00:00Z");

/** One certificate in all its forms. */
export interface Issued {
  message: DataMessage;
  messageBytes: Uint8Array;
  messageCms: Uint8Array;
  pdf: Buffer;
}

/** A department, its authority, and what it takes to verify what it issues. */
export interface Scene {
  authority: Authority;
  department: Department;
  options: VerificationOptions;
  /** Issues a certificate; `serial` goes into its identifier. */
  issue(serial: string, change?: (message: FaceSource) => FaceSource, signer?: Department): Issued;
  verify(bytes: Uint8Array, change?: Partial<VerificationOptions>): Promise<VerificationReport>;
  close(): void;
}

const renderer = createFaceRenderer();

/** The seed's business licence. */
export function licence(): SeedItem {
  return seedItems().get("business-licence") as SeedItem;
}

/** Opens a scene. The authority's clock stands a day before the signing, so that its certificates are valid then. */
export async function openScene(kind: "P-256" | "RSA" = "P-256"): Promise<Scene> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-attacks-"));
  const now = () => new Date(SIGNED_AT.getTime() - 86_400_000);
  const authority = createAuthority(join(directory, "ca"), { now });
  const department = await createDepartment(authority, kind);
  const options: VerificationOptions = {
    ...trustOf(authority),
    at: NOW,
    status: issuedStatus(),
    authorised: register(),
  };
  const item = licence();
  const face = renderer.compile(JSON.stringify(item.template), item.sealPicture);
  return {
    authority,
    department,
    options,
    issue(serial, change = (message) => message, signer = department) {
      const source = change(draft(item, serial));
      const prepared = face.preparePdf(source);
      const pdfCms = signer.signDigest(Buffer.from(prepared.digest, "hex"), { pades: true });
      const message: DataMessage = { ...source, faces: [{ format: "pdf", sha256: prepared.digest }] };
      const bytes = messageBytes(message);
      const messageCms = signer.signDigest(createHash("sha256").update(bytes).digest(), { pades: false });
      const pdf = Buffer.from(embedSignature(prepared, pdfCms));
      return { message, messageBytes: bytes, messageCms, pdf };
    },
    verify: (bytes, change = {}) => verifyDocument(bytes, { ...options, ...change }),
    close: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** The message before its faces are drawn, issued by the department of these tests. */
export function draft(item: SeedItem, serial: string): FaceSource {
  const message = exampleMessage(item);
  const identifier = certificateIdentifier({
    typeCode: item.typeCode,
    issuer: DEPARTMENT.organizationCode,
    serial,
    version: 1,
  });
  const issuer = { name: DEPARTMENT.organization, code: DEPARTMENT.organizationCode, division: "440100" };
  return { ...message, metadata: { ...message.metadata, identifier, issuer } };
}

/** Anchors and fresh revocation lists of an authority. */
export function trustOf(authority: Authority): Pick<VerificationOptions, "trust" | "revocation"> {
  const { root, signing } = authority.certificates;
  const lists = authority.crl();
  const issuers = [root, signing].flatMap((pem) => fromPem("CERTIFICATE", pem)).map(parseCertificate);
  return {
    trust: createTrustAnchors([root]),
    revocation: createRevocationSource([lists.root, lists.signing], issuers),
  };
}

/** A source that holds every certificate to be in the given state. */
export function issuedStatus(status: Partial<CertificateStatus> = {}): StatusSource {
  return { statusOf: async () => ({ state: "issued", source: "issuer", asOf: NOW, ...status }) };
}

/** What the archive of the issuer tells of one certificate. */
export function recordOf(issued: Issued, change: Partial<CertificateStatus> = {}): StatusSource {
  return {
    statusOf: async (identifier) =>
      identifier === issued.message.metadata.identifier
        ? {
            state: "issued",
            source: "issuer",
            asOf: NOW,
            issuedAt: SIGNED_AT,
            message: issued.messageBytes,
            messageSha256: sha256Hex(issued.messageBytes),
            ...change,
          }
        : "unrecorded",
  };
}

/** A register in which the department of these tests may issue what it issues, under the bodies given. */
export function register(
  superiors: Record<string, string> = {},
  items: readonly string[] = [licence().typeCode],
): IssuerRegister {
  return {
    superiorOf: (code) => superiors[code],
    mayIssue: (code, typeCode) => code === DEPARTMENT.organizationCode && items.includes(typeCode),
  };
}

/** Codes of a report, heaviest first. */
export function codes(report: VerificationReport): string[] {
  return report.findings.map(({ code }) => code);
}
