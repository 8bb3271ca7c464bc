import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { type AuthorityKey, newAuthorityKey } from "../../ops/authority/authority-key.ts";
import {
  authorityConstraints,
  endEntityConstraints,
  extendedKeyUsage,
  extension,
  keyUsage,
  signCertificate,
} from "../../ops/authority/certificate-form.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { type Certificate, parseCertificate } from "../../services/trust/certificate.ts";
import { derNull } from "../../services/trust/der-write.ts";
import { nameDer } from "../../services/trust/name.ts";
import { OID } from "../../services/trust/oid.ts";
import { validatePath } from "../../services/trust/path.ts";
import { fromPem, toPem } from "../../services/trust/pem.ts";
import { loadSigningCertificate, signingCertificateConcerns } from "../../services/trust/signing-certificate.ts";
import { createDepartment, type Department } from "./department.ts";
import { type Bench, createBench } from "./openssl.ts";

interface Made {
  pem: string;
  certificate: Certificate;
  key: AuthorityKey;
}

const at = new Date();
const DAY = 86_400_000;
const certSign = keyUsage([5, 6]);
const signs = keyUsage([0, 1]);
const end = endEntityConstraints();

/** Makes a certificate in any form, right or wrong. */
function make(
  commonName: string,
  issuer: Made | undefined,
  extensions: Uint8Array[],
  days: [number, number] = [-1, 30],
): Made {
  const { key } = newAuthorityKey("p256");
  const { spki } = key;
  const subjectDer = nameDer({ commonName });
  const der = signCertificate(
    {
      serial: Buffer.concat([Uint8Array.of(0x40), randomBytes(8)]),
      issuerDer: issuer?.certificate.subjectDer ?? subjectDer,
      subjectDer,
      spki,
      notBefore: new Date(at.getTime() + days[0] * DAY),
      notAfter: new Date(at.getTime() + days[1] * DAY),
      extensions,
    },
    issuer?.key ?? key,
  );
  return { pem: toPem("CERTIFICATE", der), certificate: parseCertificate(der), key };
}

const root = make("根", undefined, [authorityConstraints(3), certSign]);
const authority = make("中间", root, [authorityConstraints(0), certSign]);
const trust = createTrustAnchors([root.pem]);

const judge = (signer: Made, others: Made[], when = at) => {
  const { findings, path } = validatePath(
    signer.certificate,
    others.map(({ certificate }) => certificate),
    { trust, at: when },
  );
  return {
    reasons: findings.map(({ reason }) => reason),
    detail: findings.map(({ detail }) => detail).join("; "),
    path,
  };
};

let bench: Bench;
let trial: Authority;
let department: Department;
beforeAll(async () => {
  bench = createBench();
  trial = createAuthority(join(bench.directory, "ca"));
  department = await createDepartment(trial, "P-256");
});
afterAll(() => bench.close());

function askOpenssl(signer: Made, others: Made[]): boolean {
  bench.file("root.pem", root.pem);
  bench.file("others.pem", others.map(({ pem }) => pem).join(""));
  const options = ["-x509_strict", "-purpose", "smimesign", "-CAfile", "root.pem", "-untrusted", "others.pem"];
  return bench.run("openssl", "verify", ...options, bench.file("signer.pem", signer.pem)).ok;
}

