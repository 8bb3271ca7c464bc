import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATH } from "../../services/document/ofd/package-files.ts";
import { PROVIDER, SIGN_PATH } from "../../services/document/ofd/sign-ofd.ts";
import { verifyOfd } from "../../services/document/ofd/verify-ofd.ts";
import { openZip, readZip } from "../../services/document/ofd/zip-read.ts";
import { packFile, writeZip } from "../../services/document/ofd/zip-write.ts";
import { type Issued, openScene, type Scene, SIGNED_AT } from "../attacks/scene.ts";

let folder: string;
let scene: Scene;
let issued: Issued;
let files: Map<string, Buffer>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ecert-foreign-"));
  scene = await openScene();
  issued = scene.issue("2026000001");
  files = signedByAnother(readZip(issued.ofd));
});
afterAll(() => {
  scene.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The package as another program would have signed it: the department signs a file that names another provider. */
function signedByAnother(from: Map<string, Buffer>): Map<string, Buffer> {
  const signature = Buffer.from(
    (from.get(SIGN_PATH.signature) as Buffer).toString().replaceAll(`="${PROVIDER}"`, '="other"'),
  );
  const digest = createHash("sha256").update(signature).digest();
  const value = Buffer.from(scene.department.signDigest(digest, { pades: false }));
  return new Map([...from, [SIGN_PATH.signature, signature], [SIGN_PATH.value, value]]);
}

const verify = (bytes: Buffer) => verifyOfd(bytes, { ...scene.options, at: SIGNED_AT });

/** Has another program pack the files, and gives the archive. */
function packedBy(name: string, pack: (folder: string, archive: string) => void): Buffer {
  const root = join(folder, name);
  for (const [path, content] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const archive = join(folder, `${name}.ofd`);
  pack(root, archive);
  return readFileSync(archive);
}

const python =
  (...lines: string[]) =>
  (root: string, archive: string) => {
    const head = [
      "import os, sys, zipfile",
      "os.chdir(sys.argv[1])",
      "paths = [os.path.relpath(os.path.join(d, f), '.') for d, _, n in os.walk('.') for f in n]",
    ];
    execFileSync("python3", ["-c", [...head, ...lines].join("\n"), root, archive]);
  };

/** Programs and the ways in which they pack, and what of it is told. */
const PACKERS: [name: string, remark: RegExp, pack: (root: string, archive: string) => void][] = [
  [
    "Info-ZIP, with folders, times and owners",
    /folder|additional fields/,
    (cwd, archive) => execFileSync("zip", ["-q", "-r", archive, "."], { cwd }),
  ],
  [
    "Info-ZIP, stored only, without additional fields",
    /date|attributes/,
    (cwd, archive) => execFileSync("zip", ["-q", "-r", "-0", "-X", "-D", archive, "."], { cwd }),
  ],
  [
    "Info-ZIP as a stream, with data descriptors",
    /data descriptor/,
    (cwd, archive) => {
      execFileSync("sh", ["-c", 'zip -q -r -fd - . | cat > "$0"', archive], { cwd });
    },
  ],
  [
    "Python, in the order of its paths",
    /attributes/,
    python(
      "z = zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED)",
      "[z.write(p) for p in sorted(paths)]",
      "z.close()",
    ),
  ],
  [
    "Python as a stream that cannot seek",
    /data descriptor/,
    python(
      "class Out:",
      "  def __init__(self, f): self.f = f",
      "  def write(self, b): return self.f.write(b)",
      "  def flush(self): self.f.flush()",
      "z = zipfile.ZipFile(Out(open(sys.argv[2], 'wb')), 'w', zipfile.ZIP_DEFLATED)",
      "[z.write(p) for p in sorted(paths, reverse=True)]",
      "z.close()",
    ),
  ],
];

describe.each(PACKERS)("an archive by %s", (name, remark, pack) => {
  test("is read, and told to be of another form; the signature of another program in it is good", () => {
    const bytes = packedBy(name.replaceAll(/\W/g, "-"), pack);
    const { files: read, unusual } = openZip(bytes);
    expect([...read.keys()].sort()).toEqual([...files.keys()].sort());
    for (const [path, content] of files) expect(read.get(path)?.equals(content), path).toBe(true);
    expect(unusual.join()).toMatch(remark);
    expect(() => readZip(bytes)).toThrow(expect.objectContaining({ reason: "INVALID_FIELD" }));
    const report = verify(bytes);
    expect(report).toMatchObject({ ok: true, findings: [], altered: [], added: [], missing: [] });
    expect(report.foreign?.join()).toMatch(remark);
  });

  test("is refused if the package is one of ours, which has one form only", () => {
    const bytes = packedBy(`ours-${name.replaceAll(/\W/g, "-")}`, (root, archive) => {
      for (const [path, content] of readZip(issued.ofd)) writeFileSync(join(root, path), content);
      pack(root, archive);
    });
    const report = verify(bytes);
    expect(report.ok).toBe(false);
    expect(report.findings.map(({ detail }) => detail).join()).toMatch(remark);
  });
});

test("a package of another program is undetermined for what its form may hide, and told file by file when it is altered", async () => {
  const bytes = writeZip([...files].map(([path, content]) => packFile(path, content, 3)));
  const report = await scene.verify(bytes);
  expect(report).toMatchObject({ verdict: "undetermined" });
  expect(report.findings[0]).toMatchObject({ code: "FORM_FOREIGN" });
  const page = Buffer.from((files.get(PATH.page) as Buffer).toString().replace("陈示例", "王示例"));
  const altered = new Map([...files, [PATH.page, page]]);
  const bad = verify(writeZip([...altered].map(([path, content]) => packFile(path, content, 3))));
  expect(bad).toMatchObject({ ok: false, altered: [PATH.page] });
});

test("a provider that is no longer ours does not loosen a package of ours: its signature tells", () => {
  const renamed = new Map([...readZip(issued.ofd), [SIGN_PATH.signature, files.get(SIGN_PATH.signature) as Buffer]]);
  expect(verify(writeZip([...renamed].map(([path, content]) => packFile(path, content, 3)))).ok).toBe(false);
});
