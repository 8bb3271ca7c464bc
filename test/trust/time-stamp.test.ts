import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthority } from "../../ops/authority/authority.ts";
import { makeStampFiles, type StampFiles, type StampKey } from "../../ops/time-stamp/files.ts";
import { type StampServer, startStampServer } from "../../ops/time-stamp/server.ts";
import { createTrustAnchors, type TrustAnchors } from "../../services/trust/anchors.ts";
import { readSignedData } from "../../services/trust/cms-read.ts";
import { verifyCms } from "../../services/trust/cms-verify.ts";
import { childrenOf, type DerElement, onlyChildOf, readDer } from "../../services/trust/der.ts";
import { octetString, oid, sequence, setOf, tagged } from "../../services/trust/der-write.ts";
import { OID } from "../../services/trust/oid.ts";
import { createRevocationSource } from "../../services/trust/revocation.ts";
import { attachTimeStamp } from "../../services/trust/time-stamp/attach.ts";
import { createTimeStampClient } from "../../services/trust/time-stamp/client.ts";
import { readTimeStampToken } from "../../services/trust/time-stamp/read-token.ts";
import { type TimeStampTrust, verifyTimeStampToken } from "../../services/trust/time-stamp/verify-token.ts";
import { timeStampStanding } from "../../services/trust/verification/time-stamp-standing.ts";
import { createDepartment, type Department } from "./department.ts";
import { type Bench, createBench } from "./openssl.ts";
import { createStampMaker } from "./stamp-maker.ts";

const content = Buffer.from("what is stamped");
const bench: Bench = createBench();
afterAll(() => bench.close());

describe.each<StampKey>(["p256", "p384", "rsa-2048"])("OpenSSL's time stamp authority with a key of %s", (key) => {
  let files: StampFiles;
  let server: StampServer;
  let anchors: TimeStampTrust;
  beforeAll(async () => {
    files = makeStampFiles(join(bench.directory, key), key);
    server = await startStampServer(files);
    const trust = createTrustAnchors([bench.read(files.rootFile)]);
    anchors = { trust, revocation: createRevocationSource([bench.read(files.revocationListFile)], trust.anchors) };
  });
  afterAll(() => server.stop());

  test.each(["sha256", "sm3"] as const)(
    "stamps a digest by %s; the token is good to us and to openssl ts",
    async (hash) => {
      const client = createTimeStampClient({ url: server.url, anchors: () => anchors, hash });
      const token = await client.stamp(content);
      client.close();
      const report = verifyTimeStampToken(token, content, anchors);
      expect(report).toMatchObject({ ok: true, signer: { commonName: "Trial time stamp authority" } });
      expect(report.stamp).toMatchObject({ hash, accuracyMs: 1_000, policy: "1.2.156.3005.2.99.1" });
      // The root that the authority puts in is left out: whoever verifies has it.
      expect(readTimeStampToken(token).certificates).toHaveLength(1);
      expect(opensslTs(token, content, files.rootFile)).toContain("Verification: OK");
      expect(opensslTs(token, Buffer.from("something else"), files.rootFile)).toContain("message imprint mismatch");
    },
  );
});

