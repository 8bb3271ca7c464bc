import { createPrivateKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { loadTrustDirectory } from "../../ops/ecert/trust-directory.ts";
import { compileDataSchema } from "../../services/document/data-schema.ts";
import { type CompiledFace, createFaceRenderer } from "../../services/document/face.ts";
import type { FaceSource } from "../../services/document/face-source.ts";
import { openSignedOfd } from "../../services/document/ofd/verify-ofd.ts";
import { parseTemplate } from "../../services/document/parse-template.ts";
import type { FaceTemplate } from "../../services/document/template.ts";
import { requireHolders } from "../../services/domain/holder-code.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { seededNumbers } from "../../services/domain/seeded.ts";
import { qrSignedText, qrStatementOf, qrText } from "../../services/domain/signed-qr.ts";
import { statusFromBundle } from "../../services/statement/bundle-status.ts";
import { signAsNode } from "../../services/trust/node-key.ts";
import { readStatusBundle } from "../../services/trust/status-bundle.ts";
import type { VerificationOptions } from "../../services/trust/verification/options.ts";
import type { QrOptions } from "../../services/trust/verification/verify-qr.ts";
import { heldBy, type SeedItem, seedItems } from "../document/seed.ts";
import { createDraw } from "./draw.ts";
import { type HousePlan, KEY_KINDS, type Signers } from "./house-plan.ts";
import { issueCertificate } from "./issue-certificate.ts";
import { textOfPdf } from "./judges.ts";
import { type RandomCertificate, randomCertificate } from "./random-certificate.ts";
import { newTally, type Tally } from "./tally.ts";
import {
  proveEveryBit,
  proveFlips,
  proveQr,
  proveWithCommand,
  proveWithEngine,
  proveWithTools,
  type Subject,
  writeSubject,
} from "./trials.ts";

/** How each certificate is tried. */
export interface ProofSettings {
  seed: number;
  /** Bits that are flipped in each file. */
  flips: number;
  /** One certificate in so many goes through the command line of `ecert verify` too. */
  command: number;
  /** Of the first so many certificates every bit is flipped that no digest covers, one after the other: minutes for each. */
  every: number;
  /** Where files that failed are kept. */
  keep: string;
}

/** What the outside reader must show of an OFD. */
export interface ReadingOrder {
  name: string;
  ofd: string;
  /** Values of the data, each of which must stand in the text as it is. */
  values: string[];
  /** All text of the PDF of the same certificate: the OFD has the same characters. */
  text: string;
  /** What its QR code says. */
  qr: string;
  /** mm. */
  page: FaceTemplate["page"];
}

/** Proves certificates one by one; the numbers of each follow from seed and index alone. */
export type Prover = (index: number) => Promise<{ tally: Tally; readings: ReadingOrder[] }>;

interface Kind {
  name: string;
  item: SeedItem;
  face: CompiledFace;
  page: FaceTemplate["page"];
  faultsOf: ReturnType<typeof compileDataSchema>;
}

/** Opens what proving takes: faces, trust, states. */
export function createProver(plan: HousePlan, signers: Signers, settings: ProofSettings): Prover {
  const { nodeKeys, province, ...trust } = loadTrustDirectory(plan.trust);
  const statesOf = (file: string) => statusFromBundle(readStatusBundle(readFileSync(file), nodeKeys), province);
  const options: VerificationOptions = {
    ...trust,
    at: new Date(plan.verifiedAt),
    openOfd: openSignedOfd,
    status: statesOf(plan.states),
  };
  const qrOptions: QrOptions = {
    keys: { single: nodeKeys },
    at: new Date(plan.nextDay.verifiedAt),
    status: statesOf(plan.nextDay.states),
  };
  const time = new Date(plan.signedAt);
  const nodeKey = createPrivateKey(plan.nodeKey);
  const renderer = createFaceRenderer();
  const kinds = [...seedItems()].map(([name, item]) => ({
    name,
    item,
    face: renderer.compile(JSON.stringify(item.template), item.sealPicture),
    page: parseTemplate(JSON.stringify(item.template)).page,
    faultsOf: compileDataSchema(JSON.stringify(item.dataSchema)),
  }));

  return async (index) => {
    const tally = newTally();
    const readings: ReadingOrder[] = [];
    const kind = kinds[index % kinds.length] as Kind;
    const { name, item, face, page } = kind;
    const draw = createDraw(seededNumbers(settings.seed * 1_000_003 + index));
    const serial = String(index).padStart(8, "0");
    const certificate = fitting(kind, tally, () => withQr(randomCertificate(draw, name, item, serial, time), nodeKey));
    for (const key of KEY_KINDS) {
      // Every other national OFD is stamped with an electronic seal; the others are signed as those of P-256 are.
      const seal = key === "SM2" && draw.chance(0.5) ? plan.seals[name] : undefined;
      const issued = await issueCertificate(signers, face, certificate, {
        key,
        time,
        ...(seal !== undefined && { seal }),
      });
      tally.ratios[key] = [issued.ofd.length / issued.pdf.length];
      const files = writeSubject(plan.directory, `certificate-${index}-${key}`, issued);
      const subject: Subject = {
        plan,
        options,
        qrOptions,
        settings,
        tally,
        draw,
        index,
        key,
        item: item.name,
        issued,
        files,
      };
      await proveWithEngine(subject);
      await proveWithTools(subject);
      await proveQr(subject);
      await proveFlips(subject);
      if (index < settings.every) await proveEveryBit(subject);
      if (index % settings.command === 0) await proveWithCommand(subject);
      const values = [...valuesOf(certificate.source.data), ...facts(certificate.source)].map((text) =>
        text.replaceAll(/\s/g, ""),
      );
      const text = await textOfPdf(files.pdf);
      const { qr = "" } = certificate.source.metadata;
      readings.push({ name: `${key}, certificate ${index} (${item.name})`, ofd: files.ofd, values, text, qr, page });
    }
    return { tally, readings };
  };
}

/** A certificate that its face has room for. One that has not is refused by name, which is right; then another is drawn. */
function fitting({ item, face, faultsOf }: Kind, tally: Tally, make: () => RandomCertificate): RandomCertificate {
  for (let turn = 0; turn < 20; turn++) {
    const drawn = make();
    const faults = faultsOf(drawn.source.data);
    if (faults.length > 0) throw new Error(`data were drawn that the item refuses: ${JSON.stringify(faults)}`);
    requireHolders(drawn.source.metadata.holders, heldBy(item.content));
    try {
      face.preparePdf(drawn.source, drawn.files);
      return drawn;
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== "DATA_INVALID") throw error;
      tally.refusedTexts++;
    }
  }
  throw new Error("of 20 certificates none fits its face");
}

/** The certificate with the QR text that its node signs. */
function withQr({ source, files }: RandomCertificate, nodeKey: KeyObject): RandomCertificate {
  const statement = qrStatementOf(source.metadata);
  const qr = qrText(statement, signAsNode(nodeKey, "ecert.qr.v1", Buffer.from(qrSignedText(statement))));
  return { source: { ...source, metadata: { ...source.metadata, qr } }, files };
}

/** Every text of the data as faces write it; pictures left out. */
function valuesOf(value: unknown): string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(valuesOf);
  const text = String(value);
  return text.startsWith("data:") ? [] : [inChinese(text)];
}

function facts({ metadata }: FaceSource): string[] {
  const { identifier, number, name, holders, issuer, issueDate } = metadata;
  return [identifier, number, name, ...holders.map((holder) => holder.name), issuer.name, inChinese(issueDate)];
}

function inChinese(text: string): string {
  return text.replace(/^(\d{4})-(\d{2})-(\d{2})$/, "$1年$2月$3日");
}
