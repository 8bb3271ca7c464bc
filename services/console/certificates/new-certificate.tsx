import { useQuery } from "@connectrpc/connect-query";
import { Form } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { CatalogItemState } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { CERTIFICATES } from "./certificate-texts.ts";
import { ChooseKind } from "./choose-kind.tsx";
import { OrderForm } from "./order-form.tsx";

/** Making a certificate (制证, 5.4.2): its kind is chosen, its data are filled in by the standard of the kind, then it is made and its face is looked at. */
export function NewCertificate() {
  const texts = useTexts(CERTIFICATES);
  const [params, setParams] = useSearchParams();
  const code = params.get("item") ?? "";
  const { data, error, refetch } = useQuery(CatalogService.method.getCatalogItem, { code }, { enabled: code !== "" });
  const chosen = data?.item?.state === CatalogItemState.PUBLISHED ? data.item : undefined;
  const [begun, setBegun] = useState(0);
  return (
    <>
      <h1>{texts.makeTitle}</h1>
      {error && <RefusalNotice error={error} retry={() => refetch()} />}
      <div className="panel">
        <Form.Item label={texts.item} htmlFor="item" layout="vertical">
          <ChooseKind chosen={chosen} choose={(item) => setParams({ item }, { replace: true })} />
        </Form.Item>
      </div>
      {chosen && <OrderForm key={`${chosen.code} ${begun}`} item={chosen} beginAnew={() => setBegun(begun + 1)} />}
    </>
  );
}
