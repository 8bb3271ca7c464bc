import { Button, Descriptions } from "antd";
import type { Matter } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { masked } from "../../domain/masked-code.ts";
import type { AskedFields } from "../../staff-model/asked-context.ts";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { USE } from "./use-texts.ts";

/** For whom and why certificates are being used, and the way to the next person. */
export function Served(props: { matter: Matter; fields: AskedFields; next: () => void; change: () => void }) {
  const { matter, fields, next, change } = props;
  const texts = useTexts(USE);
  const { name } = useWho();
  const { holder, businessId, purpose, stage, outlet } = fields;
  return (
    <section className="panel served" aria-label={texts.served}>
      <h1>{holder.name || texts.whoShows}</h1>
      <Descriptions
        column={1}
        size="small"
        items={[
          ...(holder.code
            ? [{ label: texts.holderCode, children: <span className="code">{masked(holder.code)}</span> }]
            : []),
          { label: texts.purpose, children: purpose },
          { label: texts.businessId, children: <span className="code wrap">{businessId}</span> },
          { label: texts.stage, children: `${stage} · ${outlet}` },
          { label: texts.officer, children: name },
        ]}
      />
      <p className="quiet">
        {matter.name} <span className="code">{matter.code}</span>
      </p>
      <div className="actions">
        <Button onClick={next}>{texts.next}</Button>
        <Button onClick={change}>{texts.change}</Button>
      </div>
    </section>
  );
}
