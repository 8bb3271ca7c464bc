import { useMutation, useQuery } from "@connectrpc/connect-query";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import type { CatalogItemContent } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { DraftService } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { newCaseId } from "../cases/new-case-id.ts";
import { useKeptDraft } from "../form/kept-draft.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { CATALOG } from "./catalog-texts.ts";
import { ContentForm } from "./content-form.tsx";
import { DRAFT } from "./draft-texts.ts";
import { emptyContent, type FilledContent } from "./filled-content.ts";

/** What is kept in the window: the draft's own id too, so that a draft whose answer was lost is begun once. */
interface Kept {
  id: string;
  code: string;
  filled: FilledContent;
}

/** Begins a draft: a change of the item that the address names, its retirement, or a new item. */
export function NewDraft() {
  const [params] = useSearchParams();
  const code = params.get("item") ?? "";
  const { data, error, refetch } = useQuery(CatalogService.method.getCatalogItem, { code }, { enabled: code !== "" });
  if (error && !data) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (code === "") return <Begun code="" content={emptyContent} retires={false} />;
  const content = data?.item?.content;
  if (!content) return <Waiting />;
  return <Begun code={code} content={() => content} retires={params.get("retires") === "true"} />;
}

function Begun(props: { code: string; content: () => CatalogItemContent; retires: boolean }) {
  const texts = { ...useTexts(CATALOG), ...useTexts(DRAFT) };
  const who = useWho();
  const navigate = useNavigate();
  const kept = useKeptDraft<Kept>(`${who.account}.draft.new.${props.code}`);
  const [content] = useState(props.content);
  const [id] = useState(() => kept.before?.id ?? newCaseId(who.account));
  const [code, setCode] = useState(kept.before?.code ?? props.code);
  const [filled, setFilled] = useState(kept.before?.filled);
  const begin = useMutation(DraftService.method.putDraft, {
    onSuccess() {
      kept.forget();
      navigate(`/catalog/drafts/${encodeURIComponent(id)}`);
    },
  });
  const keep = (now: FilledContent | undefined, itemCode: string) => {
    setFilled(now);
    if (now) kept.keep({ id, code: itemCode, filled: now });
  };
  const titled = props.retires ? texts.retireTitle : texts.changeTitle;
  return (
    <>
      <p>
        <Link to="/catalog">{texts.back}</Link>
      </p>
      <h1>{props.code === "" ? texts.beginTitle : titled(content.name)}</h1>
      {props.code === "" && (
        <div className="panel">
          <Form.Item label={texts.code} htmlFor="item-code" layout="vertical">
            <Input
              id="item-code"
              value={code}
              maxLength={64}
              autoComplete="off"
              onChange={({ target }) => {
                setCode(target.value);
                keep(filled, target.value);
              }}
            />
          </Form.Item>
        </div>
      )}
      {props.retires ? (
        <section className="panel">
          <p>{texts.retireHow}</p>
          {begin.error && <RefusalNotice error={begin.error} />}
          <Button
            type="primary"
            loading={begin.isPending}
            onClick={() => begin.mutate({ id, itemCode: code, retires: true })}
          >
            {texts.retire}
          </Button>
        </section>
      ) : (
        <ContentForm
          content={content}
          kept={kept.before?.filled}
          keptAt={kept.keptAt}
          keep={(now) => keep(now, code)}
          save={(said) => begin.mutate({ id, itemCode: code, content: said })}
          saving={begin.isPending}
          error={begin.error}
        />
      )}
    </>
  );
}
