import type { LinkService } from "../../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { SyncContext } from "../context.ts";
import { linkState } from "../link-state.ts";

/** 5.7.2, 6.2.1.2: state of the links, for operators. */
export function getLinks({ links, runtime }: SyncContext): Handlers<typeof LinkService>["getLinks"] {
  return async () => ({ links: links.map((link) => linkState(link, runtime)) });
}
