import { type Client, createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "react-router";
import { EntryService } from "../../../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import { toldOf } from "../../call/refusal.ts";
import { useKeptDraft } from "../../form/kept-draft.ts";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { EntryForm } from "./entry-form.tsx";
import { ENTRIES } from "./entry-texts.ts";
import { entryOf, type FilledEntry } from "./filled-entry.ts";

/** Begins an entry. One that is there is not changed by it. */
export function NewEntry() {
  const texts = useTexts(ENTRIES);
  const who = useWho();
  const navigate = useNavigate();
  const entries = createClient(EntryService, useTransport());
  const draft = `${who.account}.entry.new`;
  const kept = useKeptDraft<FilledEntry>(draft);
  const prefix = `${who.account.split("-")[0]}-`;
  const saving = useMutation({
    async mutationFn(filled: FilledEntry) {
      const entry = entryOf(filled, prefix, 0);
      if (await isThere(entries, entry.code)) return undefined;
      return entries.putEntry({ entry });
    },
    onSuccess(answer) {
      if (!answer) return;
      kept.forget();
      navigate(`/people/entries/${answer.entry?.code ?? ""}`);
    },
  });
  return (
    <>
      <p>
        <Link to="/people/entries">{texts.back}</Link>
      </p>
      <h1>{texts.begin}</h1>
      <EntryForm
        draft={draft}
        begun={kept.before ?? { division: who.division }}
        isThere={false}
        prefix={prefix}
        keptAt={kept.keptAt}
        keep={kept.keep}
        save={saving.mutate}
        saving={saving.isPending}
        error={saving.error}
        exists={saving.isSuccess && saving.data === undefined}
      />
    </>
  );
}

/** Whether a department has an entry. What the node refuses of the code itself it says again, at its field, when the entry is put. */
async function isThere(entries: Client<typeof EntryService>, code: string): Promise<boolean> {
  try {
    await entries.getEntry({ code });
    return true;
  } catch (error) {
    if (["CASE_UNKNOWN", "INVALID_FIELD"].includes(toldOf(error, "en").reason)) return false;
    throw error;
  }
}
