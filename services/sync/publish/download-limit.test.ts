import { expect, test } from "vitest";
import { testCall } from "../../../test/fixtures/runtime.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { SyncContext } from "../context.ts";
import { getIssuerRegister } from "../routes/get-issuer-register.ts";
import { getStatusBundle } from "../routes/get-status-bundle.ts";
import { DOWNLOADS } from "./download-limit.ts";

const made = { current: async () => ({ bytes: new Uint8Array(1), builtAt: "2026-11-25T00:00:00.000Z" }) };
const runtime = { monotonic: () => 100_000 } as Runtime;
const context = { statuses: made, register: made, runtime } as unknown as SyncContext;

for (const [name, route] of [
  ["status bundle", getStatusBundle],
  ["register of issuers", getIssuerRegister],
] as const) {
  test(`the ${name} is handed out so often to one address and no more; to nodes and other addresses still`, async () => {
    const handler = route(context) as (request: object, call: object) => Promise<unknown>;
    const from = { ...testCall({ kind: "public" }), address: "192.0.2.7" };
    for (let count = 0; count < DOWNLOADS.perAddress; count++) await handler({}, from);
    await expect(handler({}, from)).rejects.toMatchObject({ reason: "RATE_EXCEEDED", retryAfterMs: 60_000 });
    await handler({}, { ...from, address: "192.0.2.8" });
    await handler({}, { ...testCall({ kind: "node", node: "440100", name: "sync" }), address: "192.0.2.7" });
  });
}
