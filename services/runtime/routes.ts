import type { DescMethod } from "@bufbuild/protobuf";
import type { Route } from "./call-chain.ts";
import type { CallLog } from "./call-log.ts";
import type { ServiceName } from "./config.ts";
import { permissionOf } from "./permission.ts";
import type { MountedService } from "./service.ts";

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
      targets.set(name, { method, name: path.slice(1), permission: permissionOf(method), handler, callLog });
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
