import type { ClientHttp2Session } from "node:http2";
import { connect, type Socket } from "node:net";
import type { ChannelOptions } from "@grpc/grpc-js";
import { Http2SubchannelConnector } from "@grpc/grpc-js/build/src/transport.js";

/**
 * How long a channel of grpc-js may take to connect, seconds: TCP, TLS and the HTTP/2 settings of the other end together. Long
 * enough for packets to be lost. Counted one by one: while this process itself stands still, the other end is not to blame.
 */
const CONNECT_SECONDS = 10;

/** Channel option: a {@link Connected} that is told of each connection of the channel. Channels that share connections MUST share it. */
export const CONNECTED = "ecert.connected";

/** A connection of a channel. */
export interface LiveConnection {
  session: ClientHttp2Session;
  /** How many calls wait on it. */
  waiting(): number;
}

/** Told of a connection that has come about, and where it leads to. */
export type Connected = (endpoint: { host: string; port: number }, connection: LiveConnection) => void;

/** What grpc-js keeps of a connection, hidden. */
interface HiddenTransport {
  session: ClientHttp2Session | null;
  activeCalls: ReadonlySet<unknown>;
}

/** What grpc-js connects with, one object per replica. It hides the step that has the socket. */
type Connector = Pick<Http2SubchannelConnector, "connect"> & {
  tcpConnect(address: Parameters<Http2SubchannelConnector["connect"]>[0], options: ChannelOptions): Promise<Socket>;
};

const connector = Http2SubchannelConnector.prototype as unknown as Connector;
const { connect: unbounded, tcpConnect: hidden } = connector;
if (typeof unbounded !== "function" || typeof hidden !== "function") {
  throw new Error("this version of @grpc/grpc-js connects in another way: bound its connecting anew");
}

/** Sockets by the options of the attempt, which each attempt has for itself. */
const sockets = new WeakMap<ChannelOptions, Socket>();

// grpc-js waits for ever for a connection: a channel whose packets were dropped while it connected, or whose other end accepted and
// fell silent, would never be good again, and calls whose time is over stay in its queue (grpc-node#2785). Here an attempt ends, its
// socket is closed, what waits is told UNAVAILABLE, and the channel tries again behind its pause. Importing this file bounds every
// channel of the process; there is no option for it.
connector.connect = async function (this: Connector, address, secure, given) {
  const options = { ...given };
  const late = Promise.withResolvers<never>();
  let seconds = 0;
  const counting = setInterval(() => {
    if (++seconds < CONNECT_SECONDS) return;
    late.reject(new Error(`no connection came about within ${CONNECT_SECONDS} seconds`));
    sockets.get(options)?.destroy();
  }, 1_000).unref();
  try {
    const transport = await Promise.race([unbounded.call(this, address, secure, options), late.promise]);
    tellOf(transport as unknown as HiddenTransport, address as { host: string; port: number }, options);
    return transport;
  } finally {
    clearInterval(counting);
  }
};

function tellOf({ session, activeCalls }: HiddenTransport, address: Parameters<Connected>[0], options: ChannelOptions) {
  const tell: Connected | undefined = options[CONNECTED];
  if (!tell) return;
  if (!session || typeof activeCalls?.size !== "number")
    throw new Error("this version of @grpc/grpc-js keeps connections in another way: tell of them anew");
  tell(address, { session, waiting: () => activeCalls.size });
}

connector.tcpConnect = (address, options) => {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect(address, () => resolve(socket));
  sockets.set(options, socket);
  socket.once("error", reject);
  socket.once("close", () => reject(new Error("the socket was closed")));
  return promise;
};
