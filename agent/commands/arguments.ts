import { type ParseArgsConfig, parseArgs } from "node:util";
import { Refusal } from "../../services/domain/refusal.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** One command of the program. Resolves to the exit code. */
export interface Command {
  help: string;
  run(args: readonly string[]): Promise<number>;
}

/** Parses a command's options. Throws `INVALID_FIELD` for anything that it does not know, positional texts included. */
export function parseOptions<const O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false, strict: true }).values;
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `${(cause as Error).message.split(".")[0]}; --help tells what there is`, {
      cause,
    });
  }
}

/** The value of an option that cannot be left out. */
export function needed(value: string | undefined, name: string): string;
export function needed(value: string[] | undefined, name: string): string[];
export function needed(value: string | string[] | undefined, name: string): string | string[] {
  if (value === undefined) throw new Refusal("INVALID_FIELD", `--${name} is missing; --help tells more`);
  return value;
}

/** A refusal of one option, in both languages. */
export function refuseOption(
  reason: Refusal["reason"],
  option: string,
  { description, remedy, localized }: { description: string; remedy: string; localized: string },
): Refusal {
  const fields = [{ field: option, description, remedy, localized }];
  return new Refusal(reason, `${option}: ${description}; ${remedy}`, { fields });
}

/** Writes a line for people or programs. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Writes a line about progress: beside the result, so that this can be piped. */
export function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
