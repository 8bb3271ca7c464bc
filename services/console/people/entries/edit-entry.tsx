import { useMutation } from "@connectrpc/connect-query";
import { Link, useNavigate, useParams } from "react-router";
import type { DepartmentEntry } from "../../../../proto/gen/ecert/governance/v1/entry_pb.ts";
import { EntryService } from "../../../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import { useKeptDraft } from "../../form/kept-draft.ts";
import { useOpened } from "../../form/opened.ts";
import { Waiting } from "../../shell/placeholders.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { EntryForm } from "./entry-form.tsx";
import { ENTRIES } from "./entry-texts.ts";
import { entryOf, type FilledEntry, filledFrom } from "./filled-entry.ts";

/** Mends an entry that is a draft or was sent back. */
export function EditEntry() {
  const { code = "" } = useParams();
  const { data, error, refetch } = useOpened(EntryService.method.getEntry, { code });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data?.entry) return <Waiting />;
  return <Edited entry={data.entry} />;
}

function Edited({ entry }: { entry: DepartmentEntry }) {
  const texts = useTexts(ENTRIES);
  const who = useWho();
  const navigate = useNavigate();
  const { code, name, revision } = entry;
  const page = `/people/entries/${code}`;
  const draft = `${who.account}.entry.${code}.${revision}`;
  const kept = useKeptDraft<FilledEntry>(draft);
  const prefix = `${who.account.split("-")[0]}-`;
  const saving = useMutation(EntryService.method.putEntry, {
    onSuccess() {
      kept.forget();
      navigate(page);
    },
  });
  return (
    <>
      <p>
        <Link to={page}>{name}</Link>
      </p>
      <h1>{texts.edit}</h1>
      <EntryForm
        draft={draft}
        begun={kept.before ?? filledFrom(entry, prefix)}
        isThere
        prefix={prefix}
        keptAt={kept.keptAt}
        keep={kept.keep}
        save={(filled) => saving.mutate({ entry: entryOf(filled, prefix, revision) })}
        saving={saving.isPending}
        error={saving.error}
        exists={false}
      />
    </>
  );
}
