import { Button, Form, Input, Select } from "antd";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { Asked } from "../form/asked.tsx";
import { FORM } from "../form/form-texts.ts";
import { ItemInput } from "../names/item-input.tsx";
import { MatterInput } from "../names/matter-input.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { HaltInputs } from "./halt-inputs.tsx";
import { LinesInput } from "./lines-input.tsx";
import { FILE_TEXTS, OPENINGS } from "./opening-texts.ts";

const FILES = [FileFormat.PDF, FileFormat.OFD, FileFormat.MESSAGE, FileFormat.MESSAGE_SIGNATURE];

/** Fields of the use of certificates in a matter (6.4.6.1): which, which of their data, in which forms. */
export function UsageInputs() {
  const texts = { ...useTexts(FORM), ...useTexts(OPENINGS) };
  const files = useTexts(FILE_TEXTS);
  const { departmentCode } = useWho();
  const labels = [files.pdf, files.ofd, files.message, files.signature];
  return (
    <>
      <div className="columns">
        <Form.Item
          name={["usage", "matterCode"]}
          label={texts.matter}
          extra={texts.matterHow}
          rules={[{ required: true, message: texts.required(texts.matter) }]}
        >
          <MatterInput departmentCode={departmentCode} />
        </Form.Item>
        <Asked name={["usage", "enabledOn"]} label={texts.from} type="date" required />
        <Asked name={["usage", "closesOn"]} label={texts.until} type="date" extra={texts.untilHow} />
        <HaltInputs at="usage" />
        <LinesInput name={["usage", "appKeys"]} label={texts.app} extra={texts.appKeysHow} />
      </div>
      <h3>{texts.usable}</h3>
      <p className="quiet">{texts.fieldsHow}</p>
      <Form.List name={["usage", "items"]}>
        {(rows, { add, remove }) => (
          <>
            {rows.map(({ key, name }, index) => (
              <div className="columns" key={key}>
                <Form.Item name={[name, "itemCode"]} label={`${texts.itemCode} ${index + 1}`} extra={texts.itemHow}>
                  <ItemInput />
                </Form.Item>
                <Form.Item name={[name, "fields"]} label={`${texts.fieldNames} ${index + 1}`}>
                  <Input autoComplete="off" spellCheck={false} />
                </Form.Item>
                <Form.Item name={[name, "files"]} label={`${files.title} ${index + 1}`}>
                  <Select mode="multiple" options={FILES.map((value, at) => ({ value, label: labels[at] ?? "" }))} />
                </Form.Item>
                <Form.Item label=" " colon={false}>
                  <Button aria-label={texts.removeRow(`${texts.usableItem} ${index + 1}`)} onClick={() => remove(name)}>
                    {texts.remove}
                  </Button>
                </Form.Item>
              </div>
            ))}
            <Button onClick={() => add({ files: [] })}>{texts.add(texts.usableItem)}</Button>
          </>
        )}
      </Form.List>
    </>
  );
}
