import { Button, Form, Input } from "antd";
import type { ReactNode } from "react";
import { FORM } from "../form/form-texts.ts";
import { DepartmentInput } from "../names/department-input.tsx";
import { ItemInput } from "../names/item-input.tsx";
import { MatterInput } from "../names/matter-input.tsx";
import { useTexts } from "../text/texts.ts";
import { PLAN_EDIT } from "./plan-texts.ts";

interface FilledTarget {
  code?: string;
  departmentCode?: string;
}

/** A batch as the form holds it. */
export interface FilledBatch {
  name?: string;
  dueOn?: string;
  items: FilledTarget[];
  matters: FilledTarget[];
}

/** Batches of a plan, each with what is to be issued and used by its last day. */
export function BatchInputs() {
  const texts = { ...useTexts(FORM), ...useTexts(PLAN_EDIT) };
  return (
    <Form.List name="batches">
      {(batches, { add, remove }) => (
        <>
          {batches.map(({ key, name: batch }, index) => (
            <section className="panel" key={key}>
              <h2>{texts.batch(index + 1)}</h2>
              <div className="columns">
                <Form.Item name={[batch, "name"]} label={`${texts.batchName} ${index + 1}`}>
                  <Input maxLength={100} autoComplete="off" />
                </Form.Item>
                <Form.Item name={[batch, "dueOn"]} label={`${texts.due} ${index + 1}`}>
                  <Input type="date" />
                </Form.Item>
              </div>
              <h3>{texts.items}</h3>
              <Targets at={[batch, "items"]} batch={index + 1} what={texts.item} input={<ItemInput />} />
              <h3>{texts.matters}</h3>
              <Targets at={[batch, "matters"]} batch={index + 1} what={texts.matter} input={<MatterInput />} />
              {batches.length > 1 && (
                <Button onClick={() => remove(batch)}>{texts.removeRow(texts.batch(index + 1))}</Button>
              )}
            </section>
          ))}
          <Button onClick={() => add({ items: [{}], matters: [] })}>{texts.add(texts.aBatch)}</Button>
        </>
      )}
    </Form.List>
  );
}

/** What departments are to do in a batch. */
function Targets({
  at,
  batch,
  what,
  input,
}: {
  at: (string | number)[];
  batch: number;
  what: string;
  input: ReactNode;
}) {
  const texts = { ...useTexts(FORM), ...useTexts(PLAN_EDIT) };
  const label = (title: string, row: number) => `${title} ${batch}.${row + 1}`;
  return (
    <Form.List name={at}>
      {(rows, { add, remove }) => (
        <>
          {rows.map(({ key, name: row }, index) => (
            <div className="columns" key={key}>
              <Form.Item name={[row, "code"]} label={label(what, index)}>
                {input}
              </Form.Item>
              <Form.Item name={[row, "departmentCode"]} label={label(texts.department, index)}>
                <DepartmentInput />
              </Form.Item>
              <Form.Item label=" " colon={false}>
                <Button aria-label={texts.removeRow(label(what, index))} onClick={() => remove(row)}>
                  {texts.remove}
                </Button>
              </Form.Item>
            </div>
          ))}
          <Button aria-label={`${texts.add(what)} ${batch}`} onClick={() => add({})}>
            {texts.add(what)}
          </Button>
        </>
      )}
    </Form.List>
  );
}
