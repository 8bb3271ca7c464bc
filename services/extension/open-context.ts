import { createBell } from "../base/bell.ts";
import type { Runtime } from "../node/runtime.ts";
import { openChecks } from "./checks/checks.ts";
import type { ExtensionContext } from "./context.ts";
import { openDeliveries } from "./deliveries/delivery-record.ts";
import { readExtensions } from "./manifest/extension.ts";

/** Opens what the service works with. Throws `INVALID_FIELD` for extensions that are not whole. */
export async function openContext(runtime: Runtime): Promise<ExtensionContext> {
  const extensions = readExtensions(runtime.config.extensions ?? []);
  return {
    runtime,
    extensions,
    checks: openChecks(extensions, runtime.log),
    deliveries: await openDeliveries(runtime),
    bell: createBell({ remembers: true }),
    receiver(extension, name) {
      const own = extensions.find(({ manifest }) => manifest.name === extension);
      return own?.receivers.find((one) => one.name === name);
    },
  };
}
