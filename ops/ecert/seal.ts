import { refuseArgument } from "../../services/domain/refusal.ts";

const COMMANDS: Readonly<Record<string, () => Promise<(args: readonly string[]) => Promise<number>>>> = {
  make: async () => (await import("./seal-make.ts")).makeSeal,
  show: async () => (await import("./seal-show.ts")).showSeal,
  check: async () => (await import("./seal-check.ts")).checkSeal,
  picture: async () => (await import("./seal-draw.ts")).drawSealPicture,
};

/** Commands of the register of seals. */
const REGISTER: readonly string[] = ["put", "list", "get", "unbind"];

/** `ecert seal`: makes, shows and checks electronic seals (GB/T 38540), draws their pictures, and keeps the register of seals. */
export async function seal([name, ...args]: readonly string[]): Promise<number> {
  const load = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load) return (await load())(args);
  if (name !== undefined && REGISTER.includes(name))
    return (await import("./feed/feed.ts")).feedOf("seal")([name, ...args]);
  const given = name ?? "nothing";
  throw refuseArgument(
    "INVALID_FIELD",
    "command",
    `没有命令 seal ${given} · there is no seal ${given}`,
    "see ecert seal --help",
  );
}
