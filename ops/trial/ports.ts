import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Where ports are taken from: below the range from which Linux gives outgoing connections theirs (32768 and above). A
 * port of that range can be lost while the program that listens on it is not running yet, or is being started again.
 */
const FIRST = 10_240;
const COUNT = 22_000;
/** Processes that run at the same time begin so far apart; a trial takes some hundred ports. */
const STRIDE = 257;

let given = (process.pid * STRIDE) % COUNT;

/** Hands out ports of loopback that are free now, none twice by this process until it has been through all of them. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = FIRST + given;
    given = (given + 1) % COUNT;
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
    server.close();
    await once(server, "close");
    return true;
  } catch {
    return false;
  }
}
