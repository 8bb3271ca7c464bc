import { generateKeyPairSync, type JsonWebKey } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { afterAll, expect, test } from "vitest";
import { createAuthority } from "../../../ops/authority/authority.ts";
import { AppProofSchema } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import type { Refusal } from "../../domain/refusal.ts";
import { certificatesIn, checkAppProof } from "./app-proof.ts";

const directory = mkdtempSync(join(tmpdir(), "ecert-proof-"));
const certPem = createAuthority(directory).certificates.root;
afterAll(() => rmSync(directory, { recursive: true }));

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const jwk = ec.publicKey.export({ format: "jwk" });

function fault(proof: { keys?: unknown; pem?: string }): string {
  const publicKeysJson = proof.keys === undefined ? "" : JSON.stringify(proof.keys);
  try {
    checkAppProof(create(AppProofSchema, { publicKeysJson, clientCertificatesPem: proof.pem ?? "" }));
    return "OK";
  } catch (error) {
    const { reason, fields } = error as Refusal;
    return `${reason} ${fields[0]?.field}`;
  }
}
const key = (other: JsonWebKey) => fault({ keys: { keys: [other] } });

test("an app proves itself by public keys or by certificates, one to four of them", () => {
  expect(fault({ keys: { keys: [jwk] } })).toBe("OK");
  expect(fault({ pem: certPem + certPem })).toBe("OK");
  expect(certificatesIn(certPem + certPem)).toHaveLength(2);
  const proof = "INVALID_FIELD app.proof";
  expect([fault({}), fault({ keys: { keys: [jwk] }, pem: certPem })]).toEqual([proof, proof]);
  const keys = "INVALID_FIELD app.proof.public_keys_json";
  expect([[], { keys: [] }, { keys: Array(5).fill(jwk) }, 7, null].map((other) => fault({ keys: other }))).toEqual(
    Array(5).fill(keys),
  );
  const pem = "INVALID_FIELD app.proof.client_certificates_pem";
  const publicKey = ec.publicKey.export({ type: "spki", format: "pem" }) as string;
  expect([fault({ pem: publicKey }), fault({ pem: certPem.repeat(5) })]).toEqual([pem, pem]);
});

test("a key that is secret, weak or of no such kind is refused where it stands", () => {
  const at = "INVALID_FIELD app.proof.public_keys_json/keys/0";
  const rsa = (modulusLength: number) =>
    generateKeyPairSync("rsa", { modulusLength }).publicKey.export({ format: "jwk" });
  expect(key(generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }))).toBe("OK");
  expect(key(rsa(2_048))).toBe("OK");
  for (const other of [
    ec.privateKey.export({ format: "jwk" }),
    { kty: "oct", k: "c2VjcmV0" },
    rsa(1_024),
    generateKeyPairSync("x25519").publicKey.export({ format: "jwk" }),
    generateKeyPairSync("ec", { namedCurve: "secp256k1" }).publicKey.export({ format: "jwk" }),
    { ...jwk, x: "AAAA" },
    { ...jwk, kty: "OKP" },
    { kty: "RSA" },
  ]) {
    expect([other, key(other)]).toEqual([other, at]);
  }
});
