import {
  OPERATOR_HELP,
  OPERATOR_OPTIONS,
  type OperatorAccess,
  operatorAccess,
  parsedBy,
  wrongUse,
} from "./operator-options.ts";

/** Help of `ecert forks`. */
export const FORKS_HELP = `ecert forks: 同一证照标识下的两份证照 · certificates of which a second record under the same identifier came; at the province

两份都有部门签名，均不按有效示出；由人核定保留哪一份，另一份作废，签发节点随后得知，并自行换上所保留的一份。
The department has signed both, and neither is shown as valid. A person decides which of the two stands; the issuing node is told, and takes that one over by itself.

用法 usage:
  ecert forks list [options]                   列出，先发现者在前 · lists them, oldest first
  ecert forks settle IDENTIFIER SHA256 [options]
                                               保留该摘要的一份 · the record with this SHA-256 stands

选项 options:
${OPERATOR_HELP}
退出码 exit codes:
  0 没有待核定的 · nothing is left to decide
  1 有待核定的 · something is
  2 无法执行 · could not run
`;

/** What the command is to do. */
export interface ForksCommand extends OperatorAccess {
  /** The record that stands; absent: they are listed. */
  settle?: { identifier: string; sha256: string };
  json: boolean;
}

const DIGEST = /^[0-9a-f]{64}$/;

/** Parses the command line; what it does not say is taken from the environment. Throws `INVALID_FIELD`. */
export function parseForks(args: readonly string[], env: NodeJS.ProcessEnv): ForksCommand {
  const { values, positionals } = parsedBy({ args: [...args], options: OPERATOR_OPTIONS, allowPositionals: true });
  const [action, identifier, sha256, ...more] = positionals;
  if (action !== "list" && action !== "settle") throw wrongUse("forks", "请指明 list 或 settle · say list or settle");
  if (action === "list" && identifier !== undefined)
    throw wrongUse("forks", "list 不带标识 · list takes no identifiers");
  const access = { json: values.json, ...operatorAccess("forks", values, env) };
  if (action === "list") return access;
  if (identifier === undefined || sha256 === undefined || more.length > 0 || !DIGEST.test(sha256))
    throw wrongUse("forks", "请给出证照标识和所保留一份的 SHA-256 · give an identifier and the SHA-256 of what stands");
  return { ...access, settle: { identifier, sha256 } };
}
