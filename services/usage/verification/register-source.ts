import { StatusService } from "../../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { registerHolds } from "../../trust/issuer-register.ts";
import type { SharedRegister } from "./verify-protocol.ts";

/** The register of issuers, as far as it can be had. */
export interface RegisterSource {
  /** The last one that came; waits for the first. Resolves to `undefined` where none could be had yet. */
  current(): Promise<SharedRegister | undefined>;
}

/** The register is asked for again after so long; after a failure sooner. */
const FRESH_MS = 600_000;
const RETRY_MS = 30_000;

/** Opens the register that the province publishes. One that its key did not sign is not used, and told in the log. */
export function openRegisterSource(runtime: Runtime): RegisterSource {
  const { config, log } = runtime;
  const statuses = runtime.client(StatusService, "sync");
  const publisher =
    config.node.role === "province" ? config.node.code : config.peers.find(({ role }) => role === "province")?.node;
  let last: SharedRegister | undefined;
  let askAgainAt = 0;
  let asking: Promise<void> | undefined;

  async function ask(node: string): Promise<void> {
    try {
      const { register, builtAt } = await statuses.getIssuerRegister({});
      if (!registerHolds(register, node, runtime.verifyNode)) throw new Error(`node ${node} did not sign it`);
      const bytes = new Uint8Array(new SharedArrayBuffer(register.length));
      bytes.set(register);
      last = { builtAt, bytes };
      askAgainAt = runtime.now().getTime() + FRESH_MS;
    } catch (error) {
      askAgainAt = runtime.now().getTime() + RETRY_MS;
      log.warn({ cause: String(error) }, "the register of issuers cannot be had now; the last one stays in use");
    }
  }

  return {
    async current() {
      if (publisher === undefined) return undefined;
      if (runtime.now().getTime() >= askAgainAt) {
        asking ??= ask(publisher).finally(() => {
          asking = undefined;
        });
      }
      if (last === undefined) await asking;
      return last;
    },
  };
}
