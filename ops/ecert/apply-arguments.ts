import {
  OPERATOR_HELP,
  OPERATOR_OPTIONS,
  type OperatorAccess,
  operatorAccess,
  parsedBy,
  wrongUse,
} from "./operator-options.ts";

/** Help of `ecert apply`. */
export const APPLY_HELP = `ecert apply: 按文件配置一个部门 · brings what a file describes of a department to a node

用法 usage:
  ecert apply -f FILE [--dry-run] [--secrets DIR]

  文件为 JSON 对象，各类记录的写法与 ecert GROUP put 相同，按下列次序登记；文件未写的内容不变，未写的记录不动：
  A file is a JSON object of records as \`ecert GROUP put\` takes them, put in this order; what it does not name stays as it is:
  { "department": […], "app": […], "seal": […], "account": […], "matter": […], "opening": […] }

选项 options:
  -f, --file FILE      文件，- 为标准输入 · the file; - reads standard input
  --dry-run            只显示差异：+ 新增 ~ 更改 = 已一致 · shows the difference and changes nothing: + new, ~ changed, = so already
  --secrets DIR        新应用的密钥写入该目录（每个应用一个文件，权限 0600） · folder for the secrets of new apps, a file for each
  --identity-server HOST:PORT
                       身份服务另设进程时其 mesh 监听，默认同 --server · mesh listener of the identity service, where that is another process
${OPERATOR_HELP}
退出码 exit codes: 0 完成 · done   2 无法执行 · could not run
`;

/** What a command line of `ecert apply` says. */
export interface ApplyCommand extends OperatorAccess {
  file: string;
  dryRun: boolean;
  secrets?: string;
  /** Where accounts of apps and staff are. */
  identityServer: string;
  json: boolean;
}

/** Parses it; what it does not say is taken from the environment. Throws `INVALID_FIELD`. */
export function parseApply(args: readonly string[], env: NodeJS.ProcessEnv): ApplyCommand {
  const options = {
    ...OPERATOR_OPTIONS,
    file: { type: "string", short: "f" },
    "dry-run": { type: "boolean", default: false },
    secrets: { type: "string" },
    "identity-server": { type: "string" },
  } as const;
  const { values, positionals } = parsedBy({ args: [...args], options, allowPositionals: true });
  if (!values.file || positionals.length > 0) throw wrongUse("apply", "缺少 -f FILE · -f FILE is missing");
  const access = operatorAccess("apply", values, env);
  return {
    ...access,
    file: values.file,
    dryRun: values["dry-run"] === true,
    ...(values.secrets && { secrets: values.secrets }),
    identityServer: values["identity-server"] ?? access.server,
    json: values.json === true,
  };
}
