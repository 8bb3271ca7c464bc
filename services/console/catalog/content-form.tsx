import { Button, Checkbox, Form, Input, Modal } from "antd";
import { useMemo, useState } from "react";
import type { CatalogItemContent } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { type DataField, dataFields } from "../../staff-model/data-fields.ts";
import { type EditedStandard, faultsOf, writtenStandard } from "../data-items/edited-standard.ts";
import { StandardEditor } from "../data-items/standard-editor.tsx";
import { DataInputs } from "../form/data-inputs.tsx";
import { ListInputs } from "../form/list-inputs.tsx";
import { useRefusedFields } from "../form/refused-fields.ts";
import { SendBar } from "../form/send-bar.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { BasicsInputs } from "./basics-inputs.tsx";
import { CATALOG } from "./catalog-texts.ts";
import { DRAFT } from "./draft-texts.ts";
import { faultPlace } from "./fault-place.ts";
import { contentIn, type FilledContent, filledFrom } from "./filled-content.ts";
import { LiveFace } from "./live-face.tsx";
import { SampleFace } from "./sample-face.tsx";

interface ContentFormProps {
  /** What it was opened from. */
  readonly content: CatalogItemContent;
  /** What had been filled in before, in this window. */
  readonly kept: FilledContent | undefined;
  readonly keptAt: Date | undefined;
  readonly keep: (filled: FilledContent) => void;
  readonly save: (content: CatalogItemContent) => void;
  readonly saving: boolean;
  readonly error: unknown;
}

/** Writes what an item is to say (4.3.3): basic elements, data items as a table, example by its own data items, template as text; the node draws the face. */
export function ContentForm({ content, kept, keptAt, keep, save, saving, error }: ContentFormProps) {
  const texts = { ...useTexts(CATALOG), ...useTexts(DRAFT) };
  const [fields] = Form.useForm<FilledContent>();
  const [previewed, setPreviewed] = useState<CatalogItemContent>();
  /** What is drawn beside the template while it is written, if that is wanted. */
  const [live, setLive] = useState<CatalogItemContent>();
  useRefusedFields(fields, error, "content");
  const begun = useMemo(() => kept ?? filledFrom(content), [kept, content]);
  const standard = (Form.useWatch("dataSchemaJson", { form: fields, preserve: true }) ??
    begun.dataSchemaJson) as EditedStandard;
  const written = writtenStandard(standard, content.dataSchemaJson);
  const example = useMemo(() => exampleFields(written), [written]);
  const now = () => contentIn(fields.getFieldsValue(true), content);
  const whole = faultsOf(standard).length === 0;
  return (
    <Form<FilledContent>
      form={fields}
      layout="vertical"
      initialValues={begun}
      onValuesChange={() => {
        keep(fields.getFieldsValue(true));
        if (live && faultsOf(fields.getFieldValue("dataSchemaJson")).length === 0) setLive(now());
      }}
      onFinish={() => save(now())}
    >
      <BasicsInputs />
      <section className="panel">
        <h2>{texts.dataItems}</h2>
        <Form.Item name="dataSchemaJson">
          <StandardEditor />
        </Form.Item>
        <h3>{texts.bindings}</h3>
        <ListInputs
          name="bindings"
          what={texts.binding}
          members={[
            { name: "dataItem", label: texts.dataItem },
            { name: "metadata", label: texts.metadata },
          ]}
        />
      </section>
      <section className="panel">
        <h2>{texts.sample}</h2>
        {begun.example && example ? (
          <div className="columns">
            <DataInputs fields={example} at={["example"]} locked={() => false} />
          </div>
        ) : (
          <Form.Item name="exampleJson" label={texts.sample}>
            <Input.TextArea className="json" rows={8} />
          </Form.Item>
        )}
      </section>
      <section className="panel">
        <h2>{texts.template}</h2>
        <div className={live && "faces"}>
          <div>
            <Form.Item name="faceTemplateJson" label={texts.templateHow}>
              <Input.TextArea className="json" rows={16} />
            </Form.Item>
            <Checkbox
              checked={live !== undefined}
              disabled={!whole && !live}
              onChange={({ target }) => setLive(target.checked ? now() : undefined)}
            >
              {texts.showLive}
            </Checkbox>
          </div>
          {live && (whole ? <LiveFace content={live} /> : <p role="status">{texts.notWhole}</p>)}
        </div>
        <h3>{texts.seals}</h3>
        <ListInputs
          name="sealSamples"
          what={texts.seal}
          members={[
            { name: "name", label: texts.sealName },
            { name: "pictureJson", label: texts.sealPicture, wide: true },
          ]}
        />
      </section>
      {error !== null && error !== undefined && <RefusalNotice error={error} placeOf={faultPlace} />}
      <SendBar name={texts.save} sending={saving} keptAt={keptAt} disabled={!whole} sticks>
        <Button disabled={!whole} onClick={() => setPreviewed(now())}>
          {texts.preview}
        </Button>
      </SendBar>
      <Modal
        open={previewed !== undefined}
        title={texts.preview}
        footer={null}
        width={960}
        onCancel={() => setPreviewed(undefined)}
      >
        {previewed && <SampleFace content={previewed} label={texts.faceAfter} />}
      </Modal>
    </Form>
  );
}

/** The fields of an example, none of them needed: a draft need not be whole. Absent where the standard is none yet. */
function exampleFields(schemaJson: string): DataField[] | undefined {
  const free = (field: DataField): DataField => ({
    ...field,
    required: false,
    ...(field.members && { members: field.members.map(free) }),
  });
  try {
    return dataFields(schemaJson).map(free);
  } catch {
    return undefined;
  }
}
