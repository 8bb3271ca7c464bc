import { describe, expect, onTestFinished, test } from "vitest";
import { LifeCopy } from "../../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import { LifeService } from "../../../proto/gen/ecert/sync/v1/life_service_pb.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { openSupervisionHouse } from "../../../test/fixtures/supervision-house.ts";
import { Refusal } from "../../domain/refusal.ts";

const MARKET = "11440106MB9DEM11X6";
const HEALTH = "11440106MB9DEM12X4";
const BODY = "11440100MB9DEM1520";
const CERTIFICATE = "1.2.156.3005.2.11440106MB9DEM11X6.1";

/** A second of 2026-11-24, as lines of evidence have it. */
const at = (second: number) => `2026-11-24T02:00:${String(second).padStart(2, "0")}.000Z`;

/** What a process of 岭海 tells: certificates of two departments, and what an operator did. */
const LINES = [
  ["certificate-signed", { identifier: CERTIFICATE, app: "440100-console", call: staff("maker", MARKET) }],
  ["certificate-extracted", used(CERTIFICATE, HEALTH, { operator: "440100-nurse", operatorProof: "account" })],
  ["certificate-extracted", used("another", MARKET, { operator: "someone", operatorProof: "none" })],
  ["account-closed", { account: "440100-gone", department: HEALTH, call: staff("admin", BODY, "440100") }],
  ["session-begun", { account: "440100-maker", session: "digest" }],
  ["registry-changed", { kind: "seal", key: "S1", by: "operator/440100/root" }],
] as const;

function staff(account: string, department: string, division = "440106") {
  return { id: `call-${account}`, by: `staff/440100-${account}`, department, division };
}

function used(identifier: string, department: string, more: Record<string, string>) {
  return { identifier, department, app: "440106-hall", matter: "M1", fields: ["name"], ...more };
}

/** The lines of a stream from number `from` on, a second apart. */
function lines(from = 1, of: readonly (readonly [string, object])[] = LINES) {
  return of.map(([kind, body], index) => {
    const n = from + index;
    return { n: BigInt(n), time: at(n), kind, bodyJson: JSON.stringify(body) };
  });
}

const place = (n: number) => ({ n: BigInt(n), hash: String(n).padStart(64, "0") });

