import { fromJson, type JsonObject, toJson } from "@bufbuild/protobuf";
import { useMutation } from "@connectrpc/connect-query";
import { Form, Input } from "antd";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { type Plan, PlanSchema } from "../../../proto/gen/ecert/governance/v1/plan_pb.ts";
import { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import { PLANS } from "../catalog/list-texts.ts";
import { useKeptDraft } from "../form/kept-draft.ts";
import { useOpened } from "../form/opened.ts";
import { useRefusedFields } from "../form/refused-fields.ts";
import { SendBar } from "../form/send-bar.tsx";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { BatchInputs, type FilledBatch } from "./batch-inputs.tsx";
import { PLAN_EDIT } from "./plan-texts.ts";

interface Filled {
  id: string;
  revision: number;
  name: string;
  division: string;
  batches: FilledBatch[];
}

/** Draws up a promotion plan, or changes one that is a draft yet (6.2.5.1). */
export function EditPlan() {
  const { id } = useParams();
  const { data, error, refetch } = useOpened(PlanService.method.getPlan, { id: id ?? "" }, id !== undefined);
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (id === undefined) return <Edited />;
  if (!data?.plan) return <Waiting />;
  return <Edited plan={data.plan} />;
}

function Edited({ plan }: { plan?: Plan }) {
  const texts = { ...useTexts(PLANS), ...useTexts(PLAN_EDIT) };
  const who = useWho();
  const navigate = useNavigate();
  const [form] = Form.useForm<Filled>();
  const kept = useKeptDraft<Filled>(`${who.account}.plan.${plan?.id ?? "new"}`);
  const [begun] = useState<Filled>(() => kept.before ?? (plan ? filledFrom(plan) : empty(who.division)));
  const { mutate, error, isPending } = useMutation(PlanService.method.putPlan, {
    onSuccess() {
      kept.forget();
      navigate(`/catalog/plans/${encodeURIComponent(begun.id)}`);
    },
  });
  useRefusedFields(form, error, "plan");
  return (
    <>
      <p>
        <Link to="/catalog/plans">{texts.back}</Link>
      </p>
      <h1>{plan ? `${texts.edit} · ${plan.name}` : texts.begin}</h1>
      <Form<Filled>
        form={form}
        layout="vertical"
        initialValues={begun}
        onValuesChange={() => kept.keep({ ...begun, ...form.getFieldsValue(true) })}
        onFinish={() => mutate({ plan: planIn({ ...begun, ...form.getFieldsValue(true) }) })}
      >
        <section className="panel columns">
          <Form.Item name="name" label={texts.name}>
            <Input maxLength={200} autoComplete="off" />
          </Form.Item>
          <Form.Item name="division" label={texts.division}>
            <Input maxLength={12} autoComplete="off" />
          </Form.Item>
        </section>
        <BatchInputs />
        {error && <RefusalNotice error={error} />}
        <SendBar name={texts.save} sending={isPending} keptAt={kept.keptAt} />
      </Form>
    </>
  );
}

const empty = (division: string): Filled => ({
  ...{ id: crypto.randomUUID(), revision: 0, name: "", division },
  batches: [{ name: "", dueOn: "", items: [{}], matters: [] }],
});

function filledFrom(plan: Plan): Filled {
  return toJson(PlanSchema, plan, { alwaysEmitImplicit: true }) as unknown as Filled;
}

/** The plan that a form holds: what the node sets by itself is left to it. */
function planIn({ id, revision, name, division, batches }: Filled): Plan {
  const targets = (of: FilledBatch["items"]) =>
    of.map((one) => ({ code: one?.code ?? "", departmentCode: one?.departmentCode ?? "" }));
  const said = batches.map((one) => ({
    ...{ name: one?.name ?? "", dueOn: one?.dueOn ?? "" },
    ...{ items: targets(one?.items ?? []), matters: targets(one?.matters ?? []) },
  }));
  return fromJson(PlanSchema, { id, revision, name, division, batches: said } as JsonObject);
}
