import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { orderFrom } from "../../ops/trial/connect.ts";
import type { Core } from "../../ops/trial/core.ts";
import { until } from "../../ops/trial/ready.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { callFrom, reasonIn } from "../node/call-from.ts";
import { standingStill } from "../node/stand-still.ts";
import { largeOrder, OWN_USER, openPairScene, ownContext, type PairScene, startCalls } from "./scene.ts";

let scene: PairScene;
/** A certificate of the city with pairs. */
let identifier: string;

beforeAll(async () => {
  scene = await openPairScene();
  const { issuing } = scene.issuer();
  await issuing.make(orderFrom(scene.licence, "first"));
  ({ identifier } = await issuing.issue("first"));
});
afterAll(() => scene?.close());

/** Processes of the city: catalog and sync, issue and usage. */
const SERVICES = ["catalog", "issue"] as const;

/** Issuing and use of an own certificate. The time of a call is for machines that do much else. */
function startLoad(name: string) {
  const [issuer, user] = [scene.issuer({ timeoutMs: 30_000 }), scene.user({ timeoutMs: 30_000 })];
  const issuing = startCalls(3, async (count) => {
    await issuer.issuing.make(orderFrom(scene.licence, `${name}-${count}`));
    await issuer.issuing.issue(`${name}-${count}`);
  });
  const using = startCalls(3, (count) => user.use(ownContext(scene.licence, `${name}-${count}`)).verify(identifier));
  return { issuing, using, user };
}

test("500 calls with attachments of 1 MB over ten connectors at once: none is refused", async () => {
  const connectors = Array.from({ length: 10 }, () => scene.issuer({ timeoutMs: 100_000 }));
  const calls = Array.from({ length: 500 }, (_, count) =>
    connectors[count % 10]?.issuing.make(largeOrder(scene.licence, `storm-${count}`, 1 << 20)),
  );
  const outcomes = await Promise.allSettled(calls);
  expect(outcomes.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []))).toEqual([]);
});

test("a rolling restart of two replicas of every service refuses no call and moves nobody to the stand-by", async () => {
  const { issuing, using, user } = startLoad("rolling");
  for (const service of SERVICES) {
    for (const name of ["a", "b"] as const) {
      await scene.replica(service, name).stop();
      await scene.replica(service, name).restart();
    }
  }
  const [issued, used] = [await issuing.stop(), await using.stop()];
  expect([issued.refused, used.refused]).toEqual([[], []]);
  expect(Math.min(issued.answered, used.answered)).toBeGreaterThan(5);
  expect(user.place).toBe("home");
});

test("a frozen replica of every service costs no call, and none of them the seconds until its connection is found dead", async () => {
  // While nothing is on its way: a process that stands still within a write keeps the others of its node from SQLite.
  const frozen = SERVICES.map((service) => scene.replica(service, "a"));
  await standingStill(
    frozen.map(({ pid }) => pid),
    async () => {
      const { issuing, using } = startLoad("frozen");
      const served = () => Math.min(issuing.met.answered, using.met.answered) >= 6;
      // Six calls by three workers of each; before, every second one took 13 seconds or more.
      await until("each worker was answered", served, 20_000);
      expect([(await issuing.stop()).refused, (await using.stop()).refused]).toEqual([[], []]);
    },
  );
});

test("the time of a call is its caller's: all replicas frozen, it ends when it was told to, or is cancelled", async () => {
  const { issuing } = scene.issuer();
  await issuing.get({ identifier });
  const pair = (["a", "b"] as const).map((name) => scene.replica("issue", name));
  await standingStill(
    pair.map(({ pid }) => pid),
    async () => {
      const begun = performance.now();
      const late = await issuing.get({ identifier }, { timeoutMs: 2_000 }).catch((error) => error);
      const took = performance.now() - begun;
      expect(late.reason).toMatch(/^(DEADLINE_EXCEEDED|PEER_AWAY)$/);
      // Three attempts of 2 seconds were 6.
      expect(took).toBeLessThan(4_000);
      const cancel = new AbortController();
      const cancelled = issuing.get({ identifier }, { signal: cancel.signal });
      cancel.abort();
      await expect(cancelled).rejects.toMatchObject({ reason: "CANCELLED" });
    },
  );
});

