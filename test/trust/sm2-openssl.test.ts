import { randomBytes, randomInt } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fromPem, toPem } from "../../services/trust/pem.ts";
import { generateSm2Key, readSm2PrivateKey, readSm2PrivateKeyPem } from "../../services/trust/sm2/private-key.ts";
import { readSm2PublicKey, writeSm2PublicKey } from "../../services/trust/sm2/public-key.ts";
import { verifySm2 } from "../../services/trust/sm2/verify.ts";
import { createBench } from "./openssl.ts";

const bench = createBench();
afterAll(() => bench.close());

/** Messages in each direction. Each costs a start of openssl: 1,000 take about 15 s. */
const MESSAGES = Number(process.env.SM2_MESSAGES ?? 100);
const WITH_ID = ["-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"];

const path = (name: string) => join(bench.directory, name);

describe("SM2 and the openssl command line", () => {
  test(`openssl accepts ${MESSAGES} random messages that we signed`, { timeout: 120_000 }, () => {
    const { key } = generateSm2Key();
    bench.file("our.pub.pem", toPem("PUBLIC KEY", writeSm2PublicKey(key.publicKey)));
    for (let index = 0; index < MESSAGES; index++) {
      const message = randomBytes(randomInt(1, 600));
      writeFileSync(path("message"), message);
      writeFileSync(path("signature"), key.sign(message));
      const args = ["pkeyutl", "-verify", "-pubin", "-inkey", "our.pub.pem", ...WITH_ID];
      expect(bench.openssl(...args, "-in", "message", "-sigfile", "signature")).toContain("Verified Successfully");
    }
    writeFileSync(path("message"), "another");
    const refused = bench.run(
      "openssl",
      "pkeyutl",
      "-verify",
      "-pubin",
      "-inkey",
      "our.pub.pem",
      ...WITH_ID,
      "-in",
      "message",
      "-sigfile",
      "signature",
    );
    expect(refused.ok).toBe(false);
  });

  test(`we accept ${MESSAGES} random messages that openssl signed`, { timeout: 120_000 }, () => {
    bench.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:sm2", "-out", "their.pem");
    bench.openssl("pkey", "-in", "their.pem", "-pubout", "-out", "their.pub.pem");
    const [spki = new Uint8Array()] = fromPem("PUBLIC KEY", readFileSync(path("their.pub.pem"), "utf8"));
    const publicKey = readSm2PublicKey(spki);
    for (let index = 0; index < MESSAGES; index++) {
      const message = randomBytes(randomInt(1, 600));
      writeFileSync(path("message"), message);
      bench.openssl("pkeyutl", "-sign", "-inkey", "their.pem", ...WITH_ID, "-in", "message", "-out", "signature");
      const signature = readFileSync(path("signature"));
      expect(verifySm2(publicKey, message, signature)).toBe(true);
      message[0] = (message[0] ?? 0) ^ 1;
      expect(verifySm2(publicKey, message, signature)).toBe(false);
    }
  });

  test("keys travel both ways, encrypted ones too", () => {
    bench.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:sm2", "-out", "their.pem");
    bench.openssl("pkcs8", "-topk8", "-in", "their.pem", "-passout", "pass:trial", "-out", "their.enc.pem");
    const text = bench.openssl("pkey", "-in", "their.pem", "-noout", "-text").replace(/[\s:]/g, "");
    for (const key of [
      readSm2PrivateKeyPem(readFileSync(path("their.pem"), "utf8")),
      readSm2PrivateKeyPem(readFileSync(path("their.enc.pem"), "utf8"), "trial"),
    ]) {
      expect(text).toContain(Buffer.from(key.publicKey.x).toString("hex"));
    }
    const { pkcs8, key } = generateSm2Key();
    expect(readSm2PrivateKey(pkcs8).publicKey.x).toEqual(key.publicKey.x);
    bench.file("our.pem", toPem("PRIVATE KEY", pkcs8));
    const ours = bench.openssl("pkey", "-in", "our.pem", "-check", "-text", "-noout").replace(/[\s:]/g, "");
    expect(ours).toContain(Buffer.from(key.publicKey.y).toString("hex"));
  });
});
