import { setTimeout as pause } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import { afterEach, expect, test } from "vitest";
import {
  type ListRefusedAppsResponse,
  ListRefusedAppsResponseSchema,
} from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { eventually } from "../../../test/node/eventually.ts";
import { Refusal } from "../../domain/refusal.ts";
import { followRefusedApps, type RefusedApps } from "./refused-apps.ts";

const APP = "440100-scjg";
const REVOKED_AT = "2026-11-24T02:00:00.000Z";
const before = Date.parse(REVOKED_AT) - 1;
const nothing = () => {};
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
let stop = new AbortController();

afterEach(() => {
  stop.abort();
  stop = new AbortController();
});

type Answer = (request: { knownMark?: string; pageToken?: string }) => Promise<Partial<ListRefusedAppsResponse>>;

function follow(answer: Answer, onAge = nothing as (seconds: number) => void): RefusedApps {
  const identity = {
    listRefusedApps: async (request: object) =>
      create(ListRefusedAppsResponseSchema, (await answer(request)) as ListRefusedAppsResponse),
  };
  return followRefusedApps({ identity, log, signal: stop.signal, onAge });
}

const entry = (appKey: string) => ({ appKey, tokensNotBefore: REVOKED_AT }) as ListRefusedAppsResponse["apps"][number];
/** Holds a question back until the process stops, as the identity service does while nothing changes. */
const hold = () => pause(60_000, undefined, { signal: stop.signal, ref: false }).then(() => ({}));
const outcome = (asked: Promise<void>) =>
  asked.then(
    () => "OK",
    (error: Refusal) => error.reason,
  );

test("5.9.3 tokens from before the revocation are refused, later ones and those of other apps are not", async () => {
  const apps = follow(({ knownMark }) => (knownMark ? hold() : Promise.resolve({ apps: [entry(APP)], mark: "1" })));
  expect(await outcome(apps.admit(APP, before))).toBe("TOKEN_REFUSED");
  expect(await outcome(apps.admit(APP, before + 1))).toBe("OK");
  expect(await outcome(apps.admit("440100-other", before))).toBe("OK");
});

test("RFC 7009: a token that was revoked by its id is refused, and no other of its app", async () => {
  const listed = { appKey: APP, tokensNotBefore: "1970-01-01T00:00:00.000Z", tokenIds: ["one"] };
  const answer = { apps: [listed] as ListRefusedAppsResponse["apps"], mark: "1" };
  const apps = follow(({ knownMark }) => (knownMark ? hold() : Promise.resolve(answer)));
  expect(await outcome(apps.admit(APP, before, "one"))).toBe("TOKEN_REFUSED");
  expect(await outcome(apps.admit(APP, before, "two"))).toBe("OK");
  expect(await outcome(apps.admit(APP, before))).toBe("OK");
});

test("all pages of one list count, and a list that changed between two pages is read again", async () => {
  let asked = 0;
  const apps = follow(({ knownMark, pageToken }) => {
    asked++;
    if (knownMark) return hold();
    if (!pageToken)
      return Promise.resolve({ apps: [entry("440100-a")], mark: asked > 1 ? "2" : "1", nextPageToken: "x" });
    return Promise.resolve({ apps: [entry(APP)], mark: "2" });
  });
  expect(await outcome(apps.admit(APP, before))).toBe("TOKEN_REFUSED");
  expect(await outcome(apps.admit("440100-a", before))).toBe("TOKEN_REFUSED");
  expect(asked).toBeGreaterThanOrEqual(4);
});

test("while the identity service is away, what it said last stays in force and other tokens are taken", async () => {
  const ages: number[] = [];
  let away = false;
  const apps = follow(
    async () => {
      if (away) throw new Refusal("PEER_AWAY", "the identity service is away");
      away = true;
      return { apps: [entry(APP)], mark: "1" };
    },
    (seconds) => ages.push(seconds),
  );
  await eventually(() => expect(ages.length).toBeGreaterThan(2));
  expect(await outcome(apps.admit(APP, before))).toBe("TOKEN_REFUSED");
  expect(await outcome(apps.admit("440100-other", before))).toBe("OK");
});

test("a process that has just started and cannot ask refuses tokens, until it is told", async () => {
  let away = true;
  const apps = follow(async ({ knownMark }) => {
    if (away) throw new Refusal("PEER_AWAY", "the identity service is away");
    return knownMark ? hold() : { apps: [], mark: "1" };
  });
  expect(await outcome(apps.admit(APP, before))).toBe("PEER_AWAY");
  away = false;
  expect(await outcome(apps.admit(APP, before))).toBe("OK");
});

test("an identity service of before, which does not know the question, refuses nobody", async () => {
  const apps = follow(() => Promise.reject(new Refusal("UNIMPLEMENTED", "no such method")));
  expect(await outcome(apps.admit(APP, before))).toBe("OK");
});
