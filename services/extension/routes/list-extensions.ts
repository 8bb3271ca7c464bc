import type { ExtensionService } from "../../../proto/gen/ecert/extension/v1/extension_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { ExtensionContext } from "../context.ts";
import type { Extension } from "../manifest/extension.ts";
import { pathOfPages } from "../pages/page-site.ts";

/** Lists the extensions of this node. */
export function listExtensions(context: ExtensionContext): Handlers<typeof ExtensionService>["listExtensions"] {
  return async () => ({ extensions: await Promise.all(context.extensions.map((one) => viewOf(context, one))) });
}

async function viewOf({ deliveries }: ExtensionContext, { manifest, receivers }: Extension) {
  const { name, version, title, pages, checks = [] } = manifest;
  const told = receivers.map(async (receiver) => {
    const count = (state: string) => deliveries.count("receivers", [name, receiver.name, state]);
    const { url, events } = receiver;
    const [waiting, givenUp] = await Promise.all([count("waiting"), count("given-up")]);
    return { name: receiver.name, url, events: [...events], waiting, givenUp };
  });
  return {
    ...{ name, version, title, pages: pages ? pathOfPages(name) : "" },
    checks: [...new Set(checks.flatMap(({ items }) => items))],
    receivers: await Promise.all(told),
  };
}
