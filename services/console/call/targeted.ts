import type { Transport } from "@connectrpc/connect";
import { transport } from "./transport.ts";

/** Header that names the service which is meant, where several of a node serve one contract (`SetAsideService`). */
const TARGET = "x-ecert-target";

const made = new Map<string, Transport>();

/** The page's transport to one service of the node: the same one each time, so that what was asked by it is found again. */
export function transportTo(service: string): Transport {
  const known = made.get(service);
  if (known) return known;
  const targeted: Transport = {
    ...transport,
    unary(method, signal, timeoutMs, header, input, contextValues) {
      const headers = new Headers(header);
      headers.set(TARGET, service);
      return transport.unary(method, signal, timeoutMs, headers, input, contextValues);
    },
  };
  made.set(service, targeted);
  return targeted;
}
