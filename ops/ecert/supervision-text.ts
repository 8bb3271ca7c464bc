import type { RateMember, RateRow, SilentNode, VolumeRow } from "../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import type {
  Indicator,
  Inspection,
  InspectionRow,
} from "../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";

/** Rates as a table, a line for each department or division. */
export function ratesText(rows: readonly RateRow[]): string {
  const lines = rows.map((row) => {
    const { division, departmentCode, name, figures, electronicRate, declaredRate, usageRate, indicators } = row;
    const { listed = 0, opened = 0, synchronous = 0, portal = 0, usable = 0 } = figures ?? {};
    const more = indicators.map(({ id, value }) => `${id} ${value === undefined ? "-" : value.toFixed(4)}`);
    return [
      departmentCode === "" ? division : `${departmentCode} ${division} ${name}`,
      `电子化率 electronic ${percent(electronicRate)} (${synchronous}/${listed})`,
      `已开通 declared ${percent(declaredRate)} (${opened}/${listed})`,
      `使用率 usage ${percent(usageRate)} (${usable}/${portal})`,
      ...more,
    ].join("  ");
  });
  return [...(lines.length === 0 ? [NONE] : lines), ...silentLines(rows.flatMap(({ silent }) => silent))].join("\n");
}

/** The denominator of a rate. */
export function membersText(members: readonly RateMember[]): string {
  const lines = members.map(
    ({ code, name, counts, why, localizedWhy }) =>
      `${counts ? "计入 counts " : "不计 not    "} ${code} ${name}  ${localizedWhy} · ${why}`,
  );
  return lines.length === 0 ? NONE : lines.join("\n");
}

/** Volumes as a table. */
export function volumesText(rows: readonly VolumeRow[], silent: readonly SilentNode[]): string {
  const lines = rows.map(({ key, volumes }) => {
    const { issued = 0n, issuedInTime = 0n, used = 0n, refused = 0n } = volumes ?? {};
    const counted = `签发 issued ${issued}（同步 in time ${issuedInTime}）  用证 used ${used}  被拒 refused ${refused}`;
    return `${key === "" ? "合计 all" : key}  ${counted}`;
  });
  return [...(lines.length === 0 ? [NONE] : lines), ...silentLines(silent)].join("\n");
}

/** Indicators, with their definitions. */
export function indicatorsText(indicators: readonly Indicator[]): string {
  const lines = indicators.map(({ id, name, definitionJson }) => `${id} ${name}  ${definitionJson}`);
  return lines.length === 0 ? NONE : lines.join("\n");
}

/** What was frozen, a line each. */
export function inspectionsText(inspections: readonly Inspection[]): string {
  const lines = inspections.map(
    ({ division, quarter, frozenAt, frozenBy, sha256, rowCount }) =>
      `${division} ${quarter}  ${rowCount} 行 rows  ${frozenAt} ${frozenBy}  sha256 ${sha256}`,
  );
  return lines.length === 0 ? NONE : lines.join("\n");
}

/** One quarter that was frozen, with its rows. */
export function inspectionText(inspection: Inspection, rows: readonly InspectionRow[]): string {
  const told = rows.map(({ rates, volumes }) => {
    const { used = 0n, issued = 0n, refused = 0n } = volumes ?? {};
    return `${ratesText(rates ? [rates] : []).split("\n")[0]}  签发 issued ${issued} 用证 used ${used} 被拒 refused ${refused}`;
  });
  return [inspectionsText([inspection]), ...told, ...silentLines(inspection.silent)].join("\n");
}

const NONE = "没有数据 · nothing was counted";

function percent(rate: number | undefined): string {
  return rate === undefined ? "-" : `${(rate * 100).toFixed(1)}%`;
}

/** Each node once, with what that means. */
function silentLines(silent: readonly SilentNode[]): string[] {
  const nodes = new Map(silent.map(({ node, lastEventAt }) => [node, lastEventAt]));
  return [...nodes].map(
    ([node, last]) =>
      `节点 ${node} 自 ${last} 起无数据，恢复后补全 · node ${node} has told nothing since ${last}: figures are completed when it is back`,
  );
}
