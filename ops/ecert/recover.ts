import { setTimeout as delay } from "node:timers/promises";
import { toJson } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import {
  type Recovery,
  type RecoveryPart,
  RecoverySchema,
  Standing,
  StandingService,
} from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { EXIT } from "./exit-code.ts";
import { operatorOf } from "./operator-call.ts";
import { parseRecover, type RecoverCommand } from "./recover-arguments.ts";
import { progressText, reportText } from "./recover-text.ts";

/** Pause between two looks. */
const LOOK_MS = 500;
/** Pause between two lines where nobody looks at a terminal. */
const LINE_MS = 10_000;

/** Starts the recovery of a node and shows how it goes, until it ends. */
export async function recover(args: readonly string[]): Promise<number> {
  const command = parseRecover(args, process.env);
  const operator = operatorOf(command);
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  process.once("SIGINT", stop);
  try {
    const caller = operator.client(StandingService, command.server);
    const begun = await started(caller, command);
    const ended = await watched(caller, begun, command, interrupted.signal);
    if (!ended) {
      process.stderr.write(
        "停止查看，节点继续恢复；再看用 ecert recover --watch · no longer watching; the node goes on\n",
      );
      return EXIT.invalid;
    }
    const text = command.json ? `${JSON.stringify(toJson(RecoverySchema, ended), null, 2)}\n` : reportText(ended);
    process.stdout.write(text);
    return isDone(ended) ? EXIT.valid : EXIT.invalid;
  } finally {
    process.removeListener("SIGINT", stop);
    await operator.close();
  }
}

async function started(caller: Client<typeof StandingService>, command: RecoverCommand): Promise<Recovery> {
  const { dryRun, acceptLosses, watch } = command;
  const { recovery } = watch ? await caller.getRecovery({}) : await caller.startRecovery({ dryRun, acceptLosses });
  if (!recovery) throw new Refusal("STATE_CONFLICT", "该节点未做过恢复 · none was ever started at this node");
  if (!watch && recovery.dryRun !== dryRun) {
    const running = recovery.dryRun
      ? "试算正在执行 · a dry run is under way"
      : "恢复正在执行 · a recovery is under way";
    process.stderr.write(`${running}\n`);
  }
  return recovery;
}

/** Looks again and again until the recovery has ended; `undefined` where the person at the terminal has enough. */
async function watched(
  caller: Client<typeof StandingService>,
  begun: Recovery,
  { json }: RecoverCommand,
  signal: AbortSignal,
): Promise<Recovery | undefined> {
  const show = json ? () => {} : progress();
  let now = begun;
  while (now.endedAt === "") {
    show(now.parts.at(-1));
    await delay(LOOK_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) break;
    const { recovery } = await caller.getRecovery({});
    if (recovery?.startedAt !== begun.startedAt)
      throw new Refusal(
        "STATE_CONFLICT",
        "节点已重新启动，请再次执行 · the node was started anew meanwhile: run it again",
      );
    now = recovery;
  }
  if (process.stderr.isTTY && !json) process.stderr.write("\r\u001b[K");
  return signal.aborted && now.endedAt === "" ? undefined : now;
}

/** Shows how far it is: on a terminal one line that moves, else a line when another part begins and every ten seconds. */
function progress(): (part: RecoveryPart | undefined) => void {
  let name = "";
  let began = performance.now();
  let shown = Number.NEGATIVE_INFINITY;
  return (part) => {
    const now = performance.now();
    const next = (part?.name ?? "") !== name;
    if (next) [name, began] = [part?.name ?? "", now];
    const line = progressText(part, now - began);
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
    else if (next || now - shown > LINE_MS) {
      shown = now;
      process.stderr.write(`${line}\n`);
    }
  };
}

function isDone({ dryRun, failure, parts, notices, standing }: Recovery): boolean {
  if (failure !== "") return false;
  if (dryRun) return notices.length === 0 && parts.every(({ restored, failed }) => restored === 0n && failed === 0n);
  return standing === Standing.LEVEL;
}
