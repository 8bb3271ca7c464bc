import type { DescMethodUnary, DescService } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import { framed, messageOf } from "./answer.ts";
import { attemptAll } from "./attempts.ts";
import type { Deadline } from "./deadline.ts";
import type { Area, CheckedOptions, EndpointOptions } from "./options.ts";
import { HedgeBudget, race } from "./race.ts";
import { Replica } from "./replica.ts";

/** Headers of a request as they are when it is sent. */
export type HeaderSource = () => Promise<Record<string, string>>;

/** One unary call, whatever its messages are. */
export interface UnaryCall {
  method: DescMethodUnary;
  message: Uint8Array;
  deadline: Deadline;
  headers: HeaderSource;
  /** The token was refused: the next attempt gets another. */
  renewToken?: () => void;
  /** Another side stands by: a core that cannot be reached is not waited for. */
  impatient: boolean;
  /** Harmless when repeated, though its contract does not declare it. */
  harmless?: boolean;
}

/** Connections to all replicas of a core's services. */
export interface Replicas {
  /** Calls until a replica answers. Throws `Refusal`, and nothing else. */
  call(call: UnaryCall): Promise<Uint8Array>;
  close(): void;
}

/** Opens connections at the first call, one per address, shared by all services that listen there. */
export function openReplicas(endpoint: EndpointOptions, options: CheckedOptions): Replicas {
  const known = new Map<string, Replica>();
  const limits = { calls: options.maxCallsInFlight, bytes: options.maxBytesInFlight };
  const budget = new HedgeBudget();

  const replicaAt = (address: string): Replica => {
    const found = known.get(address) ?? new Replica(address, endpoint.ca, limits);
    known.set(address, found);
    return found;
  };

  return {
    call({ method, message, deadline, headers, impatient, harmless = false, renewToken = () => {} }) {
      const replicas = addressesOf(endpoint, method.parent).map(replicaAt);
      const manner = {
        read: method.idempotency === Level.NO_SIDE_EFFECTS,
        repeatable: harmless || method.idempotency !== Level.IDEMPOTENCY_UNKNOWN,
      };
      const path = `/${method.parent.typeName}/${method.name}`;
      const body = framed(message);
      const elsewhere = impatient ? "side" : replicas.length > 1 ? "replica" : undefined;
      budget.called();
      const send = async (first: Replica, another: () => Replica | undefined) => {
        const request = { path, body, headers: { ...(await headers()), ...wireHeaders(deadline) } };
        const { answer, from } = await race(first, request, { deadline, manner, budget, another, elsewhere });
        return messageOf(answer, from);
      };
      const { attempts } = options;
      return attemptAll({ replicas, deadline, manner, attempts, impatient, send, renewToken });
    },
    close() {
      for (const replica of known.values()) replica.close();
    },
  };
}

function addressesOf(endpoint: EndpointOptions, service: DescService): readonly string[] {
  const area = service.typeName.split(".")[1] as Area;
  const listed = endpoint.services?.[area];
  return listed && listed.length > 0 ? listed : [endpoint.address];
}

/** The server is told a little less time than there is, so that it can still say what it waited for. */
function wireHeaders({ leftMs }: Deadline): Record<string, string> {
  const ms = Math.max(1, Math.floor(leftMs - Math.min(200, leftMs / 10)));
  return {
    "content-type": "application/grpc+proto",
    te: "trailers",
    "user-agent": "ecert-connector",
    "grpc-timeout": `${ms}m`,
  };
}
