import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthority } from "../../ops/authority/authority.ts";
import { createFaceRenderer } from "../../services/document/face.ts";
import { PATH } from "../../services/document/ofd/package-files.ts";
import { finishOfd, prepareOfdSignature, SIGN_PATH } from "../../services/document/ofd/sign-ofd.ts";
import type { OfdReport } from "../../services/document/ofd/verify-ofd.ts";
import { verifyOfd } from "../../services/document/ofd/verify-ofd.ts";
import { onlyChild, readXml } from "../../services/document/ofd/xml-read.ts";
import { openZip, readZip } from "../../services/document/ofd/zip-read.ts";
import { packFile, writeZip } from "../../services/document/ofd/zip-write.ts";
import { canonicalBytes } from "../../services/domain/canonical.ts";
import { seededNumbers } from "../../services/domain/seeded.ts";
import { createTrustAnchors, type TrustAnchors } from "../../services/trust/anchors.ts";
import { createDepartment, type Department } from "../trust/department.ts";
import { type Bench, createBench } from "../trust/openssl.ts";
import { pngUri } from "./png.ts";
import type { SeedItem } from "./seed.ts";
import { exampleMessage, seedItems } from "./seed.ts";

const items = seedItems();
const renderer = createFaceRenderer();
const faceOf = (item: SeedItem) => renderer.compile(JSON.stringify(item.template), item.sealPicture);
const itemOf = (name: string): SeedItem => items.get(name) as SeedItem;
const licence = itemOf("business-licence");
const at = new Date();

let bench: Bench;
let trust: TrustAnchors;
let p256: Department;
let rsa: Department;
let signed: Buffer;

beforeAll(async () => {
  bench = createBench();
  const authority = createAuthority(join(bench.directory, "ca"));
  bench.file("root.pem", authority.certificates.root);
  trust = createTrustAnchors([authority.certificates.root]);
  p256 = await createDepartment(authority, "P-256");
  rsa = await createDepartment(authority, "RSA");
  signed = sign(licence, p256);
});
afterAll(() => bench.close());

function sign(item: SeedItem, department: Department): Buffer {
  const prepared = faceOf(item).prepareOfd(exampleMessage(item));
  const pending = prepareOfdSignature(prepared, { suite: department.signer.algorithm });
  return finishOfd(pending, department.signDigest(pending.digest, { pades: false }));
}

const verify = (bytes: Uint8Array): OfdReport => verifyOfd(bytes, { trust, at });

/** The signed package with files changed, added (also new ones) or, given `null`, taken away. */
function rewritten(changes: Record<string, string | Buffer | null>, bytes: Buffer = signed): Buffer {
  const files = readZip(bytes);
  for (const [path, content] of Object.entries(changes)) {
    if (content === null) files.delete(path);
    else files.set(path, Buffer.from(content));
  }
  return writeZip([...files].map(([path, content]) => packFile(path, content, 3)));
}

const textOf = (path: string, bytes: Buffer = signed): string => (readZip(bytes).get(path) as Buffer).toString();

describe("the same template and message give the same package", () => {
  test("in another process", () => {
    const script = fileURLToPath(new URL("print-ofd.ts", import.meta.url));
    const other = JSON.parse(execFileSync(process.execPath, [script], { encoding: "utf8" }));
    for (const [name, item] of items) {
      expect(other[name], name).toBe(faceOf(item).prepareOfd(exampleMessage(item)).digest);
    }
  });

  test("whatever the digests of the faces in the message, and other data give another", () => {
    const message = exampleMessage(licence);
    const digest = (changed: object): string => faceOf(licence).prepareOfd({ ...message, ...changed }).digest;
    expect(digest({ faces: [{ format: "ofd", sha256: "0".repeat(64) }] })).toBe(digest({}));
    expect(digest({ metadata: { ...message.metadata, businessSerial: "2026-0002" } })).not.toBe(digest({}));
  });
});

