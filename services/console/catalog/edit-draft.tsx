import { useMutation } from "@connectrpc/connect-query";
import { Alert, Button } from "antd";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { DraftService } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import type { ItemDraft } from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { useKeptDraft } from "../form/kept-draft.ts";
import { useOpened } from "../form/opened.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { ContentForm } from "./content-form.tsx";
import { DRAFT } from "./draft-texts.ts";
import type { FilledContent } from "./filled-content.ts";

const { getDraft, putDraft } = DraftService.method;

/** What is kept in the window: with the revision upon which it was filled in. */
interface Kept {
  revision: string;
  filled: FilledContent;
}

/** Changes what a draft says: its department while it writes it, the management body while it configures it. */
export function EditDraft() {
  const { id = "" } = useParams();
  const { data, error, refetch } = useOpened(getDraft, { id });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data?.draft) return <Waiting />;
  return <Edited draft={data.draft} />;
}

function Edited({ draft }: { draft: ItemDraft }) {
  const texts = useTexts(DRAFT);
  const who = useWho();
  const navigate = useNavigate();
  const kept = useKeptDraft<Kept>(`${who.account}.draft.${draft.id}`);
  const revision = String(draft.revision);
  const [side, setSide] = useState<"kept" | "fresh">();
  const address = `/catalog/drafts/${encodeURIComponent(draft.id)}`;
  const saving = useMutation(putDraft, {
    onSuccess() {
      kept.forget();
      navigate(address);
    },
  });
  if (!draft.content) return null;
  const { before } = kept;
  const isOther = before !== undefined && before.revision !== revision;
  return (
    <>
      <p>
        <Link to={address}>{texts.back}</Link>
      </p>
      <h1>{texts.changeTitle(draft.name)}</h1>
      {isOther && side === undefined ? (
        <Alert
          type="warning"
          showIcon
          title={texts.otherDraft(Number(before.revision))}
          action={
            <>
              <Button onClick={() => setSide("kept")}>{texts.useKept}</Button>{" "}
              <Button onClick={() => setSide("fresh")}>{texts.dropKept}</Button>
            </>
          }
        />
      ) : (
        <ContentForm
          content={draft.content}
          kept={side === "fresh" ? undefined : before?.filled}
          keptAt={kept.keptAt}
          keep={(filled) => kept.keep({ revision, filled })}
          save={(content) => {
            const { id, itemCode } = draft;
            saving.mutate({ id, revision: draft.revision, itemCode, content });
          }}
          saving={saving.isPending}
          error={saving.error}
        />
      )}
    </>
  );
}
