import type { Runtime } from "../node/runtime.ts";
import type { NodeStanding } from "../node/standing.ts";
import type { RecordWatch } from "./recovery/record-watch.ts";

/** A runtime by which a service gives out nothing new while its records are an older copy, whatever the node's links tell. */
export function guardedRuntime(runtime: Runtime, watch: Pick<RecordWatch, "require">): Runtime {
  const { standing } = runtime;
  const guarded: NodeStanding = Object.create(standing, {
    require: {
      value: async () => {
        await standing.require();
        await watch.require();
      },
    },
  });
  return { ...runtime, standing: guarded };
}
