import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT } from "../../ops/ecert/exit-code.ts";
import { SIGN_PATH } from "../../services/document/ofd/sign-ofd.ts";
import { verifyOfd } from "../../services/document/ofd/verify-ofd.ts";
import { openZip } from "../../services/document/ofd/zip-read.ts";
import { verifyCms } from "../../services/trust/cms-verify.ts";
import { verifyPades } from "../../services/trust/pades.ts";
import { locateSignature } from "../../services/trust/pades-locate.ts";
import type { VerificationOptions } from "../../services/trust/verification/options.ts";
import { verifyDocument } from "../../services/trust/verification/verify-document.ts";
import { type QrOptions, verifyQr } from "../../services/trust/verification/verify-qr.ts";
import { drawPage, readQr } from "../document/qr-reader.ts";
import type { Draw } from "./draw.ts";
import { chooseBits, flipped, partsOfOfd, partsOfPdf, wholeFile } from "./flip.ts";
import type { HousePlan, KeyKind } from "./house-plan.ts";
import type { Issued } from "./issue-certificate.ts";
import * as judges from "./judges.ts";
import type { ProofSettings } from "./prove-certificate.ts";
import { count, type Tally } from "./tally.ts";

/** Files of one certificate, for tools that take files. */
export type SubjectFiles = Record<"folder" | "pdf" | "ofd" | "json" | "p7s" | "signature" | "value", string>;

/** One certificate under one key, and where is noted what comes of it. */
export interface Subject {
  plan: HousePlan;
  options: VerificationOptions;
  qrOptions: QrOptions;
  settings: ProofSettings;
  tally: Tally;
  draw: Draw;
  index: number;
  key: KeyKind;
  /** Name of the catalog item. */
  item: string;
  issued: Issued;
  files: SubjectFiles;
}

/** Writes the files of a certificate into a folder of their own. */
export function writeSubject(directory: string, name: string, issued: Issued): SubjectFiles {
  const folder = join(directory, name);
  mkdirSync(folder);
  const put = (file: string, bytes: Uint8Array): string => {
    writeFileSync(join(folder, file), bytes);
    return join(folder, file);
  };
  const { content, value } = judges.ofdSignature(issued.ofd);
  return {
    folder,
    pdf: put("x.pdf", issued.pdf),
    ofd: put("x.ofd", issued.ofd),
    json: put("x.json", issued.messageBytes),
    p7s: put("x.p7s", issued.messageCms),
    signature: put("Signature.xml", content),
    value: put("SignedValue.dat", value),
  };
}

function note({ tally, key, index, item }: Subject, what: string, { good, text }: judges.Said): void {
  count(tally, "counts", `${what}, ${key}`, good, () => `certificate ${index} (${item}): ${text}`);
}

/** Every form is accepted by the engine of `ecert verify`, the faces by themselves and bound to their message. */
export async function proveWithEngine(subject: Subject): Promise<void> {
  const { issued, options } = subject;
  const { pdf, ofd, messageBytes: message, messageCms: messageSignature } = issued;
  const cases: [what: string, bytes: Uint8Array, change: Partial<VerificationOptions>][] = [
    ["PDF", pdf, {}],
    ["OFD", ofd, {}],
    ["PDF with its message", pdf, { message, messageSignature }],
    ["OFD with its message", ofd, { message, messageSignature }],
    ["data message", message, { messageSignature }],
  ];
  for (const [what, bytes, change] of cases) {
    const { verdict, findings } = await verifyDocument(bytes, { ...options, ...change });
    const text = JSON.stringify(findings);
    note(subject, `${what} accepted by the engine of \`ecert verify\``, { good: verdict === "valid", text });
  }
}

/** Tools that are not ours accept the signatures. */
export async function proveWithTools(subject: Subject): Promise<void> {
  const { key, issued, files, plan } = subject;
  const say = (what: string, said: judges.Said): void => note(subject, what, said);
  if (key === "P-256") {
    const root = join(plan.trust, "root.pem");
    say("PDF valid in `pdfsig`", await judges.askPdfsig(files.pdf));
    say("data message good in `openssl cms -verify`", await judges.askCms(files.json, files.p7s, root));
    say("OFD signature good in `openssl cms -verify`", await judges.askCms(files.signature, files.value, root));
    return;
  }
  const primitive = (what: string, name: string, bare: judges.BareSignature): void =>
    say(`${what} good in \`openssl pkeyutl\``, judges.askSm2(files.folder, name, bare));
  const { signature, seal } = judges.bareOfd(issued.ofd);
  primitive("data message", "message", judges.bareCms(issued.messageCms, issued.messageBytes));
  primitive("PDF", "pdf", judges.barePdf(issued.pdf));
  primitive(seal === undefined ? "OFD (CMS)" : "OFD (electronic seal)", "ofd", signature);
  if (seal !== undefined) primitive("seal on the OFD", "seal", seal);
}

/** The QR code is read from the whole page at 100 dpi by a reader that is not ours, and is what `ecert verify-qr` lets stand. */
export async function proveQr(subject: Subject): Promise<void> {
  const { files, issued, qrOptions } = subject;
  const text = await readQr(await drawPage(files.pdf));
  const read = `read from the PDF: ${text}`;
  note(subject, "QR code read from the PDF at 100 dpi", { good: text === issued.message.metadata.qr, text: read });
  const { verdict, findings } = await verifyQr(text ?? "", qrOptions);
  note(subject, "QR code verified", { good: verdict === "stated", text: JSON.stringify(findings) });
}

