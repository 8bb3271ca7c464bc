import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { extendPdf } from "../../services/document/pdf/long-term.ts";
import { openGrownPdf } from "../../services/trust/long-term/grown-pdf.ts";
import { type Bench, createBench } from "../trust/openssl.ts";
import { openStampedFaces, type StampedFaces } from "./stamped-faces.ts";

const bench: Bench = createBench();
let faces: StampedFaces;
beforeAll(async () => {
  faces = await openStampedFaces(bench.directory, bench.read);
});
afterAll(async () => {
  await faces.close();
  bench.close();
});

describe.each(["P-256", "RSA"] as const)("B-LTA of a face signed with %s, to programs that are not ours", (kind) => {
  let file: Buffer;
  let path: string;
  beforeAll(async () => {
    const { pdf, trust } = await faces.face(kind);
    const { stamp } = faces.client;
    file = Buffer.from(await extendPdf(pdf, { ...trust, level: "B-LTA", stamp, at: new Date() }));
    path = bench.file(`${kind}.pdf`, file);
  });

  test("pdfsig finds the signature valid and the document time stamp over the whole file", () => {
    const [, first = "", second = ""] = bench.run("pdfsig", "-nocert", path).text.split(/Signature #\d:/);
    expect(first).toContain("Signature is Valid");
    expect(first).toContain("ETSI.CAdES.detached");
    expect(second).toContain("Signature Field Name: DocTimeStamp1");
    expect(second).toContain("Signer Certificate Common Name: Trial time stamp authority");
    expect(second).toContain("Total document signed");
  });

  test("openssl ts accepts the document time stamp over its byte range, and no other octets", () => {
    const grown = openGrownPdf(file, []);
    const stamp = grown.different === undefined && "revisions" in grown ? grown.revisions.at(-1) : undefined;
    if (stamp?.kind !== "stamp") throw new Error("no document time stamp at the end");
    const [, a, b] = stamp.byteRange;
    bench.file("token.der", stamp.token);
    const covered = Buffer.concat([file.subarray(0, a), file.subarray(b)]);
    const verify = (content: Buffer) =>
      bench.run(
        "openssl",
        "ts",
        "-verify",
        "-in",
        "token.der",
        "-token_in",
        "-data",
        bench.file("covered", content),
        "-CAfile",
        faces.files.rootFile,
      ).text;
    expect(verify(covered)).toContain("Verification: OK");
    expect(verify(covered.subarray(1))).toContain("message imprint mismatch");
  });

  test("qpdf finds nothing to complain of, and mutool draws it like the original", () => {
    const said = bench.run("qpdf", "--check", path);
    expect(said.ok).toBe(true);
    expect(said.text).toContain("No syntax or stream encoding errors found");
    expect(said.text).not.toContain("WARNING");
    const drawn = (name: string) => {
      const { ok, text } = bench.run("mutool", "draw", "-q", "-r", "72", "-o", `${name}.png`, name);
      expect(ok).toBe(true);
      expect(text.replace(/warning: ICC support is not available\n/g, "")).toBe("");
      return bench.run("openssl", "dgst", "-sha256", "-r", `${name}.png`).text.slice(0, 64);
    };
    const end = file.indexOf("%%EOF\n") + 6;
    bench.file("original.pdf", file.subarray(0, end));
    expect(drawn(`${kind}.pdf`)).toBe(drawn("original.pdf"));
  });

  test("openssl reads every certificate and revocation list in the store", () => {
    const grown = openGrownPdf(file, []);
    if (!("state" in grown)) throw new Error(grown.different);
    const { entries } = grown.state;
    expect(entries.map((entry) => entry.kind).sort()).toEqual([
      "CRLs",
      "CRLs",
      "CRLs",
      "Certs",
      "Certs",
      "Certs",
      "Certs",
      "Certs",
    ]);
    for (const entry of entries) {
      bench.file("entry.der", entry.der);
      const command = entry.kind === "CRLs" ? "crl" : "x509";
      expect(bench.openssl(command, "-inform", "DER", "-in", "entry.der", "-noout", "-issuer")).toContain("issuer=");
    }
  });
});
