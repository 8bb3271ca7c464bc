import type { ServiceModule } from "../node/runtime.ts";
import { retryRecords } from "../registry/incoming-record.ts";
import { startBackground } from "./background.ts";
import { listConfiguredKeys } from "./issuers/node-keys.ts";
import { tellUnconfirmed } from "./issuers/tell-unconfirmed.ts";
import { signPublished } from "./items/sign-published.ts";
import { retryTakeOver } from "./items/take-over.ts";
import { carryOverOpenings } from "./lists/carry-over.ts";
import { signOwnLists } from "./lists/list-signature.ts";
import { carryOutWhatIsLeft } from "./lists/publish.ts";
import { retryLists } from "./lists/take-over-list.ts";
import { mountRoutes } from "./mount.ts";
import { openContext } from "./open-context.ts";
import { tellFormerDelegations } from "./openings/tell-former.ts";
import { handedOn } from "./registry/former-app.ts";
import { openFormerRecords } from "./registry/former-records.ts";
import { rewriteEvents } from "./registry/rewrite-events.ts";

/** The catalog service: kinds of certificate, departments, seals, matters, and what each may do (4.3, 6.2). */
export const catalogService: ServiceModule = {
  name: "catalog",
  async start(runtime) {
    const context = await openContext(runtime);
    const former = await openFormerRecords(context);
    // First of all: whoever reads records finds them by their kind.
    await former.carryOver();
    await listConfiguredKeys(context);
    await signPublished(context);
    await rewriteEvents(context);
    await carryOverOpenings(context);
    await carryOutWhatIsLeft(context);
    await signOwnLists(context);
    await tellFormerDelegations(context);
    retryTakeOver(context);
    retryRecords(context, (node, payload) => handedOn(runtime, node, payload));
    retryRecords(context.delegations);
    retryLists(context);
    await tellUnconfirmed(context);
    const background = startBackground(context, former);
    return {
      services: mountRoutes(context),
      ready: () => runtime.store.check(),
      notices: () => context.watch.notices(),
      async stop() {
        await context.previews.close();
        await context.matters.files.close();
        await background.stop();
      },
    };
  },
};
