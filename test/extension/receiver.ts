import { createPublicKey, verify } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";

/** A request as it came to a receiver. */
export interface Received {
  id: string;
  body: string;
  /** Whether the node's key signed it. */
  signed: boolean;
}

/** A receiver of events, as a city writes one: it holds the signature to the node's public key, and does nothing twice. */
export interface TestReceiver {
  url: string;
  /** Every request. */
  received: Received[];
  /** Events that it acted upon, by id: each once. */
  acted: Set<string>;
  /** What it answers from now on; default 204. */
  answer(status: number): void;
  close(): Promise<void>;
}

/** Opens one. */
export async function openReceiver(
  tls: { cert: Uint8Array; key: Uint8Array },
  nodeKey: () => Uint8Array,
): Promise<TestReceiver> {
  let status = 204;
  const received: Received[] = [];
  const acted = new Set<string>();
  const server = createServer({ cert: Buffer.from(tls.cert), key: Buffer.from(tls.key) }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const header = (name: string) => String(request.headers[name]);
    const id = header("webhook-id");
    const x = Buffer.from(nodeKey()).toString("base64url");
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    const said = Buffer.from(`${id}.${header("webhook-timestamp")}.${body}`);
    const signed = verify(null, said, key, Buffer.from(header("webhook-signature").replace(/^v1a,/, ""), "base64"));
    received.push({ id, body, signed });
    if (status < 300 && signed) acted.add(id);
    response.writeHead(status);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    received,
    acted,
    answer(next) {
      status = next;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
