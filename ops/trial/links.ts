import { type Link, LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import type { Core } from "./core.ts";
import { until } from "./ready.ts";
import type { Trial } from "./trial.ts";

/** How the links of a core stand, for whoever waits in vain. */
export async function toldLinks(trial: Trial, core: Core): Promise<string> {
  return (await linksOf(trial, core)).map((link) => `${core.node.code} to ${toldLink(link)}`).join("; ");
}

/** Waits until nothing of a core waits for the province's receipt any more. */
export async function replicated(trial: Trial, core: Core, ms = 30_000): Promise<void> {
  const done = async () => {
    const links = await linksOf(trial, core);
    return links.every((link) => link.pending === 0n && link.connected);
  };
  const what = `all events of ${core.node.name} were confirmed by the province`;
  await until(what, done, ms).catch(async (error: Error) => {
    const standing = await toldLinks(trial, core).catch(String);
    throw new Error(`${error.message}; ${standing}`, { cause: error.cause });
  });
}

async function linksOf(trial: Trial, core: Core): Promise<Link[]> {
  return (await serviceOf(trial, core)?.getLinks({}))?.links ?? [];
}

function serviceOf({ operators }: Trial, { node, mesh }: Core) {
  return operators.get(node.code)?.client(LinkService, mesh.sync?.[0] ?? "");
}

function toldLink({ node, connected, pending, setAside, lastSent, lastConfirmed, streamFault, stuck }: Link): string {
  const numbers = `${pending} pending, ${setAside} set aside, sent ${lastSent}, confirmed ${lastConfirmed}`;
  const fault = stuck ? `, ${stuck.key} stuck, tried ${stuck.tries} times: ${stuck.reason} ${stuck.detail}` : "";
  return `${node} ${connected ? "connected" : "cut"}: ${numbers}, stream ${streamFault || "well"}${fault}`;
}

/** Compares the province's copy of a core's archive with the core's own (4.6.2), and repairs what events have not brought. */
export async function archiveEqual(
  trial: Trial,
  core: Core,
): Promise<{ equal: boolean; repaired: bigint; root: string; records: bigint }> {
  const links = serviceOf(trial, trial.cores.province);
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
