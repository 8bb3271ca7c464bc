import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { type Certificate, parseCertificate } from "../../services/trust/certificate.ts";
import { verifyCms } from "../../services/trust/cms-verify.ts";
import { readRevocationList } from "../../services/trust/crl.ts";
import { storedRevocation } from "../../services/trust/long-term/stored-revocation.ts";
import { fromPem } from "../../services/trust/pem.ts";
import { createRevocationSource, type RevocationSource } from "../../services/trust/revocation.ts";
import { type Department, departmentOf } from "./department.ts";
import { createBench } from "./openssl.ts";
import { type OpensslAuthority, openOpensslAuthority, type Revoked } from "./openssl-authority.ts";

const DAY = 86_400_000;
const start = Math.floor(Date.now() / DAY) * DAY;
const day = (days: number): Date => new Date(start + days * DAY);
const NAME = "Rolled signing authority";

const bench = createBench();
let root: OpensslAuthority;
/** The authority's old key and its new one: two certificates of one name. */
let [old, young]: OpensslAuthority[] = [];
/** Somebody else's authority that bears the name too. */
let otherRoot: OpensslAuthority;
let impostor: OpensslAuthority;
let [byOld, byYoung]: Department[] = [];

beforeAll(async () => {
  root = openOpensslAuthority(bench, "Root", { from: day(-30) });
  old = openOpensslAuthority(bench, NAME, { above: root, from: day(-30) });
  young = openOpensslAuthority(bench, NAME, { above: root, from: day(-30) });
  otherRoot = openOpensslAuthority(bench, "Other root", { from: day(-30) });
  impostor = openOpensslAuthority(bench, NAME, { above: otherRoot, from: day(-30) });
  byOld = await departmentBy(old);
  byYoung = await departmentBy(young);
});
afterAll(() => bench.close());

const departmentBy = (authority: OpensslAuthority) =>
  departmentOf((request) => authority.certify(request) + authority.certPem);
const certificates = (...authorities: (OpensslAuthority | undefined)[]): Certificate[] =>
  authorities.flatMap((one) => fromPem("CERTIFICATE", one?.certPem ?? "")).map(parseCertificate);
const lost = (one: Department | undefined, at = day(-2)): Revoked => ({
  certPem: one?.certPem ?? "",
  cause: "keyCompromise",
  at,
});
const list = (authority: OpensslAuthority | undefined, ...revoked: Revoked[]): string =>
  authority?.list(revoked, day(-1), day(10)) ?? "";

/** Every order in which lists and authorities may be named. */
function orders(texts: readonly string[], authorities: readonly Certificate[]): RevocationSource[] {
  return [texts, texts.toReversed()].flatMap((some) =>
    [authorities, authorities.toReversed()].map((others) => createRevocationSource(some, others)),
  );
}
const all = () => certificates(root, old, young, otherRoot, impostor);
const stateOf = (source: RevocationSource, one: Department | undefined, at = day(0)) =>
  source.statusAt(parseCertificate(fromPem("CERTIFICATE", one?.certPem ?? "")[0] as Uint8Array), at);

