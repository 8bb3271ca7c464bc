import type { ServiceModule } from "../node/runtime.ts";
import { startBackground } from "./background.ts";
import { mountRoutes } from "./mount.ts";
import { openContext } from "./open-context.ts";

/** The usage service: certificates used on-line by purpose (4.5, 5.4.3); at the province also as stand-by for cities. */
export const usageService: ServiceModule = {
  name: "usage",
  async start(runtime) {
    const context = await openContext(runtime);
    const background = startBackground(context);
    return {
      services: mountRoutes(context),
      ready: () => runtime.store.check(),
      async stop() {
        const { longTerm, verifier, drawnFaces, copies } = context;
        await Promise.all([longTerm, verifier, drawnFaces, copies].map((each) => each.close()));
        await background.stop();
        await context.quota.close();
      },
    };
  },
};
