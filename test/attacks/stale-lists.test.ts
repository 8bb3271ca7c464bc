import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSignedData } from "../../services/trust/cms-read.ts";
import { attachTimeStamp } from "../../services/trust/time-stamp/attach.ts";
import type { VerificationOptions } from "../../services/trust/verification/options.ts";
import { type LongTermScene, openLongTermScene, YEARS_LATER } from "../document/long-term-scene.ts";
import { createDepartment } from "../trust/department.ts";
import { createStampMaker, stampPdf } from "../trust/stamp-maker.ts";
import { codes, type Issued, issuedStatus, openScene, recordOf, type Scene, SIGNED_AT, trustOf } from "./scene.ts";

const DAY = 86_400_000;
/** Five days after the lists have ended: they were made a day before the signing, for thirty days. */
const LATER = new Date(SIGNED_AT.getTime() + 34 * DAY);
const maker = createStampMaker();

let scene: Scene;
let national: Scene;
let issued: Issued;
let sealed: Issued;
beforeAll(async () => {
  [scene, national] = [await openScene(), await openScene("SM2")];
  issued = scene.issue("2026000001");
  sealed = national.issue("2026000001");
});
afterAll(() => {
  scene.close();
  national.close();
});

const status = issuedStatus({ asOf: LATER });
const verify = (of: Scene, document: Uint8Array, change: Partial<VerificationOptions> = {}) =>
  of.verify(document, { at: LATER, status, ...change });
const fresh = (of: Scene) => trustOf(of.authority, of.listsAt(new Date(LATER.getTime() - DAY)));

/** Every kind of document whose time of signing only the signer claims. */
const claimed = (): [string, Scene, Uint8Array, Partial<VerificationOptions>][] => [
  ["PDF", scene, issued.pdf, {}],
  ["OFD", scene, issued.ofd, {}],
  ["data message", scene, issued.messageBytes, { messageSignature: issued.messageCms }],
  ["face with its message", scene, issued.pdf, { message: issued.messageBytes, messageSignature: issued.messageCms }],
  ["PDF, SM2", national, sealed.pdf, {}],
  ["OFD with an electronic seal", national, sealed.ofd, {}],
];

describe("EN 319 102-1 §5.2.6: a list that ended before the verification", () => {
  test("leaves a claimed time inside its window undetermined, in every kind of document, and says so", async () => {
    for (const [what, of, document, beside] of claimed()) {
      const report = await verify(of, document, beside);
      expect([what, report.verdict, codes(report)[0]]).toEqual([what, "undetermined", "REVOCATION_STALE"]);
      expect(report.findings[0]?.text).toContain("吊销列表已过期");
      expect(report.findings[0]?.detail).toMatch(/is not known today: the revocation list ended at 2026-12-2/);
      expect(report.signature?.revocation).toMatchObject({ atSigning: { state: "good" }, now: { state: "unknown" } });
      const newer = await verify(of, document, { ...beside, ...fresh(of) });
      expect([what, newer.verdict]).toEqual([what, "valid"]);
    }
  });

  test("is of no use to a thief who backdates: no list that he may be judged by makes it valid", async () => {
    const robbed = await createDepartment(scene.authority, "P-256");
    const before = trustOf(scene.authority);
    const backdated = scene.issue("2026000002", undefined, robbed);
    scene.authority.revoke(robbed.serial, "keyCompromise", new Date(SIGNED_AT.getTime() + 20 * DAY));
    for (const [trust, code] of [
      [before, "REVOCATION_STALE"],
      [fresh(scene), "SIGNER_COMPROMISED"],
    ] as const) {
      for (const document of [backdated.pdf, backdated.ofd]) {
        const report = await verify(scene, document, trust);
        expect([report.verdict, codes(report)[0]]).toEqual(["undetermined", code]);
      }
    }
  });

  test("of an authority above does the same", async () => {
    const { root } = scene.authority.crl();
    const lists = { ...scene.listsAt(LATER), root };
    const report = await verify(scene, issued.pdf, trustOf(scene.authority, lists));
    expect([report.verdict, codes(report)[0]]).toEqual(["undetermined", "REVOCATION_STALE"]);
    expect(report.findings[0]?.detail).toContain("Trial signing authority");
  });

  test("changes nothing where the issuer's record says when it was signed", async () => {
    for (const [, of, document, beside] of claimed()) {
      const one = of === scene ? issued : sealed;
      const report = await verify(of, document, { ...beside, status: recordOf(one, { asOf: LATER }) });
      expect([report.verdict, report.signature?.timeFrom]).toEqual(["valid", "record"]);
    }
  });

  test("changes nothing where a time stamp counts", async () => {
    const pdf = stampPdf(maker, issued.pdf);
    for (const timeStamps of [maker.trust, maker.listed(60)]) {
      const report = await verify(scene, pdf, { timeStamps });
      expect([report.verdict, report.signature?.level, report.signature?.timeFrom]).toEqual(["valid", "B-T", "stamp"]);
    }
    const { messageCms, messageBytes } = issued;
    const messageSignature = attachTimeStamp(messageCms, maker.token(readSignedData(messageCms).signature));
    const message = await verify(scene, messageBytes, { messageSignature, timeStamps: maker.listed(60) });
    expect(message.verdict).toBe("valid");
  });
});

