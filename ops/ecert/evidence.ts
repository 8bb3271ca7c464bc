import { readdirSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { JOURNAL_NAME } from "../../agent/memory.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { moveClosed, verifyParts } from "../../services/journal/journal-move.ts";
import { listSegments } from "../../services/journal/journal-segments.ts";
import { type EvidenceCommand, parseEvidence } from "./evidence-arguments.ts";
import { EXIT } from "./exit-code.ts";

/** A chain on disk: the folder below what was named, and the name that its files begin with. */
interface Chain {
  folder: string;
  name: string;
}

/** What became of a chain. */
interface Outcome {
  chain: string;
  /** The chain is broken, and where. */
  broken?: string;
  [figure: string]: string | number | undefined;
}

/** `ecert evidence list|verify|move`. */
export async function evidence(args: readonly string[]): Promise<number> {
  const command = parseEvidence(args);
  const chains = chainsIn(command.directory);
  if (chains.length === 0) {
    throw new Refusal("INVALID_FIELD", `${command.directory}: 没有证据链 · there is no evidence and no journal here`);
  }
  const outcomes: Outcome[] = [];
  for (const chain of chains) outcomes.push(await outcomeOf(chain, command));
  const text = command.json ? JSON.stringify(outcomes, undefined, 2) : outcomes.map(lineOf).join("\n");
  process.stdout.write(`${text}\n`);
  return outcomes.some(({ broken }) => broken !== undefined) ? EXIT.invalid : EXIT.valid;
}

/** Chains of a node's data directory, or the one of an agent's journal directory. */
function chainsIn(directory: string): Chain[] {
  const names = readdirSync(directory);
  if (names.some((name) => name.startsWith(`${JOURNAL_NAME}.`) && name.endsWith(".jsonl"))) {
    return [{ folder: ".", name: JOURNAL_NAME }];
  }
  if (!names.includes("evidence")) return [];
  return readdirSync(join(directory, "evidence"))
    .sort()
    .map((folder) => ({ folder: join("evidence", folder), name: "evidence" }));
}

async function outcomeOf({ folder, name }: Chain, { action, directory, other }: EvidenceCommand): Promise<Outcome> {
  const chain = folder === "." ? name : folder;
  const here = join(directory, folder);
  try {
    if (action === "move") {
      const moved = await moveClosed(here, name, placeOf(directory, other ?? "", folder));
      return { chain, moved: moved.length };
    }
    if (action === "list") {
      const files = await listSegments(here, name);
      const bytes = files.reduce((sum, { path }) => sum + statSync(path).size, 0);
      return { chain, files: files.length, bytes, first: files[0]?.first ?? 0 };
    }
    const parts = await verifyParts([...(other === undefined ? [] : [join(other, folder)]), here], name);
    const { first = 0, files = 0, head } = parts ?? {};
    return { chain, files, first, entries: (head?.n ?? 0) - first + 1, hash: head?.hash ?? "" };
  } catch (error) {
    if (error instanceof Refusal && error.metadata.journal !== undefined) return { chain, broken: error.message };
    throw error;
  }
}

/** Where the files of a chain go. What lies below the data directory would still fill its disk. */
function placeOf(directory: string, to: string, folder: string): string {
  const way = relative(resolve(directory), resolve(to));
  if (!way.startsWith(".."))
    throw new Refusal("INVALID_FIELD", `--to ${to}: 不得在数据目录内 · must not lie below ${directory}`);
  return join(to, folder);
}

function lineOf({ chain, broken, ...figures }: Outcome): string {
  if (broken !== undefined) return `${chain}: 已损坏 BROKEN: ${broken}`;
  return `${chain}: ${Object.entries(figures)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ")}`;
}
