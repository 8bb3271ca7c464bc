import { vi } from "vitest";

/** Repeats assertions until they hold, at most 45 seconds: as long as a loaded machine may take, which nobody waits for who has it sooner. */
export function eventually(assertions: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(assertions, { timeout: 45_000, interval: 20 });
}
