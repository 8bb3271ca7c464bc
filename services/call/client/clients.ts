import type { DescService } from "@bufbuild/protobuf";
import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { ChannelCredentials, type ChannelOptions, Client as GrpcClient } from "@grpc/grpc-js";
import { createRounds } from "../../base/rounds.ts";
import type { Reason } from "../../domain/reason.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { NodeConfig, ServiceName } from "../../host/config.ts";
import { serverNameCheck, type TlsMaterial } from "../../host/tls.ts";
import type { CallChain } from "../chain/call-chain.ts";
import { type RouteTable, SPEAKER_HEADER, TARGET_HEADER } from "../chain/routes.ts";
import { KEEPALIVE } from "../keepalive.ts";
import { CONNECTED } from "./bounded-connecting.ts";
import { createConnectionHealth, LOOK_MS } from "./connection-health.ts";
import { grpcTransport } from "./grpc-transport.ts";
import { localTransport } from "./local-transport.ts";
import { createMeshDirectory, endpointsOf, type MeshDirectory } from "./mesh-directory.ts";
import { meshTarget } from "./mesh-resolver.ts";
import { serviceConfigFor } from "./service-config.ts";

/** Whom a client talks to: a service of this node, or a service of another node (default: the descriptor's area). */
export type Target = ServiceName | { peer: string; service?: ServiceName };

/** What the clients of a process need. */
export interface ClientsOptions {
  config: Pick<NodeConfig, "node" | "services" | "mesh" | "peers" | "limits">;
  tls: TlsMaterial;
  chain: CallChain;
  /** `undefined` until every service of this process is mounted. */
  routes: () => RouteTable | undefined;
}

/** The clients of a process; channels are shared among its services. */
export interface Clients {
  /** A client that speaks as one service of this process. */
  client<S extends DescService>(speaker: ServiceName, descriptor: S, target: Target): Client<S>;
  /**
   * A client for each process at `addresses` that serves `service` of this node, by what they stand for now: for who asks every one of them, not any.
   * A process that is away is waited for no longer than one that any client calls.
   */
  replicas<S extends DescService>(
    speaker: ServiceName,
    descriptor: S,
    service: ServiceName,
    addresses: readonly string[],
  ): Promise<Map<string, Client<S>>>;
  close(): void;
}

interface MeshService {
  node: string;
  name: string;
  addresses: readonly string[];
  /** The one address that is meant, and no other replica. */
  alone?: string;
}

/** How long a service of the own node that cannot be reached is waited for, milliseconds: it may be started again. */
const PATIENCE_MS = 5_000;

