import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { createFaceRenderer } from "../../services/document/face.ts";
import type { FaceSource } from "../../services/document/face-source.ts";
import type { PreparedOfd } from "../../services/document/ofd/prepared-ofd.ts";
import { finishOfd, prepareOfdSignature } from "../../services/document/ofd/sign-ofd.ts";
import { openSignedOfd } from "../../services/document/ofd/verify-ofd.ts";
import { embedSignature, type PreparedPdf } from "../../services/document/prepared-pdf.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { certificateIdentifier } from "../../services/domain/certificate-identifier.ts";
import { type DataMessage, messageBytes } from "../../services/domain/message.ts";
import type { CertificateStatus, StatusSource } from "../../services/statement/status-source.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { parseCertificate } from "../../services/trust/certificate.ts";
import { fromPem } from "../../services/trust/pem.ts";
import { createRevocationSource } from "../../services/trust/revocation.ts";
import type { SealImage } from "../../services/trust/seal/form.ts";
import { prepareSeal } from "../../services/trust/seal/prepare-seal.ts";
import { prepareSealSignature } from "../../services/trust/seal/prepare-seal-signature.ts";
import { digestNameOf } from "../../services/trust/signing-certificate.ts";
import type { VerificationOptions } from "../../services/trust/verification/options.ts";
import type { VerificationReport } from "../../services/trust/verification/report.ts";
import type { IssuerRegister } from "../../services/trust/verification/sources.ts";
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
  /** Signed by CMS; with SM2, by an electronic seal. */
  ofd: Buffer;
}

/** A department, its authority, and what it takes to verify what it issues. */
export interface Scene {
  authority: Authority;
  department: Department;
  options: VerificationOptions;
  /** Issues a certificate; `serial` goes into its identifier. */
  issue(serial: string, change?: (message: FaceSource) => FaceSource, signer?: Department): Issued;
  verify(bytes: Uint8Array, change?: Partial<VerificationOptions>): Promise<VerificationReport>;
  /** Revocation lists (PEM) as the authority publishes them at a time, valid for 30 days. */
  listsAt(time: Date): ReturnType<Authority["crl"]>;
  close(): void;
}

const renderer = createFaceRenderer();

/** The seed's business licence. */
export function licence(): SeedItem {
  return seedItems().get("business-licence") as SeedItem;
}

/** What becomes of the signature value of an OFD before it goes into its package. */
type SignedValue = (value: Uint8Array) => Uint8Array;

