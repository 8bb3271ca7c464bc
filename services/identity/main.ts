import type { ServiceModule } from "../node/runtime.ts";
import { mountRoutes } from "./mount.ts";
import { openContext } from "./open-context.ts";

/** The identity service: who somebody is at this node, and what that person is there for (5.9.2). */
export const identityService: ServiceModule = {
  name: "identity",
  async start(runtime) {
    const context = await openContext(runtime);
    return {
      services: mountRoutes(context),
      ready: () => runtime.store.check(),
      async stop() {},
    };
  },
};