describe("RFC 5280 §6.3.3: revocation lists belong to the key that signed them", () => {
  test("openssl too finds the two authorities of one name under the root, and the lists by their keys", () => {
    bench.file("root.pem", root.certPem);
    for (const authority of [old, young]) {
      bench.file("above.pem", authority?.certPem ?? "");
      bench.file("list.pem", list(authority, lost(byOld)));
      expect(bench.openssl("verify", "-CAfile", "root.pem", "above.pem")).toContain("OK");
      const args = ["-in", "list.pem", "-CAfile", "above.pem", "-noout"];
      expect(bench.openssl("crl", ...args)).toContain("verify OK");
    }
  });

  test("a signer issued under either key that was revoked for compromise is revoked, in whatever order all is named", () => {
    for (const [victim, texts] of [
      [byYoung, [list(old), list(young, lost(byYoung))]],
      [byOld, [list(old, lost(byOld)), list(young)]],
      // The authority lists the old key's certificates with the new key alone.
      [byOld, [list(old), list(young, lost(byOld))]],
      [byYoung, [list(old, lost(byYoung)), list(young)]],
    ] as const) {
      for (const source of orders([list(root), ...texts], all())) {
        expect(stateOf(source, victim)).toEqual({ state: "revoked", at: day(-2), cause: "keyCompromise" });
        expect(stateOf(source, victim, day(-3))).toMatchObject({ state: "revoked-later" });
      }
    }
  });

  test("a signature by such a signer does not hold, and one by the other does", () => {
    const content = Buffer.from("data message");
    const digest = createHash("sha256").update(content).digest();
    const revocation = createRevocationSource([list(root), list(old), list(young, lost(byYoung))], all());
    const trust = createTrustAnchors([root.certPem]);
    const verify = (one: Department | undefined) =>
      verifyCms(
        one?.signDigest(digest, { pades: true }) ?? new Uint8Array(),
        { content },
        { trust, at: day(0), revocation },
      );
    expect(verify(byYoung).reasons).toEqual(["SIGNER_REVOKED"]);
    expect(verify(byOld)).toMatchObject({ ok: true });
  });

  test("the silence of another key's list tells nothing: an authority may keep one list for each key", () => {
    for (const source of orders([list(root), list(young)], all())) {
      expect(stateOf(source, byYoung)).toMatchObject({ state: "good" });
      expect(stateOf(source, byOld)).toMatchObject({
        state: "unknown",
        why: "no revocation list by the key of its issuer is known",
      });
    }
    const ended = old?.list([], day(-20), day(-10)) ?? "";
    expect(stateOf(createRevocationSource([ended, list(young)], all()), byOld)).toMatchObject({ state: "unknown" });
  });

  test("an authority of the same name beneath another anchor neither clears nor accuses anybody", () => {
    for (const source of orders([list(root), list(impostor, lost(byOld), lost(byYoung))], all())) {
      for (const one of [byOld, byYoung]) expect(stateOf(source, one)).toMatchObject({ state: "unknown" });
    }
    const lists = [list(old), list(young), list(impostor, lost(byOld), lost(byYoung))];
    for (const source of orders(lists, all())) {
      for (const one of [byOld, byYoung]) expect(stateOf(source, one)).toMatchObject({ state: "good" });
    }
  });

  test("an anchor that changed its key, two certificates of one name, is one authority", () => {
    for (const source of orders([list(old), list(young, lost(byOld))], certificates(old, young))) {
      expect(stateOf(source, byOld)).toMatchObject({ state: "revoked" });
      expect(stateOf(source, byYoung)).toMatchObject({ state: "good" });
    }
  });

  test("a list in a document follows the same rule, and one of an authority that nobody vouches for is nothing", () => {
    const source = (trusted: OpensslAuthority, texts: string[]) =>
      storedRevocation(
        {
          lists: texts.map((text) => readRevocationList(text)),
          certificates: all(),
          trust: createTrustAnchors([trusted.certPem]),
        },
        { onlyYounger: false },
      );
    const clean = [list(old), list(young)];
    expect(stateOf(source(root, clean), byOld)).toEqual({ state: "good" });
    expect(stateOf(source(root, [list(old), list(young, lost(byOld))]), byOld)).toMatchObject({ state: "revoked" });
    expect(stateOf(source(root, [list(young)]), byOld)).toMatchObject({ state: "unknown" });
    expect(stateOf(source(root, [...clean, list(impostor, lost(byOld))]), byOld)).toEqual({ state: "good" });
    expect(stateOf(source(otherRoot, clean), byOld)).toMatchObject({ state: "unknown" });
  });
});

describe("of several lists of one key", () => {
  const older = (...revoked: Revoked[]) => old?.list(revoked, day(-5), day(-4)) ?? "";

  test("the newest clears, and a revocation that any of them knows of holds", () => {
    for (const source of orders([older(), list(old)], all()))
      expect(stateOf(source, byOld)).toMatchObject({ state: "good" });
    // Authorities drop certificates that have ended.
    for (const source of orders([older(lost(byOld, day(-6))), list(old)], all())) {
      expect(stateOf(source, byOld)).toEqual({ state: "revoked", at: day(-6), cause: "keyCompromise" });
    }
  });

  test("one that ended clears nobody, though it is the newest", () => {
    const source = createRevocationSource([older()], all());
    expect(stateOf(source, byOld, day(-4))).toMatchObject({ state: "good", until: day(-4) });
    expect(stateOf(source, byOld, day(-3))).toMatchObject({ state: "unknown" });
  });

  test("a hold ends with the list that no longer names it, and stands for the time at which it was told", () => {
    const hold: Revoked = { ...lost(byOld, day(-6)), cause: "certificateHold" };
    for (const source of orders([older(hold), list(old)], all())) {
      expect(stateOf(source, byOld)).toMatchObject({ state: "good" });
      expect(stateOf(source, byOld, day(-7))).toMatchObject({ state: "good" });
      expect(stateOf(source, byOld, new Date(day(-6).getTime() + 3_600_000))).toMatchObject({ state: "revoked" });
    }
    expect(stateOf(createRevocationSource([list(old, hold)], all()), byOld)).toMatchObject({ state: "revoked" });
  });

  test("a lost key is told before any other cause", () => {
    const superseded: Revoked = { ...lost(byOld), cause: "superseded" };
    for (const source of orders([older(lost(byOld, day(-6))), list(old, superseded)], all())) {
      expect(stateOf(source, byOld)).toMatchObject({ state: "revoked", cause: "keyCompromise" });
    }
  });
});
