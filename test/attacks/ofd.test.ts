import { deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFaceRenderer } from "../../services/document/face.ts";
import { SIGN_PATH } from "../../services/document/ofd/sign-ofd.ts";
import { readZip } from "../../services/document/ofd/zip-read.ts";
import { archiveDigest, packFile, writeZip } from "../../services/document/ofd/zip-write.ts";
import { createDepartment, DEPARTMENT } from "../trust/department.ts";
import {
  codes,
  draft,
  type Issued,
  licence,
  makeSeal,
  openScene,
  recordOf,
  register,
  type Scene,
  signOfd,
} from "./scene.ts";

const KINDS = ["P-256", "SM2"] as const;
const scenes = new Map<string, { scene: Scene; issued: Issued }>();

beforeAll(async () => {
  for (const kind of KINDS) {
    const scene = await openScene(kind);
    scenes.set(kind, { scene, issued: scene.issue("2026000001") });
  }
});
afterAll(() => {
  for (const { scene } of scenes.values()) scene.close();
});

const of = (kind: string) => scenes.get(kind) as { scene: Scene; issued: Issued };

/** A package with files changed, added (also new ones) or, given `null`, taken away. */
function repacked(bytes: Buffer, changes: Record<string, (content: Buffer) => string | Buffer | null>): Buffer {
  const files = readZip(bytes);
  for (const [path, change] of Object.entries(changes)) {
    const content = change(files.get(path) ?? Buffer.alloc(0));
    if (content === null) files.delete(path);
    else files.set(path, Buffer.from(content));
  }
  return writeZip([...files].map(([path, content]) => packFile(path, content, 3)));
}

describe.each(KINDS)("a genuine OFD signed with %s", (kind) => {
  test("is valid, alone, beside its message, and against the record", async () => {
    const { scene, issued } = of(kind);
    const message = { message: issued.messageBytes, messageSignature: issued.messageCms };
    for (const change of [{}, message, { status: recordOf(issued) }]) {
      const report = await scene.verify(issued.ofd, change);
      expect(report.findings.filter(({ weight }) => weight !== "note")).toEqual([]);
      expect(report).toMatchObject({ kind: "ofd", verdict: "valid", subject: { name: "营业执照" } });
    }
  });

  test("and its PDF and data message are valid too", async () => {
    const { scene, issued } = of(kind);
    expect(await scene.verify(issued.pdf)).toMatchObject({ verdict: "valid" });
    const messageSignature = issued.messageCms;
    expect(await scene.verify(issued.messageBytes, { messageSignature })).toMatchObject({ verdict: "valid" });
  });
});

test("the report of a sealed OFD tells of seal, seal maker and chain", async () => {
  const { scene, issued } = of("SM2");
  const report = await scene.verify(issued.ofd);
  expect(report.seal).toMatchObject({ version: 4, name: DEPARTMENT.organization, maker: { commonName: "制章系统" } });
  expect(report.signature).toMatchObject({ algorithm: "sm2-sm3", revocation: { now: { state: "good" } } });
  expect(report.signature?.chain).toHaveLength(3);
});

