import type { IncomingHttpHeaders } from "node:http";
import { endStreamToJson, parseTimeout as parseConnectTimeout } from "@connectrpc/connect/protocol-connect";
import { parseTimeout as parseGrpcTimeout } from "@connectrpc/connect/protocol-grpc";
import { steadyTime } from "../../base/steady-time.ts";
import { writeDrained } from "../../base/write-drained.ts";
import { Refusal } from "../../domain/refusal.ts";
import { connectErrorOf, grpcStatusOf } from "../refusal/refusal-wire.ts";
import { ENCODINGS } from "../request/decompress.ts";
import { ENVELOPE_BYTES } from "../request/envelope-meter.ts";
import type { ConnectResponse } from "./connect-request.ts";

/** How one call is answered in its protocol. */
export interface EnvelopedProtocol {
  /** Messages are JSON, not binary. */
  readonly json: boolean;
  /** Header that names the compression of messages. */
  readonly encodingHeader: string;
  /** Throws `INVALID_FIELD` where the header cannot be read. */
  deadlineOf(headers: IncomingHttpHeaders): Date | undefined;
  /** Sends a message and resolves when the connection takes more. */
  send(message: Uint8Array): Promise<void>;
  /** Ends the call, with a refusal or well. */
  end(refusal?: Refusal): void;
}

const CONTENT_TYPE = /^application\/(grpc-web|grpc|connect(?=\+))(?:\+(proto|json))?$/i;
const GRPC_WEB_TRAILERS = 0b1000_0000;
const CONNECT_END = 0b10;
/** Node's timers go no further. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The protocol that a content type names; `undefined` for all others. */
export function protocolOf(contentType: string | undefined, response: ConnectResponse): EnvelopedProtocol | undefined {
  const [, name, form] = CONTENT_TYPE.exec(contentType ?? "") ?? [];
  if (!name || !contentType) return undefined;
  const ends = { grpc: endGrpc, "grpc-web": endGrpcWeb, connect: endConnect };
  const family = name.toLowerCase() as keyof typeof ends;
  const connect = family === "connect";
  const open = () => {
    if (response.headersSent) return;
    const accepts = connect ? "connect-accept-encoding" : "grpc-accept-encoding";
    response.writeHead(200, { "content-type": contentType, [accepts]: ENCODINGS });
  };
  return {
    json: form?.toLowerCase() === "json",
    encodingHeader: connect ? "connect-content-encoding" : "grpc-encoding",
    deadlineOf: (headers) => deadline(headers, connect),
    async send(message) {
      if (response.destroyed) return;
      open();
      await writeDrained(response, envelope(0, message));
    },
    end(refusal) {
      // The caller may have gone meanwhile.
      if (response.destroyed || response.writableEnded) return;
      open();
      ends[family](response, refusal);
    },
  };
}

function deadline(headers: IncomingHttpHeaders, connect: boolean): Date | undefined {
  const parse = connect ? parseConnectTimeout : parseGrpcTimeout;
  const value = headers[connect ? "connect-timeout-ms" : "grpc-timeout"];
  const { timeoutMs, error } = parse(typeof value === "string" ? value : null, MAX_TIMEOUT_MS);
  if (error) throw new Refusal("INVALID_FIELD", error.rawMessage);
  return timeoutMs === undefined ? undefined : new Date(steadyTime() + timeoutMs);
}

function endGrpc(response: ConnectResponse, refusal: Refusal | undefined): void {
  response.addTrailers(trailersOf(refusal));
  response.end();
}

function endGrpcWeb(response: ConnectResponse, refusal: Refusal | undefined): void {
  const lines = Object.entries(trailersOf(refusal)).map(([name, value]) => `${name}: ${value}\r\n`);
  response.end(envelope(GRPC_WEB_TRAILERS, Buffer.from(lines.join(""))));
}

function endConnect(response: ConnectResponse, refusal: Refusal | undefined): void {
  const error = refusal && connectErrorOf(refusal);
  const json = endStreamToJson(new Headers(), error, undefined);
  response.end(envelope(CONNECT_END, Buffer.from(JSON.stringify(json))));
}

function trailersOf(refusal: Refusal | undefined): Record<string, string> {
  if (!refusal) return { "grpc-status": "0" };
  const { code, details, metadata } = grpcStatusOf(refusal);
  const more = Object.entries(metadata.toHttp2Headers()).map(([name, value]) => [name, String(value)]);
  return { "grpc-status": String(code), "grpc-message": encodeURIComponent(details), ...Object.fromEntries(more) };
}

function envelope(flags: number, message: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(ENVELOPE_BYTES + message.length);
  bytes[0] = flags;
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, ENVELOPE_BYTES);
  return bytes;
}
