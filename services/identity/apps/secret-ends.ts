import { pause } from "../../base/pause.ts";
import { type Alarm, endingAlarm } from "../../domain/alarm.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import type { GuardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { AppDocument } from "./app-record.ts";
import { isGood } from "./app-secrets.ts";

const DAY_MS = 86_400_000;
/** Days ahead on which an operator is warned that the newest secret of an app ends. */
const [FIRST_DAYS, LAST_DAYS] = [30, 7];
const LOOK_EVERY_MS = 60_000;
const PAGE = 500;
/** Apps that a notice names. */
const NAMED = 5;
/** The same of a line of the log, for each of its states, and of alarms. */
const LOGGED = 100;

/** How far off the end of a secret is. */
export type SecretWarning = "ended" | "7_days" | "30_days";

/** Sentences, and values of the label `state` of the gauge `ecert_app_secrets_ending`: each secret counts for one. */
const TOLD: Readonly<Record<SecretWarning, string>> = {
  ended: "no secret that is still good",
  "7_days": `a secret that ends within ${LAST_DAYS} days`,
  "30_days": `a secret that ends within ${FIRST_DAYS} days`,
};

/** Warns of secrets of this node's apps that end soon: an app whose secret has ended is locked out. */
export interface SecretEnds {
  /** What to tell operators, in English. */
  notices(): string[];
  /** The same, as alarms of the apps whose secrets end first; at most 100. */
  alarms(): Alarm[];
  /** Looks now. */
  look(): Promise<void>;
  /** Looks again and again until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** How near the end of a secret is; `undefined`: far, or it has none. */
export function warningOf(ends: string | undefined, at: Date): SecretWarning | undefined {
  if (!isGood({ ends }, at)) return "ended";
  for (const [warning, days] of [["7_days", LAST_DAYS] as const, ["30_days", FIRST_DAYS] as const]) {
    if (!isGood({ ends }, new Date(at.getTime() + days * DAY_MS))) return warning;
  }
  return undefined;
}

/** An app whose secret ends, and when (RFC 3339). */
interface Ending {
  app: string;
  ends: string;
}

const named = ({ app, ends }: Ending) => `${app} (${ends})`;

/** Creates the warnings of one process. */
export function createSecretEnds(
  context: () => { runtime: Runtime; apps: Pick<GuardedCollection<AppDocument>, "query"> },
): SecretEnds {
  let found: ReadonlyMap<SecretWarning, readonly Ending[]> = new Map();
  let toldOn = "";

  /** Apps with their days, the ones whose secrets end first before the others. An app that is disabled, or proves itself by a key, needs none. */
  async function nearing(): Promise<Map<SecretWarning, Ending[]>> {
    const { apps, runtime } = context();
    const at = runtime.now();
    const to = new Date(at.getTime() + FIRST_DAYS * DAY_MS).toISOString();
    const soon = new Map<SecretWarning, Ending[]>();
    for (let after: string | undefined; ; ) {
      const query = { index: "secretEnds", equals: [runtime.config.node.code], to, limit: PAGE };
      const page = await apps.query({ ...query, ...(after !== undefined && { after }) });
      for (const { key, value, secretTerms } of page.items) {
        const warning =
          value.disabled === true || value.proof !== undefined ? undefined : warningOf(secretTerms?.ends, at);
        if (!warning) continue;
        const near = soon.get(warning) ?? [];
        near.push({ app: key, ends: secretTerms?.ends ?? "" });
        soon.set(warning, near);
      }
      if (page.next === undefined) return soon;
      after = page.next;
    }
  }

  async function look(): Promise<void> {
    const { runtime } = context();
    found = await nearing();
    for (const state of Object.keys(TOLD) as SecretWarning[]) {
      runtime.metrics.gauge("app_secrets_ending", found.get(state)?.length ?? 0, { state });
    }
    const today = shanghaiDay(runtime.now());
    if (today === toldOn || found.size === 0) return;
    toldOn = today;
    const inLine = [...found].map(([state, apps]) => [state, apps.slice(0, LOGGED).map(named)]);
    runtime.log.warn(Object.fromEntries(inLine), "secrets of apps end soon, or have ended: rotate them");
  }

  return {
    look,
    alarms() {
      const at = context().runtime.now();
      const soonest = [...found.values()].flat().toSorted((one, other) => (one.ends < other.ends ? -1 : 1));
      return soonest
        .slice(0, LOGGED)
        .flatMap(({ app, ends }) => endingAlarm("SECRET_ENDING", app, new Date(ends), at) ?? []);
    },
    notices: () =>
      (Object.entries(TOLD) as [SecretWarning, string][]).flatMap(([state, text]) => {
        const apps = found.get(state) ?? [];
        if (apps.length === 0) return [];
        const have = apps.length === 1 ? "app has" : "apps have";
        const some = `${apps.slice(0, NAMED).map(named).join(", ")}${apps.length > NAMED ? ", …" : ""}`;
        return [`${apps.length} ${have} ${text}: ${some}; rotate it, or disable the app`];
      }),
    async run(signal) {
      const { log } = context().runtime;
      while (!signal.aborted) {
        await look().catch((error: unknown) =>
          log.warn({ error: String(error) }, "ends of secrets cannot be read now"),
        );
        await pause(LOOK_EVERY_MS, signal, { ref: false });
      }
    },
  };
}
