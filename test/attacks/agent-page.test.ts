import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { request as send } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createPkcs11Device } from "../../agent/device/pkcs11-device.ts";
import { LIMITS } from "../../agent/page/page-server.ts";
import type { SignJob } from "../../agent/sign-job.ts";
import { buildScreens } from "../../ops/screens/build.ts";
import { freePorts } from "../../ops/trial/ports.ts";
import type { JobResult } from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { type AgentHouse, buildHouse, CONSOLE, ITEM, OFFICER_ITEM, PHOTO_ITEM } from "../agent/agent-house.ts";
import { startAgentProcess } from "../agent/agent-process.ts";
import { type StubCore, startStubCore } from "../agent/stub-core.ts";
import { createSecurityKey } from "../fixtures/security-key.ts";
import { makeSoftHsmToken, type SoftHsmToken } from "../fixtures/softhsm.ts";

const WAIT = { timeout: 20_000, interval: 5 };
let token: SoftHsmToken;
let house: AgentHouse;
let screens: string;
/** The officer's security key for the agent's page; the one of the console is the house's. */
const key = createSecurityKey();

beforeAll(async () => {
  screens = await buildScreens();
  token = await makeSoftHsmToken({ keys: [{ label: "p256", algorithm: "p256" }] });
  const { module, tokenLabel, pinFile, env } = token;
  const device = createPkcs11Device({ module, tokenLabel, pinFile, environment: env });
  const [held] = await device.keys();
  const sign = (bytes: Uint8Array) => device.sign("p256", bytes);
  const items = [
    { item: OFFICER_ITEM, origin: "officer-here" },
    { item: PHOTO_ITEM, origin: "officer" },
  ];
  house = await buildHouse([{ label: "p256", publicKey: held?.publicKey ?? new Uint8Array(), sign }], { items });
  await device.close();
}, 60_000);
afterAll(async () => {
  house?.dispose();
  await token?.dispose();
});

const refusalOf = (result: JobResult | undefined) =>
  result?.outcome.case === "refusal" ? result.outcome.value : { reason: result?.outcome.case ?? "none", metadata: {} };

/** An answer of the page's host. */
interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A real agent with its page, a core that says what the test tells it to, and an officer in front of the page. */
async function scene(journal: string) {
  const core = await startStubCore(house.certify("service", "issue"), { assets: house.assets });
  onTestFinished(() => core.kill());
  const [port = 0] = await freePorts(1);
  const page = `https://localhost:${port}`;
  const listed = (id: Buffer, publicKey: string) => ({ id: id.toString("base64url"), publicKey, since: "2026-01-01" });
  const { securityKey } = house;
  const credentials = [listed(securityKey.id, securityKey.publicKey), { ...listed(key.id, key.publicKey), page }];
  const officers = [{ account: "440100-li", name: "李", credentials }];
  writeFileSync(join(house.directory, "officers.json"), house.officerList({ version: nextVersion++, officers }));
  const { cert, key: privateKey, ca } = house.certify("agent", "page");
  writeFileSync(join(house.directory, "page.pem"), cert);
  writeFileSync(join(house.directory, "page.key"), privateKey);
  const { module, tokenLabel, pinFile, env } = token;
  const device = { module, tokenLabel, pinFile, environment: env };
  const officerPage = {
    ...{ address: `127.0.0.1:${port}`, origin: page, builtDirectory: screens },
    tls: { certificateFile: "page.pem", privateKeyFile: "page.key" },
  };
  await startAgentProcess(house.writeConfig([core.address], device, { journalDirectory: journal, officerPage }));
  await expect.poll(core.connected, WAIT).toBe(true);

  const call = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const post = { "content-type": "application/json", origin: page };
      const asked = send(
        `${page}${path}`,
        {
          servername: "localhost",
          method: body === undefined ? "GET" : "POST",
          ca,
          headers: { ...(body !== undefined && post), ...headers },
        },
        async (response) => {
          const chunks: Buffer[] = [];
          for await (const chunk of response) chunks.push(chunk as Buffer);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
        },
      );
      asked.on("error", reject);
      asked.end(body === undefined ? undefined : text);
    });
  const json = async (path: string, body?: unknown, headers?: Record<string, string>) =>
    JSON.parse((await call(path, body, headers)).body.toString());
  /** What the officer's security key makes of what the page was told. */
  const touched = ({ challenge }: { challenge: string }, by = key) => {
    const made = by.confirm(Buffer.from(challenge, "base64url"), { origin: page, rpId: "localhost" });
    const text = Object.fromEntries(
      Object.entries(made).map(([name, octets]) => [name, Buffer.from(octets).toString("base64url")]),
    );
    return { credentialId: by.id.toString("base64url"), ...text };
  };
  const signIn = async () => {
    const asked = await json("/api/enter", { account: "440100-li" });
    const entered = await call("/api/entered", { challenge: asked.challenge, ...touched(asked) });
    const cookie = entered.headers["set-cookie"]?.[0] ?? "";
    return { entered, cookie, headers: { cookie: cookie.split(";")[0] ?? "" } };
  };
  const confirm = async (ids: string[], headers: Record<string, string>) => {
    const asked = await json("/api/prepare", { ids }, headers);
    return { ids, signedAt: asked.signedAt as string, ...touched(asked) };
  };
  return { core, page, call, json, touched, signIn, confirm };
}
let nextVersion = 2;

