import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ConnectRequest, ConnectResponse } from "../listen/connect-request.ts";
import { siteOf } from "../listen/site.ts";
import { screensSites } from "./screens-site.ts";

const directory = mkdtempSync(join(tmpdir(), "ecert-built-"));
const at = (path: string) => join(directory, path);

beforeAll(() => {
  for (const folder of ["console", "assets", "holder-page", "verify-page"]) mkdirSync(at(folder));
  writeFileSync(at("console/index.html"), '<meta name="csp-nonce" content="{{nonce}}">');
  writeFileSync(at("holder-page/index.html"), '<meta name="ecert-sign-in" content="{{sign-in}}">');
  writeFileSync(at("verify-page/index.html"), '<meta name="ecert-verification" content="{{verification}}">');
  writeFileSync(at("assets/keeper.Cd-2.js"), "keeper");
  writeFileSync(at("assets/console-1.js"), "plain");
  writeFileSync(at("assets/console-1.js.br"), "smaller");
  writeFileSync(at("assets/console-1.js.gz"), "small");
  writeFileSync(at("assets/code-reader.Ab-1.js"), "reader");
});
afterAll(() => rmSync(directory, { recursive: true }));

const holders = {
  authorizationEndpoint: "https://portal.example/auth",
  tokenEndpoint: "https://token.portal.example/token",
  clientId: 'a "client"',
  scope: "openid",
  embeddedBy: ["https://www.portal.example"],
};

const verification = { province: { node: "440000", key: "A-_" } };

interface Answered {
  status: number;
  headers: Record<string, string>;
  body: string;
}

async function ask(url: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answered | undefined> {
  const site = siteOf(
    screensSites(directory, { signInOrigin: "https://sign-in.example", holders, verification }),
    url.split("?")[0] as string,
  );
  const answered: Answered = { status: 0, headers: {}, body: "" };
  const response = {
    writeHead(status: number, sent: Record<string, string>) {
      Object.assign(answered, { status, headers: sent });
    },
    end(body?: string | Buffer) {
      answered.body = String(body ?? "");
    },
  };
  await site?.serve({ url, method, headers } as unknown as ConnectRequest, response as unknown as ConnectResponse);
  return site && answered;
}

test("every address below the console shows its document, under a nonce of this answer alone, and nothing keeps it", async () => {
  const [one, other] = [await ask("/console/"), await ask("/console/certificates/new?item=1")];
  for (const answer of [one, other]) {
    const nonce = /content="([^"]+)"/.exec(answer?.body ?? "")?.[1];
    expect(answer?.headers["content-security-policy"]).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(answer?.headers["cache-control"]).toBe("no-store");
  }
  expect(one?.body).not.toBe(other?.body);
});

test("its policy lets run what lies in files of the node alone, and a form go to the sign-in alone", async () => {
  const policy = (await ask("/console/"))?.headers["content-security-policy"];
  expect(policy).toContain("default-src 'none'; script-src 'self';");
  expect(policy).toContain("form-action 'self' https://sign-in.example;");
  expect(policy).toContain("frame-ancestors 'none'");
});

test("the thread that reads QR codes may compile WebAssembly, and nothing else of the screens may", async () => {
  const policyOf = async (path: string) => (await ask(path))?.headers["content-security-policy"];
  expect(await policyOf("/assets/code-reader.Ab-1.js")).toContain("script-src 'self' 'wasm-unsafe-eval'");
  for (const path of ["/console/", "/assets/console-1.js"]) expect(await policyOf(path)).not.toContain("wasm");
});

test("assets are kept for ever, and sent as small as their reader takes them", async () => {
  const sent = async (accepted: string) => {
    const answer = await ask("/assets/console-1.js", { "accept-encoding": accepted });
    return [answer?.body, answer?.headers["content-encoding"]];
  };
  expect(await sent("gzip, deflate, br")).toEqual(["smaller", "br"]);
  expect(await sent("gzip, br;q=0")).toEqual(["small", "gzip"]);
  expect(await sent("identity")).toEqual(["plain", undefined]);
  const { headers } = (await ask("/assets/console-1.js")) as Answered;
  expect(headers["cache-control"]).toContain("immutable");
  expect(await ask("/assets/console-1.js", { "if-none-match": headers.etag as string })).toMatchObject({
    status: 304,
    body: "",
  });
});

test("what is not there is not there, nothing outside of the folder either, and nothing is written", async () => {
  expect(await ask("/assets/../../etc/passwd")).toMatchObject({ status: 404 });
  expect(await ask("/assets/console-1.js", {}, "POST")).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
  expect(await ask("/console")).toMatchObject({ status: 308, headers: { location: "/console/" } });
  expect(await ask("/consoles")).toBeUndefined();
});

test("a folder in which nothing was built is refused at the start, with the command that builds", () => {
  expect(() => screensSites(join(directory, "assets"), undefined)).toThrow(/npm run build-screens/);
  expect(() => screensSites(join(directory, "gone"), undefined)).toThrow(/npm run build-screens/);
});

test("the page of holders knows how they sign in at this node, may ask their provider, and stands in frames of the named portals alone", async () => {
  const answer = await ask("/mine/");
  const written = /content="([^"]+)"/
    .exec(answer?.body ?? "")?.[1]
    ?.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  expect(JSON.parse(written ?? "")).toEqual(holders);
  const policy = answer?.headers["content-security-policy"];
  expect(policy).toContain("connect-src 'self' https://token.portal.example;");
  expect(policy).toContain("frame-ancestors https://www.portal.example;");
});

test("where holders cannot sign in there is no page for them", () => {
  expect(siteOf(screensSites(directory), "/mine/")).toBeUndefined();
});

test("the verification page knows by whose key it judges here; what keeps it for later may do so for that page alone", async () => {
  const written = /content="([^"]+)"/.exec((await ask("/verify/"))?.body ?? "")?.[1];
  expect(JSON.parse(written?.replaceAll("&#34;", '"') ?? "")).toEqual(verification);
  const keeper = await ask("/assets/keeper.Cd-2.js");
  expect(keeper?.headers).toMatchObject({
    "service-worker-allowed": "/verify/",
    "content-security-policy": "default-src 'none'; connect-src 'self'",
  });
  expect((await ask("/assets/console-1.js"))?.headers).not.toHaveProperty("service-worker-allowed");
  // Its threads come from below its path, as the same files.
  expect(await ask("/verify/assets/code-reader.Ab-1.js")).toEqual(await ask("/assets/code-reader.Ab-1.js"));
});
