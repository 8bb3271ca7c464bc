import { useMutation } from "@connectrpc/connect-query";
import { Button, Input } from "antd";
import { useId, useState } from "react";
import { useNavigate } from "react-router";
import { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import { addDays, shanghaiDay } from "../../domain/civil-date.ts";
import { useUnsaved } from "../form/unsaved.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { PLAN_EDIT } from "./plan-texts.ts";

/** Puts the items of a batch into a draft of a change of the obligatory list, from a day on (6.2.5.1). Pressed again it leads to the same draft. */
export function BatchToList({ plan, batch }: { plan: string; batch: number }) {
  const texts = useTexts(PLAN_EDIT);
  const navigate = useNavigate();
  const day = useId();
  const [tomorrow] = useState(() => addDays(shanghaiDay(new Date()), 1));
  const [from, setFrom] = useState(tomorrow);
  const { mutate, error, isPending } = useMutation(PlanService.method.prepareBatchList, {
    onSuccess: ({ listChange }) => navigate(`/catalog/list/changes/${encodeURIComponent(listChange)}`),
  });
  useUnsaved(() => (isPending || from === tomorrow ? undefined : "lost"));
  return (
    <div className="actions">
      <label htmlFor={day}>{texts.from(batch)}</label>
      <Input id={day} type="date" value={from} className="short" onChange={({ target }) => setFrom(target.value)} />
      <Button loading={isPending} disabled={from === ""} onClick={() => mutate({ id: plan, batch, from })}>
        {texts.toList(batch)}
      </Button>
      {error && <RefusalNotice error={error} />}
    </div>
  );
}
