import type { Actor } from "../../domain/actor.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import { changeRecord } from "../../registry/keep-record.ts";
import type { AppDocument } from "./app-record.ts";
import type { AppRoom } from "./app-room.ts";
import { type TravellingSecrets, useBehind } from "./app-secrets.ts";

/** What changes of an app. Members that are left out stay as they are. */
export interface AppChange {
  value: JsonObject;
  secrets?: TravellingSecrets;
  tokensNotBefore?: string;
}

/** Changes an app of this node; see {@link changeRecord}. */
export function changeApp(
  room: AppRoom,
  key: string,
  next: (old: AppDocument | undefined) => AppChange | undefined,
  by?: Actor,
): Promise<AppDocument> {
  return changeRecord(room, "app", key, (old) => besides(old, next(old)), by);
}

function besides(old: AppDocument | undefined, change: AppChange | undefined) {
  if (!change) return undefined;
  const { value, secrets, tokensNotBefore } = change;
  return {
    value,
    beside: {
      ...secrets,
      ...(secrets && { secretUse: {}, ...useBehind(old, secrets) }),
      ...(tokensNotBefore !== undefined && { tokensNotBefore, refusedBefore: tokensNotBefore }),
    },
  };
}
