import { Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  LocalizedMessageSchema,
  RetryInfoSchema,
} from "../../../proto/gen/google/rpc/error_details_pb.ts";
import type { Language } from "../text/language.ts";

/** A field that the server has refused, by its path in the request. */
export interface RefusedField {
  path: string;
  /** What is wrong and what to do, in the language of the reader. */
  text: string;
}

/** What the server says of a call that it has not done. */
export interface ToldRefusal {
  reason: string;
  /** Reason and remedy, in the language of the reader. */
  text: string;
  fields: readonly RefusedField[];
  /** Values that vary, as the server names them. */
  metadata: Readonly<Record<string, string>>;
  /** Milliseconds after which the same call may be tried again; absent where that would change nothing. */
  retryAfterMs?: number;
  /** Identifier of the call, to give to whoever helps; empty where no server answered. */
  callId: string;
}

/** Header that names a call in the logs of every service that has to do with it. */
export const CALL_ID = "x-request-id";

/** Reads what a failed call was told. What no server has answered is told as `PEER_AWAY`. */
export function toldOf(error: unknown, language: Language): ToldRefusal {
  const failed = ConnectError.from(error);
  const [info] = failed.findDetails(ErrorInfoSchema);
  const [wanted] = failed.findDetails(LocalizedMessageSchema);
  const [bad, inChinese] = failed.findDetails(BadRequestSchema);
  const [retry] = failed.findDetails(RetryInfoSchema);
  const isChinese = language === "zh-CN";
  const fields = (bad?.fieldViolations ?? []).map(({ field, description }, index) => ({
    path: field,
    text: (isChinese && inChinese?.fieldViolations[index]?.localizedMessage?.message) || description,
  }));
  const delay = retry?.retryDelay;
  return {
    reason: info?.reason ?? (failed.code === Code.Unavailable || !info ? "PEER_AWAY" : "INTERNAL"),
    text: (isChinese && wanted?.message) || (info ? failed.rawMessage : noAnswer(isChinese)),
    fields,
    metadata: info?.metadata ?? {},
    ...(delay && { retryAfterMs: Number(delay.seconds) * 1_000 + Math.ceil(delay.nanos / 1e6) }),
    callId: failed.metadata.get(CALL_ID) ?? "",
  };
}

function noAnswer(isChinese: boolean): string {
  return isChinese
    ? "未收到服务器的答复，不能确定是否已办理。请检查网络后再点一次，同一请求不会重复办理。"
    : "The server has not answered, so it is not known whether this was done. Look at the network and press again: the same request is never done twice.";
}
