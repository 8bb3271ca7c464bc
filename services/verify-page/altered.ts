import type { AlteredPart } from "../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import type { Both } from "../public-page/language.ts";

const PLACES: Readonly<Record<string, (name: string) => Both>> = {
  page: (name) => [`第 ${name} 页`, `page ${name}`],
  file: (name) => [`文件 ${name} `, `file ${name}`],
  object: (name) => [`对象 ${name} `, `object ${name}`],
  field: (name) => [`数据项 ${name} `, `data item ${name}`],
  bytes: (name) => [`字节 ${name} `, `bytes ${name}`],
};
const CHANGES: Readonly<Record<string, Both>> = {
  altered: ["在签名后被改动", "was changed after it was signed"],
  added: ["是签名后添加的", "was added after it was signed"],
  missing: ["在签名后缺失", "is missing since it was signed"],
};
const OTHER: Both = ["与签名时不同", "is not what was signed"];

/** A part and what became of it: 第 1 页在签名后被改动. */
export function alteredText({ kind, name, change }: Pick<AlteredPart, "kind" | "name" | "change">): Both {
  const place: Both = PLACES[kind]?.(name) ?? [`${name} `, name];
  const [chinese, english] = CHANGES[change] ?? OTHER;
  return [`${place[0]}${chinese}`, `${place[1]} ${english}`];
}
