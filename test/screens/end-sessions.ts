import { SessionService } from "../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import type { ScreensScene } from "./scene.ts";

/** Ends all sessions of an account, as its owner does elsewhere. */
export async function endSessionsOf(scene: ScreensScene, account: string): Promise<void> {
  const elsewhere = await scene.session({ account });
  await elsewhere.client(SessionService, "identity").endOwnSessions({});
}
