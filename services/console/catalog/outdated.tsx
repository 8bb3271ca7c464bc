import { useMutation } from "@connectrpc/connect-query";
import { Alert, Button, Radio } from "antd";
import { useState } from "react";
import { DraftService, MemberSide } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import type { ItemDraft } from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { placeOf } from "../../domain/item-procedure.ts";
import { toldOf } from "../call/refusal.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useLanguage } from "../text/language.ts";
import { useTexts } from "../text/texts.ts";
import { DRAFT } from "./draft-texts.ts";
import { faultPlace } from "./fault-place.ts";
import { draftStateName } from "./states.ts";

const CHOICE = "choices.";

/** Tells that another version was published meanwhile; whoever may bases the draft on it, choosing where both changed the same. */
export function Outdated(props: { draft: ItemDraft; newestVersion: number; changed: () => unknown }) {
  const { draft, newestVersion, changed } = props;
  const texts = useTexts(DRAFT);
  const language = useLanguage();
  const [sides, setSides] = useState<Readonly<Record<string, MemberSide>>>({});
  const { mutate, error, isPending } = useMutation(DraftService.method.rebaseDraft, { onSuccess: changed });
  const { id, revision, baseVersion, state, openActions } = draft;
  if (newestVersion <= baseVersion || placeOf(draftStateName(state) ?? "withdrawn") === "ended") return null;
  const asked = error ? toldOf(error, language).fields.filter(({ path }) => path.startsWith(CHOICE)) : [];
  const choices = Object.entries(sides).map(([member, side]) => ({ member, side }));
  return (
    <Alert
      type="warning"
      showIcon
      title={texts.outdated(baseVersion, newestVersion)}
      description={
        openActions.includes("rebase") && (
          <>
            {asked.length > 0 && <p>{texts.chooseSide}</p>}
            {asked.map(({ path }) => {
              const member = path.slice(CHOICE.length);
              return (
                <div key={member}>
                  {faultPlace(member)}{" "}
                  <Radio.Group
                    aria-label={faultPlace(member)}
                    value={sides[member]}
                    onChange={({ target }) => setSides({ ...sides, [member]: target.value })}
                    options={[
                      { value: MemberSide.DRAFT, label: texts.ours },
                      { value: MemberSide.NEWEST, label: texts.theirs },
                    ]}
                  />
                </div>
              );
            })}
            {error && asked.length === 0 && <RefusalNotice error={error} />}
            <Button loading={isPending} onClick={() => mutate({ id, revision, ontoVersion: newestVersion, choices })}>
              {texts.rebase(newestVersion)}
            </Button>
          </>
        )
      }
    />
  );
}
