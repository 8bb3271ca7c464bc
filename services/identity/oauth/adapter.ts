import { type Adapter, errors } from "oidc-provider";
import type { AppAccounts } from "./app-accounts.ts";
import { appClient } from "./app-client.ts";
import { currentExchange } from "./exchange.ts";
import type { UsedAssertions } from "./used-assertions.ts";

/** What the library stores and finds. Access tokens are signed, not stored: of all its models three are ever asked for. */
export function adapterOf(accounts: AppAccounts, assertions: UsedAssertions): (model: string) => Adapter {
  const nothing: Adapter = {
    upsert: async () => {},
    find: async () => undefined,
    findByUserCode: async () => undefined,
    findByUid: async () => undefined,
    consume: async () => {},
    destroy: async () => {},
    revokeByGrantId: async () => {},
  };
  const models: Readonly<Record<string, Partial<Adapter>>> = {
    Client: {
      async find(appKey) {
        const account = await accounts.read(appKey);
        return account && appClient(appKey, account);
      },
    },
    ReplayDetection: {
      // The library looks before it stores: of two at once both would be new.
      async upsert(id, { exp = 0 }) {
        if (!(await assertions.use(id, new Date(exp * 1_000)))) throw new errors.InvalidClientAuth("used before");
      },
    },
    ClientCredentials: {
      async find(id) {
        const { revoked } = currentExchange();
        if (revoked?.id !== id) return undefined;
        return {
          jti: id,
          kind: "ClientCredentials",
          clientId: revoked.app,
          exp: Math.ceil(revoked.ends.getTime() / 1_000),
        };
      },
      async destroy() {
        const { revoked } = currentExchange();
        if (revoked) await accounts.revoke(revoked);
      },
    },
  };
  return (model) => ({ ...nothing, ...models[model] });
}
