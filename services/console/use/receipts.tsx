import { Button } from "antd";
import type { UsageReceipt } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { saveFile } from "../../file-view/save-file.ts";
import { timeText } from "../format/dates.ts";
import { useTexts } from "../text/texts.ts";
import { receiptFile, toldReceipt } from "./receipt-file.ts";
import { USE } from "./use-texts.ts";

/** A receipt, and the name of the certificate that was used. */
export interface KeptReceipt {
  readonly receipt: UsageReceipt;
  readonly name: string;
}

/** Receipts of what was done for the person served (5.9.5), to be saved with the case. */
export function Receipts({ receipts, businessId }: { receipts: readonly KeptReceipt[]; businessId: string }) {
  const texts = useTexts(USE);
  return (
    <>
      <h2>{texts.receipts}</h2>
      {receipts.length === 0 && <p className="quiet">{texts.noReceipts}</p>}
      <ol className="receipts">
        {receipts.map(({ receipt, name }) => {
          const { action, at, fields } = toldReceipt(receipt);
          return (
            <li key={receipt.statementJson}>
              {name} · {texts[action]} {fields > 0 && texts.items(fields)}
              <div className="quiet code">{timeText(at)}</div>
            </li>
          );
        })}
      </ol>
      {receipts.length > 0 && (
        <>
          <p className="quiet">{texts.receiptsHow}</p>
          <Button onClick={() => saveFile(receiptFile(businessId, receipts))}>{texts.saveReceipts}</Button>
        </>
      )}
    </>
  );
}