describe.each(await bothEngines())("5.9.5: what was done, kept by $name,", (engine) => {
  async function open() {
    const asked: string[] = [];
    const lives = {
      async getCertificateLife({ identifier }: { identifier: string }) {
        asked.push(identifier);
        if (identifier !== CERTIFICATE) throw new Refusal("CERTIFICATE_UNKNOWN", "none");
        const step = (state: string, second: number) => ({ ...{ state, at: at(second) }, cause: "", appKey: "app" });
        return {
          ...{ node: "440100", name: "营业执照", number: "N1", itemCode: "YYZZ", itemVersion: 1, state: "issued" },
          ...{ issuerCode: MARKET, division: "440106", waits: true },
          steps: [step("made", 0), step("issued", 1)],
          versions: [{ identifier, version: 1, state: "issued" }],
        };
      },
    };
    const clients = { [`${LifeService.typeName}@issue`]: lives };
    const config = { services: ["supervision", "issue"] as ["supervision", "issue"] };
    const peers = [{ node: "440000", role: "province" }] as never;
    const house = await openSupervisionHouse(engine, clients, { ...config, peers }, { role: "city", code: "440100" });
    onTestFinished(house.close);
    const told = await house.intake.takeActs({ stream: "issue-a", lines: lines(), after: 0n, head: place(6) });
    expect(told).toMatchObject(place(6));
    const list = async (by: ReturnType<typeof house.audit>, wanted = {}) =>
      (await by.listActs(wanted)).acts.map(({ line }) => Number(line));
    const body = house.audit(["supervisor"], BODY, "440100");
    const market = house.audit(["auditor"], MARKET, "440106");
    return { ...house, list, body, market };
  }

  test("is told the newest first, to each as far as reach goes, and by what is named", async () => {
    const { list, body, market, audit } = await open();
    expect(await list(body)).toEqual([6, 5, 4, 3, 2, 1]);
    expect(await list(market)).toEqual([3, 1]);
    expect(await list(audit(["auditor"], HEALTH, "440106"))).toEqual([4, 2]);
    expect(await list(audit(["supervisor"], "11440106MB9DEM99X9", "440106"))).toEqual([1]);
    expect(await list(body, { identifier: CERTIFICATE })).toEqual([2, 1]);
    expect(await list(audit(["auditor"], HEALTH, "440106"), { identifier: CERTIFICATE })).toEqual([2]);
    expect(await list(body, { account: "440100-maker" })).toEqual([5, 1]);
    expect(await list(body, { appKey: "440106-hall", kind: "certificate-extracted" })).toEqual([3, 2]);
    expect(await list(body, { departmentCode: HEALTH })).toEqual([4, 2]);
    expect(await list(market, { departmentCode: HEALTH })).toEqual([]);
    expect(await list(body, { from: at(2), to: "2026-11-24T10:00:04+08:00" })).toEqual([3, 2]);
    expect(await list(body, { from: at(2), to: "2026-11-24T10:00:04+08:00", orderBy: "at" })).toEqual([2, 3]);
    expect(await list(market, { orderBy: "at" })).toEqual([1, 3]);
  });

  test("says who, by which app, for which matter, in which call, and what proves the person", async () => {
    const { body } = await open();
    const { acts } = await body.listActs({ identifier: CERTIFICATE });
    expect(acts).toMatchObject([
      {
        ...{ kind: "certificate-extracted", account: "440100-nurse", accountProof: "account", appKey: "440106-hall" },
        ...{ departmentCode: HEALTH, matterCode: "M1", time: at(2), stream: "issue-a" },
      },
      {
        account: "440100-maker",
        accountProof: "",
        departmentCode: MARKET,
        callId: "call-maker",
        appKey: "440100-console",
      },
    ]);
    expect(acts[0]?.details).toContainEqual(expect.objectContaining({ name: "fields", value: '["name"]' }));
  });

  test("tells the issuer of a certificate all that was done with it, but not who of another department did it", async () => {
    const { market } = await open();
    const { acts } = await market.listActs({ identifier: CERTIFICATE });
    expect(acts.map(({ line, departmentCode }) => [Number(line), departmentCode])).toEqual([
      [2, HEALTH],
      [1, MARKET],
    ]);
    expect(acts[0]).toMatchObject({ account: "", details: [], callId: "", caller: "", matterCode: "M1" });
  });

  test("goes on page by page, and a token is good for its own question alone", async () => {
    const { body } = await open();
    const seen: number[] = [];
    let pageToken = "";
    do {
      const page = await body.listActs({ pageSize: 2, pageToken });
      seen.push(...page.acts.map(({ line }) => Number(line)));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(seen).toEqual([6, 5, 4, 3, 2, 1]);
    const { nextPageToken } = await body.listActs({ pageSize: 1 });
    const foreign = body.listActs({ account: "440100-maker", pageToken: nextPageToken });
    await expect(foreign).rejects.toMatchObject({ reason: "INVALID_FIELD" });
    await expect(body.listActs({ from: "yesterday" })).rejects.toMatchObject({ reason: "INVALID_FIELD" });
    await expect(body.listActs({ from: at(2), to: at(2) })).rejects.toMatchObject({ reason: "DATE_RANGE_INVALID" });
  });

  test("is kept whole where hundreds of lines come at once", async () => {
    const { intake, body } = await open();
    const many = Array.from({ length: 230 }, () => ["paper-put", {}] as const);
    const told = lines(7, many).map((line) => ({ ...line, time: at(Number(line.n) % 60) }));
    await intake.takeActs({ stream: "issue-a", lines: told, after: 6n, head: place(236) });
    const seen = new Set<number>();
    let pageToken = "";
    do {
      const page = await body.listActs({ pageSize: 100, pageToken, kind: "paper-put" });
      for (const { line } of page.acts) seen.add(Number(line));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(seen.size).toBe(230);
  });

  test("is kept once, in order, and told again where the store went back", async () => {
    const { intake, list, body } = await open();
    const tell = (more: object) => intake.takeActs({ stream: "issue-a", ...more });
    const [late] = lines(9, [["paper-put", {}]]);
    // What does not follow is not kept: the answer says from where to tell.
    expect(await tell({ lines: [late], after: 8n, head: place(9) })).toMatchObject(place(6));
    expect(await tell({ lines: lines(), after: 0n, head: place(6), restarts: true })).toMatchObject(place(6));
    expect(await list(body)).toEqual([6, 5, 4, 3, 2, 1]);
    // Lines in between that tell of nothing are passed over by the place alone.
    expect(await tell({ lines: [late], after: 6n, head: place(9) })).toMatchObject(place(9));
    expect(await tell({})).toMatchObject(place(9));
    expect(await list(body)).toEqual([9, 6, 5, 4, 3, 2, 1]);
  });

  test("leaves a line where it is read, with what was looked for", async () => {
    const { body, evidence, list } = await open();
    await list(body, { account: "440100-maker" });
    await body.getLife({ identifier: CERTIFICATE });
    expect(evidence.slice(-2)).toEqual([
      { kind: "acts-read", body: { wanted: { account: "440100-maker" }, by: "staff/440100-a" } },
      { kind: "life-read", body: { identifier: CERTIFICATE, by: "staff/440100-a" } },
    ]);
  });

  test("has the life of a certificate, for who sees its issuer, and the same words for what is beyond", async () => {
    const { body, market, audit, evidence } = await open();
    const life = { state: "issued", fromArchive: false, copy: LifeCopy.ON_ITS_WAY, steps: [{ state: "made" }, {}] };
    expect(await market.getLife({ identifier: CERTIFICATE })).toMatchObject(life);
    expect(await body.getLife({ identifier: CERTIFICATE })).toMatchObject({ issuerCode: MARKET });
    const lines = evidence.length;
    const refusals = [
      audit(["auditor"], HEALTH, "440106").getLife({ identifier: CERTIFICATE }),
      body.getLife({ identifier: "unknown" }),
    ].map((call) => call.catch((error: Refusal) => [error.reason, error.fields[0]?.description]));
    const [beyond, unknown] = await Promise.all(refusals);
    expect(beyond).toEqual(["CERTIFICATE_UNKNOWN", "no certificate within reach"]);
    expect(unknown).toEqual(beyond);
    expect(evidence.length).toBe(lines);
  });
});
