import { createHash } from "node:crypto";
import { sha256Hex } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import { verifyCms } from "../../trust/cms-verify.ts";
import { ownEnvelope } from "../../trust/own-spelling.ts";
import type { Finding, SignatureReport } from "../../trust/report.ts";
import { reportOf } from "../../trust/report.ts";
import type { SealDetails, SealVerifyOptions } from "../../trust/seal/verify-seal.ts";
import { verifySealSignature } from "../../trust/seal/verify-seal-signature.ts";
import { unaccepted } from "../../trust/unaccepted-algorithm.ts";
import { PATH } from "./package-files.ts";
import { faceDigest } from "./prepared-ofd.ts";
import type { OfdSignatureView } from "./read-signature.ts";
import { readSignature } from "./read-signature.ts";
import type { OfdSuite } from "./sign-ofd.ts";
import { OFD_SUITES, PROVIDER, SIGN_PATH } from "./sign-ofd.ts";
import { openZip, type ZipArchive } from "./zip-read.ts";

/** What came out of verifying a signed OFD. */
export interface OfdReport extends SignatureReport {
  /** Files whose content is not what was signed, that were added, or that were taken away. */
  altered: string[];
  added: string[];
  missing: string[];
  /** The suite that the signature file names. */
  suite?: OfdSuite;
  /** True if an electronic seal (GB/T 38540) is stamped on the document. */
  sealed?: boolean;
  /** What that seal says of itself. */
  seal?: SealDetails;
  /** What a reader should know of the seal though it is not held against it, as sentences. */
  notices?: string[];
  /** What is not of the form of our packages, where another program signed it: sentences; absent for ours. */
  foreign?: string[];
  /** SignatureDateTime: the time that the signature file gives. */
  signedAt?: string;
  /** The digest that the data message must give for the face. */
  coveredSha256?: string;
  /** The attached data message (without its faces), as it stands in the package. */
  message?: Uint8Array;
}

/**
 * Verifies a signed OFD at the time `options.at`: the form of the package, that the signature protects every file, each
 * check value, and the signature over them. Never throws on what the file holds; `findings` name what is wrong, and
 * `altered`, `added` and `missing` the files. Demands more than GB/T 33190 does: one document, one signature, no file
 * outside the protected set but the signature file and its value, so that nothing can be added later. A package that says (in
 * what it signs) that this program made it is held to every octet of the archive as well; of others the archive may have any
 * sound form, and `foreign` tells which.
 */
export function verifyOfd(bytes: Uint8Array, options: SealVerifyOptions): OfdReport {
  return openSignedOfd(bytes)(options);
}

/**
 * Reads a package once, to verify it as of several times: what {@link verifyOfd} finds in the files stays, and only the
 * signature is judged again. Never throws, and neither does what it returns.
 */
export function openSignedOfd(bytes: Uint8Array): (options: SealVerifyOptions) => OfdReport {
  try {
    return open(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return () => ({ ...invalid(error.message), altered: [], added: [], missing: [] });
  }
}

function open(bytes: Buffer): (options: SealVerifyOptions) => OfdReport {
  const archive = openZip(bytes);
  const { files } = archive;
  const view = readSignature(files);
  const suite = suiteOf(view);
  const { altered, added, missing } = compareFiles(files, view, OFD_SUITES[suite].hash);
  const ours = view.provider === PROVIDER;
  const findings: Finding[] = ours ? archiveFaults(bytes, archive) : [];
  const tell = (paths: string[], what: string): void => {
    for (const path of paths) findings.push({ reason: "SIGNATURE_INVALID", detail: `${path} ${what}` });
  };
  tell(altered, "was altered after signing");
  tell(added, "was added: the signature does not protect it");
  tell(missing, "is missing though it was signed");
  const digests = [...files].map(([path, content]) => ({ path, sha256: sha256Hex(content) }));
  const message = files.get(PATH.message);
  const facts = {
    altered,
    added,
    missing,
    suite,
    sealed: view.type === "Seal",
    signedAt: view.time,
    coveredSha256: faceDigest(digests),
    ...(!ours && { foreign: [`signed by another program: ${JSON.stringify(view.provider)}`, ...archive.unusual] }),
    ...(message !== undefined && { message: Uint8Array.from(message) }),
  };
  return (options) => {
    const signature = verifyValue(files, view, suite, options);
    return { ...signature, ...reportOf([...findings, ...signature.findings]), ...facts };
  };
}

/** What is not as our writer left it. The digest of the archive is a signed file; what lies behind it has one spelling. */
function archiveFaults(bytes: Buffer, { files, offsets, unusual }: ZipArchive): Finding[] {
  const faults = [...unusual];
  const stated = files.get(SIGN_PATH.archive)?.toString("latin1");
  const front = bytes.subarray(0, offsets.get(SIGN_PATH.archive) ?? 0);
  if (stated !== sha256Hex(front)) faults.push("the octets of the archive are not those that were signed");
  return faults.map((detail) => ({ reason: "SIGNATURE_INVALID", detail: `OFD package: ${detail}` }));
}

/** Digests that other programs name instead of giving the identifier. */
const DIGEST_NAMES: Readonly<Record<string, string>> = {
  SM3: OFD_SUITES["sm2-sm3"].check,
  "SHA-256": OFD_SUITES["ecdsa-p256-sha256"].check,
};

function suiteOf({ method, check, type }: OfdSignatureView): OfdSuite {
  for (const suite of Object.keys(OFD_SUITES) as OfdSuite[]) {
    const known = OFD_SUITES[suite];
    if (known.method === method && known.check === (DIGEST_NAMES[check] ?? check)) return suite;
  }
  const why = unaccepted(method, check);
  throw new Refusal("SIGNATURE_INVALID", `${type} signature algorithm ${method} with digests by ${check} ${why}`);
}

function compareFiles(
  files: ReadonlyMap<string, Buffer>,
  { references, signaturePath, valuePath }: OfdSignatureView,
  hash: string,
): Pick<OfdReport, "altered" | "added" | "missing"> {
  const altered: string[] = [];
  const added: string[] = [];
  for (const [path, content] of files) {
    if (path === signaturePath || path === valuePath) continue;
    const expected = references.get(path);
    if (expected === undefined) added.push(path);
    else if (createHash(hash).update(content).digest("base64") !== expected) altered.push(path);
  }
  return { altered, added, missing: [...references.keys()].filter((path) => !files.has(path)) };
}

function verifyValue(
  files: ReadonlyMap<string, Buffer>,
  view: OfdSignatureView,
  suite: OfdSuite,
  options: SealVerifyOptions,
): SignatureReport & Pick<OfdReport, "seal" | "notices"> {
  const value = files.get(view.valuePath);
  const signed = files.get(view.signaturePath);
  if (value === undefined || signed === undefined) return invalid("the signature value is missing");
  const digestBy = (hash: string): Uint8Array => createHash(hash).update(signed).digest();
  const seal = view.sealPath === undefined ? undefined : files.get(view.sealPath);
  if (view.type === "Seal" && seal === undefined) return invalid("the seal is missing");
  const report =
    seal === undefined
      ? verifyCms(value, { contentDigest: digestBy(OFD_SUITES[suite].hash) }, options)
      : verifySealSignature(value, { digestBy, propertyInfo: `/${view.signaturePath}`, seal }, options);
  if (report.ok && report.algorithm !== suite) return invalid("the signature is of another suite than the file says");
  return view.provider === PROVIDER ? ownEnvelope(report, value, options.trust) : report;
}

function invalid(detail: string): SignatureReport {
  return reportOf([{ reason: "SIGNATURE_INVALID", detail }]);
}