describe.each(KINDS)("an OFD signed with %s is refused", (kind) => {
  const refused = async (bytes: Buffer, code: string) => {
    const report = await of(kind).scene.verify(bytes);
    expect(report.verdict).toBe("invalid");
    expect(codes(report)).toContain(code);
    return report;
  };

  test("with a page changed, and the report names the page", async () => {
    const page = "Doc_0/Pages/Page_0/Content.xml";
    const altered = repacked(of(kind).issued.ofd, {
      [page]: (content) => content.toString().replace("DeltaX", "DeltaY"),
    });
    const report = await refused(altered, "CONTENT_ALTERED");
    expect(report.altered).toMatchObject([
      { kind: "file", name: page, change: "altered" },
      { kind: "page", name: "1", change: "altered" },
    ]);
  });

  test("with the attached data message swapped", async () => {
    const other = of(kind).scene.issue("2026000002");
    const message = readZip(other.ofd).get("Doc_0/Attachs/message.json") as Buffer;
    const swapped = repacked(of(kind).issued.ofd, { "Doc_0/Attachs/message.json": () => message });
    const report = await refused(swapped, "CONTENT_ALTERED");
    expect(report.altered).toContainEqual(
      expect.objectContaining({ kind: "file", name: "Doc_0/Attachs/message.json", change: "altered" }),
    );
  });

  test("with a font replaced", async () => {
    const font = [...readZip(of(kind).issued.ofd).keys()].find((path) => /\.(?:ttf|otf)$/.test(path)) as string;
    const other = [...readZip(of(kind).issued.ofd).keys()]
      .filter((path) => /\.(?:ttf|otf)$/.test(path))
      .at(-1) as string;
    const put = readZip(of(kind).issued.ofd).get(other) as Buffer;
    const replaced = repacked(of(kind).issued.ofd, { [font]: () => Buffer.concat([put, Buffer.alloc(4)]) });
    await refused(replaced, "CONTENT_ALTERED");
  });

  test("with a file added outside the protected set, or one taken away", async () => {
    const added = repacked(of(kind).issued.ofd, { "Doc_0/Pages/Page_1/Content.xml": () => "<x/>" });
    const report = await refused(added, "CONTENT_ADDED");
    expect(report.altered).toContainEqual(expect.objectContaining({ kind: "page", name: "2", change: "added" }));
    await refused(repacked(of(kind).issued.ofd, { "Doc_0/Tags/Tag_0.xml": () => null }), "CONTENT_MISSING");
  });

  test("with the signature of another document", async () => {
    const files = readZip(of(kind).scene.issue("2026000003").ofd);
    const moved = repacked(of(kind).issued.ofd, {
      "Doc_0/Signs/Sign_0/SignedValue.dat": () => files.get("Doc_0/Signs/Sign_0/SignedValue.dat") as Buffer,
    });
    await refused(moved, "CONTENT_ALTERED");
    const both = repacked(of(kind).issued.ofd, {
      "Doc_0/Signs/Sign_0/SignedValue.dat": () => files.get("Doc_0/Signs/Sign_0/SignedValue.dat") as Buffer,
      "Doc_0/Signs/Sign_0/Signature.xml": () => files.get("Doc_0/Signs/Sign_0/Signature.xml") as Buffer,
    });
    await refused(both, "CONTENT_ALTERED");
  });

  test("packed anew with the same content, also where the digest of the archive is made to fit", async () => {
    await refused(repacked(of(kind).issued.ofd, {}), "FORMAT_DAMAGED");
    const files = [...readZip(of(kind).issued.ofd)].map(([path, content]) => packFile(path, content, 1));
    const at = files.findIndex(({ path }) => path === SIGN_PATH.archive);
    files[at] = packFile(SIGN_PATH.archive, Buffer.from(archiveDigest(files.slice(0, at))), 1);
    const report = await refused(writeZip(files), "CONTENT_ALTERED");
    expect(report.altered).toMatchObject([{ kind: "file", name: SIGN_PATH.archive, change: "altered" }]);
  });

  test("with its references rewritten to fit", async () => {
    const signature = "Doc_0/Signs/Sign_0/Signature.xml";
    const rewritten = repacked(of(kind).issued.ofd, { [signature]: (xml) => xml.toString().replace("ecert", "other") });
    await refused(rewritten, "CONTENT_ALTERED");
  });

  test("with an entity bomb, a DTD, or elements nested without end in its XML", async () => {
    const bombs = [
      '<!DOCTYPE ofd:OFD [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><ofd:OFD>&b;</ofd:OFD>',
      '<!DOCTYPE x SYSTEM "file:///etc/passwd"><ofd:OFD/>',
      `<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016">${"<ofd:a>".repeat(200_000)}`,
    ];
    for (const bomb of bombs) {
      await refused(repacked(of(kind).issued.ofd, { "OFD.xml": () => bomb }), "FORMAT_DAMAGED");
    }
  });

  test("that unpacks to more than it says, or to more than anybody needs", async () => {
    const zeros = deflateRawSync(Buffer.alloc(200 << 20), { level: 9 });
    const bomb = repacked(of(kind).issued.ofd, { "Doc_0/Res/bomb.ttf": () => "x" });
    const at = bomb.indexOf("Doc_0/Res/bomb.ttf") + "Doc_0/Res/bomb.ttf".length;
    const packed = Buffer.concat([bomb.subarray(0, at), zeros, bomb.subarray(at + 1)]);
    expect((await of(kind).scene.verify(packed)).verdict).toBe("invalid");
    await refused(oversized(of(kind).issued.ofd), "TOO_LARGE");
  });

  test("cut short anywhere", async () => {
    const { ofd } = of(kind).issued;
    for (let length = 4; length < ofd.length; length += 4999) {
      // Of a few octets nobody can tell what they were.
      expect((await of(kind).scene.verify(ofd.subarray(0, length))).verdict).toMatch(/^(?:invalid|unsupported)$/);
    }
  });

  test("where the issuer may not issue it, or another department sealed it", async () => {
    const { scene, issued } = of(kind);
    const forbidden = await scene.verify(issued.ofd, { authorised: register({}, []) });
    expect(codes(forbidden)).toContain("ISSUER_NOT_AUTHORISED");
    const other = await createDepartment(scene.authority, kind, 365, {
      ...DEPARTMENT,
      organizationCode: "11440000MB2C9187XE",
    });
    const seal = kind === "SM2" ? await makeSeal(scene.authority, [other]) : undefined;
    const item = licence();
    const face = createFaceRenderer().compile(JSON.stringify(item.template), item.sealPicture);
    const prepared = face.prepareOfd(draft(item, "2026000004"), { sealed: seal !== undefined });
    await refused(signOfd(prepared, other, seal), "SIGNER_FOREIGN");
  });
});

/** The first entry of the directory and its header claim a size over the limit. */
function oversized(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const directory = copy.indexOf(Buffer.from("PK\u0001\u0002", "latin1"));
  copy.writeUInt32LE(0x7fffffff, directory + 24);
  copy.writeUInt32LE(0x7fffffff, 22);
  return copy;
}
