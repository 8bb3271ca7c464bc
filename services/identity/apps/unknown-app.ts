import { type Refusal, refuseField } from "../../domain/refusal.ts";

/** The refusal of a key that names no app of this node's registry. */
export function unknownApp(appKey: string, field = "app_key"): Refusal {
  return refuseField(
    "APP_UNKNOWN",
    field,
    `no app ${appKey} at this node`,
    "name an app that PutApp has stored",
    `本节点没有应用${appKey}，请填写PutApp登记过的应用`,
  );
}
