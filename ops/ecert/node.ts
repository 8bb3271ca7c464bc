import { refuseArgument } from "../../services/domain/refusal.ts";

const COMMANDS: Readonly<Record<string, () => Promise<(args: readonly string[]) => Promise<number>>>> = {
  init: async () => (await import("./node-init.ts")).initNode,
  card: async () => (await import("./node-card.ts")).writeCard,
  join: async () => (await import("./node-join.ts")).joinNode,
  doctor: async () => (await import("./node-doctor.ts")).examineNode,
};

/** `ecert node`: makes a node's files, links it with another one, and tells what is missing. */
export async function node([name, ...args]: readonly string[]): Promise<number> {
  const load = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load) return (await load())(args);
  const description = `没有命令 node ${name ?? ""} · there is no node ${name ?? "without a command"}`;
  throw refuseArgument("INVALID_FIELD", "command", description, "see ecert node --help");
}
