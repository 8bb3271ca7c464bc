import { spawnSync } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fromPem, toPem } from "../../services/trust/pem.ts";
import { generateSm2Key, readSm2PrivateKey, readSm2PrivateKeyPem } from "../../services/trust/sm2/private-key.ts";
import { readSm2PublicKey, writeSm2PublicKey } from "../../services/trust/sm2/public-key.ts";
import { verifySm2 } from "../../services/trust/sm2/verify.ts";
import { createBench } from "./openssl.ts";

const bench = createBench();
afterAll(() => bench.close());

/** Messages in each direction: some 2,000 starts of openssl, 5 ms of processor time each. */
const MESSAGES = 1_000;
const WITH_ID = ["-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"];
/** Long enough for a machine that does much else; alone it takes seconds. */
const TIMEOUT = { timeout: 180_000 };

const path = (name: string) => join(bench.directory, name);
const randomMessage = () => randomBytes(randomInt(1, 600));

/** Runs `openssl pkeyutl` for each of so many messages, `{}` standing for its number; two at once, as each does little but start. */
function pkeyutlOfEach(count: number, ...args: string[]) {
  const numbers = Array.from({ length: count }, (_, index) => `${index}\n`).join("");
  const command = ["-P", "2", "-I", "{}", "openssl", "pkeyutl", ...args, ...WITH_ID];
  const { status, stdout } = spawnSync("xargs", command, { cwd: bench.directory, encoding: "utf8", input: numbers });
  return { status, verified: stdout.split("Signature Verified Successfully").length - 1 };
}

/** The message with one bit of one octet other, wherever it falls. */
function flipped(message: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(message);
  const at = randomInt(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << randomInt(8));
  return copy;
}

describe("SM2 and the openssl command line", () => {
  test(`openssl accepts ${MESSAGES} random messages that we signed, and none with a bit flipped`, TIMEOUT, () => {
    const { key } = generateSm2Key();
    bench.file("our.pub.pem", toPem("PUBLIC KEY", writeSm2PublicKey(key.publicKey)));
    const how = ["-verify", "-pubin", "-inkey", "our.pub.pem", "-in", "our.{}", "-sigfile", "our.{}.sig"];
    const messages = Array.from({ length: MESSAGES }, randomMessage);
    for (const [index, message] of messages.entries()) {
      bench.file(`our.${index}`, message);
      bench.file(`our.${index}.sig`, key.sign(message));
    }
    expect(pkeyutlOfEach(MESSAGES, ...how)).toEqual({ status: 0, verified: MESSAGES });
    const some = messages.slice(0, 50);
    for (const [index, message] of some.entries()) bench.file(`our.${index}`, flipped(message));
    expect(pkeyutlOfEach(some.length, ...how)).toMatchObject({ verified: 0 });
  });

  test(`we accept ${MESSAGES} random messages that openssl signed, and refuse each with a bit flipped`, TIMEOUT, () => {
    bench.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:sm2", "-out", "their.pem");
    bench.openssl("pkey", "-in", "their.pem", "-pubout", "-out", "their.pub.pem");
    const [spki = new Uint8Array()] = fromPem("PUBLIC KEY", readFileSync(path("their.pub.pem"), "utf8"));
    const publicKey = readSm2PublicKey(spki);
    const messages = Array.from({ length: MESSAGES }, randomMessage);
    for (const [index, message] of messages.entries()) bench.file(`their.${index}`, message);
    const signed = pkeyutlOfEach(MESSAGES, "-sign", "-inkey", "their.pem", "-in", "their.{}", "-out", "their.{}.sig");
    expect(signed.status).toBe(0);
    const verdicts = messages.map((message, index) => {
      const signature = readFileSync(path(`their.${index}.sig`));
      return `${verifySm2(publicKey, message, signature)} ${verifySm2(publicKey, flipped(message), signature)}`;
    });
    expect(new Set(verdicts)).toEqual(new Set(["true false"]));
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