/** Opens a scene. The authority's clock stands a day before the signing, so that its certificates are valid then. */
export async function openScene(kind: "P-256" | "RSA" | "SM2" = "P-256", signedValue?: SignedValue): Promise<Scene> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-attacks-"));
  const now = () => new Date(SIGNED_AT.getTime() - 86_400_000);
  const authority = createAuthority(join(directory, "ca"), { now, national: kind === "SM2" });
  const department = await createDepartment(authority, kind);
  const item = licence();
  const face = renderer.compile(JSON.stringify(item.template), item.sealPicture);
  const options: VerificationOptions = {
    ...trustOf(authority),
    at: NOW,
    status: issuedStatus(),
    authorised: register(),
    openOfd: openSignedOfd,
  };
  const seal = kind === "SM2" ? await makeSeal(authority, [department]) : undefined;
  return {
    authority,
    department,
    options,
    issue(serial, change = (message) => message, signer = department) {
      const source = change(draft(item, serial));
      const pdf = face.preparePdf(source);
      const ofd = face.prepareOfd(source, { sealed: seal !== undefined });
      const faces: DataMessage["faces"] = [
        { format: "pdf", sha256: pdf.digest },
        { format: "ofd", sha256: ofd.digest },
      ];
      const message: DataMessage = { ...source, faces };
      const bytes = messageBytes(message);
      return {
        message,
        messageBytes: bytes,
        messageCms: signer.signDigest(digest(bytes, signer), { pades: false }),
        pdf: signPdf(pdf, signer),
        ofd: signOfd(ofd, signer, seal, signedValue),
      };
    },
    verify: (bytes, change = {}) => verifyDocument(bytes, { ...options, ...change }),
    listsAt: (time) => createAuthority(join(directory, "ca"), { now: () => time }).crl(),
    close: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function digest(bytes: Uint8Array, { signer }: Department): Uint8Array {
  return createHash(digestNameOf(signer)).update(bytes).digest();
}

/** A prepared PDF with the signature of a department. */
export function signPdf(prepared: PreparedPdf, signer: Department): Buffer {
  const [, a, b] = prepared.byteRange;
  const covered = Buffer.concat([prepared.bytes.subarray(0, a), prepared.bytes.subarray(b)]);
  return Buffer.from(embedSignature(prepared, signer.signDigest(digest(covered, signer), { pades: true })));
}

/** Signs a package: with the seal where one is given, else by CMS. */
export function signOfd(
  prepared: PreparedOfd,
  signer: Department,
  seal?: Uint8Array,
  signedValue: SignedValue = (value) => value,
): Buffer {
  const suite = signer.signer.algorithm;
  const pending = prepareOfdSignature(prepared, { suite, ...(seal !== undefined && { seal }) });
  if (seal === undefined) return finishOfd(pending, signedValue(signer.signDigest(pending.digest, { pades: false })));
  const order = { seal, dataHash: pending.digest, propertyInfo: pending.signaturePath, time: SIGNED_AT };
  const { toBeSigned, finish } = prepareSealSignature({ ...order, signer: signer.signer });
  return finishOfd(pending, signedValue(finish(signer.sign(toBeSigned))));
}

/** An electronic seal of the departments' office that lists the given signers. */
export async function makeSeal(
  authority: Authority,
  signers: readonly Department[],
  picture: SealImage = { type: "png", data: Buffer.from("picture"), width: 42, height: 42 },
): Promise<Uint8Array> {
  const maker = await createDepartment(authority, "SM2", 365, { ...DEPARTMENT, commonName: "制章系统" });
  const day = 86_400_000;
  const { toBeSigned, finish } = prepareSeal({
    vendor: "ecert",
    id: "44010000000001",
    name: DEPARTMENT.organization,
    picture,
    signers: signers.map(({ signer }) => signer.certificate),
    created: SIGNED_AT,
    validFrom: new Date(SIGNED_AT.getTime() - day),
    validTo: new Date(SIGNED_AT.getTime() + 700 * day),
    maker: maker.signer,
  });
  return finish(maker.sign(toBeSigned));
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

/** What documents are verified against: anchors, authorities between, and revocation lists. */
export type SceneTrust = Required<Pick<VerificationOptions, "trust" | "revocation" | "intermediates">>;

/** Anchors, authorities between, and revocation lists of an authority, fresh ones unless others are given. */
export function trustOf(authority: Authority, lists = authority.crl()): SceneTrust {
  const present = (pems: (string | undefined)[]) => pems.filter((pem) => pem !== undefined);
  const { certificates } = authority;
  const roots = present([certificates.root, certificates["root-sm2"]]);
  const signing = present([certificates.signing, certificates["signing-sm2"]]);
  const issuers = [...roots, ...signing].flatMap((pem) => fromPem("CERTIFICATE", pem)).map(parseCertificate);
  const texts = present([lists.root, lists.signing, lists["root-sm2"], lists["signing-sm2"]]);
  return {
    trust: createTrustAnchors(roots),
    revocation: createRevocationSource(texts, issuers),
    intermediates: signing.flatMap((pem) => fromPem("CERTIFICATE", pem)),
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
    mayIssue: ({ issuer, typeCode }) => issuer === DEPARTMENT.organizationCode && items.includes(typeCode),
  };
}

/** Codes of a report, heaviest first. */
export function codes(report: VerificationReport): string[] {
  return report.findings.map(({ code }) => code);
}
