import type { CatalogContext } from "./context.ts";
import { keepRegister, startCatchUp } from "./items/catch-up.ts";

/** Starts asking the province for what it published and said, and comparing with peers. It ends with the runtime's signal; `stop` waits for that. */
export function startBackground(context: CatalogContext): { stop(): Promise<void> } {
  const running = Promise.all([startCatchUp(context), keepRegister(context), context.watch.run()]);
  return {
    async stop() {
      await running;
    },
  };
}
