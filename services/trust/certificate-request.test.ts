import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { makeCertificateRequest, readCertificateRequest } from "./certificate-request.ts";
import { fromPem, toPem } from "./pem.ts";

const subject = {
  country: "CN",
  state: "广东省",
  locality: "广州市",
  organization: "广州市市场监督管理局",
  organizationCode: "11440100MB2C91870E",
  commonName: "广州市市场监督管理局",
};
const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const spkiOf = (key: KeyObject): Uint8Array => createPublicKey(key).export({ type: "spki", format: "der" });
const requestBy = (key: KeyObject, signer = key): Promise<string> =>
  makeCertificateRequest({ subject, spki: spkiOf(key), sign: async (bytes) => sign("sha256", bytes, signer) });

describe("certificate requests (PKCS#10)", () => {
  test.each([
    ["P-256", p256],
    ["RSA", rsa],
  ])("of a %s key read back with subject and key", async (_name, key) => {
    const request = readCertificateRequest(await requestBy(key));
    expect(request.subject).toEqual(subject);
    expect(Buffer.from(request.spki)).toEqual(spkiOf(key));
  });

  test("are not made with a signature by another key, nor for a weak key", async () => {
    const weak = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
    await expect(requestBy(p256, generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey)).rejects.toMatchObject({
      reason: "SIGNATURE_INVALID",
    });
    await expect(requestBy(weak)).rejects.toMatchObject({ reason: "INVALID_FIELD" });
  });

  test("are refused when any octet changed", async () => {
    const [der = new Uint8Array()] = fromPem("CERTIFICATE REQUEST", await requestBy(p256));
    for (const index of der.keys()) {
      const changed = Uint8Array.from(der);
      changed[index] = (changed[index] ?? 0) ^ 0x01;
      expect(() => readCertificateRequest(toPem("CERTIFICATE REQUEST", changed)), `octet ${index}`).toThrow();
    }
  });

  test("must come alone and in PEM", async () => {
    const pem = await requestBy(p256);
    expect(() => readCertificateRequest(pem + pem)).toThrow("expected one CERTIFICATE REQUEST");
    expect(() => readCertificateRequest("")).toThrow("expected one CERTIFICATE REQUEST");
    expect(() => readCertificateRequest(pem.replace(/\n[A-Za-z0-9]/, "\n?"))).toThrow("not base64");
  });
});
