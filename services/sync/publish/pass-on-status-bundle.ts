import { StatusService } from "../../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import type { Runtime } from "../../node/runtime.ts";
import { signedHead } from "../../statement/status-bundle.ts";
import { madeAnew } from "./made-anew.ts";
import type { PublishedBundle, StatusPublisher } from "./status-publisher.ts";

/**
 * Passes on the bundle of the province, once its signature was checked, so that whoever asks this node needs no other: asked for anew after `ms`, and only
 * when somebody wants it. While the province cannot be asked, or says something older, the last one stays: it says itself of when it is. Kept in memory alone:
 * after a start without the province there is none (`PEER_AWAY`).
 */
export function passOnStatusBundle(runtime: Runtime, province: string, ms: number): StatusPublisher {
  const statuses = runtime.client(StatusService, { peer: province, service: "sync" });
  let last: PublishedBundle | undefined;
  const fetched = async (): Promise<PublishedBundle> => {
    const { bundle } = await statuses.getStatusBundle({});
    const { head } = signedHead(bundle, (publisher, signed, signature) =>
      publisher === province ? runtime.verifyNode(publisher, signed, signature) : undefined,
    );
    return { bytes: bundle, builtAt: head.builtAt };
  };
  return madeAnew(ms, runtime.monotonic, async () => {
    try {
      const fresh = await fetched();
      if (last === undefined || last.builtAt < fresh.builtAt) last = fresh;
    } catch (error) {
      if (last === undefined) throw error;
      runtime.log.warn({ cause: String(error) }, "the status bundle cannot be had now; the last one stays in use");
    }
    return last;
  });
}
