import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bench, createBench } from "../trust/openssl.ts";
import { openStampedFaces, type StampedFace, type StampedFaces } from "./stamped-faces.ts";

const ROOT = join(import.meta.dirname, "../..");
const bench: Bench = createBench();
let faces: StampedFaces;
let face: StampedFace;
const path = (name: string) => join(bench.directory, name);

beforeAll(async () => {
  faces = await openStampedFaces(bench.directory, bench.read);
  face = await faces.face("P-256");
  writeFileSync(path("face.pdf"), face.pdf);
  for (const trust of ["trust", "roots", "bare"]) {
    mkdirSync(path(trust));
    writeFileSync(path(`${trust}/root.pem`), face.root);
    writeFileSync(path(`${trust}/time-stamp.pem`), bench.read(faces.files.rootFile));
  }
  for (const trust of ["trust", "bare"]) writeFileSync(path(`${trust}/signing.pem`), face.signing);
  writeFileSync(path("trust/lists.crl"), face.lists);
  writeFileSync(path("trust/time-stamp.crl"), bench.read(faces.files.revocationListFile));
});
afterAll(async () => {
  await faces.close();
  bench.close();
});

async function ecert(...args: string[]) {
  const child = spawn(process.execPath, [join(ROOT, "ops/ecert/main.ts"), ...args], { cwd: bench.directory });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: code as number, out, err };
}

test("ecert extend writes a B-LTA file, and ecert verify accepts it off-line with the roots alone", async () => {
  const options = ["--level", "LTA", "--trust", "trust", "--time-stamp", faces.url, "--out", "lta.pdf"];
  const { code, out, err } = await ecert("extend", "face.pdf", ...options);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^lta\.pdf: B-T → B-LTA 附.*, \+\d+ bytes\n$/) });
  expect(err).toMatch(/^\+ 证书和吊销列表.*: \d+ bytes\n\+ 文档时间戳.*: \d+ bytes\n$/);
  expect(readFileSync(path("face.pdf")).equals(face.pdf)).toBe(true);
  expect(readFileSync(path("lta.pdf")).subarray(0, face.pdf.length).equals(face.pdf)).toBe(true);

  const verified = await ecert("verify", "lta.pdf", "--trust", "roots", "--offline", "--json");
  const report = JSON.parse(verified.out);
  expect(report.signature).toMatchObject({
    level: "B-LTA",
    levelText: "附长期验证资料及文档时间戳",
    timeFrom: "stamp",
  });
  // Nothing speaks against the signature; that no status of the licence could be asked is all that is open.
  expect(report.findings.filter(({ weight }: { weight: string }) => weight !== "note")).toMatchObject([
    { code: "STATE_UNKNOWN" },
  ]);
  const shown = await ecert("verify", "lta.pdf", "--trust", "roots", "--offline");
  expect(shown.out).toContain("B-LTA 附长期验证资料及文档时间戳");
});

test("ecert extract takes out the document time stamp and the store, and openssl accepts them", async () => {
  expect((await ecert("extract", "lta.pdf", "--out", "parts")).code).toBe(0);
  const token = ["-token_in", "-in", "parts/document-time-stamp-1.der", "-data", "parts/document-time-stamp-1.bin"];
  const said = bench.run("openssl", "ts", "-verify", ...token, "-CAfile", faces.files.rootFile).text;
  expect(said).toContain("Verification: OK");
  const lists = ["-crl_check_all", "-CRLfile", "parts/store-lists.pem", "-untrusted", "parts/store-certificates.pem"];
  const chain = bench.run("openssl", "verify", ...lists, "-CAfile", "roots/root.pem", "parts/signer.pem").text;
  expect(chain).toContain("parts/signer.pem: OK");
});

test("ecert extend --json tells levels and digest, and LT needs no network", async () => {
  const { code, out, err } = await ecert(
    "extend",
    "face.pdf",
    "--level",
    "LT",
    "--trust",
    "trust",
    "--offline",
    "--out",
    "lt.pdf",
    "--json",
  );
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(JSON.parse(out)).toMatchObject({
    file: "face.pdf",
    from: "B-T",
    level: "B-LT",
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test("ecert extend says what is missing, and writes nothing over the original", async () => {
  const bare = await ecert("extend", "face.pdf", "--level", "LT", "--trust", "bare", "--out", "none.pdf");
  expect(bare.code).toBe(2);
  expect(bare.err).toContain("revocation list of Trial signing authority: none is configured");
  expect(bare.err).toContain("revocation list of Trial time root: none is configured");
  const over = await ecert("extend", "face.pdf", "--level", "LT", "--trust", "trust", "--out", "./face.pdf");
  expect(over).toMatchObject({ code: 2, err: expect.stringContaining("is the signed original") });
  const wrong = await ecert("extend", "face.pdf", "--level", "XL", "--trust", "trust", "--out", "x.pdf");
  expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("T, LT or LTA") });
  const away = await ecert("extend", "face.pdf", "--level", "LTA", "--trust", "trust", "--out", "x.pdf");
  expect(away).toMatchObject({ code: 2, err: expect.stringContaining("no time stamp authority") });
  expect((await ecert("extend", "--help")).out).toContain("--time-stamp URL");
});