/** One bit at a time, anywhere in each of the four files, must make it invalid. */
export async function proveFlips({ issued, options, settings, tally, draw, index, key }: Subject): Promise<void> {
  const { pdf, ofd, messageBytes: message, messageCms } = issued;
  const verify = (bytes: Uint8Array, change: Partial<VerificationOptions> = {}) =>
    verifyDocument(bytes, { ...options, ...change });
  const cases = [
    { form: "PDF", bytes: pdf, parts: partsOfPdf(pdf), judge: verify },
    { form: "OFD", bytes: ofd, parts: partsOfOfd(ofd), judge: verify },
    {
      form: "message",
      bytes: message,
      parts: wholeFile("content", message),
      judge: (bytes: Uint8Array) => verify(bytes, { messageSignature: messageCms }),
    },
    {
      form: "message",
      bytes: messageCms,
      parts: wholeFile("signature", messageCms),
      judge: (messageSignature: Uint8Array) => verify(message, { messageSignature }),
    },
  ];
  for (const { form, bytes, parts, judge } of cases) {
    for (const bit of chooseBits(parts, draw.below, settings.flips)) {
      const { verdict } = await judge(flipped(bytes, bit));
      count(tally, "flips", `${form}, ${key}: ${bit.part}`, isRefused(verdict), () => {
        const kept = `${index}-${key}-${form}-${bit.part.replaceAll(" ", "-")}`;
        mkdirSync(settings.keep, { recursive: true });
        writeFileSync(join(settings.keep, kept), bytes);
        const where = `bit ${bit.bit} of octet ${bit.octet} of ${bytes.length}`;
        return `certificate ${index} of seed ${settings.seed}: ${where} gives ${verdict}; unbroken file kept as ${kept}`;
      });
    }
  }
}

/**
 * Every single bit of what no digest in front of it covers: of an OFD all behind the signed front of the archive, of a PDF
 * the place of the signature. What the digests cover is left to chance above: SHA-256 tells each of its bits alike.
 */
export async function proveEveryBit({ issued, options, tally, key }: Subject): Promise<void> {
  const { pdf, ofd, messageCms } = issued;
  const when = { ...options, at: new Date(issued.message.metadata.preparedAt) };
  const front = openZip(Buffer.from(ofd)).offsets.get(SIGN_PATH.archive) ?? 0;
  const [, open, close] = locateSignature(pdf).byteRange;
  const cases = [
    { form: "OFD", bytes: ofd, from: front, to: ofd.length, judge: (bytes: Uint8Array) => verifyOfd(bytes, when) },
    { form: "PDF", bytes: pdf, from: open, to: close, judge: (bytes: Uint8Array) => verifyPades(bytes, when) },
    {
      form: "message signature",
      bytes: messageCms,
      from: 0,
      to: messageCms.length,
      judge: (bytes: Uint8Array) => verifyCms(bytes, { content: issued.messageBytes }, when),
    },
  ];
  for (const { form, bytes, from, to, judge } of cases) {
    if (!judge(bytes).ok) throw new Error(`the ${form} is not good before a bit is flipped`);
    const copy = Buffer.from(bytes);
    for (let at = from * 8; at < to * 8; at++) {
      const [octet, bit] = [at >> 3, at & 7];
      copy.writeUInt8(copy.readUInt8(octet) ^ (1 << bit), octet);
      const name = `${form}, ${key}: every bit that no digest in front covers`;
      count(tally, "flips", name, !judge(copy).ok, () => `bit ${bit} of octet ${octet} of ${bytes.length} is accepted`);
      copy.writeUInt8(copy.readUInt8(octet) ^ (1 << bit), octet);
    }
  }
}

/** The program itself, off-line: all forms at once, and one OFD with a flipped bit. */
export async function proveWithCommand(subject: Subject): Promise<void> {
  const { plan, files, draw } = subject;
  const options = ["--trust", plan.trust, "--status", plan.states, "--at", plan.verifiedAt];
  const good = await judges.askEcert("verify", [files.pdf, files.ofd, files.json, files.p7s], options);
  const valid = good.code === 0 && good.text.match(/"verdict":"valid"/g)?.length === 3;
  note(subject, "all three accepted by the program `ecert verify`", { good: valid, text: good.text });
  const ofd = readFileSync(files.ofd);
  const broken = join(files.folder, "broken.ofd");
  const bits = chooseBits(partsOfOfd(ofd), draw.below, 1);
  for (const bit of bits) writeFileSync(broken, flipped(ofd, bit));
  const bad = await judges.askEcert("verify", [broken], options);
  const text = `${JSON.stringify(bits)}: ${bad.text}`;
  const { nextDay } = plan;
  const told = await judges.askEcert(
    "verify-qr",
    [subject.issued.message.metadata.qr ?? ""],
    [...["--trust", plan.trust, "--status", nextDay.states, "--at", nextDay.verifiedAt]],
  );
  const stated = told.code === EXIT.stated;
  note(subject, "QR code let stand by the program `ecert verify-qr`", { good: stated, text: told.text });
  note(subject, "flipped bit refused by the program `ecert verify`", { good: bad.code === 1, text });
}

/** A flipped bit may name another algorithm, or leave no document: then it is nothing that is read here, and no more accepted. */
function isRefused(verdict: string): boolean {
  return verdict === "invalid" || verdict === "unsupported";
}
