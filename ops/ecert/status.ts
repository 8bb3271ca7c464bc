import { instantOf } from "../../services/domain/instant.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { readStatusBundle } from "../../services/trust/status-bundle.ts";
import { parseCommand, writeOutput } from "./arguments.ts";
import { bundleBytes, publisherWarning } from "./bundle.ts";
import { EXIT } from "./exit-code.ts";
import { loadTrustDirectory } from "./trust-directory.ts";

/** Shows what a status bundle covers, after its signature was checked; `--out` keeps it. */
export async function status(args: readonly string[]): Promise<number> {
  const options = parseCommand(args);
  const [file] = options.positionals;
  const directory = loadTrustDirectory(options.trust ?? process.env.ECERT_TRUST, options.publisher);
  const named = await bundleBytes({ ...options, ...(file !== undefined && { status: file }) });
  const bytes = named ?? directory.statusBundle;
  const bundle = bytes && readStatusBundle(bytes, directory.nodeKeys);
  if (bytes && options.out !== undefined) writeOutput(options.out, bytes);
  if (bundle === undefined) throw new Refusal("INVALID_FIELD", "未指定状态包 · no status bundle named; see --help");
  const { head, counts } = bundle;
  const warning = publisherWarning(bundle, directory);
  if (warning !== undefined) process.stderr.write(`ecert: ${warning}\n`);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ...head, counts }, null, 2)}\n`);
    return EXIT.valid;
  }
  const hours = Math.floor((options.at.getTime() - instantOf(head.builtAt)) / 3_600_000);
  process.stdout.write(`发布节点 publisher  ${head.publisher}\n`);
  process.stdout.write(`生成时间 built at   ${head.builtAt} (${hours} 小时前 hours ago)\n`);
  process.stdout.write(
    `不具效力 listed     暂扣 suspended ${counts.suspended}, 注销 revoked ${counts.revoked}, 换发 superseded ${counts.superseded}\n`,
  );
  if (head.omitsEndedBefore !== undefined) {
    process.stdout.write(
      `不列 left out        有效期在 ${head.omitsEndedBefore} 前届满者 whose validity ended before that day\n`,
    );
  }
  for (const { node, records, root, unreadable = 0 } of head.nodes) {
    const damaged = unreadable > 0 ? `, ${unreadable} 份无法读取 could not be read` : "";
    process.stdout.write(
      `覆盖节点 covers     ${node}: ${records} 份证照 certificates, archive ${root.slice(0, 16)}…${damaged}\n`,
    );
  }
  return EXIT.valid;
}
