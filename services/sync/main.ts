import type { ServiceModule } from "../node/runtime.ts";
import { startBackground } from "./background.ts";
import { syncAlarms } from "./link/sync-alarms.ts";
import { mountRoutes } from "./mount.ts";
import { openContext } from "./open-context.ts";
import { DEFAULT_SYNC_OPTIONS, type SyncOptions } from "./options.ts";

/** The sync service: events between nodes, the archive of other nodes' certificates, questions across nodes (4.6, 5.7). */
export const syncService: ServiceModule = createSyncService(DEFAULT_SYNC_OPTIONS);

/** The sync service with other times and limits. What a configuration says goes before them. */
export function createSyncService(defaults: SyncOptions): ServiceModule {
  return {
    name: "sync",
    async start(runtime) {
      const options = { ...defaults, ...runtime.config.sync };
      const context = await openContext(runtime, options);
      const background = startBackground(context, options);
      context.recovery.goOn();
      return {
        services: mountRoutes(context),
        ready: () => runtime.store.check(),
        notices: () => [...context.standings.notices(), ...context.forks.notices()],
        alarms: () => syncAlarms(context, runtime.signal),
        async stop() {
          await Promise.all([background.stop(), context.recovery.idle()]);
        },
      };
    },
  };
}
