import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { levelOfPdf } from "../../services/document/pdf/long-term.ts";
import type { LongTermTrust } from "../../services/document/pdf/long-term-options.ts";
import { MAX_REVISIONS } from "../../services/trust/long-term/read-revisions.ts";
import { codes, recordOf, SIGNED_AT } from "../attacks/scene.ts";
import { STAMPED_AT, stampPdf } from "../trust/stamp-maker.ts";
import { EXTENDED_AT, type LongTermScene, openLongTermScene, YEARS_LATER } from "./long-term-scene.ts";
import { grownOf, storeBehind } from "./long-term-surgery.ts";

const HOUR = 3_600_000;

describe.each(["P-256", "RSA", "SM2"] as const)("a face signed with %s (EN 319 142-1 §6)", (kind) => {
  let one: LongTermScene;
  beforeAll(async () => {
    one = await openLongTermScene(kind);
  });
  afterAll(() => one.close());

  test("is B-B without a time stamp and B-T with one", async () => {
    expect(await one.verify(one.plain, EXTENDED_AT)).toMatchObject({ signature: { level: "B-B" } });
    expect(await one.verify(one.stamped, EXTENDED_AT)).toMatchObject({ signature: { level: "B-T" } });
  });

  test("is B-LT with certificates and lists behind it: valid by the roots alone when all lists have ended", async () => {
    const file = await one.extend(one.stamped, "B-LT");
    const report = await one.verify(file);
    expect(report).toMatchObject({
      verdict: "valid",
      signature: { level: "B-LT", timeFrom: "stamp", revocation: { atSigning: { state: "good" } } },
    });
    expect(codes(report)).toEqual(["SIGNER_EXPIRED_SINCE"]);
    const bare = await one.verify(one.stamped);
    expect(codes(bare)).toContain("REVOCATION_UNCHECKED");
  });

  test("is B-LTA with a document time stamp over that", async () => {
    const file = await one.extend(one.stamped, "B-LTA");
    expect(await one.verify(file)).toMatchObject({ verdict: "valid", signature: { level: "B-LTA" } });
  });
});

