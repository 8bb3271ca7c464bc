import { type Recovery, type RecoveryPart, Standing } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";

/** A standing in words. */
export const STANDING_TEXTS: Readonly<Record<Standing, string>> = {
  [Standing.UNSPECIFIED]: "不详 unknown",
  [Standing.UNCOMPARED]: "尚未比对 not compared yet",
  [Standing.LEVEL]: "齐平 level",
  [Standing.BEHIND]: "落后（较旧的副本） behind: an older copy",
  [Standing.FORKED]: "分叉（两份历史） forked: two histories",
};

const PARTS: Readonly<Record<string, string>> = {
  certificates: "证照 certificates",
  files: "文件 files",
  registry: "登记 registry",
  delegations: "委托 delegations",
  catalog: "目录 catalog",
  drafts: "目录草案 drafts",
  lists: "应开通目录 obligatory lists",
  register: "颁发机构 register",
  apps: "应用账户 apps",
  numbers: "编号 numbers",
};

/** The report of a recovery that has ended, for people. */
export function reportText(recovery: Recovery): string {
  const { dryRun, startedAt, resumedAt, endedAt, failure, parts, notices, standing, neverLeft } = recovery;
  return [
    dryRun ? "恢复试算，未作更改 · dry run, nothing was changed" : "恢复报告 · report of the recovery",
    `  开始 started     ${startedAt}`,
    ...(resumedAt ? [`  接续 resumed     ${resumedAt}`] : []),
    `  结束 ended       ${endedAt || "仍在执行 still running"}`,
    ...parts.map((part) => `  ${partText(part, dryRun)}`),
    ...notices.map((notice) => `  ! ${notice}`),
    ...(failure ? [`  失败 failed      ${failure}`] : []),
    `  状态 standing    ${STANDING_TEXTS[standing]}`,
    ...(neverLeft.length > 0 ? ["  从未离开本节点、不能取回的 · never left this node, and not brought back:"] : []),
    ...neverLeft.map((one) => `    - ${one}`),
    "",
  ].join("\n");
}

function partText({ name, done, total, restored, failed }: RecoveryPart, dryRun: boolean): string {
  const verb = dryRun ? "可恢复 to restore" : "已恢复 restored";
  const lost = failed > 0n ? `, 未能恢复 failed ${failed}` : "";
  return `${PARTS[name] ?? name}: 已查 looked at ${done}/${total}, ${verb} ${restored}${lost}`;
}

const BAR = 24;

/** One line that shows how far a recovery is: the part that runs, a bar, and the time that it may still take. `elapsedMs`: since that part began. */
export function progressText(part: RecoveryPart | undefined, elapsedMs: number): string {
  if (!part) return "…";
  const { name, done, total, restored } = part;
  const share = total > 0n ? Math.min(1, Number(done) / Number(total)) : 0;
  const full = Math.round(share * BAR);
  const bar = `${"█".repeat(full)}${"░".repeat(BAR - full)}`;
  const left = share > 0 && share < 1 ? `, 约剩 about ${duration((elapsedMs / share) * (1 - share))}` : "";
  return `${PARTS[name] ?? name} ${bar} ${done}/${total}, ${restored} ↩${left}`;
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}
