import type { Logger } from "./log.ts";

/** Whether a process can serve, asked regularly and remembered between. */
export interface Readiness {
  /** Resolves if the last check was good, rejects with what was wrong with it. */
  ready(): Promise<void>;
  stop(): void;
}

const CHECK_MS = 2_000;
const CHECK_TIMEOUT_MS = 5_000;

/**
 * Checks now and every 2 seconds, and tells each change. A check that takes longer than 5 seconds counts as failed. Resolves
 * after the first check.
 */
export async function watchReadiness(
  check: () => Promise<void>,
  tell: (serving: boolean) => void,
  log: Logger,
): Promise<Readiness> {
  let fault: Error | undefined;
  let serving: boolean | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  await run();
  return {
    ready: async () => {
      if (fault) throw fault;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };

  async function run(): Promise<void> {
    fault = await withinTime(check());
    if (stopped) return;
    if (serving !== !fault) {
      serving = !fault;
      if (fault) log.warn({ why: fault.message }, "cannot serve");
      else log.info({}, "can serve");
      tell(serving);
    }
    timer = setTimeout(run, CHECK_MS).unref();
  }
}

async function withinTime(checking: Promise<void>): Promise<Error | undefined> {
  const { promise, resolve } = Promise.withResolvers<Error>();
  const timer = setTimeout(() => resolve(new Error("the check takes too long")), CHECK_TIMEOUT_MS);
  const outcome = checking.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  try {
    return await Promise.race([outcome, promise]);
  } finally {
    clearTimeout(timer);
  }
}
