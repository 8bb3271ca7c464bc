import { setTimeout as delay } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import { beforeEach, describe, expect, test } from "vitest";
import { ListNodeRecordsResponseSchema } from "../../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { eventually } from "../../../test/node/eventually.ts";
import type { RunningService } from "../../node/runtime.ts";
import { catalogService } from "../main.ts";

const CITY = "440100";
const at = { addresses: ["127.0.0.1:1"] };
const city = { node: CITY, role: "city", name: CITY, publicKeyFile: "", services: { catalog: at } } as const;
/** Half of what callers wait for the first comparison: a call that takes longer has waited for it. */
const SOON_MS = 5_000;
const reasonOf = (call: Promise<unknown>) =>
  call.then(
    () => "OK",
    (error) => error.reason,
  );
const soon = (call: Promise<unknown>) => Promise.race([reasonOf(call), delay(SOON_MS, "waits", { ref: false })]);

/** What the city answers when it is asked for a page of its records. A city like these has to be played: no real one answers so. */
type Lists = () => Promise<object>;

describe("a province one of whose cities answers slowly", () => {
  let house: TestRuntime;
  let running: RunningService;
  let lists: Lists;
  let asked = 0;
  /** Ends what the city has not answered. */
  let gone: PromiseWithResolvers<object>;
  const client = <S extends Parameters<typeof directClient>[1]>(service: S) => directClient(running, service);

  beforeEach(() => {
    asked = 0;
    gone = Promise.withResolvers();
    gone.promise.catch(() => {});
    return async () => {
      gone.reject(new Error("the city is stopped"));
      const closed = house.close();
      await running.stop();
      await closed;
    };
  });

  async function start(): Promise<void> {
    const listNodeRecords = () => {
      asked += 1;
      return lists();
    };
    const clients = { "ecert.catalog.v1.RegistryRecoveryService": { listNodeRecords } };
    house = await openTestRuntime({ service: "catalog", role: "province", code: "440000", peers: [city], clients });
    running = await catalogService.start(house.runtime);
  }

  test("its callers wait 10 s once, after the start, and not each time", async () => {
    lists = () => gone.promise;
    await start();
    let isIn = false;
    const first = reasonOf(client(TermsService).listBodies({})).finally(() => {
      isIn = true;
    });
    expect(await soon(client(TermsService).getCatalogStanding({}))).toBe("OK");
    expect(isIn).toBe(false);
    expect(await first).toBe("OK");
    expect(await soon(client(TermsService).listBodies({}))).toBe("OK");
    const department = { code: "114401000000990003", name: "局", division: "440000" };
    expect(await soon(client(RegistryService).putDepartment({ department }))).toBe("OK");
  }, 60_000);

  test("a comparison is given up after an hour, and said; nobody waits for it", async () => {
    let minutes = 0;
    lists = async () => {
      minutes += 25;
      house.setNow(new Date(Date.UTC(2026, 10, 24, 2, minutes)).toISOString());
      return create(ListNodeRecordsResponseSchema, { records: [{}], nextPageToken: `page-${minutes}` });
    };
    await start();
    const told = expect.stringMatching(`the catalog of ${CITY} cannot be compared: .* longer than 3600000 ms`);
    await eventually(() => expect(running.notices?.()).toEqual([told]));
    expect(asked).toBe(3);
    expect(await soon(client(TermsService).listBodies({}))).toBe("OK");
  }, 30_000);
});
