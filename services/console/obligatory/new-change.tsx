import { fromJson, type JsonObject } from "@bufbuild/protobuf";
import { useMutation } from "@connectrpc/connect-query";
import { Form, Input } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { ListChangeSchema } from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { useKeptDraft } from "../form/kept-draft.ts";
import { useRefusedFields } from "../form/refused-fields.ts";
import { SendBar } from "../form/send-bar.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { type FilledLine, LineInputs } from "./line-inputs.tsx";
import { LIST_CHANGES } from "./list-change-texts.ts";

interface Filled {
  division: string;
  lines: FilledLine[];
  remark: string;
}

/** Prepares a change of an obligatory list (6.2.3.1). Nothing is in force by it until another person publishes it. */
export function NewChange() {
  const texts = useTexts(LIST_CHANGES);
  const who = useWho();
  const navigate = useNavigate();
  const [form] = Form.useForm<Filled>();
  const kept = useKeptDraft<Filled & { id: string }>(`${who.account}.list-change.new`);
  // The same id again is the same change: an answer that was lost prepares nothing twice.
  const [id] = useState(() => kept.before?.id ?? crypto.randomUUID());
  const { mutate, error, isPending } = useMutation(ListService.method.prepareListChange, {
    onSuccess() {
      kept.forget();
      navigate(`/catalog/list/changes/${id}`);
    },
  });
  useRefusedFields(form, error, "change");
  const begun: Filled = { division: who.division, lines: [{ target: who.division }], remark: "" };
  return (
    <>
      <p>
        <Link to="/catalog/list/changes">{texts.back}</Link>
      </p>
      <h1>{texts.begin}</h1>
      <Form<Filled>
        form={form}
        layout="vertical"
        initialValues={{ ...begun, ...kept.before }}
        onValuesChange={() => kept.keep({ id, ...form.getFieldsValue(true) })}
        onFinish={() => {
          const { division, lines, remark } = form.getFieldsValue(true) as Filled;
          const change = fromJson(ListChangeSchema, { id, division, lines: lines.map(said) } as JsonObject);
          mutate({ change, remark });
        }}
      >
        <section className="panel">
          <Form.Item name="division" label={texts.division} extra={texts.divisionHow}>
            <Input maxLength={12} autoComplete="off" />
          </Form.Item>
        </section>
        <section className="panel">
          <h2>{texts.lines}</h2>
          <LineInputs />
        </section>
        <section className="panel">
          <Form.Item name="remark" label={texts.remark}>
            <Input.TextArea maxLength={1000} showCount rows={2} />
          </Form.Item>
          <p className="quiet">{texts.another}</p>
        </section>
        {error && <RefusalNotice error={error} />}
        <SendBar name={texts.prepare} sending={isPending} keptAt={kept.keptAt} />
      </Form>
    </>
  );
}

/** A line as the contract takes it: what was left empty says nothing. */
function said(line: FilledLine): JsonObject {
  const filled = Object.entries(line ?? {}).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(filled) as JsonObject;
}
