import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSignature } from "../../services/document/ofd/read-signature.ts";
import { openZip } from "../../services/document/ofd/zip-read.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { parseCertificate } from "../../services/trust/certificate.ts";
import { readSignedData } from "../../services/trust/cms-read.ts";
import type { ByteRange } from "../../services/trust/long-term/document-stamp.ts";
import { openGrownPdf, signedEnd } from "../../services/trust/long-term/grown-pdf.ts";
import { locateSignature } from "../../services/trust/pades-locate.ts";
import { toPem } from "../../services/trust/pem.ts";
import { readSealSignature } from "../../services/trust/seal/read-seal-signature.ts";
import { sniffKind } from "../../services/trust/verification/sniff.ts";
import { parseCommand, readInput } from "./arguments.ts";
import { EXIT } from "./exit-code.ts";

/** The parts of a signature, for tools that know nothing of PDF, OFD or GB/T 35275. */
type Parts = Readonly<Record<string, string | Uint8Array>>;

/**
 * Takes a document apart for tools that are not ours: what was signed, the signature value, the certificates. Verifies
 * nothing.
 */
export async function extract(args: readonly string[]): Promise<number> {
  const { positionals, signature, out } = parseCommand(args);
  const [file, surplus] = positionals;
  if (file === undefined || surplus !== undefined || out === undefined) {
    throw new Refusal("INVALID_FIELD", "one FILE and --out DIR are needed; see --help");
  }
  const parts = partsOf(Buffer.from(readInput(file)), signature);
  mkdirSync(out, { recursive: true });
  for (const [name, content] of Object.entries(parts)) {
    writeFileSync(join(out, name), content);
    process.stdout.write(`${join(out, name)}\n`);
  }
  return EXIT.valid;
}

function partsOf(bytes: Buffer, signature: string | undefined): Parts {
  const kind = sniffKind(bytes);
  if (kind === "pdf") {
    const original = bytes.subarray(0, signedEnd(bytes));
    const { byteRange, cms } = locateSignature(original);
    return { ...cmsParts(cms, covered(original, byteRange)), ...longTermParts(bytes) };
  }
  if (kind === "ofd") return ofdParts(bytes);
  if (signature === undefined) throw new Refusal("INVALID_FIELD", "--signature is needed for a data message");
  return cmsParts(readInput(signature), bytes);
}

function cmsParts(cms: Uint8Array, content: Uint8Array): Parts {
  const { signedAttributes, signature, certificates, signer, timeStamp } = readSignedData(cms);
  const isSigner = (der: Uint8Array): boolean => {
    const { issuerDer, serialDer } = parseCertificate(der);
    return Buffer.compare(issuerDer, signer.issuerDer) === 0 && Buffer.compare(serialDer, signer.serialDer) === 0;
  };
  const pems = (list: readonly Uint8Array[]) => list.map((der) => toPem("CERTIFICATE", der)).join("");
  return {
    "content.bin": content,
    "cms.der": cms,
    "signed.bin": signedAttributes,
    "signature.der": signature,
    "signer.pem": pems(certificates.filter(isSigner)),
    "authorities.pem": pems(certificates.filter((der) => !isSigner(der))),
    ...timeStampParts(timeStamp),
  };
}

function covered(file: Buffer, [, a, b, c]: ByteRange): Buffer {
  return Buffer.concat([file.subarray(0, a), file.subarray(b, b + c)]);
}

/** What stands behind the signature of a PDF: the security store, and each document time stamp with what it is over. */
function longTermParts(bytes: Buffer): Parts {
  const grown = openGrownPdf(bytes, []);
  if (!("state" in grown)) return {};
  const parts: Record<string, string | Uint8Array> = {};
  const stamps = grown.revisions.flatMap((one) => (one.kind === "stamp" ? [one] : []));
  for (const [index, { byteRange, token }] of stamps.entries()) {
    parts[`document-time-stamp-${index + 1}.der`] = token;
    parts[`document-time-stamp-${index + 1}.bin`] = covered(bytes, byteRange);
  }
  const { entries } = grown.state;
  const pems = (kind: "Certs" | "CRLs", label: Parameters<typeof toPem>[0]) =>
    entries
      .filter((entry) => entry.kind === kind)
      .map(({ der }) => toPem(label, der))
      .join("");
  if (entries.length > 0) {
    parts["store-certificates.pem"] = pems("Certs", "CERTIFICATE");
    parts["store-lists.pem"] = pems("CRLs", "X509 CRL");
  }
  return parts;
}

/** The token is over the octets of `signature.der`: `openssl ts -verify` takes the two. */
function timeStampParts(token: Uint8Array | undefined): Parts {
  return token === undefined ? {} : { "time-stamp.der": token };
}

function ofdParts(bytes: Buffer): Parts {
  const { files } = openZip(bytes);
  const view = readSignature(files);
  const [value, content] = [files.get(view.valuePath), files.get(view.signaturePath)];
  if (value === undefined || content === undefined) throw new Refusal("INVALID_FIELD", "the OFD bears no signature");
  if (view.type === "Sign") return cmsParts(value, content);
  const { signed, signature, certificate, seal, timeStamp } = readSealSignature(value);
  return {
    "content.bin": content,
    "signed.bin": signed,
    "signature.der": signature,
    "signer.pem": toPem("CERTIFICATE", certificate),
    "seal-signed.bin": seal.signed,
    "seal-signature.der": seal.signature,
    "seal-maker.pem": toPem("CERTIFICATE", seal.maker),
    ...timeStampParts(timeStamp),
  };
}
