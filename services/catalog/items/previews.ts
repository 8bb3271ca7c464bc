import type { RenderPool, RenderPoolOptions } from "../../document/render-pool.ts";
import { createRenderPool } from "../../document/render-pool.ts";

/** The thread that draws previews, and judges whether a face has room for what its item allows. */
export interface Previews {
  /** Starts the thread at the first call: most processes never draw a preview. It ends when it was not needed for a while. */
  pool(): RenderPool;
  close(): Promise<void>;
}

/** Few officers draw previews at a time; more are told to try again. */
const MAX_WAITING = 20;
/** What one preview may take; a template or schema that takes longer was made to. */
const MAX_MS = 20_000;
/** The thread holds the fonts. */
const IDLE_MS = 60_000;

/** Opens the previews of a service, with fonts for rare characters as the configuration has them; nothing is started yet. */
export function createPreviews(fonts?: RenderPoolOptions["fonts"]): Previews {
  let pool: RenderPool | undefined;
  return {
    pool: () => {
      pool ??= createRenderPool({ threads: 1, maxWaiting: MAX_WAITING, maxMs: MAX_MS, idleMs: IDLE_MS, fonts });
      return pool;
    },
    close: async () => pool?.close(),
  };
}
