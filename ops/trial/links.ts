import { LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import type { Core } from "./core.ts";
import { PROVINCE } from "./plan.ts";
import { until } from "./ready.ts";
import type { Trial } from "./trial.ts";

/** Waits until nothing of a core waits for the province's receipt any more. */
export async function replicated(trial: Trial, core: Core, ms = 30_000): Promise<void> {
  const links = trial.operators.get(core.node.code)?.client(LinkService, core.mesh.sync?.[0] ?? "");
  await until(
    `all events of ${core.node.name} were confirmed by the province`,
    async () => {
      const answer = await links?.getLinks({});
      return answer?.links.every((link) => link.pending === 0n && link.connected) ?? false;
    },
    ms,
  );
}

/** Compares the province's copy of a core's archive with the core's own (4.6.2), and repairs what events have not brought. */
export async function archiveEqual(
  trial: Trial,
  core: Core,
): Promise<{ equal: boolean; repaired: bigint; root: string; records: bigint }> {
  const { province } = trial.cores;
  const links = trial.operators.get(PROVINCE.code)?.client(LinkService, province.mesh.sync?.[0] ?? "");
  const compare = async () => links?.compareArchive({ node: core.node.code });
  // The province may not have connected again to a core that was started a moment ago.
  let answer: Awaited<ReturnType<typeof compare>>;
  await until("the province compares its archive", async () => {
    answer = await compare();
    return true;
  });
  const { equal = false, repaired = 0n, root = "", records = 0n } = answer ?? {};
  return { equal, repaired, root, records };
}
