import type { Holidays } from "../../proto/gen/ecert/supervision/v1/calendar_service_pb.ts";
import type {
  KnownSince,
  RateMember,
  RateRow,
  SilentNode,
  VolumeRow,
} from "../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import type {
  GetCoverageResponse,
  Indicator,
  Inspection,
  InspectionRow,
} from "../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";

/** Rates as a table, a line for each department or division. */
export function ratesText(
  rows: readonly RateRow[],
  whole: Pick<Lacking, "filling" | "yearsWithoutHolidays"> = { yearsWithoutHolidays: [] },
): string {
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
  const lacking = {
    silent: rows.flatMap((row) => row.silent),
    knownSince: rows.flatMap((row) => row.knownSince),
    ...whole,
  };
  return [...(lines.length === 0 ? [NONE] : lines), ...lackingLines(lacking)].join("\n");
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
export function volumesText(rows: readonly VolumeRow[], lacking: Lacking): string {
  const lines = rows.map(({ key, volumes }) => {
    const { issued = 0n, issuedInTime = 0n, used = 0n, refused = 0n } = volumes ?? {};
    const counted = `签发 issued ${issued}（同步 in time ${issuedInTime}）  用证 used ${used}  被拒 refused ${refused}`;
    return `${key === "" ? "合计 all" : key}  ${counted}`;
  });
  return [...(lines.length === 0 ? [NONE] : lines), ...lackingLines(lacking)].join("\n");
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
  return [inspectionsText([inspection]), ...told, ...lackingLines(inspection)].join("\n");
}

const NONE = "没有数据 · nothing was counted";

function percent(rate: number | undefined): string {
  return rate === undefined ? "-" : `${(rate * 100).toFixed(1)}%`;
}

/** How complete the figures are. */
export function coverageText({ nodes, history }: GetCoverageResponse): string {
  const told = nodes.map(
    ({ node, lastEventAt, silent, knownSince }) =>
      `${node}  自 since ${knownSince || "-"}  最近 last ${lastEventAt || "-"}${silent ? "  无数据 silent" : ""}`,
  );
  const brought = history.map(
    ({ service, looked, refused, doneAt }) =>
      `${service}  历史记录 records of before ${looked}（无法计入 not counted ${refused}）  ${doneAt === "" ? "补录中 going on" : `完成 done ${doneAt}`}`,
  );
  return [...(told.length === 0 ? [NONE] : told), ...brought].join("\n");
}

/** Years whose holidays are known. */
export function holidaysText(years: readonly Holidays[]): string {
  const lines = years.map(
    ({ year, source, publishedOn, holidays, workingDays }) =>
      `${year}  ${source} ${publishedOn}  放假 ${holidays.length} 天 holidays  调休上班 worked weekends ${workingDays.join(" ")}`,
  );
  return lines.length === 0 ? NONE : lines.join("\n");
}

/** What figures lack. */
type Lacking = {
  silent: readonly SilentNode[];
  knownSince: readonly KnownSince[];
  filling?: boolean;
  yearsWithoutHolidays: readonly number[];
};

/** Each node once, with what that means. */
function lackingLines({ silent, knownSince, filling = false, yearsWithoutHolidays }: Lacking): string[] {
  const nodes = new Map(silent.map(({ node, lastEventAt }) => [node, lastEventAt || "-"]));
  const known = new Map(knownSince.map(({ node, day }) => [node, day]));
  return [
    ...[...nodes].map(
      ([node, last]) =>
        `节点 ${node} 自 ${last} 起无数据，恢复后补全 · node ${node} has told nothing since ${last}: figures are completed when it is back`,
    ),
    ...[...known].map(
      ([node, day]) =>
        `节点 ${node} 自 ${day} 起有完整数据，此前的0可能是没有数据 · node ${node} is counted since ${day}: a 0 of days before may mean that nothing is known`,
    ),
    ...yearsWithoutHolidays.map(
      (year) =>
        `${year} 年节假日安排尚未载入，节假日按工作日计 · the holidays of ${year} are not loaded: they count as working days`,
    ),
    ...(filling ? ["历史数据补录中，数值还会增加 · records of before are being brought over: figures still grow"] : []),
  ];
}
