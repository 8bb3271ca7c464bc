import { startExpiry } from "./codes/expiry.ts";
import type { UsageContext } from "./context.ts";

/** Starts removing what is old. It ends with the runtime's signal; `stop` waits for that. */
export function startBackground(context: UsageContext): { stop(): Promise<void> } {
  const expiry = startExpiry(context);
  return { stop: () => expiry };
}
