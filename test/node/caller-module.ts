import type { Runtime, ServiceModule } from "../../services/node/runtime.ts";

/** A sync service that does nothing but hand out its runtime, whose clients a test calls. */
export function callerModule(): { module: ServiceModule; runtime: () => Runtime } {
  let runtime: Runtime | undefined;
  return {
    module: {
      name: "sync",
      async start(given) {
        runtime = given;
        return { services: [], ready: async () => {}, stop: async () => {} };
      },
    },
    runtime: () => runtime as Runtime,
  };
}
