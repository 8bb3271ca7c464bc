import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type ClientHttp2Session, connect } from "node:http2";
import { request as requestHttps } from "node:https";
import { join } from "node:path";
import { writeDrained } from "../../services/base/write-drained.ts";
import type { NodeConfig } from "../../services/host/config.ts";
import { splitAddress } from "../../services/host/listener.ts";
import type { Identity } from "../node/node-files.ts";
import type { NodeReport } from "./listening-node.ts";

/** The attacked node. */
export interface Target {
  readonly addresses: Record<"mesh" | "public" | "connect" | "admin", string>;
  /** What it has seen since it was asked last. With `memory` it collects its garbage first, which is a long turn of its own. */
  report(look?: "memory"): Promise<NodeReport>;
  /** A figure of its metrics; labels as they stand in the text. 0 where it was never set. */
  metric(name: string, labels?: string): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a node in a process of its own. */
export async function startTarget(config: NodeConfig, directory: string): Promise<Target> {
  const file = join(directory, "target.json");
  writeFileSync(file, JSON.stringify(config));
  const child: ChildProcess = fork(join(import.meta.dirname, "listening-node.ts"), [file], {
    execArgv: ["--expose-gc"],
  });
  const [addresses] = (await once(child, "message")) as [Target["addresses"]];
  return {
    addresses,
    async report(look) {
      const answer = once(child, "message");
      child.send(look ?? "work");
      return ((await answer) as [NodeReport])[0];
    },
    async metric(name, labels = "") {
      const text = await (await fetch(`http://${addresses.admin}/metrics`)).text();
      const lines = text.split("\n").filter((line) => line.startsWith(`${name}{`) && line.includes(labels));
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
    },
    async stop() {
      const gone = once(child, "exit");
      child.disconnect();
      await gone;
    },
  };
}

/** A call that an attacker makes by hand. */
export interface Attack {
  path: string;
  headers: Record<string, string>;
  /** Address of this host that the connection comes from. */
  from?: string;
  tls: Partial<Identity>;
}

/** An answer, and what of it tells the reason: its body and, in gRPC, its trailers. */
export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
}

/** Sends pieces of a body over HTTP/1.1 and keeps the call open; `end` says that it was all. Resolves with the answer. */
export async function overHttp1(
  address: string,
  attack: Attack,
  pieces: Iterable<Buffer>,
  end: boolean,
): Promise<Answer> {
  const { host, port } = splitAddress(address);
  const { path, headers, from, tls } = attack;
  const options = { host, port, path, method: "POST", headers, agent: false, ...tls };
  const sent = requestHttps({ ...options, ...(from && { localAddress: from }), rejectUnauthorized: false });
  let failure: Error | undefined;
  sent.on("error", (error) => {
    failure = error;
  });
  const answered = new Promise<Answer>((resolve, reject) => {
    sent.once("close", () => reject(failure ?? new Error("no answer came")));
    sent.once("response", (response) => {
      let text = "";
      response.setEncoding("latin1");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.once("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: { ...response.headers, ...response.trailers }, text });
        sent.destroy();
      });
    });
  });
  answered.catch(() => {});
  sent.flushHeaders();
  for (const piece of pieces) {
    if (sent.destroyed || sent.writableEnded) break;
    await writeDrained(sent, piece);
  }
  if (end) sent.end();
  return answered;
}

/** Opens an HTTP/2 connection that survives whatever the other side does. */
export async function openHttp2(
  address: string,
  { from, tls }: Pick<Attack, "from" | "tls">,
): Promise<ClientHttp2Session> {
  const session = connect(`https://${address}`, {
    ...tls,
    rejectUnauthorized: false,
    ...(from && { localAddress: from }),
  });
  session.on("error", () => {});
  await once(session, "remoteSettings");
  return session;
}

/** The same as {@link overHttp1} on a stream of an HTTP/2 connection. */
export async function overHttp2(
  session: ClientHttp2Session,
  { path, headers }: Pick<Attack, "path" | "headers">,
  pieces: Iterable<Buffer>,
  end: boolean,
): Promise<Answer> {
  const stream = session.request({ ":method": "POST", ":path": path, ...headers });
  stream.on("error", () => {});
  const answer: Answer = { status: 0, headers: {}, text: "" };
  const answered = new Promise<Answer>((resolve) => {
    stream.on("response", (head) => Object.assign(answer, { status: Number(head[":status"]), headers: { ...head } }));
    stream.on("trailers", (trailers) => Object.assign(answer.headers, trailers));
    stream.setEncoding("latin1");
    stream.on("data", (chunk: string) => {
      answer.text += chunk;
    });
    stream.once("end", () => resolve(answer));
    stream.once("close", () => resolve(answer));
  });
  for (const piece of pieces) {
    if (stream.destroyed) break;
    await writeDrained(stream, piece);
  }
  if (end) stream.end();
  return answered.finally(() => stream.close());
}

/** An envelope of gRPC, gRPC-Web and Connect streams that announces a message. */
export function envelopeHead(size: number, flags = 0): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flags;
  head.writeUInt32BE(size, 1);
  return head;
}

/** The reason that an answer tells, whatever its protocol. */
export function reasonOf({ headers, text }: Answer): string | undefined {
  const details = Buffer.from(String(headers["grpc-status-details-bin"] ?? ""), "base64").toString("latin1");
  const packed = /grpc-status-details-bin: ([A-Za-z0-9+/=]+)/.exec(text)?.[1];
  const all = text + details + (packed ? Buffer.from(packed, "base64").toString("latin1") : "");
  return /\b(TOKEN_MISSING|TOO_LARGE|OVERLOADED|RATE_EXCEEDED|DEADLINE_EXCEEDED|INVALID_FIELD|UNKNOWN_FIELD|PERMISSION_DENIED|UNIMPLEMENTED)\b/.exec(
    all,
  )?.[1];
}
