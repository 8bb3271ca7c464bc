import type { ServiceModule } from "../node/runtime.ts";
import { startBackground } from "./background.ts";
import { mountRoutes } from "./mount.ts";
import { openContext } from "./open-context.ts";

/** The supervision service: what was counted, from events alone (效能监督, 4.7). */
export const supervisionService: ServiceModule = {
  name: "supervision",
  async start(runtime) {
    const context = await openContext(runtime);
    const background = startBackground(context);
    return {
      services: mountRoutes(context),
      ready: () => runtime.store.check(),
      async stop() {
        await Promise.all([background.stop(), context.press.close()]);
      },
    };
  },
};
