import { Table } from "antd";
import { type ImportedAccount, ImportOutcome } from "../../../../proto/gen/ecert/identity/v1/account_import_pb.ts";
import { useTexts } from "../../text/texts.ts";
import { ACCOUNTS, IMPORT } from "./account-texts.ts";

/** A list of accounts as it was checked or imported, by the lines of its text. */
export interface CheckedList {
  readonly stored: boolean;
  readonly faults: readonly { readonly line?: number; readonly text: string }[];
  readonly outcomes: readonly (Pick<ImportedAccount, "id" | "outcome"> & { readonly line: number })[];
}

const OUTCOMES = {
  [ImportOutcome.OPENED]: "opened",
  [ImportOutcome.CHANGED]: "changed",
  [ImportOutcome.UNCHANGED]: "unchanged",
} as const;

/** What a list of accounts comes to: its faults, or what becomes of each row. */
export function ImportOutcomes({ list: { faults, outcomes } }: { list: CheckedList }) {
  const texts = { ...useTexts(ACCOUNTS), ...useTexts(IMPORT) };
  const told = (outcome: ImportOutcome) => {
    const name = OUTCOMES[outcome as keyof typeof OUTCOMES];
    return name ? texts[name] : String(outcome);
  };
  const count = (wanted: ImportOutcome) => outcomes.filter(({ outcome }) => outcome === wanted).length;
  const rows = [
    ...faults.map(({ line, text }, at) => ({ key: `fault ${at}`, line, id: "", text })),
    ...outcomes.map(({ line, id, outcome }) => ({ key: id, line, id, text: told(outcome) })),
  ];
  return (
    <>
      {outcomes.length > 0 && (
        <p>
          {texts.outcomes(count(ImportOutcome.OPENED), count(ImportOutcome.CHANGED), count(ImportOutcome.UNCHANGED))}
        </p>
      )}
      <Table
        aria-label={texts.outcome}
        size="middle"
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        dataSource={rows}
        columns={[
          { title: texts.line, dataIndex: "line", align: "right" },
          { title: texts.id, dataIndex: "id", render: (id: string) => <span className="code">{id}</span> },
          { title: texts.outcome, dataIndex: "text", render: (text: string) => <span className="wrap">{text}</span> },
        ]}
      />
    </>
  );
}
