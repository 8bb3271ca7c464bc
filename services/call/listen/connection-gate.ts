import type { Socket } from "node:net";
import type { Limits } from "../../host/limits.ts";
import type { IntakeMetrics } from "../../host/metrics.ts";
import { addressGroup } from "../request/address-group.ts";

/** Lets connections to one listener in while its limits allow. */
export interface ConnectionGate {
  /**
   * Counts a connection until it closes. One too many is closed at once, before TLS, which would cost more than what it guards
   * against; nothing can be told over it, so clients see a reset connection and try again. False: it was closed.
   */
  admit(socket: Socket): boolean;
  /** The connections that were admitted and are open. */
  readonly sockets: ReadonlySet<Socket>;
}

/** Makes the gate of a listener. */
export function createConnectionGate(
  listener: string,
  limits: Pick<Limits, "connections" | "connectionsPerAddress">,
  metrics: Pick<IntakeMetrics, "connections" | "connectionRefused">,
): ConnectionGate {
  const byAddress = new Map<string, number>();
  const sockets = new Set<Socket>();

  return {
    sockets,
    admit(socket) {
      const group = addressGroup(socket.remoteAddress);
      const ofAddress = byAddress.get(group) ?? 0;
      const broken = ofAddress >= limits.connectionsPerAddress ? "connectionsPerAddress" : "connections";
      if (sockets.size >= limits.connections || broken === "connectionsPerAddress") {
        metrics.connectionRefused(listener, broken);
        socket.destroy();
        return false;
      }
      sockets.add(socket);
      byAddress.set(group, ofAddress + 1);
      metrics.connections(listener, 1);
      socket.once("close", () => {
        sockets.delete(socket);
        metrics.connections(listener, -1);
        const left = (byAddress.get(group) ?? 1) - 1;
        if (left === 0) byAddress.delete(group);
        else byAddress.set(group, left);
      });
      return true;
    },
  };
}
