import { readFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import type { Core } from "../../ops/trial/core.ts";
import type { Trial } from "../../ops/trial/trial.ts";

/** Connections of each kind that say nothing. */
const IDLE = 60;
/** Streams of one connection, and the octets of each, that nobody has proven a right to. */
const STREAMS = 40;
const BODY = Buffer.alloc(1 << 20);
const PIECES = 30;

/** Holds connections open that say nothing, some of them not even a greeting of TLS. */
export async function idleConnections(trial: Trial, core: Core, ms: number): Promise<void> {
  const { host, port, ca } = listenerOf(trial, core);
  const sockets: Socket[] = [];
  for (let index = 0; index < IDLE; index++) {
    sockets.push(connectTcp({ host, port }), connectTls({ host, port, ca, ALPNProtocols: ["h2"] }));
  }
  for (const socket of sockets) socket.on("error", () => {});
  await pause(ms);
  for (const socket of sockets) socket.destroy();
}

/** Sends large bodies without a token, on many streams at once. */
export async function unprovenBodies(trial: Trial, core: Core, ms: number): Promise<void> {
  const { host, port, ca } = listenerOf(trial, core);
  const session = connectHttp2(`https://${host}:${port}`, { ca, maxSessionMemory: 2_000 });
  session.on("error", () => {});
  for (let index = 0; index < STREAMS; index++) {
    const stream = session.request({
      ":method": "POST",
      ":path": "/ecert.issue.v1.IssueService/MakeCertificate",
      "content-type": "application/grpc",
      te: "trailers",
    });
    stream.on("error", () => {});
    stream.on("response", () => {});
    for (let piece = 0; piece < PIECES; piece++) stream.write(BODY, () => {});
  }
  await pause(ms);
  session.destroy();
}

function listenerOf(trial: Trial, core: Core) {
  const { hostname: host, port } = new URL(core.public.issue?.[0] ?? "");
  return { host, port: Number(port), ca: readFileSync(trial.files.root) };
}
