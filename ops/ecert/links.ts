import { setTimeout as pause } from "node:timers/promises";
import { toJson } from "@bufbuild/protobuf";
import { type Link, LinkSchema, LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { EXIT } from "./exit-code.ts";
import { parseLinks } from "./links-arguments.ts";
import { linkFaults, linkText } from "./links-text.ts";
import { operatorOf } from "./operator-call.ts";

/** Between two looks, milliseconds. */
const WATCH_MS = 2_000;

/** Shows how the links of a node are; resolves to the exit code. With `--watch` it ends when it is interrupted. */
export async function links(args: readonly string[]): Promise<number> {
  const { watch, json, ...command } = parseLinks(args, process.env);
  const operator = operatorOf(command);
  const interrupted = new AbortController();
  if (watch) for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort());
  try {
    const caller = operator.client(LinkService, command.server);
    for (;;) {
      const answer = await caller.getLinks({});
      show(answer.links, json, watch);
      const code = answer.links.every((link) => linkFaults(link).length === 0) ? EXIT.valid : EXIT.invalid;
      if (!watch) return code;
      await pause(WATCH_MS, undefined, { signal: interrupted.signal }).catch(() => {});
      if (interrupted.signal.aborted) return code;
    }
  } finally {
    await operator.close();
  }
}

function show(found: readonly Link[], json: boolean, watching: boolean): void {
  // Home, and everything behind it wiped: the next look takes the place of the last. In a pipe they follow each other.
  if (watching && !json && process.stdout.isTTY) process.stdout.write("\x1b[H\x1b[J");
  if (json) {
    const rows = found.map((link) => ({
      ...(toJson(LinkSchema, link, { alwaysEmitImplicit: true }) as object),
      faults: linkFaults(link).map(({ english }) => english),
    }));
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  const text = found.map(linkText).join("\n");
  process.stdout.write(text === "" ? "没有链路 · there are no links\n" : `${text}\n`);
}
