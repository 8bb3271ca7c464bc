import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { canonicalBytes } from "../domain/canonical.ts";
import { signAsNode, verifyAsNode } from "./node-key.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const privatePem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const publicPem = publicKey.export({ type: "spki", format: "pem" }).toString();
const event = { node: "440100", number: 7, certificate: "1.2.156.3005.2" };

describe("node signatures", () => {
  test("verify, whatever the order of the members", () => {
    const signature = signAsNode(privatePem, "ecert.event.v1", event);
    const reordered = { certificate: event.certificate, number: 7, node: "440100" };
    expect(signature).toMatch(/^[\w-]{86}$/);
    expect(verifyAsNode(publicPem, "ecert.event.v1", reordered, signature)).toBe(true);
    expect(verifyAsNode(publicKey, "ecert.event.v1", canonicalBytes(event), signature)).toBe(true);
  });

  test("a signature for one purpose does not pass for another", () => {
    const signature = signAsNode(privateKey, "ecert.event.v1", event);
    expect(verifyAsNode(publicKey, "ecert.receipt.v1", event, signature)).toBe(false);
    expect(verifyAsNode(publicKey, "ecert.usage-receipt.v1", event, signature)).toBe(false);
  });

  test("other data, another key, and another spelling of the signature are told apart", () => {
    const signature = signAsNode(privateKey, "ecert.receipt.v1", event);
    const other = generateKeyPairSync("ed25519").publicKey;
    expect(verifyAsNode(publicKey, "ecert.receipt.v1", { ...event, number: 8 }, signature)).toBe(false);
    expect(verifyAsNode(other, "ecert.receipt.v1", event, signature)).toBe(false);
    for (const spelling of ["", `${signature}=`, ` ${signature}`, signature.slice(1), `${signature}AAAA`]) {
      expect(verifyAsNode(publicKey, "ecert.receipt.v1", event, spelling)).toBe(false);
    }
  });

  test("refuses keys that are not Ed25519, and texts that are no key", () => {
    const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" });
    expect(() => signAsNode(p256.privateKey, "ecert.event.v1", event)).toThrow("not Ed25519");
    expect(() => verifyAsNode(p256.publicKey, "ecert.event.v1", event, "A".repeat(86))).toThrow("not Ed25519");
    expect(() => signAsNode("no key", "ecert.event.v1", event)).toThrow("does not hold a usable key");
  });
});
