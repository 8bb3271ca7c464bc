import { create } from "@bufbuild/protobuf";
import { beforeEach, describe, expect, test } from "vitest";
import { GetAppTermsResponseSchema } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { LiveMark } from "../../node/marks/follow-mark.ts";
import { createKnownApps, FRESH_MS, type KnownApps, STALE_MS } from "./known-apps.ts";

const APP = "440100-a";

describe("6.4.6.1 what the catalog decides by of an app", () => {
  let now: number;
  let asked: number;
  let answer: () => object;
  let apps: KnownApps;
  let live: LiveMark | undefined;

  beforeEach(() => {
    [now, asked] = [0, 0];
    answer = () => ({ app: { key: APP, node: "440100" } });
    const getAppTerms = async () => {
      asked += 1;
      return create(GetAppTermsResponseSchema, answer());
    };
    live = undefined;
    apps = createKnownApps({ identity: { getAppTerms } as never, mark: { current: () => live }, monotonic: () => now });
  });

  test("is asked for once by many calls, and again when two seconds have passed: so what is disabled counts within five", async () => {
    await Promise.all([apps.find(APP), apps.find(APP)]);
    await apps.find(APP);
    expect(asked).toBe(1);
    answer = () => ({ app: { key: APP, node: "440100", disabled: true } });
    now = FRESH_MS - 1;
    expect(await apps.find(APP)).toMatchObject({ disabled: false });
    now = FRESH_MS;
    expect(await apps.find(APP)).toMatchObject({ disabled: true });
    expect(asked).toBe(2);
    expect(FRESH_MS).toBeLessThan(5_000);
  });

  test("is asked for again when the identity service tells of a change, and else not while it goes on telling that there is none", async () => {
    live = { mark: "7", settled: true, asOf: 0, epoch: 1 };
    await apps.find(APP);
    now = 10 * FRESH_MS;
    await apps.find(APP);
    expect(asked).toBe(1);
    answer = () => ({ app: { key: APP, disabled: true } });
    live = { ...live, mark: "8~", settled: false, epoch: 2 };
    expect(await apps.find(APP)).toMatchObject({ disabled: true });
    now += FRESH_MS;
    await apps.find(APP);
    expect(asked).toBe(3);
  });

  test("of one that is not registered nothing is remembered: it is known as soon as it is", async () => {
    answer = () => {
      throw new Refusal("APP_UNKNOWN", "no such app");
    };
    expect(await apps.find(APP)).toBeUndefined();
    answer = () => ({ app: { key: APP } });
    expect(await apps.find(APP)).toMatchObject({ key: APP });
  });

  test("while the identity service is away it is what was read last, as long as a token lives, and then nobody's", async () => {
    await apps.find(APP);
    answer = () => {
      throw new Refusal("PEER_AWAY", "the identity service is away");
    };
    now = STALE_MS - 1;
    expect(await apps.find(APP)).toMatchObject({ key: APP });
    now = STALE_MS;
    await expect(apps.find(APP)).rejects.toMatchObject({ reason: "PEER_AWAY" });
    await expect(apps.find("440100-other")).rejects.toMatchObject({ reason: "PEER_AWAY" });
  });
});
