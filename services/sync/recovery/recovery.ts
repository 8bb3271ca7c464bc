import { Refusal } from "../../domain/refusal.ts";
import { hasService } from "../../host/place.ts";
import type { ProvinceJudgement } from "../publish/province-judgement.ts";
import type { Standings } from "../standing/standing.ts";
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

/** A recovery, running or ended. */
export interface RecoveryRun extends Pick<RecoveryProgress, "parts" | "notices"> {
  readonly dryRun: boolean;
  /** RFC 3339. */
  readonly startedAt: string;
  /** RFC 3339; absent while it runs. */
  readonly endedAt?: string;
  /** Somebody has stopped it; while it has not ended, what is under way is still being done. */
  readonly stopped?: true;
  /** Why it failed, in English. */
  readonly failure?: string;
}

/** Brings this node forward after an older copy of it was started (services/README.md, "An older copy"). */
export interface Recovery {
  /** Begins one, unless one runs: that is then the answer. Throws `PEER_AWAY` where this node has no peer that could have anything. */
  start(request: RecoveryRequest): RecoveryRun;
  /** Stops the one that runs: what was brought back stays, and the next one goes on with what is lacking. Nothing where none runs. */
  stop(): void;
  /** The one that runs, or the last one since the process began. */
  current(): RecoveryRun | undefined;
  /** Resolves when none runs. */
  idle(): Promise<void>;
}

interface Context extends ArchiveParts {
  standings: Standings;
  /** Node of the province; `undefined` at the province itself, or where none is configured. */
  province: string | undefined;
  /** Present at the province. */
  judgement?: Pick<ProvinceJudgement, "registryIsBack"> | undefined;
}

/**
 * Creates the recovery. The registry comes first, since certificates are judged by the rights in it, and the numbers come last: until all
 * else is here the node stays behind, and refuses to issue and to publish. What a crash interrupts is begun again, and skips by digest
 * what is here.
 */
export function createRecovery(context: Context): Recovery {
  const { runtime, province, standings } = context;
  const { evidence, log } = runtime;
  let last: RecoveryRun | undefined;
  let running: Promise<void> | undefined;
  let stopping = new AbortController();

  async function bringForward(progress: RecoveryProgress, options: StepOptions): Promise<void> {
    const { dryRun } = options;
    await recoverRegistry(runtime, progress, options);
    await recoverApps(runtime, progress, options);
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

  async function run(
    request: RecoveryRequest,
    progress: RecoveryProgress,
    stop: AbortSignal,
  ): Promise<Pick<RecoveryRun, "failure" | "stopped">> {
    const { dryRun, acceptLosses } = request;
    const options = { dryRun, signal: AbortSignal.any([runtime.signal, stop]) };
    try {
      await evidence.append("recovery-started", { dryRun, acceptLosses });
      await bringForward(progress, options);
      options.signal.throwIfAborted();
      requireWhole(progress, request);
      await continueNumbers(runtime, standings.links, progress, options);
      return {};
    } catch (error) {
      if (stop.aborted) return { stopped: true };
      const failure = error instanceof Refusal ? `${error.reason}: ${error.message}` : String(error);
      log.error({ failure: error instanceof Error ? error.stack : failure }, "a recovery failed");
      return { failure };
    }
  }

  return {
    start(request) {
      if (running && last) return last;
      if (context.links.length === 0)
        throw new Refusal("PEER_AWAY", "this node has no peer that could have what it lacks: name them in `peers`");
      const progress = createProgress();
      const { dryRun } = request;
      const begun = {
        dryRun,
        startedAt: runtime.now().toISOString(),
        parts: progress.parts,
        notices: progress.notices,
      };
      last = begun;
      stopping = new AbortController();
      running = run(request, progress, stopping.signal)
        .then(async (outcome) => {
          const parts = Object.fromEntries(progress.parts.map(({ name, ...counts }) => [name, counts]));
          last = { ...begun, endedAt: runtime.now().toISOString(), ...outcome };
          await evidence.append("recovery-ended", { dryRun, parts, notices: progress.notices.length, ...outcome });
        })
        .catch((error: unknown) => log.error({ cause: String(error) }, "the end of a recovery is not in the evidence"))
        .finally(() => {
          running = undefined;
        });
      return begun;
    },
    stop() {
      if (!running || !last) return;
      stopping.abort();
      last = { ...last, stopped: true };
    },
    current: () => last,
    idle: async () => running,
  };
}
