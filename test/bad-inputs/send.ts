import { once } from "node:events";
import { Agent, request } from "node:https";
import { create, type DescMethodUnary, fromJson, type JsonValue } from "@bufbuild/protobuf";
import { type Code, ConnectError, type Transport } from "@connectrpc/connect";
import { codeFromString } from "@connectrpc/connect/protocol-connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { refusalFromDetails } from "../../services/call/refusal/refusal-details.ts";
import { refusalFromError } from "../../services/call/refusal/refusal-wire.ts";
import type { Refusal } from "../../services/domain/refusal.ts";
import type { RawCall } from "./bad-input.ts";

/** How a caller proves itself to a node. */
export interface Proof {
  ca: Buffer;
  cert?: Buffer;
  key?: Buffer;
  token?: string;
}

/** What a node answered to a bad input. */
export interface Answered {
  http: number;
  code: Code;
  refusal: Refusal;
  /** The whole answer as text. */
  text: string;
}

const agents = new Map<Buffer, Agent>();

function agentOf({ ca, cert, key }: Proof): Agent {
  const name = key ?? ca;
  const agent = agents.get(name) ?? new Agent({ keepAlive: true, ca, cert, key });
  agents.set(name, agent);
  return agent;
}

/** Sends what curl would. */
export async function exchange(address: string, path: string, raw: RawCall, proof: Proof) {
  const authorization = proof.token === undefined ? {} : { authorization: `Bearer ${proof.token}` };
  const given = { "content-type": "application/json", ...authorization, ...raw.headers };
  const headers = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const call = request(`${address}/${raw.path ?? path}`, {
    method: raw.method ?? "POST",
    agent: agentOf(proof),
    headers: headers as Record<string, string>,
  });
  call.end(raw.body);
  const [response] = await once(call, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { http: response.statusCode as number, text: Buffer.concat(chunks).toString() };
}

/** Sends a bad input. Throws where it is not refused in the form of the Connect protocol. */
export async function sendJson(address: string, path: string, raw: RawCall, proof: Proof): Promise<Answered> {
  const { http, text } = await exchange(address, path, raw, proof);
  const { code, message, details = [] } = JSON.parse(text);
  const packed = details.map(({ type, value }: { type: string; value: string }) => ({
    type,
    value: Buffer.from(value, "base64"),
  }));
  const refusal = refusalFromDetails(message, packed);
  if (!refusal) throw new Error(`HTTP ${http}, not refused: ${text.slice(0, 500)}`);
  return { http, code: codeFromString(code) as Code, refusal, text };
}

const transports = new Map<string, Transport>();

/** Sends the same over gRPC, in the binary form. Throws where it is not refused. */
export async function sendGrpc(address: string, method: DescMethodUnary, json: JsonValue, proof: Proof) {
  const { ca, cert, key, token } = proof;
  const name = `${address} ${key ?? ""}`;
  const nodeOptions = { ca, ...(cert && key && { cert, key }) };
  const transport = transports.get(name) ?? createGrpcTransport({ baseUrl: address, nodeOptions });
  transports.set(name, transport);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const message = fromJson(method.input, json);
  const outcome = await transport.unary(method, undefined, 30_000, headers, create(method.input, message)).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof ConnectError)) throw new Error(`not refused over gRPC: ${outcome}`);
  return { code: outcome.code, refusal: refusalFromError(outcome) };
}