describe("OpenSSL's revocation list of a time stamp authority (RFC 3161 §4.1)", () => {
  const directory = join(bench.directory, "revoked");
  let files: StampFiles;
  let token: Uint8Array;
  beforeAll(async () => {
    files = makeStampFiles(directory);
    const server = await startStampServer(files);
    const trust = createTrustAnchors([bench.read(files.rootFile)]);
    const client = createTimeStampClient({ url: server.url, anchors: () => ({ trust }) });
    token = await client.stamp(content);
    client.close();
    await server.stop();
  });

  /** The stamp under a list in which the authority stands, as `openssl ca -revoke` enters it, an hour after the stamp. */
  function standing(entry: string) {
    const later = new Date(Date.now() + 3_600_000);
    const time = later
      .toISOString()
      .replace(/[-:T]|\.\d+/g, "")
      .slice(2);
    writeFileSync(join(directory, "index.txt"), `R\t360101000000Z\t${time}${entry}\t1001\tunknown\t/CN=x\n`);
    execFileSync("openssl", ["ca", "-config", files.configFile, "-gencrl", "-out", files.revocationListFile], {
      cwd: directory,
      stdio: "pipe",
    });
    const trust = createTrustAnchors([bench.read(files.rootFile)]);
    const revocation = createRevocationSource([bench.read(files.revocationListFile)], trust.anchors);
    return timeStampStanding(
      verifyTimeStampToken(token, content, { trust, revocation }),
      new Date(later.getTime() + 1),
    );
  }

  test("without a reason makes all stamps of before worthless; with one that rules a lost key out they stand", () => {
    expect(standing("").findings).toMatchObject([
      { code: "TIME_STAMP_COMPROMISED", detail: expect.stringContaining("(unstated)") },
    ]);
    for (const reason of ["unspecified", "affiliationChanged", "superseded", "cessationOfOperation"]) {
      expect(standing(`,${reason}`), reason).toMatchObject({ findings: [], timeStamp: {} });
    }
    expect(standing(",keyCompromise").timeStamp).toBeUndefined();
  });
});

describe.each([
  ["RFC 5652", false],
  ["GB/T 35275", true],
])("a token by SM2 in the form of %s", (_, national) => {
  test("is good over an SM3 digest, and openssl's primitive accepts its signature", () => {
    const maker = createStampMaker("sm2");
    const token = maker.token(content, { national });
    expect(verifyTimeStampToken(token, content, maker.trust)).toMatchObject({ ok: true, stamp: { hash: "sm3" } });
    const { certificates, signedAttributes, signature } = readTimeStampToken(token);
    bench.file("tsa.der", certificates[0] ?? "");
    bench.openssl("x509", "-inform", "DER", "-in", "tsa.der", "-noout", "-pubkey", "-out", "tsa-key.pem");
    const verify = ["pkeyutl", "-verify", "-pubin", "-inkey", "tsa-key.pem", "-rawin", "-digest", "sm3"];
    const parts = ["-in", bench.file("signed", signedAttributes), "-sigfile", bench.file("value", signature)];
    const said = bench.openssl(...verify, "-pkeyopt", "distid:1234567812345678", ...parts);
    expect(said).toContain("Verified Successfully");
  });
});

