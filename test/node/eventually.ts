import { vi } from "vitest";

/** Repeats assertions until they hold, at most 15 seconds. */
export function eventually(assertions: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(assertions, { timeout: 15_000, interval: 20 });
}
