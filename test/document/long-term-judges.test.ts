import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthority } from "../../ops/authority/authority.ts";
import { makeStampFiles, type StampFiles } from "../../ops/time-stamp/files.ts";
import { type StampServer, startStampServer } from "../../ops/time-stamp/server.ts";
import { createFaceRenderer } from "../../services/document/face.ts";
import { extendPdf, type LongTermTrust } from "../../services/document/pdf/long-term.ts";
import { embedSignature, rangeDigest } from "../../services/document/prepared-pdf.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { parseCertificate } from "../../services/trust/certificate.ts";
import { readSignedData } from "../../services/trust/cms-read.ts";
import { openGrownPdf } from "../../services/trust/long-term/grown-pdf.ts";
import { fromPem } from "../../services/trust/pem.ts";
import { createRevocationSource } from "../../services/trust/revocation.ts";
import { attachTimeStamp } from "../../services/trust/time-stamp/attach.ts";
import { createTimeStampClient, type TimeStampClient } from "../../services/trust/time-stamp/client.ts";
import { draft, licence } from "../attacks/scene.ts";
import { createDepartment } from "../trust/department.ts";
import { type Bench, createBench } from "../trust/openssl.ts";

const bench: Bench = createBench();
let files: StampFiles;
let server: StampServer;
let client: TimeStampClient;
let stamps: NonNullable<LongTermTrust["timeStamps"]>;
beforeAll(async () => {
  files = makeStampFiles(join(bench.directory, "tsa"));
  server = await startStampServer(files);
  const trust = createTrustAnchors([bench.read(files.rootFile)]);
  stamps = { trust, revocation: createRevocationSource([bench.read(files.revocationListFile)], trust.anchors) };
  client = createTimeStampClient({ url: server.url, anchors: () => stamps });
});
afterAll(async () => {
  client.close();
  await server.stop();
  bench.close();
});

/** A face signed by a department, with a time stamp of OpenSSL's authority, and that extended to B-LTA. */
async function extended(kind: "P-256" | "RSA"): Promise<Buffer> {
  const authority = createAuthority(join(bench.directory, kind));
  const department = await createDepartment(authority, kind);
  const item = licence();
  const face = createFaceRenderer().compile(JSON.stringify(item.template), item.sealPicture);
  const prepared = face.preparePdf(draft(item, "2026000001"));
  const cms = department.signDigest(rangeDigest(prepared, "sha256"), { pades: true });
  const stamped = attachTimeStamp(cms, await client.stamp(readSignedData(cms).signature));
  const { root, signing } = authority.certificates;
  const lists = authority.crl();
  const options: LongTermTrust = {
    trust: createTrustAnchors([root]),
    revocation: createRevocationSource(
      [lists.root, lists.signing],
      fromPem("CERTIFICATE", root + signing).map(parseCertificate),
    ),
    timeStamps: stamps,
  };
  const stamp = (content: Parameters<TimeStampClient["stamp"]>[0]) => client.stamp(content);
  const signed = embedSignature(prepared, stamped);
  return Buffer.from(await extendPdf(signed, { ...options, level: "B-LTA", stamp, at: new Date() }));
}

describe.each(["P-256", "RSA"] as const)("B-LTA of a face signed with %s, to programs that are not ours", (kind) => {
  let file: Buffer;
  let path: string;
  beforeAll(async () => {
    file = await extended(kind);
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
        files.rootFile,
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
