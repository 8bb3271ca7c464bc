import type { RenderPool, RenderPoolOptions } from "../document/render-pool.ts";
import { createRenderPool } from "../document/render-pool.ts";

/** The thread that draws previews. */
export interface Previews {
  /** Starts the thread at the first call: most processes never draw a preview. */
  pool(): RenderPool;
  close(): Promise<void>;
}

/** Few officers draw previews at a time; more are told to try again. */
const MAX_WAITING = 20;

/** Opens the previews of a service, with fonts for rare characters as the configuration has them; nothing is started yet. */
export function createPreviews(fonts?: RenderPoolOptions["fonts"]): Previews {
  let pool: RenderPool | undefined;
  return {
    pool: () => {
      pool ??= createRenderPool({ threads: 1, maxWaiting: MAX_WAITING, fonts });
      return pool;
    },
    close: async () => pool?.close(),
  };
}
