import { Form } from "antd";
import { useRef } from "react";
import type { PaperKind } from "../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { useTexts } from "../text/texts.ts";
import { CASES } from "./case-texts.ts";
import { PapersInput } from "./papers-input.tsx";

const NAME = "papers";

/** Papers as a field of a case's form, which is not saved while one is on its way: the case would be without it. `draft`: under which the form is kept. */
export function PapersField({ draft, kinds }: { draft: string; kinds: readonly PaperKind[] }) {
  const texts = useTexts(CASES);
  const form = Form.useFormInstance();
  const waiting = useRef(0);
  const onWaiting = (count: number) => {
    waiting.current = count;
    // What was told of those that were on their way is true no more.
    if (count === 0 && form.getFieldError(NAME).length > 0) void form.validateFields([NAME]);
  };
  const validator = () => (waiting.current > 0 ? Promise.reject(new Error(texts.onTheWay)) : Promise.resolve());
  return (
    <Form.Item name={NAME} validateTrigger={[]} rules={[{ validator }]}>
      <PapersInput draft={draft} kinds={kinds} onWaiting={onWaiting} />
    </Form.Item>
  );
}
