import type { JsonObject } from "@bufbuild/protobuf";
import { useMutation } from "@connectrpc/connect-query";
import { Button, Checkbox } from "antd";
import { useState } from "react";
import { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { openUseIds } from "../../staff-model/use-ids.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import type { Kind } from "./kinds.ts";
import { USE } from "./use-texts.ts";
import type { Using } from "./using.ts";
import { titleOf, Value } from "./value.tsx";

/** The data items that the matter may see, hidden until they are asked for (5.9.6): each reading is a use of its own. */
export function AllowedData({
  using,
  names,
  kind,
}: {
  using: Using;
  names: readonly string[];
  kind: Kind | undefined;
}) {
  const { usageCode, identifier, name, keep } = using;
  const texts = useTexts(USE);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [read, setRead] = useState<JsonObject>({});
  const [ids] = useState(openUseIds);
  const reading = useMutation(UsageService.method.extractData, {
    onSuccess({ data = {}, receipt }, { fields = [] }) {
      ids.answered(fields);
      // What was asked for and is not there is known to be absent now.
      setRead((before) => ({ ...before, ...Object.fromEntries(fields.map((field) => [field, null])), ...data }));
      setChosen([]);
      if (receipt) keep({ receipt, name });
    },
  });
  const unread = names.filter((one) => !(one in read));
  if (names.length === 0) return <p className="quiet">{texts.noFields}</p>;
  const toggle = (one: string, on: boolean) =>
    setChosen(on ? [...chosen, one] : chosen.filter((other) => other !== one));
  const fields = chosen.filter((one) => unread.includes(one));
  return (
    <section>
      <h4>{texts.allowed}</h4>
      {unread.length > 0 && <p className="quiet">{texts.allowedHow}</p>}
      <ul className="data">
        {names.map((one) => (
          <li key={one}>
            {one in read ? (
              <>
                <span className="item">{titleOf(kind, one)}</span>
                <Value value={read[one] ?? null} field={kind?.fields.find((field) => field.name === one)} />
              </>
            ) : (
              <>
                <Checkbox checked={chosen.includes(one)} onChange={({ target }) => toggle(one, target.checked)}>
                  {titleOf(kind, one)}
                </Checkbox>
                <span className="quiet hidden">
                  <span aria-hidden="true">••••••</span> {texts.hidden}
                </span>
              </>
            )}
          </li>
        ))}
      </ul>
      {reading.error && <RefusalNotice error={reading.error} />}
      {unread.length > 0 && (
        <div className="actions">
          <Button
            type="primary"
            disabled={fields.length === 0}
            loading={reading.isPending}
            onClick={() => reading.mutate({ usageCode, identifier, fields: [...fields], requestId: ids.of(fields) })}
          >
            {texts.read(fields.length)}
          </Button>
          <Button onClick={() => setChosen(unread)}>{texts.all}</Button>
        </div>
      )}
    </section>
  );
}
