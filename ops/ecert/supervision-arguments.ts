import { Rate, VolumeGroup } from "../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import { RateLevel } from "../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import {
  OPERATOR_HELP,
  OPERATOR_OPTIONS,
  type OperatorAccess,
  operatorAccess,
  parsedBy,
  wrongUse,
} from "./operator-options.ts";

/** Help of `ecert supervision`. */
export const SUPERVISION_HELP = `ecert supervision: 效能监督 · what was counted: both rates, volumes, indicators, quarters

用法 usage:
  ecert supervision rates [options]        证照电子化率、电子证照使用率 · both rates of departments or divisions on a day
  ecert supervision members --department CODE --rate electronic|usage [options]
                                           分母各项及是否计入 · the denominator of a rate, and why each member counts
  ecert supervision volumes --from DAY --to DAY [options]
                                           签发、用证、被拒数量 · how much was issued, used and refused
  ecert supervision indicators [--put FILE]
                                           本节点自定义指标 · indicators of this node; --put defines one (JSON: id, name, definitionJson)
  ecert supervision coverage               数据完整性：各节点自何时起有数据、历史数据补录进度 · how complete the figures are
  ecert supervision holidays [--put FILE]  节假日安排 · holidays by year; --put loads a file (JSON, as services/supervision/calendar/holidays.json)
  ecert supervision inspect list           季度检查快照 · quarters that were frozen
  ecert supervision inspect freeze|show --quarter 2026Q4 [options]
                                           冻结、查看季度快照 · freezes a quarter that is over, or shows what was frozen

选项 options:
  --level LEVEL        department（默认 default）、province、city、county
  --day DAY            日期，默认今天 · day, yyyy-MM-dd (default: today)
  --known-at TIME      按该时刻已知的数据，仅单个部门 · as it was known then (RFC 3339), of one department
  --division CODE      仅该区划及以下 · this division and below alone
  --department CODE    仅该部门 · one department alone
  --by GROUP           day、hour、item、matter、department、action
  --item CODE          仅该目录项 · one kind alone      --matter CODE  仅该事项 · one matter alone
${OPERATOR_HELP}
退出码 exit codes: 0 完成 · done   2 无法执行 · could not run
`;

const OPTIONS = {
  ...OPERATOR_OPTIONS,
  level: { type: "string", default: "department" },
  day: { type: "string", default: "" },
  "known-at": { type: "string", default: "" },
  division: { type: "string", default: "" },
  department: { type: "string", default: "" },
  rate: { type: "string", default: "" },
  from: { type: "string", default: "" },
  to: { type: "string", default: "" },
  by: { type: "string", default: "" },
  item: { type: "string", default: "" },
  matter: { type: "string", default: "" },
  quarter: { type: "string", default: "" },
  put: { type: "string", default: "" },
} as const;

const LEVELS = {
  department: RateLevel.UNSPECIFIED,
  province: RateLevel.PROVINCE,
  city: RateLevel.CITY,
  county: RateLevel.COUNTY,
};
const RATES = { electronic: Rate.ELECTRONIC, usage: Rate.USAGE };
const GROUPS = {
  "": VolumeGroup.UNSPECIFIED,
  day: VolumeGroup.DAY,
  hour: VolumeGroup.HOUR,
  item: VolumeGroup.ITEM,
  matter: VolumeGroup.MATTER,
  department: VolumeGroup.DEPARTMENT,
  action: VolumeGroup.ACTION,
};

/** What is asked for. */
export type SupervisionQuestion =
  | { kind: "rates"; level: RateLevel; day: string; knownAt: string; division: string; departmentCode: string }
  | { kind: "members"; rate: Rate; day: string; knownAt: string; departmentCode: string }
  | {
      kind: "volumes";
      period: { from: string; to: string };
      group: VolumeGroup;
      division: string;
      departmentCode: string;
      itemCode: string;
      matterCode: string;
    }
  | { kind: "indicators"; put: string }
  | { kind: "coverage" }
  | { kind: "holidays"; put: string }
  | { kind: "inspections" }
  | { kind: "freeze" | "show"; quarter: string; division: string };

/** What the command is to do. */
export interface SupervisionCommand extends OperatorAccess {
  question: SupervisionQuestion;
  json: boolean;
}

/** Parses the command line; what it does not say is taken from the environment. Throws `INVALID_FIELD`. */
export function parseSupervision(args: readonly string[], env: NodeJS.ProcessEnv): SupervisionCommand {
  const { values, positionals } = parsedBy({ args: [...args], options: OPTIONS, allowPositionals: true });
  const question = questionOf(positionals, values);
  return { question, json: values.json, ...operatorAccess("supervision", values, env) };
}

type Values = Record<Exclude<keyof typeof OPTIONS, keyof typeof OPERATOR_OPTIONS>, string>;

function questionOf([word, ...more]: readonly string[], values: Values): SupervisionQuestion {
  const { day, "known-at": knownAt, division, department: departmentCode } = values;
  switch (`${word} ${more.join(" ")}`.trim()) {
    case "rates":
      return { kind: "rates", level: oneOf(LEVELS, "level", values), day, knownAt, division, departmentCode };
    case "members":
      return {
        kind: "members",
        rate: oneOf(RATES, "rate", values),
        departmentCode: given("department", values),
        day,
        knownAt,
      };
    case "volumes": {
      const period = { from: given("from", values), to: given("to", values) };
      const { item: itemCode, matter: matterCode } = values;
      return {
        kind: "volumes",
        period,
        group: oneOf(GROUPS, "by", values),
        division,
        departmentCode,
        itemCode,
        matterCode,
      };
    }
    case "indicators":
      return { kind: "indicators", put: values.put };
    case "holidays":
      return { kind: "holidays", put: values.put };
    case "coverage":
      return { kind: "coverage" };
    case "inspect list":
      return { kind: "inspections" };
    case "inspect freeze":
      return { kind: "freeze", quarter: given("quarter", values), division };
    case "inspect show":
      return { kind: "show", quarter: given("quarter", values), division };
    default: {
      const words = "rates, members, volumes, indicators, coverage, holidays, inspect list|freeze|show";
      throw wrongUse("supervision", `应为 ${words} 之一 · say one of ${words}`);
    }
  }
}

function oneOf<V>(known: Readonly<Record<string, V>>, option: keyof Values, values: Values): V {
  const found = Object.hasOwn(known, values[option]) ? known[values[option]] : undefined;
  if (found !== undefined) return found;
  const words = Object.keys(known).filter(Boolean).join(", ");
  throw wrongUse("supervision", `--${option} 应为 ${words} 之一 · --${option} is one of ${words}`);
}

function given(option: keyof Values, values: Values): string {
  if (values[option] !== "") return values[option];
  throw wrongUse("supervision", `缺少 --${option} · --${option} is missing`);
}
