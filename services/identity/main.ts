import type { ServiceModule } from "../node/runtime.ts";
import { retryRecords } from "../registry/incoming-record.ts";
import { startBackground } from "./background.ts";
import { mountRoutes } from "./mount.ts";
import { openOauth } from "./oauth/open-oauth.ts";
import { oauthSites } from "./oauth/site.ts";
import { openContext } from "./open-context.ts";
import { certificateSite } from "./sessions/certificate-site.ts";
import { sessionSite } from "./sessions/session-site.ts";
import { signInSite } from "./sessions/sign-in-site.ts";

/** The identity service: who somebody is at this node, and what that person is there for (5.9.2); accounts of apps, and their tokens (5.9.3, 6.2.4.1). */
export const identityService: ServiceModule = {
  name: "identity",
  async start(runtime) {
    const context = await openContext(runtime);
    retryRecords(context.apps);
    const background = startBackground(context);
    const oauth = await openOauth(runtime);
    return {
      services: mountRoutes(context),
      sites: [sessionSite(context), signInSite(context), certificateSite(context), ...(oauth ? oauthSites(oauth) : [])],
      ready: () => runtime.store.check(),
      notices: () => [...context.carryOver.notices(), ...context.apps.watch.notices(), ...context.apps.ends.notices()],
      alarms: async () => context.apps.ends.alarms(),
      async stop() {
        const { guesses, uses, answers } = context.apps;
        await Promise.all([guesses.close(), uses.settled(), answers.close()]);
        await Promise.all([background.stop(), oauth?.close(), context.passwords?.refused.close()]);
        await context.refusedSignIns.close();
      },
    };
  },
};
