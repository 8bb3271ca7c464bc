import { patiently } from "../../base/patiently.ts";
import { Refusal } from "../../domain/refusal.ts";
import { hasService } from "../../host/place.ts";
import type { ProvinceJudgement } from "../publish/province-judgement.ts";
import type { Standings } from "../standing/standing.ts";
import { type KeptRecovery, openKeptRecovery } from "./kept-recovery.ts";
import { recoverApps } from "./recovery-apps.ts";
import { recoverCertificates } from "./recovery-certificates.ts";
import { tellLostSignatures } from "./recovery-lost.ts";
import { type ArchiveParts, recoverFromNodes } from "./recovery-nodes.ts";
import { continueNumbers } from "./recovery-numbers.ts";
import { createProgress, type RecoveryProgress, type StepOptions } from "./recovery-progress.ts";
import { recoverRegistry } from "./recovery-registry.ts";

/** What an operator asks for. */
export interface RecoveryRequest {
  /** Only looks. */
  dryRun: boolean;
  /** Goes on with the numbers though something is lacking. */
  acceptLosses: boolean;
}

/** A recovery: running, ended, or interrupted by the end of the process that did it. */
export type RecoveryRun = Omit<KeptRecovery, "reached">;

/** Brings this node forward after an older copy of it was started (services/README.md, "An older copy"). */
export interface Recovery {
  /** Begins one, unless one runs: that is then the answer. Throws `PEER_AWAY` where this node has no peer that could have anything. */
  start(request: RecoveryRequest): RecoveryRun;
  /** Goes on with one that the end of a process has interrupted, from where it was. Nothing where there is none. */
  goOn(): void;
  /** Stops the one that runs: what was brought back stays, and the next one goes on with what is lacking. Nothing where none runs. */
  stop(): Promise<void>;
  /** The one that runs, or the last one. */
  current(): Promise<RecoveryRun | undefined>;
  /** Resolves when none runs here. */
  idle(): Promise<void>;
}

interface Context extends ArchiveParts {
  standings: Standings;
  /** Node of the province; `undefined` at the province itself, or where none is configured. */
  province: string | undefined;
  /** Present at the province. */
  judgement?: Pick<ProvinceJudgement, "registryIsBack"> | undefined;
}

/** So long, in milliseconds, one that goes on waits for peers that do not answer: they may have been started with this node. */
const PATIENCE_MS = 600_000;

/** One that this process does. */
interface Going {
  begun: KeptRecovery;
  progress: RecoveryProgress;
  stop: AbortController;
  /** Nothing but its end is still to be written. */
  ending: boolean;
}

/** Why one is given up here that another process of this node has stopped or goes on with. */
const TAKEN = new Error("another process of this node has written of the recovery");

/**
 * Opens the recovery. The registry comes first, since certificates are judged by the rights in it, and the numbers come last: until all
 * else is here the node stays behind, and refuses to issue and to publish. What the end of a process interrupts goes on in the next one
 * from where it was, but does not accept losses again: what its operator had read may be another copy's.
 */
