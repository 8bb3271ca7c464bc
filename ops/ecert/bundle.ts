import { Refusal } from "../../services/domain/refusal.ts";
import { readStatusBundle, type StatusBundle } from "../../services/trust/status-bundle.ts";
import { type CommandOptions, readInput } from "./arguments.ts";
import type { TrustDirectory } from "./trust-directory.ts";

const PATH = "/ecert.sync.v1.StatusService/GetStatusBundle";
const TIMEOUT_MS = 30_000;

/** The status bundle that the options name: a file, or what a server hands out now; `undefined` where they name none. */
export async function openBundle(
  { status, server, offline }: CommandOptions,
  { nodeKeys }: TrustDirectory,
): Promise<StatusBundle | undefined> {
  if (status !== undefined) return readStatusBundle(readInput(status), nodeKeys);
  if (server === undefined || offline) return undefined;
  return readStatusBundle(await fetchBundle(server), nodeKeys);
}

/** Asks by the Connect protocol, with JSON. */
async function fetchBundle(server: string): Promise<Uint8Array> {
  try {
    const answer = await fetch(new URL(PATH, server), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const { bundle } = (await answer.json()) as { bundle?: string };
    return Buffer.from(bundle ?? "", "base64");
  } catch (cause) {
    const text = `无法从 ${server} 取得状态包 · no status bundle from ${server}: ${(cause as Error).message}`;
    throw new Refusal("PEER_AWAY", text, { cause });
  }
}
