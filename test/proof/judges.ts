import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { opensslSm2Verdict, opensslSm3 } from "../../ops/demo/outside.ts";
import { readSignature } from "../../services/document/ofd/read-signature.ts";
import { readZip } from "../../services/document/ofd/zip-read.ts";
import { parseCertificate } from "../../services/trust/certificate.ts";
import { readSignedData } from "../../services/trust/cms-read.ts";
import { locateSignature } from "../../services/trust/pades-locate.ts";
import { toPem } from "../../services/trust/pem.ts";
import { readSealSignature } from "../../services/trust/seal/read-seal-signature.ts";

const run = promisify(execFile);

/** What a tool of somebody else said. */
export interface Said {
  good: boolean;
  text: string;
}

/** Runs a tool; it is good if it ends with 0 and prints all of `expected`. */
async function ask(program: string, args: readonly string[], expected: readonly string[] = []): Promise<Said> {
  try {
    const { stdout, stderr } = await run(program, args, { maxBuffer: 16 << 20 });
    return { good: expected.every((text) => `${stdout}${stderr}`.includes(text)), text: stdout + stderr };
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as Error & { stdout?: string; stderr?: string };
    return { good: false, text: `${message}\n${stdout}${stderr}` };
  }
}

/** `pdfsig` of Poppler: the signature is valid and covers the whole file. */
export function askPdfsig(pdf: string): Promise<Said> {
  return ask("pdfsig", ["-nocert", pdf], ["Signature is Valid", "Total document signed"]);
}

/** All text of a PDF, by Poppler, without white space. */
export async function textOfPdf(pdf: string): Promise<string> {
  const { stdout } = await run("pdftotext", ["-raw", pdf, "-"], { maxBuffer: 16 << 20 });
  return stdout.replaceAll(/\s/g, "");
}

/** `openssl cms -verify` of a detached signature, with its chain up to the root. */
export function askCms(content: string, cms: string, root: string): Promise<Said> {
  const how = ["cms", "-verify", "-binary", "-cades", "-inform", "DER", "-purpose", "any", "-out", "/dev/null"];
  return ask("openssl", [...how, "-in", cms, "-content", content, "-CAfile", root], ["Verification successful"]);
}

/** A signature for openssl's primitives: what was signed, the value, the signer, and the content whose SM3 must stand in it. */
export interface BareSignature {
  content: Uint8Array;
  signed: Uint8Array;
  signature: Uint8Array;
  certificate: Uint8Array;
}

/** The parts of a detached CMS, or of its twin of GB/T 35275. */
export function bareCms(cms: Uint8Array, content: Uint8Array): BareSignature {
  const { signedAttributes, signature, certificates, signer } = readSignedData(cms);
  const certificate = certificates.find(
    (der) => Buffer.compare(parseCertificate(der).serialDer, signer.serialDer) === 0,
  );
  if (certificate === undefined) throw new Error("the signer's certificate is not in the signature");
  return { content, signed: signedAttributes, signature, certificate };
}

/** The parts of the signature of a PDF. */
export function barePdf(pdf: Uint8Array): BareSignature {
  const { byteRange, cms } = locateSignature(pdf);
  return bareCms(cms, Buffer.concat([pdf.subarray(0, byteRange[1]), pdf.subarray(byteRange[2])]));
}

/** The parts of the signature of an OFD, whichever kind it is; `seal` is the seal maker's on a seal. */
export function bareOfd(ofd: Uint8Array): { signature: BareSignature; seal?: BareSignature } {
  const { content, value, sealed } = ofdSignature(ofd);
  if (!sealed) return { signature: bareCms(value, content) };
  const { signed, signature, certificate, seal } = readSealSignature(value);
  return {
    signature: { content, signed, signature, certificate },
    seal: { content: new Uint8Array(), signed: seal.signed, signature: seal.signature, certificate: seal.maker },
  };
}

/** The signature file of an OFD and its value. */
export function ofdSignature(ofd: Uint8Array): { content: Uint8Array; value: Uint8Array; sealed: boolean } {
  const files = readZip(Buffer.from(ofd.buffer, ofd.byteOffset, ofd.byteLength));
  const view = readSignature(files);
  const [content, value] = [files.get(view.signaturePath), files.get(view.valuePath)];
  if (content === undefined || value === undefined) throw new Error("the OFD bears no signature");
  return { content, value, sealed: view.type === "Seal" };
}

/**
 * SM2 by openssl's primitives, which know neither GB/T 35275 nor seals: the public key out of the certificate, the signature
 * under the user identity of GM/T 0009, and that the SM3 of the content stands in what was signed.
 */
export function askSm2(folder: string, name: string, bare: BareSignature): Said {
  const put = (kind: string, content: Uint8Array | string): string => {
    const file = join(folder, `${name}.${kind}`);
    writeFileSync(file, content);
    return file;
  };
  const signed = put("signed", bare.signed);
  const signer = put("signer.pem", toPem("CERTIFICATE", bare.certificate));
  const { good, output } = opensslSm2Verdict(signer, signed, put("signature", bare.signature));
  if (!good || bare.content.length === 0) return { good, text: output };
  const inside = opensslSm3(put("content", bare.content), signed);
  return { good: inside, text: inside ? output : "the SM3 of the content is not in what was signed" };
}

/** `ecert verify` or `ecert verify-qr` as a program of its own, off-line: exit code and one JSON report a line. */
export async function askEcert(
  command: "verify" | "verify-qr",
  subjects: readonly string[],
  options: readonly string[],
): Promise<{ code: number; text: string }> {
  const program = join(import.meta.dirname, "..", "..", "ops", "ecert", "main.ts");
  try {
    const { stdout } = await run(process.execPath, [program, command, ...subjects, ...options, "--offline", "--json"]);
    return { code: 0, text: stdout };
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as Error & { code?: number; stdout?: string; stderr?: string };
    return { code: typeof code === "number" ? code : -1, text: stdout + stderr };
  }
}
