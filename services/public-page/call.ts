import {
  create,
  type DescMessage,
  type DescMethodUnary,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { Faulty, faultOf } from "./fault.ts";
import type { Both } from "./language.ts";

/** Longest time for one call: a document of 20 MiB over a slow line. */
const TIMEOUT_MS = 300_000;

const NO_ANSWER: Both = [
  "未收到服务器的答复，未能完成。可能是网络中断或服务器暂停服务，请稍后再试。",
  "The server has not answered; nothing was done that is known of. The network may be cut, or the server may be away: try again later.",
];
/** What is told of a call that was stopped by whoever made it. */
export const STOPPED: Both = ["已停止，未完成。", "Stopped before its end."];

/** What goes with a call. */
export interface CallOptions {
  /** Told how much of the request has gone out, 0 to 1. */
  readonly onSent?: (share: number) => void;
  readonly signal?: AbortSignal;
  /** Access token of whoever calls; absent for anybody. */
  readonly token?: string;
  /** Longest time that is waited for, in milliseconds. Absent: 5 minutes, for large files over slow lines. */
  readonly timeoutMs?: number;
}

/**
 * Calls a method of the node that the page comes from. By `XMLHttpRequest`, since `fetch` does not tell how much has gone out. Rejects with
 * {@link Faulty}.
 */
export function call<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  request: MessageInitShape<I>,
  { onSent, signal, token, timeoutMs = TIMEOUT_MS }: CallOptions = {},
): Promise<MessageShape<O>> {
  const body = toBinary(method.input, create(method.input, request));
  const callId = crypto.randomUUID();
  return new Promise((resolve, reject) => {
    // Stopped while its file was read.
    if (signal?.aborted) return reject(new Faulty(STOPPED));
    const asked = new XMLHttpRequest();
    asked.open("POST", `/${method.parent.typeName}/${method.name}`);
    asked.setRequestHeader("content-type", "application/proto");
    asked.setRequestHeader("connect-protocol-version", "1");
    asked.setRequestHeader("x-request-id", callId);
    if (token) asked.setRequestHeader("authorization", `Bearer ${token}`);
    asked.responseType = "arraybuffer";
    asked.timeout = timeoutMs;
    const noAnswer = () => reject(new Faulty(NO_ANSWER, { callId }));
    asked.onerror = noAnswer;
    asked.ontimeout = noAnswer;
    asked.onabort = () => reject(new Faulty(STOPPED));
    asked.upload.onprogress = ({ loaded, total }) => onSent?.(total > 0 ? loaded / total : 0);
    asked.upload.onload = () => onSent?.(1);
    asked.onload = () => {
      const answer = new Uint8Array(asked.response as ArrayBuffer);
      if (asked.status !== 200) return reject(faultOf(answer, callId));
      try {
        resolve(fromBinary(method.output, answer));
      } catch {
        noAnswer();
      }
    };
    signal?.addEventListener("abort", () => asked.abort());
    asked.send(body as Uint8Array<ArrayBuffer>);
  });
}
