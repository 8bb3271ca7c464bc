import { refuseField } from "../../services/domain/refusal.ts";

const COMMANDS: Readonly<Record<string, () => Promise<(args: readonly string[]) => Promise<number>>>> = {
  make: async () => (await import("./seal-make.ts")).makeSeal,
  show: async () => (await import("./seal-show.ts")).showSeal,
  check: async () => (await import("./seal-check.ts")).checkSeal,
};

/** `ecert seal`: makes, shows and checks electronic seals (GB/T 38540). */
export async function seal([name, ...args]: readonly string[]): Promise<number> {
  const load = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load) return (await load())(args);
  const given = name ?? "nothing";
  throw refuseField(
    "INVALID_FIELD",
    "command",
    `没有命令 seal ${given} · there is no seal ${given}`,
    "see ecert seal --help",
  );
}
