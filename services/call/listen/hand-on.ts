import type { DescService, Message } from "@bufbuild/protobuf";
import type { CallOptions } from "@connectrpc/connect";
import type { ActorKind } from "../../domain/actor.ts";
import type { NodeConfig, ServiceName } from "../../host/config.ts";
import { SERVICE_NAMES } from "../../host/services.ts";
import type { CallLog } from "../chain/call-log.ts";
import { HANDED_NOTE, PAGE_SERVICE, type Shown, shownHeaders } from "../chain/handed-on.ts";
import { permissionOf, requirementOf } from "../chain/permission.ts";
import { methodPath, notServed, type Route } from "../chain/routes.ts";
import { type CallContext, onBehalf, type UntypedHandler } from "../chain/service.ts";
import type { Clients } from "../client/clients.ts";
import { PAGE_CONTRACTS } from "./page-contracts.ts";

/** Services of the node that are in other processes, for pages, which reach one origin alone. */
export interface Elsewhere {
  readonly contracts: readonly DescService[];
  /**
   * The way to a method of another process, for one call; `undefined` where no page calls it, or no process is known that serves it. `target`: the
   * service that is meant, of a contract that several serve.
   */
  find(path: string, target: string | undefined, shown: Shown): Route | undefined;
}

/** What is needed to hand calls on. */
export interface HandOnOptions {
  config: Pick<NodeConfig, "services" | "mesh">;
  clients: Pick<Clients, "client">;
  callLog: CallLog;
}

/** Who calls by pages. Everybody else calls the service itself, by its own proof. */
const BY_PAGES: ReadonlySet<ActorKind> = new Set<ActorKind>(["public", "holder", "staff"]);

/** A client of unary methods whose message types are no longer known. */
type AnyClient = Readonly<Record<string, (request: Message, options: CallOptions) => Promise<Message>>>;

/**
 * Hands calls of pages on to the node's other processes, over the mesh with its replicas, health and mutual TLS. The whole chain is gone through
 * here first, with its limits, and again there: who calls is judged by the receiver from what the browser has shown. `undefined` in a process that serves no pages, and in
 * one that has all services of its node.
 */
export function handingOn({ config, clients, callLog }: HandOnOptions): Elsewhere | undefined {
  const { services, mesh } = config;
  const others = SERVICE_NAMES.filter((name) => !services.includes(name) && mesh[name] !== undefined);
  if (!services.includes(PAGE_SERVICE) || others.length === 0) return undefined;
  const methods = new Map(
    PAGE_CONTRACTS.flatMap((contract) => contract.methods).map((method) => [methodPath(method), method]),
  );
  const open = new Map<string, AnyClient>();

  return {
    contracts: PAGE_CONTRACTS,
    find(path, target, shown) {
      const method = methods.get(path);
      const requirement = method && requirementOf(permissionOf(method));
      if (!method || !requirement?.kinds.some((kind) => BY_PAGES.has(kind))) return undefined;
      const service = others.find((name) => name === (areaOf(method.parent) ?? target));
      if (service === undefined) return undefined;
      const handler = (request: Message, call: CallContext) => {
        if (!BY_PAGES.has(call.caller.kind)) throw notServed(path);
        const options = onBehalf(call);
        call.note({ [HANDED_NOTE]: service });
        const headers = { ...(options.headers as Record<string, string>), ...shownHeaders(shown) };
        return clientOf(method.parent, service)[method.localName]?.(request, { ...options, headers });
      };
      return { method, name: path.slice(1), requirement, handler: handler as UntypedHandler, callLog };
    },
  };

  function clientOf(contract: DescService, service: ServiceName): AnyClient {
    const key = `${service}/${contract.typeName}`;
    const client = open.get(key) ?? (clients.client(PAGE_SERVICE, contract, service) as unknown as AnyClient);
    open.set(key, client);
    return client;
  }
}

/** The service that a contract is of, by its area; `undefined` of those that several serve. */
function areaOf({ file }: DescService): ServiceName | undefined {
  const [, area] = file.proto.package.split(".");
  return SERVICE_NAMES.find((name) => name === area);
}
