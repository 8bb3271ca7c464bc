import { resolve } from "node:path";
import { refuseArgument } from "../../services/domain/refusal.ts";
import { divisionOfNode } from "../../services/domain/sandbox.ts";
import { socialCreditCodeFault } from "../../services/domain/social-credit-code.ts";
import type { SandboxPlan } from "../sandbox/plan.ts";
import { runSandbox as start } from "../sandbox/run-sandbox.ts";
import { EXIT } from "./exit-code.ts";
import { codeOf, hostOf, needed, noneBeside, sandboxOf, wordOf } from "./node-arguments.ts";
import { parsedBy } from "./operator-options.ts";

const OPTIONS = {
  code: { type: "string" },
  directory: { type: "string" },
  department: { type: "string" },
  "department-name": { type: "string" },
  division: { type: "string" },
  app: { type: "string" },
  host: { type: "string", default: "localhost" },
  port: { type: "string", default: "7700" },
} as const;

const COMMAND = "sandbox run";

/** `ecert sandbox run`: until it is asked to end. */
export async function runSandbox(args: readonly string[]): Promise<number> {
  const { values, positionals } = parsedBy({ args: [...args], options: OPTIONS, allowPositionals: true });
  noneBeside(positionals, COMMAND);
  const required = (name: keyof typeof OPTIONS) => needed(values[name], name, COMMAND);
  const code = sandboxOf(required("code"), "code");
  const department = required("department");
  const fault = socialCreditCodeFault(department);
  if (fault !== undefined) {
    const description = `${department} 不是统一社会信用代码 · is no social credit code: ${fault}`;
    throw refuseArgument("INVALID_FIELD", "--department", description, "give the department's own");
  }
  const plan: SandboxPlan = {
    ...{ directory: resolve(required("directory")), code, name: `${code} 沙箱`, host: hostOf(values.host) },
    port: portOf(values.port),
    department: {
      ...{ code: department, name: required("department-name") },
      division: codeOf(values.division ?? divisionOfNode(code), "division"),
    },
    app: appOf(required("app"), divisionOfNode(code)),
  };
  const ending = Promise.withResolvers<void>();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => ending.resolve());
  const sandbox = await start(plan);
  process.stdout.write(`${JSON.stringify(sandbox.told)}\n`);
  const failed = await Promise.race([ending.promise.then(() => false), sandbox.ended().then(() => true)]);
  await sandbox.stop();
  if (failed)
    process.stderr.write(
      `ecert: 沙箱的进程已退出，见 ${plan.directory}/logs · a process of the sandbox has ended, see its log\n`,
    );
  return failed ? EXIT.failed : EXIT.valid;
}

/** The ports behind the last one must be ports, too. */
function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_532) return port;
  throw refuseArgument(
    "INVALID_FIELD",
    "--port",
    `${text} 不是端口 · is no port`,
    "give the first of four, 1 to 65532",
  );
}

function appOf(key: string, division: string): string {
  if (key.startsWith(`${division}-`)) return wordOf(key, "app");
  const description = `${key} 不以 ${division}- 开头 · does not begin with ${division}-`;
  throw refuseArgument(
    "INVALID_FIELD",
    "--app",
    description,
    "give the AppKey that the system has, or will have, in production",
  );
}
