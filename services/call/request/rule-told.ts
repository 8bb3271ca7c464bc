import type { DescField } from "@bufbuild/protobuf";
import type { FieldViolation } from "../../domain/refusal.ts";

/** What a rule of a contract says when it is broken. */
type Told = Required<Pick<FieldViolation, "remedy" | "localized">>;

/** Shapes of texts that the contracts give as patterns, in words. */
const SHAPES: readonly [pattern: string, shape: string, localized: string][] = [
  ["[0-9]{4}-[0-9]{2}-[0-9]{2}", "a date as yyyy-MM-dd, for example 2026-01-31", "日期应为yyyy-MM-dd，例如2026-01-31"],
  ["[0-9A-Z]{18}", "a social credit code: 18 digits and capitals", "统一社会信用代码应为18位数字或大写字母"],
  ["[0-9A-Z]{21}", "a certificate type code: 21 digits and capitals", "证照类型代码应为21位数字或大写字母"],
  ["[0-9a-f]{64}", "SHA-256 as 64 lower-case hex digits", "SHA-256应为64位小写十六进制"],
  [
    "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "a random UUID in lower case, for example 6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    "应为小写的随机UUID，例如6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
  ],
  ["[0-9]{6,12}", "a division code: 6 to 12 digits", "行政区划代码应为6至12位数字"],
  [
    "([0-9]{6,12}|TEST[0-9]{6,8})",
    "the code of a node: a division code of 6 to 12 digits, or TEST and one for a sandbox",
    "节点代码应为6至12位行政区划代码，沙箱为TEST加行政区划代码",
  ],
  ["[0-9]{3}", "a code type: 3 digits, for example 111", "代码类型应为3位数字，例如111"],
];

/** Remedies by rule. */
const REMEDIES: readonly [RegExp, string, string][] = [
  [/^required$/, "fill this field in", "不能为空，请填写"],
  [
    /\.pattern$/,
    "follow the pattern that the contract gives for this field",
    "格式不符合接口约定规定，请按规定格式填写",
  ],
  [/\.(min_len|min_bytes|len|min_items|min_pairs)$/, "send more", "内容过短或过少，请补充"],
  [/\.(max_len|max_bytes|max_items|max_pairs)$/, "send less, or split the request", "内容过长或过多，请缩短或拆分"],
  [/\.(gte|gt|lte|lt|gte_lte|gt_lt|const|in|not_in)/, "choose a value that the contract allows", "取值超出允许范围"],
  [/\.unique$/, "remove the repetition", "内容重复，请删除重复项"],
];

/** What to do about a broken rule, and the whole in Chinese. `message` is what the rule says by itself. */
export function ruleTold(ruleId: string, message: string, field: DescField | undefined): Told {
  if (field?.enum && ruleId !== "required") return enumTold(field);
  const shape = ruleId.endsWith(".pattern") ? SHAPES.find(([pattern]) => wholly(message, pattern)) : undefined;
  if (shape) return { remedy: `write ${shape[1]}`, localized: shape[2] };
  const [, remedy, localized] = REMEDIES.find(([rule]) => rule.test(ruleId)) ?? [
    undefined,
    "send what the contract asks for",
    "不符合接口约定规定",
  ];
  return { remedy, localized };
}

/** What to do about a value that an enum does not have: its values, but for the one that is never sent. */
export function enumTold({ enum: values }: DescField): Told {
  const names = (values?.values ?? []).filter(({ number }) => number !== 0).map(({ name }) => name);
  return { remedy: `use one of ${names.join(", ")}`, localized: `取值无效，应为${names.join("、")}之一` };
}

function wholly(message: string, pattern: string): boolean {
  return message.includes(`^${pattern}$`) || message.includes(`^(${pattern})?$`);
}
