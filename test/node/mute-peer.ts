import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { expect } from "vitest";
import { tied } from "../../ops/servers/tied.mjs";
import { eventually } from "./eventually.ts";
import type { Identity } from "./node-files.ts";

/** Something at an address that takes part in connecting up to a point, and says nothing from there on. */
export interface MutePeer {
  readonly port: number;
  /** Leaves the address for something else. What was begun stays open, unless the process is killed. */
  leave(): Promise<void>;
  /** Closes everything. */
  close(): void;
}

/** Accepts connections and never says a word. */
export const acceptingPeer = () => listening(createServer());

/** Completes TLS with HTTP/2 and sends no settings. */
export const handshakingPeer = ({ key, cert, ca }: Identity) =>
  listening(createTlsServer({ key, cert, ca, ALPNProtocols: ["h2"] }));

async function listening(server: Server): Promise<MutePeer> {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("error", () => {});
  });
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async leave() {
      server.close();
    },
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

const STANDING_STILL = `
  const server = require("node:net").createServer();
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => process.stdout.write(server.address().port + "\\n"));
`;

/** Connections that the kernel keeps for a listener with a backlog of one. */
const QUEUE = 2;

/**
 * A process that stands still (SIGSTOP) and whose queue of connections is full: the kernel drops each further packet that asks for
 * one, as a broken road does.
 */
export async function droppingPeer(): Promise<MutePeer> {
  const child = spawn(...tied(process.execPath, ["-e", STANDING_STILL]), { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const port = Number(line.toString());
  child.kill("SIGSTOP");
  await eventually(() => expect(readFileSync(`/proc/${child.pid}/stat`, "utf8")).toMatch(/\) T /));
  const fill = Array.from({ length: QUEUE + 2 }, () => connect(port, "127.0.0.1").on("error", () => {}));
  await eventually(() => expect(fill.filter(({ connecting }) => !connecting)).toHaveLength(QUEUE));
  return {
    port,
    async leave() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
    close() {
      child.kill("SIGKILL");
      for (const socket of fill) socket.destroy();
    },
  };
}
