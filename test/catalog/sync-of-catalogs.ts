import { Standing, StandingService } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { StatusService } from "../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import { mount } from "../../services/call/chain/service.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import type { Runtime, ServiceModule } from "../../services/node/runtime.ts";
import { DEFAULT_SYNC_OPTIONS } from "../../services/sync/options.ts";
import { createNodeKeyPublisher, passOnNodeKeys } from "../../services/sync/publish/node-key-publisher.ts";
import { createRegisterPublisher, passOnRegister } from "../../services/sync/publish/register-publisher.ts";

/** What a catalog needs of the sync service of its node: the real publishers of the register and of nodes' keys, and links that are level. */
export function syncOfCatalogs(): { module: ServiceModule; runtime: Promise<Runtime> } {
  const { promise: runtime, resolve } = Promise.withResolvers<Runtime>();
  const unserved = async (): Promise<never> => {
    throw new Refusal("UNIMPLEMENTED", "not played here");
  };
  const module: ServiceModule = {
    name: "sync",
    async start(given) {
      resolve(given);
      const { role } = given.config.node;
      const province = given.config.peers.find((peer) => peer.role === "province")?.node ?? "";
      const atProvince = role === "province";
      const register = atProvince
        ? createRegisterPublisher(given, DEFAULT_SYNC_OPTIONS)
        : passOnRegister(given, province, DEFAULT_SYNC_OPTIONS);
      const nodeKeys = atProvince ? await createNodeKeyPublisher(given) : await passOnNodeKeys(given, province);
      return {
        services: [
          mount(StatusService, {
            getStatusBundle: unserved,
            async getIssuerRegister({ knownBuiltAt }) {
              const { bytes, builtAt, asOf } = await register.anew();
              return { register: builtAt === knownBuiltAt ? new Uint8Array() : bytes, builtAt, asOf };
            },
            async getNodeKeys() {
              const { bytes, builtAt } = await nodeKeys.current();
              return { keys: bytes, builtAt };
            },
          }),
          mount(StandingService, {
            compareStanding: unserved,
            getStanding: async () => ({ standing: Standing.LEVEL }),
            startRecovery: unserved,
            stopRecovery: unserved,
            getRecovery: unserved,
            listForks: unserved,
            settleFork: unserved,
          }),
        ],
        ready: async () => {},
        stop: async () => {},
      };
    },
  };
  return { module, runtime };
}
