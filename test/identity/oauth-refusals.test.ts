import { execFile } from "node:child_process";
import { createHmac, generateKeyPairSync, randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:tls";
import { promisify } from "node:util";
import { SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fetchWith, type TlsOptions } from "./fetch-with.ts";
import { type OauthScene, openOauthScene } from "./oauth-scene.ts";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
let scene: OauthScene;
let secret: string;
beforeAll(async () => {
  scene = await openOauthScene();
  secret = await scene.put("440100-secret");
}, 60_000);
afterAll(() => scene.close());

interface Sent {
  path?: string;
  method?: string;
  basic?: [string, string];
  type?: string;
  form?: Record<string, string> | string;
  tls?: TlsOptions;
  at?: string;
  headers?: Record<string, string>;
}

/** What a request is answered: status and error, the whole answer beside. */
async function send({ path = "/oauth2/token", method = "POST", basic, form = {}, ...sent }: Sent) {
  const usual = { grant_type: "client_credentials", ...(typeof form === "string" ? {} : form) };
  const body = typeof form === "string" ? form : new URLSearchParams(usual).toString();
  const headers = {
    "content-type": sent.type ?? "application/x-www-form-urlencoded",
    "content-length": String(Buffer.byteLength(body)),
    ...(basic && { authorization: `Basic ${Buffer.from(basic.join(":")).toString("base64")}` }),
    ...sent.headers,
  };
  const request = { method, headers, ...(method === "POST" && { body }) };
  const answer = await fetchWith(sent.tls ?? { ca: scene.ca })((sent.at ?? scene.issuer) + path, request);
  const text = await answer.text();
  const json = text === "" ? {} : JSON.parse(text);
  return {
    status: answer.status,
    error: json.error,
    said: json.error_description,
    json,
    text,
    headers: answer.headers,
  };
}

const mine = (): Sent => ({ basic: ["440100-secret", secret] });

test("the secret alone counts, in the header alone; an unknown app is answered as a wrong secret is", async () => {
  expect((await send(mine())).status).toBe(200);
  const wrong = await send({ basic: ["440100-secret", "wrong"] });
  expect(wrong).toMatchObject({ status: 401, error: "invalid_client" });
  expect(wrong.headers.get("www-authenticate")).toContain("Basic");
  const unknown = await send({ basic: ["440100-nobody", "wrong"] });
  expect({ ...unknown.json, request_id: "" }).toEqual({ ...wrong.json, request_id: "" });
  for (const [name, sent, status, error] of [
    ["an impossible name", { basic: ["../x", "y"] }, 401, "invalid_client"],
    ["an endless secret", { basic: ["440100-secret", "x".repeat(5_000)] }, 401, "invalid_client"],
    ["in the form", { form: { client_id: "440100-secret", client_secret: secret } }, 401, "invalid_client"],
    ["nothing", {}, 400, "invalid_request"],
    ["a name alone", { form: { client_id: "440100-secret" } }, 401, "invalid_client"],
    ["two names", { ...mine(), form: { client_id: "440100-other" } }, 400, "invalid_request"],
    ["another scheme", { headers: { authorization: "Bearer x" } }, 400, "invalid_request"],
  ] as [string, Sent, number, string][]) {
    const { status: told, error: reason } = await send(sent);
    expect([name, told, reason]).toEqual([name, status, error]);
  }
});

test("what is asked for is what there is: client credentials, own scopes, this resource", async () => {
  for (const [form, status, error] of [
    [{ grant_type: "authorization_code" }, 400, "unsupported_grant_type"],
    [{ grant_type: "refresh_token" }, 400, "unsupported_grant_type"],
    [{ grant_type: "" }, 400, "invalid_request"],
    [{ scope: "issue.make" }, 400, "invalid_scope"],
    [{ scope: "usage.use openid" }, 400, "invalid_scope"],
    [{ resource: "https://other.example" }, 400, "invalid_target"],
    ["grant_type=client_credentials&scope=a.b&scope=usage.use", 400, "invalid_request"],
  ] as [Sent["form"], number, string][]) {
    const { status: told, error: reason } = await send({ ...mine(), form: form as Record<string, string> });
    expect([form, told, reason]).toEqual([form, status, error]);
  }
});

test("a disabled app, once proven, is told so; one that proves itself by key gets nothing by its secret", async () => {
  const disabled = await scene.put("440100-disabled");
  await scene.put("440100-disabled", { disabled: true });
  expect(await send({ basic: ["440100-disabled", disabled] })).toMatchObject({ status: 401, error: "invalid_client" });
  expect(await send({ basic: ["440100-key", "any"] })).toMatchObject({ status: 401, error: "invalid_client" });
});

test("requests that are none are refused in words of OAuth 2, with the id by which the logs know them", async () => {
  const big = `grant_type=client_credentials&x=${"x".repeat(17_000)}`;
  for (const [name, sent, status] of [
    ["GET", { method: "GET" }, 405],
    ["POST for metadata", { path: "/.well-known/oauth-authorization-server" }, 405],
    ["another path", { path: "/oauth2/authorize" }, 404],
    ["introspection", { path: "/oauth2/introspect", ...mine() }, 404],
    ["JSON", { ...mine(), type: "application/json", form: "{}" }, 400],
    ["too large", { ...mine(), form: big }, 413],
    ["compressed", { ...mine(), headers: { "content-encoding": "gzip" } }, 400],
  ] as [string, Sent, number][]) {
    const answer = await send(sent);
    expect([name, answer.status]).toEqual([name, status]);
    expect(answer.json).toMatchObject({ error: "invalid_request", request_id: expect.any(String) });
    expect(answer.text).not.toMatch(/node_modules|\.ts:|\.js:| at /);
  }
  const named = await send({ headers: { "x-request-id": "mine-7", origin: "https://evil.example" } });
  expect([named.json.request_id, named.headers.get("x-request-id")]).toEqual(["mine-7", "mine-7"]);
  expect([...named.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
});

test("metadata names the issuer's endpoints whatever host a request names, and none that is not served", async () => {
  const { json } = await send({
    path: "/.well-known/oauth-authorization-server",
    method: "GET",
    headers: { host: "evil.example", "x-forwarded-host": "evil.example" },
  });
  const endpoints = Object.entries(json).filter(([name]) => /endpoint$|_uri$/.test(name));
  expect(endpoints.map(([name]) => name)).toEqual(["token_endpoint", "revocation_endpoint", "jwks_uri"]);
  for (const [, url] of endpoints) expect(String(url).startsWith(`${scene.issuer}/oauth2/`)).toBe(true);
});

test("an assertion counts once, for this issuer alone, in its time, by a key of the app (RFC 7523)", async () => {
  const now = Math.floor(Date.now() / 1_000);
  const usual = () => ({ iss: "440100-key", sub: "440100-key", aud: scene.issuer, exp: now + 60, jti: randomUUID() });
  const signed = (changes: object = {}, key: Parameters<SignJWT["sign"]>[0] = scene.assertionKey) =>
    new SignJWT({ ...usual(), ...changes }).setProtectedHeader({ alg: "ES256" }).sign(key);
  const prove = (assertion: string) =>
    send({ form: { client_assertion: assertion, client_assertion_type: ASSERTION_TYPE } });
  const once = await signed();
  expect((await prove(once)).status).toBe(200);
  const unsigned = (header: object) =>
    [header, usual()].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const hmac = unsigned({ alg: "HS256" });
  const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  for (const [name, assertion] of [
    ["used before", once],
    ["for the token endpoint", await signed({ aud: `${scene.issuer}/oauth2/token` })],
    ["for several", await signed({ aud: [scene.issuer, "https://other.example"] })],
    ["for one in a list", await signed({ aud: [scene.issuer] })],
    ["for another", await signed({ aud: "https://other.example" })],
    ["for nobody", await signed({ aud: undefined })],
    ["expired", await signed({ exp: now - 60 })],
    ["without an end", await signed({ exp: undefined })],
    ["good for ever", await signed({ exp: now + 86_400 })],
    ["not yet good", await signed({ nbf: now + 60 })],
    ["without an id", await signed({ jti: undefined })],
    ["of another issuer", await signed({ iss: "440100-secret" })],
    ["of another's key", await signed({}, stranger)],
    ["for an app that has a secret", await signed({ iss: "440100-secret", sub: "440100-secret" }, stranger)],
    ["unsigned", `${unsigned({ alg: "none" })}.`],
    ["signed with what is public", `${hmac}.${createHmac("sha256", "x").update(hmac).digest("base64url")}`],
  ]) {
    const { status, error } = await prove(assertion as string);
    expect([name, status, error]).toEqual([name, 401, "invalid_client"]);
  }
  const both = await Promise.all([signed({ jti: "two" }), signed({ jti: "two" })]);
  expect((await Promise.all(both.map(prove))).map(({ status }) => status).sort()).toEqual([200, 401]);
  expect(await prove("no assertion")).toMatchObject({ status: 400, error: "invalid_request" });
});

test("a certificate counts where it is the app's own (RFC 8705)", async () => {
  const form = { client_id: "440100-tls" };
  const at = scene.certificateUrl;
  expect((await send({ at, form, tls: scene.own })).status).toBe(200);
  for (const tls of [scene.other, { ca: scene.ca }]) {
    expect(await send({ at, form, tls })).toMatchObject({ status: 401, error: "invalid_client" });
  }
  expect(await send({ at, form: { client_id: "440100-secret" }, tls: scene.own })).toMatchObject({ status: 401 });
});

test("a browser is asked for a certificate nowhere but at the listener that is there for it", async () => {
  const asked = async (url: string) => {
    const { host } = new URL(url);
    const client = promisify(execFile)("openssl", ["s_client", "-connect", host, "-tls1_2"]);
    client.child.stdin?.end();
    return (await client).stdout.includes("Client Certificate Types");
  };
  expect([await asked(scene.certificateUrl), await asked(scene.issuer)]).toEqual([true, false]);
  expect(await send({ form: { client_id: "440100-tls" }, tls: scene.own })).toMatchObject({ status: 401 });
});

test("nobody revokes without proof", async () => {
  const { json } = await send(mine());
  const path = "/oauth2/revoke";
  expect(await send({ path, form: `token=${json.access_token}&client_id=440100-secret` })).toMatchObject({
    status: 401,
  });
  expect(await send({ path, ...mine(), form: "x=y" })).toMatchObject({ status: 400, error: "invalid_request" });
  expect(await scene.call(json.access_token)).toBe("OK");
});

test("a caller that goes away, or promises a form and sends none, holds up nobody", async () => {
  const socket = connect({ port: scene.port, host: "127.0.0.1", ca: scene.ca, servername: "localhost" });
  await once(socket, "secureConnect");
  const head = "POST /oauth2/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n";
  socket.write(`${head}content-length: 100\r\n\r\ngrant_type=`);
  socket.destroy();
  expect((await send(mine())).status).toBe(200);
});

test("who guesses is slowed down and told when to come again; who has the right secret is not", async () => {
  const guesses = Array.from({ length: 14 }, () => send({ basic: ["440100-secret", "wrong"] }));
  const statuses = (await Promise.all(guesses)).map(({ status, error, headers }) => {
    if (status === 429)
      expect([error, Number(headers.get("retry-after")) > 0]).toEqual(["temporarily_unavailable", true]);
    return status;
  });
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  expect((await send(mine())).status).toBe(200);
});
