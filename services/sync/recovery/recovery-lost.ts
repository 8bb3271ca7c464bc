import { RecoveryService } from "../../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { RecoveryProgress, StepOptions } from "./recovery-progress.ts";

const PAGE = 200;
const CALL_MS = 30_000;

/**
 * Tells of certificates that agents have signed and that neither this node nor the province has: they are nobody's, and the node does not
 * issue before a person has given them up.
 */
export async function tellLostSignatures(
  { client }: Runtime,
  progress: RecoveryProgress,
  { signal }: StepOptions,
): Promise<void> {
  const issued = client(RecoveryService, "issue");
  for (let pageToken = ""; ; ) {
    const page = await issued.listLostSignatures({ pageSize: PAGE, pageToken }, { signal, timeoutMs: CALL_MS });
    for (const { identifier, agent, journalEntry } of page.signatures)
      progress.notice(
        `证照 ${identifier} 由签名代理 ${agent} 签过名（日志第 ${journalEntry} 条）而无处留存，请核对后以 ecert lost accept 放弃 · signed by ${agent} (entry ${journalEntry}) and kept nowhere: give it up by ecert lost accept`,
      );
    pageToken = page.nextPageToken;
    if (pageToken === "") return;
  }
}
