import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { type ListChange, ListChangeState } from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { StepButtons } from "../cases/step-buttons.tsx";
import { useTexts } from "../text/texts.ts";
import { LIST_CHANGES } from "./list-change-texts.ts";

const STEPS = ["publish", "discard"] as const;

/** What its reader may do with a change, as the node says: publishing is another person's than who prepared it. */
export function ChangeActions(props: { change: ListChange; openSteps: readonly string[]; changed: () => unknown }) {
  const { change, openSteps, changed } = props;
  const texts = useTexts(LIST_CHANGES);
  const lists = createClient(ListService, useTransport());
  const { id, sha256, division, state } = change;
  return (
    <div className="actions">
      <StepButtons
        actions={STEPS.filter((step) => openSteps.includes(step))}
        isOnward={(step) => step === "publish"}
        textOf={(step) => texts[step]}
        take={(step, remark) =>
          step === "publish" ? lists.publishListChange({ id, remark, sha256 }) : lists.discardListChange({ id, remark })
        }
        of={division}
        remarkHow={texts.remarkHow}
        changed={changed}
      />
      {state === ListChangeState.DRAFT && !openSteps.includes("publish") && <p className="quiet">{texts.another}</p>}
    </div>
  );
}
