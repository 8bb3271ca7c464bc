import { isProvince } from "../../host/place.ts";
import { isBeyond } from "../../node/standing-name.ts";
import { comparedPeers, olderCopy } from "../../registry/recovery/watch.ts";
import { appId } from "./app-record.ts";
import type { AppRoom } from "./app-room.ts";

/** What the copies of apps are called in the words of logs and refusals. */
export const SUBJECT = { one: "the register of apps", many: "registers of apps" } as const;

/**
 * Resolves where the account of an app may be judged by what is known here. Throws `NODE_BEHIND` for one that is older here, and at a province
 * that is an older copy for all of a node that it has not heard yet. Waits for the first comparison with that node, or its province, until 10 s
 * after the start.
 */
export async function requireAccount({ runtime, watch, departments }: AppRoom, appKey: string): Promise<void> {
  const { config, standing } = runtime;
  const node = appKey.slice(0, appKey.indexOf("-"));
  const atProvince = isProvince(config.node);
  const [province] = comparedPeers(config, "identity");
  const peer = atProvince ? node : province;
  const last = peer === undefined ? undefined : await watch.heard(peer);
  if (last?.older.has(appId(appKey)))
    throw olderCopy(SUBJECT.one, `the account is older here than at province ${peer}`);
  if (!atProvince || last || !config.peers.some((one) => one.node === node)) return;
  const isOld = isBeyond({ standing: standing.current() }) || watch.isBehind() || (await departments.isBehind());
  if (isOld) throw olderCopy(SUBJECT.one, `node ${node} was not heard since the start`);
}