describe("GB/T 33190 package", () => {
  test("bears the metadata of GB/T 36903 by their short names, several holders one after the other", () => {
    const item = itemOf("marriage-certificate");
    const message = exampleMessage(item);
    const info = onlyChild(onlyChild(readXml(filesOf(item).get(PATH.ofd) as Buffer, PATH.ofd), "DocBody"), "DocInfo");
    const data = onlyChild(info, "CustomDatas").children;
    const values = (name: string): string[] =>
      data.filter(({ attributes }) => attributes.get("Name") === name).map(({ text }) => text);
    expect(values("ZZMC")).toEqual([item.name]);
    expect(values("ZZLXDM")).toEqual([item.typeCode]);
    expect(values("ZZBS")).toEqual([message.metadata.identifier]);
    expect(values("ZZBFRQ")).toEqual([message.metadata.issueDate.replaceAll("-", "")]);
    expect(values("CZZT")).toEqual(message.metadata.holders.map(({ name }) => name));
    expect(values("CZZTDMLX")).toEqual(message.metadata.holders.map(() => "公民身份号码"));
    expect(onlyChild(info, "DocID").text).toMatch(/^[0-9a-f]{32}$/);
  });

  test("GB/T 36905 points from each data item to the object that shows it", () => {
    const message = exampleMessage(licence);
    const page = textOf(PATH.page);
    const tags = textOf(PATH.tags);
    const shownBy = (source: string): string => {
      const [, references = ""] = new RegExp(`Path="${source}">(.*?)</ec:Item>`).exec(tags) ?? [];
      const ids = [...references.matchAll(/PageRef="2">(\d+)</g)].map(([, id]) => id);
      return ids
        .map((id) => new RegExp(`<ofd:TextObject ID="${id}".*?<ofd:TextCode[^>]*>(.*?)<`).exec(page)?.[1])
        .join("");
    };
    expect(shownBy("/data/legalRepresentative")).toBe(message.data.legalRepresentative);
    expect(shownBy("/data/businessScope")).toBe(message.data.businessScope);
    expect(shownBy("metadata.number")).toContain(message.metadata.number);
  });

  test("attaches the data message, without the digests of its faces", () => {
    expect(textOf(PATH.message)).toBe(Buffer.from(canonicalBytes(exampleMessage(licence))).toString());
  });

  test("numbers every object once, below MaxUnitID", () => {
    for (const item of items.values()) {
      const files = filesOf(item);
      const ids = [PATH.document, PATH.publicRes, PATH.documentRes, PATH.template, PATH.page]
        .flatMap((path) => [...(files.get(path) as Buffer).toString().matchAll(/ ID="(\d+)"/g)])
        .map(([, id]) => Number(id));
      expect(new Set(ids).size).toBe(ids.length);
      const [, most] = /MaxUnitID>(\d+)</.exec((files.get(PATH.document) as Buffer).toString()) ?? [];
      expect(Math.max(...ids)).toBeLessThanOrEqual(Number(most));
    }
  });

  test("holds the holder's photo as it is", () => {
    const item = itemOf("residence-permit");
    const message = exampleMessage(item);
    const photo = pngUri(36, 48);
    const { files } = faceOf(item).prepareOfd({ ...message, data: { ...message.data, photo } });
    const file = files.find(({ path }) => path === `${PATH.resources}image_0.png`);
    expect(Buffer.from(file?.content ?? []).toString("base64")).toBe(photo.split(",")[1]);
  });

  test("is OFD-A where the template says so (GB/T 42133)", () => {
    const face = renderer.compile(
      JSON.stringify({ ...licence.template, output: { ofd: "OFD-A" } }),
      licence.sealPicture,
    );
    const ofd = face.prepareOfd(exampleMessage(licence)).files.find(({ path }) => path === PATH.ofd);
    expect(Buffer.from(ofd?.content ?? []).toString()).toContain('DocType="OFD-A"');
  });

  test("is no larger than 1.3 times the PDF", () => {
    for (const item of items.values()) {
      const pdf = faceOf(item).preparePdf(exampleMessage(item)).bytes.length;
      expect(sign(item, p256).length / pdf).toBeLessThan(1.3);
    }
  });

  function filesOf(item: SeedItem): Map<string, Buffer> {
    return new Map(
      faceOf(item)
        .prepareOfd(exampleMessage(item))
        .files.map(({ path, content }) => [path, Buffer.from(content)]),
    );
  }
});

