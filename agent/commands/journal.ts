import { Refusal } from "../../services/domain/refusal.ts";
import { openJournal } from "../../services/journal/journal.ts";
import { verifyJournal } from "../../services/journal/read-journal.ts";
import { readAgentConfig } from "../config/agent-config.ts";
import { openIndexFile } from "../index-file.ts";
import { acceptJournal } from "../index-recovery.ts";
import { undecidedHead } from "../journal-standing.ts";
import { indexPath, JOURNAL_NAME } from "../memory.ts";
import { type Command, needed, parseOptions, print } from "./arguments.ts";

const HELP = `Proves that an agent's journal is complete and unaltered (5.9.5), also while the agent runs; decides which journal it goes on with.

  node ops/launch.mjs agent journal verify (--config FILE | --directory DIR) [--json]
  node ops/launch.mjs agent journal accept --config FILE --reason TEXT

  --config FILE    configuration of the agent
  --directory DIR  directory of a journal, for example of a copy
  --json           the result as JSON
  --reason TEXT    why the agent goes on with this journal; it is journalled

"accept" is for an agent that does not start since its journal is older than the index beside it, or another one, or lacks its first
files while the index is lost; and for one that refuses every job (JOURNAL_BEHIND) since a core has seen an entry that the journal does
not have. That entry is then given up, and the cores are told. The agent must be stopped. What the index knows stays; what the journal tells is added. Look for the
right journal first: what neither tells, a core can have signed once more for other data that the department signed.

The hash shown last is what to compare with the copy that the cores keep: a journal cut off at its end verifies too.
Ends with 0 where the chain holds and every signature follows its intent, else with 1.
`;

/** `agent journal verify`. */
export const journal: Command = {
  help: HELP,
  async run([what, ...args]) {
    if (what === "accept") return accept(args);
    if (what !== "verify") throw new Refusal("INVALID_FIELD", "journal verify, or journal accept; --help tells more");
    const options = parseOptions(args, {
      config: { type: "string" },
      directory: { type: "string" },
      json: { type: "boolean" },
    });
    const directory = options.directory ?? readAgentConfig(needed(options.config, "config")).journalDirectory;
    const kinds: Record<string, number> = {};
    const open = new Set<number>();
    const strays: number[] = [];
    const verdict = await verifyJournal(directory, JOURNAL_NAME, ({ n, kind, body }) => {
      kinds[kind] = (kinds[kind] ?? 0) + 1;
      if (kind === "intended") open.add(n);
      if (kind === "signed" && !open.delete(body.intended as number)) strays.push(n);
    });
    const good = verdict.ok && strays.length === 0;
    // An intent without a result is what a crash or a refusing device leaves: the same certificate is then signed again.
    const result = { ...verdict, ok: good, kinds, intentsWithoutSignature: open.size, signaturesWithoutIntent: strays };
    print(options.json ? JSON.stringify(result) : describe(directory, result, verdict));
    return good ? 0 : 1;
  },
};

async function accept(args: readonly string[]): Promise<number> {
  const options = parseOptions(args, { config: { type: "string" }, reason: { type: "string" } });
  const reason = needed(options.reason, "reason");
  const { journalDirectory: directory } = readAgentConfig(needed(options.config, "config"));
  const journal = await openJournal({ directory, name: JOURNAL_NAME, now: () => new Date() });
  const index = openIndexFile(indexPath(directory));
  try {
    const known = index.head();
    const givenUp = undecidedHead(index);
    await journal.append("accepted", {
      reason,
      ...(known && { index: known.n, indexHash: known.hash }),
      ...(givenUp && { givenUp: { ...givenUp } }),
    });
    const read = await acceptJournal(index, { directory, name: JOURNAL_NAME, head: journal.head() });
    print(
      `${directory}: ${read} entries added to what the index knows; the agent goes on from entry ${journal.head().n}`,
    );
    if (givenUp) print(`entry ${givenUp.n} (${givenUp.hash}), which core ${givenUp.core} had seen, is given up`);
    return 0;
  } finally {
    index.close();
    await journal.close();
  }
}

function describe(
  directory: string,
  { ok, kinds, intentsWithoutSignature, signaturesWithoutIntent }: Record<string, unknown> & { kinds: object },
  verdict: Awaited<ReturnType<typeof verifyJournal>>,
): string {
  if (!verdict.ok) return `${directory}: BROKEN at entry ${verdict.entry} in ${verdict.path}: ${verdict.why}`;
  const counts = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`);
  const lines = [
    `${directory}: ${verdict.entries} entries in ${verdict.segments} file(s): ${counts.join(", ")}`,
    `intents without signature: ${intentsWithoutSignature}; signatures without intent: ${JSON.stringify(signaturesWithoutIntent)}`,
    `last entry ${verdict.head.n}, hash ${verdict.head.hash}`,
    ok ? "the chain holds" : "BROKEN: a signature has no intent",
  ];
  return lines.join("\n");
}
