import { Form, Input, Space } from "antd";
import { ROLE_NAMES, ROLES } from "../../../domain/role.ts";
import { Asked } from "../../form/asked.tsx";
import { FORM } from "../../form/form-texts.ts";
import { DepartmentInput } from "../../names/department-input.tsx";
import { roleOf } from "../../shell/role-name.ts";
import { useTexts } from "../../text/texts.ts";
import { ChoicesInput } from "../choices-input.tsx";
import { PEOPLE } from "../people-texts.ts";
import { ACCOUNTS } from "./account-texts.ts";

/** All roles, in the order in which people list them. Which of them are the reader's to give, the node says. */
const ROLE_OPTIONS = ROLE_NAMES.map((name) => ({ value: roleOf(name), label: ROLES[name].chinese }));

/** Fields of an account. `prefix`: what its name begins with at this node, where it has none yet. */
export function AccountInputs({ prefix }: { prefix?: string }) {
  const texts = { ...useTexts(FORM), ...useTexts(PEOPLE), ...useTexts(ACCOUNTS) };
  const needed = (label: string) => [{ required: true, message: texts.required(label) }];
  return (
    <>
      <div className="columns">
        <Asked name={["name"]} label={texts.name} required />
        {prefix !== undefined && (
          <Form.Item label={texts.id} extra={texts.idHow} htmlFor="id" required>
            <Space.Compact block>
              <Space.Addon>{prefix}</Space.Addon>
              <Form.Item name="id" noStyle rules={needed(texts.id)}>
                <Input maxLength={48} autoComplete="off" />
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
      </div>
      <Form.Item name="roles" label={texts.roles} extra={texts.rolesHow} rules={needed(texts.roles)}>
        <ChoicesInput options={ROLE_OPTIONS} />
      </Form.Item>
    </>
  );
}
