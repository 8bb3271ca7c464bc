import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { Client, credentials } from "@grpc/grpc-js";
import {
  AgentService,
  type ConnectRequest,
  ConnectRequestSchema,
  type ConnectResponse,
  ConnectResponseSchema,
  type Officers,
} from "../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { pause } from "../services/base/pause.ts";
import "../services/call/client/bounded-connecting.ts";
import { methodPath } from "../services/call/chain/routes.ts";
import type { ClockWatch } from "../services/host/clock-watch.ts";
import type { Logger } from "../services/host/log.ts";
import { readTls, serverNameCheck } from "../services/host/tls.ts";
import type { HealthWatch } from "./health-watch.ts";
import { type AgentStream, holdSession, type Session, type SessionParts } from "./link-session.ts";

/** What a link to one core needs. */
export interface LinkParts extends Omit<SessionParts, "core" | "onWelcome" | "onTime"> {
  core: { name: string; address: string };
  node: string;
  tls: { certificateFile: string; privateKeyFile: string; caFile: string };
  health: HealthWatch;
  /** Told what each core's clock tells. */
  clock: Pick<ClockWatch, "observed">;
  log: Pick<Logger, "info" | "warn">;
  onState: (state: LinkState) => void;
  random: () => number;
}

/** `up` from the core's welcome until the stream ends. */
export type LinkState = "up" | "down";

/** A link that is kept up until it is drained. */
export interface Link {
  /** Tells the core whose confirmations are taken from now on; where it is away, the next hello does. */
  tell(officers: Officers): void;
  /** Answers what is in flight, then leaves for good. */
  drain(): Promise<void>;
}

const RECONNECT_MIN_MS = 250;
/** The longest pause: shorter than a core that has just started lets an order wait for its agents, however long it was away. */
export const RECONNECT_MAX_MS = 2_000;
/** While a core is away for one and the same cause, the log says so once in so many milliseconds. */
const TOLD_MS = 60_000;
/** A link that was up for this long begins its pauses anew. */
const STEADY_MS = 5_000;
/** A core that welcomed the agent is back for good, or soon again: the first pause stays below half a second. */
const WELCOMED_FAILURES = 1;
/** How long a core may take to end a stream after the agent has drained it. */
const LEAVE_MS = 15_000;

/**
 * The limits of a link: pings find a black hole within 15 s. Messages of a core are at most a batch of data messages or of face
 * documents; 16 MiB holds both.
 */
const CHANNEL = {
  "grpc.keepalive_time_ms": 10_000,
  "grpc.keepalive_timeout_ms": 5_000,
  "grpc.keepalive_permit_without_calls": 1,
  "grpc.max_receive_message_length": 16 << 20,
  "grpc.use_local_subchannel_pool": 1,
  "grpc.enable_http_proxy": 0,
};

/**
 * Dials one core and keeps one stream to it: mutual TLS, the server held to `ecert://<node>/service/issue`. It never gives
 * up; pauses double up to 2 s, with jitter, so that the agents of a province do not come back in step. The TLS files are
 * read at each attempt, so a renewed certificate needs no restart.
 */
export function openLink(parts: LinkParts): Link {
  const { core, clock, health, log, onState, random } = parts;
  const leaving = new AbortController();
  let session: Session | undefined;

  async function keepUp(): Promise<void> {
    let told = { cause: "", at: 0 };
    for (let failures = 0; !leaving.signal.aborted; failures++) {
      const since = performance.now();
      const { welcomed, cause } = await converse().catch((error: Error) => ({ welcomed: false, cause: error.message }));
      onState("down");
      if (leaving.signal.aborted) return;
      if (welcomed) failures = performance.now() - since > STEADY_MS ? 0 : Math.min(failures, WELCOMED_FAILURES);
      const pauseMs = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** Math.min(failures, 10)) * (0.5 + random() / 2);
      const at = performance.now();
      if (welcomed || cause !== told.cause || at - told.at > TOLD_MS) {
        log.warn({ core: core.name, cause, pauseMs: Math.round(pauseMs) }, "link to the core is down");
        told = { cause, at };
      }
      await pause(pauseMs, leaving.signal);
    }
  }

  async function converse(): Promise<{ welcomed: boolean; cause: string }> {
    const client = dial(parts);
    const stream: AgentStream = client.makeBidiStreamRequest(
      methodPath(AgentService.method.connect),
      (message: ConnectRequest) => Buffer.from(toBinary(ConnectRequestSchema, message)),
      (bytes: Buffer): ConnectResponse => fromBinary(ConnectResponseSchema, bytes),
    );
    const current = holdSession(stream, {
      ...parts,
      core: core.name,
      onTime: (aheadMs, uncertaintyMs) => clock.observed(`core ${core.name}`, aheadMs, uncertaintyMs),
      onWelcome(replica) {
        onState("up");
        log.info({ core: core.name, replica }, "link to the core is up");
        // The first heartbeat need not wait for the next probe.
        current.heartbeat(health.current());
      },
    });
    session = current;
    const stopBeating = health.onProbe((state) => current.heartbeat(state));
    try {
      return await current.ended;
    } finally {
      session = undefined;
      stopBeating();
      client.close();
    }
  }

  const done = keepUp();
  return {
    tell: (officers) => session?.tell(officers),
    async drain() {
      leaving.abort();
      const last = session;
      if (last) {
        const timer = setTimeout(() => last.cancel(), LEAVE_MS);
        await last.drain();
        clearTimeout(timer);
      }
      await done;
    },
  };
}

/** A client of the issue service at one address. Throws where the TLS files cannot be read. */
export function dial({ core, node, tls }: Pick<LinkParts, "core" | "node" | "tls">): Client {
  const { ca, privateKey, certificate } = readTls(tls, tls.caFile);
  const checkServerIdentity = serverNameCheck({ node, kind: "service", name: "issue" });
  // TLS wants a host name in place of an address; what the server is held to is its name in the mesh.
  const options = { ...CHANNEL, "grpc.ssl_target_name_override": `issue.${node}.ecert` };
  return new Client(core.address, credentials.createSsl(ca, privateKey, certificate, { checkServerIdentity }), options);
}
