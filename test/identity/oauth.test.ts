import { once } from "node:events";
import { connect } from "node:http2";
import { createRemoteJWKSet, customFetch, decodeProtectedHeader, jwtVerify } from "jose";
import * as oauth from "openid-client";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { tokenSigner } from "../../services/call/chain/tokens.ts";
import { fetchWith } from "./fetch-with.ts";
import { type OauthScene, openOauthScene } from "./oauth-scene.ts";

let scene: OauthScene;
beforeAll(async () => {
  scene = await openOauthScene();
}, 60_000);
afterAll(() => scene.close());

/** A client of its own app that proves itself by secret. */
async function withSecret(appKey: string) {
  const secret = await scene.put(appKey);
  return scene.client(appKey, oauth.ClientSecretBasic(secret));
}
const tokenOf = async (config: oauth.Configuration, parameters = {}) =>
  (await oauth.clientCredentialsGrant(config, parameters)).access_token;

test("5.9.3: an outside client that knows the issuer alone gets a token by its secret (RFC 6749, 8414)", async () => {
  const config = await withSecret("440100-secret");
  const answer = await oauth.clientCredentialsGrant(config, {});
  expect(answer).toMatchObject({ token_type: "bearer", expires_in: 600, scope: "issue.read usage.use" });
  expect(await scene.call(answer.access_token)).toBe("OK");
  const narrow = await oauth.clientCredentialsGrant(config, { scope: "usage.use", resource: scene.issuer });
  expect(narrow.scope).toBe("usage.use");
});

test("anybody verifies a token by the published keys: a JWT of RFC 9068 for this node alone, of 15 minutes at most", async () => {
  const token = await tokenOf(await withSecret("440100-verified"));
  const keys = createRemoteJWKSet(new URL(`${scene.issuer}/oauth2/jwks`), {
    [customFetch]: fetchWith({ ca: scene.ca }) as never,
  });
  const options = { issuer: scene.issuer, audience: scene.issuer, typ: "at+jwt", algorithms: ["EdDSA"] };
  const { payload } = await jwtVerify(token, keys, options);
  expect(payload).toMatchObject({
    ...{ sub: "440100-verified", client_id: "440100-verified", department: "114401000000990003" },
    ...{ scope: "issue.read usage.use", jti: expect.any(String) },
  });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeCloseTo(600);
});

test("… by an assertion that it signs (RFC 7523), for the issuer as audience", async () => {
  const config = await scene.client("440100-key", oauth.PrivateKeyJwt(scene.assertionKey));
  expect(await scene.call(await tokenOf(config, { scope: "usage.use" }))).toBe("OK");
});

test("… by its certificate, to which its tokens are bound (RFC 8705)", async () => {
  const { own, other, ca } = scene;
  const config = await scene.client("440100-tls", oauth.TlsClientAuth(), own);
  const token = await tokenOf(config);
  expect(await scene.call(token, own)).toBe("OK");
  expect(await scene.call(token, { ca })).toBe("TOKEN_REFUSED");
  expect(await scene.call(token, other)).toBe("TOKEN_REFUSED");
});

test("HTTP/2 is served as HTTP/1.1 is", async () => {
  const secret = await scene.put("440100-h2");
  const session = connect(scene.issuer, { ca: scene.ca, servername: "localhost" });
  const answer = async (headers: Record<string, string>, body = "") => {
    const stream = session.request({
      ...headers,
      ...(body && { "content-type": "application/x-www-form-urlencoded" }),
    });
    if (body) stream.end(body);
    const [head] = await once(stream, "response");
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return { head, json: JSON.parse(Buffer.concat(chunks).toString()) };
  };
  const metadata = await answer({ ":path": "/.well-known/oauth-authorization-server" });
  expect(metadata.json).toMatchObject({ issuer: scene.issuer, token_endpoint: `${scene.issuer}/oauth2/token` });
  const authorization = `Basic ${Buffer.from(`440100-h2:${secret}`).toString("base64")}`;
  const request = { ":method": "POST", ":path": "/oauth2/token", ":authority": "elsewhere.example" };
  const got = await answer({ ...request, authorization }, "grant_type=client_credentials");
  expect(got.head).toMatchObject({ ":status": 200, "cache-control": "no-store", "content-type": "application/json" });
  expect(await scene.call(got.json.access_token)).toBe("OK");
  const refused = await answer({ ...request, authorization: "Basic YTpi" }, "grant_type=client_credentials");
  expect(refused.head).toMatchObject({ ":status": 401, "www-authenticate": expect.stringContaining("Basic") });
  session.destroy();
});

test("RFC 7009: a revoked token is refused within 5 seconds, whichever way it was got; the app's others are not", async () => {
  const secret = await scene.put("440100-revoking");
  const config = await scene.client("440100-revoking", oauth.ClientSecretBasic(secret));
  const [token, other] = [await tokenOf(config), await tokenOf(config)];
  const { accessToken } = await scene.rpcTokens.issueAccessToken({ appKey: "440100-revoking", appSecret: secret });
  for (const one of [token, accessToken]) {
    expect(await scene.call(one)).toBe("OK");
    await oauth.tokenRevocation(config, one);
    const refused = async () => expect(await scene.call(one)).toBe("TOKEN_REFUSED");
    await vi.waitFor(refused, { timeout: 5_000, interval: 50 });
    await oauth.tokenRevocation(config, one, { token_type_hint: "access_token" });
  }
  expect(await scene.call(other)).toBe("OK");
});

test("an app revokes its own tokens alone; what is no token is as good as revoked", async () => {
  const theirs = await tokenOf(await withSecret("440100-theirs"));
  const config = await withSecret("440100-mine");
  for (const token of [theirs, "x", "a.b.c", theirs.slice(0, -4)]) await oauth.tokenRevocation(config, token);
  const mine = await tokenOf(config);
  await oauth.tokenRevocation(config, mine);
  await vi.waitFor(async () => expect(await scene.call(mine)).toBe("TOKEN_REFUSED"), { timeout: 5_000, interval: 50 });
  expect(await scene.call(theirs)).toBe("OK");
});

test("keys roll over without a refused call: the next is published and taken before it signs, the last until it has ended", async () => {
  const config = await withSecret("440100-rolling");
  const ahead = tokenSigner({ privateKey: scene.nextKey, node: "440100", lifetimeSeconds: 600, now: () => new Date() });
  const claims = { app: "440100-rolling", department: "114401000000990003", scopes: ["usage.use"] };
  const published = async () =>
    (await (
      await fetchWith({ ca: scene.ca })(`${scene.issuer}/oauth2/jwks`, { method: "GET", headers: {} })
    ).json()) as {
      keys: { kid: string }[];
    };
  const { token: next } = await ahead.sign(claims);
  const last = await tokenOf(config);
  const before = (await published()).keys.map(({ kid }) => kid);
  expect([await scene.call(next), await scene.call(last)]).toEqual(["OK", "OK"]);
  await scene.rollOver();
  const fresh = await tokenOf(config);
  expect([last, fresh].map((token) => decodeProtectedHeader(token).kid)).toEqual(before);
  expect((await published()).keys.map(({ kid }) => kid)).toEqual(before.toReversed());
  expect([await scene.call(next), await scene.call(last), await scene.call(fresh)]).toEqual(["OK", "OK", "OK"]);
});
