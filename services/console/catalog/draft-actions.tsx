import { useMutation } from "@connectrpc/connect-query";
import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { DraftService, ItemDraftAction } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import type { ItemDraft } from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { TakeStep } from "../shell/take-step.tsx";
import { said, useTexts } from "../text/texts.ts";
import { actionText, isOnward } from "./draft-steps.tsx";
import { DRAFT } from "./draft-texts.ts";
import { faultPlace } from "./fault-place.ts";

const { takeDraftStep } = DraftService.method;

/** Steps that its reader may take with a draft as it was read; the one that takes it further comes first. */
export function DraftActions({ draft, changed }: { draft: ItemDraft; changed: () => unknown }) {
  const texts = useTexts(DRAFT);
  const [asking, setAsking] = useState<string>();
  const { openActions, id, content } = draft;
  const steps = openActions.filter((action) => contractAction(action) !== undefined);
  const ordered = [...steps.filter(isOnward), ...steps.filter((action) => !isOnward(action))];
  const writes = openActions.includes("edit") || openActions.includes("configure");
  return (
    <div className="actions">
      {ordered.map((action) => (
        <Button key={action} type={isOnward(action) ? "primary" : "default"} onClick={() => setAsking(action)}>
          {said(actionText(action))}
        </Button>
      ))}
      {writes && !content?.retired && (
        <Link to={`/catalog/drafts/${encodeURIComponent(id)}/edit`}>
          {openActions.includes("edit") ? texts.edit : texts.configure}
        </Link>
      )}
      {asking && (
        <DraftStep
          draft={draft}
          action={asking}
          changed={() => {
            setAsking(undefined);
            changed();
          }}
          cancel={() => setAsking(undefined)}
        />
      )}
    </div>
  );
}

/** A step with its remark, at the revision that was read. */
function DraftStep(props: { draft: ItemDraft; action: string; changed: () => void; cancel: () => void }) {
  const { draft, action, changed, cancel } = props;
  const texts = useTexts(DRAFT);
  const { mutate, error, isPending } = useMutation(takeDraftStep, { onSuccess: changed });
  const { id, revision, name } = draft;
  const step = said(actionText(action));
  return (
    <TakeStep
      title={`${step} · ${name}`}
      step={step}
      remarkHow={texts.remarkHow}
      take={(remark) => mutate({ id, revision, action: contractAction(action) ?? 0, remark })}
      taking={isPending}
      fault={error && <RefusalNotice error={error} placeOf={faultPlace} />}
      readAgain={changed}
      cancel={cancel}
    />
  );
}

/** The step as the contract numbers it; absent for those that have calls of their own. */
function contractAction(action: string): ItemDraftAction | undefined {
  return ItemDraftAction[action.toUpperCase() as keyof typeof ItemDraftAction];
}
