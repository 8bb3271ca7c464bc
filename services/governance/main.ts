import type { ServiceModule } from "../node/runtime.ts";
import { startBackground } from "./background.ts";
import { mountRoutes } from "./mount.ts";
import { openContext } from "./open-context.ts";

/** The governance service: how what is in force comes to be so (4.2, 6.2 to 6.4), and the divisions by which everybody's reach goes. */
export const governanceService: ServiceModule = {
  name: "governance",
  async start(runtime) {
    const context = await openContext(runtime);
    const { sandbox } = context;
    const background = startBackground(context);
    return {
      services: mountRoutes(context),
      ready: () => runtime.store.check(),
      ...(sandbox && { onCall: sandbox.recorder.record }),
      async stop() {
        await Promise.all([background.stop(), context.handInFiles.close()]);
        await sandbox?.recorder.settled();
      },
    };
  },
};
