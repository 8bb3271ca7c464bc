import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { httpsFetch } from "../../services/base/https-fetch.ts";
import { createAuthority } from "../authority/authority.ts";
import { AUDIENCE, CLIENT_ID } from "./claims.ts";
import { ACCOUNTS, type Account } from "./people.ts";
import { REDIRECT_URI } from "./provider.ts";
import { type PortalServer, startPortal } from "./server.ts";
import { passForm, signInAtPortal } from "./sign-in.ts";

const directory = mkdtempSync(join(tmpdir(), "ecert-portal-"));
const authority = createAuthority(directory);
const ca = authority.certificates.root;
const [person] = ACCOUNTS as unknown as [Account];
const VERIFIER = "v".repeat(43);
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");
let portal: PortalServer;

beforeAll(async () => {
  const { certPem, keyPem } = authority.issueTls({ node: "portal", kind: "service", name: "portal", days: 1 });
  portal = await startPortal({ cert: certPem, key: keyPem }, 0);
});
afterAll(async () => {
  await portal?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** What the portal sends back to the client, once somebody has signed in there. */
async function sentBack(challenge: Record<string, string>): Promise<URLSearchParams> {
  const asked = {
    ...{ response_type: "code", client_id: CLIENT_ID, redirect_uri: REDIRECT_URI, scope: "openid", resource: AUDIENCE },
    ...challenge,
  };
  const start = new URL(`/auth?${new URLSearchParams(asked)}`, portal.url);
  return (await passForm(start, ca, person)).searchParams;
}

/** What the token endpoint answers to a code that was got with {@link CHALLENGE}. */
async function redeemed(
  verifier: Record<string, string>,
): Promise<{ status: number; answer: Record<string, unknown> }> {
  const code = (await sentBack({ code_challenge: CHALLENGE, code_challenge_method: "S256" })).get("code") ?? "";
  const given = {
    ...{ grant_type: "authorization_code", client_id: CLIENT_ID, redirect_uri: REDIRECT_URI, resource: AUDIENCE },
    ...{ code, ...verifier },
  };
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const init = { method: "POST", headers, body: new URLSearchParams(given).toString() };
  const answer = await httpsFetch(`${portal.url}/token`, init, { ca, timeoutMs: 10_000, maxBytes: 1 << 20 });
  return { status: answer.status, answer: (await answer.json()) as Record<string, unknown> };
}

test("5.5.2: who asks to sign a holder in without a challenge, or with one that anybody can read, gets no code (RFC 7636)", async () => {
  for (const challenge of [{}, { code_challenge: VERIFIER, code_challenge_method: "plain" }]) {
    const back = await sentBack(challenge);
    expect([back.get("error"), back.get("code")]).toEqual(["invalid_request", null]);
  }
});

test("5.5.2: a code is changed for a token by its verifier alone: without one, or with another, it is refused", async () => {
  const refused = { status: 400, answer: { error: "invalid_grant" } };
  expect(await redeemed({})).toMatchObject(refused);
  expect(await redeemed({ code_verifier: "w".repeat(43) })).toMatchObject(refused);
  expect(await redeemed({ code_verifier: VERIFIER })).toMatchObject({
    status: 200,
    answer: { access_token: expect.any(String) },
  });
});

test("5.5.2: an outside client signs in as pages do", async () => {
  expect(await signInAtPortal(portal.url, ca, person)).toMatch(/^eyJ/);
});
