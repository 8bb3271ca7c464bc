import { once } from "node:events";
import { request } from "node:https";
import type { Identity } from "./node-files.ts";

/** An answer over Connect with JSON: what a caller without any of our code sees. */
export interface JsonAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the answer of any method
  body: any;
}

/** Calls a unary method over Connect with JSON from a local address of the test's choice, on a connection of its own. */
export async function callFrom(
  localAddress: string,
  listener: string,
  method: string,
  message: object,
  {
    ca,
    cert,
    key,
    token,
    headers,
  }: Pick<Identity, "ca"> & {
    cert?: Buffer | string;
    key?: Buffer | string;
    token?: string;
    headers?: Record<string, string>;
  },
): Promise<JsonAnswer> {
  const [host = "", port = ""] = listener.split(":");
  const call = request({
    host,
    port,
    localAddress,
    path: `/${method}`,
    method: "POST",
    ca,
    ...(cert && key && { cert, key }),
    agent: false,
    headers: { "content-type": "application/json", ...headers, ...(token && { authorization: `Bearer ${token}` }) },
  });
  call.end(JSON.stringify(message));
  const [response] = await once(call, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) };
}

/** The reason that a refusal carries, or `OK`. */
export function reasonIn({ status, body }: JsonAnswer): string {
  if (status === 200) return "OK";
  const info = body.details?.find(({ type }: { type: string }) => type === "google.rpc.ErrorInfo");
  return info?.debug?.reason ?? body.code;
}