describe("signature", () => {
  test.each(["P-256", "RSA"])("by %s verifies, covers the face and names signer and time", (kind) => {
    const department = kind === "RSA" ? rsa : p256;
    const report = verify(sign(licence, department));
    expect(report).toMatchObject({ ok: true, findings: [], altered: [], added: [], missing: [], sealed: false });
    expect(report.coveredSha256).toBe(faceOf(licence).prepareOfd(exampleMessage(licence)).digest);
    expect(report.signer?.serial).toBe(department.signer.parsed.serial);
    expect(report.signedAt).toBe(exampleMessage(licence).metadata.preparedAt);
    expect(Buffer.from(report.message ?? []).toString()).toBe(textOf(PATH.message));
  });

  test("is a CMS over the signature file that openssl accepts", () => {
    const files = readZip(signed);
    const content = bench.file("signature.xml", files.get(SIGN_PATH.signature) as Buffer);
    const value = bench.file("value.der", files.get(SIGN_PATH.value) as Buffer);
    const verifying = ["cms", "-verify", "-binary", "-cades", "-inform", "DER", "-purpose", "any", "-in", value];
    const root = join(bench.directory, "root.pem");
    execFileSync(
      "openssl",
      [...verifying, "-content", content, "-CAfile", root, "-out", join(bench.directory, "out")],
      {
        stdio: "pipe",
      },
    );
  });

  test("names the files that were altered, added or taken away", () => {
    const page = textOf(PATH.page).replace("陈示例", "王示例");
    expect(verify(rewritten({ [PATH.page]: page }))).toMatchObject({ ok: false, altered: [PATH.page] });
    const message = textOf(PATH.message).replace("陈示例", "王示例");
    expect(verify(rewritten({ [PATH.message]: message }))).toMatchObject({ ok: false, altered: [PATH.message] });
    expect(verify(rewritten({ "Doc_0/Pages/Page_1/Content.xml": page }))).toMatchObject({
      ok: false,
      added: ["Doc_0/Pages/Page_1/Content.xml"],
    });
    expect(verify(rewritten({ [PATH.tags]: null }))).toMatchObject({ ok: false, missing: [PATH.tags] });
    const font = `${PATH.resources}font_data_regular.ttf`;
    const other = readZip(sign(itemOf("residence-permit"), p256)).get(font) as Buffer;
    expect(verify(rewritten({ [font]: other }))).toMatchObject({ ok: false, altered: [font] });
  });

  test("does not move to another document", () => {
    const from = readZip(sign(itemOf("residence-permit"), p256));
    const moved = rewritten({
      [SIGN_PATH.value]: from.get(SIGN_PATH.value) as Buffer,
      [SIGN_PATH.signature]: from.get(SIGN_PATH.signature) as Buffer,
    });
    expect(verify(moved)).toMatchObject({ ok: false, reasons: ["SIGNATURE_INVALID"] });
    expect(verify(moved).altered).toContain(PATH.page);
    const valueOnly = rewritten({ [SIGN_PATH.value]: from.get(SIGN_PATH.value) as Buffer });
    expect(verify(valueOnly)).toMatchObject({ ok: false, altered: [] });
  });

  test("admits no second signature, and no method but those that we know", () => {
    const list = textOf(SIGN_PATH.list);
    const entry = /<ofd:Signature [^>]*>/.exec(list)?.[0] ?? "";
    expect(verify(rewritten({ [SIGN_PATH.list]: list.replace(entry, entry + entry) })).findings[0]?.detail).toContain(
      "exactly one Signature",
    );
    const sha1 = textOf(SIGN_PATH.signature).replace("2.16.840.1.101.3.4.2.1", "1.3.14.3.2.26");
    expect(verify(rewritten({ [SIGN_PATH.signature]: sha1 })).findings[0]?.detail).toContain("is not accepted");
    const away = list.replace("Sign_0/Signature.xml", "../../Signature.xml");
    expect(verify(rewritten({ [SIGN_PATH.list]: away })).findings[0]?.detail).toContain("leaves its folder");
  });

  test("one flipped bit anywhere in the archive is refused: 500 at random, and each behind a compressed stream", () => {
    const random = seededNumbers(20261124);
    const flipped = (bit: number): Buffer => {
      const copy = Buffer.from(signed);
      copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      return copy;
    };
    const places = Array.from({ length: 500 }, () => Math.floor(random() * signed.length * 8));
    // The last octet of a stream has bits that hold nothing, so only the signed digest of the archive tells.
    const headers = [...openZip(signed).offsets.values()].slice(1);
    const last = headers.flatMap((offset) => Array.from({ length: 8 }, (_, bit) => (offset - 1) * 8 + bit));
    expect([...places, ...last].filter((bit) => verify(flipped(bit)).ok)).toEqual([]);
    expect(last.some((bit) => sameFiles(flipped(bit)))).toBe(true);
  });

  /** Whether the archive holds the very content that was signed. */
  function sameFiles(bytes: Buffer): boolean {
    try {
      return [...openZip(bytes).files].every(([path, content]) => content.equals(readZip(signed).get(path) as Buffer));
    } catch {
      return false;
    }
  }

  test("a package for a seal needs one, and one without takes none", () => {
    const face = faceOf(licence);
    const message = exampleMessage(licence);
    const seal = Buffer.from("seal");
    expect(() => prepareOfdSignature(face.prepareOfd(message), { suite: "sm2-sm3", seal })).toThrow("seal: is given");
    expect(() => prepareOfdSignature(face.prepareOfd(message, { sealed: true }), { suite: "sm2-sm3" })).toThrow(
      "seal: is missing",
    );
  });
});
