import type { DescMethod } from "@bufbuild/protobuf";
import type { Requirement } from "../../domain/permit.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { ServiceName } from "../../host/config.ts";
import type { CallLog } from "./call-log.ts";
import { permissionOf, requirementOf } from "./permission.ts";
import type { MountedService, UntypedHandler } from "./service.ts";

/** One method of a mounted service, with all that is known about it before a call. */
export interface Route {
  readonly method: DescMethod;
  /** `ecert.issue.v1.IssueService/MakeCertificate` */
  readonly name: string;
  /** Who may call it; `undefined`: nobody. */
  readonly requirement: Requirement | undefined;
  readonly handler: UntypedHandler;
  readonly callLog: CallLog;
  /** Of a batch: the unary method that each of its elements stands for. */
  readonly element?: Route | undefined;
}

/**
 * Names the service that a call is meant for. Outbox and inbox are one contract that several services serve, so in a
 * process that mounts several of them the path alone does not tell.
 */
export const TARGET_HEADER = "x-ecert-target";

/** The name that a process speaks as, out of those in its certificate. */
export const SPEAKER_HEADER = "x-ecert-as";

/** All methods that a process serves, by the HTTP path of gRPC and Connect: `/<service>/<method>`. */
export interface RouteTable {
  /** Every method once, in the order of the mountings. */
  readonly methods: readonly DescMethod[];
  /** Without a target, the first service mounted that serves the path. */
  find(path: string, target: string | undefined): Route | undefined;
}

/** A mounted service, the name of the module that brought it, and the call log of that module. */
export interface Mounting {
  name: ServiceName;
  service: MountedService;
  callLog: CallLog;
}

/** Path of a method in gRPC and Connect. */
export function methodPath(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

/** The refusal of a path that this process does not serve in the form in which it was called. */
export function notServed(path: string): Refusal {
  const message = `${path} is not served here: check service and method by the contract, and which service listens here`;
  const localizedDetail = `此处不提供${path}，请按接口约定核对服务名和方法名，并确认地址属于该服务`;
  return new Refusal("UNIMPLEMENTED", message, { localizedDetail });
}

/** The unary method of the same service whose requests a batch carries in its elements, by its contract; `undefined` for what is no batch. */
export function elementOf({ methodKind, input, parent }: DescMethod): DescMethod | undefined {
  if (methodKind !== "bidi_streaming") return undefined;
  const carried = input.fields.find(({ name }) => name === "request")?.message;
  return parent.methods.find((one) => one.methodKind === "unary" && one.input === carried);
}

/** Joins mounted services to one table. A contract that one module mounts twice is a mistake of the program. */
export function createRouteTable(mountings: readonly Mounting[]): RouteTable {
  const routes = new Map<string, Map<string, Route>>();
  const methods: DescMethod[] = [];
  for (const { name, service, callLog } of mountings) {
    for (const method of service.descriptor.methods) {
      const path = methodPath(method);
      const handler = service.handlers[method.localName];
      if (!handler) throw new TypeError(`${path} has no handler`);
      let targets = routes.get(path);
      if (!targets) {
        targets = new Map();
        routes.set(path, targets);
        methods.push(method);
      }
      if (targets.has(name)) throw new TypeError(`${name} mounts ${path} twice`);
      const requirement = requirementOf(permissionOf(method));
      targets.set(name, { method, name: path.slice(1), requirement, handler, callLog });
    }
    for (const batch of service.descriptor.methods) {
      const element = elementOf(batch);
      const targets = routes.get(methodPath(batch));
      const route = targets?.get(name);
      if (element && route) targets?.set(name, { ...route, element: routes.get(methodPath(element))?.get(name) });
    }
  }
  return {
    methods,
    find(path, target) {
      const targets = routes.get(path);
      return target === undefined ? targets?.values().next().value : targets?.get(target);
    },
  };
}
