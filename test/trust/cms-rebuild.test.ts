import { createHash } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { createTrustAnchors, type TrustAnchors } from "../../services/trust/anchors.ts";
import { verifyRebuilt } from "../../services/trust/cms-rebuild.ts";
import { verifyCms } from "../../services/trust/cms-verify.ts";
import type { SignatureReport } from "../../services/trust/report.ts";
import { loadSigningCertificate, type SigningCertificate } from "../../services/trust/signing-certificate.ts";
import { createDepartment, type Department } from "./department.ts";
import { type Bench, createBench } from "./openssl.ts";

const contentDigest = createHash("sha256").update("证照数据电文").digest();
const at = new Date();
const FORMS = [
  { pades: true, isTimed: false },
  { pades: false, isTimed: false },
  { pades: false, isTimed: true },
];

let bench: Bench;
let authority: Authority;
let trust: TrustAnchors;
const departments = new Map<string, { department: Department; signer: SigningCertificate }>();

beforeAll(async () => {
  bench = createBench();
  authority = createAuthority(join(bench.directory, "ca"));
  trust = createTrustAnchors([authority.certificates.root]);
  for (const kind of ["P-256", "RSA"] as const) {
    const department = await createDepartment(authority, kind);
    const signer = loadSigningCertificate(`${department.certPem}${authority.certificates.signing}`);
    departments.set(kind, { department, signer });
  }
});
afterAll(() => bench.close());

const of = (kind: string) => departments.get(kind) as { department: Department; signer: SigningCertificate };

/** A report with the certificates of its path by their digests. */
const told = (report: SignatureReport | undefined) =>
  report && { ...report, path: report.path?.map(({ fingerprint }) => fingerprint) };

describe.each(["P-256", "RSA"])("a signature of our own with %s, built anew", (kind) => {
  const signed = ({ pades, isTimed }: (typeof FORMS)[number]) =>
    of(kind).department.signDigest(contentDigest, { pades, ...(isTimed && { signingTime: at }) });

  test.each(FORMS)("is judged as by reading it (PAdES: $pades, with its time: $isTimed)", (form) => {
    const { signer } = of(kind);
    // Values of ECDSA have several lengths.
    for (let turn = 0; turn < (kind === "P-256" ? 50 : 2); turn++) {
      const cms = signed(form);
      const report = verifyRebuilt(cms, { ...form, contentDigest, signer }, { trust, at });
      expect(report?.ok).toBe(true);
      expect(told(report)).toEqual(told(verifyCms(cms, { contentDigest }, { trust, at, requirePades: form.pades })));
    }
  });

  test.each(FORMS)("is none any more with any bit changed (PAdES: $pades, with its time: $isTimed)", (form) => {
    const { signer } = of(kind);
    const cms = signed(form);
    const passed: number[] = [];
    for (let place = 0; place < cms.length; place++) {
      const changed = Uint8Array.from(cms);
      changed[place] = (changed[place] as number) ^ (1 << (place % 8));
      if (verifyRebuilt(changed, { ...form, contentDigest, signer }, { trust, at })) passed.push(place);
    }
    expect(passed).toEqual([]);
  });

  test("is none of another content, with a time that it lacks, or of another signer", () => {
    const { signer } = of(kind);
    const cms = signed({ pades: false, isTimed: false });
    const order = { pades: false, isTimed: false, contentDigest, signer };
    const other = of(kind === "RSA" ? "P-256" : "RSA").signer;
    for (const wrong of [
      { contentDigest: Buffer.alloc(32) },
      { isTimed: true },
      { signer: other },
      { signer: { ...signer, chain: [] } },
    ])
      expect(verifyRebuilt(cms, { ...order, ...wrong }, { trust, at })).toBeUndefined();
    expect(verifyRebuilt(new Uint8Array(), order, { trust, at })).toBeUndefined();
    expect(verifyRebuilt(cms.subarray(0, 40), order, { trust, at })).toBeUndefined();
  });

  test("tells of a signer that has ended or that nobody here trusts, as by reading it", () => {
    const { signer } = of(kind);
    const [form] = FORMS as [(typeof FORMS)[number]];
    const cms = signed(form);
    const later = new Date(signer.parsed.notAfter.getTime() + 1_000);
    for (const options of [
      { trust, at: later },
      { trust: createTrustAnchors([createAuthority(join(bench.directory, "other")).certificates.root]), at },
    ]) {
      const report = verifyRebuilt(cms, { ...form, contentDigest, signer }, options);
      expect(report?.ok).toBe(false);
      expect(told(report)).toEqual(told(verifyCms(cms, { contentDigest }, { ...options, requirePades: true })));
    }
  });
});
