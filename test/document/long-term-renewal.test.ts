import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { extendPdf } from "../../services/document/pdf/long-term.ts";
import type { LongTermTrust } from "../../services/document/pdf/long-term-options.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { joinedRevocation } from "../../services/trust/long-term/stored-revocation.ts";
import type { RevocationLists } from "../../services/trust/revocation.ts";
import type { TimeStampTrust } from "../../services/trust/time-stamp/verify-token.ts";
import { verifyDocument } from "../../services/trust/verification/verify-document.ts";
import { codes, issuedStatus, register } from "../attacks/scene.ts";
import { createStampMaker, STAMPED_AT, type StampMaker } from "../trust/stamp-maker.ts";
import { EXTENDED_AT, type LongTermScene, openLongTermScene, YEARS_LATER } from "./long-term-scene.ts";

const DAY = 86_400_000;
const daysAfter = (time: Date, days: number) => new Date(time.getTime() + days * DAY);
const RENEWED_AT = daysAfter(EXTENDED_AT, 20);

let one: LongTermScene;
let other: StampMaker;
/** Stamped inside by one authority, as a whole by the other. */
let lta: Buffer;
/** The same, and as a whole once more by the first authority. */
let renewed: Buffer;

beforeAll(async () => {
  one = await openLongTermScene();
  other = createStampMaker("p256", "Other stamp root");
  lta = await extended(one.stamped, other, EXTENDED_AT);
  renewed = await extended(lta, one.maker, RENEWED_AT);
});
afterAll(() => one.close());

async function extended(file: Uint8Array, by: StampMaker, at: Date): Promise<Buffer> {
  const timeStamps = joined(one.maker.revoked(), other.revoked()) as NonNullable<LongTermTrust["timeStamps"]>;
  const stamp: Parameters<typeof extendPdf>[1]["stamp"] = async (content) => by.token(content, { time: at });
  return Buffer.from(await extendPdf(file, { ...one.trust(), timeStamps, level: "B-LTA", stamp, at }));
}

/** Trust in two authorities of time stamps, with the lists of both. */
function joined(...all: [TimeStampTrust, TimeStampTrust]): TimeStampTrust & { revocation: RevocationLists } {
  const sources = all.map(({ revocation }) => revocation as RevocationLists);
  const listFor: RevocationLists["listFor"] = (one) => sources.map((source) => source.listFor(one)).find(Boolean);
  return {
    trust: createTrustAnchors([one.maker.rootPem, other.rootPem]),
    revocation: { ...joinedRevocation(sources), listFor },
  };
}

/** The report years later, when the keys of the authorities were lost at the times given. */
function verify(file: Buffer, lost: { inside?: Date; whole?: Date }) {
  const of = (maker: StampMaker, at: Date | undefined) => (at ? maker.revoked("keyCompromise", at) : maker.revoked());
  return verifyDocument(file, {
    trust: one.trust().trust,
    timeStamps: joined(of(one.maker, lost.inside), of(other, lost.whole)),
    at: YEARS_LATER,
    status: issuedStatus({ asOf: YEARS_LATER }),
    authorised: register(),
  });
}

describe("with time stamps of two authorities (EN 319 142-1 §6.3, EN 319 102-1 §5.6.2)", () => {
  test("the one inside stands when its authority's key is lost after the other had stamped the whole", async () => {
    const report = await verify(lta, { inside: daysAfter(EXTENDED_AT, 30) });
    expect(report).toMatchObject({
      verdict: "valid",
      signature: { level: "B-LTA", timeFrom: "stamp", signedAt: STAMPED_AT },
    });
    expect(codes(report)).toEqual(["SIGNER_EXPIRED_SINCE"]);
  });

  test("it does not stand when the key was lost before; the one over the whole then says by when it was signed", async () => {
    const report = await verify(lta, { inside: daysAfter(STAMPED_AT, 0.5) });
    expect(report.signature).toMatchObject({ timeFrom: "stamp", signedAt: EXTENDED_AT });
    expect(report.signature?.level).not.toBe("B-LTA");
    expect(codes(report)).toContain("TIME_STAMP_COMPROMISED");
  });

  test("it does not stand when both keys were lost: whoever has both could have made both", async () => {
    const later = daysAfter(EXTENDED_AT, 30);
    const report = await verify(lta, { inside: later, whole: later });
    expect(report.signature).toMatchObject({ level: "B-B", timeFrom: "claimed" });
    expect(codes(report)).toContain("TIME_STAMP_COMPROMISED");
  });

  test("a stamp over the whole stands when its authority's key is lost after the next one", async () => {
    const after = await verify(renewed, { whole: daysAfter(RENEWED_AT, 5) });
    expect(after).toMatchObject({ verdict: "valid", signature: { level: "B-LTA", signedAt: STAMPED_AT } });
    expect(codes(after)).not.toContain("TIME_STAMP_COMPROMISED");
    const before = await verify(renewed, { whole: daysAfter(EXTENDED_AT, 5) });
    expect(before).toMatchObject({ verdict: "valid", signature: { level: "B-LTA" } });
    expect(codes(before)).toContain("TIME_STAMP_COMPROMISED");
  });
});
