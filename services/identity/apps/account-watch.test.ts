import { setTimeout as delay } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import { beforeEach, describe, expect, test } from "vitest";
import { ListNodeAppsResponseSchema } from "../../../proto/gen/ecert/identity/v1/app_recovery_service_pb.ts";
import { TokenService } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { NO_FORMER_APPS } from "../../../test/fixtures/core.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import type { RunningService } from "../../node/runtime.ts";
import { identityService } from "../main.ts";

const CITY = "440100";
const at = { addresses: ["127.0.0.1:1"] };
const city = { node: CITY, role: "city", name: CITY, publicKeyFile: "", services: { identity: at } } as const;
/** Half of what callers wait for the first comparison: a call that takes longer has waited for it. */
const SOON_MS = 5_000;
const reasonOf = (call: Promise<unknown>) =>
  call.then(
    () => "OK",
    (error) => error.reason,
  );
const soon = (call: Promise<unknown>) => Promise.race([reasonOf(call), delay(SOON_MS, "waits", { ref: false })]);

describe("a province one of whose cities answers slowly which apps it has", () => {
  let house: TestRuntime;
  let running: RunningService;
  /** Ends what the city has not answered. A city like this has to be played: no real one answers so. */
  let gone: PromiseWithResolvers<object>;

  beforeEach(async () => {
    gone = Promise.withResolvers();
    gone.promise.catch(() => {});
    const clients = {
      ...NO_FORMER_APPS,
      "ecert.identity.v1.AppRecoveryService": { listNodeApps: () => gone.promise },
      "ecert.catalog.v1.TermsService": { getCatalogStanding: async () => ({ behind: false }) },
    };
    house = await openTestRuntime({ service: "identity", role: "province", code: "440000", peers: [city], clients });
    running = await identityService.start(house.runtime);
    return async () => {
      gone.reject(new Error("the city is stopped"));
      const closed = house.close();
      await running.stop();
      await closed;
    };
  });

  test("5.9.3 whoever names one of its apps waits 10 s once, behind the limit of attempts, and not each time", async () => {
    const tokens = directClient(running, TokenService);
    const guess = () => tokens.issueAccessToken({ appKey: `${CITY}-app`, appSecret: "wrong" });
    // Of one app and address eight may be on their way.
    const waiting = Array.from({ length: 8 }, guess).map(reasonOf);
    expect(await soon(guess())).toBe("RATE_EXCEEDED");
    for (const one of waiting) expect(await one).toBe("CREDENTIAL_REFUSED");
    expect(await soon(guess())).toBe("CREDENTIAL_REFUSED");
  }, 60_000);

  test("5.9.3 whoever names an app of another node waits for nobody", async () => {
    gone.resolve(create(ListNodeAppsResponseSchema));
    const tokens = directClient(running, TokenService);
    const guess = tokens.issueAccessToken({ appKey: "440300-app", appSecret: "wrong" });
    expect(await soon(guess)).toBe("CREDENTIAL_REFUSED");
  });
});