describe("a signature with a time stamp (ETSI EN 319 122-1 §5.3, level B-T)", () => {
  const message = Buffer.from("{}");
  const at = new Date();
  let files: StampFiles;
  let trust: TrustAnchors;
  let timeStamps: TimeStampTrust;
  let department: Department;
  let root: string;
  let plain: Uint8Array;
  let stamped: Uint8Array;
  beforeAll(async () => {
    files = makeStampFiles(join(bench.directory, "level"));
    const server = await startStampServer(files);
    const authority = createAuthority(join(bench.directory, "ca"));
    root = bench.file("root.pem", authority.certificates.root);
    trust = createTrustAnchors([authority.certificates.root]);
    timeStamps = { trust: createTrustAnchors([bench.read(files.rootFile)]) };
    department = await createDepartment(authority, "P-256");
    plain = department.signDigest(createHash("sha256").update(message).digest(), { pades: false });
    const client = createTimeStampClient({ url: server.url, anchors: () => timeStamps });
    stamped = attachTimeStamp(plain, await client.stamp(readSignedData(plain).signature));
    client.close();
    await server.stop();
  });
  const verify = (cms: Uint8Array, stamps: TimeStampTrust | undefined = timeStamps) =>
    verifyCms(cms, { content: message }, { trust, at, ...(stamps && { timeStamps: stamps }) });

  test("is good to us, its authority and time told", () => {
    const { ok, timeStamp } = verify(stamped);
    expect([ok, timeStamp?.ok, timeStamp?.signer?.organization]).toEqual([true, true, "Trial authority"]);
    expect(Math.abs((timeStamp?.stamp?.time.getTime() ?? 0) - at.getTime())).toBeLessThan(60_000);
  });

  test("is good to openssl cms, and its token to openssl ts over the signature value", () => {
    const paths = ["-in", bench.file("x.p7s", stamped), "-content", bench.file("x.json", message), "-CAfile", root];
    const said = bench.openssl("cms", "-verify", "-cades", "-binary", "-inform", "DER", ...paths, "-purpose", "any");
    expect(said).toMatch(/CAdES Verification successful/i);
    const { timeStamp = new Uint8Array(), signature } = readSignedData(stamped);
    expect(opensslTs(timeStamp, signature, files.rootFile)).toContain("Verification: OK");
  });

  test("stays good where nobody trusts the authority: the stamp proves nothing then", () => {
    const stranger = createStampMaker("p256", "Another root");
    for (const anchors of [undefined, stranger.trust]) {
      const { ok, timeStamp } = verifyCms(
        stamped,
        { content: message },
        { trust, at, ...(anchors && { timeStamps: anchors }) },
      );
      expect([ok, timeStamp?.ok, timeStamp?.reasons]).toEqual([true, false, ["SIGNER_UNTRUSTED"]]);
    }
  });

  test("is refused with the stamp of another signature", () => {
    const other = department.signDigest(createHash("sha256").update(message).digest(), { pades: false });
    const token = readSignedData(stamped).timeStamp ?? new Uint8Array();
    const report = verify(attachTimeStamp(other, token));
    expect(report).toMatchObject({ ok: false, findings: [{ detail: "time stamp: the imprint is of something else" }] });
  });

  test("cannot have one octet of it changed unnoticed", () => {
    for (let place = 0; place < stamped.length; place++) {
      const changed = Buffer.from(stamped);
      changed[place] = (changed[place] ?? 0) ^ (1 << (place % 8));
      expect(verify(changed).ok, `octet ${place}`).toBe(false);
    }
  });

  test("takes no second stamp, and no unsigned attribute of another kind", () => {
    expect(() => attachTimeStamp(stamped, readSignedData(stamped).timeStamp ?? plain)).toThrow("unsigned attributes");
    const token = readSignedData(stamped).timeStamp ?? plain;
    const text = Buffer.from(stamped).toString("hex");
    const type = Buffer.from(oid(OID.signatureTimeStamp)).toString("hex");
    expect(text).toContain(type);
    const other = Buffer.from(text.replace(type, type.replace(/0e$/, "0f")), "hex");
    expect(verify(other)).toMatchObject({ ok: false, findings: [{ detail: expect.stringContaining("unsigned") }] });
    const attribute = sequence(oid(OID.signatureTimeStamp), setOf([token, octetString(token)]));
    expect(() => readSignedData(withUnsigned(plain, attribute))).toThrow("exactly one element");
    const one = sequence(oid(OID.signatureTimeStamp), setOf([token]));
    expect(() => readSignedData(withUnsigned(plain, one, one))).toThrow("other than one time stamp");
  });
});

/** A CMS with the unsigned attributes given, whatever they are. */
function withUnsigned(cms: Uint8Array, ...attributes: Uint8Array[]): Uint8Array {
  const raw = (elements: readonly DerElement[]) => elements.map((element) => element.raw);
  const [type, wrapper] = childrenOf(readDer(cms)) as [DerElement, DerElement];
  const members = childrenOf(onlyChildOf(wrapper));
  const signer = childrenOf(onlyChildOf(members.pop() as DerElement));
  const signers = setOf([sequence(...raw(signer), tagged(1, ...attributes))]);
  return sequence(type.raw, tagged(0, sequence(...raw(members), signers)));
}

test("a token's time is read with its fraction of a second, and told with its accuracy", () => {
  const maker = createStampMaker();
  const time = new Date("2026-11-24T02:16:00.250Z");
  const { stamp } = verifyTimeStampToken(maker.token(content, { time }), content, maker.trust);
  expect(stamp?.time).toEqual(time);
  expect(stamp?.accuracyMs).toBeUndefined();
});

function opensslTs(token: Uint8Array, data: Uint8Array, root: string): string {
  const paths = ["-in", bench.file("token.der", token), "-data", bench.file("data.bin", data), "-CAfile", root];
  return bench.run("openssl", "ts", "-verify", "-token_in", ...paths).text;
}