export async function openRecovery(context: Context): Promise<Recovery> {
  const { runtime, province, standings } = context;
  const { evidence, log } = runtime;
  const kept = await openKeptRecovery(runtime);
  let interrupted = await interruptedOne();
  let going: Going | undefined;
  let running: Promise<void> | undefined;

  async function interruptedOne(): Promise<KeptRecovery | undefined> {
    const found = await kept.look();
    if (!found || found.endedAt !== undefined) return undefined;
    if (!found.stopped) return found;
    await kept.write({ ...found, endedAt: runtime.now().toISOString() });
    return undefined;
  }

  /** Tells the store how far it is; another process that was there first ends this one. */
  async function keep(one: Going, at: "once" | "leisure"): Promise<void> {
    const written = at === "once" ? await kept.write(stateOf(one)) : await kept.note(() => stateOf(one));
    if (!written) one.stop.abort(TAKEN);
  }

  async function bringForward(one: Going, options: StepOptions): Promise<void> {
    const progress = createProgress({ before: stateOf(one), keep: (at) => keep(one, at) });
    one.progress = progress;
    const { dryRun } = options;
    await progress.step("registry", () => recoverRegistry(runtime, progress, options));
    await progress.step("apps", () => recoverApps(runtime, progress, options));
    if (!dryRun) context.judgement?.registryIsBack();
    if (province === undefined) await recoverFromNodes(context, progress, options);
    else if (hasService(runtime.config, "issue")) await recoverCertificates(runtime, province, progress, options);
    if (hasService(runtime.config, "issue")) await tellLostSignatures(runtime, progress, options);
  }

  function requireWhole({ lacking }: RecoveryProgress, { dryRun, acceptLosses }: RecoveryRequest): void {
    if (lacking === 0 || acceptLosses || dryRun) return;
    const what = `${lacking} thing(s) are lacking (see the notices), so this node stays behind`;
    throw new Refusal("NODE_BEHIND", `${what}: mend them and start again, or accept the losses`);
  }

  /** Resolves to how it ended; `undefined` where it goes on elsewhere, or when this node is started again. */
  async function work(one: Going, request: RecoveryRequest): Promise<Ending | undefined> {
    const { dryRun, acceptLosses } = request;
    const options = { dryRun, signal: AbortSignal.any([runtime.signal, one.stop.signal]) };
    const goesOn = one.begun.resumedAt !== undefined;
    try {
      await keep(one, "once");
      await evidence.append("recovery-started", { dryRun, acceptLosses, goesOn });
      const all = () => bringForward(one, options);
      await (goesOn ? patiently(all, PATIENCE_MS, options.signal) : all());
      options.signal.throwIfAborted();
      requireWhole(one.progress, request);
      await continueNumbers(runtime, standings.links, one.progress, options);
      return {};
    } catch (error) {
      if (one.stop.signal.reason === TAKEN) return undefined;
      if (one.stop.signal.aborted) return { stopped: true };
      if (runtime.signal.aborted) {
        await keep(one, "once");
        return undefined;
      }
      const failure = error instanceof Refusal ? `${error.reason}: ${error.message}` : String(error);
      log.error({ failure: error instanceof Error ? error.stack : failure }, "a recovery failed");
      return { failure };
    }
  }

  async function run(one: Going, request: RecoveryRequest): Promise<void> {
    const ending = await work(one, request);
    one.ending = true;
    if (!ending) return;
    const ended = { ...stateOf(one), endedAt: runtime.now().toISOString(), ...ending };
    const parts = Object.fromEntries(ended.parts.map(({ name, ...counts }) => [name, counts]));
    const told = { dryRun: request.dryRun, parts, notices: ended.notices.length, ...ending };
    await evidence.append("recovery-ended", told);
    await kept.write(ended);
  }

  function begin(begun: KeptRecovery, request: RecoveryRequest): RecoveryRun {
    interrupted = undefined;
    const one = { begun, progress: createProgress({ before: begun }), stop: new AbortController(), ending: false };
    going = one;
    running = run(one, request)
      .catch((error: unknown) => log.error({ cause: String(error) }, "the end of a recovery is not kept"))
      .finally(() => {
        going = undefined;
        running = undefined;
      });
    return stateOf(one);
  }

  function goOn(): RecoveryRun | undefined {
    if (!interrupted) return undefined;
    const { dryRun } = interrupted;
    const begun = { ...interrupted, resumedAt: runtime.now().toISOString() };
    return begin(begun, { dryRun, acceptLosses: false });
  }

  return {
    start(request) {
      if (going) return stateOf(going);
      if (context.links.length === 0)
        throw new Refusal("PEER_AWAY", "this node has no peer that could have what it lacks: name them in `peers`");
      const startedAt = runtime.now().toISOString();
      const { parts, notices, reached } = createProgress();
      const fresh = { startedAt, parts: [...parts], notices: [...notices], reached };
      return goOn() ?? begin({ dryRun: request.dryRun, ...fresh }, request);
    },
    goOn: () => void goOn(),
    async stop() {
      if (!going) {
        // Another process of this node may do it.
        const found = await kept.look();
        if (found && found.endedAt === undefined)
          await kept.write({ ...found, stopped: true, endedAt: runtime.now().toISOString() });
        return;
      }
      if (going.ending) return;
      going.begun = { ...going.begun, stopped: true };
      going.stop.abort();
      await kept.write(stateOf(going));
    },
    current: async () => (going ? stateOf(going) : kept.look()),
    idle: async () => running,
  };
}

type Ending = Pick<KeptRecovery, "failure" | "stopped">;

function stateOf({ begun, progress }: Going): KeptRecovery {
  const { parts, notices, reached } = progress;
  return { ...begun, parts: [...parts], notices: [...notices], reached };
}
