import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { Link } from "react-router";
import { DraftService, ItemDraftAction } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import type { ItemDraft } from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { isOnward } from "../../domain/item-procedure.ts";
import { StepButtons } from "../cases/step-buttons.tsx";
import { said, useTexts } from "../text/texts.ts";
import { actionText } from "./draft-steps.tsx";
import { DRAFT } from "./draft-texts.ts";
import { faultPlace } from "./fault-place.ts";

/** Steps that its reader may take with a draft as it was read; the one that takes it further comes first. */
export function DraftActions({ draft, changed }: { draft: ItemDraft; changed: () => unknown }) {
  const texts = useTexts(DRAFT);
  const drafts = createClient(DraftService, useTransport());
  const { openActions, id, name, revision, content } = draft;
  const steps = openActions.filter((action) => contractAction(action) !== undefined);
  const ordered = [...steps.filter(isOnward), ...steps.filter((action) => !isOnward(action))];
  const writes = openActions.includes("edit") || openActions.includes("configure");
  return (
    <div className="actions">
      <StepButtons
        actions={ordered}
        isOnward={isOnward}
        textOf={(action) => said(actionText(action))}
        take={(action, remark) => drafts.takeDraftStep({ id, revision, action: contractAction(action) ?? 0, remark })}
        of={name}
        remarkHow={texts.remarkHow}
        placeOf={faultPlace}
        changed={changed}
      />
      {writes && !content?.retired && (
        <Link to={`/catalog/drafts/${encodeURIComponent(id)}/edit`}>
          {openActions.includes("edit") ? texts.edit : texts.configure}
        </Link>
      )}
    </div>
  );
}

/** The step as the contract numbers it; absent for those that have calls of their own. */
function contractAction(action: string): ItemDraftAction | undefined {
  return ItemDraftAction[action.toUpperCase() as keyof typeof ItemDraftAction];
}
