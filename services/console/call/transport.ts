import { Code, ConnectError, createContextKey, type Interceptor, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { signedInAgain } from "../../staff-page/session-lost.ts";
import { CALL_ID } from "./refusal.ts";

/** Milliseconds for one call. */
const TIMEOUT_MS = 30_000;

/** Marks a call that asks who is signed in: that nobody is, is its answer. */
export const ASKS_WHO = createContextKey(false);

/** Gives each call an identifier, by which it is found in the logs of the node, also where no answer has come. */
const named: Interceptor = (next) => async (request) => {
  const id = crypto.randomUUID();
  request.header.set(CALL_ID, id);
  try {
    return await next(request);
  } catch (error) {
    const failed = ConnectError.from(error);
    failed.metadata.set(CALL_ID, id);
    throw failed;
  }
};

const direct = createConnectTransport({
  baseUrl: location.origin,
  useBinaryFormat: true,
  defaultTimeoutMs: TIMEOUT_MS,
  interceptors: [named],
});

/**
 * Calls to the node that the page comes from, under the browser's session. A call without one has done nothing: it waits until its reader has signed in
 * again, however long that takes, and is made once more, with a time of its own, so that nothing on the page is lost.
 */
export const transport: Transport = {
  ...direct,
  async unary(...call) {
    try {
      return await direct.unary(...call);
    } catch (error) {
      const [, , , , , contextValues] = call;
      if (ConnectError.from(error).code !== Code.Unauthenticated || contextValues?.get(ASKS_WHO)) throw error;
      await signedInAgain();
      return direct.unary(...call);
    }
  },
};
