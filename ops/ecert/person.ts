import { createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { type Operator, refusing } from "../trial/operator.ts";
import { bearing, plainAgent, type SignedIn, signIn, signOut } from "../trial/sign-in.ts";
import { readInput } from "./arguments.ts";
import type { PersonAccess } from "./operator-options.ts";

/**
 * A person at a shell in the place of an operator: signs in with a certificate key at the first call, calls over Connect under that session, and
 * ends it with the command.
 */
export function personOf({ page, identity, keyFile, password, caFile }: PersonAccess): Operator {
  const ca = Buffer.from(readInput(caFile)).toString("utf8");
  const key = { p12: readInput(keyFile), password };
  const agent = plainAgent(ca);
  let begun: Promise<SignedIn> | undefined;
  const session = () => {
    begun ??= signIn({ page: identity, ca, key });
    return begun;
  };
  /** Signs in ahead of the call: what the library meets in an interceptor it wraps in an error of its own. */
  const signingIn = (transport: Transport): Transport => ({
    unary: async (...call) => (await session()) && transport.unary(...call),
    stream: async (...call) => (await session()) && transport.stream(...call),
  });
  const transportTo = (baseUrl: string) => {
    const settings = { baseUrl, httpVersion: "1.1", nodeOptions: { ca, agent } } as const;
    const interceptors = [bearing(baseUrl, session)];
    return signingIn(refusing(createConnectTransport({ ...settings, interceptors, defaultTimeoutMs: 30_000 })));
  };
  return {
    client: (contract) => createClient(contract, transportTo(page)),
    async close() {
      const held = await begun?.catch(() => undefined);
      try {
        // A session that cannot be ended now ends by itself.
        if (held) await signOut({ page: identity, ca }, held).catch(() => {});
      } finally {
        held?.agent.destroy();
        agent.destroy();
      }
    },
  };
}
