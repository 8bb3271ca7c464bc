import { ExtensionService } from "../../../proto/gen/ecert/extension/v1/extension_service_pb.ts";
import type { Group } from "./action.ts";
import { listAction } from "./actions.ts";

/** 4.1.3: what a city adds to its node, and events on their way to its receivers. */
export const EXTENSION: Group = {
  word: "extension",
  chinese: "本市扩展功能及事件投递",
  english: "what extensions add to this node, and events on their way to their receivers",
  actions: {
    list: listAction(ExtensionService.method.listExtensions, "extensions", [
      "name",
      "version",
      "title",
      "pages",
      "checks",
    ]),
    deliveries: {
      ...listAction(ExtensionService.method.listDeliveries, "deliveries", [
        "id",
        "event",
        "attempts",
        "nextAt",
        "lastFault",
      ]),
      keys: ["state"],
      takes: ["STATE"],
      chinese: "列出投递：waiting 待投，given-up 已放弃，delivered 已送达",
      english: "lists deliveries that are waiting, given-up or delivered",
    },
    retry: {
      kind: "call",
      method: ExtensionService.method.retryDelivery,
      keys: ["id"],
      takes: ["ID"],
      chinese: "重新投递",
      english: "has one that was given up tried again",
    },
  },
};
