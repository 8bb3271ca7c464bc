import type { ClientHttp2Session } from "node:http2";
import { fromBinary } from "@bufbuild/protobuf";
import {
  HealthCheckResponse_ServingStatus,
  HealthCheckResponseSchema,
} from "../../../proto/gen/grpc/health/v1/health_pb.ts";
import type { Rounds } from "../../base/rounds.ts";
import { joinAddress } from "../../host/listener.ts";
import type { LiveConnection } from "./bounded-connecting.ts";
import type { Endpoint, Health, HealthWatch } from "./mesh-directory.ts";

/** Pause before a watch that has ended, though its connection has not, is begun again. */
const RETRY_MS = 1_000;
/** How often it is looked at whether a sign of life is wanted, and how long one may be owed. */
export const LOOK_MS = 500;
const ANSWER_MS = 1_000;
/** Looks without a question while nothing waits on the connection. */
const REST_LOOKS = 4;
/** Where this process itself looked for the sign so much later than it could have, one that is missing says nothing yet. */
const OWN_DELAY_MS = 300;
/** Larger than any answer of the health service. */
const MESSAGE_BYTES = 64;

/** What is known of endpoints by the connections that lead to them. */
export interface ConnectionHealth {
  watch: HealthWatch;
  /** A connection to an endpoint has come about. */
  connected(endpoint: Endpoint, connection: LiveConnection): void;
}

/**
 * Tells how endpoints are, by the very connections that calls go by: nothing else connects. `grpc.health.v1.Health/Watch` tells at once when one
 * stops. While calls wait on a connection and nothing comes by it for half a second it is asked for a sign of life (HTTP/2 PING), and every two
 * seconds while none waits; owing it for a second the endpoint is silent (its process stands still, its machine is gone) until anything comes.
 * Of an endpoint without a connection nothing is known: the channel connects by itself. `looks`: rounds of {@link LOOK_MS}, of the whole process.
 */
export function createConnectionHealth(looks: Rounds): ConnectionHealth {
  const open = new Map<string, LiveConnection>();
  const watchers = new Map<string, (connection: LiveConnection) => void>();

  return {
    connected({ host, port }, connection) {
      const key = joinAddress(host, port);
      open.set(key, connection);
      connection.session.once("close", () => {
        if (open.get(key) === connection) open.delete(key);
      });
      watchers.get(key)?.(connection);
    },
    watch({ host, port }, tell) {
      const key = joinAddress(host, port);
      let leave = () => {};
      const follow = (connection: LiveConnection) => {
        leave();
        leave = followConnection(connection, looks, tell);
      };
      watchers.set(key, follow);
      const now = open.get(key);
      if (now) follow(now);
      return () => {
        watchers.delete(key);
        leave();
      };
    },
  };
}

/** Tells how the other end of one connection is, until that is closed. Returns the way to stop. */
function followConnection(connection: LiveConnection, looks: Rounds, tell: (health: Health) => void): () => void {
  const { session } = connection;
  let said: Health = "unknown";
  let silent = false;
  const told = () => tell(silent ? "silent" : said);
  const endWatch = watchServing(session, (health) => {
    said = health;
    told();
  });
  const endAsking = askForLife(connection, looks, (alive) => {
    silent = !alive;
    told();
  });
  const stop = () => {
    endWatch();
    endAsking();
  };
  const closed = () => {
    stop();
    tell("unknown");
  };
  session.once("close", closed);
  return () => {
    // Of an endpoint that has another connection by now, the end of this one says nothing.
    session.off("close", closed);
    stop();
  };
}

/** Follows what the other end says of itself. */
function watchServing(session: ClientHttp2Session, say: (health: Health) => void): () => void {
  let stopped = false;
  let again: NodeJS.Timeout | undefined;
  let end = () => {};
  const stop = () => {
    stopped = true;
    clearTimeout(again);
    end();
  };
  // It goes, and waits for what is open: what it said last stays until the connection has closed. Where this end has closed it, since the endpoint
  // was left out, that answers no more than that, and the watch goes on to tell when the endpoint is to be taken in again.
  session.on("goaway", () => session.closed || stop());
  begin();
  return stop;

  function begin(): void {
    if (stopped || session.closed || session.destroyed) return;
    const stream = session.request({
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Watch",
      "content-type": "application/grpc",
      te: "trailers",
    });
    end = () => stream.close();
    // One message without a field: the server as a whole is meant.
    stream.end(Buffer.alloc(5));
    let rest: Buffer = Buffer.alloc(0);
    stream.on("data", (piece: Buffer) => {
      rest = Buffer.concat([rest, piece]);
      for (let size = sizeOf(rest); size !== undefined && rest.length >= size; size = sizeOf(rest)) {
        const { status } = fromBinary(HealthCheckResponseSchema, rest.subarray(5, size));
        rest = rest.subarray(size);
        say(status === HealthCheckResponse_ServingStatus.SERVING ? "serving" : "leaving");
      }
      if (rest.length > MESSAGE_BYTES) stream.close();
    });
    stream.on("error", () => {});
    stream.once("close", () => {
      if (stopped || session.closed || session.destroyed) return;
      say("unknown");
      again = setTimeout(begin, RETRY_MS * (0.5 + Math.random())).unref();
    });
  }
}

/** Bytes of the first message with its head, as far as that is there. */
function sizeOf(bytes: Buffer): number | undefined {
  return bytes.length < 5 ? undefined : 5 + bytes.readUInt32BE(1);
}

/** Asks for a sign of life where one is wanted, and tells when it is missing and when one has come. */
function askForLife({ session, waiting }: LiveConnection, looks: Rounds, tell: (alive: boolean) => void): () => void {
  let heard = bytesRead(session);
  let owed: NodeJS.Timeout | undefined;
  let missed = 0;
  let rested = 0;
  const leave = looks.join(look);
  return () => {
    leave();
    clearTimeout(owed);
    owed = undefined;
  };

  function look(): void {
    if (owed || hasSpoken()) return;
    rested++;
    if (waiting() === 0 && rested < REST_LOOKS) return;
    if (!session.destroyed && session.ping(answered)) expectAnswer();
  }

  function expectAnswer(): void {
    const from = performance.now();
    owed = setTimeout(() => {
      if (hasSpoken()) return answered();
      missed++;
      const late = performance.now() - from > ANSWER_MS + OWN_DELAY_MS;
      if (missed > 1 || !late) tell(false);
      expectAnswer();
    }, ANSWER_MS).unref();
  }

  function answered(): void {
    if (!owed) return;
    clearTimeout(owed);
    owed = undefined;
    heard = bytesRead(session);
    rested = 0;
    missed = 0;
    tell(true);
  }

  /** Whatever came says that the other end lives. */
  function hasSpoken(): boolean {
    const now = bytesRead(session);
    if (now === heard) return false;
    heard = now;
    rested = 0;
    return true;
  }
}

function bytesRead(session: ClientHttp2Session): number {
  return session.destroyed ? 0 : (session.socket?.bytesRead ?? 0);
}