test("5.9.3, 4.5.1: what an operator of a home says of an app is in force at the stand-by province within 5 seconds", async () => {
  const { trial } = scene;
  const ca = readFileSync(trial.files.root);
  const at = (core: Core, service: "identity" | "usage") => core.connect[service]?.[0]?.replace("https://", "") ?? "";
  const { linghai, province } = trial.cores;
  const apps = trial.operators.get(linghai.node.code)?.client(AppService, linghai.mesh.identity?.[0] ?? "");
  const { code: departmentCode } = OWN_USER;
  const key = `${linghai.node.code}-standby`;
  const app = { key, name: "某系统", departmentCode, scopes: ["usage.use"] };
  const put = (more = {}) => apps?.putApp({ requestId: randomUUID(), app, ...more });
  let secret = (await put())?.secret ?? "";
  /** What the province says to AppKey and secret, and to a token that it has given: the reason, or `OK`. */
  const asked = async (appSecret = secret) => {
    const method = "ecert.identity.v1.TokenService/IssueAccessToken";
    const answer = await callFrom("127.0.0.1", at(province, "identity"), method, { appKey: key, appSecret }, { ca });
    return { reason: reasonIn(answer), token: String(answer.body.accessToken) };
  };
  const said = async (token: string) => {
    const method = "ecert.usage.v1.UsageService/ListCertificates";
    const message = { usageCode: "A".repeat(22) };
    const answer = await callFrom("127.0.0.1", at(province, "usage"), method, message, { ca, token });
    return reasonIn(answer);
  };
  const within = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 5_000, interval: 50 });
  const served = async () => {
    await within(async () => expect((await asked()).reason).toBe("OK"));
    const { token } = await asked();
    expect(await said(token)).toBe("USAGE_CODE_UNKNOWN");
    return token;
  };
  const refused = (token: string) =>
    within(async () =>
      expect([(await asked()).reason, await said(token)]).toEqual(["CREDENTIAL_REFUSED", "TOKEN_REFUSED"]),
    );

  let token = await served();
  await put({ app: { ...app, disabled: true } });
  await refused(token);
  await put();
  token = await served();
  await apps?.revokeTokens({ appKey: key, cause: "令牌外泄" });
  await within(async () => expect(await said(token)).toBe("TOKEN_REFUSED"));
  token = await served();
  const old = secret;
  secret = (await put({ rotateSecret: true, keepOldSecretHours: 1 }))?.secret ?? "";
  token = await served();
  expect((await asked(old)).reason).toBe("OK");
  await apps?.revokeSecret({ appKey: key, cause: "密钥外泄" });
  await refused(token);
  expect((await asked(old)).reason).toBe("CREDENTIAL_REFUSED");
});

test("with the province down a home verifies its own certificates, and its connectors stay with it (5.4.1)", async () => {
  const switches: string[] = [];
  const user = scene.user({ onSwitch: (place) => switches.push(place) });
  await user.use(ownContext(scene.licence, "before")).verify(identifier);
  await scene.trial.programs.get("440000/core")?.kill();
  const foreign = identifier.replace(/.$/, (last) => (last === "1" ? "2" : "1"));
  const own = startCalls(2, (count) => user.use(ownContext(scene.licence, `own-${count}`)).verify(identifier));
  const across = startCalls(1, (count) => user.use(ownContext(scene.licence, `across-${count}`)).verify(foreign));
  await until("both were asked several times", () => own.met.answered >= 20 && across.met.refused.length >= 4, 60_000);
  expect((await own.stop()).refused).toEqual([]);
  const reasons = (await across.stop()).refused.map((told) => told.split(":", 1)[0]);
  expect(reasons.filter((reason) => reason !== "PEER_AWAY" && reason !== "DEADLINE_EXCEEDED")).toEqual([]);
  expect([switches, user.place]).toEqual([[], "home"]);
});