describe("a list of a time stamp authority that ended before the verification", () => {
  test("takes the stamp's effect away: what is left is the claimed time", async () => {
    const pdf = stampPdf(maker, issued.pdf);
    const both = await verify(scene, pdf, { timeStamps: maker.listed(29) });
    expect([both.verdict, both.signature?.level]).toEqual(["undetermined", "B-B"]);
    expect(codes(both)).toEqual(expect.arrayContaining(["REVOCATION_STALE", "TIME_STAMP_STALE"]));
    const stamp = await verify(scene, pdf, { ...fresh(scene), timeStamps: maker.listed(29) });
    expect([stamp.verdict, stamp.signature?.timeFrom]).toEqual(["valid", "claimed"]);
    expect(stamp.findings.find(({ code }) => code === "TIME_STAMP_STALE")?.text).toContain("吊销列表已过期");
  });

  test("does no harm once the authority's certificate has ended, if it reached so far", async () => {
    const ends = new Date(SIGNED_AT.getTime() + 20 * DAY);
    const pdf = stampPdf(maker, issued.pdf, { notAfter: ends });
    const reached = await verify(scene, pdf, { timeStamps: maker.listed(29) });
    expect([reached.verdict, reached.signature?.timeFrom]).toEqual(["valid", "stamp"]);
    const short = await verify(scene, pdf, { timeStamps: maker.listed(10) });
    expect([short.verdict, short.signature?.timeFrom]).toEqual(["undetermined", "claimed"]);
  });
});

describe("data for the long term", () => {
  let long: LongTermScene;
  beforeAll(async () => {
    long = await openLongTermScene();
  });
  afterAll(() => long.close());

  test("keeps its worth when all lists have ended, those that are configured too: the document brought its own", async () => {
    for (const level of ["LT", "LTA"] as const) {
      const pdf = await long.extend(long.stamped, `B-${level}`);
      for (const configured of [{}, long.trust()]) {
        const options = { ...configured, at: YEARS_LATER, status: issuedStatus({ asOf: YEARS_LATER }) };
        const report = await long.scene.verify(pdf, { timeStamps: long.maker.trust, ...options });
        expect([report.verdict, report.signature?.level]).toEqual(["valid", `B-${level}`]);
      }
    }
  });

  test("does not prove a time that only the signer claims: a thief may bring along the lists of his day", async () => {
    const pdf = await long.extend(long.stamped, "B-LT");
    const options = { ...long.trust(), at: YEARS_LATER, status: issuedStatus({ asOf: YEARS_LATER }) };
    // The stamp counts for nothing: its authority has lost its key.
    const timeStamps = long.maker.revoked("keyCompromise", new Date(SIGNED_AT.getTime() + 100 * DAY));
    const report = await long.scene.verify(pdf, { ...options, timeStamps });
    expect([report.verdict, codes(report)[0]]).toEqual(["undetermined", "REVOCATION_STALE"]);
    expect(codes(report)).toContain("TIME_STAMP_COMPROMISED");
  });
});
