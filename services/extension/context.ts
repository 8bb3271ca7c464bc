import type { Bell } from "../base/bell.ts";
import type { GuardedCollection } from "../event/guarded-collection.ts";
import type { ReceiverConfig } from "../host/extension-config.ts";
import type { Runtime } from "../node/runtime.ts";
import type { Checks } from "./checks/checks.ts";
import type { DeliveryDocument } from "./deliveries/delivery-record.ts";
import type { Extension } from "./manifest/extension.ts";

/** What every route of the extension service works with. */
export interface ExtensionContext {
  runtime: Runtime;
  extensions: readonly Extension[];
  checks: Checks;
  deliveries: GuardedCollection<DeliveryDocument>;
  /** Rings when there is something to deliver. */
  bell: Bell;
  /** Where a receiver is now. */
  receiver(extension: string, name: string): ReceiverConfig | undefined;
}