/** An order made on screen, as a core asks for it without any word. */
function ordered(serial: string, holder: string, itemCode = OFFICER_ITEM): SignJob {
  const holders = [{ name: holder, code: "91440101MA5DEM1234", codeType: "001" }];
  const { metadata, ...rest } = house.message(serial, { itemCode, app: CONSOLE, holders });
  const message = house.dressed({ ...rest, metadata: { ...metadata, number: "" }, data: { name: holder } });
  return house.job(message, { origin: false });
}

const asked = async (core: StubCore, job: SignJob) => refusalOf((await core.ask([job])).get(job.jobId));

describe("5.9.5: a core that shows one order and asks for another, where officers confirm on the page of the agent's own host", {
  timeout: 120_000,
}, () => {
  test("the officer sees what would be signed; what he has not confirmed is not signed, and what he has is, exactly as it was shown", async () => {
    const { core, page, call, json, signIn, confirm } = await scene("journal-page");
    // On its console the core shows A; it orders B.
    const a = ordered("serial-a", "岭海市甲贸易有限公司");
    const b = ordered("serial-b", "岭海市乙贸易有限公司");
    expect(await asked(core, b)).toMatchObject({ reason: "ORIGIN_MISSING", metadata: { page } });
    const { headers } = await signIn();
    const { orders } = await json("/api/orders", undefined, headers);
    expect(orders).toMatchObject([
      {
        id: sha256Hex(b.message),
        holders: [{ name: "岭海市乙贸易有限公司" }],
        numberGiven: false,
        businessSerial: "serial-b",
      },
    ]);
    // He wanted A, so he confirms nothing; A comes, and he confirms that.
    expect(await asked(core, a)).toMatchObject({ reason: "ORIGIN_MISSING" });
    const id = sha256Hex(a.message);
    const face = await call(`/api/faces/${id}`, undefined, headers);
    expect(face.headers["content-type"]).toBe("application/pdf");
    const [, length = 0, start = 0, tail = 0] = (
      /\/ByteRange\s*\[\s*0 (\d+) (\d+) (\d+)/.exec(face.body.toString("latin1")) ?? []
    ).map(Number);
    const drawn = createHash("sha256")
      .update(face.body.subarray(0, length))
      .update(face.body.subarray(start, start + tail))
      .digest("hex");
    const confirmed = await call("/api/confirm", await confirm([id], headers), headers);
    expect(JSON.parse(confirmed.body.toString())).toEqual({ confirmed: 1 });
    expect(await asked(core, b)).toMatchObject({ reason: "ORIGIN_MISSING" });
    expect(await asked(core, a)).toMatchObject({ reason: "signatures" });
    // What was shown is what was signed.
    expect(JSON.parse(Buffer.from(a.message).toString()).faces[0].sha256).toBe(drawn);
  });

  test("a confirmation that the core's own page has got counts for nothing there, and a word for one order none for another", async () => {
    const { core, page, json, call, signIn, confirm } = await scene("journal-elsewhere");
    const [bought] = house.confirmed([house.message("bought", { itemCode: OFFICER_ITEM, app: CONSOLE })]);
    expect(await asked(core, bought as SignJob)).toMatchObject({
      reason: "POLICY_REFUSED",
      metadata: { member: "confirmation" },
    });
    const mine = ordered("mine", "岭海市丙贸易有限公司");
    await asked(core, mine);
    const { headers } = await signIn();
    const given = await confirm([sha256Hex(mine.message)], headers);
    await call("/api/confirm", given, headers);
    // The same data under another number, another holder, another serial: each waits for a word of its own.
    const { metadata, ...rest } = JSON.parse(Buffer.from(mine.message).toString());
    for (const changes of [
      { number: "粤A-9" },
      { holders: [{ ...metadata.holders[0], name: "别人" }] },
      { businessSerial: "other", number: "" },
    ]) {
      const other = house.job(house.dressed({ ...rest, metadata: { ...metadata, ...changes } }), { origin: false });
      expect(await asked(core, { ...other, jobId: JSON.stringify(changes).slice(0, 9) })).toMatchObject({
        reason: "ORIGIN_MISSING",
      });
    }
    const { orders } = await json("/api/orders", undefined, headers);
    expect(orders.map(({ numberGiven }: { numberGiven: boolean }) => numberGiven)).toEqual([true, false, false]);
    expect(await asked(core, { ...mine, origin: house.job(house.message("mine")).origin })).toMatchObject({
      reason: "signatures",
    });
    expect(core.hellos[0]?.officers).toMatchObject({
      items: [OFFICER_ITEM, PHOTO_ITEM],
      pageItems: [OFFICER_ITEM],
      page,
    });
    expect(core.hellos[0]?.officers?.lists[0]?.keys.map(({ credentialId }) => Buffer.from(credentialId))).toEqual([
      house.securityKey.id,
    ]);
  });

  test("what an order is refused for in all else does not wait; a department's own system goes on to sign as it did", async () => {
    const { core, json, signIn } = await scene("journal-judged");
    const good = ordered("good", "岭海市丁贸易有限公司");
    const forged = { ...good, message: ordered("forged", "岭海市丁贸易有限公司", ITEM).message, jobId: "forged" };
    expect((await asked(core, forged)).reason).not.toBe("signatures");
    const { headers } = await signIn();
    expect((await json("/api/orders", undefined, headers)).orders).toEqual([]);
    expect(await asked(core, house.job(house.message("by-system", { itemCode: OFFICER_ITEM })))).toMatchObject({
      reason: "signatures",
    });
  });

  test("nobody sees an order before the security key has shown who looks; no other page, host, key, or body beyond the limits is heard", async () => {
    const { core, call, json, touched, signIn } = await scene("journal-strangers");
    const job = ordered("secret", "岭海市戊贸易有限公司");
    await asked(core, job);
    const id = sha256Hex(job.message);
    for (const path of ["/api/orders", `/api/faces/${id}`]) expect((await call(path)).status).toBe(401);
    expect((await call("/api/prepare", { ids: [id] })).status).toBe(401);
    const enter = await json("/api/enter", { account: "440100-li" });
    expect(enter.credentialIds).toEqual([key.id.toString("base64url")]);
    expect((await json("/api/enter", { account: "nobody" })).credentialIds).toEqual([]);
    const stranger = createSecurityKey();
    for (const by of [stranger, house.securityKey]) {
      const fresh = await json("/api/enter", { account: "440100-li" });
      const told = await call("/api/entered", { challenge: fresh.challenge, ...touched(fresh, by) });
      expect(told.status).toBe(401);
    }
    await call("/api/entered", { challenge: enter.challenge, ...touched(enter, stranger) });
    // A challenge is good once, and a confirmation's is none.
    expect((await call("/api/entered", { challenge: enter.challenge, ...touched(enter) })).status).toBe(401);
    const { entered, cookie, headers } = await signIn();
    expect(entered.status).toBe(200);
    expect(cookie).toMatch(/^__Host-ecert-officer=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/);
    const again = await json("/api/enter", { account: "440100-li" });
    const abused = await call(
      "/api/confirm",
      { ids: [id], signedAt: new Date().toISOString(), ...touched(again) },
      headers,
    );
    expect(JSON.parse(abused.body.toString())).toMatchObject({ reason: "ORIGIN_INVALID" });
    expect((await call("/api/prepare", { ids: [id] }, { ...headers, origin: "https://evil.example" })).status).toBe(
      403,
    );
    expect((await call("/api/prepare", { ids: [id] }, { ...headers, "content-type": "text/plain" })).status).toBe(403);
    expect((await call("/api/orders", undefined, { ...headers, host: "evil.example" })).status).toBe(403);
    expect((await call("/api/prepare", "x".repeat(LIMITS.bodyBytes + 1), headers)).status).toBe(413);
    for (const body of ["[", "[]", { ids: [] }, { ids: [id, id] }, { ids: ["x"] }])
      expect((await call("/api/prepare", body, headers)).status, JSON.stringify(body)).toBe(400);
    expect((await call("/api/prepare", { ids: ["0".repeat(64)] }, headers)).status).toBe(404);
    const first = await call("/");
    expect(first.headers["content-security-policy"]).toContain("script-src 'self'");
    expect(first.headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    for (const path of ["/console/index.html", "/assets/../confirm-page/index.html", "/etc/passwd"])
      expect((await call(path)).status, path).toBe(404);
    await call("/api/leave", {}, headers);
    expect((await call("/api/orders", undefined, headers)).status).toBe(401);
  });

  test("requests and connections beyond the limits are turned away, and certificates are signed all the while", async () => {
    const { core, page, call } = await scene("journal-flood");
    const { port } = new URL(page);
    const localAddress = "127.0.0.2";
    const idle = Array.from({ length: LIMITS.connectionsPerAddress + 1 }, () =>
      connect({ port: Number(port), host: "127.0.0.1", localAddress }),
    );
    onTestFinished(() => {
      for (const one of idle) one.destroy();
    });
    for (const one of idle) one.on("error", () => {});
    // One address has so many and no more, whoever it is; from another one the page is served all the while.
    await expect.poll(() => idle.filter(({ destroyed }) => destroyed).length, WAIT).toBe(1);
    expect((await call("/")).status).toBe(200);
    for (let address = 3; idle.length < LIMITS.connections + 8; address++)
      for (let n = 0; n < LIMITS.connectionsPerAddress; n++) {
        const one = connect({ port: Number(port), host: "127.0.0.1", localAddress: `127.0.0.${address}` });
        one.on("error", () => {});
        idle.push(one);
      }
    await expect
      .poll(() => idle.filter(({ destroyed }) => !destroyed).length, WAIT)
      .toBeLessThanOrEqual(LIMITS.connections);
    const job = house.job(house.message("beside-idle", { itemCode: ITEM }));
    expect(await asked(core, job)).toMatchObject({ reason: "signatures" });
    for (const one of idle) one.destroy();
    const status = () =>
      call("/").then(
        (answer) => answer.status,
        () => 0,
      );
    await expect.poll(status, WAIT).toBe(200);
    const statuses = new Set<number>();
    for (let sent = 0; sent < LIMITS.perMinute + 40 && !statuses.has(429); sent += 10) {
      const some = await Promise.all(Array.from({ length: 10 }, () => call("/")));
      for (const one of some) statuses.add(one.status);
    }
    expect([...statuses].sort()).toEqual([200, 429]);
    const other = house.job(house.message("beside-flood", { itemCode: ITEM }));
    expect(await asked(core, other)).toMatchObject({ reason: "signatures" });
  });

  test("an officer who is taken out of the list sees nothing more, and confirms nothing", async () => {
    const { core, call, signIn, confirm } = await scene("journal-out");
    const job = ordered("out", "岭海市己贸易有限公司");
    await asked(core, job);
    const { headers } = await signIn();
    const given = await confirm([sha256Hex(job.message)], headers);
    writeFileSync(join(house.directory, "officers.json"), house.officerList({ version: nextVersion++, officers: [] }));
    await expect.poll(async () => (await call("/api/orders", undefined, headers)).status, WAIT).toBe(401);
    expect((await call("/api/confirm", given, headers)).status).toBe(401);
    expect(await asked(core, job)).toMatchObject({ reason: "ORIGIN_MISSING" });
  });
});
