import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { createAuthority } from "../../ops/authority/authority.ts";
import type { KnownProvider } from "../../services/usage/codes/operator-tokens.ts";

/** A department's identity provider: it publishes its keys over HTTPS and signs tokens of officers. */
export interface TestProvider {
  provider: KnownProvider;
  /** A token of `zhangsan` that is good between 01:59 and 02:10 on 2026-11-24, but for what a test changes. */
  token(change?: { audience?: string; subject?: string; payload?: JWTPayload }): Promise<string>;
  close(): void;
}

/** Starts the provider. */
export async function startOperatorProvider(payload: JWTPayload): Promise<TestProvider> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-operators-"));
  const authority = createAuthority(join(directory, "authority"));
  const tls = authority.issueTls({ node: "440300", kind: "service", name: "provider", ip: ["127.0.0.1"] });
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const published = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "1", alg: "ES256" }] });
  const server = createServer({ cert: tls.certPem, key: tls.keyPem }, (_, answer) => answer.end(published));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const jwksUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  const provider = { issuer: "https://oa.example", audience: "ecert", jwksUrl, caPem: authority.certificates.root };
  return {
    provider,
    token: (change = {}) =>
      new SignJWT(change.payload ?? payload)
        .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "1" })
        .setIssuer(provider.issuer)
        .setAudience(change.audience ?? provider.audience)
        .setSubject(change.subject ?? "zhangsan")
        .setIssuedAt(new Date("2026-11-24T01:59:00Z"))
        .setExpirationTime(new Date("2026-11-24T02:10:00Z"))
        .sign(privateKey),
    close() {
      server.close();
      rmSync(directory, { recursive: true });
    },
  };
}
