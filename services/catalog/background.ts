import type { CatalogContext } from "./context.ts";
import { finishPublications } from "./drafts/publish-draft.ts";
import { keepRegister, startCatchUp } from "./items/catch-up.ts";
import { finishListChanges, followLists } from "./lists/follow-lists.ts";
import { runImports } from "./matters/run-imports.ts";
import { carryOver } from "./openings/carry-over.ts";
import { keepFollowing } from "./openings/follow-delegations.ts";
import type { FormerRecords } from "./registry/former-records.ts";

/** Starts asking the province for what it published and said, seeing publications to their end, comparing with peers, and storing lists of matters. It ends with the runtime's signal; `stop` waits for that. */
export function startBackground(context: CatalogContext, former: FormerRecords): { stop(): Promise<void> } {
  const closing = new AbortController();
  const ended = AbortSignal.any([context.runtime.signal, closing.signal]);
  const running = Promise.all([
    startCatchUp(context),
    keepRegister(context),
    finishPublications(context, ended),
    context.watch.run(),
    runImports(context, ended),
    followLists(context, ended),
    finishListChanges(context, ended),
    carryOver(context, ended),
    keepFollowing(context, ended),
    former.follow(ended),
  ]);
  return {
    async stop() {
      closing.abort();
      await running;
    },
  };
}
