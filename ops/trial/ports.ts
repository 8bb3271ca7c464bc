import { once } from "node:events";
import { createServer, type Server } from "node:net";

/**
 * Where ports are taken from: below the range from which Linux gives outgoing connections theirs (32768 and above). A
 * port of that range can be lost while the program that listens on it is not running yet, or is being started again.
 */
const FIRST = 10_240;
/** Ports of a block; the first guards the others. A trial takes some hundred ports. */
const BLOCK = 128;
const BLOCKS = 170;

/** Ports of the blocks of this process that were not handed out yet. */
let own: number[] = [];
let tried = 0;

/**
 * Hands out ports of loopback that are free now, none twice by this process, and none that another process hands out meanwhile:
 * each takes whole blocks, and listens on the first port of a block for as long as it lives. A program that is killed and started
 * again thus finds its port free.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    if (own.length === 0) own = await takeBlock();
    const port = own.shift() as number;
    const probe = await listen(port);
    if (probe === undefined) continue;
    probe.close();
    await once(probe, "close");
    ports.push(port);
  }
  return ports;
}

async function takeBlock(): Promise<number[]> {
  while (tried < BLOCKS) {
    const guard = FIRST + ((process.pid + tried++) % BLOCKS) * BLOCK;
    const server = await listen(guard);
    if (server === undefined) continue;
    // It ends with the process, and does not keep it alive.
    server.unref();
    return Array.from({ length: BLOCK - 1 }, (_, index) => guard + 1 + index);
  }
  throw new Error(`no block of ports is free from ${FIRST} to ${FIRST + BLOCKS * BLOCK}`);
}

async function listen(port: number): Promise<Server | undefined> {
  const server = createServer();
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
    return server;
  } catch {
    return undefined;
  }
}
