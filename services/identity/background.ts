import { abortable } from "../base/abortable.ts";
import { keepFollowing } from "./accounts/follow-divisions.ts";
import type { IdentityContext } from "./context.ts";
import { keepSweeping } from "./sessions/sweep.ts";

/** Starts removing sessions and codes that have ended, having accounts follow their departments, carrying over what the catalog kept of apps, comparing apps with peers, and looking for secrets that end soon. It ends with the runtime's signal; `stop` ends it and waits for that. */
export function startBackground(context: IdentityContext): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const ends = AbortSignal.any([context.runtime.signal, stopping.signal]);
  const { apps, carryOver } = context;
  const working = Promise.all([
    keepSweeping(context, ends),
    keepFollowing(context, ends),
    carryOver.run(ends),
    apps.ends.run(ends),
    compareOnceCarried(context, ends),
  ]);
  return {
    async stop() {
      stopping.abort();
      await working;
    },
  };
}

/** Before all apps are here, every comparison would find them lacking. */
async function compareOnceCarried({ apps, carryOver }: IdentityContext, signal: AbortSignal): Promise<void> {
  await abortable(carryOver.done, signal).catch(() => {});
  if (!signal.aborted) await apps.watch.run();
}
