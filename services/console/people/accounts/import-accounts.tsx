import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Input } from "antd";
import { useId, useState } from "react";
import { Link } from "react-router";
import { AccountService } from "../../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { saveFile } from "../../../file-view/save-file.ts";
import { useKeptDraft } from "../../form/kept-draft.ts";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { useWho } from "../../shell/who.tsx";
import { said, useTexts } from "../../text/texts.ts";
import { accountRows, accountTemplate } from "./account-rows.ts";
import { ACCOUNTS, IMPORT } from "./account-texts.ts";
import { faultText } from "./fault-text.ts";
import { type CheckedList, ImportOutcomes } from "./import-outcomes.tsx";

/** Opens or changes many accounts by a table (6.2.4.1): first checked, with all faults at their lines, then imported whole or not at all. */
export function ImportAccounts() {
  const texts = { ...useTexts(ACCOUNTS), ...useTexts(IMPORT) };
  const who = useWho();
  const field = useId();
  const file = useId();
  const accounts = createClient(AccountService, useTransport());
  const kept = useKeptDraft<{ text: string }>(`${who.account}.account.import`);
  const [text, setText] = useState(kept.before?.text ?? "");
  const change = (now: string) => {
    setText(now);
    kept.keep({ text: now });
    asking.reset();
  };
  const asking = useMutation({
    async mutationFn(dryRun: boolean): Promise<CheckedList> {
      const read = accountRows(text, `${who.account.split("-")[0]}-`);
      if ("faults" in read)
        return { stored: false, outcomes: [], faults: read.faults.map((one) => ({ ...one, text: said(one.text) })) };
      const answer = await accounts.importAccounts({ rows: read.rows, dryRun });
      const lineOf = (path: string) => read.lines[Number(/^rows\[(\d+)\]/.exec(path)?.[1] ?? -1)];
      const faults = answer.faults.map((fault) => {
        const line = lineOf(fault.field);
        return { ...(line !== undefined && { line }), text: faultText(fault) };
      });
      const outcomes = answer.accounts.map((one, at) => ({ ...one, line: read.lines[at] ?? 0 }));
      return { stored: answer.stored, faults, outcomes };
    },
    onSuccess({ stored }) {
      if (stored) kept.forget();
    },
  });
  const { data: checked, error, isPending } = asking;
  const ready = checked && checked.faults.length === 0 && !checked.stored;
  const template = () => {
    const content = new TextEncoder().encode(accountTemplate(who.departmentCode));
    saveFile({ content, mediaType: "text/csv", fileName: `${texts.title}.csv` });
  };
  return (
    <>
      <p>
        <Link to="/people/accounts">{texts.back}</Link>
      </p>
      <h1>{texts.title}</h1>
      <section className="panel">
        <p>{texts.how}</p>
        <p>
          <label htmlFor={file}>{texts.file}</label>{" "}
          <input
            id={file}
            type="file"
            accept=".csv,.txt,text/csv"
            onChange={async ({ target }) => {
              const [chosen] = target.files ?? [];
              if (chosen) change(decoded(await chosen.arrayBuffer()));
              target.value = "";
            }}
          />{" "}
          <Button onClick={template}>{texts.template}</Button>
        </p>
        <label htmlFor={field}>{texts.table}</label>
        <Input.TextArea
          id={field}
          className="json"
          rows={10}
          value={text}
          spellCheck={false}
          onChange={({ target }) => change(target.value)}
        />
        <div className="actions">
          <Button type={ready ? "default" : "primary"} loading={isPending} onClick={() => asking.mutate(true)}>
            {texts.check}
          </Button>
          {ready && (
            <Button type="primary" loading={isPending} onClick={() => asking.mutate(false)}>
              {texts.apply(checked.outcomes.length)}
            </Button>
          )}
        </div>
      </section>
      {error && <RefusalNotice error={error} />}
      {checked && checked.faults.length > 0 && (
        <Alert type="error" showIcon role="alert" title={texts.faults(checked.faults.length)} />
      )}
      {ready && <Alert type="info" showIcon role="status" title={texts.checked} />}
      {checked?.stored && <Alert type="success" showIcon role="status" title={texts.done} />}
      {checked && <ImportOutcomes list={checked} />}
    </>
  );
}

/** A file as text: UTF-8 where it is that, else as spreadsheets here write it. */
function decoded(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}
