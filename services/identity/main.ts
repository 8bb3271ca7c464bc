import type { ServiceModule } from "../node/runtime.ts";
import { startBackground } from "./background.ts";
import { mountRoutes } from "./mount.ts";
import { openOauth } from "./oauth/open-oauth.ts";
import { oauthSites } from "./oauth/site.ts";
import { openContext } from "./open-context.ts";
import { sessionSite } from "./sessions/session-site.ts";
import { signInSite } from "./sessions/sign-in-site.ts";

/** The identity service: who somebody is at this node, and what that person is there for (5.9.2). */
export const identityService: ServiceModule = {
  name: "identity",
  async start(runtime) {
    const context = await openContext(runtime);
    const background = startBackground(context);
    const oauth = await openOauth(runtime);
    return {
      services: mountRoutes(context),
      sites: [sessionSite(context), signInSite(context), ...(oauth ? oauthSites(oauth) : [])],
      ready: () => runtime.store.check(),
      async stop() {
        await Promise.all([background.stop(), oauth?.close(), context.passwords?.refused.close()]);
      },
    };
  },
};
