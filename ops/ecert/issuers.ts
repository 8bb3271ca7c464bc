import { Refusal } from "../../services/domain/refusal.ts";
import type { RegisterContent } from "../../services/trust/register-content.ts";
import { parseCommand, readInput, writeOutput } from "./arguments.ts";
import { fetchRegister } from "./bundle.ts";
import { EXIT } from "./exit-code.ts";
import { readRegister } from "./issuer-register.ts";
import { loadTrustDirectory } from "./trust-directory.ts";

/**
 * Shows a register of issuers that a province signed, out of a file or as `--server` hands it out now, after its signature was
 * checked; `--out` keeps it, for the trust directories of others.
 */
export async function issuers(args: readonly string[]): Promise<number> {
  const { positionals, server, offline, out, json, trust, publisher } = parseCommand(args);
  const [file] = positionals;
  const directory = loadTrustDirectory(trust ?? process.env.ECERT_TRUST, publisher);
  if (file === undefined && (server === undefined || offline)) {
    throw new Refusal("INVALID_FIELD", "未指定机构目录 · no register named: give a file, or --server URL");
  }
  const bytes = file === undefined ? await fetchRegister(server ?? "") : readInput(file);
  const register = readRegister(bytes, directory);
  if (out !== undefined) writeOutput(out, bytes);
  process.stdout.write(json ? `${JSON.stringify(register, null, 2)}\n` : textOf(register));
  return EXIT.valid;
}

function textOf({ publisher, builtAt, bodies }: RegisterContent): string {
  const all = Object.values(bodies);
  const items = new Set(all.flatMap((body) => Object.keys(body.rights)));
  return [
    `发布节点 publisher  ${publisher}`,
    `生成时间 built at   ${builtAt}`,
    `颁发机构 bodies     ${all.length}, 证照目录项 items ${items.size}`,
    "",
  ].join("\n");
}
