import { Form, Input, Select } from "antd";
import { OpeningHaltKind } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { useTexts } from "../text/texts.ts";
import { OPENINGS } from "./opening-texts.ts";

/** Asks whether an opening is suspended or withdrawn, and why (6.2.4.2). */
export function HaltInputs({ at }: { at: "issuing" | "usage" }) {
  const texts = useTexts(OPENINGS);
  const kind = Form.useWatch([at, "halt", "kind"]) as number | undefined;
  return (
    <>
      <Form.Item name={[at, "halt", "kind"]} label={texts.halt} initialValue={0}>
        <Select
          options={[
            { value: 0, label: texts.haltNone },
            { value: OpeningHaltKind.SUSPENDED, label: texts.haltSuspend },
            { value: OpeningHaltKind.WITHDRAWN, label: texts.haltWithdraw },
          ]}
        />
      </Form.Item>
      {kind !== undefined && kind !== 0 && (
        <Form.Item name={[at, "halt", "cause"]} label={texts.cause}>
          <Input maxLength={500} autoComplete="off" />
        </Form.Item>
      )}
    </>
  );
}
