import { readFileSync } from "node:fs";
import { httpsFetch } from "../../base/https-fetch.ts";
import type { ReceiverConfig } from "../../host/extension-config.ts";
import type { NodeKey } from "../../host/node-keys.ts";

/** Milliseconds that a receiver may take, and bytes of its answer that are read: nothing in it counts but its status. */
const LIMITS = { timeoutMs: 10_000, maxBytes: 65_536 };

/** What came of an attempt: `gone` is a receiver that wants no more of this delivery. */
export type Outcome = { kind: "delivered" } | { kind: "gone" | "failed"; fault: string };

/** One message as it is sent. */
export interface SentMessage {
  id: string;
  body: string;
  at: Date;
}

/**
 * Sends a message in the form of Standard Webhooks: `webhook-id` (the same with every attempt), `webhook-timestamp`, `webhook-signature`, `v1a,` and the
 * Ed25519 signature of the node over `<id>.<timestamp>.<body>`. Any answer of 2xx is a receipt; 410 says that the receiver wants no more of it. Never throws.
 */
export async function send(
  { url, caFile }: ReceiverConfig,
  key: Pick<NodeKey, "sign">,
  { id, body, at }: SentMessage,
): Promise<Outcome> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signature = Buffer.from(key.sign(Buffer.from(`${id}.${timestamp}.${body}`))).toString("base64");
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1a,${signature}`,
  };
  try {
    const ca = caFile === undefined ? undefined : readFileSync(caFile, "utf8");
    const { status } = await httpsFetch(url, { method: "POST", headers, body }, { ...LIMITS, ca });
    if (status >= 200 && status < 300) return { kind: "delivered" };
    return { kind: status === 410 ? "gone" : "failed", fault: `answers ${status}` };
  } catch (error) {
    return { kind: "failed", fault: error instanceof Error ? error.message : String(error) };
  }
}
