import { once } from "node:events";
import { connect } from "node:net";

/** Milliseconds within which a broker that lives greets whoever connects. */
const GREETING_MS = 3_000;
/** Longest greeting: that of a cluster with many servers has some thousand bytes. */
const GREETING_BYTES = 64 << 10;

/**
 * Connects to a broker (`host:port`) until it greets, and leaves again. Rejects, in words that show nothing of what was sent, where it does
 * not within 3 seconds, or is no broker that asks for TLS. No socket is left behind: a broker that hangs takes connections all the same.
 */
export async function awaitGreeting(server: string, signal: AbortSignal): Promise<void> {
  const colon = server.lastIndexOf(":");
  const host = server.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  const socket = connect({ host, port: Number(server.slice(colon + 1)) });
  const ending = AbortSignal.any([signal, AbortSignal.timeout(GREETING_MS)]);
  try {
    const gone = once(socket, "close", { signal: ending }).then(() => {
      throw new Error("the broker has closed the connection");
    });
    gone.catch(() => {});
    let greeting = "";
    while (!greeting.includes("\r\n") && greeting.length < GREETING_BYTES) {
      const [bytes] = (await Promise.race([once(socket, "data", { signal: ending }), gone])) as [Buffer];
      greeting += bytes.toString("latin1");
    }
    requireSecured(greeting);
  } catch (error) {
    throw ending.aborted ? new Error("the broker did not greet in time") : error;
  } finally {
    socket.destroy();
  }
}

function requireSecured(greeting: string): void {
  const [, description = ""] = /^INFO ({.*})\s*\r\n/.exec(greeting) ?? [];
  let secured: unknown;
  try {
    secured = JSON.parse(description).tls_required;
  } catch {
    throw new Error("what answers there is no broker");
  }
  if (secured !== true) throw new Error("the broker there does not ask for TLS");
}
