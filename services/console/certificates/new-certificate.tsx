import { useQuery } from "@connectrpc/connect-query";
import { Form, Select } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { CatalogItemState } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { CERTIFICATES } from "./certificate-texts.ts";
import { OrderForm } from "./order-form.tsx";

/** Making a certificate (制证, 5.4.2): its kind is chosen, its data are filled in by the standard of the kind, then it is made and its face is looked at. */
export function NewCertificate() {
  const texts = useTexts(CERTIFICATES);
  const [params, setParams] = useSearchParams();
  const { data, error, refetch } = useQuery(CatalogService.method.listCatalogItems, { pageSize: 200 });
  const items = (data?.items ?? []).filter(({ state }) => state === CatalogItemState.PUBLISHED);
  const chosen = items.find(({ code }) => code === params.get("item"));
  const [begun, setBegun] = useState(0);
  return (
    <>
      <h1>{texts.makeTitle}</h1>
      {error && <RefusalNotice error={error} retry={() => refetch()} />}
      <div className="panel">
        <Form.Item label={texts.item} htmlFor="item" layout="vertical">
          <Select
            id="item"
            showSearch={{ optionFilterProp: "label" }}
            placeholder={texts.chooseItem}
            value={chosen?.code ?? null}
            onChange={(code: string) => setParams({ item: code }, { replace: true })}
            options={items.map(({ code, content }) => ({ value: code, label: content?.name ?? code }))}
          />
        </Form.Item>
      </div>
      {chosen && <OrderForm key={`${chosen.code} ${begun}`} item={chosen} beginAnew={() => setBegun(begun + 1)} />}
    </>
  );
}
