import type { EntryService } from "../../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { reachedCase } from "../cases/case-record.ts";
import type { GovernanceContext } from "../context.ts";
import { entryView } from "../entries/entry-view.ts";

/** Reads an entry; one beyond reach is answered as one that does not exist. */
export function getEntry({ entries }: GovernanceContext): Handlers<typeof EntryService>["getEntry"] {
  return async ({ code }, { caller, reach }) => {
    return { entry: entryView(reachedCase(await entries.get(code), code, reach), caller) };
  };
}