/** Makes the clients of a process. Nothing connects before the first call. */
export function createClients({ config, tls, chain, routes }: ClientsOptions): Clients {
  const own = config.node.code;
  const looks = createRounds(LOOK_MS);
  const mesh = new Map<
    string,
    { directory: MeshDirectory; credentials: ChannelCredentials; options: ChannelOptions }
  >();
  const channels = new Map<string, GrpcClient>();

  return {
    client(speaker, descriptor, target) {
      return createClient(descriptor, transportFor(speaker, descriptor, target));
    },
    async replicas(speaker, descriptor, service, addresses) {
      const found = await endpointsOf(addresses);
      forgetOthers({ node: own, name: service }, descriptor, found);
      return new Map(
        found.map((address) => {
          const one = { node: own, name: service, addresses: [address], alone: address };
          return [address, createClient(descriptor, transportTo(speaker, descriptor, one))] as const;
        }),
      );
    },
    close() {
      for (const channel of channels.values()) channel.close();
    },
  };

  function transportFor(speaker: ServiceName, descriptor: DescService, target: Target): Transport {
    if (typeof target === "string" && config.services.includes(target)) {
      return localTransport({ chain, routes, target, caller: { kind: "service", node: own, name: speaker } });
    }
    return transportTo(speaker, descriptor, meshService(descriptor, target));
  }

  function transportTo(speaker: ServiceName, descriptor: DescService, service: MeshService): Transport {
    if (service.addresses.length === 0) return refusing(service);
    const fixed = { [SPEAKER_HEADER]: speaker, [TARGET_HEADER]: service.name };
    return grpcTransport(channelTo(service, descriptor), fixed, {
      onSilent: meshTo(service).directory.onSilent,
      // Another node that is away is told at once; a service of the own node that is started again is waited for.
      patienceMs: service.node === own ? PATIENCE_MS : 0,
      label: (refusal) => labelled(refusal, service),
    });
  }

  function meshService(descriptor: DescService, target: Target): MeshService {
    if (typeof target === "string") {
      return { node: own, name: target, addresses: config.mesh[target]?.addresses ?? [] };
    }
    const { peer: node, service } = target;
    const name = service ?? (descriptor.file.proto.package.split(".")[1] as ServiceName);
    const peer = config.peers.find((one) => one.node === node);
    return { node, name, addresses: peer?.services[name]?.addresses ?? [] };
  }

  function channelTo(service: MeshService, descriptor: DescService): GrpcClient {
    const key = `${keyOf(service)} ${descriptor.typeName}`;
    const found = channels.get(key);
    if (found) return found;
    const { directory, credentials, options } = meshTo(service);
    const resolved = meshTarget(hostName(service), { directory, serviceConfig: serviceConfigFor(descriptor) });
    const channel = new GrpcClient(resolved.target, credentials, { ...options, ...resolved.options });
    channels.set(key, channel);
    return channel;
  }

  /** Closes the channels to replicas that are no longer where they were. */
  function forgetOthers(
    service: Omit<MeshService, "addresses">,
    descriptor: DescService,
    now: readonly string[],
  ): void {
    for (const [key, channel] of channels) {
      const [place, alone, typeName] = key.split(" ");
      if (place !== placeOf(service) || !alone || typeName !== descriptor.typeName || now.includes(alone)) continue;
      channel.close();
      channels.delete(key);
      mesh.delete(keyOf({ ...service, alone }));
    }
  }

  function meshTo(service: MeshService) {
    const { node, name, addresses } = service;
    const key = keyOf(service);
    const found = mesh.get(key);
    if (found) return found;
    const checkServerIdentity = serverNameCheck({ node, kind: "service", name });
    const credentials = ChannelCredentials.createSsl(tls.ca, tls.privateKey, tls.certificate, { checkServerIdentity });
    const health = createConnectionHealth(looks);
    const options: ChannelOptions = {
      ...KEEPALIVE,
      [CONNECTED]: health.connected,
      "grpc.keepalive_permit_without_calls": 1,
      "grpc.ssl_target_name_override": hostName({ node, name }),
      "grpc.max_receive_message_length": config.limits.messageBytes * 2,
      "grpc.initial_reconnect_backoff_ms": 100,
      "grpc.max_reconnect_backoff_ms": 2_000,
      "grpc.enable_http_proxy": 0,
    };
    const directory = createMeshDirectory(addresses, health.watch);
    const made = { directory, credentials, options };
    mesh.set(key, made);
    return made;
  }
}

/** What a place in the mesh is kept by: service, and the one replica where one is meant. */
function keyOf(service: Omit<MeshService, "addresses">): string {
  return `${placeOf(service)} ${service.alone ?? ""}`;
}

function placeOf({ node, name }: Pick<MeshService, "node" | "name">): string {
  return `${node}/${name}`;
}

/** A host name for a service: TLS and HTTP want one, though nobody looks it up. */
function hostName({ node, name }: Pick<MeshService, "node" | "name">): string {
  return `${name}.${node}.ecert`;
}

/** Reasons that say that something is away; whose it is decides whom the caller can ask instead. */
const AWAY: ReadonlySet<Reason> = new Set<Reason>([
  "PEER_AWAY",
  "DEADLINE_EXCEEDED",
  "STORE_AWAY",
  "STORE_FULL",
  "OVERLOADED",
]);

/** The refusal with the node that it speaks of, where it does not name one already. */
function labelled(refusal: Refusal, { node, name }: Pick<MeshService, "node" | "name">): Refusal {
  if (!AWAY.has(refusal.reason) || refusal.metadata.node !== undefined) return refusal;
  const { reason, message, fields, retryAfterMs, cause } = refusal;
  const metadata = { ...refusal.metadata, node, service: name };
  return new Refusal(reason, message, {
    fields: [...fields],
    metadata,
    cause,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function refusing({ node, name }: MeshService): Transport {
  const refuse = () =>
    Promise.reject(
      new Refusal("PEER_AWAY", `no address of ${name} at ${node} is configured here`, { metadata: { node, name } }),
    );
  return { unary: refuse, stream: refuse };
}
