import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SIGN_PATH } from "../../services/document/ofd/sign-ofd.ts";
import { readZip } from "../../services/document/ofd/zip-read.ts";
import { packFile, writeZip } from "../../services/document/ofd/zip-write.ts";
import { codes, type Issued, openScene, type Scene } from "./scene.ts";
import { weakCms } from "./weak-cms.ts";

let scene: Scene;
let issued: Issued;

beforeAll(async () => {
  scene = await openScene();
  issued = scene.issue("2026000001");
});
afterAll(() => scene.close());

/** The package with files changed, or (`null`) left out. */
function repacked(change: Record<string, ((text: string) => string) | null>): Buffer {
  const files = [...readZip(issued.ofd)].filter(([path]) => change[path] !== null);
  return writeZip(
    files.map(([path, content]) => packFile(path, Buffer.from(change[path]?.(`${content}`) ?? content), 3)),
  );
}

describe("an OFD without a signature is unsigned, and not damaged", () => {
  const without = (text: string) => text.replace(/<(ofd:)?Signatures>.*<\/(ofd:)?Signatures>/, "");
  const empty = (text: string) => text.replace(/<(ofd:)?Signatures>.*<\/(ofd:)?Signatures>/, "<ofd:Signatures/>");
  const unlisted = (text: string) => text.replace(/<(ofd:)?Signature .*?\/>/, "");

  test.each([
    ["names no list of signatures", { "OFD.xml": without, [SIGN_PATH.list]: null }],
    ["names a list that is empty", { "OFD.xml": empty }],
    ["lists none", { [SIGN_PATH.list]: unlisted }],
  ])("where it %s", async (_, change) => {
    const report = await scene.verify(repacked(change));
    expect(report).toMatchObject({ kind: "ofd", verdict: "invalid" });
    expect(codes(report)).toEqual(["SIGNATURE_MISSING"]);
  });

  test("but one whose list is named and gone is damaged", async () => {
    expect(codes(await scene.verify(repacked({ [SIGN_PATH.list]: null })))).toEqual(["FORMAT_DAMAGED"]);
  });
});

test("a file that is neither PDF, OFD nor data message is of an unknown format, and of no kind", async () => {
  const archive = writeZip([packFile("word/document.xml", Buffer.from("<w/>"), 3)]);
  for (const bytes of [archive, Buffer.from('{"a":1}'), Buffer.from("\u0089PNG"), Buffer.from("营业执照")]) {
    const report = await scene.verify(bytes);
    expect(report.kind).toBeUndefined();
    expect(codes(report)).toEqual(["FORMAT_UNKNOWN"]);
  }
});

describe("algorithms that are strong but not read here are not called weak", () => {
  const strong = ["SHA-384", "2.16.840.1.101.3.4.2.3", "SHA-512"];
  const signedBy = (method: string, check: string) =>
    repacked({
      [SIGN_PATH.signature]: (text) =>
        text.replace(/(SignatureMethod>)[^<]*/, `$1${method}`).replace(/CheckMethod="[^"]*"/, `CheckMethod="${check}"`),
    });

  test.each(strong)("in an OFD: digests by %s", async (check) => {
    const report = await scene.verify(signedBy("1.2.840.10045.4.3.3", check));
    expect(codes(report)).toEqual(["ALGORITHM_UNSUPPORTED"]);
  });

  test("but SHA-1 is, whatever stands beside it", async () => {
    for (const [method, check] of [
      ["1.2.840.113549.1.1.5", "SHA-512"],
      ["1.2.840.113549.1.1.13", "1.3.14.3.2.26"],
    ] as const) {
      expect(codes(await scene.verify(signedBy(method, check)))).toEqual(["ALGORITHM_REFUSED"]);
    }
  });

  test("in a CMS: digests by SHA-512, and keys on P-384", async () => {
    const sha512 = Buffer.from(issued.messageCms);
    const sha256 = Buffer.from("0609608648016503040201", "hex");
    for (let at = sha512.indexOf(sha256); at >= 0; at = sha512.indexOf(sha256)) {
      Buffer.from("0609608648016503040203", "hex").copy(sha512, at);
    }
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "secp384r1" });
    const p384 = weakCms(scene.department.signer, publicKey.export({ type: "spki", format: "der" }));
    for (const messageSignature of [sha512, p384]) {
      expect(codes(await scene.verify(issued.messageBytes, { messageSignature }))[0]).toBe("ALGORITHM_UNSUPPORTED");
    }
  });
});