describe("extending a face", () => {
  let one: LongTermScene;
  let lta: Buffer;
  beforeAll(async () => {
    one = await openLongTermScene();
    lta = await one.extend(one.stamped, "B-LTA");
  });
  afterAll(() => one.close());

  const refusal = (work: Promise<unknown>) =>
    work.then(
      () => "extended",
      (error: unknown) => error,
    );

  test("leaves the signed original octet by octet in front, at every level", async () => {
    const lt = await one.extend(one.stamped, "B-LT");
    expect(lt.subarray(0, one.stamped.length).equals(one.stamped)).toBe(true);
    const more = await one.extend(lt, "B-LTA");
    expect(more.subarray(0, lt.length).equals(lt)).toBe(true);
  });

  test("to B-LT gives the same octets from the same lists, others from others", async () => {
    const trust = one.trust();
    const again = await one.extend(one.stamped, "B-LT", trust);
    expect((await one.extend(one.stamped, "B-LT", trust)).equals(again)).toBe(true);
    const later = await one.extend(one.stamped, "B-LT", one.trust(new Date(EXTENDED_AT.getTime() + HOUR)));
    expect(later.equals(again)).toBe(false);
  });

  test("to a level that it has changes nothing, and B-LTA once more renews the document time stamp", async () => {
    const lt = await one.extend(one.stamped, "B-LT");
    expect((await one.extend(lt, "B-LT")).equals(lt)).toBe(true);
    expect((await one.extend(lta, "B-LT")).equals(lta)).toBe(true);
    const renewed = await one.extend(lta, "B-LTA");
    expect(renewed.subarray(0, lta.length).equals(lta)).toBe(true);
    expect(renewed.toString("latin1")).toContain("(DocTimeStamp2)");
    expect(await one.verify(renewed)).toMatchObject({ verdict: "valid", signature: { level: "B-LTA" } });
  });

  test("is refused with field and remedy when no more revisions are read, and leaves the file good", async () => {
    let [file, renewals] = [lta, 0];
    const last = await (async () => {
      for (; renewals < MAX_REVISIONS; renewals += 1) file = await one.extend(file, "B-LTA");
    })().catch((error: unknown) => error);
    // Each takes two revisions: the lists for the stamp before it, and the stamp.
    expect(renewals).toBe(6);
    expect(last).toMatchObject({
      reason: "TOO_LARGE",
      fields: [{ field: "long_term", remedy: expect.stringContaining("evidence record (RFC 4998)") }],
    });
    expect(await one.verify(file)).toMatchObject({ verdict: "valid", signature: { level: "B-LTA" } });
  });

  test("leaves it the face that the issuer's record names, and the message beside it", async () => {
    const { messageBytes, messageCms } = one.issued;
    const options = { status: recordOf(one.issued), message: messageBytes, messageSignature: messageCms };
    const report = await one.scene.verify(lta, { ...options, ...one.trust() });
    expect(report).toMatchObject({ verdict: "valid", signature: { level: "B-LTA", timeFrom: "record" } });
    expect(report.subject?.number).toBe(one.issued.message.metadata.number);
    const other = one.scene.issue("2026000009");
    const swapped = await one.scene.verify(lta, {
      ...one.trust(),
      status: recordOf({ ...other, message: one.issued.message }),
    });
    expect(codes(swapped)).toContain("RECORD_DIFFERS");
  });

  test("tells the level of a file", async () => {
    const options = { ...one.trust(), at: EXTENDED_AT };
    expect(levelOfPdf(one.plain, options)).toBe("B-B");
    expect(levelOfPdf(one.stamped, options)).toBe("B-T");
    expect(levelOfPdf(lta, options)).toBe("B-LTA");
  });

  test("without a time stamp in the signature takes two visits: a document time stamp, then lists made after it", async () => {
    expect(await refusal(one.extend(one.plain, "B-LT"))).toMatchObject({
      reason: "LONG_TERM_INCOMPLETE",
      fields: [{ field: "long_term", remedy: expect.stringContaining("B-T first") }],
    });
    const first = await one.extend(one.plain, "B-T");
    expect(await one.verify(first, EXTENDED_AT)).toMatchObject({ signature: { level: "B-T", timeFrom: "stamp" } });
    const after = one.trust(new Date(EXTENDED_AT.getTime() + HOUR));
    const listed = await one.extend(first, "B-LT", after);
    // The document time stamp stands before the lists: it says when it was signed, and nothing of them.
    expect(await one.verify(listed)).toMatchObject({ verdict: "valid", signature: { level: "B-LT" } });
    const second = await one.extend(first, "B-LTA", after);
    expect(await one.verify(second)).toMatchObject({ verdict: "valid", signature: { level: "B-LTA" } });
  });

  test("is refused with every list that is missing, by the authority's name", async () => {
    const { revocation: _, ...bare } = one.trust();
    const { revocation: __, ...stamps } = bare.timeStamps as NonNullable<LongTermTrust["timeStamps"]>;
    const options = { trust: bare.trust, revocation: undefined, timeStamps: stamps } as unknown as LongTermTrust;
    const error = await refusal(one.extend(one.stamped, "B-LT", options));
    expect(error).toMatchObject({ reason: "LONG_TERM_INCOMPLETE" });
    const { message } = error as Error;
    expect(message.split("; ")).toHaveLength(3);
    expect(message).toContain("revocation list of Stamp root: none is configured");
  });

  test("is refused with a list older than the signature, which a stolen key could hide behind, and says when to ask again", async () => {
    const old = one.trust(new Date(SIGNED_AT.getTime() - 12 * HOUR));
    expect(await refusal(one.extend(one.stamped, "B-LT", old))).toMatchObject({
      reason: "LONG_TERM_INCOMPLETE",
      message: expect.stringContaining("is older than the signature"),
      retryAfterMs: 30 * 24 * HOUR - 36 * HOUR,
    });
  });

  test("is refused for a signer who was revoked before the time stamp", async () => {
    const other = await openLongTermScene();
    other.scene.authority.revoke(other.scene.department.serial, "keyCompromise", new Date(STAMPED_AT.getTime() - HOUR));
    expect(await refusal(other.extend(other.stamped, "B-LT"))).toMatchObject({ reason: "SIGNER_REVOKED" });
    other.close();
  });

  test("is refused for a file that is not good, or that has other things appended", async () => {
    const altered = Buffer.from(one.stamped);
    altered[3000] = (altered[3000] ?? 0) ^ 1;
    expect(await refusal(one.extend(altered, "B-LT"))).toMatchObject({ reason: "SIGNATURE_INVALID" });
    const longer = Buffer.concat([lta, Buffer.from("% more\n")]);
    expect(await refusal(one.extend(longer, "B-LTA"))).toMatchObject({
      reason: "SIGNATURE_INVALID",
      message: expect.stringContaining("no revision of the form allowed"),
    });
  });

  test("is refused without an authority to stamp", async () => {
    const { extendPdf } = await import("../../services/document/pdf/long-term.ts");
    const options = { ...one.trust(), level: "B-LTA" as const, at: EXTENDED_AT };
    expect(await refusal(extendPdf(one.stamped, options))).toMatchObject({ reason: "LONG_TERM_INCOMPLETE" });
  });

  test("a list of before the signature that somebody put into the file proves nothing", async () => {
    // What an attacker with a stolen key would do: stamp today, and bring along the last list that does not name the key.
    const old = grownOf(await one.extend(one.stamped, "B-LT", one.trust(new Date(SIGNED_AT.getTime() + 6 * HOUR))));
    const late = stampPdf(one.maker, one.plain, { time: new Date(STAMPED_AT.getTime() + 12 * HOUR) });
    const forged = storeBehind(late, old.state.entries);
    const report = await one.verify(forged, EXTENDED_AT);
    expect(report).toMatchObject({ verdict: "undetermined", signature: { level: "B-T" } });
    expect(report.findings[0]).toMatchObject({
      code: "REVOCATION_UNKNOWN",
      detail: expect.stringContaining("is older than the signature"),
    });
  });

  test("the report names what is missing where the lists in the file do not tell all", async () => {
    const report = await one.verify(await one.extend(one.plain, "B-T"), YEARS_LATER);
    expect(codes(report)).toContain("LONG_TERM_INCOMPLETE");
  });
});
