import type { Link } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { Standing } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";

/** Something that is wrong with a link, in both languages. */
export interface LinkFault {
  chinese: string;
  english: string;
}

/** What is wrong with a link. Empty: nothing is; events that only wait are no fault. */
export function linkFaults(link: Link): LinkFault[] {
  const { connected, streamFault, stuck, setAside, oldestSetAside, standing, comparison, forks } = link;
  const found: LinkFault[] = [];
  const tell = (chinese: string, english: string) => found.push({ chinese, english });
  if (!connected) tell("未连通", "not connected");
  if (streamFault) tell(`消息流不可用（${streamFault}）`, `its streams cannot be used: ${streamFault}`);
  if (stuck) {
    const { key, number, tries, reason, detail } = stuck;
    const where = number > 0n ? `${key} (${number})` : key;
    tell(
      `事件 ${where} 滞留，已试 ${tries} 次（${reason}）`,
      `event ${where} is stuck, tried ${tries}: ${reason}, ${detail}`,
    );
  }
  if (setAside > 0n)
    tell(`搁置 ${setAside} 条`, `${setAside} set aside, first ${oldestSetAside}: see ecert set-aside list`);
  if (standing && isBehind(standing.standing)) tell("本节点是旧副本", `this node is an older copy: ${standing.detail}`);
  if (standing && isBehind(standing.peerStanding))
    tell("对方是旧副本", `the peer is an older copy: ${standing.detail}`);
  if (comparison && !comparison.equal) {
    const { surplus, unrepaired, at } = comparison;
    tell(
      `档案不一致（多 ${surplus}，未修复 ${unrepaired}）`,
      `the archives are not equal (${surplus} surplus, ${unrepaired} not repaired, ${at})`,
    );
  }
  if (forks > 0n) tell(`${forks} 个标识有两份记录`, `${forks} certificates have a second record`);
  return found;
}

/** A link for people: one line of figures, one of each fault. */
export function linkText(link: Link): string {
  const { node, pending, lagMs, lastSent, lastConfirmed, lastReceived, gaps } = link;
  const faults = linkFaults(link);
  return [
    `${node}  ${faults.length === 0 ? "正常 well" : "异常 not well"}`,
    `  待确认 waiting   ${pending}${lagMs > 0n ? `, 最早 oldest ${seconds(lagMs)} s` : ""}`,
    `  序号 numbers     发出 sent ${lastSent}, 已确认 confirmed ${lastConfirmed}, 收到 received ${lastReceived}, 缺 gaps ${gaps}`,
    ...faults.map(({ chinese, english }) => `  异常 fault       ${chinese} · ${english}`),
  ].join("\n");
}

function isBehind(standing: Standing): boolean {
  return standing === Standing.BEHIND || standing === Standing.FORKED;
}

function seconds(ms: bigint): string {
  return (Number(ms) / 1_000).toFixed(1);
}
