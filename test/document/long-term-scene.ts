import { extendPdf } from "../../services/document/pdf/long-term.ts";
import type { LongTermTrust } from "../../services/document/pdf/long-term-options.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { parseCertificate } from "../../services/trust/certificate.ts";
import { fromPem } from "../../services/trust/pem.ts";
import { createRevocationSource } from "../../services/trust/revocation.ts";
import type { StampedContent } from "../../services/trust/time-stamp/imprint.ts";
import type { SignatureLevel, VerificationReport } from "../../services/trust/verification/report.ts";
import { verifyDocument } from "../../services/trust/verification/verify-document.ts";
import { type Issued, issuedStatus, openScene, register, type Scene, SIGNED_AT } from "../attacks/scene.ts";
import { createStampMaker, type StampMaker, stampPdf } from "../trust/stamp-maker.ts";

const HOUR = 3_600_000;
/** When lists of after the signature are at hand, and files are extended. */
export const EXTENDED_AT = new Date(SIGNED_AT.getTime() + 24 * HOUR);
/** Long after every revocation list in the file has ended. */
export const YEARS_LATER = new Date(SIGNED_AT.getTime() + 4 * 365 * 24 * HOUR);

/** A certificate as PDF, with and without a time stamp in its signature, and who may extend it. */
export interface LongTermScene {
  scene: Scene;
  maker: StampMaker;
  issued: Issued;
  /** Level B-B and level B-T. */
  plain: Buffer;
  stamped: Buffer;
  /** As a core is configured, with lists made at the time given. */
  trust(listsOf?: Date): LongTermTrust;
  extend(pdf: Uint8Array, level: Exclude<SignatureLevel, "B-B">, change?: Partial<LongTermTrust>): Promise<Buffer>;
  /** Verifies with the roots alone, years later. */
  verify(pdf: Uint8Array, at?: Date): Promise<VerificationReport>;
  close(): void;
}

/** Opens a scene with keys of the kind for the department; the time stamp authority has SM2 where the department has. */
export async function openLongTermScene(kind: "P-256" | "RSA" | "SM2" = "P-256"): Promise<LongTermScene> {
  const scene = await openScene(kind);
  const maker = createStampMaker(kind === "SM2" ? "sm2" : "p256");
  const issued = scene.issue("2026000001");
  const { pdf } = issued;
  const { certificates } = scene.authority;
  const national = kind === "SM2";
  const root = (national ? certificates["root-sm2"] : certificates.root) as string;
  const signing = (national ? certificates["signing-sm2"] : certificates.signing) as string;
  const roots = createTrustAnchors([root]);
  const issuers = fromPem("CERTIFICATE", root + signing).map(parseCertificate);
  const trust = (listsOf = new Date(EXTENDED_AT.getTime() - HOUR)): LongTermTrust => {
    const lists = scene.listsAt(listsOf);
    const own = national ? [lists["root-sm2"], lists["signing-sm2"]] : [lists.root, lists.signing];
    return {
      trust: roots,
      revocation: createRevocationSource(own as string[], issuers),
      timeStamps: maker.revoked() as NonNullable<LongTermTrust["timeStamps"]>,
    };
  };
  return {
    scene,
    maker,
    issued,
    plain: pdf,
    stamped: stampPdf(maker, pdf),
    trust,
    extend: async (file, level, change = {}) => {
      const stamp = async (content: StampedContent) => maker.token(content, { time: EXTENDED_AT });
      return Buffer.from(await extendPdf(file, { ...trust(), ...change, level, stamp, at: EXTENDED_AT }));
    },
    verify: (file, at = YEARS_LATER) =>
      verifyDocument(file, {
        trust: roots,
        timeStamps: maker.trust,
        at,
        status: issuedStatus({ asOf: at }),
        authorised: register(),
      }),
    close: () => scene.close(),
  };
}
