/**
 * Measures faces: `node ops/bench/documents.ts` prints processor time, rate per core and size of PDF and OFD for each kind of
 * certificate of the seed, of verifying them, and where the time goes; then what drawing does to the loop of a process that serves
 * calls. One thread, everything warmed up, each certificate with texts of its own.
 */
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createFaceRenderer } from "../../services/document/face.ts";
import type { FaceSource } from "../../services/document/face-source.ts";
import { SubsetJoiner } from "../../services/document/font/join-subset.ts";
import { loadFonts } from "../../services/document/font/library.ts";
import { compileTemplate } from "../../services/document/layout/compile-template.ts";
import { finishOfd, prepareOfdSignature } from "../../services/document/ofd/sign-ofd.ts";
import { verifyOfd } from "../../services/document/ofd/verify-ofd.ts";
import { parseTemplate } from "../../services/document/parse-template.ts";
import { embedSignature } from "../../services/document/prepared-pdf.ts";
import { qrSignedText, qrStatementOf, qrText } from "../../services/domain/signed-qr.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { makeCertificateRequest } from "../../services/trust/certificate-request.ts";
import { prepareCms } from "../../services/trust/cms.ts";
import { verifyPades } from "../../services/trust/pades.ts";
import { loadSigningCertificate } from "../../services/trust/signing-certificate.ts";
import { createAuthority } from "../authority/authority.ts";
import { sampleMessage } from "../docs/sample-message.ts";
import { type CatalogFile, readCatalogFiles } from "../trial/catalog-files.ts";
import { benchLoop } from "./loop-delay.ts";
import { variedMessage } from "./vary.ts";

/** Times that a step is done before it is measured, and while it is. */
const WARM = 60;
const ROUNDS = 200;

/** Processor time of one call in ms, user and system, all threads of the process. `step` gets another turn each time. */
function cost(step: (turn: number) => unknown): number {
  let turn = 0;
  for (let i = 0; i < WARM; i++) step(turn++);
  const before = process.cpuUsage();
  for (let i = 0; i < ROUNDS; i++) step(turn++);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / ROUNDS;
}

const node = generateKeyPairSync("ed25519").privateKey;

/** A message with the QR text that the node signs, as it is in service: three times as long as the identifier alone. */
export function withSignedQr(message: FaceSource): FaceSource {
  const statement = qrStatementOf(message.metadata);
  const signature = sign(null, Buffer.from(qrSignedText(statement)), node).toString("base64url");
  return { ...message, metadata: { ...message.metadata, qr: qrText(statement, signature) } };
}

/** A department with a software key: the device is measured elsewhere. */
export async function openDepartment() {
  const directory = mkdtempSync(join(tmpdir(), "ecert-bench-"));
  try {
    const authority = createAuthority(join(directory, "ca"));
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const request = await makeCertificateRequest({
      subject: {
        country: "CN",
        organization: "测试机构",
        organizationCode: "11440100MB2C91870E",
        commonName: "测试印章",
      },
      spki: publicKey.export({ type: "spki", format: "der" }),
      sign: (bytes) => sign("sha256", bytes, privateKey),
    });
    const signer = loadSigningCertificate(authority.issueSigning(request, { days: 2 }).certPem);
    return {
      trust: createTrustAnchors([authority.certificates.root]),
      cms(contentDigest: Uint8Array, pades: boolean): Uint8Array {
        const { toBeSigned, finish } = prepareCms({ contentDigest, signer, pades });
        return finish(sign("sha256", toBeSigned, privateKey));
      },
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Prints the figures line by line. */
export async function benchDocuments(print: (line: string) => void): Promise<void> {
  const department = await openDepartment();
  const options = { trust: department.trust, at: new Date() };
  print(`${cpus()[0]?.model ?? "unknown processor"} × ${cpus().length}, Node ${process.version}, one thread`);
  print('ms of processor time per file, without the device; "/s" per core; bytes of the signed file');
  for (const seed of readCatalogFiles()) {
    const face = createFaceRenderer().compile(seed.content.faceTemplateJson, seed.sealPicture);
    const message = withSignedQr(sampleMessage(seed));
    const signPdf = (): Uint8Array => {
      const prepared = face.preparePdf(message);
      return embedSignature(prepared, department.cms(Buffer.from(prepared.digest, "hex"), true));
    };
    const signOfd = (): Buffer => {
      const pending = prepareOfdSignature(face.prepareOfd(message), { suite: "ecdsa-p256-sha256" });
      return finishOfd(pending, department.cms(pending.digest, false));
    };
    const [pdf, ofd] = [signPdf(), signOfd()];
    // Each time another certificate: what is remembered of the last one must not make the next one look cheap.
    const messages = Array.from({ length: WARM + ROUNDS }, (_, turn) => withSignedQr(variedMessage(message, turn)));
    const next = (turn: number) => messages[turn] as FaceSource;
    const made = [cost((turn) => face.preparePdf(next(turn))), cost((turn) => face.prepareOfd(next(turn)))] as const;
    const both = [0, 1, 2].map(() => cost((turn) => [face.preparePdf(next(turn)), face.prepareOfd(next(turn))])).sort();
    const checked = [cost(() => verifyPades(pdf, options)), cost(() => verifyOfd(ofd, options))] as const;
    const row = (name: string, at: 0 | 1, bytes: number): string =>
      `  ${name}  made ${made[at].toFixed(2)} ms (${(1000 / made[at]).toFixed(0)}/s)  verified ${checked[at].toFixed(2)} ms (${(1000 / checked[at]).toFixed(0)}/s)  ${bytes} bytes`;
    print(`${seed.name} (${seed.file})`);
    print(row("PDF", 0, pdf.length));
    print(`${row("OFD", 1, ofd.length)}, ${((ofd.length / pdf.length) * 100).toFixed(0)} % of the PDF`);
    print(
      `  both of one certificate, as they are drawn in service: ${both[1]?.toFixed(2)} ms, the median of three rounds (least ${both[0]?.toFixed(2)})`,
    );
    printStages(seed, message, face, department.cms, print);
  }
  await benchLoop(print);
}

function printStages(
  seed: CatalogFile,
  message: FaceSource,
  face: ReturnType<ReturnType<typeof createFaceRenderer>["compile"]>,
  cms: (digest: Uint8Array, pades: boolean) => Uint8Array,
  print: (line: string) => void,
): void {
  const fonts = loadFonts();
  const laidOut = compileTemplate(parseTemplate(seed.content.faceTemplateJson), seed.sealPicture, fonts);
  const texts = laidOut.layOut(message).flatMap((item) => (item.kind === "text" ? [item] : []));
  const regular = texts.filter(({ font }) => font === "regular").map(({ text }) => text);
  const codePoints = Uint32Array.from(
    new Set([...regular.join("")].map((char) => char.codePointAt(0) as number)),
  ).sort();
  const joiner = new SubsetJoiner(fonts.regular);
  const prepared = face.prepareOfd(message);
  const stages: [string, () => unknown][] = [
    ["lay out the data", () => laidOut.layOut(message)],
    ["join the subset of the font", () => joiner.join(codePoints)],
    ["OFD: signature file", () => prepareOfdSignature(prepared, { suite: "ecdsa-p256-sha256" })],
    ["CMS, software key", () => cms(Buffer.from(prepared.digest, "hex"), false)],
  ];
  print(`  of which ${stages.map(([name, step]) => `${name} ${cost(step).toFixed(2)}`).join(", ")}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await benchDocuments((line) => process.stdout.write(`${line}\n`));
}
