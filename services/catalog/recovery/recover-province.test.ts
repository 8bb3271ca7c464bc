import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { ListKeptListsResponseSchema, ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import {
  GetKeptRegisterResponseSchema,
  ListNodeRecordsResponseSchema,
  ListPublishedVersionsResponseSchema,
  RegistryRecoveryService,
} from "../../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import { GetNodeKeysResponseSchema, StatusService } from "../../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { Refusal } from "../../domain/refusal.ts";
import { signedNodeKeyList } from "../../trust/node-key-list.ts";
import { catalogService } from "../main.ts";

const [PROVINCE, CITY] = ["440000", "440100"];
const at = { addresses: ["127.0.0.1:1"] };
const city = { node: CITY, role: "city", name: CITY, publicKeyFile: "", services: { catalog: at, sync: at } } as const;

test("4.6.2 a province that recovers as soon as it serves waits for its connection to each service of a node", async () => {
  let house: TestRuntime;
  const asked: string[] = [];
  const onceAway = <T>(name: string, answer: () => T) => {
    return async (): Promise<T> => {
      asked.push(name);
      if (asked.filter((one) => one === name).length > 1) return answer();
      throw new Refusal("PEER_AWAY", "the other side cannot be reached: no connection established");
    };
  };
  const unserved = async (): Promise<never> => {
    throw new Refusal("UNIMPLEMENTED", "not of this version");
  };
  const list = () => {
    const known = { publisher: PROVINCE, builtAt: "2026-11-24T01:00:00.000Z", nodes: {} };
    return create(GetNodeKeysResponseSchema, { keys: signedNodeKeyList(known, house.runtime.nodeKey.sign) });
  };
  const clients = {
    [RegistryRecoveryService.typeName]: {
      getKeptRegister: onceAway("register", () => create(GetKeptRegisterResponseSchema)),
      listNodeRecords: async () => create(ListNodeRecordsResponseSchema),
      // A node of before these were told.
      listNodeDelegations: unserved,
      listNodeDrafts: unserved,
      listPublishedVersions: async () => create(ListPublishedVersionsResponseSchema),
    },
    [ListService.typeName]: { listKeptLists: async () => create(ListKeptListsResponseSchema) },
    [StatusService.typeName]: { getNodeKeys: onceAway("keys", list) },
  };
  house = await openTestRuntime({ service: "catalog", role: "province", code: PROVINCE, peers: [city], clients });
  const running = await catalogService.start(house.runtime);
  try {
    const recovery = directClient(running, RegistryRecoveryService);
    expect(await recovery.recoverRegistry({ dryRun: true })).toMatchObject({ notices: [], lacking: [] });
    expect(asked.filter((one) => one === "keys")).toHaveLength(2);
  } finally {
    const closed = house.close();
    await running.stop();
    await closed;
  }
});
