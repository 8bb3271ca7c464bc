import { Form, Input, InputNumber, Space } from "antd";
import { Asked } from "../../form/asked.tsx";
import { FORM } from "../../form/form-texts.ts";
import { DepartmentInput } from "../../names/department-input.tsx";
import { said, useTexts } from "../../text/texts.ts";
import { ChoicesInput } from "../choices-input.tsx";
import { PEOPLE } from "../people-texts.ts";
import { APPS, SCOPES } from "./app-texts.ts";

/** What is filled in of an app. */
export interface FilledApp {
  key: string;
  name: string;
  departmentCode: string;
  scopes: string[];
  quota?: { callsPerMinute?: number | null; usageCodesPerDay?: number | null; holdersPerDay?: number | null };
  secretDays?: number | null;
}

const LIMITS = ["callsPerMinute", "usageCodesPerDay", "holdersPerDay"] as const;

/** Fields of an app. `prefix`: what its key begins with at this node, where it is not registered yet. */
export function AppInputs({ prefix }: { prefix?: string }) {
  const texts = { ...useTexts(FORM), ...useTexts(PEOPLE), ...useTexts(APPS) };
  const needed = (label: string) => [{ required: true, message: texts.required(label) }];
  return (
    <section className="panel">
      <div className="columns">
        <Asked name={["name"]} label={texts.name} required />
        {prefix !== undefined && (
          <Form.Item label={texts.key} extra={texts.keyHow} htmlFor="key" required>
            <Space.Compact block>
              <Space.Addon>{prefix}</Space.Addon>
              <Form.Item name="key" noStyle rules={needed(texts.key)}>
                <Input maxLength={50} autoComplete="off" />
              </Form.Item>
            </Space.Compact>
          </Form.Item>
        )}
        <Form.Item
          name="departmentCode"
          label={texts.department}
          extra={texts.departmentHow}
          rules={needed(texts.department)}
        >
          <DepartmentInput />
        </Form.Item>
        {prefix !== undefined && (
          <Form.Item name="secretDays" label={texts.secretDays} extra={texts.secretDaysHow}>
            <InputNumber min={1} max={1_000} precision={0} />
          </Form.Item>
        )}
      </div>
      <Form.Item name="scopes" label={texts.scopes} rules={needed(texts.scopes)}>
        <ChoicesInput options={Object.entries(SCOPES).map(([value, text]) => ({ value, label: said(text) }))} />
      </Form.Item>
      <h2>{texts.quota}</h2>
      <p className="quiet">{texts.quotaHow}</p>
      <div className="columns">
        {LIMITS.map((limit) => (
          <Form.Item key={limit} name={["quota", limit]} label={texts[limit]}>
            <InputNumber min={0} max={10_000_000} precision={0} />
          </Form.Item>
        ))}
      </div>
    </section>
  );
}

/** A quota as the contract has it: an empty field is the default. */
export function quotaOf({ quota = {} }: Pick<FilledApp, "quota">) {
  return Object.fromEntries(LIMITS.map((limit) => [limit, quota[limit] ?? 0]));
}
