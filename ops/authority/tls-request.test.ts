import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createAuthority } from "./authority.ts";
import { newKey } from "./issuers.ts";
import { makeTlsRequest } from "./tls-request.ts";

const directory = mkdtempSync(join(tmpdir(), "ecert-tls-request-"));
const authority = createAuthority(directory);
afterAll(() => rmSync(directory, { recursive: true }));

const { keyPem } = newKey("p256");
const names = {
  uris: ["ecert://440100/service/catalog", "ecert://440100/service/sync"],
  dns: ["city.example"],
  ip: ["10.0.0.7"],
};
const request = (changed: Partial<typeof names> = {}) => makeTlsRequest("440100", { ...names, ...changed }, keyPem);

test("a request is answered with a certificate for its key, which bears every name that it asked for and no other", async () => {
  const { certPem, uris } = authority.answerTls(await request(), { node: "440100" });
  const certificate = new X509Certificate(certPem);
  expect(certificate.checkPrivateKey(createPrivateKey(keyPem))).toBe(true);
  expect(certificate.publicKey.equals(createPublicKey(keyPem))).toBe(true);
  expect(certificate.subjectAltName?.split(", ")).toEqual([
    "URI:ecert://440100/service/catalog",
    "URI:ecert://440100/service/sync",
    "DNS:city.example",
    "IP Address:10.0.0.7",
  ]);
  expect(uris).toEqual(names.uris);
});

test("nobody gets a name of another node by asking for it", async () => {
  const uris = ["ecert://440100/service/sync", "ecert://440000/service/sync"];
  const asked = await request({ uris });
  expect(() => authority.answerTls(asked, { node: "440100" })).toThrow("asks for the name ecert://440000/service/sync");
  const honest = await request();
  expect(() => authority.answerTls(honest, { node: "440300" })).toThrow(
    "asks for the name ecert://440100/service/catalog",
  );
});

test("a request without a name of the mesh, or with one of no known kind, is refused", async () => {
  const none = await request({ uris: [] });
  expect(() => authority.answerTls(none, { node: "440100" })).toThrow("no name of the mesh");
  const strange = await request({ uris: ["ecert://440100/king/arthur"] });
  expect(() => authority.answerTls(strange, { node: "440100" })).toThrow("name");
});
