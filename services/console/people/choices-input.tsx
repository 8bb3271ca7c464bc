import { Checkbox } from "antd";

/** Chooses any of several values. What a form says of a field beside value and change (as that it is needed) is none of a group's attributes. */
export function ChoicesInput<T extends string | number>(props: {
  id?: string;
  value?: T[];
  options: { value: T; label: string }[];
  onChange?: (chosen: T[]) => void;
}) {
  const { id, value = [], options, onChange } = props;
  return (
    <Checkbox.Group<T>
      {...(id !== undefined && { id })}
      value={value}
      onChange={(chosen) => onChange?.(chosen)}
      options={options}
    />
  );
}
