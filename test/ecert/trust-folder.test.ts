import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createAuthority } from "../../ops/authority/authority.ts";
import { loadTrustDirectory } from "../../ops/ecert/trust-directory.ts";
import { parseCertificate } from "../../services/trust/certificate.ts";
import { fromPem } from "../../services/trust/pem.ts";

const directory = mkdtempSync(join(tmpdir(), "ecert-trust-folder-"));
const trust = join(directory, "trust");
const put = (name: string, content: string | Uint8Array) => writeFileSync(join(trust, name), content);
const derOf = (label: string, pem: string) => fromPem(label, pem)[0] as Uint8Array;

let root: string;
let signing: string;
let lists: Record<string, string>;
let leaf: string;

beforeAll(() => {
  const authority = createAuthority(join(directory, "authority"));
  root = authority.certificates.root as string;
  signing = authority.certificates.signing as string;
  lists = authority.crl();
  leaf = authority.issueTls({ node: "440100", kind: "service", name: "issue" }).certPem;
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));
beforeEach(() => {
  rmSync(trust, { recursive: true, force: true });
  mkdirSync(trust);
});

/** What the folder gives: the names of anchors and intermediates, whether the signing authority's list is there, what was told. */
function load() {
  const told: string[] = [];
  const { trust: anchors, intermediates, revocation } = loadTrustDirectory(trust, undefined, (text) => told.push(text));
  const authority = parseCertificate(derOf("CERTIFICATE", signing));
  return {
    authorities: [...anchors.anchors, ...intermediates.map(parseCertificate)].map((one) => one.fingerprint).sort(),
    authorityStands: revocation?.statusAt(authority, new Date()).state,
    told,
  };
}
const both = () => [root, signing].map((pem) => parseCertificate(derOf("CERTIFICATE", pem)).fingerprint).sort();

/** Runs openssl in the folder of the test and gives what it writes to `out`. */
const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: directory });

describe("a trust folder takes what authorities hand out", () => {
  test("certificates in DER under .cer, and lists in DER under .crl", () => {
    put("root.cer", derOf("CERTIFICATE", root));
    put("SIGNING.CER", derOf("CERTIFICATE", signing));
    put("root.crl", derOf("X509 CRL", lists.root as string));
    put("signing.crl", derOf("X509 CRL", lists.signing as string));
    expect(load()).toEqual({ authorities: both(), authorityStands: "good", told: [] });
  });

  test("certificates in PEM under .cer and .der: the content counts", () => {
    put("root.cer", root);
    put("signing.der", signing);
    expect(load()).toEqual({ authorities: both(), authorityStands: undefined, told: [] });
  });

  test.each(["DER", "PEM"])("a PKCS#7 bundle in %s, with certificates and a list", (form) => {
    writeFileSync(join(directory, "all.pem"), root + signing);
    writeFileSync(join(directory, "root.crl.pem"), lists.root as string);
    put("all.p7b", openssl("crl2pkcs7", "-in", "root.crl.pem", "-certfile", "all.pem", "-outform", form));
    expect(load()).toEqual({ authorities: both(), authorityStands: "good", told: [] });
  });
});

describe("what a trust folder does not take is named, with the reason, in both languages", () => {
  test("files of other names, folders and stores of keys", () => {
    put("root.pem", root);
    put("signing.txt", signing);
    put("keys.pfx", "x");
    put(".DS_Store", "x");
    mkdirSync(join(trust, "more"));
    expect(load().told).toEqual([
      expect.stringMatching(/^keys\.pfx: 可能含有私钥.* · may hold a private key/),
      expect.stringMatching(/^more: 子目录不读取.* · folders are not looked into/),
      expect.stringMatching(/^signing\.txt: 扩展名不是 .* · .*rename it/),
    ]);
  });

  test("certificates of no authority", () => {
    put("root.pem", root + leaf);
    expect(load().told).toEqual([expect.stringMatching(/^root\.pem: .*不是认证机构证书.* · .* of no authority/)]);
  });

  test.each([
    ["a text", "hello", /其中没有 PEM 块.* · neither PEM nor DER; convert it with/],
    ["nothing", "", /空文件 · the file is empty/],
    [
      "a private key",
      "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n",
      /含有私钥.* · it holds a private key/,
    ],
    ["a store of keys", Buffer.from("3003020103", "hex"), /PKCS#12.* · it is PKCS#12 or a private key/],
    ["half a certificate", Buffer.from("30820100", "hex"), /无法读取 · cannot be read: DER/],
    [
      "a bundle of nothing",
      Buffer.from("302306092a864886f70d010702a01630140201013100300b06092a864886f70d0107013100", "hex"),
      /没有证书/,
    ],
  ])("a file that holds %s", (_, content, reason) => {
    put("root.pem", root);
    put("other.cer", content);
    expect(load).toThrow(expect.objectContaining({ reason: "INVALID_FIELD" }));
    expect(load).toThrow(/^other\.cer: /);
    expect(load).toThrow(reason);
  });

  test("a list whose authority is missing: which file, and which authority", () => {
    put("root.pem", root);
    put("signing.crl", lists.signing as string);
    const { commonName } = parseCertificate(derOf("CERTIFICATE", signing)).subject;
    expect(load).toThrow(`signing.crl: 缺少签发该吊销列表的认证机构「${commonName}」的证书`);
    expect(load).toThrow(/add it to the folder/);
  });

  test("a folder without any authority: how one is made", () => {
    expect(load).toThrow(/没有认证机构的证书.*ecert trust export/);
  });
});
