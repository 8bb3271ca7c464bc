import type { ServiceModule } from "../node/runtime.ts";
import { startBackground } from "./background.ts";
import { givenUpAlarms } from "./deliveries/given-up-alarms.ts";
import { mountRoutes } from "./mount.ts";
import { openContext } from "./open-context.ts";
import { pageSite } from "./pages/page-site.ts";

/** The extension service: what a city adds to its node without a fork (4.1.3). */
export const extensionService: ServiceModule = {
  name: "extension",
  async start(runtime) {
    const context = await openContext(runtime);
    const site = pageSite(context.extensions);
    const background = startBackground(context);
    return {
      services: mountRoutes(context),
      sites: site ? [site] : [],
      ready: () => runtime.store.check(),
      alarms: () => givenUpAlarms(context),
      async stop() {
        await Promise.all([background.stop(), context.checks.close()]);
      },
    };
  },
};
