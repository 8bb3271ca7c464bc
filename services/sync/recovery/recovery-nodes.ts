import { ExchangeService } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { Archive } from "../archive/archive.ts";
import type { Compare } from "../compare/compare.ts";
import type { PeerLink } from "../link/peer-link.ts";
import { type ComparedArchive, lackingDays } from "./recovery-archives.ts";
import { keptArchive } from "./recovery-certificates.ts";
import type { RecoveryPart, RecoveryProgress, StepOptions } from "./recovery-progress.ts";

/** Milliseconds that one call of a dry run may take. */
const CALL_MS = 60_000;

/** What the province's archive is brought forward with. */
export interface ArchiveParts {
  runtime: Runtime;
  archive: Archive;
  /** Present at the province. */
  compare: Compare | undefined;
  links: readonly PeerLink[];
}

/**
 * Brings the province's archive forward from every node, one after the other. A node that is away stops none of the others, and is
 * told: what it alone has is lacking.
 */
export async function recoverFromNodes(
  context: ArchiveParts,
  progress: RecoveryProgress,
  options: StepOptions,
): Promise<void> {
  const certificates = progress.part("certificates");
  for (const { peer } of context.links)
    await progress.step(`node ${peer.node}`, async () => {
      try {
        await fromNode(context, peer.node, certificates, progress, options);
      } catch (error) {
        if (options.signal.aborted || !(error instanceof Refusal)) throw error;
        const text = `节点 ${peer.node} 不能比对 · node ${peer.node} cannot be compared with`;
        progress.lacks(`${text}: ${error.reason}: ${error.message}`);
      }
    });
}

async function fromNode(
  { runtime, archive, compare }: Pick<ArchiveParts, "runtime" | "archive" | "compare">,
  node: string,
  certificates: RecoveryPart,
  progress: RecoveryProgress,
  { dryRun, signal }: StepOptions,
): Promise<void> {
  if (!dryRun) {
    const outcome = await compare?.with(node, signal);
    if (!outcome) return;
    certificates.total += outcome.records;
    certificates.done += outcome.records;
    certificates.restored += outcome.repaired;
    certificates.failed += outcome.unrepaired;
    if (outcome.unrepaired > 0)
      progress.lacks(
        `节点 ${node} 的 ${outcome.unrepaired} 份证照未能取回，见日志 · ${outcome.unrepaired} certificates of ${node} could not be fetched: see the log`,
      );
    tellSurplus(progress, node, outcome.surplus);
    return;
  }
  const exchange = runtime.client(ExchangeService, { peer: node, service: "sync" });
  const ours: ComparedArchive = {
    buckets: async () =>
      (await archive.digests.buckets(node)).buckets.map((one) => ({ ...one, count: BigInt(one.count) })),
    records: (bucket) => archive.digests.records(node, bucket),
  };
  let surplus = 0;
  const theirs = keptArchive(exchange, node, { signal, timeoutMs: CALL_MS });
  for await (const day of lackingDays(ours, theirs, certificates)) {
    certificates.done += day.same + day.identifiers.length;
    certificates.restored += day.identifiers.length;
    surplus += day.surplus;
  }
  tellSurplus(progress, node, surplus);
}

/** Its numbers tell the node so itself: it is no loss of this one. */
function tellSurplus(progress: RecoveryProgress, node: string, surplus: number): void {
  if (surplus === 0) return;
  const remedy = `请在该节点运行 ecert recover · node ${node} lacks ${surplus} certificates of the archive: run ecert recover there`;
  progress.notice(`节点 ${node} 缺少省级证照库中的 ${surplus} 份证照，${remedy}`);
}
