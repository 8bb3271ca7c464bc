import type { Alarm } from "../domain/alarm.ts";
import type { ServiceModule } from "../node/runtime.ts";
import { startBackground } from "./background.ts";
import { recoverSuperseding } from "./change/supersede.ts";
import { mountRoutes } from "./mount.ts";
import { openContext } from "./open-context.ts";
import { DEFAULT_ISSUE_OPTIONS, type IssueOptions } from "./options.ts";

/** The issue service: makes, issues and changes certificates, and is the archive of what its node issued (4.4, 4.6). */
export const issueService: ServiceModule = createIssueService();

/** The issue service with other options, for tests that stop it between two steps. */
export function createIssueService(options: Partial<IssueOptions> = {}): ServiceModule {
  return {
    name: "issue",
    async start(runtime) {
      const context = await openContext(runtime, { ...DEFAULT_ISSUE_OPTIONS, ...options });
      // What a crash left half done is finished before anybody can be told of it.
      await recoverSuperseding(context);
      const background = startBackground(context);
      runtime.signal.addEventListener("abort", () => context.signing.stop());
      return {
        services: mountRoutes(context),
        ready: () => runtime.store.check(),
        notices: () => [...context.lost.notices(), ...context.signing.notices()],
        async alarms() {
          const lost = context.lost.total();
          const signed: Alarm[] =
            lost > 0 ? [{ kind: "SIGNATURES_LOST", urgent: true, subject: "issue", told: { count: lost } }] : [];
          return [...signed, ...(await context.roll.alarms())];
        },
        async stop() {
          const ended = background.stop();
          context.lost.stop();
          context.signing.stop();
          await Promise.all([ended, context.renderPool.close(), context.longTerm.close()]);
          context.timeStamps.close();
          await context.issued.close();
        },
      };
    },
  };
}
