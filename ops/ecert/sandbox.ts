import { refuseArgument } from "../../services/domain/refusal.ts";

/** Commands that ask a sandbox. */
const ASKED: readonly string[] = ["calls", "check"];

/** `ecert sandbox`: makes and runs a sandbox, shows what a system sent to one, and gets the report of it (6.2.4). */
export async function sandbox([name, ...args]: readonly string[]): Promise<number> {
  if (name === "run") return (await import("./sandbox-run.ts")).runSandbox(args);
  if (name === "report") return (await import("./sandbox-report.ts")).showReport(args);
  if (name !== undefined && ASKED.includes(name)) {
    return (await import("./feed/feed.ts")).feedOf("sandbox")([name, ...args]);
  }
  const description = `没有命令 sandbox ${name ?? ""} · there is no sandbox ${name ?? "without a command"}`;
  throw refuseArgument("INVALID_FIELD", "command", description, "see ecert sandbox --help");
}