describe("certificate paths (RFC 5280 §6)", () => {
  test("of the trial authority are good to openssl and to us", () => {
    bench.file("ca.pem", trial.certificates.root);
    bench.file("signing.pem", trial.certificates.signing);
    const signer = bench.file("department.pem", department.certPem);
    const options = ["-x509_strict", "-purpose", "smimesign", "-CAfile", "ca.pem", "-untrusted", "signing.pem"];
    expect(bench.openssl("verify", ...options, signer)).toContain("OK");
    const anchors = createTrustAnchors([trial.certificates.root]);
    const others = department.signer.chain.map(parseCertificate);
    const { path, findings } = validatePath(department.signer.parsed, others, { trust: anchors, at });
    expect(findings).toEqual([]);
    expect(path.map(({ subject }) => subject.commonName).slice(1)).toEqual(["Trial signing authority", "Trial root"]);
  });

  test("are found among strangers, in any order, straight under the root and under several authorities", () => {
    const signer = make("部门", authority, [end, signs]);
    expect(judge(signer, [make("别的", root, [authorityConstraints(0), certSign]), authority])).toMatchObject({
      reasons: [],
    });
    expect(judge(make("部门", root, [end, signs]), []).path).toHaveLength(2);
    const outer = make("外", root, [authorityConstraints(1), certSign]);
    const inner = make("内", outer, [authorityConstraints(0), certSign]);
    const deep = make("部门", inner, [end, signs]);
    expect(judge(deep, [inner, outer]).path).toHaveLength(4);
    expect(askOpenssl(deep, [inner, outer])).toBe(true);
  });

  test.each<[string, () => [Made, Made[]]]>([
    ["an authority is missing", () => [make("部门", authority, [end, signs]), []]],
    [
      "the path length is exceeded",
      () => {
        const below = make("下级", authority, [authorityConstraints(0), certSign]);
        return [make("部门", below, [end, signs]), [below, authority]];
      },
    ],
    [
      "the issuer is no authority",
      () => {
        const department = make("部门", authority, [end, signs]);
        return [make("冒充", department, [end, signs]), [department, authority]];
      },
    ],
    [
      "the issuer may not sign certificates",
      () => {
        const limited = make("限", root, [authorityConstraints(0), keyUsage([6])]);
        return [make("部门", limited, [end, signs]), [limited]];
      },
    ],
    [
      "the issuer only bears the same name",
      () => {
        const impostor = make("中间", undefined, [authorityConstraints(0), certSign]);
        return [make("部门", impostor, [end, signs]), [authority, impostor]];
      },
    ],
    ["the signer's certificate may not sign", () => [make("部门", authority, [end, keyUsage([2])]), [authority]]],
    [
      "the signer's certificate is for TLS",
      () => [make("部门", authority, [end, signs, extendedKeyUsage([OID.serverAuth, OID.clientAuth])]), [authority]],
    ],
    [
      "the issuer is for TLS",
      () => {
        const mesh = make("网", root, [authorityConstraints(0), certSign, extendedKeyUsage([OID.serverAuth])]);
        return [make("部门", mesh, [end, signs]), [mesh]];
      },
    ],
    [
      "a critical extension is unknown",
      () => [make("部门", authority, [end, signs, extension("1.2.3.4", derNull, true)]), [authority]],
    ],
  ])("are refused by openssl and by us where %s", (_case, build) => {
    const [signer, others] = build();
    expect(judge(signer, others).reasons).toContain("SIGNER_UNTRUSTED");
    expect(askOpenssl(signer, others)).toBe(false);
  });

  test("are refused where the signer is an authority itself, or has no keyUsage", () => {
    expect(judge(authority, []).detail).toContain("belongs to an authority");
    expect(judge(make("部门", authority, [end]), [authority]).detail).toContain("allows no signatures");
  });

  test("are expired when any certificate is not valid at the time", () => {
    const old = make("旧", root, [authorityConstraints(0), certSign], [-20, -10]);
    const signer = make("部门", old, [end, signs]);
    expect(judge(signer, [old]).reasons).toEqual(["SIGNER_EXPIRED"]);
    expect(askOpenssl(signer, [old])).toBe(false);
    const future = make("部门", authority, [end, signs], [5, 10]);
    expect(judge(future, [authority]).reasons).toEqual(["SIGNER_EXPIRED"]);
    expect(judge(future, [authority], new Date(at.getTime() + 6 * DAY)).reasons).toEqual([]);
  });

  test("prefer the renewed certificate of an authority", () => {
    const old = make("续", root, [authorityConstraints(0), certSign], [-20, -10]);
    const signer = make("部门", old, [end, signs]);
    const renewedDer = signCertificate(
      {
        serial: Uint8Array.of(0x41),
        issuerDer: root.certificate.subjectDer,
        subjectDer: old.certificate.subjectDer,
        spki: old.certificate.spki,
        notBefore: new Date(at.getTime() - DAY),
        notAfter: new Date(at.getTime() + DAY),
        extensions: [authorityConstraints(0), certSign],
      },
      root.key,
    );
    const renewed: Made = { ...old, certificate: parseCertificate(renewedDer) };
    expect(judge(signer, [old, renewed])).toMatchObject({ reasons: [], path: { length: 3 } });
  });

  test("end even where a hostile bag holds a ring of authorities", () => {
    const ring = Array.from({ length: 12 }, () => make("环", undefined, [authorityConstraints(8), certSign]));
    expect(judge(make("部门", ring[0], [end, signs]), ring).reasons).toEqual(["SIGNER_UNTRUSTED"]);
  });
});

describe("anchors and signing certificates", () => {
  test("an anchor must be an authority, and one is needed", () => {
    expect(() => createTrustAnchors([])).toThrow("no certificate");
    expect(() => createTrustAnchors([make("部门", authority, [end, signs]).pem])).toThrow("no authority");
  });

  test("the chain is put in order, without root and strangers", () => {
    const outer = make("外", root, [authorityConstraints(1), certSign]);
    const inner = make("内", outer, [authorityConstraints(0), certSign]);
    const signer = make("部门", inner, [end, signs]);
    const { chain } = loadSigningCertificate(signer.pem + root.pem + authority.pem + outer.pem + inner.pem);
    expect(chain).toEqual([inner.certificate.der, outer.certificate.der]);
  });

  test("documentSigning as the only extended key usage, and a missing social credit code, give concern", () => {
    const only = make("部门", authority, [end, signs, extendedKeyUsage([OID.documentSigning])]);
    expect(signingCertificateConcerns(loadSigningCertificate(only.pem))).toHaveLength(2);
    expect(signingCertificateConcerns(department.signer)).toEqual([]);
  });

  test("damaged certificates are refused by the parser or by their signature", () => {
    const [der = new Uint8Array()] = fromPem("CERTIFICATE", department.certPem);
    const anchors = createTrustAnchors([trial.certificates.root]);
    const others = department.signer.chain.map(parseCertificate);
    const accepted = [...der.keys()].filter((index) => {
      const changed = Uint8Array.from(der);
      changed[index] = (changed[index] ?? 0) ^ 0x04;
      try {
        return validatePath(parseCertificate(changed), others, { trust: anchors, at }).findings.length === 0;
      } catch (error) {
        expect(error).toMatchObject({ name: "Refusal" });
        return false;
      }
    });
    expect(accepted).toEqual([]);
  });
});
