import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { type GetOwnSessionResponse, SessionService } from "../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import { UploadService } from "../../proto/gen/ecert/issue/v1/upload_service_pb.ts";
import type { UploadCalls } from "../file-view/send-file.ts";
import { call } from "../public-page/call.ts";
import { Faulty } from "../public-page/fault.ts";
import { hearSignedIn, signedInAgain, tellSignedIn } from "../staff-page/session-lost.ts";

/** Reasons that say that nobody is signed in. */
const NOBODY: ReadonlySet<string> = new Set(["TOKEN_MISSING", "SESSION_ENDED"]);
/** Reasons for which the node could not answer, whatever it was asked. */
const AWAY: ReadonlySet<string> = new Set(["", "PEER_AWAY", "STORE_AWAY", "DEADLINE_EXCEEDED", "CLIENT_FAULT"]);

/** Whether nobody has answered, so that it is not known whether what was asked for was done. */
export const isUnanswered = (error: unknown): boolean => error instanceof Faulty && AWAY.has(error.fault.reason);
/** Whether the node refused for a reason. */
export const isRefused = (error: unknown, reason: string): boolean =>
  error instanceof Faulty && error.fault.reason === reason;

/** Calls as the member of staff who has signed in. */
export interface Session {
  readonly who: GetOwnSessionResponse;
  /** Rejects with {@link Faulty}. Where the session has ended it waits until the same person has signed in again, and is made once more then. */
  call<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageInitShape<I>,
  ): Promise<MessageShape<O>>;
  readonly uploads: UploadCalls;
}

/** The session of whoever has signed in in this browser; `undefined`: nobody has. Rejects with {@link Faulty} where nobody can say. */
export async function openSession(): Promise<Session | undefined> {
  const who = await call(SessionService.method.getOwnSession, {}).catch((error: unknown) => {
    if (error instanceof Faulty && NOBODY.has(error.fault.reason)) return undefined;
    throw error;
  });
  if (!who) return undefined;
  tellSignedIn(who.account);
  hearSignedIn(who.account);
  const asked: Session["call"] = async (method, request) => {
    try {
      return await call(method, request);
    } catch (error) {
      if (!(error instanceof Faulty) || !NOBODY.has(error.fault.reason)) throw error;
      await signedInAgain();
      return call(method, request);
    }
  };
  const { beginUpload, putPart, finishUpload, dropUpload } = UploadService.method;
  return {
    who,
    call: asked,
    uploads: {
      begin: (file) => asked(beginUpload, file),
      put: (part) => asked(putPart, part),
      finish: (which) => asked(finishUpload, which),
      drop: (which) => asked(dropUpload, which),
      isAway: isUnanswered,
    },
  };
}
